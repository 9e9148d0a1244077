"""Days of a month, which of them are paid, and which part of a month they are."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import TypeVar, assert_never

from services.compensation.pay.lines import PayKind, PayLine, written
from services.compensation.tariffs.levels import AgeBand, BirthdayRule, PartMonth
from services.compensation.tariffs.tariff import Tariff
from services.kernel.basics.days import Month, anniversary, month_with
from services.kernel.basics.money import to_ore

ONE_DAY = timedelta(days=1)
_NO_DAY = timedelta()
_QUANTITY_STEP = Decimal("0.000000000001")
_Rate = TypeVar("_Rate")  #: what holds on a day


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Consecutive days of one month, first and last included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def fill(self, month: Month) -> bool:
        """Whether they are the whole month."""
        return (self.first, self.last) == (month.first, month.last)

    def within(self, other: "Days") -> "Days | None":
        """The days that both have."""
        return days(max(self.first, other.first), min(self.last, other.last))

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.count))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """From when to when somebody is in a home: both days included, no last day while it goes on."""

    starts_on: date
    ends_on: date | None = None
    #: Whether a day of moving from or to another home is paid here, whatever the tariff says; None where it is none.
    first_day_counts: bool | None = None
    last_day_counts: bool | None = None
    #: All of the stay in the home, where only its kind has changed, or its contract: nobody comes or goes on that day.
    part_of: "Stay | None" = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """Kronor for a whole month, and where they come from."""

    amount: Decimal
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So many parts of a month, and how one says it."""

    parts: int
    of: int
    words: str

    @property
    def quantity(self) -> Decimal:
        return (Decimal(self.parts) / self.of).quantize(_QUANTITY_STEP, rounding=ROUND_CEILING)

    def of_amount(self, monthly: Decimal) -> Decimal:
        """That part of an amount, to the öre."""
        return to_ore(monthly * self.parts / self.of)


def days(first: date, last: date) -> Days | None:
    """The days from the first to the last; None when there are none."""
    return Days(first=first, last=last) if first <= last else None


def running(stay: Stay, month: Month) -> Days | None:
    """The days of the month on which a stay or an agreement runs, its first and its last included; none where it ends
    before it starts."""
    return days(max(stay.starts_on, month.first), min(stay.ends_on or month.last, month.last))


def running_of_all(stay: Stay, month: Month) -> tuple[Days, Days] | None:
    """The days of the month on which an agreement runs, and those of all that follow each other without a day between
    them: what divides the month."""
    runs, every = running(stay, month), running(stay.part_of or stay, month)
    return None if runs is None or every is None else (runs, every)


def uncovered(some: Days, by: Collection[Days]) -> Days | None:
    """From the first to the last of some days that none of the others covers."""
    open_days = [day for day in some if not any(one.first <= day <= one.last for one in by)]
    return Days(first=open_days[0], last=open_days[-1]) if open_days else None


def paid_days(stay: Stay, month: Month, tariff: Tariff) -> Days | None:
    """The days of the month that are paid, or None.

    A day of arrival or departure counts as the tariff says. Who comes and goes on one day is paid for one day when
    either of them counts. A day on which a child moves is paid to one home, and to that one always.
    """
    runs = running(stay, month)
    if runs is None:
        return None
    if stay.part_of is not None:
        paid = paid_days(stay.part_of, month, tariff)
        return None if paid is None else paid.within(runs)
    arrival = _or_else(stay.first_day_counts, tariff.arrival_day_counts)
    departure = _or_else(stay.last_day_counts, tariff.departure_day_counts)
    if stay.starts_on == stay.ends_on:
        is_move = stay.first_day_counts is not None
        return runs if (arrival if is_move else arrival or departure) else None
    without_first = ONE_DAY if runs.first == stay.starts_on and not arrival else _NO_DAY
    without_last = ONE_DAY if runs.last == stay.ends_on and not departure else _NO_DAY
    return days(runs.first + without_first, runs.last - without_last)


