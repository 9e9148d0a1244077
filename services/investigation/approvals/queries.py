"""The approvals as lists show them."""

from typing import Any

from sqlalchemy import Date, bindparam, case, select

from services.investigation import protection
from services.investigation.approvals.model import Approval
from services.investigation.contract.approvals import ApprovalState, Standing
from services.investigation.homes.model import Home
from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_APPROVALS = Listing(
    select(
        Approval.id,
        Approval.home_id,
        Approval.investigation_id,
        Approval.assignments,
        Approval.age_from,
        Approval.age_to,
        Approval.places,
        Approval.decided_on,
        Approval.valid_until,
        case(
            (Approval.standing == Standing.REVOKED, ApprovalState.REVOKED),
            (Approval.valid_until < bindparam("today", type_=Date), ApprovalState.EXPIRED),
            (Approval.standing == Standing.SUSPENDED, ApprovalState.SUSPENDED),
            (Home.approvals_wait, ApprovalState.WAITING),
            else_=ApprovalState.VALID,
        ).label("state"),
    ).join(Home, Home.id == Approval.home_id),
    order=(Approval.valid_until, Approval.id),
    expiring_before=(Approval.valid_until < bindparam("expiring_before"))
    & (Approval.valid_until >= bindparam("today", type_=Date))
    & (Approval.standing != Standing.REVOKED),
)


def list_approvals(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The approvals, those that end first first."""
    return paged(*unit.list(_APPROVALS, page, query, today=unit.today))


def get_approval(unit: Unit, approval_id: str) -> Answer:
    """One approval."""
    approval = unit.read(Approval, approval_id)
    return answer(unit, unit.read(Home, approval.home_id), approval)


def answer(unit: Unit, home: Home, approval: Approval) -> Answer:
    """The whole approval, as it stands today."""
    number = approval.texts.get("child_personal_number")
    shown = Shown(
        approval,
        state=approval.state_on(unit.today, waits=home.approvals_wait),
        conditions=approval.texts["conditions"],
        protected_identity=home.protected_identity,
        child_is_protected=bool(protection.protected_children(unit, [number])),
    )
    return Answer(shown, version_of=approval)
