"""R23, R52: what the law wants reported, and what inspectors find missing, counted from the house's own data."""

import csv
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest

from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from services.mentorship.contract.events import TRAINING_ATTENDED
from services.placement.contract.events import PLACED_PERSON_CHANGED, PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.conftest import shelves
from tests.services.placement.conftest import DECIDED, Desk
from tests.unit.placement.factories import request_body

STAFF: dict[str, Any] = {"roles": ["caseworker"]}
EMERGENCY: dict[str, Any] = {"assignments": ["emergency_home", "family_home"]}


class TestPlacedChildren:
    def test_those_are_listed_who_are_children_in_family_homes(self, placement: Harness, desk: Desk) -> None:
        child = desk.placed(desk.home(), starts_on="2026-05-10")
        desk.placed(desk.home(age_to=99), born="19900101", serial=981, starts_on="2026-05-10")
        desk.placed(desk.home(**EMERGENCY), serial=982, assignment="emergency_home", starts_on="2026-05-10")
        desk.placed(desk.home(), serial=983, starts_on="2026-06-01")  # not yet
        (found,) = placement.do("report_placed_children")["items"]
        assert (found["id"], found["name"], found["legal_ground"]) == (child, "Elsa Ek", "sol_consent")

    def test_of_a_year_all_who_were_on_a_day_of_it(self, placement: Harness, desk: Desk) -> None:
        gone = desk.placed(desk.home(), starts_on="2026-05-10")
        placement.do("end_placement", placement_id=gone, body={"ends_on": "2026-05-12", "reason": "planned"})
        placement.now = datetime(2027, 1, 20, 8, tzinfo=UTC)
        assert placement.do("report_placed_children")["total"] == 0
        assert [one["id"] for one in placement.do("report_placed_children", query={"year": "2026"})["items"]] == [gone]
        assert placement.do("report_placed_children", query={"year": "2027"})["total"] == 0

    def test_the_file_says_the_same_with_numbers(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home(), starts_on="2026-05-10")
        ((header, row), name) = the_file(placement)
        assert name == "placerade-barn-2026.csv"
        said = dict(zip(header, row, strict=True))
        assert (said["personnummer"], said["namn"], said["uppdrag"]) == ("201701019802", "Elsa Ek", "familjehem")
        assert (said["beslutad"], said["placerad_fran"], said["placerad_till"]) == ("2026-04-01", "2026-05-10", "")

    def test_what_a_spreadsheet_would_run_is_text(self, placement: Harness, desk: Desk) -> None:
        person = {**request_body()["person"], "given_name": "=1+1"}
        desk.placed(desk.home(), starts_on="2026-05-10", person=person)
        (_, row), _ = the_file(placement)
        assert row[1] == "'=1+1 Ek"

    def test_a_protected_child_is_nameless_on_the_list_and_keeps_the_file_back(
        self, placement: Harness, desk: Desk
    ) -> None:
        person = {**request_body()["person"], "protected_identity": True}
        desk.placed(desk.home(), starts_on="2026-05-10", person=person)
        (found,) = placement.do("report_placed_children")["items"]
        assert (found["name"], found["home_name"]) == (None, "Anna Andersson, Bo Andersson")
        assert placement.code("get_placed_children_file", year="2026", **STAFF) == (403, "identity_protected")
        seen = {"roles": ["caseworker", "protected"], "reason": "The list to the inspectorate."}
        assert len(the_file(placement, **seen)[0]) == 2

    def test_another_municipality_and_the_wrong_role(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home(), starts_on="2026-05-10")
        assert placement.do("report_placed_children", tenant=placement.new_tenant())["total"] == 0
        for name in ("report_placed_children", "report_unexecuted_decisions", "report_self_monitoring"):
            assert placement.code(name, roles=["home"]) == (403, "missing_role")
        assert placement.code("get_placed_children_file", year="2026", roles=["home"]) == (403, "missing_role")
        assert placement.code("get_placed_children_file", year="next", **STAFF) == (404, "not_found")


