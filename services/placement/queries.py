"""What placement shows: homes, requests with their candidates, inquiries and placements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import defer, joinedload, raiseload

from services.kernel.contracts import Page
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement import matching
from services.placement.model import Approval, Home, Inquiry, Placement, PlacementRequest
from services.placement.occupancy import Stay, occupied_from


def stays_from(unit: Unit, day: date, home_ids: Collection[str] | None = None) -> Mapping[str, list[Stay]]:
    """The stays of each home (of all, unless said) that are not over before that day."""
    statement = select(Placement.home_id, Placement.starts_on, Placement.ends_on).where(
        or_(Placement.ends_on.is_(None), Placement.ends_on >= day)
    )
    if home_ids is not None:
        statement = statement.where(Placement.home_id.in_(home_ids))
    found: dict[str, list[Stay]] = defaultdict(list)
    for home_id, starts_on, ends_on in unit.session.execute(statement):
        found[home_id].append(Stay(starts_on=starts_on, ends_on=ends_on))
    return found


# --- homes ----------------------------------------------------------------------------------------------------------


def list_homes(unit: Unit, page: Page) -> Answer:
    """The homes, those known longest first."""
    statement = select(Home)
    if unit.for_home:
        statement = statement.where(Home.id.in_(unit.own_homes(Home)))
    found, total = unit.page(statement.order_by(Home.id), page)
    stays = stays_from(unit, unit.today, [home.id for home in found])
    return paged([home_summary(home, stays.get(home.id, []), unit.today) for home in found], total)


def get_home(unit: Unit, home_id: str) -> Answer:
    """One home."""
    home = unit.read(Home, home_id)
    stays = stays_from(unit, unit.today, [home.id]).get(home.id, [])
    adults = [{"id": adult.id, **adult.person} for adult in home.adults]
    return Answer(
        {**home_summary(home, stays, unit.today), "adults": adults, "approvals": home.approvals}, version_of=home
    )


def home_summary(home: Home, stays: Sequence[Stay], today: date) -> dict[str, Any]:
    """A home in a list."""
    valid = [approval for approval in home.approvals if approval.as_offered().is_valid_on(today)]
    return {
        "id": home.id,
        "name": home.shown_name,
        "assignments": sorted({assignment for approval in valid for assignment in approval.assignments}),
        "places": max((approval.places for approval in valid), default=0),
        "occupied": occupied_from(stays, today),
        "languages": home.languages,
        "protected_identity": home.protected_identity,
    }


# --- placement requests ---------------------------------------------------------------------------------------------


def list_placement_requests(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The placement requests, the most pressing first."""
    statement = select(PlacementRequest).options(defer(PlacementRequest.needs), defer(PlacementRequest.place))
    if "status" in query:
        statement = statement.where(PlacementRequest.status == query["status"])
    order = (PlacementRequest.urgent.desc(), PlacementRequest.needed_from, PlacementRequest.id)
    found, total = unit.page(statement.order_by(*order), page)
    return paged([request_summary(request) for request in found], total)


def get_placement_request(unit: Unit, placement_request_id: str) -> Answer:
    """One placement request."""
    return request_answer(unit.read(PlacementRequest, placement_request_id))


def list_candidates(unit: Unit, placement_request_id: str, page: Page) -> Answer:
    """All homes beside a request: one statement for the homes and their approvals, one for what is occupied."""
    request = unit.read(PlacementRequest, placement_request_id)
    day = max(request.needed_from, unit.today)
    statement = select(Home).options(
        raiseload(Home.adults), joinedload(Home.approvals).options(defer(Approval.conditions))
    )
    homes = unit.session.scalars(statement).unique().all()
    stays = stays_from(unit, day)
    offers = [home.offer_from(day, stays=stays.get(home.id, [])) for home in homes]
    candidates = matching.candidates_for(request.need_on(day), offers)
    shown: list[Any] = list(candidates[page.offset : page.offset + page.limit])
    return paged(shown, len(candidates))


