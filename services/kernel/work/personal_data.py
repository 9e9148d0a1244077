"""A person's own data (registerutdrag) as long work: kind by kind, what each mapped class says to be about the person
(`about`) is gathered, some rows in a step, and bound into a file of the house in the last one.

A step is one unit of work. What has been gathered is sealed; the number is nowhere, but as the keyed hash by which the
person is found.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, delete, false, func, or_, select
from sqlalchemy.orm import DeclarativeBase, lazyload

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import (
    About,
    ByName,
    ByNumber,
    FreeText,
    Official,
    Part,
    Told,
    Way,
    Whose,
    column_of,
)
from services.kernel.contracts.access import Subject
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.files import MediaType, SentFile
from services.kernel.contracts.long_work import WorkStatus
from services.kernel.contracts.personal_data import PersonalDataNotReady
from services.kernel.files.personal_data import PersonalDataFile
from services.kernel.rows.personal_data import PersonalDataExport, PersonalDataPage
from services.kernel.rows.tables import KernelBase
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work import long_work
from services.kernel.work.operations import Answer

GATHERED_AT_ONCE = 100  #: rows of a step
_FILE_NAME = "personal-data.json"
_WRITTEN = orjson.OPT_UTC_Z | orjson.OPT_INDENT_2
GATHER = Duty(
    name="gather_personal_data", when_parked=lambda unit, work: long_work.fail(unit, PersonalDataExport, work)
)  #: its subject is the export


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of a class that are about a person in one way, and in none that goes before it."""

    row_type: Any
    way: Way
    earlier: Sequence[Way]
    classes: "Classes"

    def of(self, lookup: bytes) -> ColumnElement[bool]:
        """Which rows."""
        found = self.classes.about(self.row_type, self.way, lookup)
        others = [self.classes.about(self.row_type, way, lookup) for way in self.earlier]
        return found & ~func.coalesce(or_(*others), False) if others else found


class Classes:
    """The mapped classes of a service and the kernel's own, as far as their rows may be about somebody."""

    def __init__(self, base: type[DeclarativeBase] | None) -> None:
        bases = [one for one in (base, KernelBase) if one is not None]
        mapped = [mapper.class_ for one in bases for mapper in one.registry.mappers]
        found = [one for one in mapped if isinstance(one.about, About)]
        self._by_table: dict[str, Any] = {one.__tablename__: one for one in found}

    def kinds(self) -> list[Kind]:
        """Each way of each class, in the order of the tables' names."""
        rows = [self._by_table[name] for name in sorted(self._by_table)]
        return [
            Kind(row, way, row.about.ways[:place], self) for row in rows for place, way in enumerate(row.about.ways)
        ]

    def about(self, row_type: Any, way: Way, lookup: bytes) -> ColumnElement[bool]:
        """Which rows of a class are about the person in this way."""
        column = getattr(row_type, way.column)
        if isinstance(way, ByNumber):
            return column == lookup  # type: ignore[no-any-return]
        if isinstance(way, ByName):
            return or_(false(), *(column.in_(ids) for ids in self._named(way.kinds, lookup)))
        other = self._by_table[way.of]
        counts = or_(*(self.about(other, one, lookup) for one in other.about.ways))
        if way.unless is not None:
            counts &= getattr(other, way.unless).is_(None)
        return column.in_(select(getattr(other, way.at)).where(counts).correlate(None))  # type: ignore[no-any-return]

    def _named(self, kinds: Collection[str], lookup: bytes) -> Iterator[Select[Any]]:
        """The ids under which the person is known as one of these kinds."""
        for row in self._by_table.values():
            for way in row.about.ways:
                for kind, column in way.names.items() if isinstance(way, ByNumber) else ():
                    if kind in kinds:
                        yield select(getattr(row, column)).where(self.about(row, way, lookup)).correlate(None)


def room_of(base: type[DeclarativeBase] | None) -> SimpleNamespace:
    """The functions of the operations and the duty, for a service with these mapped classes."""
    return SimpleNamespace(
        GATHER=GATHER,
        export_personal_data=partial(_export_personal_data, base),
        get_personal_data_export=get_personal_data_export,
        cancel_personal_data_export=cancel_personal_data_export,
        get_personal_data_file=partial(_get_personal_data_file, base),
        gather_personal_data=partial(_gather_personal_data, base),
    )


def _export_personal_data(base: type[DeclarativeBase] | None, unit: Unit, body: dict[str, Any]) -> Answer:
    """Begins an export. All services give it the same id, because they were asked with the same request."""
    lookup, kinds = unit.lookup_person(body["personal_number"]), Classes(base).kinds()
    total = sum(_count(unit, kind, lookup) for kind in kinds)
    subjects = _subjects(unit, kinds, lookup)
    export, is_new = unit.ensure(PersonalDataExport, unit.common_id(Purpose.PERSONAL_DATA))
    if is_new:
        export.lookup, export.total = lookup, total
        export.place, export.subjects = [0, ""], subjects
        long_work.begin(unit, export, GATHER)
    return Answer(export, shows=_shown(export))


def _count(unit: Unit, kind: Kind, lookup: bytes) -> int:
    return unit.session.scalar(select(func.count()).select_from(kind.row_type).where(kind.of(lookup))) or 0


def _subjects(unit: Unit, kinds: Iterable[Kind], lookup: bytes) -> list[list[str]]:
    """By which ids the log of access knows the person here."""
    found: dict[tuple[str, str], None] = {}
    for kind in kinds:
        if isinstance(kind.way, ByNumber) and kind.way.names:
            columns = [getattr(kind.row_type, column) for column in kind.way.names.values()]
            rows = unit.session.execute(select(*columns).where(kind.of(lookup)).order_by(kind.row_type.id))
            found |= {named: None for row in rows for named in zip(kind.way.names, row, strict=True)}
    return [list(one) for one in found]


