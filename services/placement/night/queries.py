"""The night desk as a screen shows it, and the fact sheet. One statement finds who could come into question."""

from datetime import date
from typing import Any

from sqlalchemy import any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.kernel.basics.geo import Place
from services.kernel.contracts import Page, Shown, Total
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.base import place_of
from services.placement.homes.concerns import Concern
from services.placement.homes.listed import PEOPLE
from services.placement.homes.model import Approval, Home, is_host_to_consult, periods_of
from services.placement.homes.told import contracts, leaves
from services.placement.inquiries.model import Inquiry
from services.placement.matching.values import Contract, Period
from services.placement.night import desk, fact_sheet
from services.placement.night.desk import Asked, Offered, Ready
from services.placement.placements.model import Placement
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import household_name

_CONTRACTED = Assignment.CONTRACTED_EMERGENCY_HOME.value
_EMERGENCY = literal([Assignment.EMERGENCY_HOME.value, _CONTRACTED], ARRAY(Text))


def view_night_desk(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """Who could take somebody of that age now."""
    rows = unit.session.execute(_who_might(unit, query["age"])).all()
    ids = [row.id for row in rows]
    leave, bound = leaves(unit, ids, unit.today), contracts(unit, ids)
    found = [_ready(unit, row, leave.get(row.id, ()), bound.get(row.id, ())) for row in rows]
    able = desk.who_can(found, _asked(unit, query))
    shown = able[page.offset : page.offset + page.limit]
    return paged(_named(unit, shown), Total(len(able)))


def _asked(unit: Unit, query: dict[str, Any]) -> Asked:
    near = None
    if query["latitude"] is not None and query["longitude"] is not None:
        near = Place(query["latitude"], query["longitude"])
    whom = {"age": query["age"], "children": query["children"]}
    return Asked(today=unit.today, near=near, coarse=not unit.sees_protected, **whom)


def _who_might(unit: Unit, age: int | None) -> Any:
    """The emergency homes whose approval covers the age today, with what is taken, and when they were last asked."""
    approved = (
        select(
            Approval.home_id,
            _most(Assignment.EMERGENCY_HOME).label("places"),
            _most(Assignment.CONTRACTED_EMERGENCY_HOME).label("contracted_places"),
        )
        .where(
            Approval.assignments.op("&&")(_EMERGENCY),
            Approval.holds_on(unit.today),
            *(() if age is None else (Approval.age_from <= age, Approval.age_to >= age)),
            Approval.child_lookup.is_(None),
            Approval.child_name.is_(None),
        )
        .group_by(Approval.home_id)
        .subquery()
    )
    return (
        select(
            Home.id,
            Home.position,
            Home.availability,
            Home.protected_identity,
            Home.may_be_called_at_night,
            approved.c.places,
            approved.c.contracted_places,
            Home.host_code,
            Home.host_consulted_on,
            _taken(approved.c.home_id, unit.today).label("occupied"),
            _taken(approved.c.home_id, unit.today, Placement.assignment == _CONTRACTED).label("occupied_by_contract"),
            _last_asked(approved.c.home_id).label("last_asked_at"),
            _concern(approved.c.home_id).label("concern_id"),
        )
        .join(approved, approved.c.home_id == Home.id)
        .where(Home.is_approved, Home.approvals_wait.is_(False))
    )


def _most(assignment: Assignment) -> Any:
    """The places of the largest of a home's approvals for that; none where there is none."""
    covers = literal(assignment.value) == any_(Approval.assignments)
    return func.coalesce(func.max(Approval.places).filter(covers), 0)


def _taken(home_id: Any, today: date, *which: Any) -> Any:
    """How many live in a home, or are to come."""
    goes_on = or_(Placement.ends_on.is_(None), Placement.ends_on >= today)
    return (
        select(func.count()).where(Placement.home_id == home_id, Placement.is_stay(), goes_on, *which).scalar_subquery()
    )


def _last_asked(home_id: Any) -> Any:
    """When a home was asked last."""
    newest = select(Inquiry.sent_at).where(Inquiry.home_id == home_id).order_by(Inquiry.sent_at.desc())
    return newest.limit(1).scalar_subquery()


def _concern(home_id: Any) -> Any:
    """A concern about a home that is not settled."""
    return select(Concern.id).where(Concern.home_id == home_id, Concern.settled_on.is_(None)).limit(1).scalar_subquery()


def _ready(unit: Unit, row: Any, leave: tuple[Period, ...], bound: tuple[Contract, ...]) -> Ready:
    return Ready(
        home_id=row.id,
        places=row.places,
        occupied=row.occupied,
        contracted_places=row.contracted_places,
        occupied_by_contract=row.occupied_by_contract,
        contracts=bound,
        night=row.may_be_called_at_night,
        place=place_of(row.position),
        protected_identity=row.protected_identity,
        host_to_consult=is_host_to_consult(row, unit.municipality_code),
        periods=(*periods_of(row.availability or {}), *leave),
        last_asked_at=row.last_asked_at,
        open_concern=row.concern_id is not None,
    )


def _named(unit: Unit, shown: list[Offered]) -> list[Shown]:
    """The homes with who they are, and how they are reached."""
    wanted = [one.home_id for one in shown]
    named = select(Home.id, Home.contact, Home.protected_identity, PEOPLE).where(Home.id.in_(wanted))
    rows = {row.id: row for row in unit.session.execute(named)}
    return [_view(one, rows[one.home_id]) for one in shown]


def _view(one: Offered, row: Any) -> Shown:
    name, contact = household_name(row.people or ()), row.contact or {}
    known = {"protected_identity": row.protected_identity, "phone": contact.get("phone")}
    return Shown(one, id=one.home_id, name=name, home_name=name, **known)


def get_fact_sheet(unit: Unit, placement_id: str) -> Answer:
    """What the home must know tonight, as PDF."""
    placement = unit.read(Placement, placement_id)
    if unit.for_home:
        if placement.status_on(unit.today).is_over:
            raise NotFound
    else:
        unit.must_see(is_protected=placement.protected_identity)
    frame = Frame(municipality=unit.municipality, title=fact_sheet.TITLE, reference=placement.id, dated=unit.today)
    pdf = typeset(fact_sheet.TEMPLATE, frame, fact_sheet.sheet_of(placement, _told(unit, placement), unit.today))
    return Answer({}, file=unit.shelf.put([pdf], name=f"faktablad-{placement.id}.pdf", media_type=MediaType.PDF))


def _told(unit: Unit, placement: Placement) -> list[dict[str, Any]]:
    """What this home was told for this need, in its order."""
    asked = select(Inquiry.told).where(
        Inquiry.placement_request_id == placement.placement_request_id, Inquiry.home_id == placement.home_id
    )
    rows = unit.session.scalars(asked.order_by(Inquiry.sent_at, Inquiry.id))
    return [one for told in rows for one in told or ()]
