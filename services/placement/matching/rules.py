"""Which homes can take a person, how well each suits, and why: hard conditions first, then a score with its reasons.

It proposes and explains; a person decides. Search and score use what a home offers, never what is known about people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

from services.kernel.basics.geo import Place, distance_km
from services.placement.postcodes.places import PlaceFrom
from services.vocabulary.assignments import Assignment

#: Points for a home at the place itself; one is taken off for every whole two kilometres.
_DISTANCE_POINTS = 60
_KM_PER_POINT = 2
_KNOWS_CHILD_POINTS = 30
_LANGUAGE_POINTS = 10
#: Where an identity is protected a distance is told in steps of this many kilometres, so that it finds nobody.
_COARSE_KM = 10


class ObstacleCode(StrEnum):
    """Why a home can not take the person."""

    NO_VALID_APPROVAL = "no_valid_approval"
    STARTS_BEFORE_APPROVAL = "starts_before_approval"
    APPROVED_FOR_ANOTHER_CHILD = "approved_for_another_child"
    APPROVAL_WAITS = "approval_waits"
    AGE_OUTSIDE_APPROVAL = "age_outside_approval"
    NO_FREE_PLACE = "no_free_place"


class ReasonCode(StrEnum):
    """What a home has points for."""

    KNOWS_CHILD = "knows_child"
    DISTANCE = "distance"
    LANGUAGE = "language"


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One person's need of a home."""

    assignment: Assignment
    #: By what the person is found again, for a home that is approved for one child only; nothing is scored by it.
    person: bytes
    #: Whole years on the day below.
    age: int
    #: The day from which the home is needed.
    on: date
    #: Where the person should stay close to; None when nobody has said.
    place: Place | None = None
    #: Language codes, such as `ar`.
    languages: frozenset[str] = frozenset()
    #: The home that the person already knows, a relative's or a friend's.
    knows_home_id: str | None = None
    #: Protected identity (skyddade personuppgifter): distances are told coarsely.
    protected_identity: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovedFor:
    """What the social board has approved a home for, after its investigation (Social Services Act 2025:400, 22:2)."""

    approval_id: str
    assignments: frozenset[Assignment]
    #: Whole years, both included.
    age_from: int
    age_to: int
    places: int
    decided_on: date
    #: The last day; None for an approval without an end.
    valid_until: date | None
    #: By what the only child whom the approval is for (nätverkshem) is found; None for any child.
    child: bytes | None = None

    def is_valid_on(self, day: date) -> bool:
        return self.decided_on <= day and (self.valid_until is None or day <= self.valid_until)

    def covers_age(self, age: int) -> bool:
        return self.age_from <= age <= self.age_to

    def covers_child(self, person: bytes) -> bool:
        """Whether the person is the child whom the approval is for, where it is for one."""
        return self.child in (None, person)


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeOffer:
    """What a home can offer."""

    home_id: str
    #: The approvals that are neither suspended nor revoked.
    approvals: tuple[ApprovedFor, ...]
    #: Places that are taken or promised from the day of the need on, by whatever assignment.
    occupied: int
    place: Place | None = None
    #: From where it is known where that is.
    place_from: PlaceFrom = PlaceFrom.ADDRESS
    languages: frozenset[str] = frozenset()
    #: Protected identity (skyddade personuppgifter): distances are told coarsely.
    protected_identity: bool = False
    #: Its people have changed and have to be looked at first: it takes nobody more.
    waits: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Points of the score and what they are for."""

    code: ReasonCode
    points: int
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle:
    """A hard condition that is not met."""

    code: ObstacleCode
    detail: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A home beside a need."""

    home_id: str
    #: Whether every hard condition is met.
    eligible: bool
    #: 0 to 100, the sum of the reasons' points; also for a home that is not eligible, which may become so.
    score: int
    #: Kilometres with one decimal, or the next ten kilometres beside a protected identity; None when either position is
    #: unknown. The points are given for this distance and not for the real one, which they would give away.
    distance_km: float | None
    #: From where in the home's place it is counted; None where it is unknown.
    distance_from: PlaceFrom | None
    #: Whether the home may answer no.
    may_decline: bool
    reasons: tuple[Reason, ...]
    obstacles: tuple[Obstacle, ...]


def candidates_for(need: Need, homes: Iterable[HomeOffer]) -> tuple[Candidate, ...]:
    """Every home: eligible ones first, then the higher score, the shorter distance, and the home's id.

    Homes that are not eligible are there too, with what is in the way.
    """
    return tuple(sorted((candidate_of(need, home) for home in homes), key=_rank))


def candidate_of(need: Need, home: HomeOffer) -> Candidate:
    """One home beside a need."""
    obstacles = obstacles_of(need, home)
    distance = _told_distance(need, home)
    reasons = tuple(_reasons_of(need, home, distance=distance))
    return Candidate(
        home_id=home.home_id,
        eligible=not obstacles,
        score=sum(reason.points for reason in reasons),
        distance_km=distance,
        distance_from=None if distance is None else home.place_from,
        may_decline=may_decline(need.assignment),
        reasons=reasons,
        obstacles=obstacles,
    )


def may_decline(assignment: Assignment) -> bool:
    """Whether a home may say no: all but a contracted emergency home, which is paid for being ready."""
    return assignment is not Assignment.CONTRACTED_EMERGENCY_HOME


