"""Which mentor family (mentorsfamilj) a home is offered: the nearest with room. Knows positions and numbers only."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.kernel.basics.geo import Place, distance_km

#: The mentor families of Stockholm have at most ten homes each, and no municipality may set more.
MOST_HOMES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Mentor:
    """An experienced home that supports others."""

    mentor_id: str
    #: The mentor's own home.
    home_id: str
    place: Place | None
    #: Homes that the mentor has agreed to support.
    capacity: int
    #: Homes that the mentor supports or has been offered to.
    current: int
    #: Takes no new homes for now.
    paused: bool = False

    @property
    def room(self) -> int:
        """How many more homes can be offered to the mentor now."""
        return 0 if self.paused else max(0, min(self.capacity, MOST_HOMES) - self.current)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A home that waits because no mentor had room."""

    #: What the home waits in; earlier ones sort first.
    mentorship_id: str
    home_id: str
    place: Place | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NearestMentor:
    """The mentor to offer, and how far away."""

    mentor_id: str
    home_id: str
    #: Kilometres with one decimal; None when either position is unknown.
    distance_km: float | None


def nearest_mentor(home_place: Place | None, mentors: Iterable[Mentor], *, home_id: str) -> NearestMentor | None:
    """The nearest mentor with room, or None; a home is never its own mentor.

    A mentor at an unknown distance comes after all others. Equally near ones are ordered by the fewest homes, then id.
    """
    distances = {
        mentor: distance_between(home_place, mentor.place)
        for mentor in mentors
        if mentor.room and mentor.home_id != home_id
    }
    if not distances:
        return None
    chosen, distance = min(distances.items(), key=lambda item: _rank(*item))
    return NearestMentor(
        mentor_id=chosen.mentor_id,
        home_id=chosen.home_id,
        distance_km=None if distance is None else round(distance, 1),
    )


def nearest_waiting(mentor: Mentor, waiting: Iterable[Waiting]) -> list[Waiting]:
    """The homes that a mentor with room is offered to: the nearest, as many as it has room for, never its own.

    A home at an unknown distance comes after all others. Of equally near ones the one that has waited longest is first.
    """
    others = [home for home in waiting if home.home_id != mentor.home_id]
    return sorted(others, key=lambda home: _waiting_rank(home, distance_between(home.place, mentor.place)))[
        : mentor.room
    ]


def distance_between(here: Place | None, there: Place | None) -> float | None:
    """Kilometres, or None when either position is unknown."""
    return None if here is None or there is None else distance_km(here, there)


def _waiting_rank(home: Waiting, distance: float | None) -> tuple[bool, float, str]:
    return (distance is None, distance or 0.0, home.mentorship_id)


def _rank(mentor: Mentor, distance: float | None) -> tuple[bool, float, int, str]:
    return (distance is None, distance or 0.0, mentor.current, mentor.mentor_id)
