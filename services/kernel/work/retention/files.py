"""The kinds of files, and what is found of some of them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias

import sqlalchemy
from sqlalchemy import func, select
from sqlalchemy.sql.base import ExecutableOption

from services.kernel.basics.days import anniversary
from services.kernel.contracts.keep import HELD, Keep, Verdict
from services.kernel.rows.tables import Tenanted
from services.kernel.rows.unit import Unit
from services.kernel.work.retention import holds

LOOKED_AT_ONCE = 100  #: files of a step
_A_LITTLE = timedelta(days=2)  #: a day is Swedish here and UTC there, and 29 February is not every year


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file, and what is found of it."""

    row: Tenanted
    verdict: Verdict
    known_as: Collection[str] = ()  #: ids beside its own by which somebody may hold it
    gone_with: Collection[str] = ()  #: ids of other services' things that are gone with it
    people: Collection[bytes] = ()  #: the keyed hashes of whoever it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which municipality it is asked, on which day, and how long such files are kept."""

    unit: Unit
    keep: Keep
    today: date
    municipality_code: str

    @property
    def terms(self) -> dict[str, Any]:
        """As a service's rules take them."""
        return {"keep": self.keep, "today": self.today, "municipality_code": self.municipality_code}


Judge: TypeAlias = Callable[[Asked, Sequence[Any]], Iterable[Judged]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A kind of file: its rows are judged, and weeded with what goes with them."""

    row_type: Any
    judge: Judge
    written: Any  #: the column that says when it was last written in: until the years have passed it is not looked at
    where: Any
    options: tuple[ExecutableOption, ...]
    tell: Callable[[Unit, Any], None] | None = None  #: records for the others that it is gone

    @property
    def keep(self) -> Keep:
        found = self.row_type.keep
        assert isinstance(found, Keep)  # noqa: S101  # by `files_of`
        return found


def files_of(
    row_type: Any, *options: ExecutableOption, written: Any, where: Any = None, tell: Any = None
) -> Callable[[Judge], Files]:
    """Declares a kind of file by the function of its name in a service's room `retention`, which judges some of these
    rows at once. `where` narrows which rows the service weeds by itself."""
    if not isinstance(row_type.keep, Keep):
        raise TypeError(f"{row_type.__name__} is no file of its own: its `keep` says so")
    narrowed = sqlalchemy.true() if where is None else where
    return lambda judge: Files(
        row_type=row_type, judge=judge, written=written, where=narrowed, options=options, tell=tell
    )


Kinds: TypeAlias = Mapping[str, Files]  #: in the order in which they are weeded


def written_before(unit: Unit, kind: Files) -> date:
    """A file that was written in since this is not due, whatever else there is of it."""
    return anniversary(unit.today, -kind.keep.years) + _A_LITTLE


def count(unit: Unit, kind: Files, where: Any) -> int:
    """How many files of a kind there are."""
    return unit.session.scalar(select(func.count()).select_from(kind.row_type).where(where)) or 0


def rows_after(unit: Unit, kind: Files, after: str) -> Sequence[Any]:
    """The next files of a kind that may be due, by id: those of a step."""
    row = kind.row_type
    old = select(row).where(kind.where, kind.written < written_before(unit, kind), row.id > after)
    return unit.session.scalars(old.options(*kind.options).order_by(row.id).limit(LOOKED_AT_ONCE)).unique().all()


def judge(unit: Unit, kind: Files, rows: Sequence[Any]) -> list[Judged]:
    """What is found of files; what somebody holds stays."""
    found = list(kind.judge(_asked(unit, kind), rows)) if rows else []
    held = holds.held_among(
        unit,
        ids=[one for judged in found for one in (judged.row.id, *judged.known_as)],
        people=[one for judged in found for one in judged.people],
    )

    def is_held(judged: Judged) -> bool:
        return not held.isdisjoint((judged.row.id, *judged.known_as, *judged.people))

    return [replace(judged, verdict=HELD) if is_held(judged) else judged for judged in found]


def _asked(unit: Unit, kind: Files) -> Asked:
    code = unit.session.scalar(_CODE, {"slug": unit.context.tenant})
    return Asked(unit=unit, keep=kind.keep, today=unit.today, municipality_code=str(code))


_CODE = sqlalchemy.text("select municipality_code from tenant where slug = :slug")


def locked(unit: Unit, kind: Files, row_id: str) -> Any:
    """A file as it is now, kept for changing; None when it is gone."""
    row = kind.row_type
    found = select(row).where(row.id == row_id).options(*kind.options).with_for_update(of=row)
    return unit.session.scalars(found.execution_options(populate_existing=True)).unique().one_or_none()


def is_still(unit: Unit, kind: Files, row_id: str) -> bool:
    """Whether the service still weeds it by itself."""
    row = kind.row_type
    return unit.session.scalar(select(row.id).where(kind.where, row.id == row_id)) is not None
