"""An application is declined or withdrawn with a reason, and can be taken up again (R3)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.intake.contract.events import CONTACT_OVERDUE
from services.kernel.testing import Harness
from tests.services.intake.conftest import a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
WHY = {"reason": "The family has no room yet."}
REACHED = {"way": "phone", "reached": True, "note": ""}


@pytest.fixture
def application(intake: Harness) -> str:
    intake.now = APRIL
    return str(intake.do("submit_application", body=a_form())["id"])


@pytest.mark.parametrize(("operation", "status"), [("decline", "declined"), ("withdraw", "withdrawn")])
class TestClosing:
    def test_it_keeps_who_when_and_why(self, intake: Harness, application: str, operation: str, status: str) -> None:
        found = intake.do(f"{operation}_application", application_id=application, body=WHY, actor="rut")
        assert found["status"] == status
        assert found["turns"] == [{"at": "2026-04-01T08:00:00Z", "by": "rut", "status": status, **WHY}]

    def test_its_clock_stops(self, intake: Harness, application: str, operation: str, status: str) -> None:
        intake.do(f"{operation}_application", application_id=application, body=WHY)
        assert intake.pass_time(APRIL + timedelta(days=60)) == []
        assert intake.do("list_applications", query={"overdue": "true"})["total"] == 0

    def test_twice_is_refused_and_a_reason_is_needed(
        self, intake: Harness, application: str, operation: str, status: str
    ) -> None:
        name, call = f"{operation}_application", {"application_id": application}
        assert intake.code(name, body={"reason": " "}, **call) == (422, "invalid_input")
        intake.do(name, body=WHY, **call)
        assert intake.code(name, body=WHY, **call) == (409, "application_already_closed")

    def test_another_municipality_finds_nothing(
        self, intake: Harness, application: str, operation: str, status: str
    ) -> None:
        call = {"application_id": application, "tenant": intake.new_tenant(), "body": WHY}
        assert intake.code(f"{operation}_application", **call) == (404, "not_found")
        assert intake.code("reopen_application", **call) == (404, "not_found")


class TestReopening:
    def test_where_nobody_was_reached_the_clock_begins_anew(self, intake: Harness, application: str) -> None:
        intake.do("decline_application", application_id=application, body=WHY)
        intake.now = JUNE
        found = intake.do("reopen_application", application_id=application, body={"reason": "They have moved."})
        assert (found["status"], found["contact_by"]) == ("received", "2026-06-22")
        assert [turn["status"] for turn in found["turns"]] == ["declined", "received"]
        assert intake.pass_time(datetime(2026, 6, 22, 22, tzinfo=UTC)) == ["contact_overdue"]
        assert len(intake.recorded(CONTACT_OVERDUE)) == 1

    def test_where_the_family_was_reached_it_goes_on_from_there(self, intake: Harness, application: str) -> None:
        intake.do("record_contact", application_id=application, body=REACHED)
        intake.do("withdraw_application", application_id=application, body=WHY)
        found = intake.do("reopen_application", application_id=application, body=WHY)
        assert (found["status"], found["contact_by"]) == ("contacted", "2026-04-22")
        assert intake.pass_time(APRIL + timedelta(days=90)) == []

    def test_an_open_or_a_qualified_one_is_not_opened_again(self, intake: Harness, application: str) -> None:
        refused = (409, "application_not_closed")
        assert intake.code("reopen_application", application_id=application, body=WHY) == refused
        intake.do("qualify_application", application_id=application)
        assert intake.code("reopen_application", application_id=application, body=WHY) == refused

    def test_of_a_protected_identity_the_reason_is_hidden(self, intake: Harness) -> None:
        sent = intake.do("submit_application", body=a_form(protected_identity=True))
        found = intake.do("decline_application", application_id=sent["id"], body=WHY)
        assert [turn["reason"] for turn in found["turns"]] == [None]
