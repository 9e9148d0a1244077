"""What placement shows of inquiries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.contracts import Page, Shown
from services.kernel.rows import nudges
from services.kernel.rows.listing import Listing
from services.kernel.rows.nudges import Nudge
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.homes.listed import OWN, PEOPLE, own
from services.placement.homes.model import Home
from services.placement.inquiries.model import Inquiry, told_of
from services.placement.requests.model import PlacementRequest


class _ListedInquiry:
    """What a row of the list knows of itself as an inquiry does."""

    __slots__ = ()
    home_name, may_decline, is_overdue = Home.name, Inquiry.may_decline, Inquiry.is_overdue
    home_is_protected: bool
    person: dict[str, Any]
    person_is_protected = PlacementRequest.protected_identity
    protected_identity = Inquiry.protected_identity


_INQUIRIES = Listing(
    select(
        Inquiry.id,
        Inquiry.placement_request_id,
        Inquiry.home_id,
        Inquiry.assignment,
        Inquiry.message,
        Inquiry.answer_by,
        Inquiry.status,
        Inquiry.sent_at,
        Inquiry.answered_at,
        Inquiry.answered_by_home,
        Inquiry.reason,
        Inquiry.told,
        PlacementRequest.needed_from,
        PlacementRequest.person,
        Home.protected_identity.label("home_is_protected"),
        PEOPLE,
    )
    .join(Home, Home.id == Inquiry.home_id)
    .join(PlacementRequest, PlacementRequest.id == Inquiry.placement_request_id),
    order=(Inquiry.sent_at.desc(), Inquiry.id.desc()),
    row=_ListedInquiry,
    status=Inquiry.status == bindparam("status"),
    placement_request_id=Inquiry.placement_request_id == bindparam("placement_request_id"),
    own=Inquiry.home_id == OWN,
)


def list_inquiries(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The inquiries, the newest first."""
    found, total = unit.list(_INQUIRIES, page, query | own(unit))
    told = nudges.of_subjects(unit, [one.id for one in found])
    return paged((_inquiry(one, told[one.id], unit.now) for one in found), total)


def get_inquiry(unit: Unit, inquiry_id: str) -> Answer:
    """One inquiry."""
    return inquiry_answer(unit, unit.read(Inquiry, inquiry_id))


def inquiry_answer(unit: Unit, inquiry: Inquiry) -> Answer:
    """An inquiry and its answer, with its ETag."""
    told = nudges.of_subjects(unit, [inquiry.id])
    return Answer(_inquiry(inquiry, told[inquiry.id], unit.now), version_of=inquiry)


def inquiries_answer(unit: Unit, inquiries: Sequence[Inquiry]) -> Answer:
    """Several inquiries and their answers."""
    told = nudges.of_subjects(unit, [one.id for one in inquiries])
    return Answer({"items": [_inquiry(one, told[one.id], unit.now) for one in inquiries]})


def _inquiry(inquiry: Any, nudged: Sequence[Nudge], now: datetime) -> Shown:
    """An inquiry, or a row of the list, with what has become of its nudges."""
    return Shown(inquiry, overdue=inquiry.is_overdue(now), nudges=nudged, told=told_of(inquiry))
