"""The one way into a home, and the way out of it: one function per use case, each one unit of work."""

from datetime import date
from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.keeping import forget_warning, keep_clocks
from services.placement.contract import events
from services.placement.homes.model import Home
from services.placement.homes.told import leaves
from services.placement.inquiries.commands import settled
from services.placement.named import inquiries_of, lock_requests_of_person, must_exist
from services.placement.placements import queries
from services.placement.placements.care import PlacementKind
from services.placement.placements.model import Placement, start
from services.placement.placements.occupancy import most_at_once, overlaps
from services.placement.placements.stays import siblings_of, stays_from, stays_of_person, young_in
from services.placement.requests.model import PlacementRequest
from services.vocabulary.across import DeadlineKind
from services.vocabulary.assignments import LIVING


def start_placement(unit: Unit, body: dict[str, Any]) -> Answer:
    """Places a person in a home. Whoever holds the home's lock sees every placement in it, so no place goes twice."""
    known = must_exist(unit, PlacementRequest, body["placement_request_id"], pointer="/placement_request_id")
    request = lock_requests_of_person(unit, known)
    must_exist(unit, Home, body["home_id"], pointer="/home_id")
    home = unit.lock(Home, body["home_id"])
    inquiries = inquiries_of(unit, request)
    placement = start(
        request,
        home,
        body,
        inquiries=inquiries,
        stays_in_home=stays_from(unit, body["starts_on"], [home.id]).get(home.id, []),
        stays_of_person=stays_of_person(unit, request),
        young_in_home=young_in(unit, home.id, body["starts_on"]),
        siblings=siblings_of(unit, request, body["starts_on"]),
        municipality_code=unit.municipality_code,
        leave=leaves(unit, [home.id], body["starts_on"]).get(home.id, ()),
        by=unit.actor,
        at=unit.now,
        today=unit.today,
    )
    unit.add(placement)
    if placement.kind == PlacementKind.STAY:
        settled(unit, *inquiries)
        unit.record(events.PLACEMENT_STARTED, subject=placement, data=placement.start_of(request, home))
        forget_warning(unit, request.id, DeadlineKind.UNEXECUTED_DECISION)
        keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def end_placement(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says a placement's last day."""
    known = unit.read(Placement, placement_id)
    request = lock_requests_of_person(unit, known.placement_request)
    placement = unit.lock(Placement, placement_id)
    happened = placement.end(body["ends_on"], reason=body["reason"], note=body["note"], by=unit.actor, at=unit.now)
    unit.record(events.PLACEMENT_ENDED, subject=placement, data=happened)
    _tell_team(unit, placement)
    keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def correct_end(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says another last day of a placement than was said: whoever holds the home's lock sees whether it is free."""
    known = unit.read(Placement, placement_id)
    request = lock_requests_of_person(unit, known.placement_request)
    unit.lock(Home, known.home_id)
    placement = unit.lock(Placement, placement_id)
    happened = placement.correct_end(
        body["ends_on"],
        note=body["note"],
        free_until=_is_free_until(unit, placement, body["ends_on"]),
        lives_elsewhere=_has_another_home_until(unit, request, placement, body["ends_on"]),
        by=unit.actor,
        at=unit.now,
    )
    if placement.kind == PlacementKind.STAY:
        unit.record(events.PLACEMENT_ENDED, subject=placement, data=happened)
        _tell_team(unit, placement)
    keep_clocks(unit, request.lookup)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


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


def _is_free_until(unit: Unit, placement: Placement, day: date) -> bool:
    """Whether the placement's place is taken by nobody else up to that day."""
    others = stays_from(unit, placement.starts_on, [placement.home_id], but_for=placement.id)
    stays = others.get(placement.home_id, [])
    approval = next(one for one in placement.home.approvals if one.id == placement.approval_id)
    return most_at_once(stays, placement.starts_on, day) < approval.places


def _has_another_home_until(unit: Unit, request: PlacementRequest, placement: Placement, day: date) -> bool:
    """Whether the person lives somewhere else on a day between the placement's first and that one; a day of a move
    belongs to both homes."""
    if placement.assignment not in LIVING:
        return False
    return overlaps(stays_of_person(unit, request, but_for=placement.id), placement.starts_on, day)
