"""What placement has a day for: the clocks of the law on placements, and those of requests, informal stays and
visits."""

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Date, func, literal, or_, select

from services.kernel.basics.days import month_with
from services.kernel.rows.unit import Unit
from services.kernel.work.counts import Dated
from services.placement.clocks import law
from services.placement.clocks.model import Deadline
from services.placement.clocks.rules import OUTLASTS
from services.placement.contract.common import CASEWORKER
from services.placement.contract.requests import RequestStatus
from services.placement.contract.visits import VisitStatus
from services.placement.informal.model import InformalStay
from services.placement.placements.model import Placement
from services.placement.requests.model import PlacementRequest
from services.placement.visits.model import Visit
from services.placement.visits.rules import period_before
from services.placement.visits.silent import is_silent
from services.vocabulary.across import DeadlineKind
from services.vocabulary.people import full_name

OF_PLACEMENTS = (
    DeadlineKind.EMERGENCY_STAY_LIMIT,
    DeadlineKind.CARE_CONSIDERATION,
    DeadlineKind.CUSTODY_CONSIDERATION,
    DeadlineKind.CARE_PLAN_REVISION,
    DeadlineKind.PLAN_MISSING,
    DeadlineKind.MORE_THAN_THREE,
    DeadlineKind.CHAIR_DECISION_FOLLOW_UP,
)


def dated(today: date) -> list[Dated]:
    """Each kind of what has a day."""
    return [*(_of_placements(kind, today) for kind in OF_PLACEMENTS), UNEXECUTED, INFORMAL, VISITS]


def reporting(unit: Unit) -> Dated:
    """The homes that have reported nothing for the last period, by the day until which the municipality waits."""
    kind = DeadlineKind.REPORTING_DUE
    first, last = period_before(unit.today, unit.settings.report_every_months)
    due = literal(month_with(last).next().first.replace(day=unit.settings.report_by_day), Date)
    return Dated(
        kind=kind,
        roles=CASEWORKER,
        rows=select(
            Placement.id,
            Placement.assignment.label("detail"),
            _RESPONSIBLE.label("responsible"),
            PlacementRequest.person,
            due.label("due"),
        )
        .outerjoin(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
        .where(*is_silent(first, last)),
        due=due,
        order=Placement.id,
        view=partial(_view, kind, "placement"),
        responsible=_RESPONSIBLE,
    )


def _view(kind: DeadlineKind, subject: str, row: Any, *, under_lvu: bool = False) -> dict[str, Any]:
    named = {"title": full_name(row.person), "protected_identity": row.person["protected_identity"]}
    return {
        "subject": {"kind": subject, "id": row.id, **named},
        "detail": row.detail,
        "responsible": row.responsible,
        "law": law.paragraph(kind, row.due, under_lvu=under_lvu),
    }


_RESPONSIBLE = func.coalesce(Placement.child_social_worker, Placement.started_by)


def _of_placements(kind: DeadlineKind, today: date) -> Dated:
    """Of those that are not over, and of others what outlasts them."""
    goes_on = or_(Placement.ends_on.is_(None), Placement.ends_on >= today)
    return Dated(
        kind=kind,
        roles=CASEWORKER,
        rows=select(
            Placement.id,
            Placement.assignment.label("detail"),
            _RESPONSIBLE.label("responsible"),
            PlacementRequest.person,
            Deadline.due_on.label("due"),
            Deadline.under_lvu,
        )
        .outerjoin(Placement, Placement.id == Deadline.placement_id)
        .outerjoin(PlacementRequest, PlacementRequest.id == Deadline.placement_request_id)
        .where(Deadline.kind == kind, *(() if kind in OUTLASTS else (goes_on,))),
        due=Deadline.due_on,
        order=Deadline.placement_id,
        view=lambda row: _view(kind, "placement", row, under_lvu=row.under_lvu),
        responsible=_RESPONSIBLE,
    )


UNEXECUTED = Dated(
    kind=DeadlineKind.UNEXECUTED_DECISION,
    roles=CASEWORKER,
    rows=select(
        PlacementRequest.id,
        PlacementRequest.assignment.label("detail"),
        PlacementRequest.opened_by.label("responsible"),
        PlacementRequest.person,
        PlacementRequest.execution_due_on.label("due"),
    ).where(PlacementRequest.status == RequestStatus.OPEN, PlacementRequest.execution_due_on.is_not(None)),
    due=PlacementRequest.execution_due_on,
    order=PlacementRequest.id,
    view=partial(_view, DeadlineKind.UNEXECUTED_DECISION, "placement_request"),
    responsible=PlacementRequest.opened_by,
)
INFORMAL = Dated(
    kind=DeadlineKind.INFORMAL_STAY,
    roles=CASEWORKER,
    rows=select(
        InformalStay.id,
        InformalStay.outcome.label("detail"),  # none while it goes on
        InformalStay.noted_by.label("responsible"),
        InformalStay.person,
        InformalStay.decision_due_on.label("due"),
    ).where(InformalStay.outcome.is_(None)),
    due=InformalStay.decision_due_on,
    order=InformalStay.id,
    view=partial(_view, DeadlineKind.INFORMAL_STAY, "informal_stay"),
    responsible=InformalStay.noted_by,
)
VISITS = Dated(
    kind=DeadlineKind.VISIT_UNCONFIRMED,
    roles=CASEWORKER,
    rows=select(
        Visit.placement_id.label("id"),
        Visit.assignment.label("detail"),
        _RESPONSIBLE.label("responsible"),
        PlacementRequest.person,
        Visit.confirm_by.label("due"),
    )
    .outerjoin(Placement, Placement.id == Visit.placement_id)
    .outerjoin(PlacementRequest, PlacementRequest.id == Visit.placement_request_id)
    .where(Visit.status == VisitStatus.REPORTED),
    due=Visit.confirm_by,
    order=Visit.id,
    view=partial(_view, DeadlineKind.VISIT_UNCONFIRMED, "placement"),
    responsible=_RESPONSIBLE,
)
