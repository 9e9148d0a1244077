"""R53: a concern about a home is open until another person settles it, and everybody who may match knows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import psycopg
import pytest

from services.investigation.contract.concerns import NoteOnConcern, ReportConcern
from services.investigation.contract.events import (
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    CONCERN_REPORTED,
    CONCERN_SETTLED,
)
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.services.investigation.conftest import a_proposal, make_ready, open_one

MEASURES = {"outcome": "measures", "text": "Supervision every second week."}


def report(harness: Harness, home_id: str, **call: Any) -> dict[str, Any]:
    body = {**ReportConcern.example, "home_id": home_id}
    return harness.do("report_concern", **{"body": body, "actor": "karin", "roles": ["caseworker"], **call})


def settle(harness: Harness, concern: dict[str, Any], **call: Any) -> dict[str, Any]:
    return harness.do("settle_concern", concern_id=concern["id"], **{"body": MEASURES, "actor": "ivar", **call})


@pytest.fixture
def concern(investigation: Harness, approved: dict[str, Any]) -> dict[str, Any]:
    """A concern about an approved home, that Karin has written down."""
    return report(investigation, approved["home_id"])


class TestReport:
    def test_it_is_open_and_shown_with_what_was_said(self, investigation: Harness, approved: dict[str, Any]) -> None:
        concern = report(investigation, approved["home_id"])
        assert concern == {
            "id": concern["id"],
            "home_id": approved["home_id"],
            "name": "Anna Andersson, Bo Berg",
            "kind": "care",
            "source": "child_social_worker",
            "status": "open",
            "reported_at": "2026-05-02T09:00:00Z",
            "settled_at": None,
            "protected_identity": False,
            "text": "The child comes to school without lunch.",
            "reported_by": "karin",
            "notes": [],
            "outcome": None,
            "settlement": None,
            "settled_by": None,
        }
        assert investigation.do("get_home_file", home_id=approved["home_id"])["open_concerns"] == 1

    def test_the_others_learn_that_there_is_one_and_not_what_was_said(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        concern = report(investigation, approved["home_id"])
        named = {"concern_id": concern["id"], "home_id": approved["home_id"]}
        assert investigation.recorded(CONCERN_REPORTED) == [{**named, "kind": "care", "reported_on": date(2026, 5, 2)}]
        with psycopg.connect(investigation.relay_url) as connection:
            query = "select envelope::text from outbox where tenant = %s"
            envelopes = "".join(text for (text,) in connection.execute(query, (investigation.tenant,)))
        assert "lunch" not in envelopes
        assert '"care"' not in envelopes

    def test_what_was_said_lies_nowhere_in_clear(self, investigation: Harness, concern: dict[str, Any]) -> None:
        investigation.do("note_concern", concern_id=concern["id"], body=NoteOnConcern.example)
        settle(investigation, concern)
        with psycopg.connect(investigation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (investigation.tenant,))
            rows = connection.execute("select t::text from concern t union all select n::text from concern_note n")
            written = "".join(row[0] for row in rows.fetchall())
        assert concern["id"] in written
        for secret in ("lunch", "care", "visit", "Supervision"):
            assert secret not in written

    def test_about_a_home_that_is_not_known_it_is_refused(self, investigation: Harness) -> None:
        body = {**ReportConcern.example, "home_id": new_id()}
        fault = investigation.refusal("report_concern", body=body)
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/home_id"])

    def test_a_home_itself_and_a_recruiter_may_not(self, investigation: Harness, approved: dict[str, Any]) -> None:
        body = {**ReportConcern.example, "home_id": approved["home_id"]}
        for role in ("home", "recruiter", "payroll"):
            assert investigation.code("report_concern", body=body, roles=[role]) == (403, "missing_role")

    def test_the_same_key_twice_reports_once(self, investigation: Harness, approved: dict[str, Any]) -> None:
        first = report(investigation, approved["home_id"], idempotency_key="k")
        assert report(investigation, approved["home_id"], idempotency_key="k") == first
        assert investigation.do("list_concerns")["total"] == 1

    def test_ten_at_once_are_ten_and_counted_so(self, investigation: Harness, approved: dict[str, Any]) -> None:
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda _: report(investigation, approved["home_id"]), range(10)))
        assert investigation.do("get_home_file", home_id=approved["home_id"])["open_concerns"] == 10

    def test_in_the_other_municipality_there_is_no_such_home(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        body = {**ReportConcern.example, "home_id": approved["home_id"]}
        call = {"body": body, "tenant": investigation.new_tenant()}
        assert investigation.code("report_concern", **call) == (422, "invalid_input")


class TestWhileItIsOpen:
    def test_the_home_is_not_approved_for_anything_more(
        self, investigation: Harness, approved: dict[str, Any], concern: dict[str, Any]
    ) -> None:
        again = make_ready(investigation, open_one(investigation, home_id=approved["home_id"]))
        assert [one["code"] for one in again["blockers"]] == ["concern_open"]
        call = {"investigation_id": again["id"], "body": a_proposal()}
        assert investigation.code("propose_decision", **call) == (409, "investigation_blocked")
        settle(investigation, concern)
        assert investigation.do("propose_decision", **call)["status"] == "proposed"

    def test_a_suspended_approval_is_not_reinstated(self, investigation: Harness, concern: dict[str, Any]) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        call = {"approval_id": approval["id"], "body": {"reason": "So."}}
        investigation.do("suspend_approval", **call)
        assert investigation.code("reinstate_approval", **call) == (409, "concern_not_settled")
        settle(investigation, concern)
        assert investigation.do("reinstate_approval", **call)["state"] == "valid"

    def test_it_waits_for_whoever_may_settle_it(self, investigation: Harness, concern: dict[str, Any]) -> None:
        def waiting(role: str) -> list[dict[str, Any]]:
            items = investigation.do("view_waiting", roles=[role])["items"]
            return [one for one in items if one["kind"] == "concern"]

        assert [one["count"] for one in waiting("caseworker")] == [1]
        settle(investigation, concern)
        assert waiting("caseworker") == []


class TestNotes:
    def test_what_was_done_stands_with_who_and_when(self, investigation: Harness, concern: dict[str, Any]) -> None:
        noted = investigation.do("note_concern", concern_id=concern["id"], body=NoteOnConcern.example, actor="ivar")
        assert noted["notes"] == [{**NoteOnConcern.example, "noted_by": "ivar", "noted_at": "2026-05-02T09:00:00Z"}]


class TestSettle:
    def test_another_person_settles_it_and_the_others_learn_it(
        self, investigation: Harness, concern: dict[str, Any]
    ) -> None:
        settled = settle(investigation, concern)
        assert (settled["status"], settled["outcome"], settled["settlement"], settled["settled_by"]) == (
            "settled", "measures", "Supervision every second week.", "ivar",
        )  # fmt: skip
        (told,) = investigation.recorded(CONCERN_SETTLED)
        assert (told["concern_id"], told["outcome"], told["settled_on"]) == (
            concern["id"], "measures", date(2026, 5, 2),
        )  # fmt: skip
        assert investigation.do("get_home_file", home_id=concern["home_id"])["open_concerns"] == 0

    def test_who_wrote_it_down_may_not(self, investigation: Harness, concern: dict[str, Any]) -> None:
        call = {"concern_id": concern["id"], "body": MEASURES, "actor": "karin"}
        assert investigation.code("settle_concern", **call) == (403, "reporter_may_not_settle")

    def test_it_is_settled_once(self, investigation: Harness, concern: dict[str, Any]) -> None:
        call = {"concern_id": concern["id"], "body": MEASURES}
        with ThreadPoolExecutor(5) as pool:
            replies = list(
                pool.map(lambda n: investigation.reply("settle_concern", **call, actor=f"ivar-{n}"), range(5))
            )
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"concern_settled"}
        assert investigation.do("get_home_file", home_id=concern["home_id"])["open_concerns"] == 0

    @pytest.mark.parametrize(
        ("outcome", "event"), [("suspended", APPROVAL_SUSPENDED), ("revoked", APPROVAL_REVOKED)], ids=str
    )
    def test_a_decider_does_to_the_approvals_what_it_came_to(
        self, investigation: Harness, concern: dict[str, Any], outcome: str, event: Any
    ) -> None:
        body = {"outcome": outcome, "text": "It was true."}
        call = {"concern_id": concern["id"], "body": body, "actor": "dora"}
        assert investigation.code("settle_concern", **call, roles=["investigator"]) == (403, "decider_needed")
        assert investigation.recorded(event) == []
        investigation.do("settle_concern", **call, roles=["decider"])
        (approval,) = investigation.do("list_approvals")["items"]
        assert approval["state"] == outcome
        assert len(investigation.recorded(event)) == 1
        whole = investigation.do("get_approval", approval_id=approval["id"])
        assert [(one["reasons"], one["decided_by"]) for one in whole["changes"]] == [("It was true.", "dora")]

    def test_where_nothing_is_approved_nothing_can_be_ended(self, investigation: Harness) -> None:
        concern = report(investigation, open_one(investigation)["home_id"])
        body = {"outcome": "revoked", "text": "It was true."}
        call = {"concern_id": concern["id"], "body": body, "actor": "dora", "roles": ["decider"]}
        assert investigation.code("settle_concern", **call) == (409, "nothing_to_end")
        assert investigation.do("get_concern", concern_id=concern["id"])["status"] == "open"

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, concern: dict[str, Any]) -> None:
        call = {"concern_id": concern["id"], "body": MEASURES, "tenant": investigation.new_tenant()}
        assert investigation.code("settle_concern", **call) == (404, "not_found")


class TestList:
    def test_the_newest_comes_first_and_of_a_home_only_its_own(
        self, investigation: Harness, concern: dict[str, Any]
    ) -> None:
        other = report(investigation, open_one(investigation)["home_id"])
        listed = [one["id"] for one in investigation.do("list_concerns")["items"]]
        assert listed == [other["id"], concern["id"]]
        query = {"home_id": concern["home_id"]}
        assert [one["id"] for one in investigation.do("list_concerns", query=query)["items"]] == [concern["id"]]
        settle(investigation, concern)
        query = {"status": "open"}
        assert [one["id"] for one in investigation.do("list_concerns", query=query)["items"]] == [other["id"]]
