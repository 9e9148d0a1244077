"""When a visit was: the weekends of a contact family, the meetings of a contact person. Values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.kernel.basics.days import Month, add_months, month_with
from services.vocabulary.assignments import LIVING, Assignment


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both included."""

    first: date
    last: date

    def meet(self, other: "Days") -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def is_reported(assignment: Assignment) -> bool:
    """Whether a home reports what it does for somebody: not of whoever lives there."""
    return assignment not in LIVING


def is_meeting(assignment: Assignment) -> bool:
    """Whether it is a contact person's, who meets somebody and has nobody to stay."""
    return assignment is Assignment.CONTACT_PERSON


def meets_another(days: Days, others: Iterable[Days]) -> bool:
    """Whether one of these days is reported already."""
    return any(days.meet(one) for one in others)


def period_before(day: date, every: int) -> tuple[date, date]:
    """The last whole period of so many months before the month of a day; the first of a year begins in January, and the
    last ends with December."""
    last = month_with(add_months(_begun(month_with(day), every).first, -1))
    return _begun(last, every).first, last.last


def _begun(month: Month, every: int) -> Month:
    """The first month of its period."""
    return Month(year=month.year, number=(month.number - 1) // every * every + 1)


def period_due(due_on: date, *, by_day: int, every: int) -> tuple[date, date] | None:
    """The period that is to be reported by a day: one of the first month after it; None where nothing is due then."""
    if due_on.day != by_day or (due_on.month - 1) % every != 0:
        return None
    return period_before(due_on, every)
