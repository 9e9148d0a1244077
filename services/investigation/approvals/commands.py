"""What can be done with an approval: it is suspended, holds again, or ends for good."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select

from services.investigation.approvals import duties, queries
from services.investigation.approvals.model import Approval
from services.investigation.contract import events
from services.investigation.contract.approvals import ConcernNotSettled, Standing
from services.investigation.homes.model import Home
from services.kernel.contracts import Event
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def suspend_approval(unit: Unit, approval_id: str, body: dict[str, Any]) -> Answer:
    """The home takes nobody more for now."""
    return _change(unit, approval_id, lambda _, approval: suspend(unit, approval, body["reason"]))


def reinstate_approval(unit: Unit, approval_id: str, body: dict[str, Any]) -> Answer:
    """A suspended approval holds again, once nothing is open about the home."""
    return _change(unit, approval_id, lambda home, approval: _reinstate(unit, home, approval, body["reason"]))


def revoke_approval(unit: Unit, approval_id: str, body: dict[str, Any]) -> Answer:
    """Ends an approval for good."""
    return _change(unit, approval_id, lambda _, approval: revoke(unit, approval, body["reason"]))


def suspend(unit: Unit, approval: Approval, reason: str) -> None:
    """Suspends a locked approval, and tells it."""
    approval.suspend(reason, by=unit.actor, at=unit.now)
    _tell(unit, events.APPROVAL_SUSPENDED, approval)


def revoke(unit: Unit, approval: Approval, reason: str) -> None:
    """Revokes a locked approval: of its end nobody is warned any more."""
    approval.revoke(reason, by=unit.actor, at=unit.now)
    duties.cancel_expiry(unit, approval)
    _tell(unit, events.APPROVAL_REVOKED, approval)


def in_force(unit: Unit, home: Home) -> list[Approval]:
    """What the locked home is approved for today, locked: also what is suspended, or waits."""
    found = select(Approval).where(Approval.home_id == home.id).order_by(Approval.id).with_for_update()
    return [one for one in unit.session.scalars(found) if one.is_in_force(unit.today)]


def suspend_all(unit: Unit, approvals: Iterable[Approval], reason: str) -> None:
    """Suspends those of the locked approvals that are not suspended already."""
    for approval in approvals:
        if approval.standing != Standing.SUSPENDED:
            suspend(unit, approval, reason)


def _reinstate(unit: Unit, home: Home, approval: Approval, reason: str) -> None:
    if home.open_concerns:
        raise ConcernNotSettled
    approval.reinstate(reason, by=unit.actor, at=unit.now)
    _tell(unit, events.APPROVAL_REINSTATED, approval)


def _change(unit: Unit, approval_id: str, change: Callable[[Home, Approval], None]) -> Answer:
    home = unit.lock(Home, unit.read(Approval, approval_id).home_id)
    approval = unit.lock(Approval, approval_id)
    change(home, approval)
    unit.session.flush()
    return queries.answer(unit, home, approval)


def _tell(unit: Unit, event: Event, approval: Approval) -> None:
    unit.record(event, subject=approval, data=approval.named() | {"on": unit.today})
