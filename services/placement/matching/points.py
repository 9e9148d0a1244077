"""What speaks for a home, in points. Network comes first (SoL 22:1); how much each counts is the municipality's to say.

Values in, numbers out; a detail is written for those only that are shown.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from functools import partial
from math import ceil
from typing import TypeAlias

from services.kernel.basics.geo import Place, distances_from
from services.placement.matching.codes import PlaceKind, ReasonCode
from services.placement.matching.values import HomeOffer, Need, Reason, Standing
from services.placement.postcodes.places import PlaceFrom

HUNDRED = 100
#: Where an identity is protected a distance is told in steps of this many kilometres, so that it finds nobody.
_COARSE_KM = 10
REST_DAYS = 30  #: after which a home that was asked has all points of rotation again
_WELL = 3  #: placements that ended well, from which on a home has all points of experience
_SCHOOL_KM = 10  #: within which somebody can go on in the same school


@dataclass(frozen=True, slots=True)
class Weights:
    """How many points each thing gives at most. They are taken in proportion, so that all together is a hundred."""

    network: int = 30
    siblings: int = 15
    distance: int = 30
    language: int = 10
    school: int = 5
    experience: int = 5
    rotation: int = 5
    reach_km: int = 120  #: from which distance on a home has no points for it

    def scaled(self) -> "Weights":
        """The same as whole points that come to a hundred; the largest remainders are rounded up."""
        names = [one.name for one in fields(self)][:-1]
        given = dict(zip(names, astuple(self)[:-1], strict=True))
        total = sum(given.values())
        if total in (0, HUNDRED):
            return self
        whole = {name: given[name] * HUNDRED // total for name in names}
        rest = sorted(names, key=lambda name: (-(given[name] * HUNDRED % total), names.index(name)))
        for name in rest[: HUNDRED - sum(whole.values())]:
            whole[name] += 1
        return Weights(**whole, reach_km=self.reach_km)


Way: TypeAlias = Callable[[Place | None, bool], float | None]


def ways_from(wanted: Place | None) -> Way:
    """What says how many kilometres from the wanted place somewhere is as they may be told: where that is to be coarse
    at least one whole step; None where either is unknown."""
    distance_to = None if wanted is None else distances_from(wanted)

    def way_to(place: Place | None, is_coarse: bool) -> float | None:
        if distance_to is None or place is None:
            return None
        distance = distance_to(place)
        if is_coarse:
            return float(_COARSE_KM * max(1, ceil(distance / _COARSE_KM)))
        return round(distance * 10) / 10  # ten times sooner than to one decimal at once

    return way_to


def is_coarse(need: Need, home: HomeOffer) -> bool:
    """Whether a distance must not be told as it is."""
    return need.protected_identity or home.protected_identity


def standing_of(need: Need, home: HomeOffer, *, free: int | None) -> Standing:
    """What counts of a home beside a need. `free` are the places that it has left for the person; None where it can not
    take the person: then those of its largest approval count."""
    if free is None:
        free = max((one.places for one in home.approvals), default=0) - home.occupied
    asked_on = home.record.asked_on
    return Standing(
        home_id=home.home_id,
        distance_km=ways_from(need.place)(home.place, is_coarse(need, home)),
        shares_language=not need.languages.isdisjoint(home.languages),
        free=free,
        ended_well=home.record.ended_well,
        rested=None if asked_on is None else (need.on - asked_on).days,
    )


Part: TypeAlias = Callable[[Standing], int]


def parts_of(need: Need, weights: Weights) -> dict[ReasonCode, Part]:
    """What can speak for a home beside this need, and how many points each gives to one."""
    parts: dict[ReasonCode, Part] = {}
    if need.knows_home_id is not None:
        parts[ReasonCode.KNOWS_CHILD] = lambda home: weights.network * (home.home_id == need.knows_home_id)
    if need.sibling_homes or need.siblings_waiting:
        parts[ReasonCode.SIBLINGS] = partial(_of_siblings, need, weights)
    parts[ReasonCode.DISTANCE] = partial(_of_distance, weights.distance, weights.reach_km)
    if need.languages:
        parts[ReasonCode.LANGUAGE] = lambda home: weights.language if home.shares_language else 0
    if need.place_kind is PlaceKind.SCHOOL:
        parts[ReasonCode.SCHOOL] = partial(_of_school, weights.school)
    parts[ReasonCode.EXPERIENCE] = partial(_of_experience, weights.experience)
    parts[ReasonCode.ROTATION] = partial(_of_rotation, weights.rotation)
    return parts


def points_of(need: Need, home: Standing, weights: Weights) -> list[tuple[ReasonCode, int]]:
    """Each thing that gives the home points, and how many. The distance, and that the home is known, are there also
    where they give none."""
    found = [(code, part(home)) for code, part in parts_of(need, weights).items()]
    always = {ReasonCode.DISTANCE} | ({ReasonCode.KNOWS_CHILD} if need.knows_home_id == home.home_id else set())
    return [(code, points) for code, points in found if points or code in always]


def _of_siblings(need: Need, weights: Weights, home: Standing) -> int:
    """All points where a sibling lives already, half of them where all who still need a home would fit."""
    if home.home_id in need.sibling_homes:
        return weights.siblings
    return weights.siblings // 2 if 0 < need.siblings_waiting < home.free else 0


def _of_distance(most: int, reach_km: int, home: Standing) -> int:
    """All points at the place itself, none from `reach_km` on, and one less for each part of the way that is one."""
    distance = home.distance_km
    return 0 if distance is None or distance >= reach_km else most - int(distance * most / reach_km)


def _of_school(most: int, home: Standing) -> int:
    """All points where the person can go on in the same school."""
    return most if home.distance_km is not None and home.distance_km <= _SCHOOL_KM else 0


def _of_experience(most: int, home: Standing) -> int:
    """All points from a number of placements on that ended well."""
    return ceil(most * min(home.ended_well, _WELL) / _WELL) if home.ended_well else 0


def _of_rotation(most: int, home: Standing) -> int:
    """A home that was not asked lately comes a little before one that was."""
    rested = home.rested
    if rested is None or rested >= REST_DAYS:
        return most
    return most * max(0, rested) // REST_DAYS


def reason_for(
    code: ReasonCode, points: int, need: Need, home: HomeOffer, weights: Weights, *, distance: float | None
) -> Reason:
    """The points with what they are for."""
    return Reason(code=code, points=points, detail=_detail(code, need, home, weights, distance))


def _detail(code: ReasonCode, need: Need, home: HomeOffer, weights: Weights, distance: float | None) -> str:
    lives = home.home_id in need.sibling_homes
    asked = home.record.asked_on
    details = {
        ReasonCode.KNOWS_CHILD: "The home is already known to the child; such a home is considered first (SoL 22:1).",
        ReasonCode.SIBLINGS: "A sibling lives there." if lives else "The siblings who need a home would fit there.",
        ReasonCode.DISTANCE: _of_way(need, home, weights, distance),
        ReasonCode.LANGUAGE: f"Shared language: {', '.join(sorted(need.languages & home.languages))}.",
        ReasonCode.SCHOOL: f"The school is within {_SCHOOL_KM} km: the person can go on there.",
        ReasonCode.EXPERIENCE: f"{home.record.ended_well} earlier placements ended well.",
        ReasonCode.ROTATION: f"The home was last asked on {asked}." if asked else "The home has not been asked before.",
    }
    return details[code]


def _of_way(need: Need, home: HomeOffer, weights: Weights, distance: float | None) -> str:
    if distance is None:
        whose = "wanted place" if need.place is None else "home"
        return f"The distance is unknown: the {whose} has no position."
    coarse = is_coarse(need, home)
    told = f"Within {distance:.0f} km (protected identity)" if coarse else f"{distance} km away"
    told += _COUNTED_FROM[home.place_from]
    return f"{told}; {weights.distance} points at the place, none from {weights.reach_km} km."


_COUNTED_FROM = {
    PlaceFrom.ADDRESS: "",
    PlaceFrom.POSTCODE: ", counted from the middle of the home's postcode",
    PlaceFrom.MUNICIPALITY: ", counted from the middle of the municipality",
}
