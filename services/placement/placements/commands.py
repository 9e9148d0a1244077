"""The one way into a home, and the way out of it: one function per use case, each one unit of work."""

from dataclasses import replace
from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.keeping import forget_warning, keep_clocks, warn
from services.placement.contract import events
from services.placement.homes.model import Home
from services.placement.inquiries.commands import settled
from services.placement.named import inquiries_of, lock_requests_of_person, must_exist
from services.placement.placements import entry, queries
from services.placement.placements.care import PlacementKind
from services.placement.placements.entry import start
from services.placement.placements.model import Placement
from services.placement.placements.stays import known_of
from services.placement.requests.model import PlacementRequest
from services.vocabulary.across import DeadlineKind


def start_placement(unit: Unit, body: dict[str, Any]) -> Answer:
    """Places a person in a home. Whoever holds the home's lock sees every placement in it, so no place goes twice."""
    asked = must_exist(unit, PlacementRequest, body["placement_request_id"], pointer="/placement_request_id")
    request = lock_requests_of_person(unit, asked)
    must_exist(unit, Home, body["home_id"], pointer="/home_id")
    home = unit.lock(Home, body["home_id"])
    inquiries = inquiries_of(unit, request)
    known = replace(known_of(unit, request, home, body["starts_on"]), inquiries=inquiries)
    placement = start(request, home, body, known, by=unit.actor, at=unit.now, today=unit.today)
    unit.add(placement)
    if placement.kind == PlacementKind.STAY:
        settled(unit, *inquiries)
        unit.record(events.PLACEMENT_STARTED, subject=placement, data=placement.start_of(request, home))
        forget_warning(unit, request.id, DeadlineKind.UNEXECUTED_DECISION)
        keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def end_placement(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says a placement's last day, or that it does not take place."""
    known = unit.read(Placement, placement_id)
    request = lock_requests_of_person(unit, known.placement_request)
    placement = unit.lock(Placement, placement_id)
    happened = placement.end(body["ends_on"], reason=body["reason"], note=body["note"], by=unit.actor, at=unit.now)
    _tell_end(unit, placement, request, happened)
    keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def correct_end(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says another last day of a placement than was said: whoever holds the home's lock sees whether it is free."""
    known = unit.read(Placement, placement_id)
    request = lock_requests_of_person(unit, known.placement_request)
    home = unit.lock(Home, known.home_id)
    placement = unit.lock(Placement, placement_id)
    beside = known_of(unit, request, home, placement.starts_on, but_for=placement.id)
    saying: Any = {"note": body["note"], "by": unit.actor, "at": unit.now, "today": unit.today}
    happened = entry.correct_end(placement, body["ends_on"], beside, **saying)
    if placement.kind == PlacementKind.STAY:
        _tell_end(unit, placement, request, happened)
    keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def _tell_end(unit: Unit, placement: Placement, request: PlacementRequest, happened: dict[str, Any]) -> None:
    """The others learn the last day of a stay. Of one that was cancelled somebody still needs a home."""
    unit.record(events.PLACEMENT_ENDED, subject=placement, data=happened)
    _tell_team(unit, placement)
    if not placement.stay.came:
        request.reopen(at=unit.now)
        if request.execution_due_on is not None:
            warn(unit, request.id, DeadlineKind.UNEXECUTED_DECISION, request.execution_due_on)


def _tell_team(unit: Unit, placement: Placement) -> None:
    """Who looks after it, if anybody does: until its last day has passed."""
    if placement.family_home_worker or placement.child_social_worker:
        unit.record(events.TEAM_CHANGED, subject=placement, data=placement.team(unit.today))


def record_care_decision(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Writes down a later decision on care in the home."""
    known = unit.read(Placement, placement_id)
    request = lock_requests_of_person(unit, known.placement_request)
    placement = unit.lock(Placement, placement_id)
    placement.record_decision(body, by=unit.actor, at=unit.now, today=unit.today)
    keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)
