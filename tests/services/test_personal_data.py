"""A person is told what each service keeps of them, and nothing of others."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.compensation.service import Compensation
from services.intake.service import Intake
from services.investigation.contract.checks import RecordConsent
from services.investigation.contract.concerns import ReportConcern
from services.investigation.contract.events import HOME_CHANGED, STAFF_CHANGED
from services.investigation.contract.objections import NoteObjection
from services.investigation.service import Investigation
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore
from services.kernel.contracts.personal_data import LIVES
from services.kernel.files import stored
from services.kernel.files.personal_data import PersonalDataFile
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.process.service import Service
from services.kernel.rows.directory import apply_tenants
from services.kernel.rows.nudges import Nudge
from services.kernel.rows.personal_data import PersonalDataPage
from services.kernel.testing import Harness
from services.kernel.work import housekeeping
from services.kernel.work.personal_data import GATHERED_AT_ONCE
from services.mentorship.service import Mentorship
from services.placement.service import Placement
from tests.conftest import Urls, shelves
from tests.home_changes import a_change, an_adult
from tests.personal_data import begin, gather, read, step, told
from tests.services.compensation.conftest import LAST_OF_APRIL, a_signed_agreement, an_agreement, compute, set_tariff
from tests.services.intake.conftest import CALLBACK, a_form
from tests.services.investigation.conftest import (
    ANNA,
    BO,
    INTERVIEW,
    MAY,
    a_proposal,
    a_reference,
    make_ready,
    open_one,
)
from tests.services.mentorship.conftest import BERTIL, CECILIA, approve_home, register, start_placement
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import MAY_20, personal_number

CLARA = "189001019810"  #: whom nobody knows, unless a test says so
NOW = datetime(2026, 5, 10, 10, tzinfo=UTC)
WHY = {"roles": ["admin", "protected"], "reason": "Hotbilden är känd."}
APPLICANT = {"given_name": "Anna", "family_name": "Andersson", "personal_number": ANNA, "relation": "applicant"}
PARTNER = {"given_name": "Bo", "family_name": "Berg", "personal_number": CLARA, "relation": "partner"}
ADDRESS = {"street": "Storgatan 1", "postcode": "70210", "locality": "Örebro", "latitude": 59.27, "longitude": 15.21}


@pytest.fixture
def intake(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Intake)
    harness.now = NOW
    return harness


@pytest.fixture
def investigation(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Investigation)
    harness.now = MAY
    return harness


@pytest.fixture
def desk(harness_of: Callable[[type[Service]], Harness]) -> Desk:
    harness = harness_of(Placement)
    harness.now = MAY_20
    return Desk(harness)


@pytest.fixture
def compensation(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Compensation)
    harness.now = LAST_OF_APRIL
    return harness


def apply(intake: Harness, *adults: dict[str, str], **overrides: Any) -> str:
    """An application of these adults; its id."""
    form = a_form(adults=list(adults or (APPLICANT,)), address=ADDRESS, message="Vi bor vid skogen.", **overrides)
    return str(intake.do("submit_application", body=form)["id"])


def log(harness: Harness, operation: str) -> list[dict[str, Any]]:
    """The lines of the log that an operation has left, the newest first."""
    lines = harness.do("list_access", roles=["auditor"], page={"limit": "100"})["items"]
    return [line for line in lines if line["operation"] == operation]


class TestIntake:
    def test_an_applicant_is_told_the_form_and_what_was_done_about_it(self, intake: Harness) -> None:
        application = apply(intake, APPLICANT, PARTNER)
        contact = {"way": "phone", "reached": True, "note": "De tänker på saken."}
        intake.do("record_contact", application_id=application, body=contact, actor="rut")
        found = told(intake, ANNA)
        assert found["applicant"] == [{"application_id": application}]
        (form,) = found["application"]
        assert (form["id"], form["status"], form["contact_by"]) == (application, "contacted", "2026-05-31")
        assert form["details"]["message"] == "Vi bor vid skogen."
        assert form["details"]["address"]["street"] == "Storgatan 1"
        assert [adult["given_name"] for adult in form["details"]["adults"]] == ["Anna"]
        (attempt,) = found["contact_attempt"]
        assert {name: attempt[name] for name in ("by", "way", "note")} == {
            "by": "rut",
            "way": "phone",
            "note": "De tänker på saken.",
        }

    def test_another_adult_is_told_what_was_said_of_them_and_neither_who_applied_nor_where_that_one_lives(
        self, intake: Harness
    ) -> None:
        apply(intake, APPLICANT, PARTNER)
        (form,) = told(intake, CLARA)["application"]
        assert [adult["given_name"] for adult in form["details"].pop("adults")] == ["Bo"]
        assert form["details"] == {}

    def test_whoever_is_not_known_is_told_so(self, intake: Harness) -> None:
        apply(intake)
        intake.do("submit_application", body=CALLBACK)
        assert told(intake, CLARA) == {}

    def test_what_others_wrote_is_marked_so_that_somebody_reads_it(self, intake: Harness) -> None:
        application = apply(intake)
        intake.do("record_contact", application_id=application, body={"way": "phone", "reached": True, "note": "Hej."})
        items = read(intake, gather(intake, ANNA))["items"]
        marked = {item["kind"]: item["free_text"] for item in items}
        assert marked["contact_attempt"] == ["note"]
        assert marked["application"] == ["details"]
        assert marked["applicant"] == []

    def test_who_of_the_staff_did_it_is_said_unless_their_identity_is_protected(self, intake: Harness) -> None:
        application = apply(intake)
        body = {"way": "phone", "reached": False, "note": ""}
        for actor in ("rut", "ivar"):
            intake.do("record_contact", application_id=application, body=body, actor=actor)
        intake.react(STAFF_CHANGED, {"staff_id": new_id(), "actor": "ivar", "protected_identity": True})
        assert [attempt["by"] for attempt in told(intake, ANNA)["contact_attempt"]] == ["rut", None]

    def test_a_file_that_was_attached_is_named_and_nothing_that_opens_it(self, intake: Harness) -> None:
        application = apply(intake)
        intake.do("attach_to_application", application_id=application)
        (attachment,) = told(intake, ANNA)["attachment"]
        assert set(attachment) == {"name", "media_type", "size", "created_at"}


class TestInvestigation:
    def test_an_adult_is_told_what_was_found_of_them_and_not_what_of_the_other(self, investigation: Harness) -> None:
        opened = make_ready(investigation, open_one(investigation))
        investigation.do("propose_decision", investigation_id=opened["id"], body=a_proposal(), actor="ivar")
        (anna,) = (adult for adult in opened["adults"] if adult["given_name"] == "Anna")
        found = told(investigation, ANNA)
        assert [adult["person"]["given_name"] for adult in found["adult"]] == ["Anna"]
        checks = [check["id"] for check in opened["register_checks"] if check["adult_id"] == anna["id"]]
        assert len(found["register_check"]) == len(checks) > 0
        assert {check["recorded_by"] for check in found["register_check"]} == {"ivar"}
        assert len(found["assessment"]) == len(opened["assessments"])
        assert [one["proposed_by"] for one in found["proposal"]] == ["ivar"]
        (home,) = found["home"]
        assert home["details"]["position"] == {"latitude": 59.27, "longitude": 15.21}
        assert "Berg" not in json.dumps(found)

    def test_whoever_has_moved_out_is_not_told_where_the_home_is_nor_that_it_is_protected(
        self, investigation: Harness
    ) -> None:
        opened = open_one(investigation)
        where = {"home_id": opened["home_id"]}
        adult = next(one["id"] for one in opened["adults"] if one["given_name"] == "Bo")
        body: dict[str, Any] = {"adults": [{"id": adult, "moved_out_on": "2026-05-01"}], "protected_identity": True}
        body |= {"address": ADDRESS, "phone": "+46701111111"}
        etag = investigation.etag("get_home_file", **where)
        investigation.do("amend_home_file", body=body, if_match=etag, **where)
        found = told(investigation, BO)
        assert found["home"] == [{"id": opened["home_id"], "was_approved": False}]
        assert found["adult"][0]["moved_out_on"] == "2026-05-01"
        assert "home_use" not in found
        assert "Storgatan" not in json.dumps(found)

    def test_which_child_a_network_home_is_for_is_not_said(self, investigation: Harness) -> None:
        opened = make_ready(investigation, open_one(investigation, assignments=["network_home"]))
        child = {"child_name": "Kim Karlsson", "child_personal_number": personal_number()}
        body = {**a_proposal(), "assignments": ["network_home"], "places": 1, **child}
        investigation.do("propose_decision", investigation_id=opened["id"], body=body, actor="ivar")
        (proposal,) = told(investigation, ANNA)["proposal"]
        said = {"conditions", "reasons", "experience", "why_near", "suited_for", "investigated_by", "board"}
        assert set(proposal["texts"]) == said

    def test_that_there_is_a_concern_and_what_it_came_to_is_told_and_not_who_said_what(
        self, investigation: Harness
    ) -> None:
        opened = open_one(investigation)
        body = {**ReportConcern.example, "home_id": opened["home_id"], "text": "The neighbour Ulla heard it."}
        concern = investigation.do("report_concern", body=body, actor="karin")["id"]
        note = {"text": "Ulla says it again."}
        investigation.do("note_concern", concern_id=concern, body=note, actor="ivar")
        settled = {"outcome": "measures", "text": "Supervision every second week."}
        investigation.do("settle_concern", concern_id=concern, body=settled, actor="ivar")
        found = told(investigation, ANNA)
        (one,) = found["concern"]
        assert (one["status"], one["settled_by"], one["settlement"]) == ("settled", "ivar", settled)
        assert [noted["noted_by"] for noted in found["concern_note"]] == ["ivar"]
        assert "Ulla" not in json.dumps(found)
        assert "karin" not in json.dumps(found)

    def test_what_others_said_of_them_or_of_each_other_is_not_told_and_what_they_disputed_is(
        self, investigation: Harness
    ) -> None:
        opened = open_one(investigation)
        anna = opened["adults"][0]["id"]
        which = {"investigation_id": opened["id"], "actor": "ivar"}
        investigation.do("record_meeting", body={**INTERVIEW, "notes": "Bo is afraid of Anna."}, **which)
        investigation.do("record_reference", body=a_reference(anna, summary="Gunilla thinks otherwise."), **which)
        investigation.do("record_consent", body={**RecordConsent.example, "adult_id": anna}, **which)
        investigation.do("note_objection", body={**NoteObjection.example, "adult_id": anna}, **which)
        found = told(investigation, ANNA)
        assert [one["step"] for one in found["meeting"]] == ["interview_together"]
        assert [one["given_on"] for one in found["given_reference"]] == ["2026-04-22"]
        assert [one["register"] for one in found["consent"]] == ["social_register"]
        assert [one["text"] for one in found["objection"]] == ["The debt was paid in 2019."]
        assert "afraid" not in json.dumps(found)
        assert "Gunilla" not in json.dumps(found)
        of_bo = told(investigation, BO)
        assert "objection" not in of_bo
        assert "given_reference" not in of_bo


class TestPlacement:
    CHILD = personal_number("20170101", 980)

    def test_a_placed_person_is_told_where_and_when_and_not_who_lives_there(self, desk: Desk) -> None:
        home = desk.home()
        desk.placed(home)
        found = told(desk.harness, self.CHILD)
        (request,) = found["placement_request"]
        assert request["person"]["personal_number"] == self.CHILD
        (placement,) = found["placement"]
        assert (placement["home_id"], placement["starts_on"]) == (home, "2026-06-01")
        assert set(found) == {"placement_request", "placement", "inquiry", "care_decision", "deadline", "weighing"}
        assert "Anna" not in json.dumps(found)

    def test_a_home_is_told_that_somebody_was_placed_there_and_not_who(self, desk: Desk) -> None:
        home = desk.home(adults=[{**an_adult(), "given_name": "Anna"}])
        placed = desk.placed(home)
        desk.harness.do(
            "end_placement",
            placement_id=placed,
            body={"ends_on": "2026-07-01", "reason": "moved_home", "note": "Flickan flyttade hem."},
        )
        found = told(desk.harness, ANNA)
        assert found["placement"] == [
            {
                "home_id": home,
                "assignment": "family_home",
                "kind": "stay",
                "starts_on": "2026-06-01",
                "ends_on": "2026-07-01",
            }
        ]
        assert "placement_request" not in found
        assert "message" not in found["inquiry"][0]
        assert self.CHILD not in json.dumps(found)

    def test_why_a_home_said_no_is_told_to_the_home_and_not_to_the_person_for_whom_it_was_asked(
        self, desk: Desk
    ) -> None:
        home = desk.home(adults=[{**an_adult(), "given_name": "Anna"}])
        inquiry = desk.inquiry(desk.request(), home)
        desk.harness.do("decline_inquiry", inquiry_id=inquiry, body={"reason": "Vi skiljer oss."})
        assert told(desk.harness, ANNA)["inquiry"][0]["reason"] == "Vi skiljer oss."
        (asked,) = told(desk.harness, self.CHILD)["inquiry"]
        assert (asked["status"], "reason" in asked) == ("declined", False)

    def test_each_adult_is_told_how_they_are_reached_and_what_was_sent_to_them(self, desk: Desk) -> None:
        anna, bo = an_adult(), an_adult(CLARA, given_name="Bo")
        home = desk.home(adults=[anna, bo])
        for adult, phone in ((anna, "+46701740605"), (bo, "+46701740606")):
            which = {"home_id": home, "adult_id": adult["id"]}
            body = {"ways": ["sms"], "phone": phone, "email": None}
            desk.harness.do("choose_reach", body=body, if_match="*", **which)
        desk.inquiry(desk.request(), home)
        found = told(desk.harness, CLARA)
        assert [one["reach"]["phone"] for one in found["home_adult"]] == ["+46701740606"]
        assert "+46701740605" not in json.dumps(found)

    def test_what_waits_to_be_sent_to_one_is_theirs(self, desk: Desk) -> None:
        anna, bo = an_adult(), an_adult(CLARA)
        home = desk.home(adults=[anna, bo])
        context = Context(tenant=desk.harness.tenant, actor="", request_id="", deadline=0)
        named = {"kind": "inquiry", "subject": new_id(), "home_id": home, "is_urgent": False, "state": "waiting"}
        with desk.harness.database.unit(context, now=MAY_20) as unit:
            for recipient, address in ((anna["id"], "1"), (bo["id"], "2"), (home, "3"), (new_id(), "4")):
                nudge = {**named, "recipient": recipient, "address": address, "planned_at": unit.now}
                unit.add(Nudge(id=new_id(), way="sms", **nudge))
            unit.commit()
        assert {one["address"] for one in told(desk.harness, CLARA)["nudge"]} == {"2", "3"}

    def test_a_sibling_is_another_person(self, desk: Desk) -> None:
        first = desk.request()
        desk.request(serial=982, sibling_of=first)
        (request,) = told(desk.harness, personal_number("20170101", 982))["placement_request"]
        assert first not in json.dumps(request)


class TestMentorship:
    def test_each_is_told_of_the_support_and_not_of_the_other_home(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        harness = harness_of(Mentorship)
        register(harness, approve_home(harness, adult=BERTIL))
        offered = start_placement(harness, approve_home(harness, adult=CECILIA))
        harness.do("decline_mentorship", mentorship_id=offered["id"], body={"reason": "Vi känner dem."})
        home, mentor = told(harness, CECILIA), told(harness, BERTIL)
        assert home["mentorship"][0]["reason"] == "Vi känner dem."
        assert "mentor" not in home
        assert mentor["mentor"][0]["area"] == "norr"
        assert set(mentor["mentorship"][0]) == {
            *("status", "created_at", "offered_at", "answered_at", "ended_at"),
            *("ways", "parts_of_day", "mentor_agrees", "mentor_shares_phone"),
        }


class TestCompensation:
    def live(self, compensation: Harness, agreement: dict[str, Any], *adults: dict[str, str]) -> None:
        compensation.react(HOME_CHANGED, a_change(agreement["home_id"], adults=list(adults)))

    def test_whoever_is_paid_is_told_each_line_also_after_having_moved_out(self, compensation: Harness) -> None:
        set_tariff(compensation)
        agreement = a_signed_agreement(compensation)
        payee = an_adult(ANNA, id=agreement["payee_adult_id"])
        self.live(compensation, agreement, payee, an_adult(CLARA))
        compute(compensation)
        before = told(compensation, ANNA)
        assert [one["payee_adult_id"] for one in before["agreement"]] == [payee["id"]]
        amounts = [line["amount"] for line in before["pay_run_line"]]
        assert len(amounts) > 0
        assert all(isinstance(amount, str) for amount in amounts)
        self.live(compensation, agreement, an_adult(CLARA))
        after = told(compensation, ANNA)
        assert "home_adult" not in after
        assert [line["amount"] for line in after["pay_run_line"]] == amounts

    def test_what_one_is_paid_is_not_told_to_another_adult(self, compensation: Harness) -> None:
        set_tariff(compensation)
        agreement = a_signed_agreement(compensation)
        self.live(compensation, agreement, an_adult(ANNA, id=agreement["payee_adult_id"]), an_adult(CLARA))
        compute(compensation)
        assert set(told(compensation, CLARA)) == {"home", "home_adult"}

    def test_it_is_found_whichever_event_comes_first(self, compensation: Harness) -> None:
        home, payee = new_id(), an_adult(ANNA)
        compensation.react(HOME_CHANGED, a_change(home, adults=[payee]))
        an_agreement(compensation, home_id=home, adult_ids=[payee["id"]])
        assert told(compensation, ANNA)["agreement"][0]["home_id"] == home


class TestExport:
    """How it goes, shown in intake: the kernel does it for every service."""

    @pytest.fixture
    def admin(self, database_of: Callable[[str], Urls]) -> Any:
        with psycopg.connect(database_of("intake").admin, autocommit=True) as connection:
            yield connection

    def rows(self, admin: Any, table: str, tenant: str) -> int:
        found = admin.execute(f"select count(*) from {table} where tenant = %s", (tenant,)).fetchone()
        return int(found[0])

    def test_it_goes_step_by_step_and_is_finished_with_its_file(self, intake: Harness, admin: Any) -> None:
        for _ in range(GATHERED_AT_ONCE + 1):
            apply(intake)
        export = begin(intake, ANNA)
        begun = intake.do("get_personal_data_export", export_id=export)
        assert (begun["status"], begun["done"]) == ("waiting", 0)
        steps = 0
        while step(intake):
            steps += 1
        assert steps > 2
        state = intake.do("get_personal_data_export", export_id=export)
        assert (state["status"], state["done"]) == ("finished", state["total"])
        items = read(intake, export)["items"]
        assert len(items) == state["total"]
        assert len({item["id"] for item in items if item["kind"] == "application"}) == GATHERED_AT_ONCE + 1
        assert self.rows(admin, "personal_data_page", intake.tenant) == 0

    @pytest.mark.parametrize(("what", "name"), [(PersonalDataPage, "__init__"), (PersonalDataFile, "of")])
    def test_a_step_that_dies_is_done_anew_and_nothing_is_there_twice(
        self, intake: Harness, monkeypatch: pytest.MonkeyPatch, what: Any, name: str
    ) -> None:
        """Before what was gathered is kept, or when the file lies in the store and its row is not there yet."""
        apply(intake)
        export = begin(intake, ANNA)
        died = []

        def die(*_: Any, **__: Any) -> None:
            died.append(name)
            raise RuntimeError("it died")

        with monkeypatch.context() as broken:
            broken.setattr(what, name, die)
            while step(intake) and not died:
                pass
        assert died
        while step(intake) or _goes_on(intake, export):
            assert intake.now is not None
            intake.now += timedelta(minutes=20)
        kinds = [item["kind"] for item in read(intake, export)["items"]]
        assert sorted(kinds) == ["applicant", "application", "personal_data_export"]

    def test_the_same_request_is_one_export_and_has_one_id_in_all_services(
        self, intake: Harness, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        other = harness_of(Investigation)
        intake.tenant = other.tenant = f"test-{new_id()[-12:]}"
        both = {harness.service.name: harness.owner_url for harness in (intake, other)}
        tenant = Tenant(slug=intake.tenant, municipality_code="1880", name="X", settings={}, webhook_hosts=[])
        apply_tenants(both, [tenant], intake.master_keys, declared={})
        first = begin(intake, ANNA, idempotency_key="k")
        assert begin(intake, ANNA, idempotency_key="k") == first
        assert begin(other, ANNA, idempotency_key="k") == first
        body = {"personal_number": CLARA}
        assert intake.code("export_personal_data", body=body, idempotency_key="k") == (422, "idempotency_key_reused")

    def test_until_it_is_finished_there_is_no_file(self, intake: Harness) -> None:
        export = begin(intake, ANNA)
        assert intake.code("get_personal_data_file", export_id=export) == (409, "personal_data_not_ready")

    @pytest.mark.parametrize("steps", [0, 2, 99])
    def test_cancelled_it_leaves_nothing_however_far_it_is(self, intake: Harness, admin: Any, steps: int) -> None:
        apply(intake)
        export = begin(intake, ANNA)
        for _ in range(steps):
            step(intake)
        for _ in range(2):  # another service may have been away the first time
            assert intake.do("cancel_personal_data_export", export_id=export)["status"] == "cancelled"
        step(intake)
        assert intake.do("get_personal_data_export", export_id=export)["status"] == "cancelled"
        assert intake.code("get_personal_data_file", export_id=export) == (409, "personal_data_not_ready")
        for table in ("personal_data_page", "personal_data_file"):
            assert self.rows(admin, table, intake.tenant) == 0

    def test_it_is_weeded_with_its_file_when_its_days_are_over(self, intake: Harness, admin: Any) -> None:
        apply(intake)
        export = gather(intake, ANNA)
        begin(intake, ANNA)
        step(intake)
        self.weed(intake, NOW + timedelta(days=LIVES))
        assert self.rows(admin, "personal_data_export", intake.tenant) == 2
        reply = intake.reply("get_personal_data_file", export_id=export)
        self.weed(intake, NOW + timedelta(days=LIVES, seconds=1))
        for table in ("personal_data_export", "personal_data_page", "personal_data_file"):
            assert self.rows(admin, table, intake.tenant) == 0
        assert intake.code("get_personal_data_file", export_id=export) == (404, "not_found")
        self.sweep(intake, FileInStore.from_dict(reply["file"]))

    def weed(self, harness: Harness, at: datetime) -> None:
        context = Context(tenant=harness.tenant, actor="", request_id="", deadline=0)
        with harness.database.unit(context, now=at) as unit:
            housekeeping.weed(unit, "")
            unit.commit()

    def sweep(self, harness: Harness, file: FileInStore) -> None:
        """The file itself goes the night after, as every file whose row is gone."""
        shelf = shelves("intake").of(harness.tenant)
        assert file.id in {one.name for one in shelf.lying()}
        context = Context(tenant=harness.tenant, actor="", request_id="", deadline=0)
        with pytest.MonkeyPatch.context() as patched, harness.database.unit(context) as unit:
            patched.setattr(stored, "UPLOAD_LIVES", -1.0)
            stored.sweep(unit)
        assert file.id not in {one.name for one in shelf.lying()}

    def test_as_long_as_it_is_kept_its_file_is_not_swept(self, intake: Harness) -> None:
        export = gather(intake, ANNA)
        context = Context(tenant=intake.tenant, actor="", request_id="", deadline=0)
        with pytest.MonkeyPatch.context() as patched, intake.database.unit(context) as unit:
            patched.setattr(stored, "UPLOAD_LIVES", -1.0)
            stored.sweep(unit)
        assert read(intake, export)["items"]

    def test_that_it_was_made_and_read_and_whose_it_is_stands_in_the_log(self, intake: Harness) -> None:
        application = apply(intake)
        export = gather(intake, ANNA)
        read(intake, export, actor="bo")
        whose = [{"kind": "personal_data_export", "id": export}, {"kind": "application", "id": application}]
        (made,) = log(intake, "export_personal_data")
        (opened,) = log(intake, "get_personal_data_file")
        assert (made["actor"], made["subjects"]) == ("anna", whose)
        assert (opened["actor"], opened["subjects"]) == ("bo", whose)
        found = intake.do("list_access", roles=["auditor"], query={"subject": application})["items"]
        assert {"export_personal_data", "get_personal_data_file"} <= {line["operation"] for line in found}

    def test_that_it_was_made_of_somebody_whom_nobody_knows_stands_there_too(self, intake: Harness) -> None:
        export = gather(intake, CLARA)
        assert [line["subjects"] for line in log(intake, "export_personal_data")] == [
            [{"kind": "personal_data_export", "id": export}]
        ]

    def test_a_wrong_number_is_a_clear_problem_and_begins_nothing(self, intake: Harness, admin: Any) -> None:
        for wrong, code in (
            ("189001019803", "personal_number_check_digit"),
            ("", "personal_number_form"),
            (None, "null"),
        ):
            fault = intake.refusal("export_personal_data", body={"personal_number": wrong})
            (problem,) = fault["errors"]
            assert (fault["status"], problem["pointer"], problem["code"]) == (422, "/personal_number", code)
        assert self.rows(admin, "personal_data_export", intake.tenant) == 0

    def test_other_roles_are_refused(self, intake: Harness) -> None:
        export = gather(intake, ANNA)
        for role in ("recruiter", "auditor", "home", "operator", "integration"):
            body = {"personal_number": ANNA}
            assert intake.code("export_personal_data", body=body, roles=[role]) == (403, "missing_role")
            assert intake.code("get_personal_data_file", export_id=export, roles=[role]) == (403, "missing_role")

    def test_another_municipality_has_nothing_of_it(self, intake: Harness) -> None:
        apply(intake)
        export = gather(intake, ANNA)
        own, intake.tenant = intake.tenant, intake.new_tenant()
        for name in ("get_personal_data_export", "get_personal_data_file", "cancel_personal_data_export"):
            assert intake.code(name, export_id=export) == (404, "not_found")
        assert told(intake, ANNA) == {}
        intake.tenant = own
        assert intake.do("get_personal_data_export", export_id=export)["status"] == "finished"

    def test_of_a_protected_identity_the_file_is_read_with_the_right_and_a_reason_only(self, intake: Harness) -> None:
        apply(intake, protected_identity=True)
        export = gather(intake, ANNA)
        for caller in ({}, {"roles": ["admin", "protected"]}, {"reason": "Nyfiken."}):
            assert intake.code("get_personal_data_file", export_id=export, **caller) == (403, "identity_protected")
        assert read(intake, export, **WHY)["items"]
        assert log(intake, "get_personal_data_file")[0]["reason"] == WHY["reason"]

    def test_also_of_one_that_is_protected_since(self, intake: Harness) -> None:
        application = apply(intake)
        export = gather(intake, ANNA)
        assert read(intake, export)["items"]
        home = intake.do("get_application", application_id=application)["home_id"]
        intake.react(HOME_CHANGED, a_change(home, adults=[an_adult(ANNA)], protected_identity=True))
        assert intake.code("get_personal_data_file", export_id=export) == (403, "identity_protected")

    def test_the_number_stands_nowhere_in_the_clear(self, intake: Harness, database_of: Callable[[str], Urls]) -> None:
        apply(intake)
        export = begin(intake, ANNA, idempotency_key="k")
        for _ in range(3):
            step(intake)
        assert _in_any_table(database_of("intake").admin, ANNA) == []
        while step(intake):
            pass
        file = FileInStore.from_dict(intake.reply("get_personal_data_file", export_id=export)["file"])
        sealed = b"".join(shelves("intake").store.read(f"{intake.tenant}/intake/{file.id}"))
        assert ANNA.encode() not in sealed
        assert ANNA in json.dumps(read(intake, export))


def _goes_on(harness: Harness, export_id: str) -> bool:
    return harness.do("get_personal_data_export", export_id=export_id)["status"] in ("waiting", "running")


def _in_any_table(admin_url: str, text: str) -> list[str]:
    """The tables in which a text stands as it is."""
    with psycopg.connect(admin_url) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
            )
        ]
        return [
            name
            for name in tables
            if connection.execute(
                f'select exists (select from "{name}" t where t::text like %s or t::text like %s)',
                (f"%{text}%", f"%{text.encode().hex()}%"),
            ).fetchone()
            == (True,)
        ]
