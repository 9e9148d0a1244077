"""Warning of deadlines when they come near, and forgetting those of stays that are over."""

from datetime import date
from typing import Any

from sqlalchemy import select

from services.kernel.rows.tables import Versioned
from services.kernel.rows.unit import Unit
from services.placement.clocks.keeping import DEADLINE_APPROACHING, FORGET_CLOCKS, keep_clocks
from services.placement.clocks.model import Deadline
from services.placement.clocks.rules import OUTLASTS
from services.placement.contract import events
from services.placement.contract.requests import RequestStatus
from services.placement.informal.model import InformalStay
from services.placement.named import lock_requests_of
from services.placement.placements.model import Placement
from services.placement.requests.model import PlacementRequest
from services.vocabulary.across import DeadlineKind

__all__ = ["DEADLINE_APPROACHING", "FORGET_CLOCKS", "deadline_approaching", "forget_clocks"]


def forget_clocks(unit: Unit, placement_id: str) -> None:
    """Works out anew what is due of a stay whose last day has passed, so that a list does not read past it for ever."""
    person = unit.read(Placement, placement_id).placement_request.lookup
    lock_requests_of(unit, person)
    keep_clocks(unit, person)


def deadline_approaching(unit: Unit, subject: str) -> None:
    """Lets it be known that a deadline of the law comes near, unless what it was about has been done."""
    row_id, name = subject.split()
    kind = DeadlineKind(name)
    row = unit.lock(_TYPES.get(kind, Placement), row_id)
    due_on = _due(unit, row, kind)
    if due_on is not None:
        about = {"subject_id": row.id, "kind": kind, "due_on": due_on, **_names(row)}
        unit.record(events.DEADLINE_APPROACHING, subject=row, data=about)


_TYPES: dict[DeadlineKind, type[Versioned]] = {
    DeadlineKind.INFORMAL_STAY: InformalStay,
    DeadlineKind.UNEXECUTED_DECISION: PlacementRequest,
}


def _due(unit: Unit, row: Any, kind: DeadlineKind) -> date | None:
    """When it is due now; None when it is not any more."""
    if isinstance(row, InformalStay):
        return row.decision_due_on if row.outcome is None else None
    if isinstance(row, PlacementRequest):
        return row.execution_due_on if row.status == RequestStatus.OPEN else None
    if kind not in OUTLASTS and row.ends_on is not None and row.ends_on < unit.today:
        return None
    kept = select(Deadline.due_on).where(Deadline.placement_id == row.id, Deadline.kind == kind)
    return unit.session.scalar(kept)


def _names(row: Any) -> dict[str, Any]:
    """What it is about, by the kinds of things that the event names."""
    if isinstance(row, Placement):
        return {"subject_kind": "placement", "home_id": row.home_id, "placement_request_id": row.placement_request_id}
    if isinstance(row, PlacementRequest):
        return {"subject_kind": "placement_request", "home_id": None, "placement_request_id": row.id}
    return {"subject_kind": "informal_stay", "home_id": None, "placement_request_id": None}
