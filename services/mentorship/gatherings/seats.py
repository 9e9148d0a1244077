"""Who gets the seats of a gathering: in the order in which they answered; whoever does not fit waits, and moves up when
seats become free. Numbers only."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats for adults and for children."""

    adults: int
    children: int

    def __add__(self, other: "Seats") -> "Seats":
        return Seats(self.adults + other.adults, self.children + other.children)

    def __sub__(self, other: "Seats") -> "Seats":
        return Seats(self.adults - other.adults, self.children - other.children)

    def hold(self, wanted: "Seats") -> bool:
        """Whether there are as many of both."""
        return wanted.adults <= self.adults and wanted.children <= self.children


NONE = Seats(0, 0)


@dataclass(frozen=True, slots=True)
class Waits:
    """Who waits for seats."""

    id: str
    wanted: Seats


def moved_up(free: Seats, waiting: Iterable[Waits]) -> list[str]:
    """Who of those that wait, the first of them first, gets free seats. Whom they do not hold keeps its place in the
    line, and smaller ones behind may pass."""
    found = []
    for one in waiting:
        if free.hold(one.wanted):
            free -= one.wanted
            found.append(one.id)
    return found
