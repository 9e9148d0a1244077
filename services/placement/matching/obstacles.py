"""The hard conditions: what stands in a home's way, with what would have to change. Values in, values out."""

from collections.abc import Iterable, Iterator

from services.kernel.basics.geo import distance_km
from services.placement.matching.codes import ObstacleCode
from services.placement.matching.places import Left, counts_under, covers, fewest_left, lasts
from services.placement.matching.values import ApprovedFor, HomeOffer, Need, Obstacle
from services.vocabulary.assignments import Assignment


def obstacles_of(need: Need, home: HomeOffer) -> tuple[Obstacle, ...]:
    """The hard conditions that the home does not meet; empty when it can take the person on that day.

    One approval must cover the day, the assignment, the child and the age; the places of the largest that does are
    compared with all that is occupied, on that day and on later ones (`fewest_left`).
    """
    valid = _valid_approvals(need, home)
    if not valid:
        return (_without_approval(need, home),)
    covering = [approval for approval in valid if approval.covers_age(need.age)]
    return tuple(_of_approved(need, home, valid, covering))


def approval_for(need: Need, home: HomeOffer) -> ApprovedFor | None:
    """The approval under which the home can take the person, or None when an obstacle is in the way."""
    return None if obstacles_of(need, home) else covering_approval(need, home)


def covering_approval(need: Need, home: HomeOffer) -> ApprovedFor:
    """The approval under which the stay of a person counts whom the home can take."""
    return counts_under(_lasting_approvals(need, home))


def free_places(need: Need, home: HomeOffer) -> int:
    """The places that a home has left for a person whom it can take, on the day on which they are fewest."""
    return fewest_left(_lasting_approvals(need, home), home, need).free


def _lasting_approvals(need: Need, home: HomeOffer) -> list[ApprovedFor]:
    return [one for one in home.approvals if covers(one, need) and one.is_valid_on(need.on)]


def _of_approved(
    need: Need, home: HomeOffer, valid: list[ApprovedFor], covering: list[ApprovedFor]
) -> Iterator[Obstacle]:
    lasting: list[ApprovedFor] = []
    if home.waits:
        detail = (
            "The household has changed, or its register checks have run out: "
            "its approvals wait until that has been looked at."
        )
        yield Obstacle(code=ObstacleCode.APPROVAL_WAITS, detail=detail)
    if not covering:
        spans = ", ".join(f"{approval.age_from}-{approval.age_to}" for approval in valid)
        detail = f"The age is {need.age}; the home is approved for the ages {spans}."
        yield Obstacle(code=ObstacleCode.AGE_OUTSIDE_APPROVAL, detail=detail)
    elif not (lasting := [one for one in covering if lasts(one, need)]):
        detail = f"The person is {need.age_then} when the need ends, and older than the home is approved for."
        yield Obstacle(code=ObstacleCode.OUTGROWS_APPROVAL, detail=detail)
    yield from _of_places(need, home, fewest_left(lasting or covering or valid, home, need))
    if need.assignment is Assignment.CONTRACTED_EMERGENCY_HOME and home.contracts:
        yield from _of_contract(need, home)
    if home.host_to_consult:
        detail = "The home lies in another municipality, which has to be informed and consulted first (SoL 22:6)."
        yield Obstacle(code=ObstacleCode.HOST_NOT_CONSULTED, detail=detail)
    if home.is_own:
        detail = "The person is one of the home's own adults."
        yield Obstacle(code=ObstacleCode.PERSON_OF_THE_HOME, detail=detail)
    if is_too_near(need, home):
        detail = "The home is too near to a place from which the person has to be kept away."
        yield Obstacle(code=ObstacleCode.TOO_NEAR, detail=detail)


