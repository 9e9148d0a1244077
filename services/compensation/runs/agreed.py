"""An agreement as a pay run sees it: by which rules it pays, from when to when, on which terms."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple, assert_never

from services.compensation.pay import contact_family, contact_person, contracted_emergency_home, family_home, mentor
from services.compensation.pay.contact_family import Visit
from services.compensation.pay.contracted_emergency_home import Child
from services.compensation.pay.days import ONE_DAY, Stay, running
from services.compensation.pay.lines import PayLine
from services.compensation.pay.shares import for_payees
from services.compensation.pay.terms import Terms
from services.compensation.tariffs.tariff import Tariff
from services.compensation.tariffs.unpayable import TariffMissing, Unpayable
from services.kernel.basics.days import Month


class AgreementNotSigned(Unpayable):
    """Nothing is paid without a signed agreement (Social Services Act 2025:400, chapter 22, section 3)."""


class PayeeMissing(Unpayable):
    """The agreement does not say who is paid."""


class StartBeforeBirth(Unpayable):
    """The agreement starts before the placed person's day of birth, so one of the two days is wrong."""


class PlacementUnknown(Unpayable):
    """Nothing is kept any more of the placement that the agreement is about: what was paid stays as it is."""


class PayRules(StrEnum):
    """By which rules an agreement pays."""

    FAMILY_HOME = "family_home"
    CONTRACTED_EMERGENCY_HOME = "contracted_emergency_home"
    CONTACT_FAMILY = "contact_family"
    CONTACT_PERSON = "contact_person"
    MENTOR = "mentor"


