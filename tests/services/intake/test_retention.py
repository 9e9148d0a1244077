"""Weeding of intake's files, and of files in general: the dry run, the run, holds, and what is left."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.intake.service import Intake
from services.investigation.contract.events import HOME_WEEDED
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.files import stored
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.rows.directory import apply_tenants
from services.kernel.testing import Harness, a_sent_file
from services.kernel.work.clockwork import Due
from services.kernel.work.retention import files, runs
from tests.conftest import Urls, shelves
from tests.home_changes import a_weeding
from tests.retention import counts, due, kept, order, preview, run, to_the_end, weed
from tests.services.intake.conftest import CALLBACK, a_form
from tests.services.intake.tables import a_table

RECEIVED = datetime(2026, 5, 10, 10, tzinfo=UTC)
REACHED = {"way": "phone", "reached": True, "note": "De tänker på saken."}
DUE = datetime(2031, 5, 10, 10, tzinfo=UTC)


def with_check_digit(day: str, serial: int) -> str:
    digits = f"{day[2:]}{serial}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return f"{day}{serial}{-sum(sum(divmod(one, 10)) for one in doubled) % 10}"


def an_adult(day: str = "19800304", serial: int = 980) -> dict[str, str]:
    names = {"given_name": "Anna", "family_name": "Andersson", "relation": "applicant"}
    return {**names, "personal_number": with_check_digit(day, serial)}


@pytest.fixture
def received(intake: Harness) -> Callable[..., str]:
    """An application that came on 10 May 2026, of a family that was reached at once; its id."""

    def receive(*, at: datetime = RECEIVED, **overrides: Any) -> str:
        intake.now = at
        body = overrides.pop("body", None) or a_form(**{"adults": [an_adult()], **overrides})
        application = str(intake.do("submit_application", body=body)["id"])
        intake.do("record_contact", application_id=application, body=REACHED)
        return application

    return receive


@pytest.fixture
def admin(database_of: Callable[[str], Urls]) -> Any:
    with psycopg.connect(database_of("intake").admin, autocommit=True) as connection:
        yield connection


def left(admin: Any, intake: Harness, *tables: str) -> dict[str, int]:
    """How many rows the municipality has in these tables."""
    return {
        table: admin.execute(f"select count(*) from {table} where tenant = %s", (intake.tenant,)).fetchone()[0]
        for table in tables
    }


class TestDryRun:
    def test_it_says_what_is_due_and_by_when_and_changes_nothing(
        self, intake: Harness, received: Callable[..., str], admin: Any
    ) -> None:
        application = received()
        found = preview(intake, DUE)
        assert found["due"] == [
            {"kind": "application", "count": 1, "finish_by": "2032-12-31", "ids": [application]},
        ]
        assert found["kept"] == []
        assert intake.do("get_application", application_id=application)["id"] == application
        assert left(admin, intake, "application", "applicant") == {"application": 1, "applicant": 1}

    def test_it_is_a_deadline_of_the_administrators_until_it_is_weeded(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        def deadlines(role: str = "admin") -> list[dict[str, Any]]:
            query = {"page": "1", "limit": "20", "kind": "retention_due"}
            return list(intake.do("list_deadlines", roles=[role], query=query)["items"])

        received()
        preview(intake, DUE - timedelta(days=1))
        assert deadlines() == []
        found = preview(intake, DUE)
        (item,) = deadlines()
        assert (item["due_on"], item["subject"]["id"], item["detail"]) == ("2032-12-31", "application", "1")
        assert deadlines("recruiter") == []
        run(intake, found)
        assert deadlines() == []

    def test_it_says_why_others_are_kept(self, intake: Harness, received: Callable[..., str]) -> None:
        received(adults=[an_adult("19800305")])
        received(at=RECEIVED + timedelta(days=1))
        received(at=RECEIVED + timedelta(days=1800))
        assert kept(preview(intake, DUE)) == {
            ("application", "born_on_5_15_25"): 1,
            ("application", "time_has_not_come"): 2,
        }

    def test_the_time_runs_from_the_last_entry(self, intake: Harness, received: Callable[..., str]) -> None:
        application = received()
        intake.now = RECEIVED + timedelta(days=10)
        intake.do("record_contact", application_id=application, body=REACHED)
        assert due(preview(intake, DUE)) == {}
        assert due(preview(intake, DUE + timedelta(days=10))) == {"application": [application]}

    def test_how_it_was_closed_and_handed_over_goes_with_it(
        self, intake: Harness, received: Callable[..., str], admin: Any
    ) -> None:
        application = received()
        asked = {"to": intake.new_tenant(), "consent_given_on": "2026-05-10", "reason": "They move."}
        why = {"reason": "They have no room."}
        intake.do("decline_application", application_id=application, body=why)
        intake.do("reopen_application", application_id=application, body=why)
        intake.do("transfer_application", application_id=application, body=asked)
        tables = ("application", "applicant", "application_turn", "contact_attempt", "sent_transfer")
        assert all(left(admin, intake, *tables).values())
        weed(intake, DUE)
        assert left(admin, intake, *tables) == dict.fromkeys(tables, 0)

    def test_a_municipality_of_a_research_county_keeps_everything(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        intake.tenant = f"test-{new_id()[-12:]}"
        tenant = Tenant(slug=intake.tenant, municipality_code="0580", name="Linköping")
        apply_tenants({"intake": intake.owner_url}, [tenant], intake.master_keys, declared={})
        received()
        found = preview(intake, DUE + timedelta(days=36_500))
        assert kept(found) == {("application", "research_municipality"): 1}
        assert found["kept"][0]["law"] == "SoL 16:4, SoF 13:1"

    def test_it_goes_on_through_as_many_files_as_there_are(self, intake: Harness, received: Callable[..., str]) -> None:
        for _ in range(2 * files.LOOKED_AT_ONCE + 1):
            received(body=CALLBACK)
        found = preview(intake, DUE)
        assert found["due"][0]["count"] == found["total"] == 2 * files.LOOKED_AT_ONCE + 1

    def test_the_same_request_is_the_same_preview(self, intake: Harness) -> None:
        intake.now = DUE
        first, again = (intake.do("preview_retention", idempotency_key="k") for _ in range(2))
        assert first["id"] == again["id"]
        assert intake.do("preview_retention", idempotency_key="l")["id"] != first["id"]


class TestRun:
    def test_a_file_goes_with_its_parts_and_a_record_stays(
        self, intake: Harness, received: Callable[..., str], admin: Any
    ) -> None:
        application = received()
        intake.do("attach_to_application", application_id=application)
        other = received(adults=[an_adult("19800305", 981)])
        record = weed(intake, DUE)
        assert counts(record["deleted"]) == {"application": 1}
        assert counts(record["rows"]) == {"application": 1, "applicant": 1, "contact_attempt": 1, "attachment": 1}
        assert record["digest"] == runs.next_digest("", "application", application)
        assert record["reason"] == "Nämndens gallringsbeslut."
        assert intake.code("get_application", application_id=application) == (404, "not_found")
        assert intake.do("get_application", application_id=other)["id"] == other
        assert left(admin, intake, "applicant", "contact_attempt", "attachment") == {
            "applicant": 1,
            "contact_attempt": 1,
            "attachment": 0,
        }

    def test_the_key_of_a_file_is_destroyed_with_its_row_and_the_file_is_swept(
        self, intake: Harness, received: Callable[..., str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = shelves("intake").of(intake.tenant)
        file = shelf.put([b"%PDF-1.7 a paper"], name="Intyg.pdf", media_type="application/pdf")
        application = received()
        intake.do("attach_to_application", application_id=application, file=a_sent_file(id=file.id, key=file.key))
        weed(intake, DUE)
        assert [one.name for one in shelf.lying()] == [file.id]
        monkeypatch.setattr(stored, "UPLOAD_LIVES", -1.0)
        context = Context(tenant=intake.tenant, actor="", request_id="", deadline=0)
        with intake.database.unit(context) as unit:
            stored.sweep(unit)
        assert list(shelf.lying()) == []

    def test_whoever_made_the_preview_may_not_order_it(self, intake: Harness, received: Callable[..., str]) -> None:
        received()
        body = {"preview_id": preview(intake, DUE)["id"], "reason": "Because."}
        assert intake.code("run_retention", body=body, actor="anna") == (403, "second_person_needed")

    def test_a_preview_is_run_once(self, intake: Harness, received: Callable[..., str]) -> None:
        received()
        found = preview(intake, DUE)
        first = order(intake, found)
        fault = intake.refusal("run_retention", body={"preview_id": found["id"], "reason": "Again."}, actor="cia")
        assert (fault["status"], fault["code"], fault["extra"]["run_id"]) == (409, "preview_already_run", first)

    def test_one_that_nobody_has_made_is_refused(self, intake: Harness) -> None:
        fault = intake.refusal("run_retention", body={"preview_id": new_id(), "reason": "Because."})
        assert [error["pointer"] for error in fault["errors"]] == ["/preview_id"]

    def test_what_was_written_in_since_the_preview_stays(self, intake: Harness, received: Callable[..., str]) -> None:
        application, other = received(), received()
        found = preview(intake, DUE)
        intake.do("record_contact", application_id=application, body=REACHED)
        record = run(intake, found)
        assert counts(record["deleted"]) == {"application": 1}
        assert kept(record) == {("application", "time_has_not_come"): 1}
        assert len(intake.do("get_application", application_id=application)["contacts"]) == 2
        assert intake.code("get_application", application_id=other) == (404, "not_found")

    def test_what_was_qualified_since_the_preview_stays(self, intake: Harness, received: Callable[..., str]) -> None:
        application = received()
        found = preview(intake, DUE)
        intake.do("qualify_application", application_id=application)
        assert kept(run(intake, found)) == {("application", "has_changed"): 1}

    def test_what_came_since_the_preview_is_not_touched(self, intake: Harness, received: Callable[..., str]) -> None:
        received()
        found = preview(intake, DUE)
        late = received(at=DUE)
        intake.now = DUE
        run(intake, found)
        assert intake.do("get_application", application_id=late)["id"] == late

    def test_a_run_that_is_ordered_before_its_preview_has_ended_waits_for_it(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        application = received()
        intake.now = DUE
        begun = intake.do("preview_retention", actor="anna")
        assert run(intake, begun)["deleted"] == [{"kind": "application", "count": 1}]
        assert intake.code("get_application", application_id=application) == (404, "not_found")

    def test_the_steps_of_two_runs_leave_each_file_weeded_once(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        received()
        first, second = preview(intake, DUE), preview(intake, DUE)
        ordered = [order(intake, found) for found in (first, second)]
        to_the_end(intake)
        records = [intake.do("get_retention_run", run_id=one) for one in ordered]
        assert sorted(len(record["deleted"]) for record in records) == [0, 1]
        assert [kept(record) for record in records if not record["deleted"]] == [{("application", "gone"): 1}]

    def test_a_step_that_fails_leaves_every_file_whole_and_the_next_try_goes_on(
        self, intake: Harness, received: Callable[..., str], admin: Any
    ) -> None:
        for _ in range(runs.WEEDED_AT_ONCE + 1):
            received()
        run_id = order(intake, preview(intake, DUE))
        admin.execute(
            "create or replace function refuse() returns trigger language plpgsql as "
            "$$ begin raise exception 'no' using errcode = '23514'; end $$"
        )
        admin.execute("create trigger refuse before delete on application for each row execute function refuse()")
        try:
            step = Due(tenant=intake.tenant, name="weed_files", subject=run_id)
            assert intake.clockwork.carry_out(step, now=intake.now)
            whole = runs.WEEDED_AT_ONCE + 1
            assert left(admin, intake, "application", "applicant") == {"application": whole, "applicant": whole}
            assert intake.do("get_retention_run", run_id=run_id)["done"] == 0
        finally:
            admin.execute("drop trigger refuse on application")
        intake.pass_time(DUE + timedelta(minutes=2))
        record = intake.do("get_retention_run", run_id=run_id)
        assert (record["status"], counts(record["deleted"])) == ("finished", {"application": whole})
        assert left(admin, intake, "application", "applicant") == {"application": 0, "applicant": 0}

    def test_who_is_no_administrator_may_nothing(self, intake: Harness) -> None:
        for name in ("preview_retention", "list_holds", "place_hold"):
            assert intake.code(name, roles=["recruiter"])[0] == 403


class TestHolds:
    def test_a_file_that_is_held_stays_until_it_is_released(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        application = received()
        hold = intake.do("place_hold", body={"subject": application, "reason": "IVO granskar."}, actor="cia")
        assert (hold["by"], hold["reason"], hold["subject"], hold["released_at"]) == (
            "cia",
            "IVO granskar.",
            application,
            None,
        )
        assert kept(preview(intake, DUE)) == {("application", "held"): 1}
        released = intake.do("release_hold", hold_id=hold["id"], actor="bo")
        assert released["released_by"] == "bo"
        assert intake.code("release_hold", hold_id=hold["id"]) == (409, "hold_already_released")
        assert due(preview(intake, DUE)) == {"application": [application]}

    def test_one_of_a_person_holds_every_file_of_that_person_and_names_nobody(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        received(), received(), received(adults=[an_adult(serial=982)])
        number = an_adult()["personal_number"]
        hold = intake.do("place_hold", body={"personal_number": number, "reason": "Domstol."})
        assert (hold["subject"], hold["of_person"]) == (None, True)
        assert number not in json.dumps(intake.do("list_holds"))
        found = preview(intake, DUE)
        assert kept(found) == {("application", "held"): 2}
        assert found["due"][0]["count"] == 1

    def test_one_that_is_placed_after_the_preview_binds_the_run(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        application = received()
        found = preview(intake, DUE)
        intake.do("place_hold", body={"subject": application, "reason": "IVO granskar."})
        assert kept(run(intake, found)) == {("application", "held"): 1}

    @pytest.mark.parametrize("body", [{}, {"subject": "x", "personal_number": an_adult()["personal_number"]}])
    def test_it_is_of_a_thing_or_of_a_person(self, intake: Harness, body: dict[str, Any]) -> None:
        fault = intake.refusal("place_hold", body={**body, "reason": "Because."})
        assert [error["code"] for error in fault["errors"]] == ["subject_or_person"]


class TestHomesThatAreGone:
    def test_the_applications_of_its_investigations_go_with_a_home_and_no_others(
        self, intake: Harness, received: Callable[..., str]
    ) -> None:
        qualified, open_one, other = received(), received(), received()
        for one in (qualified, other):
            intake.do("qualify_application", application_id=one)
        home = intake.do("get_application", application_id=qualified)["home_id"]
        assert kept(preview(intake, DUE)) == {}  # a qualified one is no file of intake's own
        intake.react(HOME_WEEDED, a_weeding(home, application_ids=[qualified, open_one]))
        assert intake.code("get_application", application_id=qualified) == (404, "not_found")
        assert {intake.do("get_application", application_id=one)["status"] for one in (open_one, other)} == {
            "contacted",
            "qualified",
        }


class TestWhatIsLeft:
    def test_previews_and_released_holds_go_in_their_time_and_the_record_stays(
        self, intake: Harness, received: Callable[..., str], admin: Any
    ) -> None:
        received()
        hold = intake.do("place_hold", body={"subject": new_id(), "reason": "IVO granskar."})
        intake.do("release_hold", hold_id=hold["id"])
        weed(intake, DUE)
        tables = ("retention_preview", "retention_item", "retention_run", "retention_hold", "weeded")
        assert min(left(admin, intake, *tables).values()) >= 1
        intake.pass_time(DUE + timedelta(days=6 * 366))
        weed_now(intake)
        assert left(admin, intake, *tables) == {
            "retention_preview": 0,
            "retention_item": 0,
            "retention_run": 1,
            "retention_hold": 0,
            "weeded": 0,
        }

    def test_how_an_import_went_and_that_a_row_was_imported_go_in_their_time(self, intake: Harness, admin: Any) -> None:
        intake.now = RECEIVED
        intake.do("import_applications", file=a_table(intake))
        to_the_end(intake)
        before = left(admin, intake, "application_import", "imported_row")
        assert before["application_import"] == 1
        assert before["imported_row"] >= 1
        weed(intake, RECEIVED + timedelta(days=366))
        assert left(admin, intake, "application_import", "imported_row") == {**before, "application_import": 0}
        weed(intake, RECEIVED + timedelta(days=10 * 366))
        assert left(admin, intake, "imported_row") == {"imported_row": 0}


def weed_now(intake: Harness) -> None:
    """The night's own weeding, of what has served its time."""
    now = intake.now or clock.now()
    duty, _ = Intake.duties()["weed"]
    context = Context(tenant=intake.tenant, actor="", request_id="", deadline=0)
    with intake.database.unit(context, now=now) as unit:
        unit.plan(duty, at=now)
        unit.commit()
    assert intake.clockwork.carry_out(Due(tenant=intake.tenant, name="weed", subject=""), now=now)
