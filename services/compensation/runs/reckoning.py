"""A home's part of a month's pay run: what each agreement and each claim is paid, or why it is held; what approved
months still owe; what is recovered. Values in, values out.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from services.compensation.pay.contact_family import Visit
from services.compensation.pay.contact_person import ReportMissing
from services.compensation.pay.days import Days
from services.compensation.pay.lines import PayKind, PayLine
from services.compensation.runs.agreed import Agreed, PayeeMissing, PayRules
from services.compensation.runs.corrections import (
    About,
    Carried,
    Correction,
    Key,
    Outstanding,
    Settled,
    corrections,
    instalments,
    reversed_by,
    taken_back,
)
from services.compensation.runs.entries import Codes, Entry, Whose, held, paid
from services.compensation.tariffs.tariff import Tariff
from services.compensation.tariffs.unpayable import Unpayable
from services.kernel.basics.days import Month, add_months, month_with


class AgreementMissing(Unpayable):
    """Somebody lives in a home, or is supported by it, and there is no agreement on the pay."""


class ReportedTooLate(Unpayable):
    """Days were reported later than the municipality pays for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A claim that was approved, and what it pays."""

    id: str
    placement_id: str | None
    payee_adult_id: str | None
    lines: Callable[[Mapping[int, Tariff]], Sequence[PayLine]]  #: raises `Unpayable`


@dataclass(frozen=True, kw_only=True, slots=True)
class Book:
    """All that is known of a home when its part of a run is computed."""

    home_id: str
    agreements: Sequence[Agreed] = ()
    #: placements that run in the month; with the days, where the others are paid by a contract
    without_agreement: Mapping[str, Days | None] = field(default_factory=dict)
    claims: Sequence[Claim] = ()
    paid_claims: Sequence[Claim] = ()  #: of kinds that are paid by a tariff; none where nothing has changed since
    outstanding: Mapping[str, Sequence[Outstanding]] = field(default_factory=dict)  #: by payee
    #: what approved runs have paid, by the month that it is about; None where nothing has changed since
    settled: Mapping[Month, Sequence[Settled]] | None = None
    #: what runs of later months, approved before this one, have paid of its own month: days that were reported
    ahead: Sequence[Settled] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoned:
    """A home's lines. `expected` is `paid` and `held` together; each agreement and claim is counted once."""

    entries: Sequence[Entry]
    paid: int
    held: int

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.entries if one.amount is not None), Decimal(0))


_FIRST = month_with(date.min)


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What a run is about, and by what it is computed."""

    month: Month
    tariffs: Mapping[int, Tariff]
    codes: Codes
    approved: Collection[Month] = ()  #: the other months whose runs are approved
    papers_since: Month = _FIRST  #: no run that has paid for this month or a later one has been weeded
    #: whether the receiving home is paid for a day of moving; of an approved month, as it was when that was computed
    to_receiving: Callable[[date], bool] = field(default=lambda _: True)


def reckon(book: Book, run: Run) -> Reckoned:
    """A home's part of the run."""
    present = [*_of_agreements(book, run), *_of_claims(book, run), *_without(book)]
    back = [*_back(book, run), *_claims_back(book, run)]
    entries = [entry for some in present for entry in some] + back
    entries += _recovered(book, run, entries, back)
    is_held = [any(entry.reason_code for entry in some) for some in present]
    return Reckoned(entries=entries, paid=is_held.count(False), held=is_held.count(True))


def _of_agreements(book: Book, run: Run) -> Iterator[list[Entry]]:
    for agreed in book.agreements:
        if not agreed.runs_in(run.month):
            continue
        whose = Whose(home_id=book.home_id, agreement_id=agreed.agreement_id, placement_id=agreed.placement_id)
        try:
            lines = agreed.lines(run.month, run.tariffs.get(run.month.year))
            was = [one for one in book.ahead if one.agreement_id == agreed.agreement_id]
            yield _rest(book, agreed, lines, was, run) if was else [paid(line, run.codes, whose) for line in lines]
        except Unpayable as reason:
            yield [held(reason, whose)]


