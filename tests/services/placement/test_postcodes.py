"""Where postcodes have their middle: set in whole or not at all, and used for every home at once."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from tests.conftest import Urls
from tests.home_changes import a_change
from tests.services.placement.conftest import Desk, a_file

SCHOOL = {"latitude": 59.2, "longitude": 15.2}
AWAY = "11.1 km away"  #: a tenth of a degree of latitude: 6371.0088 x pi / 1800


def set_postcodes(placement: Harness, *lines: str, **call: Any) -> dict[str, Any]:
    return placement.do("set_postcodes", file=a_file(placement, *lines), **{"if_match": "*", **call})


def at(home_id: str, postcode: str = "702 10", **overrides: Any) -> dict[str, Any]:
    """A home that is told of with an address without a position."""
    address = {"street": "Storgatan 1", "postcode": postcode, "locality": "Örebro"}
    return a_change(home_id, **{"address": address, "position": None, **overrides})


@pytest.fixture
def home(placement: Harness, desk: Desk) -> str:
    home_id = desk.home(position=None)
    placement.react(HOME_CHANGED, at(home_id))
    return home_id


@pytest.fixture
def asked(desk: Desk) -> str:
    return desk.request(place=SCHOOL)


def distance(placement: Harness, asked: str, **call: Any) -> tuple[float | None, str | None, str]:
    """To the only home, from where it is counted, and how it is said."""
    (one,) = placement.do("list_candidates", placement_request_id=asked, **call)["items"]
    (reason,) = [reason["detail"] for reason in one["reasons"] if reason["code"] == "distance"]
    return one["distance_km"], one["distance_from"], reason.partition(";")[0]


class TestDistances:
    def test_a_home_without_a_position_is_in_the_middle_of_its_postcode(
        self, placement: Harness, home: str, asked: str
    ) -> None:
        assert home
        set_postcodes(placement, "70210;59.3;15.2")
        assert distance(placement, asked) == (
            11.1,
            "postcode",
            f"{AWAY}, counted from the middle of the home's postcode",
        )

    def test_a_new_file_moves_it_at_once(self, placement: Harness, home: str, asked: str) -> None:
        assert home
        set_postcodes(placement, "70210;59.9;15.2")
        set_postcodes(placement, "70210;59.3;15.2")
        assert distance(placement, asked)[0] == 11.1

    @pytest.mark.parametrize("lines", [(), ("70211;59.3;15.2",)])
    def test_of_a_postcode_that_is_not_known_it_is_in_the_middle_of_the_municipality(
        self, placement: Harness, home: str, asked: str, lines: tuple[str, ...]
    ) -> None:
        assert home
        if lines:
            set_postcodes(placement, *lines)
        kilometres, known_from, told = distance(placement, asked)
        assert kilometres is not None
        assert 0 < kilometres < 50  # the municipality is Örebro
        assert known_from == "municipality"
        assert told == f"{kilometres} km away, counted from the middle of the municipality"

    def test_a_position_goes_before_all(self, placement: Harness, home: str, asked: str) -> None:
        set_postcodes(placement, "70210;59.9;15.2")
        placement.react(HOME_CHANGED, at(home, position={"latitude": 59.3, "longitude": 15.2}))
        assert distance(placement, asked) == (11.1, "address", AWAY)

    def test_a_home_that_moves_is_at_its_new_postcode(self, placement: Harness, home: str, asked: str) -> None:
        set_postcodes(placement, "70210;59.9;15.2", "70211;59.3;15.2")
        placement.react(HOME_CHANGED, at(home, "70211"))
        assert distance(placement, asked)[:2] == (11.1, "postcode")

    def test_beside_a_protected_identity_it_is_as_coarse_as_any(
        self, placement: Harness, home: str, asked: str
    ) -> None:
        set_postcodes(placement, "70210;59.3;15.2")
        placement.react(HOME_CHANGED, at(home, protected_identity=True))
        assert distance(placement, asked, roles=["caseworker"])[:2] == (20.0, "postcode")

    def test_where_nobody_said_where_the_home_should_be_there_is_no_distance(
        self, placement: Harness, home: str, desk: Desk
    ) -> None:
        assert home
        set_postcodes(placement, "70210;59.3;15.2")
        assert distance(placement, desk.request(place=None))[:2] == (None, None)

    def test_where_a_home_lies_is_sealed_in_its_row(
        self, placement: Harness, home: str, database_of: Callable[[str], Urls]
    ) -> None:
        assert placement.tenant
        with psycopg.connect(database_of("placement").admin) as admin:
            ((row,),) = admin.execute("select h::text from home h where id = %s", (home,))
        assert "70210" not in row


class TestSetting:
    def test_who_set_how_many_and_when_is_kept_the_latest_first(self, placement: Harness) -> None:
        assert placement.do("get_postcodes") == {"postcodes": 0, "history": []}
        set_postcodes(placement, "70210;59.3;15.2", actor="anna")
        answer = set_postcodes(placement, "70210;59.3;15.2", "70211;59.4;15.2", actor="bo")
        at_eight = "2026-05-20T08:00:00Z"
        assert answer == {
            "postcodes": 2,
            "history": [
                {"postcodes": 2, "by": "bo", "at": at_eight},
                {"postcodes": 1, "by": "anna", "at": at_eight},
            ],
        }
        assert placement.do("get_postcodes") == answer

    def test_a_wrong_line_changes_nothing(self, placement: Harness, home: str, asked: str) -> None:
        assert home
        set_postcodes(placement, "70210;59.3;15.2")
        before, etag = placement.do("get_postcodes"), placement.etag("get_postcodes")
        file = a_file(placement, "70210;59.9;15.2", "70211;99;15.2")
        fault = placement.refusal("set_postcodes", file=file, if_match="*")
        assert (fault["status"], [one["pointer"] for one in fault["errors"]]) == (422, ["/3/latitude"])
        assert (placement.do("get_postcodes"), placement.etag("get_postcodes")) == (before, etag)
        assert distance(placement, asked)[0] == 11.1

    def test_whoever_has_not_seen_what_holds_changes_nothing(self, placement: Harness) -> None:
        etag = placement.etag("get_postcodes")
        assert placement.code("set_postcodes", file=a_file(placement, "70210;59.3;15.2")) == (
            428,
            "precondition_required",
        )
        set_postcodes(placement, "70210;59.3;15.2", if_match=etag)
        stale = {"file": a_file(placement, "70211;59.3;15.2"), "if_match": etag}
        assert placement.code("set_postcodes", **stale) == (412, "stale")
        assert placement.do("get_postcodes")["postcodes"] == 1

    def test_of_two_at_once_who_have_seen_the_same_one_is_told_so(self, placement: Harness) -> None:
        etag = placement.etag("get_postcodes")
        files = [a_file(placement, f"7021{number};59.3;15.2") for number in range(4)]
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda file: placement.reply("set_postcodes", file=file, if_match=etag), files))
        assert sorted(reply.get("fault", {}).get("status", 200) for reply in replies) == [200, 412, 412, 412]
        assert len(placement.do("get_postcodes")["history"]) == 1

    def test_only_administrators_set_them(self, placement: Harness) -> None:
        for role in ("caseworker", "auditor", "home"):
            call = {"file": a_file(placement, "70210;59.3;15.2"), "if_match": "*", "roles": [role]}
            assert placement.code("set_postcodes", **call) == (403, "missing_role")

    def test_another_municipality_has_its_own(self, placement: Harness, home: str, asked: str) -> None:
        assert home
        other = placement.new_tenant()
        file = a_file(placement, "70210;59.3;15.2", tenant=other)
        placement.do("set_postcodes", file=file, if_match="*", tenant=other)
        assert placement.do("get_postcodes")["postcodes"] == 0
        assert distance(placement, asked)[1] == "municipality"

    def test_twenty_thousand_are_set_in_seconds(self, placement: Harness) -> None:
        lines = [f"{10_000 + number};59.27;15.21" for number in range(20_000)]
        set_postcodes(placement, *lines)
        began = time.perf_counter()
        assert set_postcodes(placement, *lines)["postcodes"] == 20_000
        assert time.perf_counter() - began < 10
