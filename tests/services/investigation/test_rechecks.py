"""R15: homes are looked up again in time, and one that has moved is visited before it takes anybody more."""

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import APPROVAL_SUSPENDED, HOME_CHANGED
from services.investigation.investigations.rechecks import LOOK_FOR_RECHECKS
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.placement.contract.events import CARE_CONSIDERED, PLACEMENT_ENDED, PLACEMENT_STARTED, PLACEMENT_WEEDED
from tests.services.investigation.conftest import CLEAR, REJECTION, VISIT, a_start, approve, make_ready, open_one

HERE = {"street": "Nygatan 2", "postcode": "70210", "locality": "Örebro"}
CHILD = "201701012393"
THERE = {"street": "Storgatan 9", "postcode": "70211", "locality": "Örebro"}


def night(harness: Harness, now: datetime, *, tenant: str | None = None) -> list[str]:
    """A night passes, with what it looks for."""
    slug = tenant or harness.tenant
    with harness.database.unit(Context(tenant=slug, actor="", request_id="", deadline=0), now=now) as unit:
        unit.plan(LOOK_FOR_RECHECKS, at=now)
        unit.commit()
    return harness.pass_time(now, tenant=slug)


def investigations(harness: Harness, home_id: str, **call: Any) -> list[dict[str, Any]]:
    """Of a home, the first one first."""
    items = harness.do("list_investigations", page={"limit": "100"}, **call)["items"]
    found = [one["id"] for one in items if one["home_id"] == home_id]
    return [harness.do("get_investigation", investigation_id=one, **call) for one in found]