#: By which terms, beside levels, places and shares, they pay.
TERMS: Mapping[PayRules, Collection[str]] = {
    PayRules.FAMILY_HOME: ("fee_reduction", "extra_costs", "allowance"),
    PayRules.CONTRACTED_EMERGENCY_HOME: ("extra_costs", "supplements", "allowances"),
    PayRules.CONTACT_FAMILY: (),
    PayRules.CONTACT_PERSON: ("fee_percent",),
    PayRules.MENTOR: (),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """What a pay run needs to know of an agreement."""

    agreement_id: str
    home_id: str
    rules: PayRules
    signed: bool
    stay: Stay
    terms: Sequence[Terms]  #: in the order of their days
    placement_id: str | None = None
    birth_date: date | None = None  #: the placed person's
    children: Sequence[Child] = ()  #: of a contracted home
    others: Sequence[Stay] = ()  #: of who else lives in a contracted home
    visits: Sequence[Visit] = ()  #: of a contact family or a contact person, confirmed
    placed: Sequence[Stay] = ()  #: of a guardian: the placement before, and others in the home, whose days those pay

    def runs_in(self, month: Month) -> bool:
        """Whether it runs on any day of the month, also when none of them is paid."""
        return running(self.stay, month) is not None

    @property
    def visited_months(self) -> Collection[Month]:
        """The months of which days were reported, those left out that were reported too late."""
        return {month for visit in self.visits if visit.is_paid for month in visit.months()}

    def lines(self, month: Month, tariff: Tariff | None) -> list[PayLine]:
        """The lines of a month, each for its payee. Raises `Unpayable` when it can not be said what is paid."""
        if not self.signed:
            raise AgreementNotSigned("The agreement has not been signed.")
        if tariff is None:
            raise TariffMissing(f"There is no tariff for {month.year}.")
        if self.birth_date is not None and self.stay.starts_on < self.birth_date:
            raise StartBeforeBirth("The agreement starts before the placed person was born.")
        if not all(terms.payees for terms in self.terms):
            raise PayeeMissing("The agreement does not say who is paid.")
        return [one for line in self._lines(month, tariff) for one in for_payees(line, self.terms)]

    def _lines(self, month: Month, tariff: Tariff) -> list[PayLine]:
        match self.rules:
            case PayRules.FAMILY_HOME:
                return self._of_family_home(month, tariff)
            case PayRules.CONTRACTED_EMERGENCY_HOME:
                contract = contracted_emergency_home.Contracted(
                    stay=self.stay, agreed=self.terms, children=self.children, others=self.others
                )
                return contracted_emergency_home.lines(contract, month, tariff)
            case PayRules.CONTACT_FAMILY:
                visited = contact_family.Visited(
                    stay=self.stay, birth_date=self._born, agreed=self.terms, visits=self.visits
                )
                return contact_family.lines(visited, month, tariff)
            case PayRules.CONTACT_PERSON:
                person = contact_person.Supported(stay=self.stay, agreed=self.terms, reported=self.visited_months)
                return contact_person.lines(person, month, tariff)
            case PayRules.MENTOR:
                return mentor.lines(mentor.Mentoring(stay=self.stay, agreed=self.terms), month, tariff)
            case _:
                assert_never(self.rules)

    def _of_family_home(self, month: Month, tariff: Tariff) -> list[PayLine]:
        stay = after(self.placed, self.stay) if self.placed else self.stay
        if stay is None:
            return []
        placed = family_home.Placed(stay=stay, birth_date=self._born, agreed=self.terms)
        return family_home.lines(placed, month, tariff)

    @property
    def _born(self) -> date:
        if self.birth_date is None:  # each of these is about a placed person
            raise PlacementUnknown("Nothing is kept of the placement any more.")
        return self.birth_date


def after(placed: Sequence[Stay], guarded: Stay) -> Stay | None:
    """What is paid of a guardian's stay: from the day after the last one of the placement before it, and of those in
    the home that go on then, so that no day is paid twice; None as long as one of them has no end."""
    before, *others = placed
    starts_on = guarded.starts_on
    for stay in (before, *sorted(others, key=_in_time)):
        if stay is not before and stay.starts_on > starts_on:
            break
        if stay.ends_on is None:
            return None
        starts_on = max(starts_on, stay.ends_on + ONE_DAY)
    return replace(guarded, starts_on=starts_on)


class Lived(NamedTuple):
    """That somebody lives or lived in a home, by a placement, or with a guardian by an agreement; or that a home was
    contracted."""

    id: str  #: the placement's, or the agreement's
    home_id: str
    stay: Stay


def paid_once(lived: Iterable[Lived], *, to_receiving: Callable[[date], bool]) -> dict[str, Stay]:
    """The stays of one person by those ids, so that a day on which the person moves between homes is paid to one: the
    receiving home, or where the municipality says so of that day the leaving one; and that those in a home of which one
    follows the other the day after are one stay, in which nobody comes or goes. One that never began is left out."""
    chains = _by_home(one for one in lived if one.stay.ends_on is None or one.stay.starts_on <= one.stay.ends_on)
    wholes = [Stay(starts_on=some[0].stay.starts_on, ends_on=some[-1].stay.ends_on) for some in chains]
    found = {}
    for some, whole in zip(chains, wholes, strict=True):
        moved = replace(
            whole,
            first_day_counts=_is_paid_here(whole, whole.starts_on, wholes, to_receiving=to_receiving),
            last_day_counts=_is_paid_here(whole, whole.ends_on, wholes, to_receiving=to_receiving),
        )
        for one in some:
            found[one.id] = moved if len(some) == 1 else replace(one.stay, part_of=moved)
    return found


def _by_home(lived: Iterable[Lived]) -> list[list[Lived]]:
    """Placements in a home that follow each other without a day between them, and with no other home between them."""
    chains: list[list[Lived]] = []
    for one in sorted(lived, key=lambda one: (*_in_time(one.stay), one.home_id)):
        before = chains[-1][-1] if chains else None
        if before is not None and before.home_id == one.home_id and _follows(one.stay, before.stay):
            chains[-1].append(one)
        else:
            chains.append([one])
    return chains


def _follows(stay: Stay, before: Stay) -> bool:
    return before.ends_on is not None and stay.starts_on == before.ends_on + ONE_DAY


def _in_time(stay: Stay) -> tuple[date, date]:
    return stay.starts_on, stay.ends_on or date.max


def _is_paid_here(
    stay: Stay, day: date | None, stays: Sequence[Stay], *, to_receiving: Callable[[date], bool]
) -> bool | None:
    """Of a day of moving, whether this home is paid for it; None of any other day."""
    there = sorted((one for one in stays if day in (one.starts_on, one.ends_on)), key=_in_time)
    is_move = len(there) > 1 and day in {one.starts_on for one in there} & {one.ends_on for one in there}
    return there[-1 if to_receiving(day) else 0] is stay if day is not None and is_move else None
