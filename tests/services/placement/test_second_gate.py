"""R20: nobody lives in a home before whoever may has decided on care in that very home."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.events import APPROVAL_REVOKED, APPROVAL_SUSPENDED, HOME_CHANGED
from services.kernel.contracts import Event
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change
from tests.services.placement.conftest import ANNA, DECIDED, Desk, start
from tests.unit.placement.factories import personal_number, recorded_adult

BESIDE: dict[str, Any] = {"assignments": ["contact_family"]}


def decided(**overrides: str) -> dict[str, Any]:
    return {"care_decision": {**DECIDED, **overrides}}


def ends(on: str) -> dict[str, str]:
    return {"ends_on": on, "reason": "planned"}


class TestStart:
    @pytest.mark.parametrize("assignment", ["family_home", "emergency_home", "contracted_emergency_home"])
    def test_without_a_decision_nobody_moves(self, placement: Harness, desk: Desk, assignment: str) -> None:
        body = desk.ready(desk.home(assignments=[assignment]), assignment=assignment)
        body["care_decision"] = None
        assert placement.code("start_placement", body=body) == (409, "care_decision_missing")
        assert placement.do("list_placements")["total"] == 0

    def test_a_contact_family_needs_none_and_an_official_may_decide(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home(**BESIDE), assignment="contact_family")
        placement.do("start_placement", body={**body, "care_decision": None})
        other = desk.ready(desk.home(**BESIDE), assignment="contact_family", serial=981)
        placement.do("start_placement", body={**other, **decided(authority="delegate")})
        assert placement.do("list_placements")["total"] == 2

    def test_a_decision_after_the_move_is_refused(self, placement: Harness, desk: Desk) -> None:
        body = {**desk.ready(desk.home()), "starts_on": "2026-05-10"}
        late = {**body, **decided(decided_on="2026-05-11")}
        assert placement.code("start_placement", body=late) == (409, "placed_before_decision")
        placement.do("start_placement", body={**body, **decided(decided_on="2026-05-10")})

    def test_one_that_has_not_been_taken_yet_is_wrong_input(self, placement: Harness, desk: Desk) -> None:
        body = {**desk.ready(desk.home()), **decided(decided_on="2026-05-21")}
        fault = placement.refusal("start_placement", body=body)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [
            ("/care_decision/decided_on", "decision_not_come")
        ]

    def test_a_planned_move_is_not_the_chairs(self, placement: Harness, desk: Desk) -> None:
        planned = desk.ready(desk.home())
        chairs = decided(authority="chair_urgent")
        assert placement.code("start_placement", body={**planned, **chairs}) == (409, "authority_not_competent")
        urgent = desk.ready(desk.home(), serial=981, urgent=True)
        placement.do("start_placement", body={**urgent, **chairs})

    def test_an_official_does_not_decide_where_somebody_lives(self, placement: Harness, desk: Desk) -> None:
        body = {**desk.ready(desk.home(), urgent=True), **decided(authority="delegate")}
        assert placement.code("start_placement", body=body) == (409, "authority_not_competent")

    def test_lvu_is_for_nobody_of_twenty(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home(age_to=99), born="20060601")
        lvu = decided(legal_ground="lvu")
        assert placement.code("start_placement", body={**body, **lvu}) == (409, "legal_ground_not_for_age")
        younger = desk.ready(desk.home(age_to=99), born="20060602", serial=981)
        placement.do("start_placement", body={**younger, **lvu})

    def test_an_adult_of_the_home_is_not_placed_in_it(self, placement: Harness, desk: Desk) -> None:
        adult = recorded_adult("adult-of-age-20", "Cia") | {"personal_number": personal_number("20060101")}
        home = desk.home(age_to=99, adults=[recorded_adult("adult-1", "Anna"), adult])
        body = desk.ready(home, born="20060101")
        assert placement.code("start_placement", body=body) == (409, "person_of_the_home")

    def test_a_refusal_changes_nothing(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home())
        placement.refusal("start_placement", body={**body, "care_decision": None})
        placement.do("start_placement", body=body)
        assert len(placement.recorded(PLACEMENT_STARTED)) == 1


class TestIntroduction:
    DAYS: dict[str, Any] = {
        "kind": "introduction", "starts_on": "2026-06-01", "ends_on": "2026-06-08", "care_decision": None
    }  # fmt: skip

    def test_it_needs_no_decision_moves_nobody_and_leaves_the_need_open(self, placement: Harness, desk: Desk) -> None:
        lives = desk.placed(desk.home())
        home = desk.home(assignments=["emergency_home"], places=1)
        body = desk.ready(home, assignment="emergency_home")
        shown = placement.do("start_placement", body={**body, **self.DAYS})
        assert (shown["kind"], shown["ends_on"], shown["care_decisions"]) == ("introduction", "2026-06-08", [])
        assert placement.do("get_home", home_id=home)["occupied"] == 0
        need = placement.do("get_placement_request", placement_request_id=body["placement_request_id"])
        assert need["status"] == "open"
        assert len(placement.recorded(PLACEMENT_STARTED)) == 1
        placement.do("end_placement", placement_id=lives, body=ends("2026-06-09"))
        placement.do("start_placement", body={**body, "starts_on": "2026-06-09"})

    @pytest.mark.parametrize("ends_on", ["2026-06-09", "2026-05-31", None])
    def test_it_lasts_at_most_seven_days(self, placement: Harness, desk: Desk, ends_on: str | None) -> None:
        fault = placement.refusal("start_placement", body={**desk.ready(desk.home()), **self.DAYS, "ends_on": ends_on})
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/ends_on", "introduction_days")]

    def test_they_do_not_follow_each_other_until_they_are_a_stay(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        body = {**desk.ready(home), **self.DAYS}
        first = placement.do("start_placement", body={**body, "ends_on": "2026-06-04"})
        again = {**body, "starts_on": "2026-06-05", "ends_on": "2026-06-09"}
        fault = placement.refusal("start_placement", body=again)
        assert [(one["pointer"], one["code"], one["parameters"]) for one in fault["errors"]] == [
            ("/ends_on", "introductions_together", {"days": 8})
        ]
        placement.do("start_placement", body={**again, "ends_on": "2026-06-08"})
        later = {"ends_on": "2026-06-05", "note": "One day more, which is one of the others'."}
        placement.do("correct_end", placement_id=first["id"], body=later)
        other = {**desk.ready(home), **again, "starts_on": "2027-05-01", "ends_on": "2027-05-01"}  # another need
        other["placement_request_id"] = desk.request(serial=980, needed_from="2027-05-01")
        desk.accepted(other["placement_request_id"], home)
        assert placement.code("start_placement", body=other)[1] == "invalid_input"
        placement.do("start_placement", body={**other, "starts_on": "2027-06-05", "ends_on": "2027-06-12"})

    def test_none_goes_on_for_a_need_that_is_no_more(self, placement: Harness, desk: Desk) -> None:
        runs, planned = ({**desk.ready(desk.home()), **self.DAYS} for _ in range(2))
        planned["placement_request_id"] = runs["placement_request_id"]
        desk.accepted(planned["placement_request_id"], planned["home_id"])
        days = [("2026-05-18", "2026-05-22"), ("2026-05-25", "2026-05-27")]
        ids = [
            placement.do("start_placement", body={**body, "starts_on": first, "ends_on": last})["id"]
            for body, (first, last) in zip((runs, planned), days, strict=True)
        ]
        need = {"placement_request_id": runs["placement_request_id"]}
        placement.do("close_placement_request", body={"reason": "She stays with her aunt."}, **need)
        shown = [placement.do("get_placement", placement_id=one) for one in ids]
        assert [(one["status"], one["ends_on"]) for one in shown] == [
            ("running", "2026-05-20"),
            ("cancelled", "2026-05-20"),
        ]
        call = {"placement_id": ids[1], "body": {"ends_on": "2026-05-27", "note": "x"}}
        assert placement.code("correct_end", **call) == (409, "placement_request_not_open")
        as_home = {"roles": ["home"], "personal_number": ANNA}
        assert placement.do("get_placement", placement_id=ids[1], **as_home)["person"] is None

    def test_nor_for_one_that_has_been_met(self, placement: Harness, desk: Desk) -> None:
        here, there = desk.home(), desk.home()
        body = desk.ready(here)
        desk.accepted(body["placement_request_id"], there)
        starts = [
            (here, "2026-06-01", "2026-06-02"),
            (here, "2026-06-10", "2026-06-11"),
            (there, "2026-06-01", "2026-06-02"),
        ]
        ids = [
            placement.do("start_placement", body={
                **body, **self.DAYS, "home_id": home, "starts_on": first, "ends_on": last})["id"]
            for home, first, last in starts
        ]  # fmt: skip
        placement.do("start_placement", body={**body, "starts_on": "2026-06-03"})
        shown = [placement.do("get_placement", placement_id=one)["status"] for one in ids]
        assert shown == ["planned", "cancelled", "cancelled"]

    def test_only_to_an_approved_home_that_has_said_yes(self, placement: Harness, desk: Desk) -> None:
        too_old = desk.ready(desk.home(age_to=5))
        assert placement.code("start_placement", body={**too_old, **self.DAYS}) == (409, "age_outside_approval")
        unasked = start(desk.request(serial=981), desk.home())
        assert placement.code("start_placement", body={**unasked, **self.DAYS}) == (409, "home_has_not_accepted")

    def test_a_contact_family_is_not_introduced_in_this_way(self, placement: Harness, desk: Desk) -> None:
        body = {**desk.ready(desk.home(**BESIDE), assignment="contact_family"), **self.DAYS}
        fault = placement.refusal("start_placement", body=body)
        assert [one["code"] for one in fault["errors"]] == ["introduction_of_living"]

    def test_a_decision_belongs_to_the_stay(self, placement: Harness, desk: Desk) -> None:
        body = {**desk.ready(desk.home()), **self.DAYS}
        assert placement.code("start_placement", body={**body, **decided()}) == (409, "introduction_not_decided")
        shown = placement.do("start_placement", body=body)
        refused = placement.code("record_care_decision", placement_id=shown["id"], body=DECIDED)
        assert refused == (409, "introduction_not_decided")

    def test_a_stay_has_no_last_day_from_the_beginning(self, placement: Harness, desk: Desk) -> None:
        fault = placement.refusal("start_placement", body={**desk.ready(desk.home()), "ends_on": "2026-07-01"})
        assert [one["code"] for one in fault["errors"]] == ["stay_without_end"]


class TestRecordCareDecision:
    def chairs(self, desk: Desk) -> str:
        body = desk.ready(desk.home(), urgent=True)
        chairs = decided(authority="chair_urgent", decided_on="2026-05-02")
        return str(desk.harness.do("start_placement", body={**body, **chairs})["id"])

    def test_the_committees_comes_after_the_chairs(self, placement: Harness, desk: Desk) -> None:
        placed = self.chairs(desk)
        committees = {**DECIDED, "decided_on": "2026-05-12", "reference": "SU § 7"}
        shown = placement.do("record_care_decision", placement_id=placed, body=committees, actor="karin")
        assert [(one["authority"], one["decided_on"]) for one in shown["care_decisions"]] == [
            ("chair_urgent", "2026-05-02"),
            ("committee", "2026-05-12"),
        ]
        assert shown["care_decisions"][1]["recorded_by"] == "karin"

    def test_the_chair_does_not_follow_up(self, placement: Harness, desk: Desk) -> None:
        again = {**DECIDED, "authority": "chair_urgent", "decided_on": "2026-05-12"}
        refused = placement.code("record_care_decision", placement_id=self.chairs(desk), body=again)
        assert refused == (409, "authority_not_competent")

    @pytest.mark.parametrize(
        ("decided_on", "code"), [("2026-05-01", "before_the_last_decision"), ("2026-05-21", "decision_not_come")]
    )
    def test_days_backwards_and_days_to_come_are_wrong(
        self, placement: Harness, desk: Desk, decided_on: str, code: str
    ) -> None:
        body = {**DECIDED, "decided_on": decided_on}
        fault = placement.refusal("record_care_decision", placement_id=self.chairs(desk), body=body)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/decided_on", code)]

    def test_the_home_is_not_shown_it(self, placement: Harness, desk: Desk) -> None:
        placed = self.chairs(desk)
        as_home = {"roles": ["home"], "personal_number": "189001019802"}
        assert placement.do("get_placement", placement_id=placed, **as_home)["care_decisions"] == []
        assert placement.code("record_care_decision", placement_id=placed, body=DECIDED, roles=["home"])[0] == 403


class TestLaterDecision:
    def test_it_stands_on_lvu_until_the_twentieth_birthday_only(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(age_to=25), born="20060515", starts_on="2026-05-10")
        later = {**DECIDED, "legal_ground": "lvu", "decided_on": "2026-05-15"}
        call = {"placement_id": placed, "body": later}
        assert placement.code("record_care_decision", **call) == (409, "legal_ground_not_for_age")
        placement.do("record_care_decision", placement_id=placed, body={**later, "decided_on": "2026-05-14"})


class TestCorrectEnd:
    def ended(self, desk: Desk, *, places: int = 2) -> tuple[str, str]:
        home = desk.home(places=places)
        placed = desk.placed(home)
        desk.harness.do("end_placement", placement_id=placed, body=ends("2026-08-31"))
        return home, placed

    def test_a_corrected_end_is_a_new_fact_beside_the_old_one(self, placement: Harness, desk: Desk) -> None:
        home, placed = self.ended(desk)
        body = {"ends_on": "2026-08-24", "note": "She moved a week before."}
        shown = placement.do("correct_end", placement_id=placed, body=body, actor="karin")
        assert shown["ends_on"] == "2026-08-24"
        assert [(one["ends_on"], one["note"], one["by"]) for one in shown["said_ends"]] == [
            ("2026-08-31", "", "anna"),
            ("2026-08-24", "She moved a week before.", "karin"),
        ]
        assert [one["ends_on"].isoformat() for one in placement.recorded(PLACEMENT_ENDED)] == [
            "2026-08-31",
            "2026-08-24",
        ]
        assert placement.recorded(PLACEMENT_ENDED)[1]["home_id"] == home

    def test_what_has_not_ended_can_not_be_corrected(self, placement: Harness, desk: Desk) -> None:
        body = {"ends_on": "2026-08-24", "note": "x"}
        refused = placement.code("correct_end", placement_id=desk.placed(desk.home()), body=body)
        assert refused == (409, "placement_not_ended")

    def test_not_before_the_first_day(self, placement: Harness, desk: Desk) -> None:
        _, placed = self.ended(desk)
        placement.now = datetime(2026, 6, 1, 8, tzinfo=UTC)
        fault = placement.refusal("correct_end", placement_id=placed, body={"ends_on": "2026-05-31", "note": "x"})
        assert [one["code"] for one in fault["errors"]] == ["ends_before_start"]

    def test_a_later_end_takes_no_place_that_was_given_away(self, placement: Harness, desk: Desk) -> None:
        home, placed = self.ended(desk, places=1)
        desk.placed(home, serial=981, starts_on="2026-09-05")
        later = {"ends_on": "2026-09-05", "note": "x"}
        assert placement.code("correct_end", placement_id=placed, body=later) == (409, "no_free_place")
        placement.do("correct_end", placement_id=placed, body={**later, "ends_on": "2026-09-04"})

    def test_nor_one_that_the_home_has_no_longer(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(places=2, valid_until=date(2026, 6, 30))
        placed = desk.placed(home)
        placement.do("end_placement", placement_id=placed, body=ends("2026-06-15"))
        desk.home(home_id=home, places=1, decided_on=date(2026, 5, 10))  # for one child, from July on the only approval
        desk.placed(home, serial=981, starts_on="2026-07-01")
        later = {"ends_on": "2026-07-01", "note": "x"}
        assert placement.code("correct_end", placement_id=placed, body=later) == (409, "no_free_place")
        placement.do("correct_end", placement_id=placed, body={**later, "ends_on": "2026-06-30"})

    def test_nor_one_that_is_another_childs(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(places=1)
        for_nils = {"child_name": "Nils Ek", "child_personal_number": personal_number("20170101", 990)}
        desk.home(home_id=home, places=3, **for_nils)
        placed = desk.placed(home)
        placement.do("end_placement", placement_id=placed, body=ends("2026-06-15"))
        desk.placed(home, serial=981, starts_on="2026-07-01")
        body = {"ends_on": "2026-07-01", "note": "x"}
        assert placement.code("correct_end", placement_id=placed, body=body) == (409, "no_free_place")

    def test_nor_lets_anybody_live_in_two_homes(self, placement: Harness, desk: Desk) -> None:
        _, placed = self.ended(desk)
        desk.placed(desk.home(assignments=["emergency_home"]), assignment="emergency_home", starts_on="2026-09-05")
        later = {"ends_on": "2026-09-06", "note": "x"}
        assert placement.code("correct_end", placement_id=placed, body=later) == (409, "person_already_placed")
        placement.do("correct_end", placement_id=placed, body={**later, "ends_on": "2026-09-05"})

    @pytest.mark.parametrize("event", [APPROVAL_SUSPENDED, APPROVAL_REVOKED])
    def test_what_was_over_goes_on_only_where_it_could_begin(
        self, placement: Harness, desk: Desk, event: Event
    ) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-05")
        placement.do("end_placement", placement_id=placed, body=ends("2026-05-10"))
        approval = placement.do("get_home", home_id=home)["approvals"][0]["id"]
        placement.react(event, {"approval_id": approval, "home_id": home, "on": date(2026, 5, 15)})
        call = {"placement_id": placed, "body": {"ends_on": "2026-05-20", "note": "Still there."}}
        code = "approval_suspended" if event is APPROVAL_SUSPENDED else "no_valid_approval"
        assert placement.code("correct_end", **call) == (409, code)
        past = {"ends_on": "2026-05-19", "note": "She moved then."}  # what was, was
        assert placement.do("correct_end", placement_id=placed, body=past)["status"] == "ended"

    def test_nor_does_an_introduction_that_was_over(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        days = {**TestIntroduction.DAYS, "starts_on": "2026-05-14", "ends_on": "2026-05-15"}
        met = placement.do("start_placement", body={**desk.ready(home), **days})["id"]
        placement.react(HOME_CHANGED, a_change(home, approvals_wait=True))
        call = {"placement_id": met, "body": {"ends_on": "2026-05-20", "note": "One day more."}}
        assert placement.code("correct_end", **call) == (409, "approval_waits")
        placement.do("correct_end", placement_id=met, body={**call["body"], "ends_on": "2026-05-19"})

    def test_of_a_stay_that_goes_on_a_later_end_moves_nobody(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-05")
        placement.do("end_placement", placement_id=placed, body=ends("2026-05-20"))
        approval = placement.do("get_home", home_id=home)["approvals"][0]["id"]
        placement.react(APPROVAL_SUSPENDED, {"approval_id": approval, "home_id": home, "on": date(2026, 5, 15)})
        body = {"ends_on": "2026-06-20", "note": "Until there is another home."}
        assert placement.do("correct_end", placement_id=placed, body=body)["flags"] == ["approval_suspended"]

    def test_nor_where_the_household_has_changed(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-05")
        placement.do("end_placement", placement_id=placed, body=ends("2026-05-10"))
        placement.react(HOME_CHANGED, a_change(home, approvals_wait=True))
        call = {"placement_id": placed, "body": {"ends_on": "2026-06-20", "note": "x"}}
        assert placement.code("correct_end", **call) == (409, "approval_waits")
        placement.react(HOME_CHANGED, a_change(home, approvals_wait=False))
        assert placement.do("correct_end", **call)["status"] == "running"

    def test_an_introduction_is_never_corrected_into_a_stay(self, placement: Harness, desk: Desk) -> None:
        lives = desk.placed(desk.home())
        home = desk.home(places=1, assignments=["emergency_home"])
        body = {**desk.ready(home, assignment="emergency_home"), **TestIntroduction.DAYS, "ends_on": "2026-06-04"}
        introduced = placement.do("start_placement", body=body)["id"]
        fault = placement.refusal("correct_end", placement_id=introduced, body={"ends_on": "2026-06-09", "note": "x"})
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/ends_on", "introduction_days")]
        desk.placed(home, assignment="emergency_home", serial=981)  # an introduction takes no place, and needs none
        later = {"ends_on": "2026-06-08", "note": "One day more."}
        assert placement.do("correct_end", placement_id=introduced, body=later)["ends_on"] == "2026-06-08"
        assert placement.recorded(PLACEMENT_ENDED) == []  # of what never was told to have begun
        assert placement.do("get_placement", placement_id=lives)["status"] == "planned"

    def test_a_correction_and_a_new_placement_at_once_never_over_book(self, placement: Harness, desk: Desk) -> None:
        home, placed = self.ended(desk, places=1)
        body = {**desk.ready(home, serial=981), "starts_on": "2026-09-01"}
        with ThreadPoolExecutor(2) as pool:
            corrected = pool.submit(
                placement.reply, "correct_end", placement_id=placed, body={"ends_on": "2026-09-30", "note": "x"}
            )
            started = pool.submit(placement.reply, "start_placement", body=body)
        done = ["body" in one.result() for one in (corrected, started)]
        assert sorted(done) == [False, True]
        placement.now = datetime(2026, 9, 1, 8, tzinfo=UTC)
        assert placement.do("get_home", home_id=home)["occupied"] == 1
