"""The import of a file of applications: every row is accepted once or listed with its reason (R5)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.intake.contract.events import CONTACT_OVERDUE
from services.intake.imports import commands as imports
from services.intake.imports.commands import AT_ONCE
from services.intake.model import ImportFile
from services.kernel.contracts.files import FileInStore
from services.kernel.files.shelf import SealedShelf
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.kernel.work.due import Due
from tests.conftest import shelves
from tests.services.intake.tables import ANNA, BERIT, HEADER, a_table, callbacks

MAY = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_may(intake: Harness) -> None:
    intake.now = MAY


def begin(intake: Harness, *lines: str, **call: Any) -> dict[str, Any]:
    return intake.do("import_applications", file=a_table(intake, *lines), **call)


def finished(intake: Harness, *lines: str, **call: Any) -> dict[str, Any]:
    work = begin(intake, *lines, **call)
    intake.pass_time(MAY)
    return shown(intake, work)


def shown(intake: Harness, work: dict[str, Any]) -> dict[str, Any]:
    return intake.do("get_import", import_id=work["id"])


def counts(work: dict[str, Any]) -> tuple[int, int, int]:
    return work["accepted"], work["repeated"], work["rejected"]


def step(intake: Harness, work: dict[str, Any]) -> bool:
    due = Due(tenant=intake.tenant, name="import_rows", subject=work["id"])
    return intake.clockwork.carry_out(due, now=intake.now)


def total(intake: Harness, **call: Any) -> int:
    return int(intake.do("list_applications", **call)["total"])


class TestRows:
    def test_it_answers_at_once_and_each_row_becomes_an_application_afterwards(self, intake: Harness) -> None:
        work = begin(intake)
        assert (work["status"], work["done"], work["total"], work["rows"], work["problems"]) == ("waiting", 0, 2, 2, [])
        assert total(intake) == 0
        intake.pass_time(MAY)
        work = shown(intake, work)
        assert (work["status"], work["done"], counts(work), work["problems"]) == ("finished", 2, (2, 0, 0), [])
        assert work["ended_at"] == "2026-05-04T08:00:00Z"
        (form,) = intake.do("list_applications", query={"status": "received"})["items"][:1]
        assert form["contact_by"] == "2026-05-25"  # three weeks after the fourth of May
        names = {one["name"] for one in intake.do("list_applications")["items"]}
        assert names == {"Anna Andersson", None}

    def test_its_applications_have_a_clock_as_any_other(self, intake: Harness) -> None:
        finished(intake)
        intake.pass_time(MAY + timedelta(days=30))
        assert len(intake.recorded(CONTACT_OVERDUE)) == 2

    def test_its_clock_runs_from_the_day_on_which_the_family_sent_it(self, intake: Harness) -> None:
        rows = ("phone;kind;consent;received", "0701234567;callback;ja;2026-04-01", "0701234568;callback;ja;")
        assert counts(finished(intake, *rows)) == (2, 0, 0)
        overdue = intake.do("list_applications", query={"overdue": "true"})["items"]
        assert [one["contact_by"] for one in overdue] == ["2026-04-22"]  # three weeks after the first of April
        assert len(intake.recorded(CONTACT_OVERDUE)) == 1

    def test_a_day_that_has_not_come_or_is_none_is_listed(self, intake: Harness) -> None:
        said = ("2026-05-05", "i maj", "0001-01-01", "9999-12-31", "2026-05-04T08:00:01Z", "2026-05-04 10:00")
        rows = [f"070123456{number};callback;ja;{one}" for number, one in enumerate(said)]
        work = finished(intake, "phone;kind;consent;received", *rows)
        found = [(one["line"], one["field"], one["code"]) for one in work["problems"]]
        assert found == [(line, "received", "not_received_yet") for line in (2, 3, 4, 5, 6)]
        assert work["accepted"] == 1  # at ten o'clock in Sweden it is now

    def test_what_is_not_accepted_is_listed_with_line_field_and_reason(self, intake: Harness) -> None:
        young = ANNA.replace("4711", "4713").replace("189001019802", "189001019803")
        work = finished(
            intake, HEADER, ANNA, young, "4714;callback;;;;;12;;;;;ja", "4715;callback;;;;;0701234567;;;;;nej", BERIT
        )
        assert counts(work) == (2, 0, 3)
        assert [(one["line"], one["field"], one["code"]) for one in work["problems"]] == [
            (3, "personal_number", "personal_number_check_digit"),
            (4, "phone", "phone_number"),
            (5, "consent", "consent_missing"),
        ]

    def test_who_is_not_of_age_is_listed(self, intake: Harness) -> None:
        work = finished(intake, HEADER, ANNA.replace("189001019802", "201502039819"))
        assert [(one["line"], one["field"], one["code"]) for one in work["problems"]] == [
            (2, "personal_number", "not_of_age")
        ]
        assert counts(work) == (0, 0, 1)

    def test_the_same_file_again_changes_nothing(self, intake: Harness) -> None:
        assert counts(finished(intake)) == (2, 0, 0)
        assert counts(finished(intake)) == (0, 2, 0)
        assert total(intake) == 2

    def test_the_same_row_twice_in_a_file_is_one(self, intake: Harness) -> None:
        assert counts(finished(intake, HEADER, ANNA, BERIT, ANNA.replace("Anna", "Annika"))) == (2, 1, 0)

    def test_a_row_that_was_refused_is_accepted_when_it_is_right(self, intake: Harness) -> None:
        assert counts(finished(intake, HEADER, BERIT.replace(";ja", ";nej"))) == (0, 0, 1)
        assert counts(finished(intake, HEADER, BERIT)) == (1, 0, 0)

    def test_the_same_person_in_two_municipalities_is_nobodys_business(self, intake: Harness) -> None:
        finished(intake)
        intake.tenant = intake.new_tenant()
        assert counts(finished(intake)) == (2, 0, 0)

    def test_windows_1252_is_read_as_what_it_is(self, intake: Harness) -> None:
        intake.do("import_applications", file=a_table(intake, charset="windows-1252"))
        intake.pass_time(MAY)
        assert {one["locality"] for one in intake.do("list_applications")["items"]} == {"Örebro", None}

    def test_a_file_whose_form_is_wrong_is_refused_and_nothing_stored(self, intake: Harness) -> None:
        fault = intake.refusal("import_applications", file=a_table(intake, "name;age", "Anna;40"))
        assert (fault["status"], {one["code"] for one in fault["errors"]}) == (
            422,
            {"column_unknown", "column_missing"},
        )
        assert intake.pass_time(MAY) == []


class TestSteps:
    def test_a_step_takes_some_and_shows_how_far_it_is(self, intake: Harness) -> None:
        work = begin(intake, HEADER, *callbacks(2 * AT_ONCE + 1))
        seen = []
        while step(intake, work):
            now = shown(intake, work)
            seen.append((now["status"], now["done"], now["accepted"]))
        assert seen == [
            ("running", AT_ONCE, AT_ONCE),
            ("running", 2 * AT_ONCE, 2 * AT_ONCE),
            ("finished", 2 * AT_ONCE + 1, 2 * AT_ONCE + 1),
        ]
        assert total(intake) == 2 * AT_ONCE + 1

    def test_a_step_reads_the_file_from_where_the_one_before_has_ended(
        self, intake: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read: list[int] = []
        whole = SealedShelf.read

        def counted(shelf: SealedShelf, file: FileInStore, *, begin: int = 0) -> Iterator[bytes]:
            for piece in whole(shelf, file, begin=begin):
                read.append(len(piece))
                yield piece

        message = "x" * 2_000
        lines = [f"{one};callback;;;;;+4670{one:07d};{message};;;;ja" for one in range(300)]
        monkeypatch.setattr(imports, "AT_ONCE", 100)  # several blocks of the file
        work = begin(intake, HEADER.replace("email", "message"), *lines)
        monkeypatch.setattr(SealedShelf, "read", counted)
        assert step(intake, work)
        first = sum(read)
        read.clear()
        while step(intake, work):
            assert sum(read) < 2 * first
            read.clear()
        assert counts(shown(intake, work)) == (300, 0, 0)

    def test_one_that_an_older_process_has_begun_goes_on(self, intake: Harness) -> None:
        work = begin(intake, HEADER, *callbacks(AT_ONCE + 5))
        assert step(intake, work)
        with psycopg.connect(intake.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (intake.tenant,))
            connection.execute("update application_import set next_byte = 0, next_line = 1")
        intake.pass_time(MAY)
        assert counts(shown(intake, work)) == (AT_ONCE + 5, 0, 0)

    def test_what_dies_in_a_step_is_done_again_and_once(self, intake: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        work = begin(intake, HEADER, *callbacks(AT_ONCE + 5))
        assert step(intake, work)

        class Died(BaseException):
            """As if the process were killed before the commit."""

        def die(*_: object) -> None:
            raise Died

        with monkeypatch.context() as patch:
            patch.setattr("services.kernel.rows.unit.Unit.commit", die)
            with pytest.raises(Died):
                step(intake, work)
        assert shown(intake, work)["done"] == AT_ONCE
        assert intake.pass_time(MAY) == ["import_rows"]
        assert counts(shown(intake, work)) == (AT_ONCE + 5, 0, 0)
        assert total(intake) == AT_ONCE + 5

    def test_two_at_once_take_each_row_once(self, intake: Harness) -> None:
        works = [begin(intake, HEADER, *callbacks(AT_ONCE)) for _ in range(2)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda work: step(intake, work), [*works, *works]))
        intake.pass_time(MAY)
        found = [counts(shown(intake, work)) for work in works]
        assert sorted(found) == [(0, AT_ONCE, 0), (AT_ONCE, 0, 0)]
        assert total(intake) == AT_ONCE

    def test_the_file_is_destroyed_when_it_is_worked_off(self, intake: Harness) -> None:
        file = a_table(intake)
        work = intake.do("import_applications", file=file)
        assert _files(intake) == {file.id}
        intake.pass_time(MAY)
        assert shown(intake, work)["status"] == "finished"
        assert _files(intake) == set()


class TestCancelling:
    def test_what_was_accepted_stays_and_nothing_follows(self, intake: Harness) -> None:
        work = begin(intake, HEADER, *callbacks(AT_ONCE + 5))
        step(intake, work)
        ended = intake.do("cancel_import", import_id=work["id"])
        assert (ended["status"], ended["accepted"]) == ("cancelled", AT_ONCE)
        assert intake.pass_time(MAY) == ["import_rows"]
        assert shown(intake, work) == ended
        assert total(intake) == AT_ONCE
        assert _files(intake) == set()

    def test_what_is_over_can_not_be_cancelled(self, intake: Harness) -> None:
        work = finished(intake)
        assert intake.code("cancel_import", import_id=work["id"]) == (409, "work_has_ended")

    def test_a_step_and_a_cancel_at_once_end_it_one_way_or_the_other(self, intake: Harness) -> None:
        for number in range(5):
            work = begin(intake, HEADER, *callbacks(2 * AT_ONCE, begin=number * 1000))
            with ThreadPoolExecutor(2) as pool:
                stepping = pool.submit(step, intake, work)
                cancelling = pool.submit(intake.reply, "cancel_import", import_id=work["id"])
                assert stepping.result(30) is not None
                assert "body" in cancelling.result(30)
            intake.pass_time(MAY)
            ended = shown(intake, work)
            assert (ended["status"], ended["accepted"]) in {("cancelled", 0), ("cancelled", AT_ONCE)}


class TestFailing:
    def test_an_import_whose_steps_fail_says_so_and_goes_on_when_it_is_tried_again(
        self, intake: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        work = begin(intake)
        with monkeypatch.context() as patch:
            patch.setattr(imports, "rows", lambda *_: 1 / 0)
            for _ in range(3):  # at once, and with both delays of the harness's clockwork
                intake.pass_time((intake.now or MAY) + timedelta(hours=1))
        assert shown(intake, work)["status"] == "failed"
        assert shown(intake, work)["ended_at"] is not None
        with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
            unit.plan(imports.IMPORT_ROWS, subject=work["id"], at=MAY)  # as ./hemvist parked retry does
            unit.commit()
        intake.pass_time((intake.now or MAY) + timedelta(minutes=1))
        work = shown(intake, work)
        assert (work["status"], counts(work)) == ("finished", (2, 0, 0))

    def test_a_failed_one_can_be_cancelled(self, intake: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        work = begin(intake)
        monkeypatch.setattr(imports, "rows", lambda *_: 1 / 0)
        for _ in range(3):
            intake.pass_time((intake.now or MAY) + timedelta(hours=1))
        assert intake.do("cancel_import", import_id=work["id"])["status"] == "cancelled"


class TestMapping:
    """A source's own form, by a mapping that the municipality sets (R5)."""

    NATIONAL = {
        "columns": [
            {"column": "Ärende", "field": "external_id"},
            {"column": "Typ", "field": "kind"},
            {"column": "Telefon", "field": "phone"},
        ],
        "values": [{"field": "kind", "written": "Ring mig", "means": "callback"}],
        "defaults": [{"field": "consent", "value": "ja"}],
    }
    LINES = ("Ärende;Typ;Telefon;Husdjur", "1;Ring mig;0701234567;Två katter", "2;Ring mig;12;")

    def test_its_columns_become_fields_and_the_rest_questions_and_answers(self, intake: Harness) -> None:
        intake.do("set_import_mapping", source="national", body=self.NATIONAL, if_none_match=True)
        work = finished(intake, *self.LINES, query={"source": "national"})
        assert (work["source"], *counts(work)) == ("national", 1, 0, 1)
        assert [(one["line"], one["field"]) for one in work["problems"]] == [(3, "Telefon")]
        (item,) = intake.do("list_applications")["items"]
        found = intake.do("get_application", application_id=item["id"])
        assert (found["source"], found["phone"], found["kind"]) == ("national", "0701234567", "callback")
        assert [(one["question"], one["answer"]) for one in found["answers"]] == [("Husdjur", "Två katter")]
        assert counts(finished(intake, *self.LINES, query={"source": "national"})) == (0, 1, 1)

    def test_one_that_is_changed_meanwhile_changes_no_import_that_goes_on(self, intake: Harness) -> None:
        intake.do("set_import_mapping", source="national", body=self.NATIONAL, if_none_match=True)
        work = begin(intake, *self.LINES, query={"source": "national"})
        other = {**self.NATIONAL, "values": [{"field": "kind", "written": "Ring mig", "means": "nonsense"}]}
        intake.do("set_import_mapping", source="national", body=other, if_match="1")
        intake.pass_time(MAY)
        assert counts(shown(intake, work)) == (1, 0, 1)

    def test_a_source_that_nobody_has_described_is_refused_and_nothing_stored(self, intake: Harness) -> None:
        fault = intake.refusal("import_applications", file=a_table(intake, *self.LINES), query={"source": "elsewhere"})
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/source", "no_such_source")]
        assert intake.pass_time(MAY) == []

    def test_another_municipalitys_is_not_this_ones(self, intake: Harness) -> None:
        intake.do("set_import_mapping", source="national", body=self.NATIONAL, if_none_match=True)
        other = intake.new_tenant()
        assert intake.do("list_import_mappings", tenant=other)["items"] == []
        assert [one["source"] for one in intake.do("list_import_mappings")["items"]] == ["national"]


def _files(intake: Harness) -> set[str]:
    """The files of imports that can still be opened."""
    with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0), reads=True) as unit:
        found: list[FileInStore] = [row.in_store for row in unit.session.query(ImportFile)]
    assert all(b"".join(shelves("intake").of(intake.tenant).read(one)) for one in found)
    return {one.id for one in found}