class TestUnexecutedDecisions:
    def found(self, placement: Harness, quarter: str) -> list[tuple[str, str | None]]:
        items = placement.do("report_unexecuted_decisions", query={"quarter": quarter})["items"]
        return [(one["id"], one["executed_on"]) for one in items]

    def test_one_is_reported_once_three_months_have_passed_and_with_the_day_when_it_is_carried_out(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home(assignments=["contact_family"])
        request = desk.request(assignment="contact_family", granted_on="2026-02-10")  # due on 10 May
        assert self.found(placement, "2026-Q1") == []
        assert self.found(placement, "2026-Q2") == [(request, None)]
        desk.accepted(request, home)
        body = {"placement_request_id": request, "home_id": home, "starts_on": "2026-05-15"}
        placement.do("start_placement", body=body)
        assert self.found(placement, "2026-Q2") == [(request, "2026-05-15")]

    def test_one_carried_out_in_time_or_taken_back_is_not(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(assignments=["contact_family"])
        desk.placed(home, assignment="contact_family", granted_on="2026-02-10", starts_on="2026-05-10")
        gone = desk.request(assignment="contact_family", granted_on="2026-02-10", serial=981)
        placement.do("close_placement_request", placement_request_id=gone, body={"reason": "Moved away."})
        assert self.found(placement, "2026-Q2") == []

    def test_what_is_no_quarter_is_wrong(self, placement: Harness) -> None:
        fault = placement.refusal("report_unexecuted_decisions", query={"quarter": "2026-5"})
        assert [one["code"] for one in fault["errors"]] == ["quarter"]


class TestSelfMonitoring:
    def figures(self, placement: Harness, *roles: str) -> dict[str, tuple[int, list[str]]]:
        told = placement.do("report_self_monitoring", roles=list(roles or ["caseworker"]))
        return {
            one["code"]: (one["count"], [item["id"] for item in one["items"]])
            for one in told["figures"]
            if one["count"]
        }

    def test_what_is_missing_is_counted_with_what_stands_behind_it(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home(), urgent=True, network=None)
        chairs = {**DECIDED, "authority": "chair_urgent", "decided_on": "2026-05-01"}
        placed = placement.do("start_placement", body={**body, "starts_on": "2026-05-01", "care_decision": chairs})[
            "id"
        ]
        assert self.figures(placement) == {
            "nothing_told": (1, [placed]),
            "network_not_asked": (1, [placed]),
            "chair_not_followed_up": (1, [placed]),
            "plans_missing": (1, [placed]),
            "without_social_worker": (1, [placed]),
        }

    def test_where_nothing_is_missing_nothing_is_counted(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(), desk.request()
        told = [{"topic": "health", "text": "Asthma."}]
        asked = {"home_id": home, "told": told}
        inquiry = placement.do("send_inquiry", placement_request_id=request, body=asked)["id"]
        placement.do("accept_inquiry", inquiry_id=inquiry)
        body = {"placement_request_id": request, "home_id": home, "starts_on": "2026-05-10", "care_decision": DECIDED}
        placed = placement.do("start_placement", body=body)["id"]
        plans = {"care_plan_on": "2026-05-10", "implementation_plan_on": "2026-05-10"}
        placement.do("set_plan", placement_id=placed, body=plans, if_match="*")
        team = {"family_home_worker": None, "child_social_worker": "karin"}
        placement.do("set_team", placement_id=placed, body=team, if_match="*")
        assert self.figures(placement) == {}

    def test_homes_without_training_and_hosts_that_were_not_asked_are_counted(
        self, placement: Harness, desk: Desk
    ) -> None:
        trained, other = desk.home(), desk.home()
        placed = [desk.placed(home, serial=980 + n, starts_on="2026-05-10") for n, home in enumerate((trained, other))]
        assert "untrained" not in self.figures(placement)  # of which nobody has told anything
        course = {"enrolment_id": new_id(), "home_id": trained, "course_id": new_id(), "kind": "course"}
        placement.react(TRAINING_ATTENDED, {**course, "attended": True, "held_on": date(2026, 5, 2)})
        host = {"municipality_code": "0180", "consulted_on": None}
        placement.do("set_host_municipality", home_id=trained, body=host, if_match="*")
        found = self.figures(placement)
        assert (found["untrained"], found["host_not_consulted"]) == ((1, [placed[1]]), (1, [placed[0]]))

    def test_who_has_not_been_seen_in_six_months_is_counted(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-10")
        placement.now = datetime(2026, 11, 9, 8, tzinfo=UTC)
        assert "not_followed_up" not in self.figures(placement)
        placement.now = datetime(2026, 11, 10, 8, tzinfo=UTC)
        assert self.figures(placement)["not_followed_up"] == (1, [placed])
        placement.do("record_review", placement_id=placed, body={"kind": "follow_up", "held_on": "2026-11-10"})
        assert "not_followed_up" not in self.figures(placement)

    def test_who_came_without_a_comparison_of_homes_is_counted(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**EMERGENCY), desk.request(assignment="emergency_home", urgent=True)
        call = {"placement_request_id": request, "home_id": home, "outcome": "accepted", "told": []}
        placement.do("log_night_call", body=call)
        body = {"placement_request_id": request, "home_id": home, "starts_on": "2026-05-10", "care_decision": DECIDED}
        placed = placement.do("start_placement", body=body)["id"]
        assert self.figures(placement)["not_weighed"] == (1, [placed])

    def test_visits_that_nobody_confirmed_in_time_are_counted(self, placement: Harness, desk: Desk) -> None:
        contact = {"assignment": "contact_family", "starts_on": "2026-05-01"}
        placed = desk.placed(desk.home(assignments=["contact_family"]), **contact)
        days = {"starts_on": "2026-05-08", "ends_on": "2026-05-10"}
        placement.do("report_visit", placement_id=placed, body=days)
        placement.now = datetime(2026, 5, 27, 8, tzinfo=UTC)
        assert "visits_unconfirmed" not in self.figures(placement)
        placement.now = datetime(2026, 5, 28, 8, tzinfo=UTC)
        assert self.figures(placement)["visits_unconfirmed"] == (1, [placed])

    def test_any_staff_see_the_numbers_and_caseworkers_what_stands_behind(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-01")
        placement.do("end_placement", placement_id=placed, body={"ends_on": "2026-05-18", "reason": "breakdown"})
        assert self.figures(placement)["breakdowns"] == (1, [placed])
        assert self.figures(placement, "recruiter")["breakdowns"] == (1, [])

    def test_an_emergency_stay_of_which_nobody_says_when_the_investigation_ended(
        self, placement: Harness, desk: Desk
    ) -> None:
        placed = desk.placed(desk.home(**EMERGENCY), assignment="emergency_home", starts_on="2026-05-10")
        assert self.figures(placement)["emergency_without_limit"] == (1, [placed])


class TestBecomeFamilyHome:
    BODY: dict[str, Any] = {"starts_on": "2026-05-18", "home_agreed_on": "2026-05-15", "care_decision": DECIDED}

    def placed(self, desk: Desk, **home: Any) -> str:
        return desk.placed(
            desk.home(**{**EMERGENCY, "places": 1, **home}), assignment="emergency_home", starts_on="2026-05-10"
        )

    def test_it_goes_on_in_the_same_home_without_a_day_between_or_twice(self, placement: Harness, desk: Desk) -> None:
        placed = self.placed(desk)
        team = {"family_home_worker": "fatima", "child_social_worker": "karin"}
        placement.do("set_team", placement_id=placed, body=team, if_match="*")
        reply = placement.reply("become_family_home", placement_id=placed, body=self.BODY)
        shown = reply["body"]
        assert reply["etag"] == placement.etag("get_placement", placement_id=shown["id"])
        assert (shown["assignment"], shown["continues"], shown["child_social_worker"]) == (
            "family_home",
            placed,
            "karin",
        )
        before = placement.do("get_placement", placement_id=placed, **STAFF)
        assert (before["ends_on"], before["end_reason"]) == ("2026-05-17", "planned")
        assert [one["assignment"] for one in placement.recorded(PLACEMENT_STARTED)] == ["emergency_home", "family_home"]
        assert len(placement.recorded(PLACEMENT_ENDED)) == 1
        assert placement.do("get_home", home_id=shown["home_id"], **STAFF)["occupied"] == 1
        query = {"page": "1", "limit": "20", "kind": "care_consideration"}
        (due,) = placement.do("list_deadlines", roles=["caseworker"], query=query)["items"]
        assert (due["subject"]["id"], due["due_on"]) == (shown["id"], "2026-11-10")

    def test_the_others_hear_of_the_new_need_that_its_person_is_protected(self, placement: Harness, desk: Desk) -> None:
        placed = self.placed(desk)
        request = placement.do("get_placement", placement_id=placed, **STAFF)["placement_request_id"]
        protected = {"placement_request_id": request, "body": {"protected_identity": True}, "if_match": "*"}
        placement.do("protect_placed_person", **protected)
        shown = placement.do("become_family_home", placement_id=placed, body=self.BODY)
        told = placement.recorded(PLACED_PERSON_CHANGED)[-1]
        assert (told["placement_request_id"], told["protected_identity"]) == (shown["placement_request_id"], True)

    def test_the_home_must_be_approved_as_family_home(self, placement: Harness, desk: Desk) -> None:
        placed = self.placed(desk, assignments=["emergency_home"])
        refused = placement.code("become_family_home", placement_id=placed, body=self.BODY)
        assert refused == (409, "no_valid_approval")
        assert placement.do("get_placement", placement_id=placed, **STAFF)["ends_on"] is None

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"starts_on": "2026-05-10"}, "ends_before_start"),
            ({"home_agreed_on": "2026-05-21"}, "agreed_not_come"),
        ],
    )
    def test_wrong_days(self, placement: Harness, desk: Desk, said: dict[str, str], code: str) -> None:
        fault = placement.refusal("become_family_home", placement_id=self.placed(desk), body={**self.BODY, **said})
        assert [one["code"] for one in fault["errors"]] == [code]

    def test_only_an_emergency_stay_that_has_not_ended(self, placement: Harness, desk: Desk) -> None:
        family = desk.placed(desk.home(), serial=981, starts_on="2026-05-10")
        refused = placement.code("become_family_home", placement_id=family, body=self.BODY)
        assert refused == (409, "not_an_emergency_stay")
        placed = self.placed(desk)
        placement.do("end_placement", placement_id=placed, body={"ends_on": "2026-05-20", "reason": "planned"})
        refused = placement.code("become_family_home", placement_id=placed, body=self.BODY)
        assert refused == (409, "placement_already_ended")

    def test_what_has_ended_is_not_corrected_into_what_goes_on(self, placement: Harness, desk: Desk) -> None:
        placed = self.placed(desk, places=2)
        placement.do("become_family_home", placement_id=placed, body=self.BODY)
        later = {"placement_id": placed, "body": {"ends_on": self.BODY["starts_on"], "note": "A day more."}}
        assert placement.code("correct_end", **later) == (409, "person_already_placed")

    def test_nobody_but_who_may_decides_on_it(self, placement: Harness, desk: Desk) -> None:
        body = {**self.BODY, "care_decision": {**DECIDED, "authority": "chair_urgent"}}
        refused = placement.code("become_family_home", placement_id=self.placed(desk), body=body)
        assert refused == (409, "authority_not_competent")


def the_file(placement: Harness, **caller: Any) -> tuple[list[list[str]], str]:
    """The lines of the file, and its name."""
    reply = placement.reply("get_placed_children_file", year="2026", **{**STAFF, **caller})
    file = FileInStore.from_dict(reply["file"])
    content = b"".join(shelves("placement").of(placement.tenant).read(file)).decode("utf-8-sig")
    return list(csv.reader(StringIO(content), delimiter=";")), file.name
