"""What matching reads: a need, and what a home offers. Nothing of what is known about people beyond that: no free text,
no register's answer and no sensitive fact is among it.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from services.kernel.basics.geo import Place
from services.placement.matching.codes import ObstacleCode, PlaceKind, ReasonCode, WarningCode
from services.placement.postcodes.places import PlaceFrom
from services.vocabulary.assignments import Assignment


@dataclass(frozen=True, kw_only=True, slots=True)
class Circle:
    """A place that somebody has to stay away from, and how far, in kilometres."""

    place: Place
    km: float


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
    #: The last day on which it is likely to be needed, and the age then; None where nobody has said.
    until: date | None = None
    age_then: int | None = None
    #: Where the person should stay close to; None when nobody has said.
    place: Place | None = None
    place_kind: PlaceKind = PlaceKind.OTHER
    #: Where the person must not come near.
    not_near: tuple[Circle, ...] = ()
    #: Language codes, such as `ar`.
    languages: frozenset[str] = frozenset()
    #: The home that the person already knows, a relative's or a friend's.
    knows_home_id: str | None = None
    #: The homes in which siblings live, and how many siblings still need one, this person not counted.
    sibling_homes: frozenset[str] = frozenset()
    siblings_waiting: int = 0
    #: Siblings are placed together or not there at all.
    together: bool = False
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
    #: It is suspended: it takes nobody more until it is reinstated.
    suspended: bool = False

    def is_valid_on(self, day: date) -> bool:
        return self.decided_on <= day and (self.valid_until is None or day <= self.valid_until)

    def covers_age(self, age: int) -> bool:
        return self.age_from <= age <= self.age_to

    def covers_child(self, person: bytes) -> bool:
        """Whether the person is the child whom the approval is for, where it is for one."""
        return self.child in (None, person)

    def is_for(self, assignment: Assignment, person: bytes) -> bool:
        """Whether the person may be there by it on the days on which it holds, as far as the age goes."""
        return assignment in self.assignments and self.covers_child(person) and not self.suspended


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Days on which a home has only so many places for others, both included; none: it is away."""

    first: date
    last: date
    places: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """What a contracted emergency home (kontrakterat jourhem) is paid to be ready for: ages in whole years and days,
    both included; without a last day it goes on."""

    places: int
    age_from: int
    age_to: int
    first: date
    last: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def covers_age(self, age: int) -> bool:
        return self.age_from <= age <= self.age_to


@dataclass(frozen=True, kw_only=True, slots=True)
class Wishes:
    """What a home would rather have, within what it is approved for. Nobody is kept out by it."""

    age_from: int | None = None
    age_to: int | None = None
    most_km: int | None = None
    takes_siblings: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What the house's own data say of how it went."""

    ended_well: int = 0  #: placements that ended as they were meant, or with the person's moving back or coming of age
    broke_down_on: date | None = None  #: the last one that broke down
    asked_on: date | None = None  #: when the home was last asked
    trained: bool | None = None  #: it has attended training; None where nobody tells
    open_concern: bool = False  #: a concern about it is not settled


class Taken(NamedTuple):
    """How many places of a home are taken on a day on which somebody comes, or from which on an approval has ended."""

    on: date
    taken: int
    somebody_comes: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class HomeOffer:
    """What a home can offer."""

    home_id: str
    #: The approvals that are not revoked.
    approvals: tuple[ApprovedFor, ...]
    #: Places that are taken or promised from the day of the need on, by whatever assignment.
    occupied: int
    #: The later days on which it may have fewer places left.
    taken_later: tuple[Taken, ...] = ()
    place: Place | None = None
    #: From where it is known where that is.
    place_from: PlaceFrom = PlaceFrom.ADDRESS
    languages: frozenset[str] = frozenset()
    #: Protected identity (skyddade personuppgifter): distances are told coarsely.
    protected_identity: bool = False
    #: Its people have changed and have to be looked at first: it takes nobody more.
    waits: bool = False
    #: The person is one of its own adults.
    is_own: bool = False
    #: On which days it has fewer places than it is approved for.
    periods: tuple[Period, ...] = ()
    #: It lies in another municipality, which has not been consulted (SoL 22:6).
    host_to_consult: bool = False
    #: What it is contracted for, where anybody has told; and how many of its occupied places are under a contract.
    contracts: tuple[Contract, ...] = ()
    contracted: int = 0
    wishes: Wishes = field(default_factory=Wishes)
    record: Record = field(default_factory=Record)

    def until(self, day: date) -> "HomeOffer":
        """The same to somebody who leaves on that day."""
        return replace(self, taken_later=tuple(one for one in self.taken_later if one.on <= day))


class Standing(NamedTuple):
    """What counts in ranking of a home that meets the hard conditions."""

    home_id: str
    distance_km: float | None  #: as it may be told
    shares_language: bool
    free: int  #: places, for this person and siblings
    ended_well: int
    rested: int | None  #: days since it was last asked; None for one that never was


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
class Caution:
    """Something to look at first."""

    code: WarningCode
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
    warnings: tuple[Caution, ...]
