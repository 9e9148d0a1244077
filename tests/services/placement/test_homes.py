"""Homes come from investigation's approvals, and are shown to staff and to themselves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.home_changes import a_change, an_adult
from tests.services.placement.conftest import ANNA, Desk, approval
from tests.unit.placement.factories import personal_number, recorded_adult


class TestOnHomeApproved:
    def test_the_home_is_known_with_adults_and_approval(self, placement: Harness) -> None:
        recorded = approval()
        placement.react(HOME_APPROVED, recorded)
        home = placement.do("get_home", home_id=recorded["home_id"], roles=["caseworker"])
        assert [(adult["id"], adult["given_name"]) for adult in home["adults"]] == [
            (recorded["adults"][0]["id"], "Anna"),
            (recorded["adults"][1]["id"], "Bo"),
        ]
        assert "personal_number" not in home["adults"][0]
        assert home["approvals"] == [
            {
                "id": recorded["approval_id"],
                "assignments": ["family_home"],
                "age_from": 0,
                "age_to": 12,
                "places": 2,
                "child_name": None,
                "conditions": "Not beside a dog.",
                "decided_on": "2026-05-01",
                "valid_until": "2028-04-30",
                "state": "valid",
            }
        ]

    def test_delivered_twice_and_recorded_twice_it_is_one_approval(self, placement: Harness) -> None:
        recorded = approval()
        message = placement.message(HOME_APPROVED, recorded)
        assert placement.deliver(HOME_APPROVED, message).done
        assert placement.deliver(HOME_APPROVED, message).done
        placement.react(HOME_APPROVED, recorded)  # the same under another event id
        assert placement.do("list_homes")["total"] == 1
        assert len(placement.do("get_home", home_id=recorded["home_id"])["approvals"]) == 1

    def test_a_second_approval_refreshes_the_home(self, placement: Harness) -> None:
        recorded = approval()
        placement.react(HOME_APPROVED, recorded)
        etag = placement.etag("get_home", home_id=recorded["home_id"])
        kept = recorded["adults"][0]
        second = recorded | {
            "approval_id": new_id(),
            "assignments": ["emergency_home"],
            "decided_on": date(2026, 5, 10),
            "adults": [kept | {"family_name": "Berg"}, recorded_adult(new_id(), "Cia", serial=982)],
            "languages": ["so"],
        }
        placement.react(HOME_APPROVED, second)
        home = placement.do("get_home", home_id=recorded["home_id"])
        assert (home["name"], home["languages"]) == ("Anna Berg, Cia Andersson", ["so"])
        assert home["assignments"] == ["emergency_home", "family_home"]
        assert home["adults"][0]["id"] == kept["id"]
        assert placement.etag("get_home", home_id=recorded["home_id"]) != etag

    def test_ten_approvals_of_one_new_home_at_once_are_ten(self, placement: Harness) -> None:
        first = approval()
        messages = [placement.message(HOME_APPROVED, first | {"approval_id": new_id()}) for _ in range(10)]
        with ThreadPoolExecutor(10) as pool:
            outcomes = list(pool.map(lambda message: placement.deliver(HOME_APPROVED, message), messages))
        assert [outcome.reason for outcome in outcomes] == [""] * 10
        home = placement.do("get_home", home_id=first["home_id"])
        assert (len(home["approvals"]), len(home["adults"])) == (10, 2)

    def test_the_other_municipality_has_the_same_ids_to_itself(self, placement: Harness) -> None:
        other, recorded = placement.new_tenant(), approval()
        placement.react(HOME_APPROVED, recorded)
        placement.react(HOME_APPROVED, recorded | {"languages": ["fi"]}, tenant=other)
        assert placement.do("get_home", home_id=recorded["home_id"])["languages"] == ["sv", "ar"]
        assert placement.do("get_home", home_id=recorded["home_id"], tenant=other)["languages"] == ["fi"]


class TestShownHomes:
    def test_the_other_municipality_sees_nothing(self, placement: Harness, desk: Desk) -> None:
        home_id, other = desk.home(), placement.new_tenant()
        assert placement.do("list_homes", tenant=other)["total"] == 0
        assert placement.code("get_home", home_id=home_id, tenant=other) == (404, "not_found")

    def test_places_are_counted(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home()
        desk.placed(home_id)
        (home,) = placement.do("list_homes")["items"]
        assert home == {
            "id": home_id,
            "name": "Anna Andersson, Bo Andersson",
            "assignments": ["family_home"],
            "places": 2,
            "occupied": 1,
            "languages": ["sv", "ar"],
            "protected_identity": False,
        }

    def test_an_approval_that_is_over_gives_no_places(self, placement: Harness, desk: Desk) -> None:
        desk.home(valid_until=date(2026, 5, 19))
        (home,) = placement.do("list_homes")["items"]
        assert (home["assignments"], home["places"]) == ([], 0)

    def test_a_protected_identity_has_no_name_in_lists(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(protected_identity=True)
        (home,) = placement.do("list_homes")["items"]
        assert (home["id"], home["name"], home["protected_identity"]) == (home_id, None, True)

    def test_a_home_sees_itself_only(self, placement: Harness, desk: Desk) -> None:
        own = desk.home()
        strangers = [recorded_adult(new_id(), "Dag", serial=985)]
        foreign = desk.home(adults=strangers)
        bo = {"roles": ["home"], "personal_number": personal_number("18900101", 981)}
        assert [home["id"] for home in placement.do("list_homes", **bo)["items"]] == [own]
        assert placement.do("get_home", home_id=own, **bo)["id"] == own
        assert placement.code("get_home", home_id=foreign, **bo) == (404, "not_found")

    def test_a_home_user_without_a_personal_number_sees_nothing(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home()
        assert placement.do("list_homes", roles=["home"])["total"] == 0
        assert placement.code("get_home", home_id=home_id, roles=["home"]) == (404, "not_found")

    def test_the_same_person_is_nobody_in_the_other_municipality(self, placement: Harness, desk: Desk) -> None:
        desk.home()
        anna = {"roles": ["home"], "personal_number": ANNA}
        assert placement.do("list_homes", **anna)["total"] == 1
        assert placement.do("list_homes", tenant=placement.new_tenant(), **anna)["total"] == 0

    def test_a_caseworker_who_is_a_home_too_acts_as_staff(self, placement: Harness, desk: Desk) -> None:
        desk.home()
        desk.home()
        assert placement.do("list_homes", roles=["caseworker", "home"], personal_number=ANNA)["total"] == 2

    def test_a_recruiter_may_not_see_them(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home()
        assert placement.code("list_homes", roles=["recruiter"]) == (403, "missing_role")
        assert placement.code("get_home", home_id=home_id, roles=["recruiter"]) == (403, "missing_role")

    def test_an_id_that_no_database_takes_is_not_found(self, placement: Harness) -> None:
        assert placement.code("get_home", home_id="x\0y") == (404, "not_found")


class TestHomeChanged:
    """Who lives in a home is told, whenever it changes."""

    def test_a_home_that_is_not_approved_yet_is_not_there(self, placement: Harness, desk: Desk) -> None:
        home_id = new_id()
        placement.react(HOME_CHANGED, a_change(home_id))
        assert placement.do("list_homes", roles=["caseworker"])["total"] == 0
        assert placement.do("list_homes", roles=["home"], personal_number=ANNA)["items"] == []
        assert placement.code("get_home", home_id=home_id, roles=["caseworker"]) == (404, "not_found")
        call = {"placement_request_id": desk.request(), "body": {"home_id": home_id, "message": ""}}
        (problem,) = placement.refusal("send_inquiry", **call)["errors"]
        assert (problem["pointer"], problem["code"]) == ("/home_id", "not_found")

    def test_when_it_is_approved_its_people_are_those_that_were_told(self, placement: Harness, desk: Desk) -> None:
        home_id = new_id()
        placement.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(given_name="Cecilia")]))
        desk.home(home_id=home_id)
        found = placement.do("get_home", home_id=home_id, roles=["caseworker"])
        assert (found["name"], found["languages"]) == ("Cecilia Andersson", ["sv"])

    def test_whoever_has_moved_out_can_not_act_for_the_home_any_more(self, placement: Harness, desk: Desk) -> None:
        partner = an_adult("189001019810", given_name="Bo", relation="partner")
        anna = an_adult(ANNA)
        home_id = desk.home(adults=[anna, partner])
        inquiry = desk.inquiry(desk.request(), home_id)
        as_bo = {"roles": ["home"], "personal_number": partner["personal_number"]}
        assert [one["id"] for one in placement.do("list_inquiries", **as_bo)["items"]] == [inquiry]
        placement.react(HOME_CHANGED, a_change(home_id, adults=[anna]))
        assert placement.code("accept_inquiry", inquiry_id=inquiry, **as_bo) == (404, "not_found")
        assert placement.do("list_inquiries", **as_bo)["items"] == []
        assert placement.do("list_homes", **as_bo)["items"] == []
        as_anna = {"roles": ["home"], "personal_number": ANNA}
        assert placement.do("accept_inquiry", inquiry_id=inquiry, **as_anna)["status"] == "accepted"

    def test_an_identity_that_is_protected_later_hides_the_name_everywhere(
        self, placement: Harness, desk: Desk
    ) -> None:
        home_id = desk.home()
        desk.placed(home_id)
        placement.react(HOME_CHANGED, a_change(home_id, protected_identity=True))
        assert placement.do("list_homes", roles=["caseworker"])["items"][0]["name"] is None
        assert placement.do("list_placements")["items"][0]["home_name"] is None
