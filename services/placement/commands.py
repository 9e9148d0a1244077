"""What can be done for a person who needs a home: one function per use case, each one unit of work.

Locks are taken in one order: the person's requests, the home, the inquiries.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import select

from services.kernel.contracts import rules
from services.kernel.contracts.faults import NotFound
from services.kernel.rows import nudges
from services.kernel.rows.unit import Unit
from services.kernel.work.nudges import nudge
from services.kernel.work.operations import Answer
from services.placement import model, queries
from services.placement.contract import events
from services.placement.duties import INQUIRY_UNANSWERED
from services.placement.model import Home, Inquiry, Placement, PlacementRequest
from services.placement.occupancy import Stay
from services.vocabulary.assignments import LIVING


def open_placement_request(unit: Unit, body: dict[str, Any]) -> Answer:
    """Writes down what a person needs."""
    for name, row_type in (("sibling_of", PlacementRequest), ("knows_home_id", Home)):
        if body[name] is not None:
            _must_exist(unit, row_type, body[name], pointer=f"/{name}")
    request = model.open_request(body, lookup=unit.lookup_person, by=unit.actor, at=unit.now, today=unit.today)
    others = _lock_requests_of(unit, request.lookup)
    unit.add(request)
    if request.protected_identity or any(other.protected_identity for other in others):
        _protect(unit, [request, *others], is_protected=True)
    return Answer(request)


def protect_placed_person(unit: Unit, placement_request_id: str, body: dict[str, Any]) -> Answer:
    """Says in all requests of a person whether the identity is protected."""
    known = unit.read(PlacementRequest, placement_request_id)
    requests = _lock_requests_of(unit, known.lookup)
    request = next(one for one in requests if one.id == known.id)
    unit.match(request)
    _protect(unit, requests, is_protected=body["protected_identity"])
    unit.session.flush()
    return Answer(request)


def _protect(unit: Unit, requests: Sequence[PlacementRequest], *, is_protected: bool) -> None:
    """The other services hear it of each request of which it was not known."""
    for request in requests:
        is_new = not sqlalchemy.inspect(request).persistent
        if is_new or request.protected_identity != is_protected:
            happened = request.protect(is_protected=is_protected, at=unit.now)
            unit.record(events.PLACED_PERSON_CHANGED, subject=request, data=happened)


def send_inquiry(unit: Unit, placement_request_id: str, body: dict[str, Any]) -> Answer:
    """Asks a home."""
    request = unit.lock(PlacementRequest, placement_request_id)
    home = _must_exist(unit, Home, body["home_id"], pointer="/home_id")
    inquiry = model.ask(
        request,
        home,
        inquiries=_inquiries_of(unit, request),
        message=body["message"],
        answer_by=body["answer_by"],
        by=unit.actor,
        at=unit.now,
    )
    if inquiry.answer_by is not None:
        unit.plan(INQUIRY_UNANSWERED, subject=inquiry.id, at=inquiry.answer_by)
    nudge(unit, "inquiry", subject=inquiry.id, home_id=home.id, reached=home.reached, is_urgent=request.urgent)
    return _written(unit, inquiry)


def accept_inquiry(unit: Unit, inquiry_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The home says yes."""
    inquiry = unit.lock(Inquiry, inquiry_id)
    inquiry.accept(by=unit.actor, by_home=unit.for_home, at=unit.now)
    _settled(unit, inquiry)
    return _written(unit, inquiry)


def decline_inquiry(unit: Unit, inquiry_id: str, body: dict[str, Any]) -> Answer:
    """The home says no."""
    inquiry = unit.lock(Inquiry, inquiry_id)
    inquiry.decline(body["reason"], by=unit.actor, by_home=unit.for_home, at=unit.now)
    _settled(unit, inquiry)
    return _written(unit, inquiry)


def choose_reach(unit: Unit, home_id: str, adult_id: str, body: dict[str, Any]) -> Answer:
    """Says how an adult of a home wants to be reached. Whoever acts for the home says it of nobody else."""
    home = unit.lock_matching(Home, home_id)
    adult = next((one for one in home.adults if one.id == adult_id), None)
    if adult is None or (unit.for_home and adult.lookup != unit.lookup_person(unit.context.personal_number or "")):
        raise NotFound
    home.choose_reach(adult, body, unit.now)
    nudges.redirect(unit, home.id, home.reached)
    unit.session.flush()
    return queries.reach_answer(unit, home)


