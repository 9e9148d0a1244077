"""R23: what the law sets a time for comes by itself, is warned of once, and goes when it is done."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.placement.clocks.model import Deadline
from services.placement.contract.events import CARE_CONSIDERED, DEADLINE_APPROACHING, TEAM_CHANGED
from tests.services.placement.conftest import DECIDED, Desk
from tests.unit.placement.factories import personal_number

PLANS = {"care_plan_on": "2026-05-20", "implementation_plan_on": "2026-05-20"}


def due(placement: Harness, **query: str) -> dict[str, str]:
    """What is due of placements, by kind."""
    items = placement.do("list_deadlines", roles=["caseworker"], query={"page": "1", "limit": "100", **query})["items"]
    return {item["kind"]: item["due_on"] for item in items}


def plan(placement: Harness, placed: str, **overrides: Any) -> None:
    placement.do("set_plan", placement_id=placed, body={**PLANS, **overrides}, if_match="*")


def review(placement: Harness, placed: str, kind: str, held_on: str, **overrides: Any) -> None:
    body = {"kind": kind, "held_on": held_on, **overrides}
    placement.do("record_review", placement_id=placed, body=body)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T08:00:00+00:00")


def kept(placement: Harness) -> set[str]:
    """The kinds of deadlines that the database holds."""
    context = Context(tenant=placement.tenant, actor="", request_id="", deadline=0)
    with placement.database.unit(context, reads=True) as unit:
        return set(unit.session.scalars(select(Deadline.kind)))


def team_told(placement: Harness) -> list[str]:
    """Who looks after a placement, as it was told last."""
    return list(placement.recorded(TEAM_CHANGED)[-1]["members"])


class TestClocks:
    def test_a_child_in_a_family_home_has_those_of_the_law(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home(), starts_on="2026-05-10")
        assert due(placement) == {
            "plan_missing": "2026-05-24",
            "care_consideration": "2026-11-10",
            "custody_consideration": "2028-05-10",
            "care_plan_revision": "2028-05-10",
        }

    def test_each_says_whose_it_is_and_what_the_law_calls_it(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        team = {"family_home_worker": "fatima", "child_social_worker": "karin"}
        placement.do("set_team", placement_id=placed, body=team, if_match="*")
        query = {"page": "1", "limit": "20", "kind": "care_consideration"}
        (item,) = placement.do("list_deadlines", roles=["caseworker"], query=query)["items"]
        assert item == {
            "kind": "care_consideration",
            "due_on": "2026-11-10",
            "overdue": False,
            "subject": {"kind": "placement", "id": placed, "title": "Elsa Ek"},
            "responsible": "karin",
            "law": "SoL 22:13",
            "detail": "family_home",
        }

    def test_what_the_law_calls_it_depends_on_the_decision_and_on_the_day(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        decision = {**DECIDED, "legal_ground": "lvu", "decided_on": "2026-05-15"}
        placement.do("record_care_decision", placement_id=placed, body=decision, if_match="*")
        query = {"page": "1", "limit": "20"}
        items = placement.do("list_deadlines", roles=["caseworker"], query=query)["items"]
        quoted = {one["kind"]: one["law"] for one in items}
        assert quoted["care_consideration"] == "SoL 22:13, LVU 13 §"
        assert quoted["custody_consideration"] == "SoL 22:14 and the act that replaces LVU 13 c §"

    def test_whoever_looks_after_it_does_so_until_its_last_day_has_passed(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        placement.do("set_team", placement_id=placed, body={**NOBODY, "child_social_worker": "karin"}, if_match="*")
        placement.do("end_placement", placement_id=placed, body={"ends_on": "2026-06-10", "reason": "planned"})
        assert team_told(placement) == ["karin"]
        placement.now = at("2026-06-11")
        placement.do("correct_end", placement_id=placed, body={"ends_on": "2026-06-09", "note": "A day earlier."})
        assert team_told(placement) == []
        placement.do("correct_end", placement_id=placed, body={"ends_on": "2026-06-30", "note": "It went on."})
        assert team_told(placement) == ["karin"]

    def test_of_a_stay_that_is_over_nothing_is_kept_but_what_outlasts_it(self, placement: Harness, desk: Desk) -> None:
        urgent = {**DECIDED, "authority": "chair_urgent", "decided_on": "2026-05-01"}
        home = desk.home(assignments=["emergency_home"])
        body = {**desk.ready(home, assignment="emergency_home", urgent=True), "starts_on": "2026-05-01"}
        placed = placement.do("start_placement", body={**body, "care_decision": urgent})["id"]
        ending = {"ends_on": "2026-06-10", "reason": "planned"}
        placement.do("end_placement", placement_id=placed, body=ending)
        assert kept(placement) == {"plan_missing", "chair_decision_follow_up"}
        placement.pass_time(at("2026-06-11"))
        assert kept(placement) == {"chair_decision_follow_up"}
        longer = {"ends_on": "2026-06-20", "note": "It went on."}
        placement.do("correct_end", placement_id=placed, body=longer)
        assert kept(placement) == {"plan_missing", "chair_decision_follow_up"}

    def test_plans_that_are_there_are_not_missing(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        plan(placement, placed, implementation_plan_on=None)
        assert "plan_missing" in due(placement)
        plan(placement, placed)
        assert "plan_missing" not in due(placement)

    @pytest.mark.parametrize("name", ["care_plan_on", "implementation_plan_on", "child_investigation_ended_on"])
    def test_what_is_yet_to_be_done_stops_no_clock(self, placement: Harness, desk: Desk, name: str) -> None:
        home = desk.home(assignments=["emergency_home"])
        placed = desk.placed(home, assignment="emergency_home", starts_on="2026-05-10")
        call = {"placement_id": placed, "body": {**PLANS, name: "2026-05-21"}, "if_match": "*"}
        (problem,) = placement.refusal("set_plan", **call)["errors"]
        assert (problem["pointer"], problem["code"]) == (f"/{name}", "plan_not_come")
        assert due(placement)["plan_missing"] == "2026-05-24"

    def test_a_plan_that_was_looked_at_sooner_than_it_named_is_not_looked_at_twice(
        self, placement: Harness, desk: Desk
    ) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        plan(placement, placed, next_review_on="2026-09-15")
        review(placement, placed, "care_plan_revision", "2026-05-20")  # of which the plan came
        assert due(placement)["care_plan_revision"] == "2026-09-15"
        placement.now = at("2026-09-01")
        review(placement, placed, "care_plan_revision", "2026-09-01")
        assert due(placement)["care_plan_revision"] == "2027-09-01"

    def test_a_consideration_moves_the_next_and_the_others_learn_it(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-10")
        placement.now = at("2026-10-20")
        review(placement, placed, "care_consideration", "2026-10-19", note="Still needed.")
        assert due(placement)["care_consideration"] == "2027-04-19"
        assert placement.recorded(CARE_CONSIDERED) == [
            {"placement_id": placed, "home_id": home, "considered_on": date(2026, 10, 19)}
        ]

    def test_a_consideration_that_is_written_down_late_moves_the_last_one_nowhere(
        self, placement: Harness, desk: Desk
    ) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        placement.now = at("2026-10-20")
        for day in ("2026-10-19", "2026-07-01"):
            review(placement, placed, "care_consideration", day, note="Still needed.")
        assert due(placement)["care_consideration"] == "2027-04-19"
        told = [one["considered_on"] for one in placement.recorded(CARE_CONSIDERED)]
        assert told == [date(2026, 10, 19), date(2026, 10, 19)]

    def test_a_move_goes_on_with_the_clock_of_the_care_and_begins_that_of_the_home_anew(
        self, placement: Harness, desk: Desk
    ) -> None:
        first = desk.placed(desk.home(), starts_on="2026-05-10")
        placement.do("end_placement", placement_id=first, body={"ends_on": "2026-06-01", "reason": "planned"})
        desk.placed(desk.home(), starts_on="2026-06-01")
        found = due(placement)
        assert (found["care_consideration"], found["custody_consideration"]) == ("2026-11-10", "2028-06-01")

    def test_an_end_that_is_corrected_corrects_the_clocks_after_it(self, placement: Harness, desk: Desk) -> None:
        first = desk.placed(desk.home(), starts_on="2026-05-10")
        placement.do("end_placement", placement_id=first, body={"ends_on": "2026-06-01", "reason": "planned"})
        desk.placed(desk.home(), starts_on="2026-06-01")
        placement.do("correct_end", placement_id=first, body={"ends_on": "2026-05-30", "note": "Home for two days."})
        assert due(placement)["care_consideration"] == "2026-12-01"

    def test_an_emergency_stay_ends_two_months_after_the_investigation_unless_for_special_reasons(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home(assignments=["emergency_home"])
        placed = desk.placed(home, assignment="emergency_home", starts_on="2026-05-10")
        assert "emergency_stay_limit" not in due(placement)
        plan(placement, placed, child_investigation_ended_on="2026-05-19")
        assert due(placement)["emergency_stay_limit"] == "2026-07-19"
        review(placement, placed, "emergency_extension", "2026-05-20", until="2026-08-31", note="No home yet.")
        assert due(placement)["emergency_stay_limit"] == "2026-08-31"

    def test_the_end_of_the_investigation_is_the_childs_wherever_it_was_said_and_until_another_day_is(
        self, placement: Harness, desk: Desk
    ) -> None:
        kind: dict[str, Any] = {"assignment": "emergency_home"}
        first = desk.placed(desk.home(assignments=["emergency_home"]), starts_on="2026-05-10", **kind)
        plan(placement, first, child_investigation_ended_on="2026-05-01")
        plan(placement, first)  # of something else
        assert due(placement)["emergency_stay_limit"] == "2026-07-01"
        placement.do("end_placement", placement_id=first, body={"ends_on": "2026-05-18", "reason": "planned"})
        second = desk.placed(desk.home(assignments=["emergency_home"]), starts_on="2026-05-18", **kind)
        assert due(placement)["emergency_stay_limit"] == "2026-07-01"
        plan(placement, second, child_investigation_ended_on="2026-04-28")
        assert due(placement)["emergency_stay_limit"] == "2026-06-28"

    def test_and_not_that_of_a_care_that_was_over(self, placement: Harness, desk: Desk) -> None:
        kind: dict[str, Any] = {"assignment": "emergency_home"}
        first = desk.placed(desk.home(assignments=["emergency_home"]), starts_on="2026-05-05", **kind)
        plan(placement, first, child_investigation_ended_on="2026-05-01")
        placement.do("end_placement", placement_id=first, body={"ends_on": "2026-05-10", "reason": "moved_home"})
        desk.placed(desk.home(assignments=["emergency_home"]), starts_on="2026-05-18", **kind)
        assert "emergency_stay_limit" not in due(placement)

    def test_what_the_chair_decided_waits_for_the_committee(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home(), urgent=True)
        chairs = {**DECIDED, "authority": "chair_urgent", "decided_on": "2026-05-18"}
        placed = placement.do("start_placement", body={**body, "starts_on": "2026-05-18", "care_decision": chairs})
        assert due(placement)["chair_decision_follow_up"] == "2026-06-01"
        committees = {**DECIDED, "decided_on": "2026-05-20"}
        placement.do("record_care_decision", placement_id=placed["id"], body=committees)
        assert "chair_decision_follow_up" not in due(placement)

    def test_a_fourth_child_is_told_to_the_inspectorate(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(places=4)
        for serial in range(981, 984):
            desk.placed(home, serial=serial, starts_on="2026-05-10")
        assert "more_than_three" not in due(placement)
        fourth = desk.placed(home, serial=984, starts_on="2026-05-12")
        assert due(placement)["more_than_three"] == "2026-05-12"
        review(placement, fourth, "ivo_told", "2026-05-20")
        assert "more_than_three" not in due(placement)

    def test_a_decision_for_a_contact_family_runs_from_the_day_it_was_written_down(
        self, placement: Harness, desk: Desk
    ) -> None:
        request = desk.request(assignment="contact_family")
        assert due(placement) == {"unexecuted_decision": "2026-08-20"}
        placement.do("close_placement_request", placement_request_id=request, body={"reason": "Moved away."})
        assert due(placement) == {}

    def test_and_of_another_from_the_day_it_was_granted(self, placement: Harness, desk: Desk) -> None:
        desk.request(granted_on="2026-04-30")
        assert due(placement) == {"unexecuted_decision": "2026-07-30"}

    def test_one_that_is_carried_out_is_not_due(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(assignments=["contact_family"])
        desk.placed(home, assignment="contact_family")
        assert due(placement) == {}

    def test_the_manager_sees_how_many_are_at_risk(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home(), starts_on="2026-05-01")
        clocks = {one["kind"]: one for one in placement.do("view_overview")["clocks"]}
        assert clocks["plan_missing"] == {"kind": "plan_missing", "overdue": 1, "soon": 0}


class TestDeadlineApproaching:
    def test_it_is_told_once_on_the_working_day_two_weeks_before(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-20")
        plan(placement, placed)
        # The care is considered by 20 November; two weeks before is Friday 6 November.
        before, then = datetime(2026, 11, 6, 6, 59, tzinfo=UTC), datetime(2026, 11, 6, 7, tzinfo=UTC)
        placement.pass_time(before)
        assert placement.recorded(DEADLINE_APPROACHING) == []
        placement.pass_time(then)
        (told,) = placement.recorded(DEADLINE_APPROACHING)
        request = placement.do("get_placement", placement_id=placed)["placement_request_id"]
        assert told == {
            "subject_kind": "placement",
            "subject_id": placed,
            "home_id": home,
            "placement_request_id": request,
            "kind": "care_consideration",
            "due_on": date(2026, 11, 20),
        }
        placement.do("set_team", placement_id=placed, if_match="*", body=NOBODY)
        plan(placement, placed, school="Another one.")  # the clocks are worked out anew, and nothing has moved
        placement.pass_time(then + timedelta(days=10))
        assert len(placement.recorded(DEADLINE_APPROACHING)) == 1

    def test_what_was_done_before_is_not_warned_of(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-20")
        plan(placement, placed)
        placement.now = at("2026-10-30")
        review(placement, placed, "care_consideration", "2026-10-30")
        placement.pass_time(at("2026-11-21"))
        assert placement.recorded(DEADLINE_APPROACHING) == []

    def test_what_is_near_already_is_told_at_once(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home(), starts_on="2026-05-15")
        placement.pass_time(at("2026-05-20") + timedelta(minutes=1))
        assert [one["kind"] for one in placement.recorded(DEADLINE_APPROACHING)] == ["plan_missing"]


NOBODY = {"family_home_worker": None, "child_social_worker": None}


class TestReviews:
    def test_what_was_considered_stands_in_the_file_and_not_before_the_home(
        self, placement: Harness, desk: Desk
    ) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        review(placement, placed, "follow_up", "2026-05-19", note="All is well.")
        shown = placement.do("get_placement", placement_id=placed, roles=["caseworker"])
        assert [(one["kind"], one["note"]) for one in shown["reviews"]] == [("follow_up", "All is well.")]
        as_home = {"roles": ["home"], "personal_number": "189001019802"}
        assert placement.do("get_placement", placement_id=placed, **as_home)["reviews"] == []

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"held_on": "2026-05-21"}, "review_not_come"),
            ({"held_on": "2026-05-09"}, "review_before_start"),
            ({"held_on": "2026-05-19", "until": "2026-06-01"}, "until_of_extension"),
            ({"held_on": "2026-05-19", "kind": "emergency_extension"}, "until_of_extension"),
            (
                {"held_on": "2026-05-19", "kind": "emergency_extension", "until": "2026-06-01"},
                "reasons_of_extension",
            ),
        ],
    )
    def test_wrong_days_and_an_extension_without_reasons_are_refused(
        self, placement: Harness, desk: Desk, body: dict[str, str], code: str
    ) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        given = {"kind": "care_consideration", **body}
        fault = placement.refusal("record_review", placement_id=placed, body=given)
        assert [one["code"] for one in fault["errors"]] == [code]

    def test_an_introduction_is_not_followed(self, placement: Harness, desk: Desk) -> None:
        body = {**desk.ready(desk.home()), "kind": "introduction", "ends_on": "2026-06-03", "care_decision": None}
        placed = placement.do("start_placement", body=body)["id"]
        given = {"kind": "follow_up", "held_on": "2026-05-20"}
        refused = (409, "introduction_not_followed")
        assert placement.code("record_review", placement_id=placed, body=given) == refused
        assert placement.code("set_plan", placement_id=placed, body=PLANS, if_match="*") == refused

    def test_who_has_read_an_older_version_is_refused(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        etag = placement.etag("get_placement", placement_id=placed)
        plan(placement, placed)
        assert placement.code("set_plan", placement_id=placed, body=PLANS, if_match=etag)[0] == 412
        assert placement.code("set_team", placement_id=placed, body=NOBODY, if_match=etag)[0] == 412


class TestInformalStay:
    BODY: dict[str, Any] = {
        "person": {"given_name": "Elsa", "family_name": "Ek", "personal_number": personal_number()},
        "with": "The grandmother",
        "since": "2026-05-10",
    }

    def test_a_clock_runs_until_it_is_decided_or_ended(self, placement: Harness) -> None:
        noted = placement.do("note_informal_stay", body=self.BODY, actor="karin")
        assert (noted["with"], noted["decision_due_on"], noted["outcome"]) == (
            "The grandmother", "2026-06-09", None
        )  # fmt: skip
        assert due(placement) == {"informal_stay": "2026-06-09"}
        closed = {"outcome": "decided", "reason": "The committee has decided."}
        shown = placement.do("close_informal_stay", informal_stay_id=noted["id"], body=closed, actor="karin")
        assert (shown["outcome"], shown["closed_by"]) == ("decided", "karin")
        assert due(placement) == {}
        again = placement.code("close_informal_stay", informal_stay_id=noted["id"], body=closed)
        assert again == (409, "informal_stay_closed")
        placement.pass_time(at("2026-06-10"))
        assert placement.recorded(DEADLINE_APPROACHING) == []

    def test_it_is_warned_of(self, placement: Harness) -> None:
        noted = placement.do("note_informal_stay", body=self.BODY)
        placement.pass_time(at("2026-06-10"))
        assert [(one["subject_id"], one["kind"]) for one in placement.recorded(DEADLINE_APPROACHING)] == [
            (noted["id"], "informal_stay")
        ]

    def test_they_are_listed_with_the_longest_first(self, placement: Harness) -> None:
        later = placement.do("note_informal_stay", body={**self.BODY, "since": "2026-05-15"})
        sooner = placement.do("note_informal_stay", body=self.BODY)
        listed = placement.do("list_informal_stays", query={"goes_on": "true"})["items"]
        assert [one["id"] for one in listed] == [sooner["id"], later["id"]]
        assert placement.do("list_informal_stays", query={"goes_on": "false"})["total"] == 0

    def test_a_day_that_has_not_come_is_wrong(self, placement: Harness) -> None:
        fault = placement.refusal("note_informal_stay", body={**self.BODY, "since": "2026-05-21"})
        assert [one["code"] for one in fault["errors"]] == ["since_not_come"]

    def test_of_a_protected_child_neither_name_nor_with_whom_is_shown(self, placement: Harness, desk: Desk) -> None:
        noted = placement.do("note_informal_stay", body=self.BODY)
        request = desk.request()
        protect = {"placement_request_id": request, "body": {"protected_identity": True}, "if_match": "*"}
        placement.do("protect_placed_person", **protect)
        (shown,) = placement.do("list_informal_stays")["items"]
        assert (shown["id"], shown["name"], shown["with"], shown["person"]) == (noted["id"], None, None, None)

    def test_another_municipality_and_the_wrong_role(self, placement: Harness) -> None:
        noted = placement.do("note_informal_stay", body=self.BODY)
        call = {"informal_stay_id": noted["id"], "body": {"outcome": "no_need", "reason": "x"}}
        assert placement.code("close_informal_stay", tenant=placement.new_tenant(), **call) == (404, "not_found")
        assert placement.code("close_informal_stay", roles=["home"], **call) == (403, "missing_role")
