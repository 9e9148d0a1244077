"""R10: registers are asked by the house itself, as errands: what each can do, and what that does to the check."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import psycopg
import pytest

from services.investigation.contract.checks import RecordConsent
from services.kernel.messages.outlets import Outlets
from services.kernel.testing import Harness
from tests.receiver import Receiver, answers
from tests.registers import a_register, connection, says
from tests.run import SECRET
from tests.services.investigation.conftest import ANNA, BO, CLEAR, MAY, make_ready, open_one
from tests.services.investigation.test_rechecks import investigations, night

DAVID = "189001019836"
POLICE = {"registers": ["police"]}


@pytest.fixture
def police() -> Iterator[Receiver]:
    """A stand-in of the police's register, that finds nothing unless a test says so."""
    with a_register() as register:
        yield register


@pytest.fixture
def connected(investigation: Harness, police: Receiver, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """A municipality with a connection to the police's and to the Transport Agency's register."""
    systems = {name: connection(police, seconds=1.0) for name in ("register.police", "register.transport")}
    monkeypatch.setattr(investigation.database, "_outlets", Outlets(connections={investigation.tenant: systems}))
    monkeypatch.setattr(investigation.database, "_in_production", False)
    return investigation


def request(harness: Harness, opened: dict[str, Any], **call: Any) -> dict[str, Any]:
    which = {"investigation_id": opened["id"], "body": POLICE, "actor": "ivar"}
    return harness.do("request_register_checks", **{**which, **call})


def checks(harness: Harness, opened: dict[str, Any], register: str = "police") -> list[dict[str, Any]]:
    read = harness.do("get_investigation", investigation_id=opened["id"])
    return [one for one in read["register_checks"] if one["register"] == register]


def statuses(harness: Harness, opened: dict[str, Any], register: str = "police") -> list[str]:
    return [one["status"] for one in checks(harness, opened, register)]


def wait(harness: Harness, **time: int) -> list[str]:
    assert harness.now is not None
    return harness.pass_time(harness.now + timedelta(**time))


def ask(harness: Harness, opened: dict[str, Any]) -> None:
    """Lets the register be asked, which has a second to answer."""
    request(harness, opened)
    wait(harness, seconds=1)


def consent(harness: Harness, opened: dict[str, Any], register: str, **overrides: Any) -> None:
    for adult in opened["adults"]:
        body = {**RecordConsent.example, "adult_id": adult["id"], "register": register, **overrides}
        harness.do("record_consent", investigation_id=opened["id"], body=body, actor="ivar")


def correct(harness: Harness, opened: dict[str, Any]) -> None:
    """Anna has another number, under which the register is to be asked."""
    corrected = {"adults": [{"id": opened["adults"][0]["id"], "personal_number": DAVID}]}
    harness.do("amend_home_file", home_id=opened["home_id"], body=corrected, if_match="*")
    request(harness, opened)


class TestAnswers:
    def test_until_it_answers_a_check_is_requested_and_then_clear(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        requested = request(connected, opened)
        assert statuses(connected, opened) == ["requested", "requested"]
        assert police.heard == []  # never inside the request
        assert [one["code"] for one in requested["blockers"]].count("register_check_missing") == 10
        wait(connected, seconds=1)
        found = checks(connected, opened)
        assert [(one["status"], one["checked_on"], one["valid_until"], one["way"]) for one in found] == [
            ("clear", "2026-05-02", "2026-11-02", "connection")
        ] * 2
        assert [one["recorded_by"] for one in found] == ["ivar"] * 2  # who let it be asked

    def test_it_is_asked_about_each_adult_by_number_and_knows_the_municipality_by_its_secret(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        ask(connected, opened)
        assert {heard.event["personal_number"] for heard in police.heard} == {ANNA, BO}
        assert {heard.event["register"] for heard in police.heard} == {"police"}
        assert {heard.event["since"] for heard in police.heard} == {None}
        assert {heard.headers["authorization"] for heard in police.heard} == {SECRET}

    def test_a_remark_is_nothing_until_a_person_has_assessed_it(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = says(200, outcome="found", details="A fine in 2019")
        ask(connected, opened)
        read = connected.do("get_investigation", investigation_id=opened["id"])
        assert statuses(connected, opened) == ["remark"] * 2
        assert [one["code"] for one in read["blockers"]].count("remark_not_assessed") == 2
        for one in checks(connected, opened):
            body = {"status": "remark", "checked_on": "2026-05-02", "assessment": "Long ago, and trifling."}
            call = {"investigation_id": opened["id"], "check_id": one["id"], "if_match": "*", "actor": "ivar"}
            read = connected.do("record_register_check", body=body, **call)
        assert "remark_not_assessed" not in [one["code"] for one in read["blockers"]]

    def test_what_a_register_holds_is_kept_nowhere(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = says(200, outcome="found", details="A fine in 2019")
        ask(connected, opened)
        with psycopg.connect(connected.owner_url) as db:
            db.execute("select set_config('hemvist.tenant', %s, true)", (connected.tenant,))
            written = str(db.execute("select t::text from register_check t").fetchall())
        assert opened["id"] in written
        assert "2019" not in written
        shown = connected.do("get_investigation", investigation_id=opened["id"])
        assert "2019" not in str(shown)

    def test_one_that_answers_later_is_asked_again_and_given_up_after_three_weeks(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = answers(202)
        ask(connected, opened)
        assert statuses(connected, opened) == ["requested"] * 2
        wait(connected, hours=6)
        assert len(police.heard) == 4
        for _ in range(21 * 4):
            wait(connected, hours=6)
        assert statuses(connected, opened) == ["failed"] * 2

    def test_one_that_answers_later_and_then_does_is_clear(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = answers(202)
        ask(connected, opened)
        police.answer = says(200, outcome="nothing")
        wait(connected, hours=6)
        assert statuses(connected, opened) == ["clear"] * 2

    def test_an_answer_about_another_number_is_none_about_who_it_is_now(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = answers(202)
        ask(connected, opened)
        bo = next(one for one in opened["adults"] if one["given_name"] == "Bo")
        corrected = {"adults": [{"id": bo["id"], "personal_number": "189001019828"}]}
        connected.do("amend_home_file", home_id=opened["home_id"], body=corrected, if_match="*")
        police.answer = says(200, outcome="nothing")
        wait(connected, hours=6)
        assert {one["adult_id"]: one["status"] for one in checks(connected, opened)}[bo["id"]] == "pending"
        ask(connected, opened)
        assert statuses(connected, opened) == ["clear"] * 2
        assert police.heard[-1].event["personal_number"] == "189001019828"

    def test_whoever_takes_a_consent_back_is_asked_about_no_more(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = answers(202)
        consent(connected, opened, "transport")
        request(connected, opened, body={"registers": ["police", "transport"]})
        wait(connected, seconds=1)
        consent(connected, opened, "transport", is_given=False)
        asked = len(police.heard)
        wait(connected, hours=6)
        assert [heard.event["register"] for heard in police.heard[asked:]] == ["police"] * 2
        assert statuses(connected, opened, "transport") == ["pending"] * 2
        assert statuses(connected, opened, "police") == ["requested"] * 2


class TestTrouble:
    @pytest.mark.parametrize(
        "answer",
        [says(500), says(200, b"<html>"), says(200, outcome="perhaps"), says(200, b"[]"), says(503)],
        ids=["fails", "garbles", "says another thing", "says no object", "is away"],
    )
    def test_one_that_does_not_answer_so_that_it_can_be_read_is_asked_again_and_has_failed_in_the_end(
        self, connected: Harness, police: Receiver, opened: dict[str, Any], answer: Any
    ) -> None:
        police.answer = answer
        ask(connected, opened)
        assert statuses(connected, opened) == ["requested"] * 2
        for minutes in (1, 10, 60):
            wait(connected, minutes=minutes)
            assert statuses(connected, opened) == ["requested"] * 2
        wait(connected, minutes=241)
        found = checks(connected, opened)
        assert [one["status"] for one in found] == ["failed"] * 2
        read = connected.do("get_investigation", investigation_id=opened["id"])
        assert [one["code"] for one in read["blockers"]].count("register_check_failed") == 2

    def test_one_that_refuses_has_failed_at_once(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = says(422)
        ask(connected, opened)
        assert statuses(connected, opened) == ["failed"] * 2
        assert len(police.heard) == 2

    def test_one_that_failed_once_and_answers_then_is_clear(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = says(500)
        ask(connected, opened)
        police.answer = says(200, outcome="nothing")
        wait(connected, minutes=1)
        assert statuses(connected, opened) == ["clear"] * 2

    def test_one_that_has_failed_can_be_asked_anew(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = says(422)
        ask(connected, opened)
        police.answer = says(200, outcome="nothing")
        request(connected, opened)
        assert statuses(connected, opened) == ["requested"] * 2
        wait(connected, seconds=1)
        assert statuses(connected, opened) == ["clear"] * 2

    def test_what_is_asked_anew_is_another_question(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        police.answer = says(500)
        ask(connected, opened)
        wait(connected, minutes=1)
        before = [heard.event["reference"] for heard in police.heard]
        assert sorted(map(before.count, set(before))) == [2, 2]  # what is tried again is the same one
        correct(connected, opened)
        police.heard.clear()
        wait(connected, seconds=1)
        (asked,) = police.events
        assert asked["personal_number"] == DAVID
        assert asked["reference"] not in before

    def test_what_was_asked_about_another_number_is_no_answer(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        def answer(asked: BaseHTTPRequestHandler) -> None:
            number = police.events[-1]["personal_number"]
            if number == ANNA:  # and while the question is on its way
                correct(connected, opened)
            says(200, outcome="found" if number == ANNA else "nothing")(asked)

        police.answer = answer
        ask(connected, opened)
        assert {heard.event["personal_number"] for heard in police.heard} == {ANNA, BO, DAVID}
        assert statuses(connected, opened) == ["clear"] * 2

    def test_in_a_recheck_another_number_is_asked_anew_too(
        self, connected: Harness, police: Receiver, approved: dict[str, Any]
    ) -> None:
        night(connected, datetime(2026, 10, 2, 3, tzinfo=UTC))
        again = investigations(connected, approved["home_id"])[-1]
        police.answer = says(500)
        ask(connected, again)
        police.heard.clear()
        corrected = {"adults": [{"id": again["adults"][0]["id"], "personal_number": DAVID}]}
        connected.do("amend_home_file", home_id=again["home_id"], body=corrected, if_match="*")
        police.answer = says(200, outcome="nothing")
        wait(connected, minutes=1)
        assert [heard.event["personal_number"] for heard in police.heard] == [BO]
        assert statuses(connected, again) == ["pending", "clear"]

    def test_what_somebody_has_written_down_meanwhile_stands(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        request(connected, opened)
        first = checks(connected, opened)[0]
        call = {"investigation_id": opened["id"], "check_id": first["id"], "if_match": "*", "actor": "inga"}
        connected.do("record_register_check", body=CLEAR, **call)
        wait(connected, seconds=1)
        assert [(one["way"], one["recorded_by"]) for one in checks(connected, opened)] == [
            ("hand", "inga"), ("connection", "ivar"),
        ]  # fmt: skip
        assert len(police.heard) == 1

    def test_of_an_investigation_that_was_broken_off_nothing_is_noted(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        request(connected, opened)
        body = {"by": "family", "reason": "They are moving."}
        connected.do("break_off_investigation", investigation_id=opened["id"], body=body)
        wait(connected, seconds=1)
        assert statuses(connected, opened) == ["requested"] * 2
        assert police.heard == []

    def test_of_an_adult_who_has_left_meanwhile_nothing_is_asked(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        request(connected, opened)
        gone = {"adults": [{"id": opened["adults"][1]["id"], "moved_out_on": "2026-05-02"}]}
        connected.do("amend_home_file", home_id=opened["home_id"], body=gone, if_match="*")
        wait(connected, seconds=1)
        assert [heard.event["personal_number"] for heard in police.heard] == [ANNA]

    def test_of_a_home_that_is_protected_meanwhile_no_number_goes_over_a_connection(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        request(connected, opened)
        hidden = {"protected_identity": True}
        connected.do("amend_home_file", home_id=opened["home_id"], body=hidden, if_match="*")
        wait(connected, seconds=1)
        read = connected.do("get_investigation", investigation_id=opened["id"])
        assert {one["status"] for one in read["register_checks"] if one["register"] == "police"} == {"failed"}
        assert police.heard == []
        call = {"investigation_id": opened["id"], "body": POLICE}
        assert connected.code("request_register_checks", **call) == (409, "protected_asked_by_hand")


class TestRequest:
    def test_only_what_is_not_known_is_asked(self, connected: Harness, police: Receiver) -> None:
        opened = make_ready(connected, open_one(connected))
        ask(connected, opened)
        assert police.heard == []
        connected.now = datetime(2026, 11, 2, 9, tzinfo=UTC)  # the checks were good until 1 November
        request(connected, opened)
        assert statuses(connected, opened) == ["requested"] * 2

    def test_before_another_register_than_the_polices_is_asked_each_adult_has_consented(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        body = {"registers": ["transport"]}
        fault = connected.refusal("request_register_checks", investigation_id=opened["id"], body=body)
        assert (fault["status"], fault["code"]) == (409, "register_consent_missing")
        assert fault["extra"]["consents"] == [
            {"adult_id": adult["id"], "register": "transport"} for adult in opened["adults"]
        ]
        consent(connected, opened, "transport")
        request(connected, opened, body=body)
        wait(connected, seconds=1)
        assert statuses(connected, opened, "transport") == ["clear"] * 2

    def test_a_consent_that_was_taken_back_is_none(self, connected: Harness, opened: dict[str, Any]) -> None:
        consent(connected, opened, "transport")
        consent(connected, opened, "transport", is_given=False)
        call = {"investigation_id": opened["id"], "body": {"registers": ["transport"]}}
        assert connected.code("request_register_checks", **call) == (409, "register_consent_missing")

    def test_a_no_reaches_every_open_investigation_of_the_home(
        self, connected: Harness, police: Receiver, opened: dict[str, Any]
    ) -> None:
        other = open_one(connected, home_id=opened["home_id"])
        body = {"registers": ["transport"]}
        for one in (opened, other):
            consent(connected, one, "transport")
            request(connected, one, body=body)
        consent(connected, other, "transport", is_given=False, given_on="2026-05-01")
        wait(connected, seconds=1)
        assert police.heard == []
        assert statuses(connected, opened, "transport") == ["pending"] * 2
        call = {"investigation_id": opened["id"], "body": body}
        assert connected.code("request_register_checks", **call) == (409, "register_consent_missing")

        consent(connected, opened, "transport", given_on="2026-05-02")  # they have thought better of it
        request(connected, opened, body=body)
        assert statuses(connected, opened, "transport") == ["requested"] * 2
        call["investigation_id"] = other["id"]
        assert connected.code("request_register_checks", **call) == (409, "register_consent_missing")

    def test_without_a_word_all_that_are_connected_are(self, connected: Harness, opened: dict[str, Any]) -> None:
        consent(connected, opened, "transport")
        request(connected, opened, body={})
        assert statuses(connected, opened, "police") == ["requested"] * 2
        assert statuses(connected, opened, "transport") == ["requested"] * 2
        assert statuses(connected, opened, "enforcement") == ["pending"] * 2

    def test_what_is_not_connected_is_looked_in_by_hand(self, connected: Harness, opened: dict[str, Any]) -> None:
        for body in ({"registers": ["enforcement"]}, {"registers": ["police", "enforcement"]}):
            call = {"investigation_id": opened["id"], "body": body}
            assert connected.code("request_register_checks", **call) == (409, "register_not_connected")

    def test_by_default_all_are(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = {"investigation_id": opened["id"], "body": {}}
        assert investigation.code("request_register_checks", **call) == (409, "register_not_connected")

    def test_how_far_back_a_register_is_asked_is_the_municipalitys(
        self, connected: Harness, police: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tenant = connected.new_tenant(police_years_back=3, police_check_months=2)
        outlets = Outlets(connections={tenant: {"register.police": connection(police)}})
        monkeypatch.setattr(connected.database, "_outlets", outlets)
        opened = open_one(connected, tenant=tenant)
        connected.do("request_register_checks", investigation_id=opened["id"], body=POLICE, tenant=tenant)
        connected.pass_time(MAY + timedelta(seconds=1), tenant=tenant)
        assert {heard.event["since"] for heard in police.heard} == {"2023-05-02"}
        read = connected.do("get_investigation", investigation_id=opened["id"], tenant=tenant)
        until = {one["valid_until"] for one in read["register_checks"] if one["register"] == "police"}
        assert until == {"2026-07-02"}

    def test_it_is_for_investigators_of_an_open_investigation(
        self, connected: Harness, proposed: dict[str, Any]
    ) -> None:
        call = {"investigation_id": proposed["id"], "body": POLICE}
        assert connected.code("request_register_checks", **call) == (409, "investigation_not_open")
        assert connected.code("request_register_checks", **call, roles=["decider"]) == (403, "missing_role")
        call["tenant"] = connected.new_tenant()
        assert connected.code("request_register_checks", **call)[0] in (404, 409)
