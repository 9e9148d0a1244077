"""Contracted emergency homes (kontrakterade jourhem): a base fee by places every month, with or without a child, with
the supplements of the contract; a fixed reimbursement when the home is empty; for each child that lives there the
reimbursement by age, less the allowance that the home gets itself for it, and no fee. Paid leave changes nothing of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from services.compensation.pay.allowance import deductions
from services.compensation.pay.days import (
    ONE_DAY,
    Days,
    Rate,
    Stay,
    by_rate,
    monthly_line,
    paid_of_all,
    running_of_all,
)
from services.compensation.pay.family_home import Placed, cost_lines
from services.compensation.pay.lines import PayKind, PayLine, counted
from services.compensation.pay.terms import Terms, amended_on, terms_on
from services.compensation.tariffs.levels import EmptyCost
from services.compensation.tariffs.tariff import ContractedPart, Tariff, level_of
from services.compensation.tariffs.unpayable import LevelNotInTariff
from services.kernel.basics.days import Month
from services.kernel.basics.money import to_ore


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """A child who lives in a contracted home."""

    placement_id: str
    birth_date: date
    stay: Stay


@dataclass(frozen=True, kw_only=True, slots=True)
class Contracted:
    """A contract, what was agreed in it, and the children who live or lived there."""

    stay: Stay  #: from when to when the contract runs
    agreed: Sequence[Terms]
    children: Sequence[Child] = ()
    others: Sequence[Stay] = ()  #: of children who live there by an agreement of their own, in none of its places


def lines(contracted: Contracted, month: Month, tariff: Tariff) -> list[PayLine]:
    """The lines of one month. Raises `Unpayable` where the tariff does not say."""
    part = tariff.part(tariff.contracted_emergency_home, "contracted_emergency_home")
    found = running_of_all(contracted.stay, month)  # its first and last day count, they are no days of arrival
    if found is None:
        return []
    runs, within = found
    return [
        *_fees(contracted, runs, within, month, tariff, part),
        *_readiness(contracted, runs, within, month, tariff, part),
        *_children(contracted, runs, month, tariff),
    ]


def _fees(
    contracted: Contracted, runs: Days, within: Days, month: Month, tariff: Tariff, part: ContractedPart
) -> Iterator[PayLine]:
    cuts = amended_on(contracted.agreed)
    names = sorted({name for terms in contracted.agreed for name in terms.supplements})
    for kind, rate_on in (
        (PayKind.BASE_FEE, lambda day: _base_fee(contracted, day, part)),
        (PayKind.PENSION_COMPENSATION, lambda day: _pension(contracted, day, part)),
        *((PayKind.SUPPLEMENT, lambda day, name=name: _supplement(contracted, day, name, part)) for name in names),
    ):
        for some, rate in by_rate(runs, cuts, rate_on):
            yield monthly_line(kind, some, rate, within=within, month=month, tariff=tariff)


def _base_fee(contracted: Contracted, day: date, part: ContractedPart) -> Rate:
    places = _places(contracted, day)
    return Rate(amount=level_of(part.fee, places, "fee for the places"), words=f"arvode för {places} platser")


def _pension(contracted: Contracted, day: date, part: ContractedPart) -> Rate | None:
    percent = part.pension_compensation_percent
    fee = _base_fee(contracted, day, part)
    return (
        None
        if not percent
        else Rate(amount=to_ore(fee.amount * percent / 100), words=f"{counted(percent)} % av {fee.words}")
    )


def _supplement(contracted: Contracted, day: date, name: str, part: ContractedPart) -> Rate | None:
    if name not in terms_on(contracted.agreed, day).supplements:
        return None
    if name not in part.supplements:
        raise LevelNotInTariff(f"The tariff has no supplement {name}.")
    return Rate(amount=part.supplements[name], words=f"tillägg {name}")


def _places(contracted: Contracted, day: date) -> str:
    return str(terms_on(contracted.agreed, day).places)


def _readiness(
    contracted: Contracted, runs: Days, within: Days, month: Month, tariff: Tariff, part: ContractedPart
) -> Iterator[PayLine]:
    """The fixed reimbursement. Consecutive days for which it is paid, by whatever rates and under whichever of the
    contracts that follow each other, are a part of the month by the tariff's method."""
    if part.empty_cost_when is EmptyCost.NEVER:
        return
    stays = [*(child.stay for child in contracted.children), *contracted.others]
    cuts = [*amended_on(contracted.agreed), *(cut for stay in stays for cut in _cuts(stay))]
    rate_on = partial(_readiness_on, contracted, tariff=tariff, part=part)
    for empty, _ in by_rate(within, cuts, lambda day: None if rate_on(day) is None else True):
        own = empty.within(runs)
        for some, rate in by_rate(own, cuts, rate_on) if own else ():
            yield monthly_line(PayKind.READINESS_COST, some, rate, within=empty, month=month, tariff=tariff)


def _cuts(stay: Stay) -> list[date]:
    return [stay.starts_on] if stay.ends_on is None else [stay.starts_on, stay.ends_on + ONE_DAY]


def _readiness_on(contracted: Contracted, day: date, tariff: Tariff, part: ContractedPart) -> Rate | None:
    places = _places(contracted, day)
    percent = level_of(part.empty_cost_percent, places, "reimbursement when empty for the places")
    whole = tariff.monthly(percent)
    words = tariff.cost_words(percent, divided_by=12)
    present = sum(1 for child in contracted.children if _is_there(child.stay, day))
    if part.empty_cost_when is EmptyCost.NO_CHILD:
        has_child = present or any(_is_there(stay, day) for stay in contracted.others)
        return None if has_child else Rate(amount=whole, words=f"inget barn i hemmet: {words}")
    empty = max(0, int(places) - present)
    share = to_ore(whole * empty / int(places))
    return Rate(amount=share, words=f"{empty} av {places} platser lediga: {words}") if empty else None


def _is_there(stay: Stay, day: date) -> bool:
    return stay.starts_on <= day and (stay.ends_on is None or day <= stay.ends_on)


def _children(contracted: Contracted, runs: Days, month: Month, tariff: Tariff) -> Iterator[PayLine]:
    for child in sorted(contracted.children, key=lambda one: one.placement_id):
        there = paid_of_all(child.stay, month, tariff)
        paid = there[0].within(runs) if there else None
        if there is not None and paid is not None:
            yield from _child(child, contracted.agreed, paid, there[1], month, tariff)


def _child(
    child: Child, agreed: Sequence[Terms], paid: Days, within: Days, month: Month, tariff: Tariff
) -> Iterator[PayLine]:
    own = [terms.of_child(child.placement_id) for terms in agreed]
    placed = Placed(stay=child.stay, birth_date=child.birth_date, agreed=own)
    costs = list(cost_lines(placed, paid, within, month, tariff, child.placement_id))
    yield from costs
    yield from deductions(own, costs, paid, within, month, tariff, child.birth_date, child.placement_id)
