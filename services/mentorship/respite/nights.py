"""Nights of respite, and what a home has of them in a month (Stockholm: a weekend a month). Days and numbers only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.kernel.basics.days import Month, month_with


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a later one: the nights between them."""

    starts_on: date
    ends_on: date

    @property
    def nights(self) -> int:
        """How many."""
        return (self.ends_on - self.starts_on).days

    def overlaps(self, other: "Span") -> bool:
        """Whether they have a night in common."""
        return self.starts_on < other.ends_on and other.starts_on < self.ends_on

    def by_month(self) -> Mapping[Month, int]:
        """How many nights belong to each month: a night belongs to the day on which it begins."""
        return Counter(month_with(self.starts_on + timedelta(days=place)) for place in range(self.nights))


def beyond(wanted: Span, had: Iterable[Span], *, most: int) -> Month | None:
    """The first month in which a home would have more nights than the municipality gives; None when in none."""
    sums = Counter(wanted.by_month())
    for span in had:
        sums.update({month: nights for month, nights in span.by_month().items() if month in sums})
    return min((month for month, nights in sums.items() if nights > most), default=None)
