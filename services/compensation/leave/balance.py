"""How many days of paid leave a contracted emergency home has. Pure.

A year's days are earned by the days of it that the contract runs, rounded to whole ones; what is not taken is carried
over up to so many days.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.compensation.tariffs.levels import LeaveUnit
from services.kernel.basics.working_days import is_working_day


@dataclass(frozen=True, kw_only=True, slots=True)
class Balance:
    """A year's days."""

    year: int
    carried_over: int
    earned: int
    taken: int

    @property
    def left(self) -> int:
        return self.carried_over + self.earned - self.taken


def counted(first: date, last: date, unit: LeaveUnit) -> int:
    """How many days of leave the days from the first to the last are."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(1 for day in days if unit is LeaveUnit.CALENDAR or is_working_day(day))


def balances(
    starts_on: date,
    ends_on: date | None,
    *,
    until: int,
    entitled: Callable[[int], int],
    taken: Mapping[int, int],
    most_carried_over: int,
) -> list[Balance]:
    """The balances from the contract's first year to a year; `entitled` says a whole year's days."""
    found: list[Balance] = []
    for year in range(starts_on.year, until + 1):
        before = found[-1].left if found else 0
        found.append(
            Balance(
                year=year,
                carried_over=min(before, most_carried_over),
                earned=_earned(year, starts_on, ends_on, entitled(year)),
                taken=taken.get(year, 0),
            )
        )
    return found


def _earned(year: int, starts_on: date, ends_on: date | None, whole: int) -> int:
    first, last = date(year, 1, 1), date(year, 12, 31)
    runs = (min(ends_on or last, last) - max(starts_on, first)).days + 1
    of = (last - first).days + 1
    return (2 * whole * max(0, runs) + of) // (2 * of)  # a half upwards


def overlaps(first: date, last: date, others: Iterable[tuple[date, date]]) -> bool:
    """Whether one of the days is in one of the others."""
    return any(first <= end and start <= last for start, end in others)
