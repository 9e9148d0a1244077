"""What a body names and a command works on, found and locked.

Locks are taken in one order: the person's requests, the home, the inquiries.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.kernel.contracts import rules
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.placement.homes.model import Home
from services.placement.informal.model import InformalStay
from services.placement.inquiries.model import Inquiry
from services.placement.requests.model import PlacementRequest


def must_exist(unit: Unit, row_type: Any, row_id: str, *, pointer: str) -> Any:
    """What a body refers to; `InvalidInput` at the pointer when this tenant has none of that id. A home that is not
    approved yet is as good as not there."""
    try:
        row = unit.read(row_type, row_id)
    except NotFound:
        raise rules.NOT_FOUND.refusal(pointer) from None
    if isinstance(row, Home) and not row.is_approved:
        raise rules.NOT_FOUND.refusal(pointer)
    return row


def lock_requests_of_person(unit: Unit, known: PlacementRequest) -> PlacementRequest:
    """Locks all requests of the request's person, and so the person: two of them started at once see each other."""
    return next(request for request in lock_requests_of(unit, known.lookup) if request.id == known.id)


def lock_requests_of(unit: Unit, lookup: bytes) -> Sequence[PlacementRequest]:
    """All requests of a person, locked; one that is opened meanwhile waits, and finds what was said of the person."""
    unit.alone(f"person {lookup.hex()}")
    return unit.session.scalars(
        select(PlacementRequest)
        .where(PlacementRequest.lookup == lookup)
        .order_by(PlacementRequest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def lock_informal_stays_of(unit: Unit, lookup: bytes) -> Sequence[InformalStay]:
    """The informal stays of a person whose requests are locked, locked as well."""
    return unit.session.scalars(select(InformalStay).where(InformalStay.lookup == lookup).with_for_update()).all()


def inquiries_of(unit: Unit, request: PlacementRequest) -> Sequence[Inquiry]:
    """A request's inquiries, locked."""
    return unit.session.scalars(
        select(Inquiry)
        .where(Inquiry.placement_request_id == request.id)
        .order_by(Inquiry.id)
        .with_for_update(of=Inquiry)
        .execution_options(populate_existing=True)
    ).all()
