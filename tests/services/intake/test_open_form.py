"""The open form is guarded against machines, a municipality says what it is, and drafts wait for their writer."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from services.intake.contract.public import SetProfile
from services.intake.public.model import SpentChallenge
from services.kernel.basics import clock
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from tests.services.intake.conftest import CALLBACK, a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
KEY = "k" * 22
DRAFT = {"sealed": base64.b64encode(b"sealed by whoever wrote it").decode()}


def wrong(intake: Harness, body: dict[str, Any], **call: Any) -> list[tuple[str, str]]:
    fault = intake.refusal("submit_application", body=body, **{"roles": [], **call})
    return [(one["pointer"], one["code"]) for one in fault["errors"]]


def solved(challenge: dict[str, Any]) -> str:
    asked = Challenge.from_dict(challenge)
    return str(Payload(challenge=asked, solution=solve_challenge(asked)).to_base64())


class TestHoneypot:
    def test_whoever_fills_in_what_people_leave_empty_is_refused(self, intake: Harness) -> None:
        assert wrong(intake, {**CALLBACK, "website": "https://spam.example"}) == [("/website", "leave_empty")]
        assert intake.do("list_applications")["total"] == 0

    def test_left_empty_it_is_no_matter(self, intake: Harness) -> None:
        intake.do("submit_application", body={**CALLBACK, "website": ""}, roles=[])
        assert intake.do("list_applications")["total"] == 1


class TestProofOfWork:
    @pytest.fixture(autouse=True)
    def _on(self, intake: Harness) -> None:
        intake.tenant = intake.new_tenant(proof_of_work=1)

    def test_one_that_is_solved_is_taken(self, intake: Harness) -> None:
        challenge = intake.do("get_challenge", roles=[])
        assert challenge["needed"] is True
        intake.do("submit_application", body={**CALLBACK, "altcha": solved(challenge)}, roles=[])

    def test_without_one_nothing_is_stored(self, intake: Harness) -> None:
        assert wrong(intake, CALLBACK) == [("/altcha", "challenge_needed")]
        assert intake.do("list_applications")["total"] == 0

    def test_each_is_used_once(self, intake: Harness) -> None:
        body = {**CALLBACK, "altcha": solved(intake.do("get_challenge"))}
        intake.do("submit_application", body=body, roles=[])
        assert wrong(intake, body) == [("/altcha", "challenge_spent")]

    def test_a_form_that_is_refused_has_not_used_it(self, intake: Harness) -> None:
        solution = solved(intake.do("get_challenge"))
        child = [{**a_form()["adults"][0], "personal_number": "201502039819"}]
        assert wrong(intake, a_form(adults=child, altcha=solution)) == [("/adults/0/personal_number", "not_of_age")]
        intake.do("submit_application", body=a_form(altcha=solution), roles=[])

    def test_the_same_form_again_under_its_key_is_the_same_application(self, intake: Harness) -> None:
        call = {"body": {**CALLBACK, "altcha": solved(intake.do("get_challenge"))}, "idempotency_key": "k", "roles": []}
        assert intake.do("submit_application", **call) == intake.do("submit_application", **call)

    @pytest.mark.parametrize("spoil", ["signature", "nonce", "cost"])
    def test_one_that_nobody_gave_out_is_refused(self, intake: Harness, spoil: str) -> None:
        challenge = intake.do("get_challenge")
        if spoil == "signature":
            challenge["signature"] = "0" * 64
        else:
            challenge["parameters"][spoil] = {"nonce": "0" * 32, "cost": 2}[spoil]
        body = {**CALLBACK, "altcha": solved(challenge)}
        assert wrong(intake, body) == [("/altcha", "challenge_not_solved")]

    def test_nor_is_another_municipalitys(self, intake: Harness) -> None:
        other = intake.new_tenant(proof_of_work=1)
        body = {**CALLBACK, "altcha": solved(intake.do("get_challenge", tenant=other))}
        assert wrong(intake, body) == [("/altcha", "challenge_not_solved")]

    @pytest.mark.parametrize(
        "said",
        ["nonsense", *(base64.b64encode(one).decode() for one in (b"{}", b"[1]", b"[" * 2_990))],
        ids=["no base64", "empty", "a list", "too deep"],
    )
    def test_what_is_no_solution_at_all_is_refused(self, intake: Harness, said: str) -> None:
        assert wrong(intake, {**CALLBACK, "altcha": said}) == [("/altcha", "challenge_not_solved")]

    def test_one_that_is_too_old_is_refused(self, intake: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        now = clock.seconds()
        monkeypatch.setattr(clock, "seconds", lambda: now - 7200)
        challenge = intake.do("get_challenge")
        monkeypatch.undo()
        assert wrong(intake, {**CALLBACK, "altcha": solved(challenge)}) == [("/altcha", "challenge_not_solved")]

    def test_staff_who_type_for_a_caller_need_none(self, intake: Harness) -> None:
        intake.do("submit_application", body=CALLBACK, roles=["recruiter"])
        assert intake.do("list_applications")["total"] == 1

    def test_what_was_used_is_forgotten_when_it_is_of_no_use(self, intake: Harness) -> None:
        intake.now = APRIL
        body = {**CALLBACK, "altcha": solved(intake.do("get_challenge"))}
        intake.do("submit_application", body=body, roles=[])
        intake.clockwork.plan_nights_of(intake.tenant, now=APRIL)
        for days, left in ((1, 1), (2, 0)):
            assert "forget_challenges" in intake.pass_time(APRIL + timedelta(days=days))
            with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
                assert unit.session.query(SpentChallenge).count() == left


def test_where_it_is_switched_off_nobody_needs_one(intake: Harness) -> None:
    assert intake.do("get_challenge", roles=[])["needed"] is False
    intake.do("submit_application", body=CALLBACK, roles=[])


class TestDrafts:
    @pytest.fixture(autouse=True)
    def _in_april(self, intake: Harness) -> None:
        intake.now = APRIL

    @staticmethod
    def keep(intake: Harness, key: str = KEY) -> dict[str, Any]:
        return intake.do("keep_draft", key=key, body=DRAFT, roles=[], if_none_match=True)

    def test_one_is_kept_for_thirty_days_and_replaced_when_it_is_sent_again(self, intake: Harness) -> None:
        assert self.keep(intake) == {**DRAFT, "kept_until": "2026-05-01"}
        intake.now = APRIL + timedelta(days=10)
        again = intake.do("keep_draft", key=KEY, body={"sealed": "AAAA"}, roles=[], if_match="1")
        assert again == intake.do("get_draft", key=KEY, roles=[]) == {"sealed": "AAAA", "kept_until": "2026-05-11"}

    def test_of_two_windows_the_second_does_not_write_over_the_first(self, intake: Harness) -> None:
        self.keep(intake)
        intake.do("keep_draft", key=KEY, body={"sealed": "AAAA"}, if_match="1")
        assert intake.code("keep_draft", key=KEY, body=DRAFT, if_match="1") == (412, "stale")

    def test_after_its_days_it_is_gone(self, intake: Harness) -> None:
        self.keep(intake)
        intake.now = datetime(2026, 5, 1, 8, tzinfo=UTC)
        assert intake.do("get_draft", key=KEY)["sealed"] == DRAFT["sealed"]
        intake.now = datetime(2026, 5, 2, 8, tzinfo=UTC)
        assert intake.code("get_draft", key=KEY) == (404, "not_found")
        intake.clockwork.plan_nights_of(intake.tenant, now=intake.now)
        assert "forget_drafts" in intake.pass_time(intake.now + timedelta(days=1))
        assert intake.code("drop_draft", key=KEY) == (404, "not_found")

    def test_before_the_night_has_swept_it_there_is_none_either(self, intake: Harness) -> None:
        intake.tenant = intake.new_tenant(most_drafts=1)
        self.keep(intake)
        intake.now = datetime(2026, 5, 2, 8, tzinfo=UTC)
        assert intake.code("drop_draft", key=KEY) == (404, "not_found")
        assert intake.code("keep_draft", key=KEY, body=DRAFT, if_match="*")[0] == 412
        self.keep(intake, key="j" * 22)  # it takes nobody's room
        intake.do("drop_draft", key="j" * 22)
        assert self.keep(intake)["kept_until"] == "2026-06-01"

    def test_its_writer_drops_it(self, intake: Harness) -> None:
        self.keep(intake)
        intake.do("drop_draft", key=KEY, roles=[])
        assert intake.code("get_draft", key=KEY) == (404, "not_found")

    def test_a_key_that_could_be_guessed_leads_nowhere(self, intake: Harness) -> None:
        for key in ("short", "k" * 21, "k" * 87, "k" * 21 + "å"):
            assert intake.code("keep_draft", key=key, body=DRAFT, if_none_match=True) == (404, "not_found")

    def test_a_municipality_keeps_so_many_and_no_more(self, intake: Harness) -> None:
        intake.tenant = intake.new_tenant(most_drafts=1)
        self.keep(intake)
        other = {"key": "j" * 22, "body": DRAFT, "if_none_match": True}
        assert intake.code("keep_draft", **other) == (429, "too_many_drafts")
        intake.do("keep_draft", key=KEY, body=DRAFT, if_match="*")


class TestProfile:
    def test_anybody_reads_what_an_administrator_has_set(self, intake: Harness) -> None:
        intake.tenant = intake.new_tenant(contact_days=14)
        before = intake.do("get_profile", roles=[])
        assert (before["name"], before["contact_days"], before["phone"]) == (intake.tenant, 14, None)
        intake.do("set_profile", body=SetProfile.example, if_none_match=True)
        found = intake.do("get_profile", roles=[])
        assert found == {**SetProfile.example, "name": intake.tenant, "contact_days": 14}

    def test_what_is_no_picture_is_no_logo(self, intake: Harness) -> None:
        for logo in (base64.b64encode(b"<svg onload='alert(1)'>").decode(), "https://elsewhere.example/logo.png"):
            body = {**SetProfile.example, "logo": logo}
            fault = intake.refusal("set_profile", body=body, if_none_match=True)
            assert [one["code"] for one in fault["errors"]] == ["logo_form"]

    def test_of_two_who_set_it_at_once_the_second_reads_anew(self, intake: Harness) -> None:
        intake.do("set_profile", body=SetProfile.example, if_none_match=True)
        intake.do("set_profile", body={**SetProfile.example, "hours": "Alltid"}, if_match="1")
        assert intake.code("set_profile", body=SetProfile.example, if_match="1") == (412, "stale")
        assert intake.code("set_profile", body=SetProfile.example, roles=["recruiter"]) == (403, "missing_role")
