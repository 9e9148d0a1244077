"""A family whose identity is protected later is hidden in its applications, too."""

from typing import Any

import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from tests.home_changes import a_change, an_adult
from tests.services.intake.conftest import ANNA
from tests.services.intake.test_known_homes import BO, apply


def names(intake: Harness) -> dict[str, str | None]:
    return {item["id"]: item["name"] for item in intake.do("list_applications")["items"]}


def change(intake: Harness, home_id: str, *, is_protected: bool, **call: Any) -> None:
    adults = [an_adult(ANNA)]
    intake.react(HOME_CHANGED, a_change(home_id, adults=adults, protected_identity=is_protected), **call)


class TestOnHomeChanged:
    def test_every_application_of_the_home_and_of_its_adults_is_hidden(self, intake: Harness) -> None:
        of_home, of_anna, other = apply(intake, BO), apply(intake, ANNA), apply(intake, "189001019828")
        change(intake, of_home["home_id"], is_protected=True)
        found = names(intake)
        assert (found[of_home["id"]], found[of_anna["id"]]) == (None, None)
        assert found[other["id"]] == "Anna Andersson"
        shown = intake.do("get_application", application_id=of_home["id"])
        assert shown["protected_identity"] is True
        assert [shown["phone"], shown["address"], shown["adults"][0]["personal_number"]] == [None] * 3

    def test_one_that_comes_later_and_does_not_say_so_is_too(self, intake: Harness) -> None:
        change(intake, "home-1", is_protected=True)
        receipt = apply(intake, BO, ANNA)
        assert names(intake) == {receipt["id"]: None}
        shown = intake.do("get_application", application_id=receipt["id"])
        assert (shown["protected_identity"], shown["phone"]) == (True, None)
        intake.do("qualify_application", application_id=receipt["id"], body={"home_id": None})
        (told,) = intake.recorded(APPLICATION_QUALIFIED)
        assert told["protected_identity"] is True

    def test_who_has_moved_out_of_the_home_is_not(self, intake: Harness) -> None:
        change(intake, "home-1", is_protected=True)
        receipt = apply(intake, ANNA)
        left = a_change("home-1", adults=[an_adult(BO)], protected_identity=True)
        intake.react(HOME_CHANGED, left)
        assert names(intake) == {receipt["id"]: "Anna Andersson"}

    def test_the_application_is_another_version_then(self, intake: Harness) -> None:
        receipt = apply(intake, ANNA)
        before = intake.etag("get_application", application_id=receipt["id"])
        change(intake, receipt["home_id"], is_protected=True)
        assert intake.etag("get_application", application_id=receipt["id"]) != before

    def test_when_the_home_is_protected_no_longer_it_has_its_name_again(self, intake: Harness) -> None:
        receipt = apply(intake, ANNA)
        for is_protected in (True, False):
            change(intake, receipt["home_id"], is_protected=is_protected)
        assert names(intake) == {receipt["id"]: "Anna Andersson"}

    def test_in_another_municipality_nothing_is(self, intake: Harness) -> None:
        receipt = apply(intake, ANNA)
        change(intake, receipt["home_id"], is_protected=True, tenant=intake.new_tenant())
        assert names(intake) == {receipt["id"]: "Anna Andersson"}


@pytest.mark.parametrize("roles", [["recruiter"], ["recruiter", "protected"]])
def test_a_file_of_a_protected_family_is_refused_as_a_whole(intake: Harness, roles: list[str]) -> None:
    receipt = apply(intake, ANNA)
    attached = intake.do("attach_to_application", application_id=receipt["id"])
    change(intake, receipt["home_id"], is_protected=True)
    call: dict[str, Any] = {"application_id": receipt["id"], "attachment_id": attached["id"], "roles": roles}
    assert intake.code("get_application_attachment", **call) == (403, "identity_protected")
    reply = intake.reply("get_application_attachment", **{**call, "roles": ["recruiter", "protected"]}, reason="So.")
    assert reply["file"]["id"] == attached["id"]
