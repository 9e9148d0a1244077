"""R15: approvals are suspended, reinstated and revoked, with reasons, and the other services learn it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import APPROVAL_REINSTATED, APPROVAL_REVOKED, APPROVAL_SUSPENDED
from services.kernel.testing import Harness
from tests.services.investigation.conftest import approve, make_ready, open_one

WHY = {"reason": "Violence in the home."}


@pytest.fixture
def approval(investigation: Harness, approved: dict[str, Any]) -> dict[str, Any]:
    """An approval until 31 May 2028."""
    (one,) = investigation.do("list_approvals")["items"]
    return one


def suspend(harness: Harness, approval: dict[str, Any], **call: Any) -> dict[str, Any]:
    return harness.do("suspend_approval", approval_id=approval["id"], **{"body": WHY, "actor": "dora", **call})


class TestSuspend:
    def test_it_says_so_everywhere_with_who_when_and_why(
        self, investigation: Harness, approval: dict[str, Any]
    ) -> None:
        suspended = suspend(investigation, approval)
        assert suspended["state"] == "suspended"
        assert suspended["changes"] == [
            {
                "standing": "suspended",
                "reasons": "Violence in the home.",
                "decided_by": "dora",
                "decided_at": "2026-05-02T09:00:00Z",
            }
        ]
        assert investigation.do("list_approvals")["items"][0]["state"] == "suspended"
        assert investigation.do("get_approval", approval_id=approval["id"]) == suspended

    def test_the_others_learn_it_without_the_reason(self, investigation: Harness, approval: dict[str, Any]) -> None:
        suspend(investigation, approval)
        named = {"approval_id": approval["id"], "home_id": approval["home_id"]}
        assert investigation.recorded(APPROVAL_SUSPENDED) == [{**named, "on": date(2026, 5, 2)}]

    def test_the_reason_lies_nowhere_in_clear(self, investigation: Harness, approval: dict[str, Any]) -> None:
        suspend(investigation, approval)
        with psycopg.connect(investigation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (investigation.tenant,))
            (row,) = connection.execute("select t::text from standing_change t").fetchall()
        assert "Violence" not in row[0]

    def test_only_a_decider_may(self, investigation: Harness, approval: dict[str, Any]) -> None:
        for role in ("investigator", "caseworker", "home"):
            call = {"approval_id": approval["id"], "body": WHY, "roles": [role]}
            assert investigation.code("suspend_approval", **call) == (403, "missing_role")

    def test_without_a_reason_it_is_not(self, investigation: Harness, approval: dict[str, Any]) -> None:
        fault = investigation.refusal("suspend_approval", approval_id=approval["id"], body={"reason": "  "})
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/reason"])
        assert investigation.recorded(APPROVAL_SUSPENDED) == []

    def test_ten_at_once_suspend_once(self, investigation: Harness, approval: dict[str, Any]) -> None:
        call = {"approval_id": approval["id"], "body": WHY}
        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(lambda _: investigation.reply("suspend_approval", **call), range(10)))
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"approval_suspended_already"}
        assert len(investigation.recorded(APPROVAL_SUSPENDED)) == 1

    def test_the_same_key_twice_suspends_once(self, investigation: Harness, approval: dict[str, Any]) -> None:
        first = suspend(investigation, approval, idempotency_key="k")
        assert suspend(investigation, approval, idempotency_key="k") == first
        assert len(investigation.recorded(APPROVAL_SUSPENDED)) == 1

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, approval: dict[str, Any]) -> None:
        call = {"approval_id": approval["id"], "body": WHY, "tenant": investigation.new_tenant()}
        assert investigation.code("suspend_approval", **call) == (404, "not_found")

    def test_its_end_comes_all_the_same(self, investigation: Harness, approval: dict[str, Any]) -> None:
        suspend(investigation, approval)
        done = investigation.pass_time(datetime(2028, 6, 1, tzinfo=UTC))
        assert done.count("approval_expired") == 1
        assert investigation.do("list_approvals")["items"][0]["state"] == "expired"
        assert investigation.code("reinstate_approval", approval_id=approval["id"], body=WHY) == (409, "approval_ended")


class TestReinstate:
    def test_it_holds_again_and_both_stay_written(self, investigation: Harness, approval: dict[str, Any]) -> None:
        suspend(investigation, approval)
        body = {"reason": "It was unfounded."}
        again = investigation.do("reinstate_approval", approval_id=approval["id"], body=body, actor="dagny")
        assert again["state"] == "valid"
        assert [(one["standing"], one["decided_by"]) for one in again["changes"]] == [
            ("suspended", "dora"),
            ("stands", "dagny"),
        ]
        (told,) = investigation.recorded(APPROVAL_REINSTATED)
        assert told["on"] == date(2026, 5, 2)

    def test_what_is_not_suspended_is_not(self, investigation: Harness, approval: dict[str, Any]) -> None:
        call = {"approval_id": approval["id"], "body": WHY}
        assert investigation.code("reinstate_approval", **call) == (409, "approval_not_suspended")


class TestRevoke:
    def test_it_has_ended_and_nobody_is_warned_of_its_end_any_more(
        self, investigation: Harness, approval: dict[str, Any]
    ) -> None:
        revoked = investigation.do("revoke_approval", approval_id=approval["id"], body=WHY, actor="dora")
        assert revoked["state"] == "revoked"
        named = {"approval_id": approval["id"], "home_id": approval["home_id"]}
        assert investigation.recorded(APPROVAL_REVOKED) == [{**named, "on": date(2026, 5, 2)}]
        assert investigation.pass_time(datetime(2029, 1, 1, tzinfo=UTC)) == []

    def test_it_is_no_deadline_any_more(self, investigation: Harness, approval: dict[str, Any]) -> None:
        asked = {"query": {"kind": "approval_expires"}}
        assert investigation.do("list_deadlines", roles=["decider"], **asked)["total"] == 1
        investigation.do("revoke_approval", approval_id=approval["id"], body=WHY)
        assert investigation.do("list_deadlines", roles=["decider"], **asked)["total"] == 0

    def test_it_does_not_come_back(self, investigation: Harness, approval: dict[str, Any]) -> None:
        investigation.do("revoke_approval", approval_id=approval["id"], body=WHY)
        for what in ("suspend_approval", "reinstate_approval", "revoke_approval"):
            assert investigation.code(what, approval_id=approval["id"], body=WHY) == (409, "approval_ended")

    def test_another_approval_of_the_home_stands(self, investigation: Harness, approved: dict[str, Any]) -> None:
        again = make_ready(investigation, open_one(investigation, home_id=approved["home_id"]))
        approve(investigation, again, assignments=["contact_family"])
        first, second = investigation.do("list_approvals")["items"]
        investigation.do("revoke_approval", approval_id=first["id"], body=WHY)
        assert investigation.do("get_approval", approval_id=second["id"])["state"] == "valid"
