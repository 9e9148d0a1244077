"""The reports to authorities: who is placed, and what was not carried out."""

from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from services.kernel.basics import clock
from services.kernel.contracts import Page, Shown, Total
from services.kernel.contracts.access import Subject
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.fields import birth_date
from services.kernel.contracts.files import MediaType
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.contract.requests import RequestStatus
from services.placement.homes.listed import PEOPLE
from services.placement.homes.model import Home
from services.placement.placements.model import Placement
from services.placement.placements.papers import CareDecision
from services.placement.reports import rules
from services.placement.requests.model import PlacementRequest
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import full_name, household_name
from services.vocabulary.retention import is_child

_LISTED = (Assignment.FAMILY_HOME, Assignment.NETWORK_HOME)  #: of which SoF 3:4 speaks: not of emergency homes


class _Placed:
    """A child on the list."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.name, self.home_name = full_name(row.person), household_name(row.people or ())
        self.person_is_protected, self.home_is_protected = row.person["protected_identity"], row.home_is_protected
        self.protected_identity = self.person_is_protected or self.home_is_protected

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def report_placed_children(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The children who are placed, or were in a year."""
    found = _placed(unit, query)
    shown = found[page.offset : page.offset + page.limit]
    return paged((Shown(one) for one in shown), Total(len(found)))


def get_placed_children_file(unit: Unit, year: str) -> Answer:
    """The same of a year as a file."""
    if not rules.YEAR.fullmatch(year):
        raise NotFound
    found = _placed(unit, {"year": int(year)})
    unit.must_see(is_protected=any(one.protected_identity for one in found))
    content = rules.as_csv(_cells(one) for one in found)
    name = f"placerade-barn-{year}.csv"
    subjects = [Subject("placement", one.id) for one in found]
    file = unit.shelf.put([content], name=name, media_type=MediaType.CSV)
    return Answer({}, file=file, shows=subjects)


def _cells(one: _Placed) -> tuple[str, ...]:
    days = (one.decided_on, one.starts_on, one.ends_on)
    said = (one.person["personal_number"], one.name, Assignment(one.assignment).swedish, one.legal_ground or "")
    return (*said, *("" if day is None else day.isoformat() for day in days), one.home_name or "")


def _placed(unit: Unit, query: dict[str, Any]) -> list[_Placed]:
    year = query.get("year")
    first, last = (unit.today, unit.today) if year is None else (date(year, 1, 1), date(year, 12, 31))
    newest = (
        select(CareDecision.legal_ground, CareDecision.decided_on)
        .where(CareDecision.placement_id == Placement.id)
        .order_by(CareDecision.decided_on.desc(), CareDecision.id.desc())
        .limit(1)
        .lateral()
    )
    rows = unit.session.execute(
        select(
            Placement.id,
            Placement.placement_request_id,
            Placement.home_id,
            Placement.assignment,
            Placement.starts_on,
            Placement.ends_on,
            PlacementRequest.person,
            Home.protected_identity.label("home_is_protected"),
            newest.c.legal_ground,
            newest.c.decided_on,
            PEOPLE,
        )
        .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
        .join(Home, Home.id == Placement.home_id)
        .outerjoin(newest, newest.c.legal_ground.is_not(None))
        .where(
            Placement.is_stay(),
            Placement.assignment.in_(_LISTED),
            Placement.starts_on <= last,
            or_(Placement.ends_on.is_(None), Placement.ends_on >= first),
        )
        .order_by(Placement.starts_on, Placement.id)
    )
    return [_Placed(row) for row in rows if _is_childs(row, first)]


def _is_childs(row: Any, first: date) -> bool:
    return is_child(_born(row), max(first, row.starts_on))


def _born(row: Any) -> date:
    number = row.person["personal_number"]
    return birth_date(number)


def report_unexecuted_decisions(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """What was not carried out in time, up to the end of a quarter."""
    first, last = rules.quarter_of(query.get("quarter") or rules.quarter_with(unit.today))
    last = min(last, unit.today)
    stay = aliased(Placement)
    late = or_(
        PlacementRequest.status == RequestStatus.OPEN,
        (stay.starts_on > PlacementRequest.execution_due_on) & stay.starts_on.between(first, last),
        stay.starts_on > last,
    )
    rows = unit.session.execute(
        select(
            PlacementRequest.id,
            PlacementRequest.assignment,
            PlacementRequest.granted_on,
            PlacementRequest.opened_at,
            PlacementRequest.execution_due_on,
            stay.starts_on.label("executed_on"),
        )
        .outerjoin(stay, (stay.placement_request_id == PlacementRequest.id) & stay.is_stay())
        .where(PlacementRequest.execution_due_on < last, PlacementRequest.status != RequestStatus.CLOSED, late)
        .order_by(PlacementRequest.execution_due_on, PlacementRequest.id)
    ).all()
    shown = rows[page.offset : page.offset + page.limit]
    return paged((_decision(row) for row in shown), Total(len(rows)))


def _decision(row: Any) -> Shown:
    """A decision; of a contact it was taken when it was written down, where nobody has said another day."""
    return Shown(row, granted_on=row.granted_on or clock.local_date(row.opened_at))
