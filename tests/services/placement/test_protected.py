"""A placed person whose identity is protected: said at first or later, of all requests, and to the other services."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from services.kernel.testing import Harness
from services.placement.contract.events import PLACED_PERSON_CHANGED
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import personal_number, request_body

NUMBER = personal_number(serial=980)


def protect(placement: Harness, request_id: str, *, is_protected: bool = True, **call: Any) -> dict[str, Any]:
    body = {"protected_identity": is_protected}
    return placement.do("protect_placed_person", **said(request_id, body), **call)


def said(request_id: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"placement_request_id": request_id, "body": body, "if_match": "*"}


def a_stay(**of_person: Any) -> dict[str, Any]:
    person = {**request_body()["person"], "personal_number": NUMBER, **of_person}
    return {"person": person, "with": "The grandmother", "since": "2026-05-10"}


def names(placement: Harness) -> dict[str, str | None]:
    return {item["id"]: item["name"] for item in placement.do("list_placement_requests")["items"]}


def told(placement: Harness) -> list[tuple[str, bool]]:
    recorded = placement.recorded(PLACED_PERSON_CHANGED)
    assert {one["personal_number"] for one in recorded} <= {NUMBER}
    return [(one["placement_request_id"], one["protected_identity"]) for one in recorded]


class TestProtectPlacedPerson:
    def test_it_holds_in_all_requests_of_the_person_and_the_others_learn_it(
        self, placement: Harness, desk: Desk
    ) -> None:
        first, second, other = desk.request(), desk.request(), desk.request(serial=981)
        answer = protect(placement, first)
        assert (answer["person"], answer["needs"], answer["place"], answer["protected_identity"]) == (*[None] * 3, True)
        assert names(placement) == {first: None, second: None, other: "Elsa Ek"}
        assert told(placement) == [(first, True), (second, True)]

    def test_it_can_be_ended_and_said_twice(self, placement: Harness, desk: Desk) -> None:
        request_id = desk.request()
        for is_protected in (True, True, False):
            protect(placement, request_id, is_protected=is_protected)
        assert names(placement) == {request_id: "Elsa Ek"}
        assert told(placement) == [(request_id, True), (request_id, False)]

    def test_a_request_that_is_opened_later_is_protected_too(self, placement: Harness, desk: Desk) -> None:
        first = desk.request()
        protect(placement, first)
        second = desk.request()
        assert names(placement) == {first: None, second: None}
        assert told(placement) == [(first, True), (second, True)]

    def test_one_that_says_so_protects_the_earlier_ones(self, placement: Harness, desk: Desk) -> None:
        first = desk.request()
        person = {**request_body()["person"], "personal_number": NUMBER, "protected_identity": True}
        second = desk.request(person=person)
        assert names(placement) == {first: None, second: None}
        assert sorted(told(placement)) == sorted([(first, True), (second, True)])

    def test_an_informal_stay_that_is_noted_later_is_protected_too(self, placement: Harness, desk: Desk) -> None:
        protect(placement, desk.request())
        noted = placement.do("note_informal_stay", body=a_stay())
        assert (noted["name"], noted["with"], noted["protected_identity"]) == (None, None, True)

    def test_one_that_says_so_protects_the_requests_and_the_stays(self, placement: Harness, desk: Desk) -> None:
        first = desk.request()
        placement.do("note_informal_stay", body=a_stay())
        placement.do("note_informal_stay", body=a_stay(protected_identity=True))
        second = desk.request()
        assert names(placement) == {first: None, second: None}
        assert {one["name"] for one in placement.do("list_informal_stays")["items"]} == {None}
        assert told(placement) == [(first, True), (second, True)]

    def test_of_somebody_who_is_not_nothing_is_told(self, placement: Harness, desk: Desk) -> None:
        desk.request()
        assert told(placement) == []

    def test_two_at_once_leave_no_request_unprotected(self, placement: Harness, desk: Desk) -> None:
        first, start = desk.request(), Barrier(8)

        def act(number: int) -> None:
            start.wait(10)
            if number % 2:
                desk.request()
            else:
                protect(placement, first)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(act, range(8)))
        assert set(names(placement).values()) == {None}

    def test_it_needs_the_version_that_was_read_the_role_and_the_municipality(
        self, placement: Harness, desk: Desk
    ) -> None:
        request_id = desk.request()
        call = said(request_id, {"protected_identity": True})
        assert placement.code("protect_placed_person", **{**call, "if_match": "7"}) == (412, "stale")
        assert placement.code("protect_placed_person", **call, roles=["home"]) == (403, "missing_role")
        assert placement.code("protect_placed_person", **call, tenant=placement.new_tenant()) == (404, "not_found")
        assert names(placement) == {request_id: "Elsa Ek"}

    @pytest.mark.parametrize("body", [{}, {"protected_identity": None}, {"protected_identity": "yes"}])
    def test_wrong_input_changes_nothing(self, placement: Harness, desk: Desk, body: dict[str, Any]) -> None:
        request_id = desk.request()
        assert placement.code("protect_placed_person", **said(request_id, body))[0] == 422
        assert names(placement) == {request_id: "Elsa Ek"}


@pytest.mark.parametrize("said_of", ["a need", "an informal stay"])
def test_of_a_protected_child_a_network_homes_approval_does_not_say_who_it_is(
    placement: Harness, desk: Desk, said_of: str
) -> None:
    home_id = desk.home(assignments=["network_home"], child_name="Elsa Ek", child_personal_number=NUMBER)
    if said_of == "a need":
        protect(placement, desk.request())
    else:
        placement.do("note_informal_stay", body=a_stay(protected_identity=True))
    (approval,) = placement.do("get_home", home_id=home_id, roles=["caseworker"])["approvals"]
    assert (approval["child_name"], approval["conditions"]) == (None, None)
    call: dict[str, Any] = {"home_id": home_id, "roles": ["caseworker", "protected"], "reason": "So."}
    assert placement.do("get_home", **call)["approvals"][0]["child_name"] == "Elsa Ek"
