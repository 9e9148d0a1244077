"""How the lines of a run are written: what is no longer right goes, what is new comes, the rest keeps its place."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.sql import TextClause

from services.compensation.model import PayRunLine
from services.compensation.runs.entries import COLUMNS, Entry
from services.kernel.rows.unit import Unit

_KNOWN = text("select id from pay_run_line where pay_run_id = :run_id and home_id = any(:homes)")
_DELETE = text("delete from pay_run_line where id = any(:ids)")


def write(unit: Unit, run_id: str, homes: Sequence[str], entries: Iterable[Entry]) -> bool:
    """Makes the lines of some homes what they are to be; whether anything has changed."""
    known = set(unit.session.scalars(_KNOWN, {"run_id": run_id, "homes": list(homes)}))
    wanted = {entry.line_id(run_id): entry for entry in entries}
    gone = known - wanted.keys()
    come = [(line_id, entry) for line_id, entry in wanted.items() if line_id not in known]
    if gone:
        unit.session.execute(_DELETE, {"ids": sorted(gone)})
    if come:
        unit.session.execute(_INSERT, _columns(run_id, come))
    return bool(gone or come)


def _columns(run_id: str, come: Sequence[tuple[str, Entry]]) -> dict[str, list[Any]]:
    """The new lines column by column: PostgreSQL takes an array a column in less than half the time of rows."""
    given: dict[str, list[Any]] = {"ids": [line_id for line_id, _ in come], "run_ids": [run_id] * len(come)}
    for name in COLUMNS:
        given[name] = [getattr(entry, name) for _, entry in come]
    return given


def _insert() -> TextClause:
    types = {column.name: str(column.type.compile()) for column in PayRunLine.__table__.columns}
    arrays = ", ".join(f"cast(:{name} as {_base(types[name])}[])" for name in COLUMNS)
    return text(
        f"insert into pay_run_line (id, pay_run_id, {', '.join(COLUMNS)}) "  # noqa: S608  # names are our own
        f"select * from unnest(cast(:ids as text[]), cast(:run_ids as text[]), {arrays})"
    )


def _base(name: str) -> str:
    return name.lower()


_INSERT = _insert()
