"""An emergency stay becomes a family home stay in the same home: one step, and no day without a home or twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.keeping import keep_clocks
from services.placement.contract import events
from services.placement.contract.continuing import AGREED_NOT_COME, NotAnEmergencyStay
from services.placement.contract.placements import ENDS_BEFORE_START, EndReason
from services.placement.follow_up.model import PlacementPlan
from services.placement.homes.model import Home
from services.placement.inquiries.model import Inquiry, ask
from services.placement.named import lock_requests_of
from services.placement.placements import queries
from services.placement.placements.care import PlacementKind
from services.placement.placements.entry import start
from services.placement.placements.model import Placement
from services.placement.placements.stays import known_of
from services.placement.requests.model import PlacementRequest
from services.vocabulary.assignments import Assignment

_EMERGENCY = (Assignment.EMERGENCY_HOME, Assignment.CONTRACTED_EMERGENCY_HOME)
_DAY = timedelta(days=1)


def become_family_home(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Ends an emergency stay on the day before, and begins a family home stay in the same home."""
    known = unit.read(Placement, placement_id)
    lock_requests_of(unit, known.placement_request.lookup)
    home = unit.lock(Home, known.home_id)
    placement = unit.lock(Placement, placement_id)
    if placement.assignment not in _EMERGENCY or placement.kind == PlacementKind.INTRODUCTION:
        raise NotAnEmergencyStay
    if body["home_agreed_on"] > unit.today:
        raise AGREED_NOT_COME.refusal("/home_agreed_on")
    if body["starts_on"] <= placement.starts_on:
        raise ENDS_BEFORE_START.refusal("/starts_on", starts_on=placement.starts_on.isoformat())
    ending: Any = {"reason": EndReason.PLANNED, "note": "", "by": unit.actor, "at": unit.now}
    ended = placement.end(body["starts_on"] - _DAY, **ending)
    request = placement.placement_request.again(Assignment.FAMILY_HOME, body["starts_on"], by=unit.actor, at=unit.now)
    continued = _started(unit, placement, request, home, body)
    unit.record(events.PLACEMENT_ENDED, subject=placement, data=ended)
    unit.record(events.PLACEMENT_STARTED, subject=continued, data=continued.start_of(request, home))
    if request.protected_identity:
        unit.record(events.PLACED_PERSON_CHANGED, subject=request, data=request.protection())
    _hand_over(unit, placement, continued)
    keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, continued)


def _started(
    unit: Unit, placement: Placement, request: PlacementRequest, home: Home, body: dict[str, Any]
) -> Placement:
    """The stay that goes on, by the same way into a home as every other."""
    day = body["starts_on"]
    inquiry = _agreed(unit, request, home)
    said = {"starts_on": day, "kind": PlacementKind.STAY, "ends_on": None, "care_decision": body["care_decision"]}
    known = replace(known_of(unit, request, home, day, but_for=placement.id), inquiries=[inquiry])
    continued = start(request, home, said, known, by=unit.actor, at=unit.now, today=unit.today)
    continued.continues = placement.id
    for row in (request, inquiry, continued):
        unit.add(row)
        unit.session.flush()
    return continued


def _agreed(unit: Unit, request: PlacementRequest, home: Home) -> Inquiry:
    """That the home has said yes to it, as staff have heard it."""
    given: Any = {"message": "", "answer_by": None, "by": unit.actor, "at": unit.now}
    inquiry = ask(request, home, inquiries=[], **given)
    inquiry.accept(by=unit.actor, by_home=False, at=unit.now)
    return inquiry


def _hand_over(unit: Unit, placement: Placement, continued: Placement) -> None:
    """The plans and whoever looks after it go on."""
    if placement.plan is not None:
        continued.plans.append(_copied(placement.plan, continued))
    if placement.family_home_worker or placement.child_social_worker:
        continued.family_home_worker = placement.family_home_worker
        continued.child_social_worker = placement.child_social_worker
        for one in (placement, continued):
            unit.record(events.TEAM_CHANGED, subject=one, data=one.team(unit.today))


def _copied(plan: PlacementPlan, continued: Placement) -> PlacementPlan:
    days = ("care_plan_on", "implementation_plan_on", "next_review_on", "child_investigation_ended_on")
    said = {name: getattr(plan, name) for name in (*days, "parts", "said_by", "said_at")}
    return PlacementPlan(id=new_id(), placement_request_id=continued.placement_request_id, **said)
