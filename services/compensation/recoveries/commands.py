"""Proposing and deciding how what was paid too much is recovered."""

from typing import Any

from services.compensation.contract.recoveries import RECOVERY_PLAN
from services.compensation.model import Recovery
from services.compensation.recoveries.queries import view
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
    recovery.decide(approves=body["outcome"] == "approve", by=unit.actor, at=unit.now)
    return Answer(view(unit, recovery), version_of=recovery)


def _plan(body: dict[str, Any]) -> dict[str, Any]:
    """How it is to be recovered, in one form. `InvalidInput` where it is said in both ways, or in none."""
    waived, instalments, first = body.get("waived", False), body.get("instalments"), body.get("first_month")
    if waived == (instalments is not None) or (first is not None) != (instalments is not None):
        raise RECOVERY_PLAN.refusal("")
    return {"waived": waived, "instalments": instalments, "first_month": first.text if first else None}
