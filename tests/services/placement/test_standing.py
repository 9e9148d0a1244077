"""R15, R53: what is told of a home reaches matching at once, and whoever lives there is not moved by it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compensation.contract.events import CONTRACT_AGREED, LEAVE_TAKEN
from services.investigation.contract.events import (
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    CONCERN_REPORTED,
    CONCERN_SETTLED,
    HOME_CHANGED,
)
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.rows.nudges import Nudge
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS, NEWS_SETTLED, TRAINING_ATTENDED
from services.placement.contract.events import OTHERS_CHILDREN_SAID, PLACEMENT_ENDED
from tests.home_changes import a_change
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import personal_number

STAFF: dict[str, Any] = {"roles": ["caseworker"]}


def told(placement: Harness, home_id: str, on: str = "2026-05-20") -> dict[str, Any]:
    approval = placement.do("get_home", home_id=home_id, **STAFF)["approvals"][0]["id"]
    return {"approval_id": approval, "home_id": home_id, "on": date.fromisoformat(on)}


def a_concern(home_id: str) -> dict[str, Any]:
    return {"concern_id": new_id(), "home_id": home_id, "kind": "care", "reported_on": date(2026, 5, 19)}


def beside(placement: Harness, request: str) -> tuple[list[str], list[str]]:
    """The obstacles and the warnings of the only home."""
    (found,) = placement.do("list_candidates", placement_request_id=request)["items"]
    return [one["code"] for one in found["obstacles"]], [one["code"] for one in found["warnings"]]


class TestApproval:
    def test_suspended_it_takes_nobody_until_it_is_reinstated(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        body = desk.ready(home)
        placement.react(APPROVAL_SUSPENDED, told(placement, home))
        assert beside(placement, body["placement_request_id"]) == (["approval_suspended"], [])
        assert placement.code("start_placement", body=body) == (409, "approval_suspended")
        placement.react(APPROVAL_REINSTATED, told(placement, home))
        assert placement.do("start_placement", body=body)["flags"] == []

    def test_revoked_it_does_not_hold_from_that_day_on(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        body = desk.ready(home)
        placement.react(APPROVAL_REVOKED, told(placement, home, "2026-06-01"))
        assert placement.code("start_placement", body=body) == (409, "no_valid_approval")
        placement.do("start_placement", body={**body, "starts_on": "2026-05-31"})

    def test_a_running_placement_is_flagged_and_not_ended(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-10")

        def flags() -> list[str]:
            return list(placement.do("get_placement", placement_id=placed, **STAFF)["flags"])

        placement.react(APPROVAL_REVOKED, told(placement, home))
        concern = a_concern(home)
        placement.react(CONCERN_REPORTED, concern)
        placement.react(HOME_CHANGED, a_change(home, approvals_wait=True))
        assert flags() == ["approval_revoked", "approval_waits", "open_concern"]
        assert placement.do("get_placement", placement_id=placed, **STAFF)["status"] == "running"
        assert placement.recorded(PLACEMENT_ENDED) == []
        as_home = {"roles": ["home"], "personal_number": "189001019802"}
        assert placement.do("get_placement", placement_id=placed, **as_home)["flags"] == []
        placement.now = datetime(2028, 5, 1, 8, tzinfo=UTC)
        assert "approval_expired" in flags()

    @pytest.mark.parametrize(
        ("anew", "lost"),
        [
            ({}, False),
            ({"assignments": ["emergency_home"]}, True),
            ({"child_name": "Nils Ek", "child_personal_number": personal_number("20170101", 990)}, True),
            ({"child_name": "Elsa Ek", "child_personal_number": personal_number("20170101", 980)}, False),
            ({"valid_until": date(2028, 4, 30)}, True),
        ],
    )
    def test_an_approval_that_has_run_out_is_no_loss_where_the_home_is_approved_anew(
        self, placement: Harness, desk: Desk, anew: dict[str, Any], lost: bool
    ) -> None:
        home = desk.home()
        placed = desk.placed(home, starts_on="2026-05-10")
        desk.home(home_id=home, **{"decided_on": date(2026, 5, 15), "valid_until": date(2030, 4, 30), **anew})
        placement.now = datetime(2028, 5, 1, 8, tzinfo=UTC)
        flags = placement.do("get_placement", placement_id=placed, **STAFF)["flags"]
        figures = {one["code"]: one["count"] for one in placement.do("report_self_monitoring", **STAFF)["figures"]}
        assert (flags, figures["approval_lost"]) == ((["approval_expired"], 1) if lost else ([], 0))

    def test_what_comes_before_the_approval_waits_for_it(self, placement: Harness) -> None:
        early = {"approval_id": new_id(), "home_id": new_id(), "on": date(2026, 5, 20)}
        assert not placement.deliver(APPROVAL_SUSPENDED, placement.message(APPROVAL_SUSPENDED, early)).done


class TestConcern:
    def test_it_warns_at_every_new_match_until_it_is_settled(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(), desk.request()
        concern = a_concern(home)
        placement.react(CONCERN_REPORTED, concern)
        assert beside(placement, request) == ([], ["open_concern"])
        settled = {**concern, "outcome": "unfounded", "settled_on": date(2026, 5, 20)}
        placement.react(CONCERN_SETTLED, settled)
        assert beside(placement, request) == ([], [])

    def test_at_night_too(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(assignments=["contracted_emergency_home"])
        placement.react(CONCERN_REPORTED, a_concern(home))
        (found,) = placement.do("view_night_desk", query={"age": "7"})["items"]
        assert [one["code"] for one in found["warnings"]] == ["open_concern"]

    def test_another_municipalitys_concern_is_not_ours(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(), desk.request()
        placement.react(CONCERN_REPORTED, a_concern(home), tenant=placement.new_tenant())
        assert beside(placement, request) == ([], [])


class TestWhatOthersTell:
    def test_a_home_that_has_attended_nothing_is_warned_of_once_anybody_tells(
        self, placement: Harness, desk: Desk
    ) -> None:
        home, other, request = desk.home(), new_id(), desk.request()
        assert beside(placement, request) == ([], [])
        course = {"course_id": new_id(), "kind": "course", "held_on": date(2026, 5, 2), "attended": True}
        placement.react(TRAINING_ATTENDED, {**course, "enrolment_id": new_id(), "home_id": other})
        assert beside(placement, request) == ([], ["training_missing"])
        placement.react(TRAINING_ATTENDED, {**course, "enrolment_id": new_id(), "home_id": home})
        assert beside(placement, request) == ([], [])

    def test_a_contracted_home_on_leave_is_not_asked_until_it_is_back_or_the_leave_is_cancelled(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home(assignments=["contracted_emergency_home"])
        leave: dict[str, Any] = {"leave_id": new_id(), "agreement_id": new_id(), "home_id": home, "cancelled": False}
        leave |= {"starts_on": date(2026, 5, 18), "ends_on": date(2026, 6, 1)}
        placement.react(LEAVE_TAKEN, leave)
        assert placement.do("view_night_desk", query={"age": "7"})["total"] == 0
        body = desk.ready(home, assignment="contracted_emergency_home")
        assert placement.code("start_placement", body=body) == (409, "home_not_available")
        placement.react(LEAVE_TAKEN, {**leave, "cancelled": True})
        assert placement.do("view_night_desk", query={"age": "7"})["total"] == 1
        placement.do("start_placement", body=body)

    def test_news_of_another_service_nudges_the_home_and_is_forgotten_when_settled(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home()
        news = {"news_id": new_id(), "home_id": home, "kind": "message", "urgent": False}
        placement.react(HOME_HAS_NEWS, news)
        assert nudged(placement, news["news_id"]) == ["off"]  # no way is set up here
        placement.react(NEWS_SETTLED, {"news_id": news["news_id"], "home_id": home})
        assert not placement.deliver(
            HOME_HAS_NEWS, placement.message(HOME_HAS_NEWS, {**news, "news_id": new_id(), "home_id": new_id()})
        ).done

    def test_what_was_settled_before_it_was_heard_of_nudges_nobody(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        news = {"news_id": new_id(), "home_id": home, "kind": "message", "urgent": False}
        settled = {"news_id": news["news_id"], "home_id": home}
        assert placement.deliver(NEWS_SETTLED, placement.message(NEWS_SETTLED, settled, version=3)).done
        assert placement.deliver(HOME_HAS_NEWS, placement.message(HOME_HAS_NEWS, news, version=2)).done
        assert nudged(placement, news["news_id"]) == []
        assert placement.deliver(HOME_HAS_NEWS, placement.message(HOME_HAS_NEWS, news, version=4)).done
        assert nudged(placement, news["news_id"]) == ["off"]  # it is new again; no way is set up here


def nudged(placement: Harness, news_id: Any) -> list[str]:
    """How the nudges of something stand."""
    context = Context(tenant=placement.tenant, actor="", request_id="", deadline=0)
    with placement.database.unit(context, reads=True) as unit:
        return [one.state for one in unit.session.query(Nudge).filter(Nudge.subject == news_id)]


class TestAvailability:
    AWAY: dict[str, Any] = {"periods": [{"from": "2026-06-01", "to": "2026-06-30", "places": 0}], "most_km": 5}

    def test_the_home_says_it_itself_and_is_not_chosen_then(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(position={"latitude": 59.37, "longitude": 15.21})
        as_home = {"roles": ["home"], "personal_number": "189001019802"}
        said = placement.do("set_availability", home_id=home, body=self.AWAY, if_match="*", **as_home)
        assert (said["periods"], said["most_km"]) == (self.AWAY["periods"], 5)
        assert placement.do("get_availability", home_id=home, **as_home) == said
        body = desk.ready(home)
        assert beside(placement, body["placement_request_id"]) == (["home_not_available"], ["outside_wishes"])
        assert placement.code("start_placement", body=body) == (409, "home_not_available")
        placement.do("start_placement", body={**body, "starts_on": "2026-07-01"})

    def test_days_backwards_are_wrong(self, placement: Harness, desk: Desk) -> None:
        body = {"periods": [{"from": "2026-06-30", "to": "2026-06-01", "places": 0}]}
        fault = placement.refusal("set_availability", home_id=desk.home(), body=body, if_match="*")
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [
            ("/periods/0/to", "availability_in_order")
        ]

    def test_not_another_homes(self, placement: Harness, desk: Desk) -> None:
        neighbour = {"roles": ["home"], "personal_number": "189001019836"}
        call = {"home_id": desk.home(), "body": self.AWAY, "if_match": "*"}
        assert placement.code("set_availability", **call, **neighbour) == (404, "not_found")
        assert placement.code("set_availability", **call, tenant=placement.new_tenant()) == (404, "not_found")

    def test_a_home_in_another_municipality_waits_until_that_was_consulted(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home()
        body = desk.ready(home)
        host = {"municipality_code": "1980", "consulted_on": None}
        placement.do("set_host_municipality", home_id=home, body=host, if_match="*")
        assert placement.code("start_placement", body=body) == (409, "host_not_consulted")
        host["consulted_on"] = "2026-05-19"
        placement.do("set_host_municipality", home_id=home, body=host, if_match="*")
        placement.do("start_placement", body=body)

    def test_nor_before_the_day_on_which_that_is_consulted(self, placement: Harness, desk: Desk) -> None:
        host = {"municipality_code": "1980", "consulted_on": "2026-05-21"}
        call = {"home_id": desk.home(), "body": host, "if_match": "*"}
        (problem,) = placement.refusal("set_host_municipality", **call)["errors"]
        assert (problem["pointer"], problem["code"]) == ("/consulted_on", "consulted_not_come")


class TestSiblingsAndDistance:
    def test_siblings_come_together_or_not_at_all(self, placement: Harness, desk: Desk) -> None:
        small, large = desk.home(places=1), desk.home(places=2)
        first = desk.request(siblings_together=True)
        second = desk.request(serial=981, siblings_together=True, sibling_of=first)
        listed = placement.do("list_candidates", placement_request_id=second)["items"]
        assert [(one["home_id"], one["eligible"]) for one in listed] == [(large, True), (small, False)]
        assert [one["code"] for one in listed[1]["obstacles"]] == ["siblings_do_not_fit"]

    def test_of_three_the_third_may_name_the_second(self, placement: Harness, desk: Desk) -> None:
        two, three = desk.home(places=2), desk.home(places=3)
        first = desk.request(siblings_together=True)
        second = desk.request(serial=981, siblings_together=True, sibling_of=first)
        third = desk.request(serial=982, siblings_together=True, sibling_of=second)
        for request in (first, second, third):
            listed = placement.do("list_candidates", placement_request_id=request)["items"]
            assert {one["home_id"]: one["eligible"] for one in listed} == {two: False, three: True}

    def test_a_sibling_who_lives_there_for_another_need_is_the_same_one(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        named = desk.request()
        placement.do("close_placement_request", placement_request_id=named, body={"reason": "Something else."})
        desk.placed(home, starts_on="2026-05-10")
        other = desk.request(serial=981, siblings_together=True, sibling_of=named)
        (one,) = placement.do("list_candidates", placement_request_id=other)["items"]
        assert "A sibling lives there." in [reason["detail"] for reason in one["reasons"]]

    def test_a_child_who_must_be_kept_away_from_somebody_comes_to_no_home_near(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home(position={"latitude": 59.37, "longitude": 15.21})
        away = [{"latitude": 59.37, "longitude": 15.3, "km": 20}]
        body = desk.ready(home, not_near=away)
        assert placement.code("start_placement", body=body) == (409, "too_near")

    def test_who_will_be_too_old_before_the_need_ends_needs_another_home(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(age_to=12)
        body = desk.ready(home, born="20170101", expected_until="2031-01-01")
        assert placement.code("start_placement", body=body) == (409, "outgrows_approval")
        assert placement.do("start_placement", body=desk.ready(home, serial=981, expected_until="2029-12-31"))


class TestOthersChildren:
    def test_each_takes_a_place_whoever_has_placed_it(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(places=2, assignments=["emergency_home"])
        body = desk.ready(home, assignment="emergency_home")
        said = placement.do("set_others_children", home_id=home, body={"children": 2}, if_match="*")
        assert (said["others_children"], said["occupied"]) == (2, 2)
        assert beside(placement, body["placement_request_id"])[0] == ["no_free_place"]
        assert placement.do("view_night_desk", query={"age": "8"})["total"] == 0
        assert placement.do("view_overview", query={"from": "2026-05-01", "to": "2026-05-31"})["free_places"] == []
        assert placement.code("start_placement", body=body) == (409, "no_free_place")
        placement.do("set_others_children", home_id=home, body={"children": 1}, if_match="*")
        assert placement.do("view_night_desk", query={"age": "8"})["items"][0]["free_places"] == 1
        placement.do("start_placement", body=body)

    def test_and_counts_among_more_than_three(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(places=4)
        placement.do("set_others_children", home_id=home, body={"children": 3}, if_match="*")
        body = desk.ready(home)
        assert beside(placement, body["placement_request_id"]) == ([], ["more_than_three"])
        placement.do("start_placement", body={**body, "starts_on": "2026-05-10"})
        due = placement.do("list_deadlines", query={"page": "1", "limit": "100"}, roles=["caseworker"])["items"]
        assert "more_than_three" in {one["kind"] for one in due}

    def test_the_others_learn_how_many_there_are_now(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        for children in (2, 0):
            placement.do("set_others_children", home_id=home, body={"children": children}, if_match="*")
        told = [{"home_id": home, "children": children} for children in (2, 0)]
        assert placement.recorded(OTHERS_CHILDREN_SAID) == told

    def test_nobody_but_a_caseworker_says_it_and_not_of_half_a_child(self, placement: Harness, desk: Desk) -> None:
        call = {"home_id": desk.home(), "if_match": "*"}
        assert placement.code("set_others_children", body={"children": -1}, **call) == (422, "invalid_input")
        assert placement.code("set_others_children", body={"children": 1}, roles=["home"], **call)[0] == 403
        etag = placement.etag("get_home", home_id=call["home_id"], roles=["caseworker"])
        placement.do("set_others_children", body={"children": 1}, **call)
        stale = {"home_id": call["home_id"], "if_match": etag, "body": {"children": 2}}
        assert placement.code("set_others_children", **stale) == (412, "stale")


class TestContract:
    CONTRACTED: dict[str, Any] = {"assignments": ["contracted_emergency_home"], "age_to": 17, "places": 3}

    def agreed(self, placement: Harness, home_id: str, **overrides: Any) -> None:
        said = {"places": 1, "age_from": 0, "age_to": 12, "starts_on": date(2026, 1, 1), "ends_on": None}
        placement.react(CONTRACT_AGREED, {"agreement_id": f"{home_id}-1", "home_id": home_id, **said, **overrides})

    def test_a_contracted_home_takes_the_ages_of_its_contract_in_its_time(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(**self.CONTRACTED)
        self.agreed(placement, home, age_from=13, age_to=17)
        body = desk.ready(home, assignment="contracted_emergency_home")
        assert beside(placement, body["placement_request_id"])[0] == ["outside_contract"]
        assert placement.code("start_placement", body=body) == (409, "outside_contract")
        self.agreed(placement, home, ends_on=date(2026, 5, 31))
        assert placement.code("start_placement", body=body) == (409, "outside_contract")
        self.agreed(placement, home)
        placement.do("start_placement", body=body)

    def test_and_so_many_as_it_is_contracted_for_whatever_it_is_approved_for(
        self, placement: Harness, desk: Desk
    ) -> None:
        home = desk.home(**{**self.CONTRACTED, "assignments": ["contracted_emergency_home", "emergency_home"]})
        self.agreed(placement, home)
        desk.placed(home, assignment="emergency_home", serial=982)  # not under the contract
        desk.placed(home, assignment="contracted_emergency_home", serial=983)
        body = desk.ready(home, assignment="contracted_emergency_home")
        assert placement.code("start_placement", body=body) == (409, "no_free_place")
        placement.do("start_placement", body=desk.ready(home, assignment="emergency_home", serial=981))

    def test_of_whose_contract_nobody_has_told_the_approval_counts(self, placement: Harness, desk: Desk) -> None:
        body = desk.ready(desk.home(**self.CONTRACTED), assignment="contracted_emergency_home")
        assert placement.do("start_placement", body=body)["status"] == "planned"

    def test_the_manager_counts_what_is_contracted(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(**self.CONTRACTED)
        self.agreed(placement, home)
        free = placement.do("view_overview", query={"from": "2026-05-01", "to": "2026-05-31"})["free_places"]
        assert {(one["age_from"], one["places"]) for one in free} == {(0, 1), (7, 1)}
