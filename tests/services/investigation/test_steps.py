"""R12: the steps of an investigation, which of them a municipality asks for, and who they are of."""

from typing import Any

import psycopg
import pytest

from services.kernel.testing import Harness
from tests.services.investigation.conftest import INTERVIEW, VISIT, a_reference, open_one


def codes(investigation: dict[str, Any]) -> list[str]:
    return [one["code"] for one in investigation["blockers"]]


def steps_missing(investigation: dict[str, Any]) -> list[str]:
    return [code for code in codes(investigation) if code.endswith("_missing") and "register" not in code]


def meet(harness: Harness, opened: dict[str, Any], body: dict[str, Any], **call: Any) -> dict[str, Any]:
    return harness.do("record_meeting", investigation_id=opened["id"], body=body, actor="ivar", **call)


class TestMeetings:
    def test_what_is_missing_stands_in_words_until_it_is_held(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        assert steps_missing(opened) == ["home_visit_missing"] + ["interview_missing"] * 2 + ["reference_missing"] * 2
        assert "The home has not been visited." in [one["detail"] for one in opened["blockers"]]
        left = ["interview_missing"] * 2 + ["reference_missing"] * 2
        assert steps_missing(meet(investigation, opened, VISIT)) == left

    def test_it_says_who_when_where_and_with_whom(self, investigation: Harness, opened: dict[str, Any]) -> None:
        anna = opened["adults"][0]["id"]
        body = {**INTERVIEW, "step": "interview_apart", "adult_ids": [anna], "present": ["Ida"], "place": "Office"}
        (meeting,) = meet(investigation, opened, body)["meetings"]
        assert meeting == {**body, "id": meeting["id"], "recorded_by": "ivar"}

    def test_an_interview_counts_for_those_who_took_part(self, investigation: Harness, opened: dict[str, Any]) -> None:
        anna, bo = (adult["id"] for adult in opened["adults"])
        met = meet(investigation, opened, {**INTERVIEW, "adult_ids": [anna]})
        missing = [one["detail"] for one in met["blockers"] if one["code"] == "interview_missing"]
        assert missing == [f"Adult {bo} has not been interviewed."]

    def test_a_contact_person_is_not_visited(self, investigation: Harness) -> None:
        opened = open_one(investigation, assignments=["contact_person"])
        assert "home_visit_missing" not in codes(opened)
        assert codes(opened).count("reference_missing") == 2

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"held_on": "2026-05-03"}, "/held_on"),
            ({"step": "party"}, "/step"),
            ({"adult_ids": ["nobody"]}, "/adult_ids/0"),
        ],
    )
    def test_wrong_input_is_pointed_at_and_changes_nothing(
        self, investigation: Harness, opened: dict[str, Any], wrong: dict[str, Any], pointer: str
    ) -> None:
        fault = investigation.refusal("record_meeting", investigation_id=opened["id"], body={**VISIT, **wrong})
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, [pointer])
        assert investigation.do("get_investigation", investigation_id=opened["id"]) == opened

    def test_what_was_said_lies_nowhere_in_clear(self, investigation: Harness, opened: dict[str, Any]) -> None:
        meet(investigation, opened, VISIT)
        reference = a_reference(opened["adults"][0]["id"])
        investigation.do("record_reference", investigation_id=opened["id"], body=reference)
        with psycopg.connect(investigation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (investigation.tenant,))
            query = "select t::text from meeting t union all select r::text from given_reference r"
            written = "".join(row[0] for row in connection.execute(query).fetchall())
        assert opened["id"] in written
        for secret in ("Calm", "At home", "Gunilla", "Patient"):
            assert secret not in written

    def test_nothing_is_noted_while_a_proposal_waits(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        call = {"investigation_id": proposed["id"], "body": VISIT}
        assert investigation.code("record_meeting", **call) == (409, "investigation_not_open")

    def test_only_an_investigator_notes(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = {"investigation_id": opened["id"], "body": VISIT, "roles": ["decider"]}
        assert investigation.code("record_meeting", **call) == (403, "missing_role")

    def test_the_same_key_twice_notes_once(self, investigation: Harness, opened: dict[str, Any]) -> None:
        for _ in range(2):
            noted = meet(investigation, opened, VISIT, idempotency_key="k")
        assert len(noted["meetings"]) == 1

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = {"investigation_id": opened["id"], "body": VISIT, "tenant": investigation.new_tenant()}
        assert investigation.code("record_meeting", **call) == (404, "not_found")


class TestWhoHasLeft:
    @pytest.fixture
    def without_bo(self, investigation: Harness, opened: dict[str, Any]) -> dict[str, Any]:
        """Bo has moved out."""
        gone = {"id": opened["adults"][1]["id"], "moved_out_on": "2026-05-01"}
        call = {"home_id": opened["home_id"], "if_match": "*"}
        investigation.do("amend_home_file", body={"adults": [gone]}, **call)
        return opened

    def test_no_check_of_somebody_who_has_left_is_recorded(
        self, investigation: Harness, without_bo: dict[str, Any]
    ) -> None:
        bo = without_bo["adults"][1]["id"]
        check = next(one for one in without_bo["register_checks"] if one["adult_id"] == bo)
        body = {"status": "clear", "checked_on": "2026-05-01"}
        call = {"investigation_id": without_bo["id"], "check_id": check["id"], "body": body, "if_match": "*"}
        assert investigation.code("record_register_check", **call) == (409, "adult_has_left")

    def test_nor_a_reference_on_them(self, investigation: Harness, without_bo: dict[str, Any]) -> None:
        call = {"investigation_id": without_bo["id"], "body": a_reference(without_bo["adults"][1]["id"])}
        assert investigation.code("record_reference", **call) == (409, "adult_has_left")


SAID = {"steps": ["children_heard", "home_visit"], "reason": "The board's decision."}


class TestRequiredSteps:
    def test_a_municipality_says_which_steps_it_asks_for(self, investigation: Harness, opened: dict[str, Any]) -> None:
        for assignment in ("family_home", "emergency_home"):
            investigation.do("set_required_steps", assignment=assignment, body=SAID, if_none_match=True)
        read = investigation.do("get_investigation", investigation_id=opened["id"])
        assert steps_missing(read) == ["home_visit_missing", "step_missing"]
        met = meet(investigation, opened, {**VISIT, "step": "children_heard"})
        assert steps_missing(met) == ["home_visit_missing"]

    def test_what_was_asked_for_before_is_kept(self, investigation: Harness) -> None:
        call = {"assignment": "family_home", "actor": "admin"}
        investigation.do("set_required_steps", body=SAID, if_none_match=True, **call)
        etag = investigation.etag("get_required_steps", assignment="family_home")
        second = {"steps": ["home_visit"], "reason": "Too much."}
        changed = investigation.do("set_required_steps", body=second, if_match=etag, **call)
        assert (changed["steps"], changed["reason"]) == (["home_visit"], "Too much.")
        assert [(one["steps"], one["changed_by"]) for one in changed["history"]] == [
            (["children_heard", "home_visit"], "admin")
        ]
        assert investigation.code("set_required_steps", body=second, if_match=etag, **call) == (412, "stale")
        again = investigation.code("set_required_steps", body=second, if_none_match=True, **call)
        assert again == (412, "already_exists")

    def test_where_nobody_has_said_anything_the_usual_ones_are(self, investigation: Harness) -> None:
        items = {one["assignment"]: one for one in investigation.do("list_required_steps")["items"]}
        assert items["contact_person"]["steps"] == ["interview", "reference"]
        assert items["family_home"]["steps"] == ["home_visit", "interview", "reference"]
        assert (items["family_home"]["changed_by"], items["family_home"]["history"]) == (None, [])

    def test_only_an_administrator_says_so_and_of_assignments_only(self, investigation: Harness) -> None:
        call = {"body": SAID, "if_none_match": True}
        assert investigation.code("set_required_steps", assignment="palace", **call) == (404, "not_found")
        refused = investigation.code("set_required_steps", assignment="family_home", roles=["investigator"], **call)
        assert refused == (403, "missing_role")