class TestBeforeAnOutcomeGrowsOld:
    def test_an_approved_home_is_looked_up_again_a_month_before(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        night(investigation, datetime(2026, 10, 1, 3, tzinfo=UTC))  # the checks are good until 1 November
        assert len(investigations(investigation, approved["home_id"])) == 1
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        _, again = investigations(investigation, approved["home_id"])
        assert (again["kind"], again["status"], again["assignments"]) == ("recheck", "open", ["family_home"])
        assert [one["status"] for one in again["register_checks"]] == ["pending"] * 10
        assert {one["code"] for one in again["blockers"]} == {"register_check_missing"}
        assert investigation.do("list_approvals")["items"][0]["state"] == "valid"

    def test_by_when_it_is_to_be_done_is_a_deadline(self, investigation: Harness, approved: dict[str, Any]) -> None:
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        again = investigations(investigation, approved["home_id"])[-1]
        deadlines = investigation.do("list_deadlines", roles=["decider"], query={"kind": "register_check_expires"})
        assert deadlines["total"] == 10
        assert {(one["due_on"], one["subject"]["id"]) for one in deadlines["items"]} == {("2026-11-01", again["id"])}

    @pytest.mark.parametrize("status", ["failed", "clear"])
    def test_it_is_until_it_is_decided_whatever_a_register_has_answered(
        self, investigation: Harness, approved: dict[str, Any], status: str
    ) -> None:
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        again = investigations(investigation, approved["home_id"])[-1]
        which = {"investigation_id": again["id"], "if_match": "*", "actor": "ivar"}
        body = {"status": status, "checked_on": "2026-10-02", "assessment": ""}
        for one in again["register_checks"][:3]:
            read = investigation.do("record_register_check", check_id=one["id"], body=body, **which)
        kept = None if status == "failed" else "2027-04-02"
        found = {(one["due_on"], one["valid_until"]) for one in read["register_checks"]}
        assert found == {("2026-11-01", None), ("2026-11-01", kept)}
        deadlines = investigation.do("list_deadlines", roles=["decider"], query={"kind": "register_check_expires"})
        assert [one["due_on"] for one in deadlines["items"]] == ["2026-11-01"] * 10
        (shown,) = investigation.do("view_open_investigations")["items"]
        assert shown["checks_missing"] == (10 if status == "failed" else 7)

    def test_the_next_night_opens_no_second_one(self, investigation: Harness, approved: dict[str, Any]) -> None:
        for day in (2, 3, 4):
            night(investigation, datetime(2026, 10, day, 3, tzinfo=UTC))
        assert len(investigations(investigation, approved["home_id"])) == 2

    def test_made_anew_and_decided_the_home_is_good_for_another_half_year(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        again = investigations(investigation, approved["home_id"])[-1]
        which = {"investigation_id": again["id"], "actor": "ivar"}
        for one in again["register_checks"]:
            body = {**CLEAR, "checked_on": "2026-10-01"}
            investigation.do("record_register_check", check_id=one["id"], body=body, if_match="*", **which)
        investigation.do("propose_decision", body={"outcome": "approve"}, **which)
        decision = {"outcome": "approve", "reasons": ""}
        decided = investigation.do("decide_investigation", investigation_id=again["id"], body=decision, actor="dora")
        assert decided["status"] == "approved"
        assert investigation.do("list_approvals")["total"] == 1
        night(investigation, datetime(2026, 10, 3, 3, tzinfo=UTC))
        assert len(investigations(investigation, approved["home_id"])) == 2
        night(investigation, datetime(2027, 3, 2, 4, tzinfo=UTC))  # good until 1 April
        assert len(investigations(investigation, approved["home_id"])) == 3

    def test_rejected_it_suspends_what_the_home_is_approved_for_at_once(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        which = {"investigation_id": investigations(investigation, approved["home_id"])[-1]["id"]}
        investigation.now = datetime(2026, 10, 5, 9, tzinfo=UTC)
        investigation.do("propose_decision", body=REJECTION, actor="ivar", **which)
        assert investigation.do("get_approval", approval_id=approval["id"])["state"] == "valid"
        decision = {"outcome": "reject", "reasons": "What the police's register says."}
        investigation.do("decide_investigation", body=decision, actor="dora", **which)
        found = investigation.do("get_approval", approval_id=approval["id"])
        (change,) = found["changes"]
        assert (found["state"], change["reasons"], change["decided_by"]) == ("suspended", decision["reasons"], "dora")
        named = {"approval_id": approval["id"], "home_id": approved["home_id"]}
        assert investigation.recorded(APPROVAL_SUSPENDED) == [{**named, "on": date(2026, 10, 5)}]
        again = {"reason": "It was somebody else."}
        back = investigation.do("reinstate_approval", approval_id=approval["id"], body=again, actor="dora")
        assert back["state"] == "valid"

    def test_returned_or_of_an_approval_that_is_suspended_already_it_suspends_nothing_more(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        which = {"investigation_id": investigations(investigation, approved["home_id"])[-1]["id"]}
        investigation.do("propose_decision", body=REJECTION, actor="ivar", **which)
        investigation.do("decide_investigation", body={"outcome": "return", "reasons": ""}, actor="dora", **which)
        assert investigation.recorded(APPROVAL_SUSPENDED) == []
        investigation.do("suspend_approval", approval_id=approval["id"], body={"reason": "Violence."})
        investigation.do("propose_decision", body=REJECTION, actor="ivar", **which)
        investigation.do("decide_investigation", body=REJECTION, actor="dora", **which)
        assert len(investigation.recorded(APPROVAL_SUSPENDED)) == 1

    def test_a_register_that_gave_no_answer_is_not_good_for_half_a_year(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        again = investigations(investigation, approved["home_id"])[-1]
        which = {"investigation_id": again["id"], "actor": "ivar"}
        failed = {"status": "failed", "checked_on": "2026-10-02", "assessment": ""}
        for one in again["register_checks"]:
            for _ in range(2):  # what failed before is kept
                investigation.do("record_register_check", check_id=one["id"], body=failed, if_match="*", **which)
        investigation.do("break_off_investigation", body={"by": "family", "reason": "They are away."}, **which)
        night(investigation, datetime(2026, 10, 3, 3, tzinfo=UTC))
        kinds = [one["kind"] for one in investigations(investigation, approved["home_id"])]
        assert kinds == ["application", "recheck", "recheck"]

    @pytest.mark.parametrize("ended", ["revoked", "expired"])
    def test_a_home_whose_approval_has_ended_is_not(
        self, investigation: Harness, approved: dict[str, Any], ended: str
    ) -> None:
        (approval,) = investigation.do("list_approvals")["items"]
        if ended == "revoked":
            investigation.do("revoke_approval", approval_id=approval["id"], body={"reason": "So."})
        now = datetime(2026, 10, 2, 3, tzinfo=UTC) if ended == "revoked" else datetime(2028, 6, 2, 3, tzinfo=UTC)
        night(investigation, now)
        assert len(investigations(investigation, approved["home_id"])) == 1

    def test_a_home_that_somebody_looks_at_already_is_not(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        open_one(investigation, home_id=approved["home_id"])
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        kinds = [one["kind"] for one in investigations(investigation, approved["home_id"])]
        assert kinds == ["application", "application"]

    def test_a_municipality_may_look_to_homes_in_use_only(self, investigation: Harness) -> None:
        tenant = investigation.new_tenant(recheck_homes="used")
        investigation.tenant = tenant
        home_id = approve(investigation, make_ready(investigation, open_one(investigation)))["home_id"]
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        assert len(investigations(investigation, home_id)) == 1
        start = a_start(home_id, assignment="contact_family")
        investigation.react(PLACEMENT_STARTED, start)
        night(investigation, datetime(2026, 10, 3, 3, tzinfo=UTC))
        assert len(investigations(investigation, home_id)) == 2


class TestAHomeThatIsLookedAtAlready:
    LODGER = {
        "given_name": "Cecilia",
        "family_name": "Carlsson",
        "personal_number": "189001019828",
        "relation": "lodger",
    }

    def deadlines(self, harness: Harness) -> list[tuple[str, str]]:
        """By when which investigation is to be decided."""
        query = {"kind": "register_check_expires"}
        items = harness.do("list_deadlines", roles=["decider"], query=query)["items"]
        return [(one["due_on"], one["subject"]["id"]) for one in items]

    def test_by_an_application_has_it_by_the_day_of_a_recheck(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        again = open_one(investigation, home_id=approved["home_id"])
        night(investigation, datetime(2026, 10, 1, 3, tzinfo=UTC))
        assert self.deadlines(investigation) == []
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        assert self.deadlines(investigation) == [("2026-11-01", again["id"])] * 10
        (shown,) = investigation.do("view_open_investigations")["items"]
        assert (shown["id"], shown["checks_missing"]) == (again["id"], 10)

    def test_is_told_the_day_once(self, investigation: Harness, approved: dict[str, Any]) -> None:
        again = open_one(investigation, home_id=approved["home_id"])
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        etag = investigation.etag("get_investigation", investigation_id=again["id"])
        night(investigation, datetime(2026, 10, 3, 3, tzinfo=UTC))
        assert investigation.etag("get_investigation", investigation_id=again["id"]) == etag

    def test_by_two_applications_has_it_in_the_first(self, investigation: Harness, approved: dict[str, Any]) -> None:
        first, _ = (open_one(investigation, home_id=approved["home_id"]) for _ in range(2))
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        assert {subject for _, subject in self.deadlines(investigation)} == {first["id"]}

    def test_has_no_day_for_whoever_has_come_since(self, investigation: Harness, approved: dict[str, Any]) -> None:
        again = open_one(investigation, home_id=approved["home_id"])
        body = {"adults": [self.LODGER]}
        investigation.do("amend_home_file", home_id=approved["home_id"], body=body, if_match="*")
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        read = investigation.do("get_investigation", investigation_id=again["id"])
        known = {one["id"] for one in approved["adults"]}
        due = {(one["adult_id"] in known, one["due_on"]) for one in read["register_checks"]}
        assert due == {(True, "2026-11-01"), (False, None)}

    def test_is_looked_up_again_once_the_application_has_come_to_nothing(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        again = open_one(investigation, home_id=approved["home_id"])
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        said = {"by": "family", "reason": "They have thought of it again."}
        investigation.do("break_off_investigation", investigation_id=again["id"], body=said)
        night(investigation, datetime(2026, 10, 3, 3, tzinfo=UTC))
        recheck = investigations(investigation, approved["home_id"])[-1]
        assert recheck["kind"] == "recheck"
        assert self.deadlines(investigation) == [("2026-11-01", recheck["id"])] * 10

    @pytest.mark.parametrize("changed", ["an adult", "the address"])
    def test_by_a_renewal_is_looked_up_again_beside_it(
        self, investigation: Harness, approved: dict[str, Any], changed: str
    ) -> None:
        bodies = [{"adults": [self.LODGER]}] if changed == "an adult" else [{"address": HERE}, {"address": THERE}]
        for body in bodies:
            investigation.do("amend_home_file", home_id=approved["home_id"], body=body, if_match="*")
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))
        first, renewal, recheck = investigations(investigation, approved["home_id"])
        assert (renewal["kind"], recheck["kind"]) == ("renewal", "recheck")
        asked = {one["adult_id"] for one in recheck["register_checks"]}
        assert asked == {one["id"] for one in first["adults"]}  # who has come is the renewal's
        assert self.deadlines(investigation) == [("2026-11-01", recheck["id"])] * 10


class TestBeforeAConsideration:
    @pytest.fixture
    def home_id(self, investigation: Harness) -> str:
        """A home whose checks are good for two years."""
        investigation.tenant = investigation.new_tenant(register_check_months=24)
        return str(approve(investigation, make_ready(investigation, open_one(investigation)))["home_id"])

    def test_of_a_placed_childs_care_the_police_are_asked_again(self, investigation: Harness, home_id: str) -> None:
        investigation.react(PLACEMENT_STARTED, a_start(home_id))  # since 1 June
        night(investigation, datetime(2026, 10, 31, 4, tzinfo=UTC))
        assert len(investigations(investigation, home_id)) == 1
        night(investigation, datetime(2026, 11, 1, 4, tzinfo=UTC))
        again = investigations(investigation, home_id)[-1]
        assert again["kind"] == "recheck"
        assert [one["register"] for one in again["register_checks"]] == ["police", "police"]
        assert [one["code"] for one in again["blockers"]] == ["register_check_missing"] * 2

    def test_it_is_counted_from_the_last_consideration(self, investigation: Harness, home_id: str) -> None:
        start = a_start(home_id)  # since 1 June
        investigation.react(PLACEMENT_STARTED, start)
        considered = {**start, "considered_on": date(2026, 8, 1)}
        investigation.react(CARE_CONSIDERED, considered)
        night(investigation, datetime(2026, 11, 1, 4, tzinfo=UTC))
        assert len(investigations(investigation, home_id)) == 1
        night(investigation, datetime(2027, 1, 2, 4, tzinfo=UTC))  # a month before 1 February
        assert len(investigations(investigation, home_id)) == 2

    def test_a_child_that_moves_from_one_home_to_another_keeps_its_rhythm(
        self, investigation: Harness, home_id: str
    ) -> None:
        other = approve(investigation, make_ready(investigation, open_one(investigation)))["home_id"]
        first = a_start(home_id, personal_number=CHILD)  # since 1 June
        investigation.react(PLACEMENT_STARTED, first)
        investigation.react(PLACEMENT_ENDED, {**first, "ends_on": date(2026, 9, 14)})
        investigation.react(PLACEMENT_STARTED, a_start(other, personal_number=CHILD, starts_on=date(2026, 9, 15)))
        night(investigation, datetime(2026, 11, 1, 4, tzinfo=UTC))  # a month before 1 December
        assert len(investigations(investigation, home_id)) == 1
        assert [one["kind"] for one in investigations(investigation, other)] == ["application", "recheck"]

    def test_who_was_placed_is_forgotten_with_the_childs_file(self, investigation: Harness, home_id: str) -> None:
        start = a_start(home_id, personal_number=CHILD)
        investigation.react(PLACEMENT_STARTED, start)

        def known() -> list[bool]:
            with psycopg.connect(investigation.owner_url) as db:
                db.execute("select set_config('hemvist.tenant', %s, true)", (investigation.tenant,))
                return [row[0] for row in db.execute("select person is not null from home_use").fetchall()]

        assert known() == [True]
        investigation.react(PLACEMENT_WEEDED, start)
        assert known() == [False]

    def test_when_the_child_has_left_nobody_is(self, investigation: Harness, home_id: str) -> None:
        start = a_start(home_id)
        investigation.react(PLACEMENT_STARTED, start)
        investigation.react(PLACEMENT_ENDED, {**start, "ends_on": datetime(2026, 9, 1, tzinfo=UTC).date()})
        night(investigation, datetime(2026, 11, 1, 4, tzinfo=UTC))
        assert len(investigations(investigation, home_id)) == 1


class TestMoves:
    def amend(self, harness: Harness, home_id: str, **body: Any) -> dict[str, Any]:
        return harness.do("amend_home_file", home_id=home_id, body=body, if_match="*")

    @pytest.fixture
    def home_id(self, investigation: Harness) -> str:
        """An approved home at Nygatan."""
        return str(approve(investigation, make_ready(investigation, open_one(investigation, address=HERE)))["home_id"])

    def test_an_approved_home_that_has_moved_waits_until_it_has_been_visited(
        self, investigation: Harness, home_id: str
    ) -> None:
        moved = self.amend(investigation, home_id, address=THERE)
        assert (moved["approvals_wait"], moved["visit_due"]) == (True, True)
        assert investigation.recorded(HOME_CHANGED)[-1]["approvals_wait"] is True
        assert investigation.do("list_approvals")["items"][0]["state"] == "waiting"
        renewal = investigations(investigation, home_id)[-1]
        assert (renewal["kind"], renewal["register_checks"]) == ("renewal", [])
        assert [one["code"] for one in renewal["blockers"]] == ["home_visit_missing"]

        which = {"investigation_id": renewal["id"], "actor": "ivar"}
        before = {**VISIT, "held_on": "2026-05-01"}  # where it was then
        read = investigation.do("record_meeting", body=before, **which)
        assert [one["code"] for one in read["blockers"]] == ["home_visit_missing"]
        read = investigation.do("record_meeting", body={**VISIT, "held_on": "2026-05-02"}, **which)
        assert read["blockers"] == []
        investigation.do("propose_decision", body={"outcome": "approve"}, **which)
        decision = {"investigation_id": renewal["id"], "body": {"outcome": "approve", "reasons": ""}, "actor": "dora"}
        investigation.do("decide_investigation", **decision)
        assert investigation.do("list_approvals")["items"][0]["state"] == "valid"
        assert investigation.recorded(HOME_CHANGED)[-1]["approvals_wait"] is False

    def test_since_when_it_is_there_can_be_said(self, investigation: Harness, home_id: str) -> None:
        self.amend(investigation, home_id, address=THERE, address_since="2026-05-01")
        renewal = investigations(investigation, home_id)[-1]
        which = {"investigation_id": renewal["id"], "actor": "ivar"}
        assert investigation.do("record_meeting", body={**VISIT, "held_on": "2026-05-01"}, **which)["blockers"] == []
        call = {"home_id": home_id, "body": {"address": HERE, "address_since": "2026-05-03"}, "if_match": "*"}
        fault = investigation.refusal("amend_home_file", **call)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/address_since"]

    def test_the_same_address_with_a_position_is_no_move(self, investigation: Harness, home_id: str) -> None:
        file = self.amend(investigation, home_id, address={**HERE, "latitude": 59.3, "longitude": 15.3})
        assert (file["approvals_wait"], file["visit_due"]) == (False, False)
        assert len(investigations(investigation, home_id)) == 1

    def test_with_a_new_adult_it_is_one_renewal_of_both(self, investigation: Harness, home_id: str) -> None:
        new = {"given_name": "Cecilia", "family_name": "Carlsson", "personal_number": "189001019828"}
        self.amend(investigation, home_id, adults=[{**new, "relation": "lodger"}])
        self.amend(investigation, home_id, address=THERE)
        (_, renewal) = investigations(investigation, home_id)
        assert [one["code"] for one in renewal["blockers"]] == ["register_check_missing"] * 5 + ["home_visit_missing"]

    def test_a_visit_clears_nobody_whose_registers_it_does_not_ask(self, investigation: Harness, home_id: str) -> None:
        new = {"given_name": "Cecilia", "family_name": "Carlsson", "personal_number": "189001019828"}
        self.amend(investigation, home_id, adults=[{**new, "relation": "lodger"}])
        lodger = investigations(investigation, home_id)[-1]
        said = {"by": "board", "reason": "What the police's register says."}
        investigation.do("break_off_investigation", investigation_id=lodger["id"], body=said)
        self.amend(investigation, home_id, address=THERE)
        visit = investigations(investigation, home_id)[-1]
        which = {"investigation_id": visit["id"], "actor": "ivar"}
        investigation.do("record_meeting", body={**VISIT, "held_on": "2026-05-02"}, **which)
        investigation.do("propose_decision", body={"outcome": "approve"}, **which)
        decision = {"investigation_id": visit["id"], "body": {"outcome": "approve", "reasons": ""}, "actor": "dora"}
        investigation.do("decide_investigation", **decision)
        file = investigation.do("get_home_file", home_id=home_id)
        due = {one["given_name"]: one["checks_due"] for one in file["adults"]}
        assert due == {"Anna": False, "Bo": False, "Cecilia": True}
        assert (file["visit_due"], file["approvals_wait"]) == (False, True)

    def test_an_approved_home_that_applies_again_from_another_address_waits_too(
        self, investigation: Harness, home_id: str
    ) -> None:
        again = open_one(investigation, home_id=home_id, address=THERE)
        assert investigation.do("list_approvals")["items"][0]["state"] == "waiting"
        approve(investigation, make_ready(investigation, again, visited_on="2026-05-02"))
        assert {one["state"] for one in investigation.do("list_approvals")["items"]} == {"valid"}

    def test_a_contact_person_may_move_without_being_visited(self, investigation: Harness) -> None:
        opened = make_ready(investigation, open_one(investigation, address=HERE))
        home_id = approve(investigation, opened, assignments=["contact_person"])["home_id"]
        file = self.amend(investigation, home_id, address=THERE)
        assert (file["approvals_wait"], file["visit_due"]) == (False, False)

    def test_a_home_that_moves_while_it_is_investigated_is_visited_again(self, investigation: Harness) -> None:
        ready = make_ready(investigation, open_one(investigation, address=HERE))
        assert ready["blockers"] == []
        self.amend(investigation, ready["home_id"], address=THERE)
        read = investigation.do("get_investigation", investigation_id=ready["id"])
        assert [one["code"] for one in read["blockers"]] == ["home_visit_missing"]
