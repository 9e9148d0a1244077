"""What a pay run reads: of some homes at a time, in a fixed number of statements however many they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import any_, bindparam, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.compensation.contract.agreements import OF_HOME, AgreementKind, AgreementStatus
from services.compensation.contract.claims import BY_TARIFF, WISHES, ClaimStatus
from services.compensation.contract.pay_runs import RunStatus
from services.compensation.model import (
    AdoptedTariff,
    Agreement,
    AgreementTerms,
    PayCodes,
    Payee,
    PayRun,
    PayRunLine,
    Placement,
    claim_lines,
    terms_of,
)
from services.compensation.model import Claim as KeptClaim
from services.compensation.model import Visit as KeptVisit
from services.compensation.pay.contact_family import Visit
from services.compensation.pay.contracted_emergency_home import Child
from services.compensation.pay.days import Days, Stay, running, uncovered
from services.compensation.pay.terms import Terms, in_order
from services.compensation.runs import earlier, extent
from services.compensation.runs.agreed import Agreed, Lived, PayRules, after, paid_once
from services.compensation.runs.entries import Channel, Codes, PayCode
from services.compensation.runs.reckoning import Book, Claim, Run
from services.compensation.settings import MOVING_DAY, MovingDay
from services.kernel.basics.days import Month, month_of, month_with
from services.kernel.rows.settings import past_of
from services.kernel.rows.unit import Unit
from services.vocabulary.assignments import LIVING, Assignment

_Ids = Sequence[str]
_BY_ASSIGNMENT = {
    Assignment.FAMILY_HOME: PayRules.FAMILY_HOME,
    Assignment.NETWORK_HOME: PayRules.FAMILY_HOME,
    Assignment.EMERGENCY_HOME: PayRules.FAMILY_HOME,  # SKR has no table of its own for the emergency home (jourhem)
    Assignment.CONTACT_FAMILY: PayRules.CONTACT_FAMILY,
    Assignment.CONTACT_PERSON: PayRules.CONTACT_PERSON,
}
_BY_KIND = {
    AgreementKind.CONTRACTED_EMERGENCY_HOME: PayRules.CONTRACTED_EMERGENCY_HOME,
    AgreementKind.MENTOR: PayRules.MENTOR,
    AgreementKind.GUARDIAN: PayRules.FAMILY_HOME,
}


def rules_of(kind: str, assignment: str | None) -> PayRules | None:
    """By which rules an agreement of a kind, for a placement of an assignment, pays."""
    return _BY_KIND.get(AgreementKind(kind)) or _BY_ASSIGNMENT.get(Assignment(assignment or Assignment.FAMILY_HOME))


def run_of(unit: Unit, month: Month) -> Run:
    """What the run of a month is computed by: the tariffs, the approved months, the municipality's codes."""
    tariffs = {one.year: one.tariff for one in unit.session.scalars(select(AdoptedTariff))}
    runs = select(PayRun.month, PayRun.computed_at).where(PayRun.status == RunStatus.APPROVED)
    approved = {month_of(one.month): one.computed_at for one in unit.session.execute(runs) if one.month != month.text}
    codes = {
        one.id: PayCode(wage_type=one.wage_type, account=one.account, cost_centre=one.cost_centre)
        for one in unit.session.scalars(select(PayCodes))
    }
    ledger = unit.session.scalars(select(Payee.id).where(Payee.channel == Channel.LEDGER)).all()
    return Run(
        month=month,
        tariffs=tariffs,
        codes=Codes(codes=codes, channels=dict.fromkeys(ledger, Channel.LEDGER)),
        approved=set(approved),
        # a run that paid for a month is of that year or a later one, and is kept so long after it
        papers_since=Month(year=unit.today.year - PayRun.keep.years, number=1),
        to_receiving=_moving(unit, approved),
    )


def _moving(unit: Unit, approved: Mapping[Month, datetime]) -> Callable[[date], bool]:
    """Whether the receiving home is paid for a day of moving: what an approved month has paid does not change with the
    setting."""
    said = past_of(unit.session, f"{unit.service}.{MOVING_DAY.name}", MOVING_DAY)
    then = {month: said(computed_at) for month, computed_at in approved.items()}
    return lambda day: then.get(month_with(day), unit.settings.moving_day) is MovingDay.RECEIVING


