"""Staff type an application for a caller, and write down what becomes known later (R4)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.intake.contract.form import FirstCall
from services.kernel.testing import Harness
from tests.services.intake.conftest import ANNA, CALLBACK, a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
BO = "189001019810"
ANNA_NAMED = {"given_name": "Anna", "family_name": "Andersson", "personal_number": ANNA, "relation": "applicant"}
BO_UNNUMBERED = {"given_name": "Bo", "family_name": "Andersson", "relation": "partner"}


@pytest.fixture(autouse=True)
def _in_april(intake: Harness) -> None:
    intake.now = APRIL


@pytest.fixture
def callback(intake: Harness) -> str:
    return str(intake.do("submit_application", body=CALLBACK)["id"])


def amend(intake: Harness, application_id: str, body: dict[str, Any], **call: Any) -> dict[str, Any]:
    etag = intake.etag("get_application", application_id=application_id)
    return intake.do("amend_application", application_id=application_id, body=body, if_match=etag, **call)


class TestTypedForACaller:
    def test_the_first_call_is_kept_with_who_took_it(self, intake: Harness) -> None:
        body = a_form(first_call=FirstCall.example)
        typed = intake.do("submit_application", body=body, roles=["recruiter"], actor="rut")
        found = intake.do("get_application", application_id=typed["id"])
        assert (found["typed_by"], found["first_call"]) == ("rut", FirstCall.example)

    def test_nobody_else_writes_notes_of_a_call(self, intake: Harness) -> None:
        body = a_form(first_call=FirstCall.example)
        for roles in ([], ["caseworker"]):
            fault = intake.refusal("submit_application", body=body, roles=roles)
            assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/first_call", "only_staff_say_it")]

    def test_what_the_family_sends_itself_is_typed_by_nobody(self, intake: Harness) -> None:
        sent = intake.do("submit_application", body=a_form(), roles=[], actor="")
        assert intake.do("get_application", application_id=sent["id"])["typed_by"] is None


class TestAmend:
    def test_a_call_back_becomes_an_application_that_can_go_on(self, intake: Harness, callback: str) -> None:
        found = amend(intake, callback, {"assignments": ["family_home"], "adults": [ANNA_NAMED]})
        assert (found["name"], found["assignments"]) == ("Anna Andersson", ["family_home"])
        assert intake.do("qualify_application", application_id=callback)["status"] == "qualified"
        (recorded,) = intake.recorded(APPLICATION_QUALIFIED)
        assert [adult["personal_number"] for adult in recorded["adults"]] == [ANNA]

    def test_whoever_becomes_known_is_found_and_recognised(self, intake: Harness, callback: str) -> None:
        earlier = intake.do("submit_application", body=a_form())
        later = intake.do("submit_application", body=CALLBACK)["id"]
        assert intake.do("search", body={"text": ANNA})["total"] == 1
        found = amend(intake, later, {"adults": [ANNA_NAMED]})
        assert [one["application_id"] for one in found["possible_homes"]] == [earlier["id"]]
        assert intake.do("search", body={"text": ANNA})["total"] == 2

    def test_what_is_not_sent_stays(self, intake: Harness) -> None:
        sent = intake.do("submit_application", body=a_form())
        found = amend(intake, sent["id"], {"phone": "+46709999999"})
        assert (found["phone"], found["email"], found["name"]) == ("+46709999999", "anna@example.se", "Anna Andersson")

    def test_an_adult_keeps_the_id_that_is_sent(self, intake: Harness) -> None:
        sent = intake.do("submit_application", body=a_form())
        (anna,) = intake.do("get_application", application_id=sent["id"])["adults"]
        found = amend(intake, sent["id"], {"adults": [{**anna, "given_name": "Annika"}, BO_UNNUMBERED]})
        assert [one["given_name"] for one in found["adults"]] == ["Annika", "Bo"]
        assert found["adults"][0]["id"] == anna["id"]
        assert found["adults"][1]["personal_number"] is None

    def test_another_applications_adult_is_refused(self, intake: Harness) -> None:
        first, second = (intake.do("submit_application", body=a_form())["id"] for _ in range(2))
        (adult,) = intake.do("get_application", application_id=first)["adults"]
        etag = intake.etag("get_application", application_id=second)
        fault = intake.refusal("amend_application", application_id=second, body={"adults": [adult]}, if_match=etag)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/adults/0/id", "not_their_adult")]

    def test_of_two_who_amend_at_once_the_second_reads_anew(self, intake: Harness, callback: str) -> None:
        etag = intake.etag("get_application", application_id=callback)
        intake.do("amend_application", application_id=callback, body={"message": "First."}, if_match=etag)
        again = {"application_id": callback, "body": {"message": "Second."}}
        assert intake.code("amend_application", if_match=etag, **again) == (412, "stale")
        assert intake.code("amend_application", **again) == (428, "precondition_required")

    def test_what_is_said_of_an_assignment_that_it_is_not_for_is_refused(self, intake: Harness, callback: str) -> None:
        etag = intake.etag("get_application", application_id=callback)
        body = {"assignments": ["family_home"], "particulars": {"contact_person": {"how_often": "weekly"}}}
        fault = intake.refusal("amend_application", application_id=callback, body=body, if_match=etag)
        assert [one["pointer"] for one in fault["errors"]] == ["/particulars/contact_person"]

    def test_a_child_is_no_adult_of_the_household(self, intake: Harness, callback: str) -> None:
        etag = intake.etag("get_application", application_id=callback)
        body = {"adults": [{**ANNA_NAMED, "personal_number": "201502039819"}]}
        fault = intake.refusal("amend_application", application_id=callback, body=body, if_match=etag)
        assert [one["code"] for one in fault["errors"]] == ["not_of_age"]

    def test_a_closed_one_is_not_amended(self, intake: Harness, callback: str) -> None:
        intake.do("decline_application", application_id=callback, body={"reason": "Too far away."})
        call = {"application_id": callback, "body": {"message": "More."}, "if_match": "*"}
        assert intake.code("amend_application", **call) == (409, "application_already_closed")


class TestWithoutANumber:
    """Other adults' personal numbers are asked for before an investigation is proposed, not at interest."""

    def test_of_others_than_whoever_applies_the_number_may_be_said_later(self, intake: Harness) -> None:
        sent = intake.do("submit_application", body=a_form(adults=[ANNA_NAMED, BO_UNNUMBERED]))
        intake.do("qualify_application", application_id=sent["id"])
        (recorded,) = intake.recorded(APPLICATION_QUALIFIED)
        assert [one["given_name"] for one in recorded["adults"]] == ["Anna"]
        assert [one["given_name"] for one in recorded["unnumbered_adults"]] == ["Bo"]
        assert recorded["household_complete"] is False, "an adult without a number is unchecked"

    def test_ones_own_number_is_needed(self, intake: Harness) -> None:
        unnumbered = {name: value for name, value in ANNA_NAMED.items() if name != "personal_number"}
        fault = intake.refusal("submit_application", body=a_form(adults=[unnumbered]))
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/adults/0/personal_number", "required")]

    def test_once_all_are_known_the_household_is_as_it_was_said_to_be(self, intake: Harness) -> None:
        sent = intake.do("submit_application", body=a_form(adults=[ANNA_NAMED, BO_UNNUMBERED]))
        adults = intake.do("get_application", application_id=sent["id"])["adults"]
        amend(intake, sent["id"], {"adults": [adults[0], {**adults[1], "personal_number": BO}]})
        intake.do("qualify_application", application_id=sent["id"])
        (recorded,) = intake.recorded(APPLICATION_QUALIFIED)
        assert (len(recorded["adults"]), recorded["household_complete"]) == (2, True)

    def test_without_any_number_or_assignment_nothing_goes_on(self, intake: Harness, callback: str) -> None:
        amend(intake, callback, {"adults": [BO_UNNUMBERED]})
        assert intake.code("qualify_application", application_id=callback) == (409, "application_without_adult")
        amend(intake, callback, {"adults": [ANNA_NAMED]})
        assert intake.code("qualify_application", application_id=callback) == (409, "application_without_assignment")
