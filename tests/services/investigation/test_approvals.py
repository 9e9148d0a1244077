"""Approvals end by themselves, and are warned of before."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.events import APPROVAL_EXPIRED, APPROVAL_EXPIRING
from services.kernel.testing import Harness
from tests.services.investigation.conftest import a_proposal, make_ready, open_one


class TestExpiry:
    def test_its_end_is_warned_of_twice_and_then_recorded(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        ending = {
            "approval_id": approval["id"],
            "home_id": approved["home_id"],
            "valid_until": date(2028, 5, 31),
        }
        assert investigation.pass_time(datetime(2028, 3, 31, 5, 59, tzinfo=UTC)) == []
        assert investigation.pass_time(datetime(2028, 3, 31, 6, tzinfo=UTC)) == ["approval_expiring"]
        assert investigation.pass_time(datetime(2028, 5, 17, 6, tzinfo=UTC)) == ["approval_expiring"]
        assert investigation.recorded(APPROVAL_EXPIRING) == [
            {**ending, "days_before": 60},
            {**ending, "days_before": 14},
        ]
        assert investigation.pass_time(datetime(2028, 5, 31, 21, 59, tzinfo=UTC)) == []
        assert investigation.pass_time(datetime(2028, 5, 31, 22, tzinfo=UTC)) == ["approval_expired"]
        assert investigation.recorded(APPROVAL_EXPIRED) == [ending]
        assert investigation.pass_time(datetime(2030, 1, 1, tzinfo=UTC)) == []

    def test_a_rejection_has_no_end(self, investigation: Harness) -> None:
        opened = open_one(investigation)
        which = {"investigation_id": opened["id"]}
        investigation.do("propose_decision", body={"outcome": "reject", "reasons": "Too small."}, actor="ivar", **which)
        investigation.do("decide_investigation", body={"outcome": "reject", "reasons": "So."}, actor="dora", **which)
        assert investigation.pass_time(datetime(2032, 1, 1, tzinfo=UTC)) == []


class TestListApprovals:
    def test_they_are_listed_with_their_state(self, investigation: Harness, approved: dict[str, Any]) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        assert {name: value for name, value in approval.items() if name != "id"} == {
            "home_id": approved["home_id"],
            "investigation_id": approved["id"],
            "assignments": ["family_home"],
            "age_from": 0,
            "age_to": 12,
            "places": 2,
            "decided_on": "2026-05-02",
            "valid_until": "2028-05-31",
            "state": "valid",
        }
        investigation.now = datetime(2028, 5, 31, 21, 59, tzinfo=UTC)
        assert investigation.do("list_approvals")["items"][0]["state"] == "valid"
        investigation.now = datetime(2028, 5, 31, 22, tzinfo=UTC)
        assert investigation.do("list_approvals")["items"][0]["state"] == "expired"

    def test_those_that_end_first_come_first(self, investigation: Harness, approved: dict[str, Any]) -> None:
        second = make_ready(investigation, open_one(investigation))
        which = {"investigation_id": second["id"]}
        investigation.do("propose_decision", body=a_proposal(valid_until="2027-01-31"), actor="ivar", **which)
        investigation.do("decide_investigation", body={"outcome": "approve", "reasons": ""}, actor="dora", **which)
        listed = investigation.do("list_approvals")["items"]
        assert [item["valid_until"] for item in listed] == ["2027-01-31", "2028-05-31"]

    @pytest.mark.parametrize(
        ("now", "expiring_before", "count"),
        [
            (datetime(2028, 5, 1, tzinfo=UTC), "2028-05-31", 0),
            (datetime(2028, 5, 1, tzinfo=UTC), "2028-06-01", 1),
            (datetime(2028, 6, 1, tzinfo=UTC), "2028-06-30", 0),
        ],
    )
    def test_those_that_end_before_a_day_are_found(
        self, investigation: Harness, approved: dict[str, Any], now: datetime, expiring_before: str, count: int
    ) -> None:
        investigation.now = now
        assert investigation.do("list_approvals", query={"expiring_before": expiring_before})["total"] == count

    def test_one_that_was_revoked_ends_no_more(self, investigation: Harness, approved: dict[str, Any]) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        soon = {"expiring_before": "2028-06-01"}
        assert investigation.do("list_approvals", query=soon)["total"] == 1
        investigation.do("revoke_approval", approval_id=approval["id"], body={"reason": "So."}, actor="dora")
        assert investigation.do("list_approvals", query=soon)["total"] == 0
