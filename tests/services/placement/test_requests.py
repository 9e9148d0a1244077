"""Placement requests, and the homes beside them."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import personal_number, request_body

ELSA = request_body()["person"]


class TestOpenPlacementRequest:
    def test_everything_that_was_written_is_read_again(self, placement: Harness, desk: Desk) -> None:
        written = request_body(knows_home_id=desk.home(), sibling_of=desk.request(), urgent=True)
        opened = placement.do("open_placement_request", body=written, actor="karin")
        read = placement.do("get_placement_request", placement_request_id=opened["id"])
        assert read == opened
        assert {name: read[name] for name in written} == written
        assert (read["status"], read["age"], read["opened_by"]) == ("open", 9, "karin")

    def test_what_is_not_said_is_empty(self, placement: Harness) -> None:
        person = {name: value for name, value in ELSA.items() if name != "protected_identity"}
        body = {"assignment": "contact_person", "person": person, "needed_from": "2026-06-01"}
        opened = placement.do("open_placement_request", body=body)
        assert opened["person"]["protected_identity"] is False
        assert (opened["languages"], opened["place"], opened["needs"], opened["urgent"]) == ([], None, "", False)

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"person": {**ELSA, "personal_number": "201701012394"}}, "/person/personal_number"),
            ({"person": {**ELSA, "personal_number": personal_number("20260521")}}, "/person/personal_number"),
            ({"person": {**ELSA, "nickname": "E"}}, "/person/nickname"),
            ({"needed_from": "2016-12-31"}, "/needed_from"),
            ({"needed_from": "soon"}, "/needed_from"),
            ({"assignment": "palace"}, "/assignment"),
            ({"languages": ["Arabic"]}, "/languages/0"),
            ({"place": {"latitude": 59.27}}, "/place/longitude"),
            ({"place": {"latitude": 0, "longitude": 0}}, "/place/latitude"),
            ({"knows_home_id": "nowhere"}, "/knows_home_id"),
            ({"sibling_of": "nobody"}, "/sibling_of"),
            ({"needs": "x" * 10_001}, "/needs"),
        ],
    )
    def test_wrong_input_is_pointed_at_and_changes_nothing(
        self, placement: Harness, wrong: dict[str, Any], pointer: str
    ) -> None:
        fault = placement.refusal("open_placement_request", body=request_body(**wrong))
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert pointer in [problem["pointer"] for problem in fault["errors"]]
        assert placement.do("list_placement_requests")["total"] == 0

    def test_the_home_of_another_municipality_is_no_home(self, placement: Harness, desk: Desk) -> None:
        foreign = desk.home(tenant=placement.new_tenant())
        fault = placement.refusal("open_placement_request", body=request_body(knows_home_id=foreign))
        assert [problem["pointer"] for problem in fault["errors"]] == ["/knows_home_id"]

    def test_the_same_key_is_one_request(self, placement: Harness) -> None:
        first = placement.do("open_placement_request", body=request_body(), idempotency_key="k")
        assert placement.do("open_placement_request", body=request_body(), idempotency_key="k") == first
        assert placement.do("list_placement_requests")["total"] == 1

    @pytest.mark.parametrize("roles", [["home"], ["recruiter", "payroll"]])
    def test_only_a_caseworker_may(self, placement: Harness, roles: list[str]) -> None:
        assert placement.code("open_placement_request", body=request_body(), roles=roles) == (403, "missing_role")


class TestListPlacementRequests:
    def test_urgent_ones_come_first_then_those_needed_earliest(self, placement: Harness, desk: Desk) -> None:
        late = desk.request(needed_from="2026-08-01")
        early = desk.request(needed_from="2026-06-01")
        urgent = desk.request(needed_from="2026-09-01", urgent=True)
        listed = placement.do("list_placement_requests", page={"limit": "2"})
        assert [item["id"] for item in listed["items"]] == [urgent, early]
        assert listed["total"] == 3
        listed = placement.do("list_placement_requests", page={"page": "2", "limit": "2"})
        assert [item["id"] for item in listed["items"]] == [late]

    def test_only_the_asked_status_is_listed(self, placement: Harness, desk: Desk) -> None:
        desk.placed(desk.home(), serial=980)
        waiting = desk.request(serial=981)
        assert [item["id"] for item in placement.do("list_placement_requests", query={"status": "open"})["items"]] == [
            waiting
        ]
        assert placement.do("list_placement_requests", query={"status": "placed"})["total"] == 1
        assert placement.code("list_placement_requests", query={"status": "lost"}) == (422, "invalid_input")

    def test_a_protected_identity_has_no_name_in_lists(self, placement: Harness, desk: Desk) -> None:
        desk.request(person={**ELSA, "protected_identity": True})
        (item,) = placement.do("list_placement_requests")["items"]
        assert (item["name"], item["protected_identity"]) == (None, True)

    def test_the_other_municipality_sees_nothing(self, placement: Harness, desk: Desk) -> None:
        request_id, other = desk.request(), placement.new_tenant()
        assert placement.do("list_placement_requests", tenant=other)["total"] == 0
        for name in ("get_placement_request", "list_candidates"):
            assert placement.code(name, placement_request_id=request_id, tenant=other) == (404, "not_found")

    @pytest.mark.parametrize("name", ["get_placement_request", "list_candidates"])
    def test_only_a_caseworker_may(self, placement: Harness, desk: Desk, name: str) -> None:
        request_id = desk.request()
        assert placement.code(name, placement_request_id=request_id, roles=["home"]) == (403, "missing_role")
        assert placement.code("list_placement_requests", roles=["home"]) == (403, "missing_role")


NEVER_ASKED = {"code": "rotation", "points": 5, "detail": "The home has not been asked before."}


class TestListCandidates:
    def test_homes_are_ranked_and_explained(self, placement: Harness, desk: Desk) -> None:
        # A tenth of a degree of latitude is 11.1 km: 30 - 2 points for the distance, 10 for the shared language, 5
        # because nobody has asked the home before.
        near = desk.home(position={"latitude": 59.37, "longitude": 15.21})
        without_place = desk.home(places=1)
        desk.placed(without_place, serial=985)
        far = desk.home(position={"latitude": 61.27, "longitude": 15.21}, languages=["sv"])
        listed = placement.do("list_candidates", placement_request_id=desk.request())
        assert listed["items"] == [
            {
                "id": near,
                "home_id": near,
                "name": "Anna Andersson, Bo Andersson",
                "eligible": True,
                "score": 43,
                "distance_km": 11.1,
                "distance_from": "address",
                "may_decline": True,
                "reasons": [
                    {
                        "code": "distance",
                        "points": 28,
                        "detail": "11.1 km away; 30 points at the place, none from 120 km.",
                    },
                    {"code": "language", "points": 10, "detail": "Shared language: ar."},
                    NEVER_ASKED,
                ],
                "obstacles": [],
                "warnings": [],
                "protected_identity": False,
            },
            {
                "id": far,
                "home_id": far,
                "name": "Anna Andersson, Bo Andersson",
                "eligible": True,
                "score": 5,
                "distance_km": 222.4,
                "distance_from": "address",
                "may_decline": True,
                "reasons": [
                    {
                        "code": "distance",
                        "points": 0,
                        "detail": "222.4 km away; 30 points at the place, none from 120 km.",
                    },
                    NEVER_ASKED,
                ],
                "obstacles": [],
                "warnings": [],
                "protected_identity": False,
            },
            {
                "id": without_place,
                "home_id": without_place,
                "name": "Anna Andersson, Bo Andersson",
                "eligible": False,
                "score": 47,
                "distance_km": 0.0,
                "distance_from": "address",
                "may_decline": True,
                "reasons": [
                    {
                        "code": "distance",
                        "points": 30,
                        "detail": "0.0 km away; 30 points at the place, none from 120 km.",
                    },
                    {"code": "language", "points": 10, "detail": "Shared language: ar."},
                    {
                        "code": "school",
                        "points": 5,
                        "detail": "The school is within 10 km: the person can go on there.",
                    },
                    {"code": "rotation", "points": 2, "detail": "The home was last asked on 2026-05-20."},
                ],
                "obstacles": [{"code": "no_free_place", "detail": "1 of 1 approved places are occupied."}],
                "warnings": [],
                "protected_identity": False,
            },
        ]
        assert (listed["page"], listed["limit"], listed["total"]) == (1, 20, 3)

    def test_it_is_a_page_of_the_whole_order(self, placement: Harness, desk: Desk) -> None:
        homes = [desk.home(position={"latitude": 59.27 + step / 10, "longitude": 15.21}) for step in (2, 0, 1)]
        request_id = desk.request()
        second = placement.do("list_candidates", placement_request_id=request_id, page={"page": "2", "limit": "2"})
        assert [item["home_id"] for item in second["items"]] == [homes[0]]
        assert second["total"] == 3

    def test_the_number_of_statements_does_not_grow_with_the_homes(
        self, placement: Harness, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request_id, sent = desk.request(), Counter[str]()
        execute = psycopg.Cursor.execute

        def counting(cursor: Any, statement: Any, *given: Any, **how: Any) -> Any:
            sent[str(statement)] += 1
            return execute(cursor, statement, *given, **how)

        def statements() -> int:
            sent.clear()
            placement.do("list_candidates", placement_request_id=request_id)
            return sent.total()

        desk.home()
        monkeypatch.setattr(psycopg.Cursor, "execute", counting)
        one = statements()
        monkeypatch.undo()
        for serial in range(3):
            desk.placed(desk.home(), serial=981 + serial)
        monkeypatch.setattr(psycopg.Cursor, "execute", counting)
        assert 0 < statements() == one

    def test_a_page_goes_on_with_those_that_can_not_come_and_the_total_counts_all(
        self, placement: Harness, desk: Desk
    ) -> None:
        others = [desk.home(assignments=["contact_family"]) for _ in range(3)]
        fit = desk.home()
        call = {"placement_request_id": desk.request()}
        found = [
            [
                one["home_id"]
                for one in placement.do("list_candidates", page={"page": page, "limit": "2"}, **call)["items"]
            ]
            for page in ("1", "2", "3")
        ]
        assert found == [[fit, others[0]], others[1:], []]
        assert placement.do("list_candidates", **call)["total"] == 4

    @pytest.mark.parametrize("protected", ["home", "person"])
    def test_a_protected_identity_is_within_a_coarse_distance(
        self, placement: Harness, desk: Desk, protected: str
    ) -> None:
        desk.home(position={"latitude": 59.37, "longitude": 15.21}, protected_identity=protected == "home")
        request_id = desk.request(person={**ELSA, "protected_identity": protected == "person"})
        (candidate,) = placement.do("list_candidates", placement_request_id=request_id)["items"]
        assert (candidate["distance_km"], candidate["reasons"][0]["points"]) == (20.0, 25)
        assert candidate["name"] == (None if protected == "home" else "Anna Andersson, Bo Andersson")
        assert "11.1" not in str(candidate)

    def test_a_need_that_began_before_today_is_looked_at_today(self, placement: Harness, desk: Desk) -> None:
        desk.home(decided_on=date(2026, 5, 20))
        request_id = desk.request(needed_from="2026-05-10")
        (candidate,) = placement.do("list_candidates", placement_request_id=request_id)["items"]
        assert candidate["eligible"] is True
        placement.now = datetime(2026, 5, 19, 21, 59, tzinfo=UTC)  # 19 May in Sweden for one minute more
        (candidate,) = placement.do("list_candidates", placement_request_id=request_id)["items"]
        assert [obstacle["code"] for obstacle in candidate["obstacles"]] == ["starts_before_approval"]

    def test_the_home_that_the_person_knows_comes_first(self, placement: Harness, desk: Desk) -> None:
        known = desk.home(position={"latitude": 61.27, "longitude": 15.21})
        desk.home(position={"latitude": 60.27, "longitude": 15.21}, languages=[])
        request_id = desk.request(knows_home_id=known, languages=[])
        listed = placement.do("list_candidates", placement_request_id=request_id)["items"]
        assert [(item["home_id"] == known, item["score"]) for item in listed] == [(True, 35), (False, 8)]

    def test_a_contracted_home_must_accept(self, placement: Harness, desk: Desk) -> None:
        desk.home(assignments=["contracted_emergency_home"])
        request_id = desk.request(assignment="contracted_emergency_home")
        (candidate,) = placement.do("list_candidates", placement_request_id=request_id)["items"]
        assert (candidate["eligible"], candidate["may_decline"]) == (True, False)

    def test_another_municipality_has_no_candidates_here(self, placement: Harness, desk: Desk) -> None:
        desk.home(tenant=placement.new_tenant())
        assert placement.do("list_candidates", placement_request_id=desk.request())["items"] == []
        assert placement.code("list_candidates", placement_request_id=new_id()) == (404, "not_found")
