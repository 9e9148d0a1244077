"""Lists, contacts, and letting an application go on (R3)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from services.intake.applications.model import Application
from services.intake.contract.events import APPLICATION_QUALIFIED
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from tests.services.intake.conftest import ANNA, CALLBACK, a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
ADDRESS = {"street": "Storgatan 1", "postcode": "69230"}
REACHED = {"way": "phone", "reached": True, "note": "Spoke to Anna."}


@pytest.fixture
def application(intake: Harness) -> dict[str, str]:
    intake.now = APRIL
    return intake.do("submit_application", body=a_form())


class TestListApplications:
    def test_an_application_is_overdue_on_the_day_after_the_last(
        self, intake: Harness, application: dict[str, str]
    ) -> None:
        intake.now = datetime(2026, 4, 22, 21, 59, tzinfo=UTC)  # 22 April 23:59 in Sweden
        assert intake.do("list_applications", query={"overdue": "true"})["total"] == 0
        intake.now = datetime(2026, 4, 22, 22, 0, tzinfo=UTC)  # 23 April 00:00 in Sweden
        overdue = intake.do("list_applications", query={"overdue": "true"})
        assert [item["id"] for item in overdue["items"]] == [application["id"]]
        assert overdue["items"][0]["overdue"] is True

    def test_a_contacted_family_is_not_overdue(self, intake: Harness, application: dict[str, str]) -> None:
        intake.do("record_contact", application_id=application["id"], body=REACHED)
        intake.now = APRIL + timedelta(days=60)
        assert intake.do("list_applications", query={"overdue": "true"})["total"] == 0

    def test_pages_hold_each_application_once_the_most_pressing_first(self, intake: Harness) -> None:
        made = []
        for day in (3, 1, 2):
            intake.now = APRIL + timedelta(days=day)
            made.append(intake.do("submit_application", body=a_form())["id"])
        first = intake.do("list_applications", page={"limit": "2"})
        second = intake.do("list_applications", page={"page": "2", "limit": "2"})
        third = intake.do("list_applications", page={"page": "3", "limit": "2"})
        assert [item["id"] for item in first["items"] + second["items"]] == [made[1], made[2], made[0]]
        assert (first["total"], second["total"], third["total"], third["items"]) == (3, 3, 3, [])

    def test_a_protected_identity_shows_neither_name_nor_place(self, intake: Harness) -> None:
        intake.do("submit_application", body=a_form(protected_identity=True))
        (item,) = intake.do("list_applications")["items"]
        assert (item["name"], item["locality"], item["protected_identity"]) == (None, None, True)

    def test_a_list_shows_who_is_known_now(self, intake: Harness, application: dict[str, str]) -> None:
        (adult,) = intake.do("get_application", application_id=application["id"])["adults"]
        changed = {"adults": [{**adult, "given_name": "Annika"}], "address": {**ADDRESS, "locality": "Kumla"}}
        etag = intake.etag("get_application", application_id=application["id"])
        intake.do("amend_application", application_id=application["id"], body=changed, if_match=etag)
        (item,) = intake.do("list_applications")["items"]
        assert (item["name"], item["locality"]) == ("Annika Andersson", "Kumla")

    def test_an_application_that_was_written_without_a_heading_is_listed_all_the_same(
        self, intake: Harness, application: dict[str, str]
    ) -> None:
        with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
            unit.session.execute(update(Application.__table__).values(heading=None))
            unit.commit()
        (item,) = intake.do("list_applications")["items"]
        assert (item["name"], item["locality"]) == ("Anna Andersson", "Örebro")

    def test_only_the_asked_status_is_listed(self, intake: Harness, application: dict[str, str]) -> None:
        assert intake.do("list_applications", query={"status": "received"})["total"] == 1
        assert intake.do("list_applications", query={"status": "qualified"})["total"] == 0
        assert intake.code("list_applications", query={"status": "lost"}) == (422, "invalid_input")

    def test_a_caseworker_may_not_list_them(self, intake: Harness) -> None:
        assert intake.code("list_applications", roles=["caseworker"]) == (403, "missing_role")


class TestRecordContact:
    def test_an_attempt_that_does_not_reach_the_family_leaves_the_clock_running(
        self, intake: Harness, application: dict[str, str]
    ) -> None:
        tried = intake.do(
            "record_contact", application_id=application["id"], body={"way": "letter", "reached": False, "note": ""}
        )
        assert (tried["status"], len(tried["contacts"])) == ("received", 1)

    def test_reaching_the_family_stops_the_clock_and_the_note_is_kept(
        self, intake: Harness, application: dict[str, str]
    ) -> None:
        reached = intake.do("record_contact", application_id=application["id"], body=REACHED, actor="rut")
        assert reached["status"] == "contacted"
        (contact,) = reached["contacts"]
        assert (contact["by"], contact["note"], contact["at"]) == ("rut", "Spoke to Anna.", "2026-04-01T08:00:00Z")

    def test_the_other_municipality_finds_nothing(self, intake: Harness, application: dict[str, str]) -> None:
        other = intake.new_tenant()
        call = {"application_id": application["id"], "tenant": other}
        assert intake.code("record_contact", body=REACHED, **call) == (404, "not_found")
        assert intake.code("get_application", **call) == (404, "not_found")
        assert intake.code("qualify_application", **call) == (404, "not_found")

    def test_the_etag_changes_with_a_contact(self, intake: Harness, application: dict[str, str]) -> None:
        before = intake.etag("get_application", application_id=application["id"])
        intake.do(
            "record_contact", application_id=application["id"], body={"way": "email", "reached": False, "note": ""}
        )
        assert intake.etag("get_application", application_id=application["id"]) != before


class TestQualifyApplication:
    def test_investigation_learns_of_every_adult(self, intake: Harness, application: dict[str, str]) -> None:
        qualified = intake.do("qualify_application", application_id=application["id"])
        assert qualified["status"] == "qualified"
        (recorded,) = intake.recorded(APPLICATION_QUALIFIED)
        assert (recorded["application_id"], recorded["home_id"]) == (application["id"], application["home_id"])
        assert [adult["personal_number"] for adult in recorded["adults"]] == [ANNA]
        assert recorded["position"] == {"latitude": 59.27, "longitude": 15.21}
        assert (recorded["household_complete"], recorded["children_birth_years"]) == (True, [2015])

    def test_a_call_back_without_adults_can_not_be_qualified(self, intake: Harness) -> None:
        callback = intake.do("submit_application", body=CALLBACK)
        assert intake.code("qualify_application", application_id=callback["id"]) == (409, "application_without_adult")
        assert intake.recorded(APPLICATION_QUALIFIED) == []

    def test_a_closed_application_can_not_be_contacted_or_qualified_again(
        self, intake: Harness, application: dict[str, str]
    ) -> None:
        intake.do("qualify_application", application_id=application["id"])
        closed = (409, "application_already_closed")
        assert intake.code("qualify_application", application_id=application["id"]) == closed
        assert intake.code("record_contact", application_id=application["id"], body=REACHED) == closed
        assert len(intake.recorded(APPLICATION_QUALIFIED)) == 1

    def test_twice_with_the_same_key_is_recorded_once(self, intake: Harness, application: dict[str, str]) -> None:
        first = intake.do("qualify_application", application_id=application["id"], idempotency_key="k")
        assert intake.do("qualify_application", application_id=application["id"], idempotency_key="k") == first
        assert len(intake.recorded(APPLICATION_QUALIFIED)) == 1

    def test_ten_at_once_qualify_once(self, intake: Harness, application: dict[str, str]) -> None:
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(lambda _: intake.reply("qualify_application", application_id=application["id"]), range(10))
            )
        assert sum("body" in reply for reply in replies) == 1
        assert len(intake.recorded(APPLICATION_QUALIFIED)) == 1

    def test_only_a_recruiter_may(self, intake: Harness, application: dict[str, str]) -> None:
        call = {"application_id": application["id"], "roles": ["investigator", "home"]}
        assert intake.code("qualify_application", **call) == (403, "missing_role")
