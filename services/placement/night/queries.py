"""The night desk as a screen shows it, and the fact sheet. One statement finds who could come into question."""

from datetime import date
from typing import Any

from sqlalchemy import and_, any_, bindparam, case, exists, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer, Text

from services.kernel.basics.geo import Place
from services.kernel.contracts import Page, Shown, Total
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.listing import Reading
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.base import place_of
from services.placement.homes.concerns import Concern
from services.placement.homes.listed import PEOPLE
from services.placement.homes.model import Approval, Home, is_host_to_consult, periods_of
from services.placement.inquiries.model import Inquiry
from services.placement.matching import reading
from services.placement.night import desk, fact_sheet
from services.placement.night.desk import Asked, Offered, Ready
from services.placement.placements.model import Placement
from services.placement.placements.occupancy import occupied_from
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import household_name


def view_night_desk(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """Who could take somebody of that age now."""
    rows = unit.rows(_MIGHT, age=query["age"], children=query["children"], day=unit.today)
    able = desk.who_can((_ready(unit, row) for row in rows), _asked(unit, query))
    shown = able[page.offset : page.offset + page.limit]
    return paged(_named(unit, shown), Total(len(able)))


def _asked(unit: Unit, query: dict[str, Any]) -> Asked:
    near = None
    if query["latitude"] is not None and query["longitude"] is not None:
        near = Place(query["latitude"], query["longitude"])
    whom = {"age": query["age"], "children": query["children"]}
    return Asked(today=unit.today, near=near, coarse=not unit.sees_protected, **whom)


def _most(assignment: Assignment) -> Any:
    """The places of the largest of a home's approvals for that; none where there is none."""
    covers = literal(assignment.value) == any_(Approval.assignments)
    return func.coalesce(func.max(Approval.places).filter(covers), 0)


_DAY: Any = bindparam("day", type_=Date)
_AGE: Any = bindparam("age", type_=Integer)
_EMERGENCY = literal([Assignment.EMERGENCY_HOME.value, Assignment.CONTRACTED_EMERGENCY_HOME.value], ARRAY(Text))
_approved = (
    select(
        Approval.home_id,
        _most(Assignment.EMERGENCY_HOME).label("places"),
        _most(Assignment.CONTRACTED_EMERGENCY_HOME).label("contracted_places"),
    )
    .where(
        Approval.assignments.op("&&")(_EMERGENCY),
        Approval.holds_on(_DAY),
        or_(_AGE.is_(None), and_(Approval.age_from <= _AGE, Approval.age_to >= _AGE)),
        Approval.child_lookup.is_(None),
        Approval.child_name.is_(None),
    )
    .group_by(Approval.home_id)
    .subquery()
)
_taken = (  # who lives there, and how many they are with those who are to come
    select(
        func.count().filter(Placement.starts_on <= _DAY).label("occupied"),
        func.count().filter(Placement.starts_on <= _DAY, reading.IS_CONTRACTED).label("occupied_by_contract"),
        func.count().label("to_come"),
    )
    .where(
        Placement.home_id == _approved.c.home_id,
        Placement.is_stay(),
        or_(Placement.ends_on.is_(None), Placement.ends_on >= _DAY),
    )
    .lateral()
)
#: The emergency homes whose approval covers the age today, and that have room as far as the database can tell.
_MIGHT = Reading(
    select(
        Home.id,
        Home.position,
        Home.availability,
        Home.protected_identity,
        Home.may_be_called_at_night,
        Home.host_code,
        Home.host_consulted_on,
        _approved.c.places,
        _approved.c.contracted_places,
        Home.others_children,
        _taken.c.occupied,
        _taken.c.occupied_by_contract,
        case((_taken.c.to_come > _taken.c.occupied, reading.stays_of(_approved.c.home_id, _DAY))).label("stays"),
        reading.contracts_of(_approved.c.home_id).label("contracts"),
        reading.leaves_of(_approved.c.home_id, _DAY).label("leaves"),
    )
    .join(_approved, _approved.c.home_id == Home.id)
    .join(_taken, true())
    .where(
        Home.is_approved.is_(True),
        Home.approvals_wait.is_(False),
        func.greatest(_approved.c.places, _approved.c.contracted_places) - _taken.c.occupied - Home.others_children
        >= bindparam("children", type_=Integer),
    )
)


def _ready(unit: Unit, row: Any) -> Ready:
    occupied, by_contract = _taken_from(row, unit.today)
    return Ready(
        home_id=row.id,
        places=row.places,
        contracted_places=row.contracted_places,
        occupied=occupied + row.others_children,
        occupied_by_contract=by_contract,
        contracts=reading.contracted(row.contracts),
        night=row.may_be_called_at_night,
        place=place_of(row.position),
        protected_identity=row.protected_identity,
        host_to_consult=is_host_to_consult(row, unit.municipality_code),
        periods=(*periods_of(row.availability or {}), *reading.away(row.leaves)),
    )


def _taken_from(row: Any, today: date) -> tuple[int, int]:
    """The most places that are taken at once from today on, and under a contract; as many as today where nobody is to
    come."""
    if row.stays is None:
        return row.occupied, row.occupied_by_contract
    stays = reading.stayed(row.stays)
    return occupied_from(stays, today), occupied_from((one for one in stays if one.contracted), today)


#: Who they are that are shown, how they are reached, and what there is to look at.
_SHOWN = Reading(
    select(
        Home.id,
        Home.contact,
        Home.protected_identity,
        PEOPLE,
        Home.asked_at.label("last_asked_at"),
        exists().where(Concern.home_id == Home.id, Concern.settled_on.is_(None)).label("open_concern"),
    ).where(Home.id == any_(bindparam("ids", type_=ARRAY(Text))))
)


def _named(unit: Unit, shown: list[Offered]) -> list[Shown]:
    rows = unit.rows(_SHOWN, ids=[one.home_id for one in shown])
    known = {row.id: row for row in rows}
    return [_named_home(one, known[one.home_id]) for one in shown]


def _named_home(one: Offered, row: Any) -> Shown:
    name, contact = household_name(row.people or ()), row.contact or {}
    return Shown(
        one,
        id=one.home_id,
        name=name,
        home_name=name,
        phone=contact.get("phone"),
        last_asked_at=row.last_asked_at,
        protected_identity=row.protected_identity,
        warnings=[desk.CONCERN] if row.open_concern else [],
    )


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
