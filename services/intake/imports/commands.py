"""Imports of applications: what begins one and ends it, and the step that works on some of its rows."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.intake.applications.commands import keep, received
from services.intake.applications.model import Application
from services.intake.contract.imports import NO_SUCH_SOURCE
from services.intake.imports.file import Row, checked_rows, rows
from services.intake.imports.model import ApplicationImport, ImportedRow, ImportFile, ImportMapping
from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import InvalidInput, NotFound
from services.kernel.contracts.files import FileInStore, SentFile
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work import long_work
from services.kernel.work.operations import Answer

AT_ONCE = 20  #: rows of a step: a dozen milliseconds, in which the service answers nobody
SOURCE = re.compile("[a-z0-9-]{1,40}")


def _fail(unit: Unit, import_id: str) -> None:
    long_work.fail(unit, ApplicationImport, import_id)


IMPORT_ROWS = Duty(name="import_rows", when_parked=_fail)  #: its subject is the import


def import_applications(unit: Unit, query: dict[str, Any], file: SentFile) -> Answer:
    """Takes a file in whose header and form are right; its rows are worked on afterwards."""
    source = query.get("source")
    mapping = _mapping_of(unit, source)
    work = ApplicationImport(id=new_id(), charset=file.charset, accepted=0, rejected=0, source=source, mapping=mapping)
    work.total = checked_rows(unit.shelf.read(file), file.charset, work.reading)
    long_work.begin(unit, work, IMPORT_ROWS)
    work.file = ImportFile.of(file, unit, beside=())
    return Answer(work)


def _mapping_of(unit: Unit, source: str | None) -> dict[str, Any] | None:
    if source is None:
        return None
    found = unit.session.get(ImportMapping, (unit.context.tenant, source))
    if found is None:
        raise NO_SUCH_SOURCE.refusal("/source")
    return found.mapping


def list_import_mappings(unit: Unit) -> Answer:
    """How the files of each source become applications."""
    found = unit.session.scalars(select(ImportMapping).order_by(ImportMapping.id))
    return Answer({"items": [one.view for one in found]})


def get_import_mapping(unit: Unit, source: str) -> Answer:
    """How the files of a source become applications."""
    found = unit.read(ImportMapping, source)
    return Answer(found.view, version_of=found)


def set_import_mapping(unit: Unit, source: str, body: dict[str, Any]) -> Answer:
    """Says how the files of a source become applications from now on."""
    if not SOURCE.fullmatch(source):
        raise NotFound
    found, is_new = unit.ensure(ImportMapping, source)
    unit.match(None if is_new else found)
    found.mapping = body
    found.touch(unit.now)
    unit.session.flush()
    return Answer(found.view, version_of=found)


def get_import(unit: Unit, import_id: str) -> Answer:
    """How far an import is."""
    return Answer(unit.read(ApplicationImport, import_id))


def cancel_import(unit: Unit, import_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Ends an import and destroys its file."""
    work = unit.lock(ApplicationImport, import_id)
    long_work.cancel(unit, work)
    work.file = None
    return Answer(work)


def import_rows(unit: Unit, import_id: str) -> None:
    """The next rows of an import."""
    long_work.carry_on(unit, IMPORT_ROWS, ApplicationImport, import_id, _next_rows)


def _next_rows(unit: Unit, work: ApplicationImport) -> bool:
    """Whether there are more; when there are none the file is destroyed."""
    assert work.file is not None  # noqa: S101  # as long as the import goes on
    part = list(islice(_rows_left(unit, work, work.file.in_store), AT_ONCE))
    work.go_on_after(part[-1])
    work.note(done=len(part), problems=_take_in(unit, work, part))
    if work.done < work.total:
        return True
    work.file = None
    return False


def _rows_left(unit: Unit, work: ApplicationImport, file: FileInStore) -> Iterator[Row]:
    """The rows that no step has worked on; the file is read from there on, and its header."""
    beginning = unit.shelf.read(file)
    if not work.next_byte:
        return islice(rows(beginning, work.charset, work.reading), work.done, None)
    rest = (work.place, unit.shelf.read(file, begin=work.next_byte))
    return rows(beginning, work.charset, work.reading, rest=rest)


def _take_in(unit: Unit, work: ApplicationImport, part: list[Row]) -> list[dict[str, Any]]:
    """Each row of a part once; what is wrong with those that are refused."""
    new = _not_imported(unit, part)
    applications: dict[str, Application] = {}
    problems: list[dict[str, Any]] = []
    for row_id, row in new.items():
        try:
            applications[row_id] = received(unit, row.body(unit.today), sent_at=row.received_at(unit.now))
            applications[row_id].source = work.source
        except InvalidInput as refused:
            problems += row.problems(refused)
    claimed = _claimed(unit, applications)
    for row_id in claimed:
        keep(unit, applications[row_id])
    work.accepted += len(claimed)
    work.rejected += len(new) - len(applications)
    return problems


def _not_imported(unit: Unit, part: list[Row]) -> dict[str, Row]:
    """The rows that no import has accepted before, by what is kept of a row, the first of several that are the same."""
    first: dict[str, Row] = {}
    for row in part:
        first.setdefault(unit.lookup(row.identity, Purpose.IMPORTED_ROW).hex(), row)
    before = set(unit.session.scalars(select(ImportedRow.id).where(ImportedRow.id.in_(first))))
    return {row_id: row for row_id, row in first.items() if row_id not in before}


def _claimed(unit: Unit, row_ids: Iterable[str]) -> list[str]:
    """Those that no other import accepts at the same time; always in one order, so that two never wait for each
    other."""
    values = [{"id": row_id, "imported_at": unit.now} for row_id in sorted(row_ids)]
    if not values:
        return []
    claim = insert(ImportedRow).values(values).on_conflict_do_nothing().returning(ImportedRow.id)
    return list(unit.session.scalars(claim))
