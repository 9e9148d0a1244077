"""An application is handed over to another municipality, with consent; that one says yes or no (R8)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.intake.contract.events import (
    APPLICATION_HANDED_OVER,
    CONTACT_OVERDUE,
    TRANSFER_ANSWERED,
    TRANSFER_RECALLED,
)
from services.intake.transfers.model import ReceivedTransfer
from services.investigation.contract.events import HOME_CHANGED
from services.kernel.contracts import Event
from services.kernel.contracts.files import FileInStore, SentFile
from services.kernel.messages.context import Context
from services.kernel.secrecy.crypto import SealBroken
from services.kernel.testing import Harness, a_sent_file
from services.kernel.work.reactions import Outcome
from tests.conftest import shelves
from tests.home_changes import a_change, an_adult
from tests.services.intake.conftest import ANNA, a_form

APRIL = datetime(2026, 4, 1, 8, tzinfo=UTC)
MAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
PAPER = b"%PDF-1.7 a paper"
NO = {"reason": "We have no need of homes there."}


@pytest.fixture
def neighbour(intake: Harness) -> str:
    intake.now = APRIL
    return intake.new_tenant()


def a_paper(intake: Harness) -> SentFile:
    kept = shelves("intake").of(intake.tenant).put([PAPER], name="Intyg.pdf", media_type="application/pdf")
    same = {name: getattr(kept, name) for name in ("id", "name", "media_type", "size", "key")}
    return a_sent_file(**same)


def send(intake: Harness, neighbour: str, *, paper: bool = False, **changes: Any) -> dict[str, Any]:
    sent = intake.do("submit_application", body=a_form(**changes))
    if paper:
        intake.do("attach_to_application", application_id=sent["id"], file=a_paper(intake))
    return intake.do("transfer_application", application_id=sent["id"], body=asked(neighbour))


def asked(neighbour: str, **changes: Any) -> dict[str, Any]:
    return {"to": neighbour, "consent_given_on": "2026-04-01", "reason": "They move there.", **changes}


def on_its_way(intake: Harness, event: Event, *, of: str) -> list[dict[str, Any]]:
    """The envelopes of an event that a municipality has recorded, as they travel."""
    with psycopg.connect(intake.relay_url) as connection:
        rows = connection.execute(
            "select envelope from outbox where tenant = %s and routing_key = %s order by position",
            (of, event.routing_key),
        ).fetchall()
    return [row[0] for row in rows]


def arrive(intake: Harness, event: Event, *, of: str) -> list[Outcome]:
    return [intake.deliver(event, json.dumps(one).encode()) for one in on_its_way(intake, event, of=of)]


def received(intake: Harness, neighbour: str) -> dict[str, Any]:
    """The hand-over that has arrived there, with its files."""
    assert all(outcome.done for outcome in arrive(intake, APPLICATION_HANDED_OVER, of=intake.tenant))
    intake.pass_time(intake.now or APRIL, tenant=neighbour)
    (item,) = intake.do("list_transfers", tenant=neighbour)["items"]
    return dict(item)


def answer_comes_back(intake: Harness, neighbour: str) -> None:
    assert all(outcome.done for outcome in arrive(intake, TRANSFER_ANSWERED, of=neighbour))


def own(sent: dict[str, Any]) -> dict[str, str]:
    """By what the family finds it."""
    return {"reference": sent["reference"], "phone_last_four": "4567"}


class TestSending:
    def test_it_waits_for_the_other_municipality(self, intake: Harness, neighbour: str) -> None:
        found = send(intake, neighbour)
        assert (found["status"], found["transferred_to"], found["name"]) == (
            *("transferred", neighbour, "Anna Andersson"),
        )
        assert intake.pass_time(APRIL + timedelta(days=60)) == []

    def test_nothing_personal_is_readable_on_the_way_but_by_the_receiver(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour, message="Vi bor på en gård.")
        (told,) = on_its_way(intake, APPLICATION_HANDED_OVER, of=intake.tenant)
        assert (told["tenant"], told["actor"]) == (neighbour, "")
        for secret in (ANNA, "Andersson", "gård", "They move there"):
            assert secret not in json.dumps(told, ensure_ascii=False)
        field = APPLICATION_HANDED_OVER.data().fields["application"]
        for tenant, opens in ((neighbour, True), (intake.tenant, False)):
            with intake.database.unit(Context(tenant=tenant, actor="", request_id="", deadline=0), reads=True):
                try:
                    field.deserialize(told["data"]["application"], "application")
                except SealBroken:
                    assert not opens
                else:
                    assert opens

    @pytest.mark.parametrize(
        ("changes", "pointer", "code"),
        [
            ({"to": "atlantis"}, "/to", "unknown_municipality"),
            ({"consent_given_on": "2026-04-02"}, "/consent_given_on", "consent_in_future"),
            ({"consent_given_on": None}, "/consent_given_on", "null"),
        ],
    )
    def test_without_consent_or_to_nowhere_it_stays(
        self, intake: Harness, neighbour: str, changes: dict[str, Any], pointer: str, code: str
    ) -> None:
        sent = intake.do("submit_application", body=a_form())
        call = {"application_id": sent["id"], "body": asked(neighbour, **changes)}
        fault = intake.refusal("transfer_application", **call)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [(pointer, code)]
        assert on_its_way(intake, APPLICATION_HANDED_OVER, of=intake.tenant) == []

    def test_nor_to_itself_nor_twice(self, intake: Harness, neighbour: str) -> None:
        sent = intake.do("submit_application", body=a_form())
        call = {"application_id": sent["id"]}
        fault = intake.refusal("transfer_application", body=asked(intake.tenant), **call)
        assert [one["code"] for one in fault["errors"]] == ["unknown_municipality"]
        intake.do("transfer_application", body=asked(neighbour), **call)
        refused = (409, "application_already_closed")
        assert intake.code("transfer_application", body=asked(neighbour), **call) == refused

    def test_the_senders_feed_does_not_open_what_is_sealed_for_another(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour)
        intake.tell()
        (told,) = intake.do("read_events", roles=["integration", "personal"])["items"]
        assert "application" not in told["data"]
        assert told["data"]["municipality"] == intake.tenant


class TestReceiving:
    def test_it_is_there_once_it_has_arrived_and_nothing_before(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        assert intake.do("list_transfers", tenant=neighbour)["items"] == []
        found = received(intake, neighbour)
        assert (found["from"], found["from_name"], found["status"]) == (intake.tenant, intake.tenant, "waiting")
        assert (found["consent_given_on"], found["reason"]) == ("2026-04-01", "They move there.")
        assert (found["application"]["name"], found["application"]["reference"]) == (
            *("Anna Andersson", sent["reference"]),
        )

    def test_it_is_among_what_waits_for_a_recruiter_until_it_is_answered(self, intake: Harness, neighbour: str) -> None:
        def waits() -> dict[str, int]:
            items = intake.do("view_waiting", tenant=neighbour, roles=["recruiter"])["items"]
            return {one["kind"]: one["count"] for one in items}

        send(intake, neighbour)
        found = received(intake, neighbour)
        assert waits().get("transfer") == 1
        intake.do("decline_transfer", transfer_id=found["id"], tenant=neighbour, body=NO)
        assert "transfer" not in waits()

    def test_one_that_nobody_answers_surfaces_like_any_family_that_waits(self, intake: Harness, neighbour: str) -> None:
        def deadlines() -> list[str]:
            found = intake.do("list_deadlines", query={"kind": "contact_due"}, tenant=neighbour, roles=["recruiter"])
            return [one["subject"]["id"] for one in found["items"]]

        def clocks() -> list[int]:
            found = intake.do("view_overview", tenant=neighbour, roles=["recruiter"])
            return [one["overdue"] for one in found["clocks"] if one["kind"] == "contact_due"]

        sent = send(intake, neighbour)
        found = received(intake, neighbour)
        overdue = datetime(2026, 4, 22, 22, tzinfo=UTC)
        assert intake.pass_time(overdue, tenant=neighbour) == ["contact_overdue"]
        (told,) = intake.recorded(CONTACT_OVERDUE, tenant=neighbour)
        assert told["application_id"] == found["application"]["id"]
        assert intake.do("list_applications", query={"overdue": "true"}, tenant=neighbour)["total"] == 1
        assert (deadlines(), clocks()) == ([found["application"]["id"]], [1])
        own = {"reference": sent["reference"], "phone_last_four": "4567"}
        assert intake.do("follow_application", body=own, tenant=neighbour)["status"] == "offered"
        intake.do("decline_transfer", transfer_id=found["id"], tenant=neighbour, body=NO)
        assert intake.do("list_applications", query={"overdue": "true"}, tenant=neighbour)["total"] == 0
        assert (deadlines(), clocks()) == ([], [0])

    def test_told_twice_it_is_there_once(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour)
        once = received(intake, neighbour)
        assert received(intake, neighbour) == once

    def test_offered_it_can_be_read_and_nothing_done_with_it(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour)
        call = {"application_id": received(intake, neighbour)["application"]["id"], "tenant": neighbour}
        found = intake.do("get_application", **call)
        assert (found["status"], found["transferred_from"], found["phone"]) == (
            *("offered", intake.tenant, "+46701234567"),
        )
        assert intake.do("search", body={"text": ANNA}, tenant=neighbour)["total"] == 1
        closed = (409, "application_already_closed")
        assert intake.code("qualify_application", **call) == closed
        assert intake.code("record_contact", body={"way": "phone", "reached": True}, **call) == closed

    def test_of_a_protected_identity_neither_name_nor_reason_is_shown(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour, protected_identity=True)
        found = received(intake, neighbour)
        assert (found["reason"], found["application"]["name"], found["application"]["locality"]) == (None, None, None)

    def test_one_whose_people_are_protected_here_is_so_there(self, intake: Harness, neighbour: str) -> None:
        protected = a_change("home-1", adults=[an_adult(ANNA)], protected_identity=True)
        intake.react(HOME_CHANGED, protected)
        send(intake, neighbour)
        found = received(intake, neighbour)
        assert (found["protected_identity"], found["application"]["name"]) == (True, None)

    def test_its_files_travel_along(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour, paper=True)
        found = received(intake, neighbour)
        assert found["files_on_their_way"] == 0
        application_id = found["application"]["id"]
        (paper,) = intake.do("get_application", application_id=application_id, tenant=neighbour)["attachments"]
        call = {"application_id": application_id, "attachment_id": paper["id"], "tenant": neighbour}
        reply = intake.reply("get_application_attachment", **call)["file"]
        assert b"".join(shelves("intake").of(neighbour).read(FileInStore.from_dict(reply))) == PAPER

    def test_two_files_that_hold_the_same_by_now_are_one_there(self, intake: Harness, neighbour: str) -> None:
        # as two pictures that differed in nothing but what was taken out of them when they came
        sent = intake.do("submit_application", body=a_form())
        for _ in range(2):
            intake.do("attach_to_application", application_id=sent["id"], file=a_paper(intake))
        intake.do("transfer_application", application_id=sent["id"], body=asked(neighbour))
        found = received(intake, neighbour)
        assert found["files_on_their_way"] == 0
        call = {"application_id": found["application"]["id"], "tenant": neighbour}
        assert len(intake.do("get_application", **call)["attachments"]) == 1
        assert intake.do("accept_transfer", transfer_id=found["id"], tenant=neighbour)["status"] == "accepted"

    def test_a_fetch_that_dies_is_done_anew_and_the_file_is_there_once(
        self, intake: Harness, neighbour: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(intake, neighbour, paper=True)
        arrive(intake, APPLICATION_HANDED_OVER, of=intake.tenant)

        def die(*_: Any) -> None:
            raise RuntimeError

        with monkeypatch.context() as patch:
            patch.setattr(ReceivedTransfer, "file_has_come", die)
            intake.pass_time(APRIL, tenant=neighbour)
        (item,) = intake.do("list_transfers", tenant=neighbour)["items"]
        assert item["files_on_their_way"] == 1
        intake.pass_time(APRIL + timedelta(minutes=1), tenant=neighbour)
        call = {"application_id": item["application"]["id"], "tenant": neighbour}
        assert len(intake.do("get_application", **call)["attachments"]) == 1
        assert intake.do("list_transfers", tenant=neighbour)["items"][0]["files_on_their_way"] == 0

    def test_one_whose_file_is_lost_can_still_be_declined(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour, paper=True)
        for lying in shelves("intake").of(intake.tenant).lying():
            shelves("intake").of(intake.tenant).delete(lying.name)
        found = received(intake, neighbour)
        call = {"transfer_id": found["id"], "tenant": neighbour}
        assert intake.code("accept_transfer", **call) == (409, "transfer_still_arriving")
        assert intake.do("decline_transfer", body=NO, **call)["status"] == "declined"

    def test_before_they_are_there_it_can_not_be_accepted(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour, paper=True)
        arrive(intake, APPLICATION_HANDED_OVER, of=intake.tenant)
        (item,) = intake.do("list_transfers", tenant=neighbour)["items"]
        call = {"transfer_id": item["id"], "tenant": neighbour}
        assert intake.code("accept_transfer", **call) == (409, "transfer_still_arriving")

    def test_a_third_municipality_reaches_nothing(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour)
        call = {"transfer_id": received(intake, neighbour)["id"], "tenant": intake.new_tenant()}
        assert intake.code("accept_transfer", **call) == (404, "not_found")
        assert intake.code("decline_transfer", body=NO, **call) == (404, "not_found")


class TestAccepting:
    def test_the_receiver_has_an_application_of_its_own_whose_clock_begins(
        self, intake: Harness, neighbour: str
    ) -> None:
        send(intake, neighbour)
        found = received(intake, neighbour)
        intake.now = MAY
        accepted = intake.do("accept_transfer", transfer_id=found["id"], tenant=neighbour, actor="rut")
        assert (accepted["status"], accepted["answered_by"]) == ("accepted", "rut")
        application = intake.do("get_application", application_id=found["application"]["id"], tenant=neighbour)
        assert (application["status"], application["contact_by"]) == ("received", "2026-05-25")
        assert intake.pass_time(MAY + timedelta(days=30), tenant=neighbour) == ["contact_overdue"]

    def test_the_sender_keeps_a_stub_by_which_nobody_is_known(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour, paper=True)
        intake.do("accept_transfer", transfer_id=received(intake, neighbour)["id"], tenant=neighbour)
        answer_comes_back(intake, neighbour)
        stub = intake.do("get_application", application_id=sent["id"])
        assert (stub["status"], stub["reference"], stub["transferred_to"]) == (
            *("transferred", sent["reference"], neighbour),
        )
        assert (stub["name"], stub["adults"], stub["phone"], stub["contacts"], stub["attachments"]) == (
            *(None, [], "", [], []),
        )
        assert [turn["reason"] for turn in stub["turns"]] == [None]
        assert intake.do("search", body={"text": ANNA})["total"] == 0
        why = {"reason": "Again."}
        assert intake.code("reopen_application", application_id=sent["id"], body=why) == (409, "application_not_closed")

    def test_whoever_applied_follows_it_at_both_with_one_reference(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        intake.do("accept_transfer", transfer_id=received(intake, neighbour)["id"], tenant=neighbour)
        answer_comes_back(intake, neighbour)
        own = {"reference": sent["reference"], "phone_last_four": "4567"}
        assert intake.do("follow_application", body=own)["status"] == "transferred"
        assert intake.do("follow_application", body=own, tenant=neighbour)["status"] == "received"

    def test_twice_is_refused(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour)
        call = {"transfer_id": received(intake, neighbour)["id"], "tenant": neighbour}
        intake.do("accept_transfer", **call)
        refused = (409, "transfer_already_answered")
        assert intake.code("accept_transfer", **call) == refused
        assert intake.code("decline_transfer", body=NO, **call) == refused


class TestRecalling:
    """Nobody has answered, and the family waits: the sender asks it back."""

    def recall(self, intake: Harness, sent: dict[str, Any], neighbour: str) -> None:
        found = intake.do("recall_transfer", application_id=sent["id"])
        assert found["status"] == "transferred", "the answer decides"
        assert all(outcome.done for outcome in arrive(intake, TRANSFER_RECALLED, of=intake.tenant))
        answer_comes_back(intake, neighbour)

    def test_it_is_open_again_and_gone_there(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        found = received(intake, neighbour)
        self.recall(intake, sent, neighbour)
        assert intake.do("get_application", application_id=sent["id"])["status"] == "received"
        (there,) = intake.do("list_transfers", tenant=neighbour)["items"]
        assert (there["status"], there["answered_by"], there["application"]["name"]) == ("declined", None, None)
        call = {"transfer_id": found["id"], "tenant": neighbour}
        assert intake.code("accept_transfer", **call) == (409, "transfer_already_answered")

    def test_once_it_is_accepted_it_stays_there(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        found = received(intake, neighbour)
        intake.do("accept_transfer", transfer_id=found["id"], tenant=neighbour)
        self.recall(intake, sent, neighbour)
        assert intake.do("get_application", application_id=sent["id"])["adults"] == []
        call = {"application_id": found["application"]["id"], "tenant": neighbour}
        assert intake.do("get_application", **call)["status"] == "received"

    def test_before_it_has_arrived_the_recall_waits_for_it(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        intake.do("recall_transfer", application_id=sent["id"])
        (outcome,) = arrive(intake, TRANSFER_RECALLED, of=intake.tenant)
        assert (outcome.done, "TooEarly" in outcome.reason) == (False, True)

    def test_what_does_not_wait_is_not_recalled(self, intake: Harness, neighbour: str) -> None:
        own = intake.do("submit_application", body=a_form())
        assert intake.code("recall_transfer", application_id=own["id"]) == (409, "transfer_not_waiting")

    def test_another_municipality_recalls_in_vain(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour)
        found = received(intake, neighbour)
        forged = {"transfer_id": found["id"], "municipality": "somebody-else"}
        intake.react(TRANSFER_RECALLED, forged, tenant=neighbour)
        assert intake.do("list_transfers", tenant=neighbour)["items"][0]["status"] == "waiting"


class TestWithdrawing:
    """The family does not go on, while one municipality waits for the other's answer."""

    @pytest.fixture
    def sent(self, intake: Harness, neighbour: str) -> dict[str, Any]:
        return send(intake, neighbour, paper=True)

    def status(self, intake: Harness, application_id: str, **call: Any) -> str:
        return str(intake.do("get_application", application_id=application_id, **call)["status"])

    def recall_arrives(self, intake: Harness) -> None:
        assert all(outcome.done for outcome in arrive(intake, TRANSFER_RECALLED, of=intake.tenant))

    @pytest.mark.parametrize("who", ["family", "staff"])
    def test_where_it_was_sent_from_it_is_withdrawn_at_both(
        self, intake: Harness, neighbour: str, sent: dict[str, Any], who: str
    ) -> None:
        found = received(intake, neighbour)
        if who == "family":
            followed = intake.do("follow_application", body=own(sent))
            assert (followed["is_open"], followed["can_be_withdrawn"]) == (False, True)
            intake.do("withdraw_own_application", body={**own(sent), "reason": "We move."}, roles=[], actor="")
        else:
            intake.do("withdraw_application", application_id=sent["id"], body={"reason": "We move."})
        assert self.status(intake, sent["id"]) == "withdrawn"
        self.recall_arrives(intake)
        there = found["application"]["id"]
        assert self.status(intake, there, tenant=neighbour) == "withdrawn"
        assert intake.do("get_application", application_id=there, tenant=neighbour)["adults"] == []
        answer_comes_back(intake, neighbour)
        here = intake.do("get_application", application_id=sent["id"])
        assert (here["status"], here["transferred_to"], here["name"]) == ("withdrawn", None, "Anna Andersson")
        for tenant in (intake.tenant, neighbour):
            assert intake.pass_time(MAY + timedelta(days=60), tenant=tenant) == []

    def test_it_is_not_taken_up_again_before_the_answer_has_come(
        self, intake: Harness, neighbour: str, sent: dict[str, Any]
    ) -> None:
        received(intake, neighbour)
        intake.do("withdraw_own_application", body=own(sent))
        again = {"application_id": sent["id"], "body": {"reason": "They have thought again."}}
        assert intake.code("reopen_application", **again) == (409, "application_not_closed")
        self.recall_arrives(intake)
        answer_comes_back(intake, neighbour)
        assert intake.do("reopen_application", **again)["status"] == "received"

    def test_where_it_was_sent_to_it_is_withdrawn_at_both(
        self, intake: Harness, neighbour: str, sent: dict[str, Any]
    ) -> None:
        received(intake, neighbour)
        body = {**own(sent), "reason": "We move."}
        withdrawn = intake.do("withdraw_own_application", body=body, tenant=neighbour, roles=[], actor="")
        assert (withdrawn["status"], withdrawn["can_be_withdrawn"]) == ("withdrawn", False)
        (there,) = intake.do("list_transfers", tenant=neighbour)["items"]
        assert (there["status"], there["application"]["name"]) == ("declined", None)
        answer_comes_back(intake, neighbour)
        here = intake.do("get_application", application_id=sent["id"])
        assert (here["status"], here["turns"][-1]["reason"]) == ("withdrawn", "We move.")
        for tenant in (intake.tenant, neighbour):
            assert intake.pass_time(MAY + timedelta(days=60), tenant=tenant) == []

    def test_what_was_accepted_meanwhile_is_withdrawn_there(
        self, intake: Harness, neighbour: str, sent: dict[str, Any]
    ) -> None:
        found = received(intake, neighbour)
        intake.do("accept_transfer", transfer_id=found["id"], tenant=neighbour)
        intake.do("withdraw_own_application", body=own(sent))
        self.recall_arrives(intake)
        assert self.status(intake, found["application"]["id"], tenant=neighbour) == "withdrawn"
        answer_comes_back(intake, neighbour)
        stub = intake.do("get_application", application_id=sent["id"])
        assert (stub["status"], stub["adults"]) == ("withdrawn", [])
        assert intake.pass_time(MAY + timedelta(days=60), tenant=neighbour) == []

    def test_what_has_gone_on_there_stays(self, intake: Harness, neighbour: str, sent: dict[str, Any]) -> None:
        found = received(intake, neighbour)
        intake.do("accept_transfer", transfer_id=found["id"], tenant=neighbour)
        there = {"application_id": found["application"]["id"], "tenant": neighbour}
        intake.do("qualify_application", **there)
        intake.do("withdraw_own_application", body=own(sent))
        self.recall_arrives(intake)
        assert intake.do("get_application", **there)["status"] == "qualified"

    def test_a_stub_is_not_withdrawn(self, intake: Harness, neighbour: str, sent: dict[str, Any]) -> None:
        intake.do("accept_transfer", transfer_id=received(intake, neighbour)["id"], tenant=neighbour)
        answer_comes_back(intake, neighbour)
        assert intake.code("withdraw_own_application", body=own(sent)) == (409, "application_already_closed")

    def test_files_are_not_added_meanwhile(self, intake: Harness, sent: dict[str, Any]) -> None:
        call = {"application_id": sent["id"], "file": a_paper(intake)}
        assert intake.code("attach_to_application", **call) == (409, "application_already_closed")