def _rest(book: Book, agreed: Agreed, lines: Sequence[PayLine], was: Sequence[Settled], run: Run) -> list[Entry]:
    """What is left to pay of a month of which a later month's run has paid something."""
    owed: defaultdict[Key, list[PayLine]] = defaultdict(list)
    for line in lines:
        owed[_key(agreed, line)].append(line)
    return [_corrected(book, one, run) for one in corrections(owed, was, run.month)]


def _of_claims(book: Book, run: Run) -> Iterator[list[Entry]]:
    for claim in book.claims:
        try:
            yield [paid(line, run.codes, _whose(book, claim)) for line in _lines_of_claim(claim, run)]
        except Unpayable as reason:
            yield [held(reason, _whose(book, claim))]


def _whose(book: Book, claim: Claim) -> Whose:
    return Whose(home_id=book.home_id, claim_id=claim.id, placement_id=claim.placement_id)


def _lines_of_claim(claim: Claim, run: Run) -> list[PayLine]:
    if claim.payee_adult_id is None:
        raise PayeeMissing("The claim does not say who is paid.")
    return [line._replace(payee_adult_id=claim.payee_adult_id) for line in claim.lines(run.tariffs)]


def _without(book: Book) -> Iterator[list[Entry]]:
    for placement_id, left in sorted(book.without_agreement.items()):
        reason = AgreementMissing(f"There is no agreement for {'this placement' if left is None else 'these days'}.")
        whose = Whose(home_id=book.home_id, placement_id=placement_id)
        yield [held(reason, whose, period=None if left is None else (left.first, left.last))]


def _back(book: Book, run: Run) -> Iterator[Entry]:
    """What earlier months still owe, the earliest first."""
    if book.settled is None:
        return
    for month in sorted(_months_back(book, run)):
        settled = [one for one in book.settled.get(month, ()) if one.claim_id is None]
        owed, keeps = _owed(book, month, run, settled)
        yield from keeps
        for one in corrections(owed, settled, month):
            yield _corrected(book, one, run)


def _claims_back(book: Book, run: Run) -> Iterator[Entry]:
    """What claims that were paid still owe by the tariffs as they are now, month by month. Of one that can not be
    computed now, what was paid stays as it is."""
    settled = _settled_by_claim(book, run)
    for claim in book.paid_claims:
        was = settled[claim.id]
        try:
            owed = _owed_by(claim, run)
        except Unpayable as reason:
            yield from (held(reason, _whose(book, claim), period=(month.first, month.last)) for month in sorted(was))
            continue
        for month in sorted(was):
            yield from (_corrected(book, one, run) for one in corrections(owed[month], was[month], month))


def _settled_by_claim(book: Book, run: Run) -> defaultdict[str, defaultdict[Month, list[Settled]]]:
    """What was paid of each claim, by the months of which all of it is known."""
    found: defaultdict[str, defaultdict[Month, list[Settled]]] = defaultdict(lambda: defaultdict(list))
    for month, some in (book.settled or {}).items():
        for one in some if run.papers_since <= month < run.month else ():
            if one.claim_id is not None:
                found[one.claim_id][month].append(one)
    return found


def _owed_by(claim: Claim, run: Run) -> Mapping[Month, Mapping[Key, Sequence[PayLine]]]:
    """What a claim pays by what is known now, by month. Raises `Unpayable`."""
    owed: defaultdict[Month, defaultdict[Key, list[PayLine]]] = defaultdict(lambda: defaultdict(list))
    for line in _lines_of_claim(claim, run):
        assert line.payee_adult_id is not None  # noqa: S101  # `_lines_of_claim` has said who
        key = Key(None, claim.id, claim.placement_id, line.payee_adult_id, str(line.kind))
        owed[month_with(line.period_from)][key].append(line)
    return owed


def months_of(book: Book, run: Run) -> set[Month]:
    """The months of a home that are reckoned: the run's own, and those that are looked at again."""
    return {run.month} if book.settled is None else {run.month, *_months_back(book, run)}


def _months_back(book: Book, run: Run) -> set[Month]:
    """The approved months, and those of which days were reported, or have been paid: a day that was reported late is
    paid by the first run that is computed after it was confirmed, and taken back when it is withdrawn. None of which it
    is not known any more what was paid."""
    visited = {
        month
        for agreed in book.agreements
        if agreed.rules is PayRules.CONTACT_FAMILY
        for month in agreed.visited_months
    }
    known = {*run.approved, *visited, *(book.settled or ())}
    return {month for month in known if run.papers_since <= month < run.month}


