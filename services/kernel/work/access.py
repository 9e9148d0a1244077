"""Reading the log of who was shown whose data: an operation that every service has."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select

from services.kernel.contracts import Shown
from services.kernel.rows.access import AccessLine, AccessSubject
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, Handler
from services.kernel.work.protection import HOME, Unprotected


def reader_of(unprotected: Mapping[str, Unprotected]) -> Handler:
    """The function that carries out `list_access` in a service that says of whom it may be spoken."""
    return partial(_list_access, unprotected.get(HOME))


def _list_access(homes: Unprotected | None, unit: Unit, query: dict[str, Any]) -> Answer:
    """The lines of this service, the newest first."""
    lines = unit.session.scalars(_lines(query).limit(query["limit"])).all()
    goes_on = len(lines) == query["limit"]
    items = [
        Shown(line, protected_identity=is_protected) for line, is_protected in _with_protection(homes, unit, lines)
    ]
    return Answer({"items": items, "next": lines[-1].id if goes_on else None})


def _with_protection(
    homes: Unprotected | None, unit: Unit, lines: Sequence[AccessLine]
) -> Iterator[tuple[AccessLine, bool]]:
    """Each line, and whether the identity of whoever looked is protected: one of the staff, or somebody of a home, who
    has looked at that home."""
    seen = {line.id: _homes(line) for line in lines if line.roles == [HOME]}
    wanted = {home for ids in seen.values() for home in ids}
    known = set(homes(unit, wanted)) if homes is not None and wanted else set()
    for line in lines:
        of_home = line.id in seen and (not seen[line.id] or not seen[line.id] <= known)
        yield line, of_home or line.actor in unit.protected_staff


def _homes(line: AccessLine) -> set[str]:
    """The homes that a line names."""
    return {one["id"] for one in line.subjects if one["kind"].endswith(HOME)}


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