def _of_places(need: Need, home: HomeOffer, left: Left) -> Iterator[Obstacle]:
    if left.free <= 0:
        since = "" if left.on == need.on else f"From {left.on} on "
        detail = f"{since}{left.taken} of {left.places} approved places are occupied."
        yield Obstacle(code=ObstacleCode.NO_FREE_PLACE, detail=detail)
    elif need.together and home.home_id not in need.sibling_homes and left.free <= need.siblings_waiting:
        detail = f"{left.free} places are free for {need.siblings_waiting + 1} siblings who are to stay together."
        yield Obstacle(code=ObstacleCode.SIBLINGS_DO_NOT_FIT, detail=detail)
    for period in home.periods:
        if period.first <= need.on <= period.last and period.places <= home.occupied:
            detail = f"The home has said that it has {period.places} places from {period.first} to {period.last}."
            yield Obstacle(code=ObstacleCode.HOME_NOT_AVAILABLE, detail=detail)


def _of_contract(need: Need, home: HomeOffer) -> Iterator[Obstacle]:
    """A contracted home has bound itself to some ages and places, for a time; beyond that it is asked like any other.
    Of one of whose contract nobody has told the approval alone is looked at."""
    holding = [one for one in home.contracts if one.holds_on(need.on)]
    covering = [one for one in holding if one.covers_age(need.age)]
    if not holding:
        detail = f"No contract of the home holds on {need.on}."
        yield Obstacle(code=ObstacleCode.OUTSIDE_CONTRACT, detail=detail)
    elif not covering:
        spans = ", ".join(f"{one.age_from}-{one.age_to}" for one in holding)
        detail = f"The age is {need.age}; the home is contracted for the ages {spans}."
        yield Obstacle(code=ObstacleCode.OUTSIDE_CONTRACT, detail=detail)
    elif home.contracted >= (places := max(one.places for one in covering)):
        detail = f"{home.contracted} of {places} contracted places are occupied."
        yield Obstacle(code=ObstacleCode.NO_FREE_PLACE, detail=detail)


def is_too_near(need: Need, home: HomeOffer) -> bool:
    """Whether the home lies within a distance that protects the person. A home of which nobody knows where it is does
    not: somebody has to look."""
    place = home.place
    return place is not None and any(distance_km(circle.place, place) < circle.km for circle in need.not_near)


def _without_approval(need: Need, home: HomeOffer) -> Obstacle:
    """Why no approval of the home holds for this person on that day."""
    for_assignment = [approval for approval in home.approvals if need.assignment in approval.assignments]
    on_the_day = [approval for approval in for_assignment if approval.is_valid_on(need.on)]
    if not on_the_day:
        return _not_on_the_day(need, for_assignment)
    if all(approval.suspended for approval in on_the_day):
        detail = f"The approval for the assignment {need.assignment} is suspended."
        return Obstacle(code=ObstacleCode.APPROVAL_SUSPENDED, detail=detail)
    detail = f"The home is approved for the assignment {need.assignment} for another child only."
    return Obstacle(code=ObstacleCode.APPROVED_FOR_ANOTHER_CHILD, detail=detail)


def _not_on_the_day(need: Need, for_assignment: Iterable[ApprovedFor]) -> Obstacle:
    """No approval holds on the day: because there is none (left), or because it was decided later than that day."""
    later = [approval.decided_on for approval in for_assignment if approval.decided_on > need.on]
    if later:
        detail = f"The approval for the assignment {need.assignment} was decided on {min(later)}, after {need.on}."
        return Obstacle(code=ObstacleCode.STARTS_BEFORE_APPROVAL, detail=detail)
    detail = f"No approval covers the assignment {need.assignment} on {need.on}."
    return Obstacle(code=ObstacleCode.NO_VALID_APPROVAL, detail=detail)


def _valid_approvals(need: Need, home: HomeOffer) -> list[ApprovedFor]:
    """The approvals for the assignment and child that hold on the day, by id so that details do not change."""
    found = [one for one in home.approvals if one.is_for(need.assignment, need.person) and one.is_valid_on(need.on)]
    return found if len(found) == 1 else sorted(found, key=lambda approval: approval.approval_id)