def _or_else(said: bool | None, otherwise: bool) -> bool:
    return otherwise if said is None else said


def paid_of_all(stay: Stay, month: Month, tariff: Tariff) -> tuple[Days, Days] | None:
    """The days of the month that are paid, and those of all of the stay in the home, also where its kind has changed:
    what divides the month."""
    paid = paid_days(stay, month, tariff)
    every = paid if stay.part_of is None else paid_days(stay.part_of, month, tariff)
    return None if paid is None or every is None else (paid, every)


@lru_cache(maxsize=10_000)  # asked for each day on which a rate may change
def takes_effect(birth_date: date, years: int, rule: BirthdayRule) -> date:
    """The day from which the tariff treats somebody as being that old."""
    birthday = anniversary(birth_date, years)
    match rule:
        case BirthdayRule.SAME_DAY:
            return birthday
        case BirthdayRule.NEXT_MONTH:
            return month_with(birthday).next().first
        case _:
            assert_never(rule)


def band_on(birth_date: date, day: date, rule: BirthdayRule) -> AgeBand:
    """The age band of a day."""
    if day >= takes_effect(birth_date, 20, rule):
        return AgeBand.ADULT
    return AgeBand.FROM_13 if day >= takes_effect(birth_date, 13, rule) else AgeBand.UP_TO_12


def birthdays(birth_date: date, rule: BirthdayRule) -> list[date]:
    """The days on which the band changes."""
    return [takes_effect(birth_date, years, rule) for years in (13, 20)]


def by_rate(paid: Days, cuts: Iterable[date], rate_on: Callable[[date], _Rate | None]) -> Iterator[tuple[Days, _Rate]]:
    """The days with one rate each. What changes nothing divides nothing: neighbours with the same rate are one, so that
    the sum does not depend on how a period is split."""
    begun: tuple[date, _Rate | None] | None = None
    for first in sorted({paid.first, *(cut for cut in cuts if paid.first < cut <= paid.last)}):
        rate = rate_on(first)
        if begun is None or begun[1] != rate:
            if begun is not None and begun[1] is not None:
                yield Days(first=begun[0], last=first - ONE_DAY), begun[1]
            begun = (first, rate)
    if begun is not None and begun[1] is not None:
        yield Days(first=begun[0], last=paid.last), begun[1]


def part_of(some: Days, *, within: Days, month: Month, method: PartMonth) -> Part:
    """Which part of a month the days are, where pay runs for the days `within`, those of all of the stay.

    A whole month is exactly one month by every method, and a change within it divides that one month by calendar days;
    otherwise a home could be paid less in the month of a raise than in the month before it.
    """
    if some.fill(month):
        return Part(parts=1, of=1, words="hela månaden")
    by_calendar = Part(parts=some.count, of=month.days, words=f"{some.count} av {month.days} dagar")
    if within.fill(month):
        return by_calendar
    match method:
        case PartMonth.CALENDAR_DAYS:
            return by_calendar
        case PartMonth.THIRTIETHS:
            parts = min(some.count, 30)
            return Part(parts=parts, of=30, words=f"{parts} trettiondelar")
        case PartMonth.DAYS_OF_YEAR:
            return Part(parts=some.count * 12, of=365, words=f"{some.count} dagar à 12/365")
        case _:
            assert_never(method)


def monthly_line(
    kind: PayKind,
    some: Days,
    rate: Rate,
    *,
    within: Days,
    month: Month,
    tariff: Tariff,
    placement_id: str | None = None,
) -> PayLine:
    """What some days of a month are paid by a monthly rate."""
    part = part_of(some, within=within, month=month, method=tariff.part_month)
    return PayLine(
        kind=kind,
        period_from=some.first,
        period_to=some.last,
        quantity=part.quantity,
        unit_amount=rate.amount,
        amount=part.of_amount(rate.amount),
        explanation=f"{part.words} av {written(rate.amount)} kr ({rate.words})",
        placement_id=placement_id,
    )