def books_of(unit: Unit, homes: _Ids, run: Run, *, since: date | None = None) -> Iterator[Book]:
    """All that is known of some homes; of agreements those that run in the month, or since a day before it."""
    read = _Read(unit, homes, run, since or run.month.first)
    for home_id in homes:
        yield read.book(home_id)


_IDS: Any = bindparam("ids", type_=ARRAY(Text))
_CHANGED_IDS: Any = bindparam("changed", type_=ARRAY(Text))
_AGREEMENTS = select(
    Agreement.id,
    Agreement.home_id,
    Agreement.placement_id,
    Agreement.kind,
    Agreement.status,
    Agreement.starts_on,
    Agreement.ends_on,
).where(
    Agreement.home_id == any_(_IDS),
    or_(
        Agreement.ends_on.is_(None),
        Agreement.ends_on >= bindparam("first"),
        Agreement.home_id == any_(_CHANGED_IDS),
    ),
)
_TERMS = select(
    AgreementTerms.agreement_id,
    AgreementTerms.number,
    AgreementTerms.since,
    AgreementTerms.terms,
    AgreementTerms.private,
    AgreementTerms.is_agreed,
).where(AgreementTerms.agreement_id == any_(_IDS))
_PLACEMENTS = select(
    Placement.id,
    Placement.home_id,
    Placement.assignment,
    Placement.birth_date,
    Placement.person_key,
    Placement.starts_on,
    Placement.ends_on,
).where(Placement.home_id == any_(_IDS))
_SAME_PERSON = select(
    Placement.id, Placement.home_id, Placement.person_key, Placement.starts_on, Placement.ends_on
).where(
    Placement.person_key == any_(_IDS),
    Placement.assignment.in_([str(one) for one in LIVING]),
)
_GUARDIANS = select(Agreement.id, Agreement.placement_id, Agreement.starts_on, Agreement.ends_on).where(
    Agreement.placement_id == any_(_IDS),
    text("kind = 'guardian'"),  # as it is written in the index
)
_VISITS = (
    select(
        KeptVisit.placement_id,
        KeptVisit.starts_on,
        KeptVisit.ends_on,
        KeptVisit.half_first_day,
        KeptVisit.half_last_day,
        KeptVisit.reported_on,
    )
    .where(KeptVisit.placement_id == any_(_IDS), KeptVisit.withdrawn.is_(False))
    .order_by(KeptVisit.starts_on, KeptVisit.id)
)
_CLAIM = select(
    KeptClaim.id,
    KeptClaim.home_id,
    KeptClaim.placement_id,
    KeptClaim.payee_adult_id,
    KeptClaim.kind,
    KeptClaim.period_from,
    KeptClaim.period_to,
    KeptClaim.approved_amount,
    KeptClaim.approved_kilometres,
    KeptClaim.approved_percent,
    KeptClaim.salary_per_month,
    KeptClaim.nights,
).order_by(KeptClaim.id)
_CLAIMS = _CLAIM.where(
    KeptClaim.home_id == any_(_IDS),
    KeptClaim.status == ClaimStatus.APPROVED,
    KeptClaim.kind.not_in([str(one) for one in WISHES]),
    KeptClaim.period_from <= bindparam("last"),
)
_PAID_BY_TARIFF = _CLAIM.where(
    KeptClaim.home_id == any_(_IDS),
    KeptClaim.status == ClaimStatus.PAID,  # all of it: what is still paid month by month is looked at afterwards
    KeptClaim.kind.in_([str(one) for one in BY_TARIFF]),
)
_PAID_MONTHS = (
    select(PayRunLine.claim_id, PayRunLine.period_from)
    .join(PayRun, PayRun.id == PayRunLine.pay_run_id)
    .where(
        PayRunLine.claim_id == any_(_IDS),
        PayRunLine.reason_code.is_(None),
        PayRun.status == RunStatus.APPROVED,
    )
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A placement as it is read."""

    id: str
    assignment: str
    birth_date: date
    stay: Stay


class _Read:
    """What was read of some homes, by home."""

    def __init__(self, unit: Unit, homes: _Ids, run: Run, since: date) -> None:
        self._unit, self._run = unit, run
        self._ids = {"ids": list(homes)}
        self._changed = extent.changed_among(unit, homes)
        self._agreements = self._by_home(_AGREEMENTS, first=since, changed=sorted(self._changed))
        self._terms = self._read_terms()
        self._placed_before: dict[str, list[Stay]] = {}  # by the guardian's agreement
        self._placements = self._read_placements()
        self._settled = earlier.settled_of(unit, sorted(self._changed), run)
        self._ahead = earlier.ahead_of(unit, homes, run)
        self._recoveries = earlier.outstanding_of(unit, homes, run)
        self._visits = self._read_visits()
        self._claims = self._by_home(_CLAIMS, last=run.month.last)
        self._paid_months = self._read_paid_months()
        self._paid_claims = self._by_home(_PAID_BY_TARIFF, ids=sorted(self._changed))

    def book(self, home_id: str) -> Book:
        """All that is known of a home."""
        agreements = [one for row in self._agreements[home_id] if (one := self._agreed(row)) is not None]
        return Book(
            home_id=home_id,
            agreements=sorted(agreements, key=lambda one: one.agreement_id),
            without_agreement=self._without_agreement(home_id),
            claims=[self._claim(one) for one in self._claims[home_id]],
            paid_claims=[self._claim(one) for one in self._paid_claims[home_id]],
            outstanding=self._recoveries[home_id],
            settled=self._settled[home_id] if home_id in self._changed else None,
            ahead=self._ahead[home_id],
        )

    def _by_home(self, statement: Any, **values: Any) -> defaultdict[str, list[Any]]:
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self._unit.session.execute(statement, self._ids | values):
            found[row.home_id].append(row)
        return found

    def _read_visits(self) -> defaultdict[str, list[Visit]]:
        ids = [one.id for some in self._placements.values() for one in some if one.assignment not in LIVING]
        found: defaultdict[str, list[Visit]] = defaultdict(list)
        for row in self._unit.session.execute(_VISITS, {"ids": ids}) if ids else ():
            values = row._asdict()
            found[values.pop("placement_id")].append(Visit(**values))
        return found

    def _read_paid_months(self) -> defaultdict[str, list[Month]]:
        ids = [one.id for some in self._claims.values() for one in some]
        found: defaultdict[str, list[Month]] = defaultdict(list)
        for row in self._unit.session.execute(_PAID_MONTHS, {"ids": ids}) if ids else ():
            found[row.claim_id].append(month_with(row.period_from))
        return found

    def _claim(self, row: Any) -> Claim:
        """A claim; of one that is still to be paid without the months that have been."""
        return Claim(
            id=row.id,
            placement_id=row.placement_id,
            payee_adult_id=row.payee_adult_id,
            lines=partial(claim_lines, row, self._run.month, self._paid_months[row.id]),
        )

    def _read_terms(self) -> Mapping[str, list[Any]]:
        ids = [row.id for some in self._agreements.values() for row in some]
        found: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self._unit.session.execute(_TERMS, {"ids": ids}):
            found[row.agreement_id].append(row)
        return found

    def _read_placements(self) -> defaultdict[str, list[_Placed]]:
        rows = self._unit.session.execute(_PLACEMENTS, self._ids).all()
        self._stays = self._read_stays(rows)
        found: defaultdict[str, list[_Placed]] = defaultdict(list)
        for row in rows:
            stay = self._stays.get(row.id, _stay(row))
            found[row.home_id].append(_Placed(row.id, row.assignment, date.fromisoformat(row.birth_date), stay))
        return found

    def _read_stays(self, rows: Sequence[Any]) -> dict[str, Stay]:
        """The stays of those who were placed several times, or have a guardian (by the agreement's id), wherever that
        was, so that a day of moving is paid once; and those of contracts of a home that follow each other."""
        lived = self._contracts()
        people = {row.person_key for row in rows if row.person_key}
        placed = self._unit.session.execute(_SAME_PERSON, {"ids": sorted(people)}).all()
        guardians = self._read_guardians([row.id for row in placed])
        for row in placed:
            lived[row.person_key].append(Lived(row.id, row.home_id, _stay(row)))
            guarded = guardians.get(row.id)
            if guarded is None:
                continue
            self._placed_before[guarded.id] = [_stay(row), *(_stay(one) for one in placed if _is_beside(one, row))]
            if (stay := after(self._placed_before[guarded.id], _stay(guarded))) is not None:
                lived[row.person_key].append(Lived(guarded.id, row.home_id, stay))
        return {
            one: stay
            for some in lived.values()
            if len(some) > 1
            for one, stay in paid_once(some, to_receiving=self._run.to_receiving).items()
        }

    def _contracts(self) -> defaultdict[str, list[Lived]]:
        """The agreements that are about no placement, by home and kind."""
        found: defaultdict[str, list[Lived]] = defaultdict(list)
        for row in (row for some in self._agreements.values() for row in some if row.kind in OF_HOME):
            found[f"{row.kind} {row.home_id}"].append(Lived(row.id, row.home_id, _stay(row)))
        return found

    def _read_guardians(self, ids: _Ids) -> dict[str, Any]:
        """The agreements with guardians by the placement before, also those of homes that are not read."""
        rows = self._unit.session.execute(_GUARDIANS, {"ids": ids}) if ids else ()
        return {row.placement_id: row for row in rows}

    def _agreed(self, row: Any) -> Agreed | None:
        placed = next((one for one in self._placements[row.home_id] if one.id == row.placement_id), None)
        rules = rules_of(row.kind, placed.assignment if placed else None)
        if rules is None:
            return None
        of_placement = placed if row.kind == AgreementKind.PLACEMENT else None
        known = self._stays.get(row.id, _stay(row)) if of_placement is None else of_placement.stay
        return Agreed(
            agreement_id=row.id,
            home_id=row.home_id,
            rules=rules,
            signed=row.status == AgreementStatus.SIGNED,
            stay=replace(known, starts_on=row.starts_on, ends_on=row.ends_on),
            terms=self._terms_of(row.id),
            placement_id=row.placement_id,
            birth_date=placed.birth_date if placed else None,
            visits=self._visits[row.placement_id] if of_placement is not None else (),
            placed=self._before(placed, row.id) if row.kind == AgreementKind.GUARDIAN else (),
            children=self._children(row.home_id) if rules is PayRules.CONTRACTED_EMERGENCY_HOME else (),
            others=self._others(row.home_id) if rules is PayRules.CONTRACTED_EMERGENCY_HOME else (),
        )

    def _before(self, placed: _Placed | None, agreement_id: str) -> list[Stay]:
        """The stays before a guardian's; of a placement whose person is not known, its own."""
        return self._placed_before.get(agreement_id, [] if placed is None else [placed.stay])

    def _terms_of(self, agreement_id: str) -> tuple[Terms, ...]:
        """The terms that are agreed; of a draft those that are proposed."""
        every = in_order(self._terms[agreement_id])
        holding = [row for row in every if row.is_agreed] or every[:1]
        return tuple(terms_of(row.since, {**row.terms, **(row.private or {})}) for row in holding)

    def _children(self, home_id: str) -> list[Child]:
        return [
            Child(placement_id=one.id, birth_date=one.birth_date, stay=one.stay)
            for one in self._placements[home_id]
            if one.assignment == Assignment.CONTRACTED_EMERGENCY_HOME
        ]

    def _others(self, home_id: str) -> list[Stay]:
        return [
            one.stay
            for one in self._placements[home_id]
            if one.assignment in LIVING and one.assignment != Assignment.CONTRACTED_EMERGENCY_HOME
        ]

    def _without_agreement(self, home_id: str) -> dict[str, Days | None]:
        """The placements that run in the month and that nobody is paid for by an agreement; of one in a contracted
        home, whatever else was agreed, the days that no contract pays."""
        rows = self._agreements[home_id]
        agreed = {row.placement_id for row in rows if row.kind == AgreementKind.PLACEMENT}
        contracts = self._days_of([row for row in rows if row.kind == AgreementKind.CONTRACTED_EMERGENCY_HOME])
        found: dict[str, Days | None] = {}
        for one in self._placements[home_id]:
            is_contracted = one.assignment == Assignment.CONTRACTED_EMERGENCY_HOME
            by = contracts if is_contracted else ()
            for lived in self._days_of([one.stay] if is_contracted or one.id not in agreed else []):
                if (left := uncovered(lived, by)) is not None:
                    found[one.id] = None if left == lived else left
        return found

    def _days_of(self, some: Iterable[Any]) -> list[Days]:
        """The days of the month on which some run."""
        return [days for one in some if (days := running(_stay(one), self._run.month)) is not None]


def _is_beside(one: Any, placed: Any) -> bool:
    """Whether it is another placement of the same person in that home."""
    return (one.person_key, one.home_id) == (placed.person_key, placed.home_id) and one.id != placed.id


def _stay(row: Any) -> Stay:
    return Stay(starts_on=row.starts_on, ends_on=row.ends_on)
