"""The one way into a home, and the way out of it: one function per use case, each one unit of work."""

from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.contract import events
from services.placement.homes.model import Home
from services.placement.inquiries.commands import settled
from services.placement.named import inquiries_of, lock_requests_of_person, must_exist
from services.placement.placements import queries
from services.placement.placements.model import Placement, start
from services.placement.placements.stays import stays_from, stays_of_person
from services.placement.requests.model import PlacementRequest


def start_placement(unit: Unit, body: dict[str, Any]) -> Answer:
    """Places a person in a home. Whoever holds the home's lock sees every placement in it, so no place goes twice."""
    known = must_exist(unit, PlacementRequest, body["placement_request_id"], pointer="/placement_request_id")
    request = lock_requests_of_person(unit, known)
    must_exist(unit, Home, body["home_id"], pointer="/home_id")
    home = unit.lock(Home, body["home_id"])
    inquiries = inquiries_of(unit, request)
    placement, happened = start(
        request,
        home,
        body["starts_on"],
        inquiries=inquiries,
        stays_in_home=stays_from(unit, body["starts_on"], [home.id]).get(home.id, []),
        stays_of_person=stays_of_person(unit, request),
        by=unit.actor,
        at=unit.now,
    )
    unit.add(placement)
    settled(unit, *inquiries)
    unit.record(events.PLACEMENT_STARTED, subject=placement, data=happened)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def end_placement(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says a placement's last day."""
    placement = unit.lock(Placement, placement_id)
    happened = placement.end(body["ends_on"], reason=body["reason"], by=unit.actor, at=unit.now)
    unit.record(events.PLACEMENT_ENDED, subject=placement, data=happened)
    return queries.placement_answer(unit, placement)
