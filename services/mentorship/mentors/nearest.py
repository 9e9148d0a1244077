"""Which mentor family (mentorsfamilj) a home is offered: the nearest with room. Knows positions and numbers only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from typing import NamedTuple

from services.kernel.basics.geo import Place, distance_km

#: The mentor families of Stockholm have at most ten homes each; more only with a reason.
MOST_HOMES = 10


class Obstacle(StrEnum):
    """Why a mentor can not have a home."""

    SAME_HOUSEHOLD = "same_household"
    NOT_AVAILABLE = "not_available"
    PAUSED = "paused"
    FULL = "full"

    @property
    def detail(self) -> str:
        """In words."""
        return _DETAILS[self]


_DETAILS = {
    Obstacle.SAME_HOUSEHOLD: "Somebody lives in both homes.",
    Obstacle.NOT_AVAILABLE: "Its own approval is suspended, revoked or has ended.",
    Obstacle.PAUSED: "It takes no new homes for now.",
    Obstacle.FULL: "It has as many homes as it takes.",
}


class PlaceFrom(StrEnum):
    """From where distances to a home are counted."""

    ADDRESS = "address"
    MUNICIPALITY = "municipality"  #: its middle: of one of the two homes no more is known


class Mentor(NamedTuple):
    """An experienced home that supports others: plain, because a choice may weigh thousands."""

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
    #: Its own approval holds.
    available: bool = True
    #: The place is its own, and not only the municipality's middle.
    is_placed: bool = True

    @property
    def room(self) -> int:
        """How many more homes can be offered to the mentor now."""
        return 0 if self.paused or not self.available else max(0, self.capacity - self.current)

    def can_have(self, household: Collection[str]) -> bool:
        """Whether it has no obstacles."""
        has_room = self.current < self.capacity and self.available and not self.paused
        return has_room and self.home_id not in household

    def obstacles(self, household: Collection[str]) -> list[Obstacle]:
        """Why it can not have a home; `household` are all homes in which somebody of that home lives."""
        found = {
            Obstacle.SAME_HOUSEHOLD: self.home_id in household,
            Obstacle.NOT_AVAILABLE: not self.available,
            Obstacle.PAUSED: self.paused,
            Obstacle.FULL: self.current >= self.capacity,
        }
        return [obstacle for obstacle, is_there in found.items() if is_there]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A home that waits because no mentor had room."""

    #: What the home waits in; earlier ones sort first.
    mentorship_id: str
    home_id: str
    place: Place | None
    #: Every home in which somebody of it lives, itself among them.
    household: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class NearestMentor:
    """The mentor to offer, and how far away."""

    mentor_id: str
    home_id: str
    #: Kilometres with one decimal; None when either position is unknown.
    distance_km: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A mentor beside a home: how far away, and what stands in the way."""

    mentor: Mentor
    distance: float | None
    obstacles: tuple[Obstacle, ...]


def suggest(
    home_place: Place | None, mentors: Iterable[Mentor], *, household: Collection[str], most: int
) -> list[Suggestion]:
    """The mentors that suit a home best, each with its distance and obstacles: those without obstacles first, the
    nearest of them before."""

    def rank(mentor: Mentor) -> tuple[bool, bool, float, int, str]:
        distance = distance_between(home_place, mentor.place)
        return (
            not mentor.can_have(household),
            distance is None,
            distance or 0.0,
            mentor.current,
            mentor.mentor_id,
        )

    return [
        Suggestion(
            mentor=mentor,
            distance=distance_between(home_place, mentor.place),
            obstacles=tuple(mentor.obstacles(household)),
        )
        for mentor in nsmallest(most, mentors, key=rank)
    ]


def nearest_mentor(
    home_place: Place | None, mentors: Iterable[Mentor], *, household: Collection[str]
) -> NearestMentor | None:
    """The nearest mentor with room, or None; a home is never mentored by a household that somebody of it belongs to.

    A mentor at an unknown distance comes after all others. Equally near ones are ordered by the fewest homes, then id.
    """
    best = suggest(home_place, mentors, household=household, most=1)
    if not best or best[0].obstacles:
        return None
    chosen, distance = best[0].mentor, best[0].distance
    return NearestMentor(
        mentor_id=chosen.mentor_id,
        home_id=chosen.home_id,
        distance_km=None if distance is None else round(distance, 1),
    )


def nearest_waiting(mentor: Mentor, waiting: Iterable[Waiting]) -> list[Waiting]:
    """The homes that a mentor with room is offered to: the nearest, as many as it has room for, never its own.

    A home at an unknown distance comes after all others. Of equally near ones the one that has waited longest is first.
    """
    others = [home for home in waiting if mentor.home_id not in {home.home_id, *home.household}]
    return sorted(others, key=lambda home: _waiting_rank(home, distance_between(home.place, mentor.place)))[
        : mentor.room
    ]


def distance_between(here: Place | None, there: Place | None) -> float | None:
    """Kilometres, or None when either position is unknown."""
    return None if here is None or there is None else distance_km(here, there)


def _waiting_rank(home: Waiting, distance: float | None) -> tuple[bool, float, str]:
    return (distance is None, distance or 0.0, home.mentorship_id)
