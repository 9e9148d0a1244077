"""Reading the log of who was shown whose data: an operation that every service has."""

from typing import Any

from sqlalchemy import select

from services.kernel.rows.access import AccessLine, AccessSubject
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def list_access(unit: Unit, query: dict[str, Any]) -> Answer:
    """The lines of this service, the newest first."""
    lines = unit.session.scalars(_lines(query).limit(query["limit"])).all()
    goes_on = len(lines) == query["limit"]
    return Answer({"items": lines, "next": lines[-1].id if goes_on else None})


def _lines(query: dict[str, Any]) -> Any:
    if "subject" in query:
        found = AccessSubject.line_id
        lines = select(AccessLine).join(
            AccessSubject, (AccessSubject.line_id == AccessLine.id) & (AccessSubject.at == AccessLine.at)
        )
        lines = lines.where(AccessSubject.id == query["subject"])
    else:
        found = AccessLine.id
        lines = select(AccessLine)
    if "actor" in query:
        lines = lines.where(AccessLine.actor == query["actor"])
    if "after" in query:
        lines = lines.where(found < query["after"])
    if "since" in query:
        lines = lines.where(AccessLine.at >= query["since"])
    if "until" in query:
        lines = lines.where(AccessLine.at < query["until"])
    return lines.order_by(found.desc())