class TestDeclining:
    def test_the_senders_is_open_again_with_the_reason(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        found = received(intake, neighbour)
        intake.do("decline_transfer", transfer_id=found["id"], tenant=neighbour, body=NO)
        intake.now = MAY
        answer_comes_back(intake, neighbour)
        again = intake.do("get_application", application_id=sent["id"])
        assert (again["status"], again["transferred_to"], again["name"]) == ("received", None, "Anna Andersson")
        assert (again["turns"][-1]["reason"], again["contact_by"]) == (NO["reason"], "2026-05-25")
        assert intake.pass_time(MAY + timedelta(days=30)) == ["contact_overdue"]

    def test_nothing_of_it_stays_with_whoever_declined(self, intake: Harness, neighbour: str) -> None:
        send(intake, neighbour, paper=True)
        found = received(intake, neighbour)
        declined = intake.do("decline_transfer", transfer_id=found["id"], tenant=neighbour, body=NO)
        assert (declined["status"], declined["application"]["name"], declined["reason"]) == ("declined", None, None)
        stub = intake.do("get_application", application_id=found["application"]["id"], tenant=neighbour)
        assert (stub["status"], stub["adults"], stub["attachments"]) == ("declined", [], [])
        assert intake.do("search", body={"text": ANNA}, tenant=neighbour)["total"] == 0

    def test_it_may_be_handed_over_again_and_is_another_one(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        found = received(intake, neighbour)
        intake.do("decline_transfer", transfer_id=found["id"], tenant=neighbour, body=NO)
        answer_comes_back(intake, neighbour)
        intake.do("transfer_application", application_id=sent["id"], body=asked(neighbour))
        arrive(intake, APPLICATION_HANDED_OVER, of=intake.tenant)
        statuses = [one["status"] for one in intake.do("list_transfers", tenant=neighbour)["items"]]
        assert sorted(statuses) == ["declined", "waiting"]

    def test_it_may_come_back_from_where_it_was_handed_over(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        there = received(intake, neighbour)
        intake.do("accept_transfer", transfer_id=there["id"], tenant=neighbour)
        answer_comes_back(intake, neighbour)
        call = {"application_id": there["application"]["id"], "tenant": neighbour}
        intake.do("transfer_application", body=asked(intake.tenant), **call)
        assert all(outcome.done for outcome in arrive(intake, APPLICATION_HANDED_OVER, of=neighbour))
        (back,) = intake.do("list_transfers")["items"]
        assert back["application"]["name"] == "Anna Andersson"
        assert back["application"]["reference"] != sent["reference"], "the stub keeps that"

    def test_another_municipality_answers_in_vain(self, intake: Harness, neighbour: str) -> None:
        sent = send(intake, neighbour)
        found = received(intake, neighbour)
        forged = {
            "transfer_id": found["id"],
            "application_id": found["application"]["id"],
            "municipality": "somebody-else",
            "accepted": True,
            "reason": None,
        }
        intake.react(TRANSFER_ANSWERED, forged)
        assert intake.do("get_application", application_id=sent["id"])["name"] == "Anna Andersson"
