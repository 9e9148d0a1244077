"""Every table says what becomes of its rows, and the README says the same to the data protection officer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import MetaData

from deploy.cli.names import SERVICES as NAMES
from services.kernel.contracts.keep import Becomes, Copy, ForEver, Keep, Platform, With
from services.kernel.rows.retention import RetentionRun
from services.kernel.rows.tables import KEEP
from tests.conftest import Urls
from tests.contract.house import SERVICES
from tests.tenancy import catalogue

README = Path(__file__).parents[2] / "README.md"
Declared = dict[str, Becomes]


def declared(base: Any) -> Declared:
    """What is said of each table, by its name; one of which nothing is said is not there."""
    metadata: MetaData = base.metadata
    found: Declared = {name: table.info[KEEP] for name, table in metadata.tables.items() if KEEP in table.info}
    for mapper in base.registry.mappers:
        if isinstance(getattr(mapper.class_, "keep", None), Becomes):
            found[mapper.class_.__tablename__] = mapper.class_.keep
    return found


def base_of(service: str) -> Any:
    """A class of the service's own tables."""
    import importlib

    return importlib.import_module(f"services.{service}.model").Base


KERNEL = declared(RetentionRun)


@pytest.mark.parametrize("service", NAMES)
class TestDeclarations:
    def test_every_table_says_what_becomes_of_its_rows(self, database_of: Callable[[str], Urls], service: str) -> None:
        with psycopg.connect(database_of(service).admin) as connection:
            there = {"tenant", *catalogue.tables(connection)}
        assert there - {*KERNEL, *declared(base_of(service))} == set()

    def test_a_part_names_a_table_of_its_service_that_says_it_too(self, service: str) -> None:
        found = declared(base_of(service))
        for table, keep in found.items():
            if isinstance(keep, With):
                assert keep.parent in found, table
                assert keep.by in base_of(service).metadata.tables[table].columns, table

    def test_a_file_of_its_own_is_weeded_by_the_room_of_its_service(self, service: str) -> None:
        found = declared(base_of(service))
        rooms = {files.row_type.__tablename__ for files in SERVICES[service].files().values()}
        assert {table for table, keep in found.items() if isinstance(keep, Keep)} == rooms

    def test_a_copy_goes_with_an_event_that_the_service_reacts_to(self, service: str) -> None:
        found = declared(base_of(service))
        reacted = {f"{event.source}.{event.name}" for event in SERVICES[service].reactions()}
        assert {keep.event for keep in found.values() if isinstance(keep, Copy)} <= reacted

    def test_what_belongs_to_a_part_that_goes_goes_before_it(self, service: str) -> None:
        """A foreign key within a file would keep it: whatever refers to a table that is weeded is of the same file, or
        may stand alone."""
        base = base_of(service)
        found = declared(base)
        roots = {table: root_of(table, found) for table in found}
        crossing = {
            (table.name, other.name)
            for table in base.metadata.tables.values()
            for other in {key.column.table for key in table.foreign_keys}
            if roots[table.name] != roots[other.name]
        }
        assert crossing == CROSSING.get(service, set())


def root_of(table: str, found: Declared) -> str:
    """The file to which a part belongs in the end."""
    keep = found[table]
    return root_of(keep.parent, found) if isinstance(keep, With) else table


#: What refers to another file: each is looked at in the service's `retention` or reaction before that file goes.
CROSSING = {
    "placement": {
        ("inquiry", "home"),
        ("placement", "home"),
        ("placement", "approval"),
        ("placement_request", "home"),
        ("visit", "home"),
    },
    "compensation": {("pay_run_line", "agreement"), ("agreement", "placement"), ("tariff_version", "tariff")},
    # gatherings, courses and surveys are never weeded
    "mentorship": {("invitation", "gathering"), ("enrolment", "course"), ("survey_taken", "survey")},
}


class TestTheTestItself:
    def test_a_table_of_which_nothing_is_said_would_be_seen(self) -> None:
        base = base_of("intake")
        keep = base.registry.mappers and next(
            mapper.class_ for mapper in base.registry.mappers if mapper.class_.__tablename__ == "applicant"
        )
        said = keep.keep
        try:
            del keep.keep
            assert "applicant" not in declared(base)
        finally:
            keep.keep = said


def lines() -> Iterator[str]:
    """The table of the README, as the declarations have it."""
    yield "| Where | What | With it | Kept | Law, or why |"
    yield "|---|---|---|---|---|"
    for where, found in [*((name, declared(base_of(name))) for name in NAMES), ("each service", KERNEL)]:
        for table in sorted(found):
            keep = found[table]
            if isinstance(keep, With):
                continue
            parts = sorted(name for name in found if name != table and root_of(name, found) == table)
            yield f"| {where} | {spoken(table)} | {', '.join(map(spoken, parts))} | {' | '.join(said(keep))} |"


def spoken(table: str) -> str:
    return table.replace("_", " ")


def said(keep: Becomes) -> tuple[str, str]:
    """How long, and why."""
    match keep:
        case Keep(years=0):
            return f"until {keep.after}", keep.law
        case Keep():
            return f"{keep.years} {'year' if keep.years == 1 else 'years'} after {keep.after}", keep.law
        case Copy():
            return "as long as the original", keep.event
        case ForEver():
            return "for ever", keep.law
        case Platform():
            return keep.how_long, "the platform's own work"
        case With():
            raise AssertionError("it is named beside its file")


def test_the_readme_says_to_the_data_protection_officer_what_the_declarations_say() -> None:
    written = README.read_text(encoding="utf-8")
    assert "\n".join(lines()) in written, "write it down: " + "\n" + "\n".join(lines())
