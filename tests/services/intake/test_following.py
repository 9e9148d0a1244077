"""Whoever applied follows the application by reference and phone number, and sees nobody's notes (R7)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.contract.following import MOST_TRIES
from services.intake.following.model import AskedReference
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from tests.services.intake.conftest import a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
WRONG = "0000"


@pytest.fixture
def own(intake: Harness) -> dict[str, str]:
    intake.now = APRIL
    receipt = intake.do("submit_application", body=a_form(phone="+46 70-123 45 67"))
    return {"id": receipt["id"], "reference": receipt["reference"], "phone_last_four": "4567"}


def known(own: dict[str, str], **other: str) -> dict[str, str]:
    return {**{name: own[name] for name in ("reference", "phone_last_four")}, **other}


def follow(intake: Harness, own: dict[str, str], **other: str) -> dict[str, Any]:
    return intake.do("follow_application", body=known(own, **other), roles=[])


class TestFollowing:
    def test_it_says_how_it_stands_and_what_comes_next_in_two_languages(
        self, intake: Harness, own: dict[str, str]
    ) -> None:
        found = follow(intake, own)
        assert (found["status"], found["is_open"], found["files"]) == ("received", True, 0)
        assert found["next_step"] == {
            "sv": "Kommunen hör av sig till dig senast 2026-04-22.",
            "en": "The municipality gets in touch with you by 2026-04-22.",
        }

    def test_small_letters_do(self, intake: Harness, own: dict[str, str]) -> None:
        assert follow(intake, own, reference=own["reference"].lower())["reference"] == own["reference"]

    def test_nothing_is_shown_that_anybody_has_noted(self, intake: Harness, own: dict[str, str]) -> None:
        note = {"way": "phone", "reached": True, "note": "A secret note."}
        intake.do("record_contact", application_id=own["id"], body=note)
        intake.do("decline_application", application_id=own["id"], body={"reason": "A secret reason."})
        found = follow(intake, own)
        assert "secret" not in str(found)
        assert set(found) == {
            *("reference", "status", "received_at", "contact_by", "next_step", "files", "is_open", "can_be_withdrawn"),
        }

    def test_once_the_last_day_has_passed_it_says_so(self, intake: Harness, own: dict[str, str]) -> None:
        intake.now = APRIL + timedelta(days=30)
        assert "2026-04-22" in follow(intake, own)["next_step"]["sv"]
        assert follow(intake, own)["next_step"]["sv"].startswith("Kommunen skulle ha hört av sig")

    def test_the_phone_number_as_it_is_now_opens_it(self, intake: Harness, own: dict[str, str]) -> None:
        body = {"phone": "+46701119999"}
        intake.do("amend_application", application_id=own["id"], body=body, if_match="*")
        assert intake.code("follow_application", body=known(own)) == (404, "not_found")
        assert follow(intake, own, phone_last_four="9999")["status"] == "received"

    def test_another_municipality_knows_nothing_of_it(self, intake: Harness, own: dict[str, str]) -> None:
        call = {"body": known(own), "tenant": intake.new_tenant()}
        assert intake.code("follow_application", **call) == (404, "not_found")


class TestGuessing:
    def test_a_wrong_reference_and_wrong_digits_are_answered_alike(self, intake: Harness, own: dict[str, str]) -> None:
        digits = intake.refusal("follow_application", body=known(own, phone_last_four=WRONG))
        reference = intake.refusal("follow_application", body=known(own, reference="2222-2222-2222"))
        assert digits == reference

    def test_and_the_same_is_done_for_both(self, intake: Harness, own: dict[str, str]) -> None:
        """So that the time of an answer tells nothing: each leaves a try, and nothing else is asked."""
        intake.refusal("follow_application", body=known(own, phone_last_four=WRONG))
        intake.refusal("follow_application", body=known(own, reference="2222-2222-2222"))
        with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
            assert [one.tries for one in unit.session.query(AskedReference)] == [1, 1]

    @pytest.mark.parametrize("is_there", [True, False])
    def test_a_reference_is_tried_so_often_a_day_and_no_more(
        self, intake: Harness, own: dict[str, str], is_there: bool
    ) -> None:
        reference = own["reference"] if is_there else "2222-2222-2222"
        wrong = known(own, reference=reference, phone_last_four=WRONG)
        for _ in range(MOST_TRIES):
            assert intake.code("follow_application", body=wrong) == (404, "not_found")
        for name in ("follow_application", "withdraw_own_application"):
            assert intake.code(name, body=known(own, reference=reference)) == (429, "too_many_tries")
        intake.now = APRIL + timedelta(days=1)
        assert intake.code("follow_application", body=wrong) == (404, "not_found")

    def test_whoever_knows_it_may_look_as_often_as_they_like(self, intake: Harness, own: dict[str, str]) -> None:
        found = [follow(intake, own) for _ in range(2 * MOST_TRIES)]
        assert found == [found[0]] * (2 * MOST_TRIES)

    def test_many_at_once_are_counted_each(self, intake: Harness, own: dict[str, str]) -> None:
        wrong = known(own, phone_last_four=WRONG)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: intake.code("follow_application", body=wrong), range(3 * MOST_TRIES)))
        assert found.count((404, "not_found")) == MOST_TRIES
        assert found.count((429, "too_many_tries")) == 2 * MOST_TRIES

    def test_what_was_tried_is_forgotten_in_the_night(self, intake: Harness, own: dict[str, str]) -> None:
        intake.refusal("follow_application", body=known(own, phone_last_four=WRONG))
        intake.clockwork.plan_nights_of(intake.tenant, now=APRIL)
        assert "forget_tries" in intake.pass_time(APRIL + timedelta(days=1))
        with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
            assert unit.session.query(AskedReference).count() == 0


class TestWithdrawing:
    def test_the_applicant_withdraws_and_may_say_why(self, intake: Harness, own: dict[str, str]) -> None:
        body = {**known(own), "reason": "We are expecting a child."}
        found = intake.do("withdraw_own_application", body=body, roles=[], actor="")
        assert (found["status"], found["is_open"]) == ("withdrawn", False)
        (turn,) = intake.do("get_application", application_id=own["id"])["turns"]
        assert (turn["by"], turn["reason"]) == (None, "We are expecting a child.")
        assert intake.pass_time(APRIL + timedelta(days=60)) == []

    def test_twice_is_refused_and_wrong_digits_do_nothing(self, intake: Harness, own: dict[str, str]) -> None:
        wrong = known(own, phone_last_four=WRONG)
        assert intake.code("withdraw_own_application", body=wrong) == (404, "not_found")
        assert follow(intake, own)["status"] == "received"
        intake.do("withdraw_own_application", body=known(own))
        assert intake.code("withdraw_own_application", body=known(own)) == (409, "application_already_closed")

    def test_a_wrong_try_that_is_sent_again_under_its_key_is_counted_once(
        self, intake: Harness, own: dict[str, str]
    ) -> None:
        wrong = known(own, phone_last_four=WRONG)
        for _ in range(3):
            assert intake.code("follow_application", body=wrong, idempotency_key="k") == (404, "not_found")
        with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
            assert [one.tries for one in unit.session.query(AskedReference)] == [1]
