"""What investigation does when its time has come."""

from services.investigation.approvals import expiry
from services.investigation.contract import events
from services.investigation.model import Approval
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit

APPROVAL_EXPIRING = Duty(name="approval_expiring")  #: its subject is the approval and the days of the warning
APPROVAL_EXPIRED = Duty(name="approval_expired")  #: its subject is the approval


def plan_expiry(unit: Unit, approval: Approval) -> None:
    """Plans the warnings before the end of an approval, and the end."""
    for days, at in expiry.warnings(approval.valid_until, after=unit.now):
        unit.plan(APPROVAL_EXPIRING, subject=f"{approval.id} {days}", at=at)
    unit.plan(APPROVAL_EXPIRED, subject=approval.id, at=expiry.expires_at(approval.valid_until))


def cancel_expiry(unit: Unit, approval: Approval) -> None:
    """Takes back what was planned for the end of an approval that has ended before."""
    for days in expiry.WARNED_BEFORE:
        unit.cancel(APPROVAL_EXPIRING, subject=f"{approval.id} {days}")
    unit.cancel(APPROVAL_EXPIRED, subject=approval.id)


def approval_expiring(unit: Unit, subject: str) -> None:
    """Warns that an approval ends soon."""
    approval_id, days = subject.split()
    approval = unit.lock(Approval, approval_id)
    data = {**approval.ending(), "days_before": int(days)}
    unit.record(events.APPROVAL_EXPIRING, subject=approval, data=data)


def approval_expired(unit: Unit, approval_id: str) -> None:
    """Lets it be known that an approval has ended."""
    approval = unit.lock(Approval, approval_id)
    unit.record(events.APPROVAL_EXPIRED, subject=approval, data=approval.ending())
