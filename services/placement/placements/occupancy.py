"""When a home's places are taken, and whether a person lives somewhere already. Days in, answers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """From the first day to the last, both included; without a last day it goes on."""

    starts_on: date
    ends_on: date | None = None
    contracted: bool = False  #: under the contract of a contracted emergency home

    @property
    def came(self) -> bool:
        """Whether it has a day, as one that was cancelled has not: that ended before it began."""
        return self.ends_on is None or self.starts_on <= self.ends_on

    def occupies(self, day: date) -> bool:
        """Whether it takes a place on that day.

        The day of departure counts: it is the last day of the placement and is paid as such, and a home that is never
        over-booked does not wait with a child for another's bags to be packed. A new person comes the day after.
        """
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def taken_on(stays: Iterable[Stay], day: date) -> int:
    """How many places are taken on a day."""
    return sum(stay.occupies(day) for stay in stays)


def occupied_from(stays: Iterable[Stay], day: date) -> int:
    """The most places that are taken on any one day from that day on, without an end.

    A stay that begins later counts; one that ends before another begins does not add to it.
    """
    known = list(stays)
    if not known:
        return 0
    # The number rises only on a first day, so no other days need to be looked at.
    days = {day, *(stay.starts_on for stay in known if stay.starts_on > day)}
    return max(taken_on(known, one) for one in days)


def overlaps(stays: Iterable[Stay], first: date, last: date) -> bool:
    """Whether a person lives in one of these on more of the days, both included, than the days of the moves: the last
    day in one home may be the first in another."""
    return any(stay.starts_on < last and (stay.ends_on is None or stay.ends_on > first) for stay in stays)


def meets(stays: Iterable[Stay], first: date, last: date) -> bool:
    """Whether any of these has one of the days, both included."""
    return any(stay.starts_on <= last and (stay.ends_on is None or stay.ends_on >= first) for stay in stays)


def lives_elsewhere(stays: Iterable[Stay], day: date) -> bool:
    """Whether any of a person's stays goes on after that day, or begins later.

    The day of a move belongs to both homes: the person leaves one in the morning and sleeps in the other.
    """
    return any(stay.ends_on is None or stay.ends_on > day for stay in stays)
