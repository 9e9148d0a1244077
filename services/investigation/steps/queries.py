"""What a municipality asks for, as it is shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.investigation.steps.model import RequiredSteps
from services.investigation.steps.rules import USUAL
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.vocabulary.assignments import Assignment


def list_required_steps(unit: Unit) -> Answer:
    """Of every assignment."""
    said = {one.id: one for one in unit.session.scalars(select(RequiredSteps))}
    return Answer({"items": [_shown(assignment, said.get(assignment)) for assignment in Assignment]})


def get_required_steps(unit: Unit, assignment: str) -> Answer:
    """Of one assignment."""
    if assignment not in list(Assignment):
        raise NotFound
    known = unit.session.scalars(select(RequiredSteps).where(RequiredSteps.id == assignment)).one_or_none()
    return Answer(_shown(Assignment(assignment), known), version_of=known)


def answer(known: RequiredSteps) -> Answer:
    """One that has been said."""
    return Answer(_shown(Assignment(known.id), known), version_of=known)


def _shown(assignment: Assignment, known: RequiredSteps | None) -> dict[str, Any]:
    if known is None:
        unsaid = dict.fromkeys(("reason", "changed_by", "changed_at"))
        return {"assignment": assignment, "steps": sorted(USUAL[assignment]), "history": [], **unsaid}
    names = ("steps", "reason", "changed_by", "changed_at")
    history = [{**past, "changed_at": datetime.fromisoformat(past["changed_at"])} for past in known.history]
    return {"assignment": assignment, "history": history, **{name: getattr(known, name) for name in names}}
