"""R11, R15: while a register's outcome has run out since its approval, a home takes nobody more (SoF 2025:468, 3:3)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from tests.services.investigation.conftest import CLEAR, REJECTION, approve, make_ready, open_one
from tests.services.investigation.test_rechecks import investigations, night

LAST_EVENING = datetime(2026, 11, 1, 22, 59, tzinfo=UTC)  #: the checks are good until 1 November
RUN_OUT = datetime(2026, 11, 1, 23, 0, tzinfo=UTC)  #: midnight in Sweden
FRESH = {**CLEAR, "checked_on": "2026-11-01"}


def state(harness: Harness) -> str:
    return str(harness.do("list_approvals")["items"][0]["state"])


def told(harness: Harness) -> list[bool]:
    """Whether the home waits, as often as the others were told of it."""
    return [one["approvals_wait"] for one in harness.recorded(HOME_CHANGED)]


def look_up(harness: Harness, opened: dict[str, Any], **said: str) -> None:
    """Ivar asks every register of an investigation."""
    for one in opened["register_checks"]:
        which = {"investigation_id": opened["id"], "check_id": one["id"], "if_match": "*", "actor": "ivar"}
        harness.do("record_register_check", body={**FRESH, **said}, **which)


def decide(harness: Harness, opened: dict[str, Any], outcome: str = "approve") -> dict[str, Any]:
    """Ivar proposes, and Dora decides."""
    proposal = REJECTION if outcome == "reject" else {"outcome": outcome}
    harness.do("propose_decision", investigation_id=opened["id"], body=proposal, actor="ivar")
    body = {"outcome": outcome, "reasons": "What the registers say."}
    return harness.do("decide_investigation", investigation_id=opened["id"], body=body, actor="dora")


class TestAnApprovedHome:
    def test_takes_nobody_more_from_the_day_after_the_last_one_of_a_check(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        night(investigation, LAST_EVENING)
        assert state(investigation) == "valid"
        before = told(investigation)
        night(investigation, RUN_OUT)
        file = investigation.do("get_home_file", home_id=approved["home_id"])
        assert (state(investigation), file["checks_expired"], file["approvals_wait"]) == ("waiting", True, True)
        assert told(investigation) == [*before, True]

    def test_is_told_of_once(self, investigation: Harness, approved: dict[str, Any]) -> None:
        night(investigation, RUN_OUT)
        before = told(investigation)
        night(investigation, datetime(2026, 11, 2, 23, tzinfo=UTC))
        assert told(investigation) == before

    def test_takes_somebody_again_as_soon_as_a_recheck_is_decided(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        night(investigation, LAST_EVENING)
        night(investigation, RUN_OUT)
        again = investigations(investigation, approved["home_id"])[-1]
        look_up(investigation, again)
        assert (again["kind"], state(investigation)) == ("recheck", "waiting")  # nobody has decided yet
        night(investigation, datetime(2026, 11, 2, 23, tzinfo=UTC))
        assert state(investigation) == "waiting"
        decide(investigation, again)
        assert (state(investigation), told(investigation)[-1]) == ("valid", False)

    def test_waits_still_when_the_recheck_was_broken_off(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        night(investigation, RUN_OUT)
        again = investigations(investigation, approved["home_id"])[-1]
        look_up(investigation, again)
        said = {"by": "family", "reason": "They are away."}
        investigation.do("break_off_investigation", investigation_id=again["id"], body=said)
        night(investigation, datetime(2026, 11, 2, 23, tzinfo=UTC))
        assert state(investigation) == "waiting"
        kinds = [one["kind"] for one in investigations(investigation, approved["home_id"])]
        assert kinds == ["application", "recheck", "recheck"]

    def test_waits_whatever_was_found_for_an_application_that_came_to_nothing(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        other = open_one(investigation, home_id=approved["home_id"])
        investigation.now = datetime(2026, 10, 20, 9, tzinfo=UTC)
        look_up(investigation, other, checked_on="2026-10-20")
        decide(investigation, other, "reject")
        night(investigation, RUN_OUT)
        assert state(investigation) == "waiting"

    def test_that_was_suspended_waits_once_the_suspension_is_over(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        which = {"approval_id": approval["id"], "actor": "dora"}
        investigation.do("suspend_approval", body={"reason": "A concern."}, **which)
        night(investigation, RUN_OUT)
        assert state(investigation) == "suspended"
        assert investigation.do("reinstate_approval", body={"reason": "None."}, **which)["state"] == "waiting"

    def test_whose_recheck_was_refused_and_the_suspension_taken_back_does_not_wait(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        night(investigation, RUN_OUT)
        again = investigations(investigation, approved["home_id"])[-1]
        look_up(investigation, again, status="remark", assessment="A fine for speeding.")
        decide(investigation, again, "reject")
        assert (state(investigation), told(investigation)[-1]) == ("suspended", False)
        body = {"reason": "It was somebody else."}
        back = investigation.do("reinstate_approval", approval_id=approval["id"], body=body, actor="dora")
        assert back["state"] == "valid"

    def test_takes_somebody_again_when_the_one_whose_check_has_run_out_has_moved_out(
        self, investigation: Harness
    ) -> None:
        ready = make_ready(investigation, open_one(investigation))
        _, bo = (one["id"] for one in ready["adults"])
        older = {**ready, "register_checks": [one for one in ready["register_checks"] if one["adult_id"] == bo]}
        look_up(investigation, older, checked_on="2026-04-01")
        home_id = approve(investigation, ready)["home_id"]
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        assert state(investigation) == "waiting"
        gone = {"adults": [{"id": bo, "moved_out_on": "2026-10-02"}]}
        investigation.do("amend_home_file", home_id=home_id, body=gone, if_match="*")
        night(investigation, datetime(2026, 10, 3, 3, tzinfo=UTC))
        assert (state(investigation), told(investigation)[-1]) == ("valid", False)

    def test_is_not_kept_open_by_what_was_found_about_a_number_that_was_wrong(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        investigation.now = datetime(2026, 5, 3, 9, tzinfo=UTC)
        right = {"id": approved["adults"][1]["id"], "personal_number": "189001019836"}
        home = {"home_id": approved["home_id"], "body": {"adults": [right]}, "if_match": "*"}
        investigation.do("amend_home_file", **home)
        renewal = investigations(investigation, approved["home_id"])[-1]
        look_up(investigation, renewal, checked_on="2026-04-20")
        decide(investigation, renewal)
        assert state(investigation) == "valid"
        night(investigation, datetime(2026, 10, 20, 23, tzinfo=UTC))
        assert state(investigation) == "waiting"

    def test_whose_approval_has_ended_is_left_as_it_is(self, investigation: Harness, approved: dict[str, Any]) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        investigation.do("revoke_approval", approval_id=approval["id"], body={"reason": "So."})
        before = investigation.do("get_home_file", home_id=approved["home_id"])
        night(investigation, RUN_OUT)
        assert investigation.do("get_home_file", home_id=approved["home_id"]) == before


def test_a_home_that_stood_empty_for_years_is_looked_up_before_its_first_child_comes(investigation: Harness) -> None:
    investigation.tenant = investigation.new_tenant(recheck_homes="used")
    ready = make_ready(investigation, open_one(investigation))
    home_id = approve(investigation, ready, valid_until="2031-05-01")["home_id"]
    night(investigation, datetime(2029, 5, 1, 3, tzinfo=UTC))
    again = investigations(investigation, home_id)[-1]
    assert (state(investigation), again["kind"], len(again["register_checks"])) == ("waiting", "recheck", 10)
    look_up(investigation, again, checked_on="2029-05-01")
    decide(investigation, again)
    assert state(investigation) == "valid"


@pytest.mark.parametrize("then", [datetime(2026, 10, 31, 23, tzinfo=UTC), RUN_OUT])
def test_where_only_homes_in_use_are_looked_ahead_to_an_empty_one_is_once_a_check_has_run_out(
    investigation: Harness, then: datetime
) -> None:
    investigation.tenant = investigation.new_tenant(recheck_homes="used")
    home_id = approve(investigation, make_ready(investigation, open_one(investigation)))["home_id"]
    night(investigation, then)
    kinds = [one["kind"] for one in investigations(investigation, home_id)]
    assert kinds == (["application", "recheck"] if then == RUN_OUT else ["application"])
