"""A home's adults say how they want to be reached; staff see it, and write it down for them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.home_changes import a_change, a_weeding, an_adult
from tests.services.placement.conftest import ANNA, Desk
from tests.unit.placement.factories import personal_number, recorded_adult

BO = personal_number("18900101", 981)
AS_ANNA = {"roles": ["home"], "personal_number": ANNA, "actor": "home-anna"}
AS_BO = {"roles": ["home"], "personal_number": BO, "actor": "home-bo"}
CHOICE = {"ways": ["sms", "email"], "email": "anna@example.se", "phone": None}


class Household:
    """Anna and Bo, as their file says."""

    def __init__(self, placement: Harness, desk: Desk) -> None:
        self.harness = placement
        self.adults = [an_adult(), an_adult(BO, given_name="Bo", relation="partner")]
        self.id = desk.home()
        self.change()

    @property
    def anna(self) -> str:
        return self.adults[0]["id"]

    def change(self, **overrides: Any) -> None:
        said = {"adults": self.adults, "phone": "+46701740605", "email": "home@example.se", **overrides}
        self.harness.react(HOME_CHANGED, a_change(self.id, **said))

    def reach(self, **call: Any) -> dict[str, Any]:
        return self.harness.do("get_reach", home_id=self.id, **call)

    def call(self, adult_id: str | None = None, body: Any = None, **call: Any) -> dict[str, Any]:
        given = {"home_id": self.id, "adult_id": adult_id or self.anna, "body": body or CHOICE}
        return {**given, "if_match": "*", **call}

    def choose(self, adult_id: str | None = None, **call: Any) -> dict[str, Any]:
        return self.harness.do("choose_reach", **self.call(adult_id, **call))


@pytest.fixture
def household(placement: Harness, desk: Desk) -> Household:
    return Household(placement, desk)


class TestSeeing:
    def test_it_is_what_the_file_says_until_somebody_chooses(self, household: Household) -> None:
        unsaid = {"ways": None, "email": None, "phone": None}
        assert household.reach() == {
            "home_id": household.id,
            "protected_identity": False,
            "set_up": [],
            "email": "home@example.se",
            "phone": "+46701740605",
            "adults": [{"id": adult["id"], **unsaid} for adult in household.adults],
        }

    def test_of_a_home_whose_file_was_not_told_there_is_nothing(self, placement: Harness, desk: Desk) -> None:
        found = placement.do("get_reach", home_id=desk.home())
        assert (found["email"], found["phone"]) == (None, None)

    def test_the_home_itself_sees_it_and_nobody_else_does(self, placement: Harness, household: Household) -> None:
        assert household.reach(**AS_ANNA) == household.reach()
        of = {"home_id": household.id}
        stranger = {"roles": ["home"], "personal_number": personal_number("18900101", 985)}
        assert placement.code("get_reach", **of, **stranger) == (404, "not_found")
        assert placement.code("get_reach", **of, tenant=placement.new_tenant()) == (404, "not_found")
        assert placement.code("get_reach", **of, roles=["recruiter"]) == (403, "missing_role")

    def test_of_a_protected_identity_the_addresses_are_hidden(self, household: Household) -> None:
        household.choose()
        household.change(protected_identity=True)
        hidden = household.reach()
        assert (hidden["email"], hidden["phone"], hidden["adults"][0]["email"]) == (None, None, None)
        assert hidden["adults"][0]["ways"] == ["sms", "email"]
        assert household.reach(**AS_ANNA)["adults"][0]["email"] == "anna@example.se"
        shown = household.reach(roles=["caseworker", "protected"], reason="She asked for it.")
        assert (shown["phone"], shown["adults"][0]["email"]) == ("+46701740605", "anna@example.se")


class TestChoosing:
    def test_an_adult_chooses(self, household: Household) -> None:
        chosen = household.choose(**AS_ANNA)
        assert chosen["adults"][0] == {"id": household.anna, **CHOICE}
        assert chosen["adults"][1]["ways"] is None
        assert household.reach() == chosen

    def test_a_caseworker_writes_it_down(self, household: Household) -> None:
        assert household.choose()["adults"][0]["ways"] == ["sms", "email"]

    def test_nobody_chooses_for_another_adult_of_the_home(self, placement: Harness, household: Household) -> None:
        assert placement.code("choose_reach", **household.call(**AS_BO)) == (404, "not_found")
        assert household.reach()["adults"][0]["ways"] is None

    @pytest.mark.parametrize("missing", ["home_id", "adult_id"])
    def test_what_is_nowhere_is_not_found(self, placement: Harness, household: Household, missing: str) -> None:
        assert placement.code("choose_reach", **household.call(**{missing: new_id()})) == (404, "not_found")

    def test_another_home_and_another_municipality_find_nothing(
        self, placement: Harness, household: Household, desk: Desk
    ) -> None:
        desk.home(adults=[recorded_adult(new_id(), "Dag", serial=985)])
        dag = {"roles": ["home"], "personal_number": personal_number("18900101", 985)}
        assert placement.code("choose_reach", **household.call(**dag)) == (404, "not_found")
        assert placement.code("choose_reach", **household.call(tenant=placement.new_tenant())) == (404, "not_found")
        assert placement.code("choose_reach", **household.call(roles=["decider"])) == (403, "missing_role")

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"ways": ["letter"]}, "/ways/0"),
            ({}, "/ways"),
            ({"ways": ["sms", "email", "sms"]}, "/ways"),
            ({"ways": ["email"], "email": "anna"}, "/email"),
            ({"ways": ["sms"], "phone": "many"}, "/phone"),
            ({"ways": [], "fax": "1"}, "/fax"),
        ],
        ids=["way", "missing", "too_many", "email", "phone", "unknown"],
    )
    def test_what_is_wrong_is_pointed_at(
        self, placement: Harness, household: Household, body: dict[str, Any], pointer: str
    ) -> None:
        call = {**household.call(), "body": body}
        problems = placement.refusal("choose_reach", **call)["errors"]
        assert [problem["pointer"] for problem in problems] == [pointer]
        assert household.reach()["adults"][0]["ways"] is None

    def test_a_way_without_any_address_is_refused(self, placement: Harness, household: Household) -> None:
        household.change(email=None)
        fault = placement.refusal("choose_reach", **household.call(body={"ways": ["sms", "email"]}))
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/ways", "way_without_address")]

    def test_the_version_that_was_read_is_asked_for(self, placement: Harness, household: Household) -> None:
        etag = placement.etag("get_reach", home_id=household.id)
        household.choose(if_match=etag)
        assert placement.code("choose_reach", **household.call(if_match=etag)) == (412, "stale")
        assert placement.code("choose_reach", **household.call(if_match=None)) == (428, "precondition_required")

    def test_two_at_once_are_one(self, placement: Harness, household: Household) -> None:
        etag = placement.etag("get_reach", home_id=household.id)
        with ThreadPoolExecutor(5) as pool:
            replies = list(
                pool.map(lambda _: placement.reply("choose_reach", **household.call(if_match=etag)), range(5))
            )
        assert sum("body" in reply for reply in replies) == 1

    def test_the_same_key_answers_as_it_did(self, household: Household) -> None:
        assert household.choose(idempotency_key="k") == household.choose(idempotency_key="k")

    def test_it_stays_when_the_home_changes_and_goes_with_who_moves_out(self, household: Household) -> None:
        household.choose()
        household.change(phone="+46700000000")
        assert household.reach()["adults"][0] == {"id": household.anna, **CHOICE}
        household.change(adults=household.adults[1:])
        household.change()
        assert household.reach()["adults"][0]["ways"] is None


def test_no_address_lies_in_the_clear(placement: Harness, household: Household) -> None:
    household.choose()
    with psycopg.connect(placement.owner_url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (placement.tenant,))
        (home,) = connection.execute("select home::text from home where contact is not null").fetchone() or ("",)
        (adult,) = connection.execute("select home_adult::text from home_adult where reach is not null").fetchone() or (
            "",
        )
    assert home
    assert adult
    for address in ("home@example.se", "46701740605", "anna@example.se"):
        assert address.encode().hex() not in home + adult
        assert address not in home + adult


def test_of_a_home_that_was_weeded_nothing_is_left(placement: Harness, household: Household, desk: Desk) -> None:
    desk.inquiry(desk.request(), household.id)
    household.choose()
    placement.react(HOME_WEEDED, a_weeding(household.id))
    found = household.reach()
    assert (found["email"], found["phone"], found["adults"]) == (None, None, [])