def _shown(export: PersonalDataExport) -> list[Subject]:
    """Whose data it is, for the log of access: the export too, so that it has its line where nobody is known."""
    return [Subject("personal_data_export", export.id), *(Subject(kind, one) for kind, one in export.subjects)]


def get_personal_data_export(unit: Unit, export_id: str) -> Answer:
    """How far it is."""
    return Answer(long_work.state_of(unit.read(PersonalDataExport, export_id)))


def cancel_personal_data_export(unit: Unit, export_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Ends it, and destroys what there is of it. Again is no trouble: another service may have it still to do."""
    export = unit.lock(PersonalDataExport, export_id)
    if export.status != WorkStatus.CANCELLED:
        for part in (PersonalDataPage, PersonalDataFile):
            unit.session.execute(delete(part).where(part.export_id == export_id))
        export.turn(WorkStatus.CANCELLED, unit.now)
    return Answer(long_work.state_of(export))


def _get_personal_data_file(base: type[DeclarativeBase] | None, unit: Unit, export_id: str) -> Answer:
    """Where the service's part lies, and what opens it."""
    export = unit.read(PersonalDataExport, export_id)
    unit.must_see(is_protected=is_protected(base, unit, export.lookup))
    found = select(PersonalDataFile).where(PersonalDataFile.export_id == export_id)
    file = unit.session.scalars(found).one_or_none()
    if file is None:
        raise PersonalDataNotReady
    return Answer(None, file=file.in_store, shows=_shown(export))


def is_protected(base: type[DeclarativeBase] | None, unit: Unit, lookup: bytes) -> bool:
    """Whether the service knows the person's identity to be protected now."""
    kinds = [kind for kind in Classes(base).kinds() if kind.way.protected is not None]
    return any(
        getattr(row, str(kind.way.protected))
        for kind in kinds
        for row in unit.session.scalars(select(kind.row_type).where(kind.of(lookup))).unique()
    )


def _gather_personal_data(base: type[DeclarativeBase] | None, unit: Unit, export_id: str) -> None:
    """The next part of an export."""
    long_work.carry_on(unit, GATHER, PersonalDataExport, export_id, partial(_next_rows, Classes(base).kinds()))


def _next_rows(kinds: Sequence[Kind], unit: Unit, export: PersonalDataExport) -> bool:
    """Gathers some rows of a kind; whether there are more of it, or other kinds. After the last the file is made."""
    number, after = export.place
    if number >= len(kinds):
        _bind(unit, export)
        return False
    kind = kinds[number]
    rows = _rows(unit, kind, export.lookup, after)
    if rows:
        whose = Whose(export.lookup, unit.lookup_person)
        items = [told(row, kind.way, whose, unit.protected_staff) for row in rows]
        unit.add(PersonalDataPage(id=new_id(), export_id=export.id, items=items))
        export.note(done=len(rows), problems=())
    is_over = len(rows) < GATHERED_AT_ONCE
    export.place = [number + 1, ""] if is_over else [number, rows[-1].id]
    return True


def _rows(unit: Unit, kind: Kind, lookup: bytes, after: str) -> Sequence[Any]:
    row = kind.row_type
    found = select(row).where(kind.of(lookup), row.id > after).options(lazyload("*")).order_by(row.id)
    return unit.session.scalars(found.limit(GATHERED_AT_ONCE)).unique().all()


def told(row: Any, way: Way, whose: Whose, protected_staff: frozenset[str]) -> dict[str, Any]:
    """What the person is told of a row: JSON's types, and which of it is free text."""
    data = {column_of(one): _value(row, one, whose, protected_staff) for one in way.tells}
    texts = [column_of(one) for one in way.tells if _is_free(one) and data[column_of(one)]]
    item = {"kind": row.__tablename__, "id": row.id, "data": data, "free_text": texts}
    return dict(orjson.loads(orjson.dumps(item, default=str, option=orjson.OPT_UTC_Z)))


def _value(row: Any, one: Told, whose: Whose, protected_staff: frozenset[str]) -> Any:
    if isinstance(one, Part):
        return one.of(row, whose)
    value = getattr(row, column_of(one))
    return None if isinstance(one, Official) and value in protected_staff else value


def _is_free(one: Told) -> bool:
    return isinstance(one, FreeText) or (isinstance(one, Part) and one.free_text)


def _bind(unit: Unit, export: PersonalDataExport) -> None:
    """Makes the file of what has been gathered. Dies the process before the commit, what lies in the store is swept."""
    content = orjson.dumps({"gathered_at": unit.now, "items": list(_gathered(unit, export))}, option=_WRITTEN)
    kept = unit.shelf.put([content], name=_FILE_NAME, media_type=MediaType.JSON)
    file = SentFile.of(kept, content_hash=hashlib.sha256(content).hexdigest())
    unit.add(PersonalDataFile.of(file, unit, beside=(), export_id=export.id))
    unit.session.execute(delete(PersonalDataPage).where(PersonalDataPage.export_id == export.id))
    export.total = export.done  # what came or went meanwhile is not missed


def _gathered(unit: Unit, export: PersonalDataExport) -> Iterator[dict[str, Any]]:
    pages = select(PersonalDataPage).where(PersonalDataPage.export_id == export.id).order_by(PersonalDataPage.id)
    for page in unit.session.scalars(pages):
        yield from page.items
