"""What becomes of intake's files (gallring): an interest that never became an investigation has its own five years; one
that did goes with its home's file, when investigation tells that it has gone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from services.intake.applications.model import Application
from services.intake.applications.parts import Applicant
from services.intake.contract.applications import Status
from services.intake.imports.model import ApplicationImport, ImportedRow
from services.kernel.basics import clock
from services.kernel.contracts.fields import birth_date
from services.kernel.rows.unit import Unit
from services.kernel.work.retention.files import Asked, Judged, files_of
from services.vocabulary.retention import IN_USE, Papers, after, judge


@files_of(Application, written=Application.changed_at, where=Application.status != Status.QUALIFIED)
def application(asked: Asked, applications: Sequence[Application]) -> Iterator[Judged]:
    """Interests that led to nothing, answered or not: the time runs from the last entry."""
    people = _people(asked.unit, applications)
    for one in applications:
        born = [birth_date(adult["personal_number"]) for adult in one.numbered]
        papers = Papers(last_entry=clock.local_date(one.changed_at), born=born)
        yield Judged(
            row=one, verdict=judge(papers, **asked.terms), known_as=(one.home_id, one.reference), people=people[one.id]
        )


def _people(unit: Unit, applications: Sequence[Application]) -> dict[str, list[bytes]]:
    """The keyed hashes of their adults, by application."""
    ids = [one.id for one in applications]
    found: dict[str, list[bytes]] = defaultdict(list)
    rows = select(Applicant.application_id, Applicant.lookup).where(Applicant.application_id.in_(ids))
    for application_id, lookup in unit.session.execute(rows):
        found[application_id].append(lookup)
    return found


@files_of(ApplicationImport, written=ApplicationImport.changed_at)
def application_import(asked: Asked, imports: Sequence[ApplicationImport]) -> Iterator[Judged]:
    """How an import went."""
    for one in imports:
        ended = after(clock.local_date(one.changed_at), asked.keep, asked.today)
        yield Judged(row=one, verdict=ended if one.is_over else IN_USE)


@files_of(ImportedRow, written=ImportedRow.imported_at)
def imported_row(asked: Asked, rows: Sequence[ImportedRow]) -> Iterator[Judged]:
    """That a row of a file was imported once."""
    for one in rows:
        yield Judged(row=one, verdict=after(clock.local_date(one.imported_at), asked.keep, asked.today))