def _owed(
    book: Book, month: Month, run: Run, settled: Sequence[Settled]
) -> tuple[Mapping[Key, Sequence[PayLine]], list[Entry]]:
    """What an earlier month owes by what is known now, and what of it is held. Of an agreement whose month can not be
    computed now, what was paid stays as it is; of one that nobody has reported, nothing is owed."""
    owed: defaultdict[Key, list[PayLine]] = defaultdict(list)
    keeps: list[Entry] = []
    for agreed in book.agreements:
        was = [one for one in settled if one.agreement_id == agreed.agreement_id]
        whose = Whose(home_id=book.home_id, agreement_id=agreed.agreement_id)
        if month not in run.approved and agreed.rules is not PayRules.CONTACT_FAMILY:
            _keep(owed, was)  # it is left to its own run
            continue
        try:
            lines, late = _lines_of(agreed, month, run, was)
        except Unpayable as reason:
            if not isinstance(reason, ReportMissing):
                _keep(owed, was)
            if was:
                keeps.append(held(reason, whose, period=(month.first, month.last)))
            continue
        if late:
            keeps.append(_held_late(late, month, whose))
        if late and not _is_more(lines, was):
            _keep(owed, was)
            continue
        for line in lines:
            owed[_key(agreed, line)].append(line)
    return owed, keeps


def _key(agreed: Agreed, line: PayLine) -> Key:
    assert line.payee_adult_id is not None  # noqa: S101  # `shared` has said who
    placement_id = line.placement_id or agreed.placement_id
    return Key(agreed.agreement_id, None, placement_id, line.payee_adult_id, str(line.kind))


def _lines_of(
    agreed: Agreed, month: Month, run: Run, was: Sequence[Settled]
) -> tuple[Sequence[PayLine], Sequence[Visit]]:
    """What an agreement pays of an earlier month, and which visits it does not pay, as they were reported too late.
    Raises `Unpayable`."""
    if not agreed.runs_in(month):
        return [], []
    tariff = run.tariffs.get(month.year)
    lines = agreed.lines(month, tariff)
    if agreed.rules in _REPORTED and tariff is not None and _is_more(lines, was):
        return _in_time(agreed, lines, month, run, tariff)
    return lines, []


#: What is paid as it was reported.
_REPORTED = frozenset({PayRules.CONTACT_FAMILY, PayRules.CONTACT_PERSON})


def _is_more(lines: Sequence[PayLine], was: Sequence[Settled]) -> bool:
    return sum((line.amount for line in lines), Decimal(0)) > sum((one.amount for one in was), Decimal(0))


def _in_time(
    agreed: Agreed, lines: Sequence[PayLine], month: Month, run: Run, tariff: Tariff
) -> tuple[Sequence[PayLine], Sequence[Visit]]:
    """Of a month's lines what is paid of the visits that were not reported too late, and those that were, if it is
    less. Their days are days of the stay still: none of it is paid more because another is paid nothing."""
    late = [one for one in agreed.visits if month in one.months() and _is_late(one, month, run, tariff)]
    if not late:
        return lines, []
    visits = [replace(one, is_paid=one not in late) for one in agreed.visits]
    try:
        in_time = replace(agreed, visits=visits).lines(month, tariff)
    except ReportMissing:
        in_time = []
    return in_time, late if in_time != lines else []


def _is_late(visit: Visit, month: Month, run: Run, tariff: Tariff) -> bool:
    """Whether it was reported later than a late report of the month is paid. Staff who confirm late, and a tariff that
    is corrected, make no report late."""
    if tariff.reporting is None:
        return False
    reported = month_with(visit.reported_on or run.month.first)
    return month < month_with(add_months(reported.first, -tariff.reporting.retroactive_months))


def _held_late(late: Sequence[Visit], month: Month, whose: Whose) -> Entry:
    days = max(min(one.starts_on for one in late), month.first), min(max(one.ends_on for one in late), month.last)
    reason = ReportedTooLate(f"What was reported of {month.text} lies farther back than a late report is paid.")
    return held(reason, whose, period=days)


