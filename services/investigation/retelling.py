"""How investigation's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.orm import selectinload

from services.investigation import staff
from services.investigation.approvals import expiry
from services.investigation.concerns import telling
from services.investigation.contract.approvals import Standing
from services.investigation.contract.concerns import ConcernStatus
from services.investigation.investigations.outcome import approved
from services.investigation.model import Approval, Concern, Home, Investigation
from services.kernel.basics.clock import local_date
from services.kernel.rows.staff import StaffMember
from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, OnlyWhileKept, from_rows


@from_rows(Approval, where=true())
def home_approved(unit: Unit, approvals: Sequence[Approval]) -> Happened:
    """Each approval, with the home as the investigation knows it today."""
    ids = {approval.investigation_id for approval in approvals}
    found = unit.session.scalars(select(Investigation).where(Investigation.id.in_(ids))).unique()
    investigations = {investigation.id: investigation for investigation in found}
    return [(approval, approved(investigations[approval.investigation_id], approval)) for approval in approvals]


@from_rows(Home, where=true())
def home_changed(_unit: Unit, homes: Sequence[Home]) -> Happened:
    """Each home as it is today."""
    return [(home, home.changed()) for home in homes]


@from_rows(Approval, where=true())
def approval_expired(unit: Unit, approvals: Sequence[Approval]) -> Happened:
    """Each approval whose last day has passed."""
    passed = [approval for approval in approvals if expiry.expires_at(approval.valid_until) <= unit.now]
    ended = [approval for approval in passed if approval.standing != Standing.REVOKED]
    return [(approval, approval.ending()) for approval in ended]


@from_rows(Approval, selectinload(Approval.changes), where=Approval.standing == Standing.SUSPENDED)
def approval_suspended(_unit: Unit, approvals: Sequence[Approval]) -> Happened:
    """Each approval that is suspended."""
    return [(one, one.named() | {"on": local_date(one.changes[-1].decided_at)}) for one in approvals]


@from_rows(
    Approval, selectinload(Approval.changes), where=(Approval.standing == Standing.STANDS) & Approval.changes.any()
)
def approval_reinstated(_unit: Unit, approvals: Sequence[Approval]) -> Happened:
    """Each approval that has been suspended, and holds again."""
    return [(one, one.named() | {"on": local_date(one.changes[-1].decided_at)}) for one in approvals]


@from_rows(Approval, where=Approval.standing == Standing.REVOKED)
def approval_revoked(_unit: Unit, approvals: Sequence[Approval]) -> Happened:
    """Each approval that has been revoked."""
    return [(one, one.named() | {"on": one.revoked_on}) for one in approvals]


@from_rows(Concern, where=Concern.status == ConcernStatus.OPEN)
def concern_reported(_unit: Unit, concerns: Sequence[Concern]) -> Happened:
    """Each concern that is open."""
    return [(one, telling.reported(one)) for one in concerns]


@from_rows(Concern, where=Concern.status == ConcernStatus.SETTLED)
def concern_settled(_unit: Unit, concerns: Sequence[Concern]) -> Happened:
    """Each concern that has been settled."""
    return [(one, telling.settled(one)) for one in concerns]


@from_rows(StaffMember, where=true())
def staff_changed(_unit: Unit, members: Sequence[StaffMember]) -> Happened:
    """Each of the staff of whom it has been said."""
    return [(member, staff.changed(member)) for member in members]


home_weeded = OnlyWhileKept("What is gone is in nothing that is told again.")
approval_expiring = OnlyWhileKept("It warns of a day that is near: once that has passed, `approval_expired` says so.")
