"""Family homes (familjehem), network homes and emergency homes (jourhem): a fee (arvode) and a reimbursement of costs
(omkostnadsersättning) by the month, for a child; from the twentieth birthday by the tariff's part for adults.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial

from services.compensation.pay import adult_home
from services.compensation.pay.allowance import deductions, kinds_in
from services.compensation.pay.days import (
    Days,
    Rate,
    Stay,
    band_on,
    birthdays,
    by_rate,
    monthly_line,
    paid_of_all,
)
from services.compensation.pay.lines import PayKind, PayLine, counted
from services.compensation.pay.terms import AllowanceKind, Terms, amended_on, terms_on, what
from services.compensation.tariffs.levels import AgeBand
from services.compensation.tariffs.tariff import Tariff, band_of, level_of
from services.kernel.basics.days import Month
from services.kernel.basics.money import to_ore


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Somebody who lives in a home, and what was agreed for it, in the order of its days."""

    stay: Stay
    birth_date: date
    agreed: Sequence[Terms]


def lines(placed: Placed, month: Month, tariff: Tariff) -> list[PayLine]:
    """The lines of one month: the fee, the reimbursement by age, what lies above its tax-free level, extra costs, and
    the allowance that the home gets itself. Raises `Unpayable` where the tariff does not say."""
    found = paid_of_all(placed.stay, month, tariff)
    if found is None:
        return []
    paid, within = found
    same = (month, paid, within, _ages(placed.birth_date, month, paid, tariff), what(placed.agreed))
    if same not in tariff.computed:
        tariff.computed[same] = _lines(placed, paid, within, month, tariff)
    return list(tariff.computed[same])


def _ages(
    birth_date: date, month: Month, paid: Days, tariff: Tariff
) -> tuple[AgeBand, tuple[date, ...], frozenset[AllowanceKind]]:
    """All that pay follows from of a birth date: the age band of the first day, the days on which it changes, and
    which allowances there can be."""
    rule = tariff.birthday_rule
    changes = tuple(day for day in birthdays(birth_date, rule) if paid.first < day <= paid.last)
    return band_on(birth_date, paid.first, rule), changes, kinds_in(month, birth_date)


def _lines(placed: Placed, paid: Days, within: Days, month: Month, tariff: Tariff) -> list[PayLine]:
    found = list(_fees(placed, paid, within, month, tariff))
    costs = list(cost_lines(placed, paid, within, month, tariff))
    return [*found, *costs, *deductions(placed.agreed, costs, paid, within, month, tariff, placed.birth_date)]


def _fees(placed: Placed, paid: Days, within: Days, month: Month, tariff: Tariff) -> Iterator[PayLine]:
    cuts = [*amended_on(placed.agreed), *birthdays(placed.birth_date, tariff.birthday_rule)]
    for some, rate in by_rate(paid, cuts, lambda day: fee_on(placed, day, tariff)):
        yield monthly_line(PayKind.FEE, some, rate, within=within, month=month, tariff=tariff)


def fee_on(placed: Placed, day: date, tariff: Tariff) -> Rate:
    """The fee that holds on a day."""
    terms = terms_on(placed.agreed, day)
    if band_on(placed.birth_date, day, tariff.birthday_rule) is AgeBand.ADULT:
        levels = tariff.part(tariff.adult_home, "adult_home").fee
    else:
        levels = tariff.family_home.fee
    return reduced(level_of(levels, terms.fee_level, "fee"), terms)


def reduced(fee: Decimal, terms: Terms) -> Rate:
    """A monthly fee, lowered by what was agreed."""
    words = f"arvode {LEVELS.get(terms.fee_level, terms.fee_level)}"
    if not terms.reduction_percent:
        return Rate(amount=fee, words=words)
    lowered = to_ore(fee * (100 - terms.reduction_percent) / 100)
    return Rate(amount=lowered, words=f"{words}, sänkt med {counted(terms.reduction_percent)} %")


LEVELS = {"base": "grundnivå", "raised_1": "förhöjt 1", "raised_2": "förhöjt 2", "raised_3": "förhöjt 3"}


def cost_lines(
    placed: Placed, paid: Days, within: Days, month: Month, tariff: Tariff, placement_id: str | None = None
) -> Iterator[PayLine]:
    """The reimbursement of costs, kind by kind, each rate with its own days, of those of all of the stay."""
    cuts = [*amended_on(placed.agreed), *birthdays(placed.birth_date, tariff.birthday_rule)]
    costs = cache(partial(costs_on, placed, tariff=tariff))  # each day is asked for by each kind
    for kind in (PayKind.COST_REIMBURSEMENT, PayKind.EXTRA_COST, PayKind.TAXABLE_REIMBURSEMENT):
        for some, rate in by_rate(paid, cuts, lambda day, kind=kind: costs(day).get(kind)):  # type: ignore[misc]
            yield monthly_line(kind, some, rate, within=within, month=month, tariff=tariff, placement_id=placement_id)


def costs_on(placed: Placed, day: date, tariff: Tariff) -> dict[PayKind, Rate]:
    """The monthly reimbursements that hold on a day: at most the tax-free level as reimbursement of costs, the rest as
    pay, unless it was decided on a calculation of its own."""
    terms = terms_on(placed.agreed, day)
    level, most = _level(placed, day, terms, tariff)
    tax_free = min(level.amount, most)
    with_basis = sum((one.amount for one in terms.extra_costs if one.has_basis), Decimal(0))
    without = sum((one.amount for one in terms.extra_costs if not one.has_basis), Decimal(0))
    room = min(without, most - tax_free)
    found = {
        PayKind.COST_REIMBURSEMENT: Rate(amount=tax_free, words=level.words),
        PayKind.EXTRA_COST: Rate(amount=with_basis + room, words="särskilda kostnader enligt avtalet"),
        PayKind.TAXABLE_REIMBURSEMENT: Rate(
            amount=level.amount - tax_free + without - room, words="över den skattefria nivån"
        ),
    }
    return {kind: rate for kind, rate in found.items() if rate.amount or kind is PayKind.COST_REIMBURSEMENT}


def _level(placed: Placed, day: date, terms: Terms, tariff: Tariff) -> tuple[Rate, Decimal]:
    """The agreed level on a day, and up to which amount it is no pay."""
    band = band_on(placed.birth_date, day, tariff.birthday_rule)
    if band is AgeBand.ADULT:
        return adult_home.cost(terms, tariff)
    levels = band_of(tariff.family_home.cost_percent, band, "cost reimbursement")
    percent = level_of(levels, terms.cost_level, f"cost reimbursement for the ages {band}")
    words = f"{band.swedish}: {tariff.cost_words(percent, divided_by=12)}"
    most = tariff.family_home.tax_free_cost_percent.get(band, levels.get("full", levels["base"]))
    return Rate(amount=tariff.monthly(percent), words=words), tariff.monthly(most)
