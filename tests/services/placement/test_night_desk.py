"""R19, R54: who can take a child now, the call, and what the home must know tonight."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compensation.contract.events import CONTRACT_AGREED
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from tests.conftest import shelves
from tests.pdfs import pages_of
from tests.services.placement.conftest import ANNA, DECIDED, Desk, start
from tests.unit.placement.factories import request_body

CONTRACTED: dict[str, Any] = {"assignments": ["contracted_emergency_home"]}
EMERGENCY: dict[str, Any] = {"assignments": ["emergency_home"]}
HERE = {"age": "7", "latitude": "59.27", "longitude": "15.21"}
TOLD = [{"topic": "health", "text": "Asthma: the inhaler is in the rucksack."}]
AS_ANNA: dict[str, Any] = {"roles": ["home"], "personal_number": ANNA, "actor": "home-anna"}


def at(latitude: float) -> dict[str, Any]:
    return {"position": {"latitude": latitude, "longitude": 15.21}}


def shown(placement: Harness, **query: str) -> list[str]:
    return [one["home_id"] for one in placement.do("view_night_desk", query={**HERE, **query})["items"]]


def call(request_id: str, home_id: str, outcome: str, **overrides: Any) -> dict[str, Any]:
    return {"placement_request_id": request_id, "home_id": home_id, "outcome": outcome, "told": TOLD, **overrides}


class TestNightDesk:
    def test_those_that_must_say_yes_come_first_then_the_nearest_and_last_who_sleeps(
        self, placement: Harness, desk: Desk
    ) -> None:
        far, near = desk.home(**EMERGENCY, **at(59.5)), desk.home(**EMERGENCY, **at(59.3))
        must = desk.home(**CONTRACTED, **at(59.9))
        sleeps = desk.home(**EMERGENCY, **at(59.27))
        quiet = {"periods": [], "may_be_called_at_night": False}
        placement.do("set_availability", home_id=sleeps, body=quiet, if_match="*")
        desk.home()  # a family home is not asked at night
        assert shown(placement) == [must, near, far, sleeps]

    def test_each_says_what_is_needed_to_call(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(**CONTRACTED, **at(59.37), places=3)
        desk.placed(home, assignment="contracted_emergency_home", serial=981)
        (found,) = placement.do("view_night_desk", query=HERE)["items"]
        assert found == {
            "id": home,
            "home_id": home,
            "name": "Anna Andersson, Bo Andersson",
            "home_name": "Anna Andersson, Bo Andersson",
            "phone": None,
            "distance_km": 11.1,
            "free_places": 2,
            "must_accept": True,
            "may_be_called_at_night": True,
            "last_asked_at": "2026-05-20T08:00:00Z",
            "obstacles": [],
            "warnings": [],
            "protected_identity": False,
        }

    def test_who_has_no_room_for_all_is_not_there(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(**EMERGENCY, places=2)
        assert shown(placement, children="2") == [home]
        assert shown(placement, children="3") == []
        desk.placed(home, assignment="emergency_home", serial=981)
        assert shown(placement, children="1") == [home]
        assert shown(placement, children="2") == []

    def test_who_comes_when_another_has_left_takes_that_ones_place(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(**EMERGENCY, places=2)
        leaves = desk.placed(home, assignment="emergency_home", serial=981, starts_on="2026-05-10")
        ending = {"ends_on": "2026-05-21", "reason": "planned"}
        placement.do("end_placement", placement_id=leaves, body=ending)
        desk.placed(home, assignment="emergency_home", serial=982, starts_on="2026-05-22")
        assert (shown(placement, children="1"), shown(placement, children="2")) == ([home], [])
        desk.placed(home, assignment="emergency_home", serial=983, starts_on="2026-05-28")
        assert shown(placement) == []

    @pytest.mark.parametrize(("age", "is_there"), [("12", False), ("13", True), ("17", True), ("18", False)])
    def test_a_home_has_chosen_its_span_of_ages(self, placement: Harness, desk: Desk, age: str, is_there: bool) -> None:
        desk.home(**CONTRACTED, age_from=13, age_to=17)
        assert bool(shown(placement, age=age)) is is_there

    def test_who_is_away_or_waits_is_not_there(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(**CONTRACTED)
        away = {"periods": [{"from": "2026-05-20", "to": "2026-06-01", "places": 0}]}
        placement.do("set_availability", home_id=home, body=away, if_match="*")
        assert shown(placement) == []
        placement.now = datetime(2026, 6, 2, 8, tzinfo=UTC)
        assert shown(placement) == [home]

    def test_of_whom_the_host_municipality_has_not_been_consulted_comes_last_and_takes_nobody(
        self, placement: Harness, desk: Desk
    ) -> None:
        lies_elsewhere, far = desk.home(**CONTRACTED, **at(59.27)), desk.home(**EMERGENCY, **at(60.0))
        host = {"municipality_code": "0180", "consulted_on": None}
        placement.do("set_host_municipality", home_id=lies_elsewhere, body=host, if_match="*")
        found = placement.do("view_night_desk", query=HERE)["items"]
        assert [(one["home_id"], [said["code"] for said in one["obstacles"]]) for one in found] == [
            (far, []),
            (lies_elsewhere, ["host_not_consulted"]),
        ]
        consulted = {**host, "consulted_on": "2026-05-01"}
        placement.do("set_host_municipality", home_id=lies_elsewhere, body=consulted, if_match="*")
        assert shown(placement) == [lies_elsewhere, far]

    def test_who_must_say_yes_must_within_its_contract_only(self, placement: Harness, desk: Desk) -> None:
        both = {"assignments": ["contracted_emergency_home", "emergency_home"], "age_to": 17, "places": 3}
        bound, free = desk.home(**CONTRACTED, places=3, age_to=17), desk.home(**both)
        said = {"places": 2, "age_from": 0, "age_to": 12, "starts_on": date(2026, 1, 1), "ends_on": None}
        for home in (bound, free):
            placement.react(CONTRACT_AGREED, {"agreement_id": home, "home_id": home, **said})

        def tonight(**query: str) -> dict[str, tuple[int, bool]]:
            items = placement.do("view_night_desk", query={**HERE, **query})["items"]
            return {one["home_id"]: (one["free_places"], one["must_accept"]) for one in items}

        assert tonight() == {bound: (2, True), free: (2, True)}
        assert tonight(children="3") == {free: (3, False)}
        assert tonight(age="14") == {free: (3, False)}

    def test_of_a_protected_home_name_phone_and_the_real_distance_are_hidden(
        self, placement: Harness, desk: Desk
    ) -> None:
        desk.home(**CONTRACTED, **at(59.37), protected_identity=True)
        (found,) = placement.do("view_night_desk", query=HERE)["items"]
        assert (found["name"], found["phone"], found["distance_km"]) == (None, None, 20.0)

    def test_another_municipality_and_the_wrong_role(self, placement: Harness, desk: Desk) -> None:
        desk.home(**CONTRACTED)
        assert placement.do("view_night_desk", query=HERE, tenant=placement.new_tenant())["total"] == 0
        assert placement.code("view_night_desk", query=HERE, roles=["home"]) == (403, "missing_role")


class TestCall:
    def test_it_is_an_inquiry_and_its_answer_in_one_step(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**CONTRACTED), desk.request(assignment="contracted_emergency_home", urgent=True)
        logged = placement.do("log_night_call", body=call(request, home, "accepted"), actor="karin")
        assert (logged["status"], logged["answered_by_home"], logged["may_decline"]) == ("accepted", False, False)
        assert logged["told"] == [{**TOLD[0], "by": "karin", "at": "2026-05-20T08:00:00Z"}]
        body = start(request, home, "2026-05-20", care_decision={**DECIDED, "authority": "chair_urgent"})
        assert placement.do("start_placement", body=body)["status"] == "running"

    def test_a_contracted_home_can_not_say_no(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**CONTRACTED), desk.request(assignment="contracted_emergency_home")
        refused = placement.code("log_night_call", body=call(request, home, "declined"))
        assert refused == (409, "contracted_home_must_accept")
        assert placement.do("list_inquiries")["total"] == 0

    def test_another_home_may_and_says_why(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**EMERGENCY), desk.request(assignment="emergency_home")
        logged = placement.do("log_night_call", body=call(request, home, "declined", note="Ill."))
        assert (logged["status"], logged["reason"]) == ("declined", "Ill.")

    def test_who_did_not_answer_may_be_called_again(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**CONTRACTED), desk.request(assignment="contracted_emergency_home")
        missed = placement.do("log_night_call", body=call(request, home, "no_answer"))
        assert missed["status"] == "no_answer"
        assert placement.code("start_placement", body=start(request, home)) == (409, "home_has_not_accepted")
        assert placement.do("log_night_call", body=call(request, home, "accepted"))["status"] == "accepted"

    def test_a_call_answers_what_waits(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**EMERGENCY), desk.request(assignment="emergency_home")
        waiting = desk.inquiry(request, home)
        missed = placement.do("log_night_call", body=call(request, home, "no_answer"))
        assert missed["id"] != waiting
        assert placement.do("get_inquiry", inquiry_id=waiting)["status"] == "sent"
        assert placement.do("log_night_call", body=call(request, home, "accepted"))["id"] == waiting

    def test_the_same_key_logs_once(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(**EMERGENCY), desk.request(assignment="emergency_home")
        body = call(request, home, "accepted")
        first = placement.do("log_night_call", body=body, idempotency_key="k")
        assert placement.do("log_night_call", body=body, idempotency_key="k") == first
        assert placement.do("list_inquiries")["total"] == 1

    def test_what_does_not_exist_is_pointed_at(self, placement: Harness, desk: Desk) -> None:
        body = call(desk.request(), "nowhere", "accepted")
        fault = placement.refusal("log_night_call", body=body)
        assert [one["pointer"] for one in fault["errors"]] == ["/home_id"]


class TestWhatWasTold:
    def test_it_stands_at_the_inquiry_for_staff_and_the_home(self, placement: Harness, desk: Desk) -> None:
        home, request = desk.home(), desk.request()
        body = {"home_id": home, "told": TOLD}
        sent = placement.do("send_inquiry", placement_request_id=request, body=body, actor="karin")
        for caller in ({"roles": ["caseworker"]}, AS_ANNA):
            told = placement.do("get_inquiry", inquiry_id=sent["id"], **caller)["told"]
            assert told == [{**TOLD[0], "by": "karin", "at": "2026-05-20T08:00:00Z"}]

    def test_of_a_protected_child_the_home_alone_reads_it(self, placement: Harness, desk: Desk) -> None:
        person = {**request_body()["person"], "protected_identity": True}
        request, home = desk.request(person=person), desk.home()
        sent = placement.do("send_inquiry", placement_request_id=request, body={"home_id": home, "told": TOLD})
        assert sent["told"][0]["text"] is None
        told = placement.do("get_inquiry", inquiry_id=sent["id"], **AS_ANNA)["told"]
        assert told[0]["text"] == TOLD[0]["text"]


class TestFactSheet:
    def placed(self, desk: Desk, **overrides: Any) -> str:
        home = desk.home(**EMERGENCY)
        request = desk.request(assignment="emergency_home", urgent=True, needs="A teddy called Nisse.", **overrides)
        desk.harness.do("log_night_call", body=call(request, home, "accepted", told=overrides.get("told", TOLD)))
        body = start(request, home, "2026-05-20", care_decision={**DECIDED, "authority": "chair_urgent"})
        return str(desk.harness.do("start_placement", body=body)["id"])

    def test_it_says_what_the_home_must_know_tonight_on_one_page(self, placement: Harness, desk: Desk) -> None:
        placed = self.placed(desk)
        pages = sheet(placement, placed, **AS_ANNA)
        assert len(pages) == 1
        said = pages[0]
        assert all(word in said for word in ("Elsa Ek", "2017-01-01", "9 år", "jourhem", "Nisse", "inhaler"))
        assert "ordföranden, brådskande" in said
        assert "20170101" not in said

    @pytest.mark.parametrize("text", ["much to know ", "WWWW ", "W"])
    def test_however_much_was_told_it_is_one_page_and_says_what_was_left_out(
        self, placement: Harness, desk: Desk, text: str
    ) -> None:
        much = [{"topic": "other", "text": f"Fact {number}: {text * 100}"} for number in range(20)]
        home, other = desk.home(**EMERGENCY), desk.request(assignment="emergency_home", urgent=True, serial=981)
        placement.do("log_night_call", body=call(other, home, "accepted", told=much))
        body = start(other, home, "2026-05-20", care_decision={**DECIDED, "authority": "chair_urgent"})
        pages = sheet(placement, placement.do("start_placement", body=body)["id"])
        assert len(pages) == 1
        assert re.search("Ytterligare [0-9]+ uppgifter finns i akten", pages[0])

    def test_the_home_reads_it_until_the_placement_has_ended(self, placement: Harness, desk: Desk) -> None:
        placed = self.placed(desk)
        ending = {"ends_on": "2026-05-21", "reason": "planned"}
        placement.do("end_placement", placement_id=placed, body=ending)
        placement.now = datetime(2026, 5, 22, 8, tzinfo=UTC)
        assert placement.code("get_fact_sheet", placement_id=placed, **AS_ANNA) == (404, "not_found")
        assert sheet(placement, placed)

    def test_of_a_protected_child_staff_need_the_right_and_a_reason_and_the_home_does_not(
        self, placement: Harness, desk: Desk
    ) -> None:
        person = {**request_body()["person"], "protected_identity": True}
        placed = self.placed(desk, person=person)
        assert placement.code("get_fact_sheet", placement_id=placed, roles=["caseworker"])[0] == 403
        assert "Elsa Ek" in sheet(placement, placed, **AS_ANNA)[0]
        seen = {"roles": ["caseworker", "protected"], "reason": "The home has lost it."}
        assert "Elsa Ek" in sheet(placement, placed, **seen)[0]


def sheet(placement: Harness, placed: str, **caller: Any) -> list[str]:
    """The pages of a fact sheet, as text."""
    reply = placement.reply("get_fact_sheet", placement_id=placed, **{"roles": ["caseworker"], **caller})
    file = FileInStore.from_dict(reply["file"])
    pdf = b"".join(shelves("placement").of(placement.tenant).read(file))
    return pages_of(pdf)
