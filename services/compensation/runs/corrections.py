"""What an approved month would pay by what is known now, beside what it has paid: the difference, line by line.

A whole month that comes out the same gives nothing. What comes out too high is corrected, and carried: nothing is taken
from a home before two people have decided on it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from services.compensation.pay.lines import PayKind, PayLine, written
from services.kernel.basics.days import Month, month_with


class Key(NamedTuple):
    """What a sum is paid by, an agreement or a claim, for whom (a child in a contracted home has no agreement of its
    own), to whom and as what."""

    agreement_id: str | None
    claim_id: str | None
    placement_id: str | None
    payee_adult_id: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """A line of an approved run."""

    id: str
    agreement_id: str | None
    placement_id: str | None
    payee_adult_id: str
    kind: str
    period_from: date
    period_to: date
    amount: Decimal
    claim_id: str | None = None
    corrects: str | None = None
    pay_run_id: str = ""  #: the run that it stands in
    run_month: str = ""  #: the month of that run

    @property
    def key(self) -> Key:
        return Key(self.agreement_id, self.claim_id, self.placement_id, self.payee_adult_id, self.kind)

    @property
    def takes_back(self) -> bool:
        """Whether it took something of an earlier month back, which a recovery came of."""
        is_back = self.corrects is not None or month_with(self.period_from).text < self.run_month
        return is_back and self.amount < 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A line that an earlier month still owes, and the line that it corrects; None when that had paid nothing of it."""

    key: Key
    line: PayLine
    corrects: str | None


def corrections(
    owed: Mapping[Key, Sequence[PayLine]], settled: Sequence[Settled], month: Month
) -> Iterator[Correction]:
    """What makes a month that is settled pay what is owed, in a fixed order."""
    was: defaultdict[Key, list[Settled]] = defaultdict(list)
    for one in settled:
        was[one.key].append(one)
    for key in sorted(owed.keys() | was.keys(), key=_in_order):
        if key not in was:
            yield from (Correction(key=key, line=line, corrects=None) for line in owed[key])
        else:
            yield from _correction(key, owed.get(key, ()), was[key], month)


def _in_order(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)


def _correction(key: Key, owed: Sequence[PayLine], was: Sequence[Settled], month: Month) -> Iterator[Correction]:
    now = sum((line.amount for line in owed), Decimal(0))
    before = sum((one.amount for one in was), Decimal(0))
    if now == before:
        return
    first = min([line.period_from for line in owed] + [one.period_from for one in was])
    last = max([line.period_to for line in owed] + [one.period_to for one in was])
    line = PayLine(
        kind=PayKind(key.kind),
        period_from=first,
        period_to=last,
        quantity=Decimal(1),
        unit_amount=now - before,
        amount=now - before,
        explanation=_words(owed, now, before, month),
        placement_id=key.placement_id,
        payee_adult_id=key.payee_adult_id,
    )
    corrected = min(was, key=lambda one: (one.corrects is not None, one.id))
    yield Correction(key=key, line=line, corrects=corrected.id)


def _words(owed: Sequence[PayLine], now: Decimal, before: Decimal, month: Month) -> str:
    words = f"Rättelse för {month.text}: {written(now)} kr i stället för {written(before)} kr"
    return words + "".join(f"; {line.explanation}" for line in owed)


#: What a correction is about: its key and the month that it is about.
About: TypeAlias = tuple[Key, Month]


def taken_back(settled: Sequence[Settled]) -> Mapping[str, Mapping[About, Decimal]]:
    """By run, how much it took back of each key of each month, kronor: what the recoveries came of that it began."""
    found: defaultdict[str, defaultdict[About, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in settled:
        if one.takes_back:
            found[one.pay_run_id][one.key, month_with(one.period_from)] -= one.amount
    return found


def reversed_by(
    given: Mapping[About, Decimal], outstanding: Sequence["Outstanding"], back: Mapping[str, Mapping[About, Decimal]]
) -> Iterator["Carried"]:
    """What corrections give of the very thing that a recovery came of settles it, the newest first, also one that was
    waived: what the home has kept is not paid once more. What they give of anything else is paid."""
    left = dict(given)
    for one in reversed(outstanding):
        amount = Decimal(0)
        for about, most in back.get(one.pay_run_id, {}).items():
            taken = min(left.get(about, Decimal(0)), most, one.amount - amount)
            if taken > 0:
                left[about] -= taken
                amount += taken
        if amount:
            yield Carried(payee_adult_id=one.payee_adult_id, amount=-amount, recovery_id=one.recovery_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outstanding:
    """What is left of a recovery (of one that was waived: what no correction has settled yet), and how much of it two
    people have decided to take by the month."""

    recovery_id: str
    payee_adult_id: str
    amount: Decimal
    due: Decimal = Decimal(0)
    pay_run_id: str = ""  #: in which it came about


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """A sum that is carried to a recovery (positive), or from one (negative)."""

    payee_adult_id: str
    amount: Decimal
    recovery_id: str | None = None


def instalments(totals: Mapping[str, Decimal], outstanding: Mapping[str, Sequence[Outstanding]]) -> Iterator[Carried]:
    """What is taken this month of the instalments that are due: never so much that a payee's total is negative. The
    rest moves on."""
    for payee in sorted(outstanding):
        left = max(Decimal(0), totals.get(payee, Decimal(0)))
        for one in outstanding[payee]:
            taken = min(left, one.due, one.amount)
            left -= taken
            if taken > 0:
                yield Carried(payee_adult_id=payee, amount=-taken, recovery_id=one.recovery_id)
