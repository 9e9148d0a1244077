"""Saying who looks after a placement, what its plans are, and what was considered of it."""

from datetime import date
from typing import Any

from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.keeping import keep_clocks
from services.placement.contract import events
from services.placement.contract.follow_up import IntroductionNotFollowed
from services.placement.contract.plans import PLAN_NOT_COME, REVIEW_BEFORE_START, REVIEW_NOT_COME, ReviewKind
from services.placement.follow_up.model import PARTS, PlacementPlan, Review, last_considered
from services.placement.named import lock_requests_of
from services.placement.placements import queries
from services.placement.placements.care import PlacementKind
from services.placement.placements.model import Placement

_DONE = ("care_plan_on", "implementation_plan_on", "child_investigation_ended_on")
_DAYS = (*_DONE, "next_review_on")


def set_plan(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says the plans as they are now; those before stay."""
    placement = _followed(unit, placement_id)
    unit.match(placement)
    for name in _DONE:
        if body[name] is not None and body[name] > unit.today:
            raise PLAN_NOT_COME.refusal(f"/{name}")
    said = {"parts": {name: body[name] for name in PARTS}, **{name: body[name] for name in _DAYS}}
    placement.plans.append(PlacementPlan(id=new_id(), said_by=unit.actor, said_at=unit.now, **said, **_of(placement)))
    placement.touch(unit.now)
    return _clocked(unit, placement)


def set_team(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says who looks after it, and lets the others know."""
    placement = unit.lock_matching(Placement, placement_id)
    placement.family_home_worker = body["family_home_worker"]
    placement.child_social_worker = body["child_social_worker"]
    unit.record(events.TEAM_CHANGED, subject=placement, data=placement.team(unit.today))
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def record_review(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Writes down what was considered or done, and works out anew what is due."""
    placement = _followed(unit, placement_id)
    _must_have_been(placement, body["held_on"], unit.today)
    review = Review(id=new_id(), recorded_by=unit.actor, recorded_at=unit.now, **body, **_of(placement))
    placement.reviews.append(review)
    if body["kind"] == ReviewKind.CARE_CONSIDERATION:
        considered = {"placement_id": placement.id, "home_id": placement.home_id}
        last = {"considered_on": last_considered(placement.reviews)}
        unit.record(events.CARE_CONSIDERED, subject=placement, data=considered | last)
    else:
        placement.touch(unit.now)
    return _clocked(unit, placement)


def _must_have_been(placement: Placement, held_on: date, today: date) -> None:
    if held_on > today:
        raise REVIEW_NOT_COME.refusal("/held_on")
    if held_on < placement.starts_on:
        raise REVIEW_BEFORE_START.refusal("/held_on", starts_on=placement.starts_on.isoformat())


def _of(placement: Placement) -> dict[str, str]:
    return {"placement_request_id": placement.placement_request_id}


def _followed(unit: Unit, placement_id: str) -> Placement:
    """The placement, locked with all that is due of its person. Raises `IntroductionNotFollowed`."""
    known = unit.read(Placement, placement_id)
    lock_requests_of(unit, known.placement_request.lookup)
    placement = unit.lock(Placement, placement_id)
    if placement.kind == PlacementKind.INTRODUCTION:
        raise IntroductionNotFollowed
    return placement


def _clocked(unit: Unit, placement: Placement) -> Answer:
    keep_clocks(unit, placement.placement_request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)