def request_summary(request: PlacementRequest) -> dict[str, Any]:
    """A placement request in a list."""
    return {
        "id": request.id,
        "assignment": request.assignment,
        "status": request.status,
        "name": request.shown_name,
        "age": request.age_on(request.needed_from),
        "protected_identity": request.protected_identity,
        "needed_from": request.needed_from,
        "urgent": request.urgent,
        "opened_at": request.opened_at,
    }


def request_answer(request: PlacementRequest) -> Answer:
    """The whole request with its ETag."""
    view = {
        **request_summary(request),
        "person": request.person,
        "languages": request.languages,
        "sibling_of": request.sibling_of,
        "place": request.place,
        "needs": request.needs,
        "knows_home_id": request.knows_home_id,
        "opened_by": request.opened_by,
    }
    return Answer(view, version_of=request)


# --- inquiries ------------------------------------------------------------------------------------------------------

_HOME_WITH_NAME = raiseload(Home.approvals)


def list_inquiries(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The inquiries, the newest first."""
    statement = select(Inquiry).options(
        joinedload(Inquiry.home, innerjoin=True).options(_HOME_WITH_NAME),
        joinedload(Inquiry.placement_request, innerjoin=True).options(defer(PlacementRequest.needs)),
    )
    if unit.for_home:
        statement = statement.where(Inquiry.home_id.in_(unit.own_homes(Inquiry)))
    if "status" in query:
        statement = statement.where(Inquiry.status == query["status"])
    if "placement_request_id" in query:
        statement = statement.where(Inquiry.placement_request_id == query["placement_request_id"])
    found, total = unit.page(statement.order_by(Inquiry.sent_at.desc(), Inquiry.id.desc()), page)
    return paged([inquiry_view(inquiry, unit.now) for inquiry in found], total)


def inquiry_view(inquiry: Inquiry, now: datetime) -> dict[str, Any]:
    """An inquiry and its answer."""
    return {
        "id": inquiry.id,
        "placement_request_id": inquiry.placement_request_id,
        "home_id": inquiry.home_id,
        "home_name": inquiry.home.shown_name,
        "assignment": inquiry.assignment,
        "needed_from": inquiry.placement_request.needed_from,
        "message": inquiry.message,
        "answer_by": inquiry.answer_by,
        "overdue": inquiry.is_overdue(now),
        "may_decline": inquiry.may_decline,
        "status": inquiry.status,
        "sent_at": inquiry.sent_at,
        "answered_at": inquiry.answered_at,
        "answered_by_home": inquiry.answered_by_home,
        "reason": inquiry.reason,
    }


# --- placements -----------------------------------------------------------------------------------------------------


def list_placements(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The placements, those that start latest first."""
    statement = select(Placement).options(
        joinedload(Placement.home, innerjoin=True).options(_HOME_WITH_NAME),
        joinedload(Placement.placement_request, innerjoin=True).options(defer(PlacementRequest.needs)),
        defer(Placement.end_reason),
    )
    for name in ("home_id", "placement_request_id"):
        if name in query:
            statement = statement.where(getattr(Placement, name) == query[name])
    found, total = unit.page(statement.order_by(Placement.starts_on.desc(), Placement.id.desc()), page)
    return paged([placement_summary(placement, unit.today) for placement in found], total)


def get_placement(unit: Unit, placement_id: str) -> Answer:
    """One placement."""
    return placement_answer(unit.read(Placement, placement_id), unit.today)


def placement_summary(placement: Placement, today: date) -> dict[str, Any]:
    """A placement in a list."""
    return {
        "id": placement.id,
        "placement_request_id": placement.placement_request_id,
        "home_id": placement.home_id,
        "home_name": placement.home.shown_name,
        "person_name": placement.placement_request.shown_name,
        "assignment": placement.assignment,
        "status": placement.status_on(today),
        "starts_on": placement.starts_on,
        "ends_on": placement.ends_on,
    }


def placement_answer(placement: Placement, today: date) -> Answer:
    """The whole placement with its ETag."""
    view = {
        **placement_summary(placement, today),
        "approval_id": placement.approval_id,
        "person": placement.placement_request.person,
        "end_reason": placement.end_reason,
        "started_by": placement.started_by,
        "ended_by": placement.ended_by,
    }
    return Answer(view, version_of=placement)
