"""The approvals as lists show them."""

from typing import Any

from sqlalchemy import Date, bindparam, case, select

from services.investigation.approvals.model import Approval
from services.investigation.contract.approvals import ApprovalState
from services.investigation.homes.model import Home
from services.kernel.contracts import Page
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
            (Approval.valid_until < bindparam("today", type_=Date), ApprovalState.EXPIRED),
            (Home.approvals_wait, ApprovalState.WAITING),
            else_=ApprovalState.VALID,
        ).label("state"),
    ).join(Home, Home.id == Approval.home_id),
    order=(Approval.valid_until, Approval.id),
    expiring_before=(Approval.valid_until < bindparam("expiring_before"))
    & (Approval.valid_until >= bindparam("today", type_=Date)),
)


def list_approvals(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The approvals, those that end first first."""
    return paged(*unit.list(_APPROVALS, page, query, today=unit.today))
