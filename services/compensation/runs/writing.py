"""How the lines of a run are written: what is no longer right goes, what is new comes, the rest keeps its place."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.sql import TextClause

from services.compensation.model import PayRunLine
from services.compensation.runs.entries import COLUMNS, Entry, id_of
from services.kernel.rows.unit import Unit

_KNOWN = text("select id from pay_run_line where pay_run_id = :run_id and home_id = any(:homes)")
_DELETE = text("delete from pay_run_line where id = any(:ids)")


def write(unit: Unit, run_id: str, homes: Sequence[str], entries: Iterable[Entry]) -> bool:
    """Makes the lines of some homes what they are to be; whether anything has changed."""
    known = set(unit.session.scalars(_KNOWN, {"run_id": run_id, "homes": list(homes)}))
    wanted = {id_of(run_id, said): said for said in (entry.said() for entry in entries)}
    gone = known - wanted.keys()
    come = [(line_id, said) for line_id, said in wanted.items() if line_id not in known]
    if gone:
        unit.session.execute(_DELETE, {"ids": sorted(gone)})
    if come:
        unit.session.execute(_INSERT, _columns(run_id, come))
    return bool(gone or come)


def _columns(run_id: str, come: Sequence[tuple[str, Sequence[str | None]]]) -> dict[str, str]:
    """The new lines column by column, each as PostgreSQL writes an array: it takes these in less than half the time of
    rows, and the driver has nothing to turn into text."""
    columns = zip(*(said for _, said in come), strict=True)
    given = {"ids": _array([line_id for line_id, _ in come]), "run_ids": _array([run_id] * len(come))}
    return given | {name: _array(column) for name, column in zip(COLUMNS, columns, strict=True)}


def _array(values: Sequence[str | None]) -> str:
    return "{" + ",".join(["null" if value is None else f'"{_quoted(value)}"' for value in values]) + "}"


def _quoted(value: str) -> str:
    if '"' in value or "\\" in value:
        return value.replace("\\", "\\\\").replace('"', '\\"')
    return value


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
