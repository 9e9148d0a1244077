"""Nights of respite, and what a home has of them in a month (Stockholm: a weekend a month). Days and numbers only."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
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

    def days(self) -> Iterator[date]:
        """The days on which its nights begin: a night belongs to that day."""
        return (self.starts_on + timedelta(days=place) for place in range(self.nights))

    def by_month(self) -> Mapping[Month, int]:
        """How many nights belong to each month."""
        return Counter(map(month_with, self.days()))


@dataclass(frozen=True, slots=True)
class Lives:
    """That somebody lives in a home: from the first day to the last, both included, as placement counts places. Without
    a last day it goes on."""

    starts_on: date
    ends_on: date | None = None

    def takes(self, night: date) -> bool:
        """Whether it takes a place in the night that begins on that day."""
        return self.starts_on <= night and (self.ends_on is None or night <= self.ends_on)


def others(number: int) -> list[Lives]:
    """Whom others than the municipality have placed in a home: there in every night, as long as they are said to be."""
    return [Lives(date.min)] * number


def most_taken(lives: Collection[Lives], span: Span) -> int:
    """The most places that those who live in a home take in any one of these nights."""
    return max(sum(one.takes(night) for one in lives) for night in span.days())


def beyond(wanted: Span, had: Iterable[Span], *, most: int) -> Month | None:
    """The first month in which a home would have more nights than the municipality gives; None when in none."""
    sums = Counter(wanted.by_month())
    for span in had:
        sums.update({month: nights for month, nights in span.by_month().items() if month in sums})
    return min((month for month, nights in sums.items() if nights > most), default=None)
