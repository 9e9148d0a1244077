"""Proposing and deciding how what was paid too much is recovered."""

from typing import Any

from sqlalchemy import func, select

from services.compensation.contract.pay_runs import RunStatus
from services.compensation.contract.recoveries import RECOVERY_PLAN
from services.compensation.model import PayRun, Recovery
from services.compensation.recoveries.queries import view
from services.kernel.basics.days import Month, month_of, month_with
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def propose_recovery(unit: Unit, recovery_id: str, body: dict[str, Any]) -> Answer:
    """Proposes instalments, or to waive it."""
    recovery = unit.lock(Recovery, recovery_id)
    recovery.propose(_plan(body), body["reason"], by=unit.actor, at=unit.now)
    return Answer(view(unit, recovery), version_of=recovery)


def decide_recovery(unit: Unit, recovery_id: str, body: dict[str, Any]) -> Answer:
    """Decides on what another person has proposed."""
    recovery = unit.lock(Recovery, recovery_id)
    approves = body["outcome"] == "approve"
    recovery.decide(approves=approves, reason=body["reason"], first_open=_first_open(unit), by=unit.actor, at=unit.now)
    return Answer(view(unit, recovery), version_of=recovery)


def _first_open(unit: Unit) -> Month:
    """The present month, or the one after the last whose run is approved."""
    approved = unit.session.scalar(select(func.max(PayRun.month)).where(PayRun.status == RunStatus.APPROVED))
    now = month_with(unit.today)
    return now if approved is None else max(now, month_of(approved).next())


def _plan(body: dict[str, Any]) -> dict[str, Any]:
    """How it is to be recovered, in one form. `InvalidInput` where it is said in both ways, or in none."""
    waived, instalments, first = body.get("waived", False), body.get("instalments"), body.get("first_month")
    if waived == (instalments is not None) or (first is not None) != (instalments is not None):
        raise RECOVERY_PLAN.refusal("")
    return {"waived": waived, "instalments": instalments, "first_month": first.text if first else None}
