"""A family that applies again is recognised, and joins the home that it is (R8, R49)."""

from typing import Any

import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.services.intake.conftest import ANNA, CALLBACK, a_form

BO, CECILIA = "189001019810", "189001019828"


def apply(intake: Harness, *numbers: str, **call: Any) -> dict[str, Any]:
    """An application by the persons of these numbers; its receipt."""
    adult = a_form()["adults"][0]
    body = a_form(adults=[{**adult, "personal_number": number} for number in numbers])
    return intake.do("submit_application", body=body, **call)


def possible(intake: Harness, receipt: dict[str, Any], **call: Any) -> list[dict[str, Any]]:
    return list(intake.do("get_application", application_id=receipt["id"], **call)["possible_homes"])


def as_possible(receipt: dict[str, Any], same_adults: int) -> dict[str, Any]:
    known = {name: receipt[name] for name in ("home_id", "reference")}
    return {**known, "application_id": receipt["id"], "same_adults": same_adults}


class TestPossibleHomes:
    def test_earlier_applications_by_the_same_persons_are_named_the_likeliest_first(self, intake: Harness) -> None:
        couple, alone, other = apply(intake, ANNA, BO), apply(intake, ANNA), apply(intake, CECILIA)
        again = apply(intake, BO, ANNA)
        assert possible(intake, again) == [as_possible(couple, 2), as_possible(alone, 1)]
        assert possible(intake, alone) == [as_possible(couple, 1)]
        assert possible(intake, couple) == []
        assert possible(intake, other) == []

    def test_a_call_back_names_nobody_and_so_no_home(self, intake: Harness) -> None:
        receipt = intake.do("submit_application", body=CALLBACK)
        assert possible(intake, receipt) == []

    def test_another_municipality_knows_nothing_of_it(self, intake: Harness) -> None:
        other = intake.new_tenant()
        apply(intake, ANNA, tenant=other)
        assert possible(intake, apply(intake, ANNA)) == []


class TestQualify:
    @pytest.fixture
    def earlier(self, intake: Harness) -> dict[str, Any]:
        return apply(intake, ANNA, BO)

    def test_a_family_that_is_known_joins_its_home(self, intake: Harness, earlier: dict[str, Any]) -> None:
        again = apply(intake, ANNA)
        body = {"home_id": earlier["home_id"]}
        qualified = intake.do("qualify_application", application_id=again["id"], body=body)
        assert (qualified["status"], qualified["home_id"]) == ("qualified", earlier["home_id"])
        (recorded,) = intake.recorded(APPLICATION_QUALIFIED)
        assert (recorded["application_id"], recorded["home_id"]) == (again["id"], earlier["home_id"])

    @pytest.mark.parametrize("body", [{}, {"home_id": None}])
    def test_without_a_home_it_is_a_new_one(
        self, intake: Harness, earlier: dict[str, Any], body: dict[str, None]
    ) -> None:
        again = apply(intake, ANNA)
        qualified = intake.do("qualify_application", application_id=again["id"], body=body)
        assert qualified["home_id"] == again["home_id"] != earlier["home_id"]

    def test_a_home_of_others_is_refused_as_one_that_is_nowhere(self, intake: Harness, earlier: dict[str, Any]) -> None:
        stranger = apply(intake, CECILIA)
        for home_id in (earlier["home_id"], new_id()):
            call = {"application_id": stranger["id"], "body": {"home_id": home_id}}
            refusal = intake.refusal("qualify_application", **call)
            (problem,) = refusal["errors"]
            assert (refusal["status"], problem["pointer"], problem["code"]) == (422, "/home_id", "not_their_home")
        assert intake.do("get_application", application_id=stranger["id"])["status"] == "received"
        assert intake.recorded(APPLICATION_QUALIFIED) == []

    def test_a_home_of_another_municipality_is_nowhere(self, intake: Harness) -> None:
        elsewhere = apply(intake, ANNA, tenant=intake.new_tenant())
        here = apply(intake, ANNA)
        call = {"application_id": here["id"], "body": {"home_id": elsewhere["home_id"]}}
        assert intake.code("qualify_application", **call) == (422, "invalid_input")

    def test_what_is_told_says_how_the_family_is_reached(self, intake: Harness, earlier: dict[str, Any]) -> None:
        intake.do("qualify_application", application_id=earlier["id"])
        (recorded,) = intake.recorded(APPLICATION_QUALIFIED)
        form = a_form()
        assert {name: recorded[name] for name in ("phone", "email", "address")} == {
            name: form[name] for name in ("phone", "email", "address")
        }
