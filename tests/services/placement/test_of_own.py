"""A home's own users see their homes and their placements, with what they need of the child, and nothing of others."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.home_changes import a_change, an_adult
from tests.services.placement.conftest import Desk
from tests.unit.placement.factories import personal_number, recorded_adult

HANNES = personal_number("18900101", 987)  #: lives in the homes that are asked about
JULY_2 = datetime(2026, 7, 2, 8, tzinfo=UTC)


def by_home(**call: Any) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": HANNES, "actor": "hannes", **call}


def a_home(desk: Desk, **overrides: Any) -> str:
    adult = {**recorded_adult(new_id(), "Hannes"), "personal_number": HANNES}
    return desk.home(adults=[adult], **overrides)


def my_homes(placement: Harness, **call: Any) -> list[dict[str, Any]]:
    return list(placement.do("list_my_homes", **by_home(**call))["items"])


class TestMyHomes:
    def test_a_home_is_there_with_adults_approvals_and_what_goes_on(self, placement: Harness, desk: Desk) -> None:
        home = a_home(desk)
        desk.placed(home, starts_on="2026-05-20")
        desk.placed(home, starts_on="2026-06-01", serial=982)  # not running yet
        desk.inquiry(desk.request(serial=983), home)
        desk.accepted(desk.request(serial=984), home)
        (mine,) = my_homes(placement)
        assert (mine["id"], mine["name"], mine["protected_identity"]) == (home, "Hannes Andersson", False)
        assert [one["given_name"] for one in mine["adults"]] == ["Hannes"]
        assert [(one["places"], one["valid_until"]) for one in mine["approvals"]] == [(2, "2028-04-30")]
        assert (mine["open_inquiries"], mine["running_placements"]) == (1, 1)

    def test_somebody_who_lives_in_two_files_sees_both_and_no_other(self, placement: Harness, desk: Desk) -> None:
        first, second = a_home(desk), a_home(desk)
        desk.home()
        assert sorted(one["id"] for one in my_homes(placement)) == sorted([first, second])
        pages = [my_homes(placement, page={"limit": "1", "page": page}) for page in ("1", "2", "3")]
        assert [one["id"] for page in pages for one in page] == sorted([first, second])

    def test_one_that_is_not_approved_yet_is_there_without_an_approval(self, placement: Harness) -> None:
        home = new_id()
        placement.react(HOME_CHANGED, a_change(home, adults=[an_adult(HANNES)]))
        assert [(one["id"], one["approvals"]) for one in my_homes(placement)] == [(home, [])]

    def test_whoever_has_moved_out_sees_it_no_longer(self, placement: Harness, desk: Desk) -> None:
        home = a_home(desk)
        placement.react(HOME_CHANGED, a_change(home, adults=[an_adult(personal_number("18900101", 988))]))
        assert my_homes(placement) == []

    def test_the_home_sees_its_own_names_also_when_it_is_protected(self, placement: Harness, desk: Desk) -> None:
        home = a_home(desk)
        placement.react(HOME_CHANGED, a_change(home, adults=[an_adult(HANNES)], protected_identity=True))
        (mine,) = my_homes(placement)
        assert (mine["name"], mine["adults"][0]["given_name"], mine["protected_identity"]) == (
            "Anna Andersson",
            "Anna",
            True,
        )

    def test_staff_ask_otherwise_and_whoever_lives_nowhere_has_none(self, placement: Harness, desk: Desk) -> None:
        a_home(desk)
        assert placement.code("list_my_homes", roles=["caseworker"]) == (403, "missing_role")
        assert my_homes(placement, personal_number=None) == []
        assert my_homes(placement, personal_number=personal_number("18900101", 988)) == []
        assert my_homes(placement, tenant=placement.new_tenant()) == []

    def test_that_it_looked_at_itself_stands_in_the_log(self, placement: Harness, desk: Desk) -> None:
        home = a_home(desk)
        my_homes(placement)
        line = placement.do("list_access", roles=["auditor"])["items"][0]
        assert (line["actor"], line["operation"], line["subjects"][0]) == (
            "hannes",
            "list_my_homes",
            {"kind": "home", "id": home},
        )


class TestOwnPlacements:
    @pytest.fixture
    def placed(self, desk: Desk) -> str:
        return desk.placed(a_home(desk), starts_on="2026-06-01")

    def test_it_sees_who_is_to_come_and_who_is_there(self, placement: Harness, placed: str) -> None:
        for day in (placement.now, JULY_2):
            placement.now = day
            (listed,) = placement.do("list_placements", **by_home())["items"]
            shown = placement.do("get_placement", placement_id=placed, **by_home())
            assert listed["person_name"] == shown["person_name"] == "Elsa Ek"
            assert shown["person"] == {"given_name": "Elsa", "family_name": "Ek"}

    def test_also_of_a_protected_identity_which_lives_with_it(self, placement: Harness, placed: str) -> None:
        asked = placement.do("get_placement", placement_id=placed)["placement_request_id"]
        protection = {"body": {"protected_identity": True}, "if_match": "*"}
        placement.do("protect_placed_person", placement_request_id=asked, **protection)
        assert placement.do("get_placement", placement_id=placed, roles=["caseworker"])["person_name"] is None
        shown = placement.do("get_placement", placement_id=placed, **by_home())
        assert (shown["person_name"], shown["protected_identity"]) == ("Elsa Ek", True)
        assert placement.do("list_placements", **by_home())["items"][0]["person_name"] == "Elsa Ek"

    def test_but_not_when_the_placement_has_ended(self, placement: Harness, placed: str) -> None:
        ending = {"ends_on": "2026-07-01", "reason": "breakdown", "note": "The home could not cope."}
        placement.do("end_placement", placement_id=placed, body=ending)
        assert placement.do("get_placement", placement_id=placed, **by_home())["person_name"] == "Elsa Ek"
        placement.now = JULY_2
        shown = placement.do("get_placement", placement_id=placed, **by_home())
        assert (shown["status"], shown["person_name"], shown["person"]) == ("ended", None, None)
        assert placement.do("list_placements", **by_home())["items"][0]["person_name"] is None
        by_staff = placement.do("get_placement", placement_id=placed, roles=["caseworker"])
        assert (by_staff["person_name"], by_staff["end_reason"]) == ("Elsa Ek", ending["reason"])

    def test_what_staff_wrote_and_who_they_were_is_not_told(self, placement: Harness, placed: str) -> None:
        ending = {"ends_on": "2026-07-01", "reason": "breakdown", "note": "The home could not cope."}
        placement.do("end_placement", placement_id=placed, body=ending)
        shown = placement.do("get_placement", placement_id=placed, **by_home())
        assert [shown[name] for name in ("end_reason", "started_by", "ended_by")] == [None] * 3

    def test_it_sees_no_other_homes_also_by_its_filters(self, placement: Harness, placed: str, desk: Desk) -> None:
        elsewhere = desk.home()
        other = desk.placed(elsewhere, serial=982)
        assert placement.code("get_placement", placement_id=other, **by_home()) == (404, "not_found")
        assert [one["id"] for one in placement.do("list_placements", **by_home())["items"]] == [placed]
        assert placement.do("list_placements", query={"home_id": elsewhere}, **by_home())["items"] == []

    def test_it_can_not_start_or_end_one(self, placement: Harness, placed: str) -> None:
        ending = {"ends_on": date(2026, 7, 1).isoformat(), "reason": "other", "note": "Enough."}
        assert placement.code("end_placement", placement_id=placed, body=ending, **by_home()) == (403, "missing_role")
