"""The one way into a home, and the same question again where a stay that was over is said to go on."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from services.kernel.basics.ids import new_id
from services.placement.clocks import law
from services.placement.contract.care import CareDecisionMissing, IntroductionNotDecided, PlacedBeforeDecision
from services.placement.contract.obstacles import OBSTACLES, NoFreePlace
from services.placement.contract.placements import (
    INTRODUCTION_DAYS,
    INTRODUCTION_OF_LIVING,
    INTRODUCTIONS_TOGETHER,
    HomeHasNotAccepted,
    PersonAlreadyPlaced,
    PlacementCancelled,
    PlacementNotEnded,
)
from services.placement.contract.requests import NOT_BORN, RequestStatus
from services.placement.homes.model import Home, offered
from services.placement.matching.obstacles import approval_for, obstacles_of
from services.placement.matching.places import covers, places_on, taken_later
from services.placement.matching.values import ApprovedFor
from services.placement.placements import care
from services.placement.placements.care import PlacementKind
from services.placement.placements.known import Known
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import Stay, lives_elsewhere, meets, occupied_from, overlaps, taken_on
from services.placement.placements.papers import CareDecision, decide
from services.placement.requests.model import PlacementRequest
from services.vocabulary.assignments import LIVING, Assignment

_REFUSALS = {fault.code(): fault for fault in OBSTACLES}
_DAY = timedelta(days=1)


def start(
    request: PlacementRequest, home: Home, body: dict[str, Any], known: Known, *, by: str, at: datetime, today: date
) -> Placement:
    """Places the person as a loaded `StartPlacement` says; there is no other way into a home. An introduction takes no
    place and leaves the request open. What began before today and goes on is asked for today, too.

    Raises what `START_PLACEMENT` lists, and `InvalidInput` for a day before the birth.
    """
    request.must_be_open()
    kind, starts_on = PlacementKind(body["kind"]), body["starts_on"]
    if starts_on < request.birth_date:
        raise NOT_BORN.refusal("/starts_on")
    if not any(inquiry.lets_start for inquiry in known.inquiries if inquiry.home_id == home.id):
        raise HomeHasNotAccepted
    is_stay = kind is PlacementKind.STAY
    stays = known.stays_in_home if is_stay else ()
    approval = _approval_for(request, home, starts_on, known, stays=stays)
    if starts_on < today and (body["ends_on"] is None or body["ends_on"] >= today):
        _approval_for(request, home, today, known, stays=stays)
    if is_stay and request.assignment in LIVING and _lives_somewhere(known, starts_on):
        raise PersonAlreadyPlaced
    decision = _decision_for(request, body, by=by, at=at, today=today)
    if not is_stay:
        _must_be_short(home.id, starts_on, body["ends_on"], known)
    placement = Placement(
        id=new_id(),
        placement_request_id=request.id,
        home_id=home.id,
        approval_id=approval.approval_id,
        assignment=request.assignment,
        kind=kind.value,
        starts_on=starts_on,
        ends_on=body["ends_on"],
        started_by=by,
        changed_at=at,
        care_decisions=[decision] if decision else [],
        said_ends=[],
        plans=[],
        reviews=[],
        more_than_three=is_stay and _are_more_than_three(request, starts_on, known.young_in_home),
    )
    if is_stay:
        _meet(request, placement, known, by=by, at=at, today=today)
    return placement


def _lives_somewhere(known: Known, day: date) -> bool:
    """Whether the person lives elsewhere after that day, or in this home on it: the day of a move belongs to two homes,
    and no day twice to one."""
    return lives_elsewhere(known.stays_of_person, day) or meets(known.stays_of_person_here, day, day)


def correct_end(
    placement: Placement, ends_on: date, known: Known, *, note: str, by: str, at: datetime, today: date
) -> dict[str, Any]:
    """Says another last day; returns the data of `placement_ended`. An introduction takes no place, and stays one.

    Raises what `CORRECT_END` lists, and `InvalidInput` for a day before the first.
    """
    if placement.ends_on is None:
        raise PlacementNotEnded
    if placement.kind == PlacementKind.STAY and not placement.stay.came:
        raise PlacementCancelled
    if ends_on > placement.ends_on:
        if placement.kind == PlacementKind.INTRODUCTION:
            _must_stay_introduction(placement, ends_on, known, today)
        else:
            _must_fit(placement, placement.ends_on, ends_on, known, today)
    placement.say_end(ends_on, note, by, at)
    return placement.ended()


def cut_off(
    introductions: Iterable[Placement], request_id: str, day: date, *, by: str, at: datetime, today: date
) -> None:
    """Nobody gets to know a home for a need after a day: it has been met then, or is no more."""
    for one in introductions:
        if one.placement_request_id == request_id and one.ends_on is not None and one.ends_on >= today:
            one.cut_off(day, by=by, at=at)


def _must_stay_introduction(placement: Placement, ends_on: date, known: Known, today: date) -> None:
    """The last day of an introduction, corrected, is still that of one, and of a need that somebody has."""
    request = placement.placement_request
    if ends_on >= today:
        request.must_be_open()
    if placement.ends_on is not None and placement.ends_on < today <= ends_on:
        _approval_for(request, placement.home, today, known, stays=())
    if not care.is_introduction(placement.starts_on, ends_on):
        raise INTRODUCTION_DAYS.refusal("/ends_on", days=care.LONGEST_INTRODUCTION.days)
    _must_be_short(placement.home_id, placement.starts_on, ends_on, known)


def _must_fit(placement: Placement, ended_on: date, ends_on: date, known: Known, today: date) -> None:
    """The days that are added are free, and the person is nowhere else on them. A stay that was over goes on only where
    it could begin today: a correction is no second way into a home."""
    if placement.assignment in LIVING and (
        overlaps(known.stays_of_person, placement.starts_on, ends_on)
        or meets(known.stays_of_person_here, ended_on + _DAY, ends_on)
    ):
        raise PersonAlreadyPlaced
    meanwhile = [stay for stay in known.stays_in_home if stay.starts_on <= ends_on]
    if ended_on < today <= ends_on:
        _approval_for(placement.placement_request, placement.home, today, known, stays=meanwhile, until=ends_on)
    approvals, first = [offered(one) for one in placement.home.approvals], ended_on + _DAY
    places = _places_from(placement, approvals, first)
    later = ((one.on, one.taken) for one in taken_later(meanwhile, approvals, first))
    added = ((first, taken_on(meanwhile, first)), *later)
    if any(taken >= places(day) for day, taken in added if day <= ends_on):
        raise NoFreePlace


def _places_from(placement: Placement, approvals: Sequence[ApprovedFor], first: date) -> Callable[[date], int]:
    """How many places the home has on a day for a person who goes on there from another on: as many as for whoever
    comes."""
    needed = placement.placement_request.need_on
    of_its_own = next(one.places for one in approvals if one.approval_id == placement.approval_id)
    came = [one for one in approvals if covers(one, needed(placement.starts_on))]
    came_with = places_on(came, placement.starts_on, came_with=of_its_own)
    return partial(places_on, [one for one in approvals if covers(one, needed(first))], came_with=came_with)


def _decision_for(
    request: PlacementRequest, body: dict[str, Any], *, by: str, at: datetime, today: date
) -> CareDecision | None:
    """The decision on care that lets the person come; None where none is needed and none was taken."""
    kind, assignment, starts_on = PlacementKind(body["kind"]), Assignment(request.assignment), body["starts_on"]
    said = body["care_decision"]
    if kind is PlacementKind.INTRODUCTION:
        _must_be_introduction(assignment, said)
        return None
    if said is None:
        if care.needs_decision(assignment, kind):
            raise CareDecisionMissing
        return None
    about: dict[str, Any] = {"assignment": assignment, "urgent": request.urgent, "age": request.age_on(starts_on)}
    decision = decide(said, pointer="/care_decision", **about, by=by, at=at, today=today)
    if decision.decided_on > starts_on:
        raise PlacedBeforeDecision
    decision.placement_request_id = request.id
    return decision


def _are_more_than_three(request: PlacementRequest, starts_on: date, young_in_home: Iterable[Stay]) -> bool:
    """Whether with this child or young person more than three are placed in the home (SoF 2025:468, 16:2)."""
    if request.assignment not in LIVING or request.age_on(starts_on) >= law.YOUNG_UNTIL:
        return False
    return occupied_from(young_in_home, starts_on) >= law.MOST_UNTOLD


def _must_be_introduction(assignment: Assignment, said: dict[str, Any] | None) -> None:
    if assignment not in LIVING:
        raise INTRODUCTION_OF_LIVING.refusal("/kind")
    if said is not None:
        raise IntroductionNotDecided


def _must_be_short(home_id: str, starts_on: date, ends_on: date, known: Known) -> None:
    """Introductions to one home do not follow each other until they are a stay without a decision."""
    earlier = (one.stay for one in known.introductions if one.home_id == home_id)
    if not care.are_introduction(Stay(starts_on=starts_on, ends_on=ends_on), earlier):
        raise INTRODUCTIONS_TOGETHER.refusal("/ends_on", days=care.INTRODUCTION_DAYS)


def _meet(request: PlacementRequest, placement: Placement, known: Known, *, by: str, at: datetime, today: date) -> None:
    """The need has been met: nobody has to answer any more, and no other home is got to know."""
    request.close(RequestStatus.PLACED, at=at)
    for inquiry in known.inquiries:
        inquiry.close(at=at)
    for one in known.introductions:
        day = max(today, placement.starts_on) if one.home_id == placement.home_id else today
        cut_off([one], request.id, day, by=by, at=at, today=today)


def _approval_for(
    request: PlacementRequest,
    home: Home,
    day: date,
    known: Known,
    *,
    stays: Iterable[Stay],
    until: date = date.max,
) -> ApprovedFor:
    """The approval under which the home takes the person from a day on, beside these stays in it. The first obstacle
    names the refusal, which lists all."""
    said: Any = {"person": request.lookup, "municipality_code": known.municipality_code, "leave": known.leave}
    offer = home.offer_from(day, stays=stays, contracts=known.contracts, **said).until(until)
    need = request.need_on(day, known.siblings)
    approval = approval_for(need, offer)
    if approval is None:
        obstacles = obstacles_of(need, offer)
        listed = [{"code": obstacle.code.value, "detail": obstacle.detail} for obstacle in obstacles]
        raise _REFUSALS[obstacles[0].code](obstacles[0].detail, extra={"obstacles": listed})
    return approval
