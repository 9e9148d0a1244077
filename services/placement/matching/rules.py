"""Which homes can take a person, how well each suits, and why: hard conditions first, then a score with its reasons,
and
beside them what somebody should look at.

It proposes and explains; a person decides. Search and score use what a home offers, never what is known about people.
"""

from collections.abc import Iterable

from services.placement.matching import points, warnings
from services.placement.matching.obstacles import covering_approval, free_places, obstacles_of
from services.placement.matching.points import Part, Weights
from services.placement.matching.values import Candidate, HomeOffer, Need, Standing
from services.vocabulary.assignments import Assignment

DEFAULT = Weights()


def candidates_for(need: Need, homes: Iterable[HomeOffer], weights: Weights = DEFAULT) -> tuple[Candidate, ...]:
    """Every home: eligible ones first, then the higher score, the shorter distance, and the home's id.

    Homes that are not eligible are there too, with what is in the way.
    """
    return tuple(sorted((candidate_of(need, home, weights) for home in homes), key=_rank))


def candidate_of(need: Need, home: HomeOffer, weights: Weights = DEFAULT) -> Candidate:
    """One home beside a need."""
    obstacles = obstacles_of(need, home)
    approval = None if obstacles else covering_approval(need, home)
    standing = points.standing_of(need, home, free=None if obstacles else free_places(need, home))
    distance, scored = standing.distance_km, points.points_of(need, standing, weights)
    cautions = warnings.warnings_of(need, home, approval, distance=distance)
    return Candidate(
        home_id=home.home_id,
        eligible=not obstacles,
        score=sum(number for _, number in scored),
        distance_km=distance,
        distance_from=None if distance is None else home.place_from,
        may_decline=may_decline(need.assignment),
        reasons=tuple(points.reason_for(*one, need, home, weights, distance=distance) for one in scored),
        obstacles=obstacles,
        warnings=tuple(cautions),
    )


def best_of(need: Need, homes: Iterable[Standing], weights: Weights = DEFAULT) -> list[str]:
    """The ids of homes that meet the hard conditions, the best first, as `candidates_for` orders them, without the
    reasons that only those need that are shown."""
    parts = list(points.parts_of(need, weights).values())
    return [ranked[-1] for ranked in sorted(_order(home, parts) for home in homes)]


def may_decline(assignment: Assignment) -> bool:
    """Whether a home may say no: all but a contracted emergency home, which is paid for being ready."""
    return assignment is not Assignment.CONTRACTED_EMERGENCY_HOME


def _order(home: Standing, parts: Iterable[Part]) -> tuple[int, bool, float, str]:
    score, distance = 0, home.distance_km
    for part in parts:
        score += part(home)
    return (-score, distance is None, distance or 0.0, home.home_id)


def _rank(candidate: Candidate) -> tuple[bool, int, bool, float, str]:
    distance = candidate.distance_km
    return (not candidate.eligible, -candidate.score, distance is None, distance or 0.0, candidate.home_id)
