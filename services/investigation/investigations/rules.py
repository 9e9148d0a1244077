"""What each assignment asks of a home beyond checks, steps and areas. Values in, values out.

Age, health and economy are people's assessments and no rules: they refuse nobody by themselves.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from services.investigation.steps.rules import USUAL, Requirement
from services.kernel.basics.geo import Place, distance_km
from services.vocabulary.assignments import Assignment

NEAR = frozenset({Assignment.CONTACT_FAMILY, Assignment.CONTACT_PERSON})  #: which live in or near the municipality


@dataclass(frozen=True, kw_only=True, slots=True)
class Demands:
    """What a municipality asks for."""

    near_km: int
    centre: Place | None  #: the middle of the municipality
    steps: Mapping[str, frozenset[Requirement]] = field(default_factory=dict)  #: where it has said which

    def steps_for(self, assignments: Collection[str]) -> frozenset[Requirement]:
        """Every step that one of the assignments asks for."""
        asked = (self.steps.get(one, USUAL[Assignment(one)]) for one in assignments)
        return frozenset().union(*asked)

    def is_near(self, position: Mapping[str, float] | None) -> bool:
        """Whether a home lies in or near the municipality; not known is not near."""
        if position is None or self.centre is None:
            return False
        return distance_km(self.centre, Place(position["latitude"], position["longitude"])) <= self.near_km


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a home shall be approved for, and what is said for it."""

    assignments: tuple[str, ...]
    is_proposed: bool = False  #: somebody proposes it; until then it is what the home has applied for
    experience: str = ""  #: earlier assignments, or what can be compared with them
    why_near: str = ""  #: why it is near enough, where the distance does not say it

    @property
    def shows_experience(self) -> bool:
        """A contracted emergency home has had assignments, or experience that can be compared."""
        asks = self.is_proposed and Assignment.CONTRACTED_EMERGENCY_HOME in self.assignments
        return not asks or bool(self.experience.strip())

    def lives_near(self, position: Mapping[str, float] | None, demands: Demands) -> bool:
        """A contact family and a contact person live in or near the municipality, or somebody has said why it is near
        enough."""
        if NEAR.isdisjoint(self.assignments) or self.why_near.strip():
            return True
        return demands.is_near(position)
