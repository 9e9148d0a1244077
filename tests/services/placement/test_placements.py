"""The one way into a home: who may come, how many, and that it stays so however many staff press the button."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from unittest.mock import ANY

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change
from tests.services.placement.conftest import DECIDED, Desk, start
from tests.unit.placement.factories import request_body


def start_all(placement: Harness, bodies: list[dict[str, Any]]) -> Counter[str]:
    """Starts all at once; how many were done, and the codes of the refusals."""
    with ThreadPoolExecutor(len(bodies)) as pool:
        replies = list(pool.map(lambda body: placement.reply("start_placement", body=body), bodies))
    return Counter(reply["fault"]["code"] if "fault" in reply else "done" for reply in replies)


class TestStartPlacement:
    def test_the_person_is_placed_and_the_others_learn(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home()
        body = desk.ready(home_id)
        started = placement.do("start_placement", body=body, actor="karin")
        home = placement.do("get_home", home_id=home_id)
        assert {name: value for name, value in started.items() if name != "id"} == {
            **{name: body[name] for name in ("placement_request_id", "home_id", "starts_on")},
            "kind": "stay",
            "flags": [],
            "continues": None,
            "care_decisions": [{**DECIDED, "id": ANY, "recorded_by": "karin", "recorded_at": ANY}],
            "end_note": None,
            "said_ends": [],
            "family_home_worker": None,
            "child_social_worker": None,
            "plan": None,
            "reviews": [],
            "home_name": "Anna Andersson, Bo Andersson",
            "person_name": "Elsa Ek",
            "assignment": "family_home",
            "status": "planned",
            "ends_on": None,
            "approval_id": home["approvals"][0]["id"],
            "person": {"given_name": "Elsa", "family_name": "Ek"},
            "end_reason": None,
            "started_by": "karin",
            "ended_by": None,
            "protected_identity": False,
        }
        (recorded,) = placement.recorded(PLACEMENT_STARTED)
        assert recorded == {
            "placement_id": started["id"],
            "placement_request_id": body["placement_request_id"],
            "approval_id": home["approvals"][0]["id"],
            "home_id": home_id,
            "assignment": "family_home",
            "birth_date": date(2017, 1, 1),
            "starts_on": date(2026, 6, 1),
            "adult_ids": [adult["id"] for adult in home["adults"]],
            "sibling_of": None,
            "personal_number": "201701019802",
        }
        request = placement.do("get_placement_request", placement_request_id=body["placement_request_id"])
        assert request["status"] == "placed"

    def test_twenty_at_once_into_one_place_are_one(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(places=1)
        bodies = [desk.ready(home_id, serial=980 + number) for number in range(20)]
        assert start_all(placement, bodies) == {"done": 1, "no_free_place": 19}
        assert placement.do("list_placements")["total"] == 1
        assert len(placement.recorded(PLACEMENT_STARTED)) == 1
        assert placement.do("list_placement_requests", query={"status": "open"})["total"] == 19

    def test_twenty_at_once_for_one_request_are_one(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home())
        answered = start_all(placement, [body] * 20)
        assert answered.pop("done") == 1
        assert answered.keys() <= {"placement_request_not_open", "being_changed"}, "who waits too long is told so"
        assert len(placement.recorded(PLACEMENT_STARTED)) == 1

    def test_ten_requests_for_one_person_at_once_in_ten_homes_are_one(self, placement: Harness, desk: Desk) -> None:
        bodies = [desk.ready(desk.home()) for _ in range(10)]
        assert start_all(placement, bodies) == {"done": 1, "person_already_placed": 9}

    def test_the_same_key_places_once(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home())
        first = placement.do("start_placement", body=body, idempotency_key="k")
        assert placement.do("start_placement", body=body, idempotency_key="k") == first
        assert len(placement.recorded(PLACEMENT_STARTED)) == 1

    def test_a_home_that_has_not_said_yes_is_refused(self, placement: Harness, desk: Desk) -> None:
        home_id, request_id = desk.home(), desk.request()
        refused = (409, "home_has_not_accepted")
        assert placement.code("start_placement", body=start(request_id, home_id)) == refused
        inquiry_id = desk.inquiry(request_id, home_id)
        assert placement.code("start_placement", body=start(request_id, home_id)) == refused
        placement.do("decline_inquiry", inquiry_id=inquiry_id)
        assert placement.code("start_placement", body=start(request_id, home_id)) == refused
        assert placement.recorded(PLACEMENT_STARTED) == []

    def test_a_contracted_home_is_told_and_not_asked(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(assignments=["contracted_emergency_home"])
        request_id = desk.request(assignment="contracted_emergency_home")
        assert placement.code("start_placement", body=start(request_id, home_id)) == (409, "home_has_not_accepted")
        desk.inquiry(request_id, home_id)
        placement.do("start_placement", body=start(request_id, home_id))

    @pytest.mark.parametrize(
        ("approved", "starts_on", "code"),
        [
            ({"assignments": ["emergency_home"]}, "2026-06-01", "no_valid_approval"),
            ({"valid_until": date(2026, 5, 31)}, "2026-06-01", "no_valid_approval"),
            ({}, "2026-04-30", "starts_before_approval"),
            ({"age_from": 10}, "2026-06-01", "age_outside_approval"),
            ({"child_name": "Nils Ek"}, "2026-06-01", "approved_for_another_child"),
        ],
    )
    def test_an_approval_must_cover_assignment_day_age_and_child(
        self, placement: Harness, desk: Desk, approved: dict[str, Any], starts_on: str, code: str
    ) -> None:
        body = {**desk.ready(desk.home(**approved)), "starts_on": starts_on}
        fault = placement.refusal("start_placement", body=body)
        assert (fault["status"], fault["code"]) == (409, code)
        assert [obstacle["code"] for obstacle in fault["extra"]["obstacles"]] == [code]
        assert placement.recorded(PLACEMENT_STARTED) == []

    def test_a_home_whose_household_has_changed_takes_nobody_until_that_is_looked_at(
        self, placement: Harness, desk: Desk
    ) -> None:
        home_id = desk.home()
        running = desk.placed(home_id, serial=985)
        body = desk.ready(home_id)
        placement.react(HOME_CHANGED, a_change(home_id, approvals_wait=True))
        assert placement.code("start_placement", body=body) == (409, "approval_waits")
        assert placement.do("get_placement", placement_id=running)["status"] == "planned"
        placement.react(HOME_CHANGED, a_change(home_id, approvals_wait=False))
        assert placement.do("start_placement", body=body)["home_id"] == home_id

    def test_an_emergency_is_written_down_afterwards_down_to_the_day_of_the_approval(
        self, placement: Harness, desk: Desk
    ) -> None:
        body = {**desk.ready(desk.home()), "starts_on": "2026-05-01"}
        assert placement.do("start_placement", body=body)["status"] == "running"

    def test_a_placement_that_begins_later_takes_the_place_too(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(places=1)
        desk.placed(home_id, starts_on="2026-09-01", serial=981)
        assert placement.code("start_placement", body=desk.ready(home_id)) == (409, "no_free_place")

    def test_the_place_is_free_from_the_day_after_the_departure(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(places=1)
        first = desk.placed(home_id, serial=981)
        placement.do("end_placement", placement_id=first, body={"ends_on": "2026-06-10", "reason": "moved_home"})
        body = desk.ready(home_id)
        assert placement.code("start_placement", body={**body, "starts_on": "2026-06-10"}) == (409, "no_free_place")
        placement.do("start_placement", body={**body, "starts_on": "2026-06-11"})

    def test_a_person_lives_in_one_place_and_may_move_on_one_day(self, placement: Harness, desk: Desk) -> None:
        first = desk.placed(desk.home())
        new_home = desk.home(assignments=["family_home", "emergency_home"])
        body = {**desk.ready(new_home, assignment="emergency_home"), "starts_on": "2026-06-10"}
        assert placement.code("start_placement", body=body) == (409, "person_already_placed")
        placement.do("end_placement", placement_id=first, body={"ends_on": "2026-06-11", "reason": "moved_home"})
        assert placement.code("start_placement", body=body) == (409, "person_already_placed")
        placement.do("start_placement", body={**body, "starts_on": "2026-06-11"})

    def test_a_contact_family_runs_beside_a_family_home(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home())
        desk.placed(desk.home(assignments=["contact_family"]), assignment="contact_family")
        desk.placed(desk.home(assignments=["contact_family"]), assignment="contact_family")
        assert len(placement.recorded(PLACEMENT_STARTED)) == 3

    def test_what_does_not_exist_is_pointed_at(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home())
        for name in ("placement_request_id", "home_id"):
            fault = placement.refusal("start_placement", body={**body, name: new_id()})
            assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, [f"/{name}"])
        fault = placement.refusal("start_placement", body={**body, "starts_on": "2016-12-31"})
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/starts_on"])

    def test_the_other_municipality_can_not_place_and_a_home_may_not(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home())
        fault = placement.refusal("start_placement", body=body, tenant=placement.new_tenant())
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (
            422,
            ["/placement_request_id"],
        )
        assert placement.code("start_placement", body=body, roles=["home"]) == (403, "missing_role")
        assert placement.recorded(PLACEMENT_STARTED) == []


class TestShownPlacements:
    def test_they_are_listed_with_those_that_start_latest_first(self, placement: Harness, desk: Desk) -> None:
        home_id, other = desk.home(), desk.home(protected_identity=True)
        first = desk.placed(home_id, starts_on="2026-05-10")
        hidden = {**request_body()["person"], "personal_number": "201701012393", "protected_identity": True}
        second = desk.placed(other, person=hidden)
        listed = placement.do("list_placements")["items"]
        assert [(item["id"], item["home_name"], item["person_name"], item["status"]) for item in listed] == [
            (second, None, None, "planned"),
            (first, "Anna Andersson, Bo Andersson", "Elsa Ek", "running"),
        ]
        of_home = placement.do("list_placements", query={"home_id": home_id})["items"]
        assert [item["id"] for item in of_home] == [first]
        of_request = {"placement_request_id": listed[0]["placement_request_id"]}
        assert [item["id"] for item in placement.do("list_placements", query=of_request)["items"]] == [second]

    def test_the_other_municipality_sees_nothing_and_a_home_but_its_own(self, placement: Harness, desk: Desk) -> None:
        placement_id, other = desk.placed(desk.home()), placement.new_tenant()
        assert placement.do("get_placement", placement_id=placement_id)["id"] == placement_id
        assert placement.do("list_placements", tenant=other)["total"] == 0
        assert placement.code("get_placement", placement_id=placement_id, tenant=other) == (404, "not_found")
        assert placement.code("get_placement", placement_id=placement_id, roles=["home"]) == (404, "not_found")
        assert placement.do("list_placements", roles=["home"])["total"] == 0


class TestEndPlacement:
    ENDS: dict[str, Any] = {"body": {"ends_on": "2026-08-31", "reason": "moved_home", "note": "Moves home."}}

    def test_a_day_that_is_to_come_is_recorded_and_the_placement_runs_until_then(
        self, placement: Harness, desk: Desk
    ) -> None:
        home_id = desk.home()
        placement_id = desk.placed(home_id, starts_on="2026-05-10")
        before = placement.etag("get_placement", placement_id=placement_id)
        ended = placement.do("end_placement", placement_id=placement_id, actor="karin", **self.ENDS)
        assert (ended["status"], ended["ends_on"], ended["ended_by"]) == ("running", "2026-08-31", "karin")
        assert (ended["end_reason"], ended["end_note"]) == ("moved_home", "Moves home.")
        assert placement.recorded(PLACEMENT_ENDED) == [
            {
                "placement_id": placement_id,
                "home_id": home_id,
                "ends_on": date(2026, 8, 31),
                "reason": "moved_home",
            }
        ]
        assert placement.etag("get_placement", placement_id=placement_id) != before

    def test_a_day_before_the_first_is_pointed_at(self, placement: Harness, desk: Desk) -> None:
        placement_id = desk.placed(desk.home(), starts_on="2026-05-20")
        fault = placement.refusal(
            "end_placement", placement_id=placement_id, body={"ends_on": "2026-05-19", "reason": "other"}
        )
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/ends_on"])
        assert placement.recorded(PLACEMENT_ENDED) == []

    def test_it_ends_once_however_many_say_so(self, placement: Harness, desk: Desk) -> None:
        placement_id = desk.placed(desk.home())
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(lambda _: placement.reply("end_placement", placement_id=placement_id, **self.ENDS), range(10))
            )
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"placement_already_ended"}
        assert len(placement.recorded(PLACEMENT_ENDED)) == 1

    def test_the_same_key_ends_once(self, placement: Harness, desk: Desk) -> None:
        call = {"placement_id": desk.placed(desk.home()), "idempotency_key": "k", **self.ENDS}
        assert placement.do("end_placement", **call) == placement.do("end_placement", **call)
        assert len(placement.recorded(PLACEMENT_ENDED)) == 1

    def test_the_other_municipality_and_the_wrong_role(self, placement: Harness, desk: Desk) -> None:
        call = {"placement_id": desk.placed(desk.home()), **self.ENDS}
        assert placement.code("end_placement", tenant=placement.new_tenant(), **call) == (404, "not_found")
        assert placement.code("end_placement", roles=["home"], **call) == (403, "missing_role")
        assert placement.recorded(PLACEMENT_ENDED) == []
