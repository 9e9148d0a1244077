"""What a municipality asks for, said by its administrator."""

from typing import Any

from services.investigation.steps import queries
from services.investigation.steps.model import RequiredSteps
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.vocabulary.assignments import Assignment


def set_required_steps(unit: Unit, assignment: str, body: dict[str, Any]) -> Answer:
    """Asks for these steps from now on."""
    if assignment not in list(Assignment):
        raise NotFound
    known, is_new = unit.ensure(RequiredSteps, assignment)
    unit.match(None if is_new else known)
    if is_new:
        known.steps, known.history = sorted(set(body["steps"])), []
        known.reason, known.changed_by, known.changed_at = body["reason"], unit.actor, unit.now
    else:
        known.replace(body["steps"], body["reason"], by=unit.actor, at=unit.now)
    unit.session.flush()
    return queries.answer(known)
