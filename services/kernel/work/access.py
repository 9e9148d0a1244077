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
    lines = unit.session.scalars(_lines(query)).all()
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
    """The lines that are asked for, the newest first. Of a thing their ids are found before anything is read of them:
    everybody may have opened it every day."""
    if "subject" not in query:
        return _newest(select(AccessLine), AccessLine, AccessLine.id, query)
    found = select(AccessSubject.line_id, AccessSubject.at).where(AccessSubject.id == query["subject"])
    if "actor" in query:
        theirs = (AccessLine.id == AccessSubject.line_id) & (AccessLine.at == AccessSubject.at)
        found = found.join(AccessLine, theirs & (AccessLine.actor == query["actor"]))
    few = _newest(found, AccessSubject, AccessSubject.line_id, query).subquery()
    lines = select(AccessLine).join(few, (few.c.line_id == AccessLine.id) & (few.c.at == AccessLine.at))
    return lines.order_by(AccessLine.id.desc())


def _newest(rows: Any, of: type[AccessLine | AccessSubject], line_id: Any, query: dict[str, Any]) -> Any:
    """The newest of the rows that the time and the place narrow down to."""
    if of is AccessLine and "actor" in query:
        rows = rows.where(AccessLine.actor == query["actor"])
    if "after" in query:
        rows = rows.where(line_id < query["after"])
    if "since" in query:
        rows = rows.where(of.at >= query["since"])
    if "until" in query:
        rows = rows.where(of.at < query["until"])
    return rows.order_by(line_id.desc()).limit(query["limit"])