def start_placement(unit: Unit, body: dict[str, Any]) -> Answer:
    """Places a person in a home. Whoever holds the home's lock sees every placement in it, so no place goes twice."""
    known = _must_exist(unit, PlacementRequest, body["placement_request_id"], pointer="/placement_request_id")
    request = _lock_requests_of_person(unit, known)
    _must_exist(unit, Home, body["home_id"], pointer="/home_id")
    home = unit.lock(Home, body["home_id"])
    inquiries = _inquiries_of(unit, request)
    placement, happened = model.start(
        request,
        home,
        body["starts_on"],
        inquiries=inquiries,
        stays_in_home=queries.stays_from(unit, body["starts_on"], [home.id]).get(home.id, []),
        stays_of_person=_stays_of_person(unit, request),
        by=unit.actor,
        at=unit.now,
    )
    unit.add(placement)
    _settled(unit, *inquiries)
    unit.record(events.PLACEMENT_STARTED, subject=placement, data=happened)
    unit.session.flush()
    return queries.placement_answer(unit, placement)


def end_placement(unit: Unit, placement_id: str, body: dict[str, Any]) -> Answer:
    """Says a placement's last day."""
    placement = unit.lock(Placement, placement_id)
    happened = placement.end(body["ends_on"], reason=body["reason"], by=unit.actor, at=unit.now)
    unit.record(events.PLACEMENT_ENDED, subject=placement, data=happened)
    return queries.placement_answer(unit, placement)


def _must_exist(unit: Unit, row_type: Any, row_id: str, *, pointer: str) -> Any:
    """What a body refers to; `InvalidInput` at the pointer when this tenant has none of that id. A home that is not
    approved yet is as good as not there."""
    try:
        row = unit.read(row_type, row_id)
    except NotFound:
        raise rules.NOT_FOUND.refusal(pointer) from None
    if isinstance(row, Home) and not row.is_approved:
        raise rules.NOT_FOUND.refusal(pointer)
    return row


def _lock_requests_of_person(unit: Unit, known: PlacementRequest) -> PlacementRequest:
    """Locks all requests of the request's person, and so the person: two of them started at once see each other."""
    return next(request for request in _lock_requests_of(unit, known.lookup) if request.id == known.id)


def _lock_requests_of(unit: Unit, lookup: bytes) -> Sequence[PlacementRequest]:
    """All requests of a person, locked; one that is opened meanwhile waits, and finds what was said of the person."""
    unit.alone(f"person {lookup.hex()}")
    return unit.session.scalars(
        select(PlacementRequest)
        .where(PlacementRequest.lookup == lookup)
        .order_by(PlacementRequest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _inquiries_of(unit: Unit, request: PlacementRequest) -> Sequence[Inquiry]:
    """A request's inquiries, locked."""
    return unit.session.scalars(
        select(Inquiry)
        .where(Inquiry.placement_request_id == request.id)
        .order_by(Inquiry.id)
        .with_for_update(of=Inquiry)
        .execution_options(populate_existing=True)
    ).all()


def _stays_of_person(unit: Unit, request: PlacementRequest) -> list[Stay]:
    """Where the request's person lives, has lived and will live."""
    rows = unit.session.execute(
        select(Placement.starts_on, Placement.ends_on)
        .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
        .where(PlacementRequest.lookup == request.lookup, Placement.assignment.in_(LIVING))
    )
    return [Stay(starts_on=row.starts_on, ends_on=row.ends_on) for row in rows]


def _written(unit: Unit, inquiry: Inquiry) -> Answer:
    unit.add(inquiry)
    unit.session.flush()
    return queries.inquiry_answer(unit, inquiry)


def _settled(unit: Unit, *inquiries: Inquiry) -> None:
    """Nobody has to be reminded of these any more, nor told of them."""
    for inquiry in inquiries:
        unit.cancel(INQUIRY_UNANSWERED, subject=inquiry.id)
    nudges.forget(unit, [inquiry.id for inquiry in inquiries])