def _keep(owed: defaultdict[Key, list[PayLine]], was: Sequence[Settled]) -> None:
    for one in was:
        owed[one.key].append(
            PayLine(
                kind=PayKind(one.kind),
                period_from=one.period_from,
                period_to=one.period_to,
                quantity=Decimal(1),
                unit_amount=one.amount,
                amount=one.amount,
                explanation="",
                placement_id=one.placement_id,
                payee_adult_id=one.payee_adult_id,
            )
        )


def _corrected(book: Book, one: Correction, run: Run) -> Entry:
    agreement_id, claim_id, placement_id, *_ = one.key
    whose = Whose(home_id=book.home_id, agreement_id=agreement_id, claim_id=claim_id, placement_id=placement_id)
    return paid(one.line, run.codes, whose, corrects=one.corrects)


def _recovered(book: Book, run: Run, entries: Sequence[Entry], back: Sequence[Entry]) -> list[Entry]:
    """What is carried to recoveries and from them, and the instalments that are due."""
    found = [_recovery(book, one, PayKind.RECOVERY_CARRIED, run) for one in _carried(book, entries, back)]
    taken: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for entry in found:
        taken[entry.recovery_id] -= entry.amount or 0
    left = {
        payee: [replace(one, amount=one.amount - taken[one.recovery_id]) for one in some]
        for payee, some in book.outstanding.items()
    }
    totals: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in [*entries, *found]:
        if entry.payee_adult_id is not None and entry.amount is not None:
            totals[entry.payee_adult_id] += entry.amount
    return found + [_recovery(book, one, PayKind.RECOVERY_INSTALMENT, run) for one in instalments(totals, left)]


def _carried(book: Book, entries: Sequence[Entry], back: Sequence[Entry]) -> Iterator[Carried]:
    """For each payee: what corrections settle of recoveries, and what is left of what they take, to be recovered as two
    people decide. What takes something back is a correction also where there is no line of its kind, as a deduction
    that becomes known late."""
    corrected: defaultdict[str, list[Entry]] = defaultdict(list)
    taking = [entry for entry in back if entry.corrects is None and (entry.amount or 0) < 0]
    for entry in [*taking, *(entry for entry in entries if entry.corrects is not None)]:
        if entry.payee_adult_id is not None:
            corrected[entry.payee_adult_id].append(entry)
    settled = [*(one for some in (book.settled or {}).values() for one in some), *book.ahead]
    of_runs = taken_back(settled) if corrected and book.outstanding else {}
    for payee, some in sorted(corrected.items()):
        reversals = list(reversed_by(_given(some), book.outstanding.get(payee, ()), of_runs))
        yield from reversals
        rest = sum((one.amount or Decimal(0) for one in some), Decimal(0)) + sum(one.amount for one in reversals)
        if rest < 0:
            yield Carried(payee_adult_id=payee, amount=-rest)


def _given(corrections: Sequence[Entry]) -> dict[About, Decimal]:
    """What corrections of one payee give, by what they are about."""
    given: defaultdict[About, Decimal] = defaultdict(Decimal)
    for one in corrections:
        if one.amount is not None and one.amount > 0 and one.period_from is not None:
            key = Key(one.agreement_id, one.claim_id, one.placement_id, str(one.payee_adult_id), str(one.kind))
            given[key, month_with(one.period_from)] += one.amount
    return given


_RECOVERY_WORDS = {
    PayKind.RECOVERY_CARRIED: "Rättelser bakåt i tiden: inget dras förrän två personer har beslutat om det",
    PayKind.RECOVERY_INSTALMENT: "Återbetalning enligt beslutad plan",
}


def _recovery(book: Book, one: Carried, kind: PayKind, run: Run) -> Entry:
    line = PayLine(
        kind=kind,
        period_from=run.month.first,
        period_to=run.month.last,
        quantity=Decimal(1),
        unit_amount=one.amount,
        amount=one.amount,
        explanation=_RECOVERY_WORDS[kind],
        payee_adult_id=one.payee_adult_id,
    )
    return paid(line, run.codes, Whose(home_id=book.home_id, recovery_id=one.recovery_id))