def obstacles_of(need: Need, home: HomeOffer) -> tuple[Obstacle, ...]:
    """The hard conditions that the home does not meet; empty when it can take the person on that day.

    One approval must cover the day, the assignment, the child and the age; its places are compared with all that is
    occupied.
    """
    for_assignment = [approval for approval in home.approvals if need.assignment in approval.assignments]
    on_the_day = [approval for approval in for_assignment if approval.is_valid_on(need.on)]
    valid = _valid_approvals(need, home)
    if not on_the_day:
        return (_without_approval(need, for_assignment),)
    if not valid:
        detail = f"The home is approved for the assignment {need.assignment} for another child only."
        return (Obstacle(code=ObstacleCode.APPROVED_FOR_ANOTHER_CHILD, detail=detail),)
    obstacles = []
    if home.waits:
        detail = "The household has changed: its approvals wait until that has been looked at."
        obstacles.append(Obstacle(code=ObstacleCode.APPROVAL_WAITS, detail=detail))
    covering = [approval for approval in valid if approval.covers_age(need.age)]
    if not covering:
        spans = ", ".join(f"{approval.age_from}-{approval.age_to}" for approval in valid)
        detail = f"The age is {need.age}; the home is approved for the ages {spans}."
        obstacles.append(Obstacle(code=ObstacleCode.AGE_OUTSIDE_APPROVAL, detail=detail))
    places = max(approval.places for approval in covering or valid)
    if home.occupied >= places:
        detail = f"{home.occupied} of {places} approved places are occupied."
        obstacles.append(Obstacle(code=ObstacleCode.NO_FREE_PLACE, detail=detail))
    return tuple(obstacles)


def _without_approval(need: Need, for_assignment: Iterable[ApprovedFor]) -> Obstacle:
    """No approval holds on the day: because there is none (left), or because it was decided later than that day."""
    later = [approval.decided_on for approval in for_assignment if approval.decided_on > need.on]
    if later:
        detail = f"The approval for the assignment {need.assignment} was decided on {min(later)}, after {need.on}."
        return Obstacle(code=ObstacleCode.STARTS_BEFORE_APPROVAL, detail=detail)
    detail = f"No approval covers the assignment {need.assignment} on {need.on}."
    return Obstacle(code=ObstacleCode.NO_VALID_APPROVAL, detail=detail)


def approval_for(need: Need, home: HomeOffer) -> ApprovedFor | None:
    """The approval under which the home can take the person, or None when an obstacle is in the way.

    Of several, the one with most places, then the latest decision, then the highest id.
    """
    if obstacles_of(need, home):
        return None
    covering = [approval for approval in _valid_approvals(need, home) if approval.covers_age(need.age)]
    return max(covering, key=lambda approval: (approval.places, approval.decided_on, approval.approval_id))


def _valid_approvals(need: Need, home: HomeOffer) -> list[ApprovedFor]:
    """The approvals for the assignment and child that are valid on the day, by id so that details do not change."""
    return sorted(
        (
            approval
            for approval in home.approvals
            if need.assignment in approval.assignments
            and approval.is_valid_on(need.on)
            and approval.covers_child(need.person)
        ),
        key=lambda approval: approval.approval_id,
    )


def _told_distance(need: Need, home: HomeOffer) -> float | None:
    """Kilometres as they may be told; beside a protected identity at least one whole step."""
    if need.place is None or home.place is None:
        return None
    distance = distance_km(need.place, home.place)
    if _is_coarse(need, home):
        return float(_COARSE_KM * max(1, ceil(distance / _COARSE_KM)))
    return round(distance, 1)


def _is_coarse(need: Need, home: HomeOffer) -> bool:
    return need.protected_identity or home.protected_identity


def _reasons_of(need: Need, home: HomeOffer, *, distance: float | None) -> Iterator[Reason]:
    if need.knows_home_id == home.home_id:
        yield Reason(
            code=ReasonCode.KNOWS_CHILD,
            points=_KNOWS_CHILD_POINTS,
            detail="The home is already known to the child; such a home is considered first (SoL 22:1).",
        )
    yield _distance_reason(need, home, distance=distance)
    shared = sorted(need.languages & home.languages)
    if shared:
        yield Reason(code=ReasonCode.LANGUAGE, points=_LANGUAGE_POINTS, detail=f"Shared language: {', '.join(shared)}.")


def _distance_reason(need: Need, home: HomeOffer, *, distance: float | None) -> Reason:
    if distance is None:
        whose = "wanted place" if need.place is None else "home"
        return Reason(
            code=ReasonCode.DISTANCE, points=0, detail=f"The distance is unknown: the {whose} has no position."
        )
    points = max(0, _DISTANCE_POINTS - int(distance // _KM_PER_POINT))
    coarse = _is_coarse(need, home)
    told = f"Within {distance:.0f} km (protected identity)" if coarse else f"{distance} km away"
    told += _COUNTED_FROM[home.place_from]
    return Reason(
        code=ReasonCode.DISTANCE,
        points=points,
        detail=f"{told}; {_DISTANCE_POINTS} points less one for every whole {_KM_PER_POINT} km.",
    )


_COUNTED_FROM = {
    PlaceFrom.ADDRESS: "",
    PlaceFrom.POSTCODE: ", counted from the middle of the home's postcode",
    PlaceFrom.MUNICIPALITY: ", counted from the middle of the municipality",
}


def _rank(candidate: Candidate) -> tuple[bool, int, bool, float, str]:
    distance = candidate.distance_km
    return (not candidate.eligible, -candidate.score, distance is None, distance or 0.0, candidate.home_id)
