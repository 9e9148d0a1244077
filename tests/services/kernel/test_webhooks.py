"""Webhooks: each event to each of them, signed, in its order, at least once; whatever a receiver does."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from services.kernel.basics import clock
from services.kernel.contracts.webhooks import MOST, AddWebhook
from services.kernel.messages import outgoing
from services.kernel.messages.tenants import Tenant
from services.kernel.rows.directory import apply_tenants
from services.kernel.testing import Harness
from services.kernel.work.due import Due
from services.kernel.work.webhooks import DELIVERING
from tests.receiver import TAKEN, Receiver, answers, listening
from tests.services.kernel.conftest import House
from tests.services.kernel.probe import ANNA, THING_GREW, THING_MADE
from tests.services.kernel.test_feed import grow, make

Admin = psycopg.Connection[Any]
NOON = datetime(2026, 4, 1, 10, tzinfo=UTC)
#: After which a webhook that always fails is stopped.
UNTIL_STOPPED = sum(DELIVERING.delays, timedelta())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def other() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def probe(probe: Harness, receiver: Receiver, other: Receiver) -> Harness:
    """The probe at noon, with a municipality whose webhooks may lead to the receivers."""
    probe.now = NOON
    probe.tenant = probe.new_tenant(webhook_hosts=[receiver.host, other.host])
    return probe


def add(probe: Harness, receiver: Receiver, *types: str, **call: Any) -> dict[str, Any]:
    """A webhook that leads to the receiver."""
    body = {"url": receiver.url, "types": list(types or (THING_MADE.type,)), "description": "The diary"}
    return probe.do("add_webhook", body=body, **call)


def names(receiver: Receiver, probe: Harness) -> list[str]:
    """The things whose making was heard of, by their names."""
    known = {thing["id"]: thing["name"] for thing in probe.do("list_things")["items"]}
    return [known[event["data"]["thing_id"]] for event in receiver.events]


def delivery(probe: Harness, **call: Any) -> dict[str, Any]:
    """How it goes with the only webhook."""
    (webhook,) = probe.do("list_webhooks", **call)["items"]
    (found,) = webhook["deliveries"]
    return dict(found)


def passing(probe: Harness, span: timedelta = timedelta()) -> list[str]:
    assert probe.now is not None
    return probe.pass_time(probe.now + span)


class TestSending:
    def test_each_event_that_is_told_is_sent_in_its_order(self, probe: Harness, receiver: Receiver) -> None:
        add(probe, receiver)
        make(probe, "a", "b", "c")
        passing(probe)
        assert names(receiver, probe) == ["a", "b", "c"]
        make(probe, "d")
        passing(probe)
        assert names(receiver, probe)[3:] == ["d"]
        assert receiver.heard[0].path == "/hooks?from=hemvist"

    def test_what_was_told_before_it_was_added_is_not_sent(self, probe: Harness, receiver: Receiver) -> None:
        make(probe, "before")
        add(probe, receiver)
        make(probe, "after")
        passing(probe)
        assert names(receiver, probe) == ["after"]

    def test_only_the_types_that_it_wants_are_sent(self, probe: Harness, receiver: Receiver, other: Receiver) -> None:
        add(probe, receiver, THING_GREW.type)
        add(probe, other, THING_GREW.type, THING_MADE.type, "hemvist.placement.placement_started.v1")
        make(probe, "a")
        grow(probe, "b")
        make(probe, "c")
        passing(probe)
        kinds = [[event["type"] for event in one.events] for one in (receiver, other)]
        assert kinds == [[THING_GREW.type], [THING_MADE.type, THING_GREW.type, THING_MADE.type]]

    def test_one_that_wants_nothing_of_this_service_has_no_deliveries(self, probe: Harness, receiver: Receiver) -> None:
        webhook = add(probe, receiver, "hemvist.placement.placement_started.v1")
        make(probe, "a")
        assert passing(probe) == ["tell_webhooks"]
        assert webhook["deliveries"] == []
        assert receiver.heard == []

    def test_the_receivers_library_accepts_what_is_sent(self, probe: Harness, receiver: Receiver) -> None:
        secret = add(probe, receiver)["secret"]
        make(probe, "a")
        passing(probe)
        (heard,) = receiver.heard
        assert Webhook(secret).verify(heard.body, heard.headers) == heard.event
        assert heard.headers["webhook-id"] == heard.event["id"]
        assert heard.headers["content-type"] == "application/cloudevents+json"
        assert abs(int(heard.headers["webhook-timestamp"]) - time.time()) < 60, "the receiver has its own clock"

    def test_it_is_the_event_of_the_feed_with_ids_only(self, probe: Harness, receiver: Receiver) -> None:
        add(probe, receiver)
        make(probe, "a")
        passing(probe)
        (shown,) = probe.do("read_events", page={"limit": "9"}, roles=["integration"])["items"]
        (event,) = receiver.events
        assert event == {**shown, "data": {"thing_id": shown["subject"]}}
        assert ANNA not in receiver.heard[0].body.decode()

    def test_another_municipality_hears_nothing(self, probe: Harness, receiver: Receiver, other: Receiver) -> None:
        tenant = probe.new_tenant(webhook_hosts=[other.host])
        add(probe, receiver)
        add(probe, other, tenant=tenant)
        make(probe, "mine")
        passing(probe)
        probe.pass_time(NOON, tenant=tenant)
        assert (len(receiver.heard), len(other.heard)) == (1, 0)

    def test_what_the_relay_told_while_it_was_being_added_is_found(
        self, probe: Harness, receiver: Receiver, admin: Admin
    ) -> None:
        add(probe, receiver)
        make(probe, "a")
        admin.execute(
            "delete from duty where tenant = %s and name = 'tell_webhooks' and due_at <= %s", (probe.tenant, NOON)
        )
        assert passing(probe) == []
        passing(probe, timedelta(seconds=10))
        assert names(receiver, probe) == ["a"]


class TestReceiversThatFail:
    def test_it_is_tried_again_with_growing_delays_and_nothing_is_left_out(
        self, probe: Harness, receiver: Receiver
    ) -> None:
        add(probe, receiver)
        receiver.answer = answers(500)
        make(probe, "a", "b")
        assert passing(probe).count("deliver_webhook") == 1
        attempts = 1
        for delay in DELIVERING.delays[:4]:
            passing(probe, delay - timedelta(seconds=1))
            assert len(receiver.heard) == attempts
            passing(probe, timedelta(seconds=1))
            attempts += 1
            assert len(receiver.heard) == attempts
        receiver.answer = TAKEN
        passing(probe, DELIVERING.delays[4])
        assert names(receiver, probe) == ["a"] * 6 + ["b"]
        assert len({one.headers["webhook-id"] for one in receiver.heard[:6]}) == 1

    def test_what_is_told_meanwhile_neither_hurries_it_nor_is_lost(self, probe: Harness, receiver: Receiver) -> None:
        add(probe, receiver)
        receiver.answer = answers(503)
        make(probe, "a")
        passing(probe)
        passing(probe, timedelta(seconds=5))
        make(probe, "b")
        passing(probe, timedelta(seconds=30))
        assert names(receiver, probe) == ["a", "a"]
        receiver.answer = TAKEN
        passing(probe, timedelta(seconds=30))
        assert names(receiver, probe) == ["a", "a", "a", "b"]

    def test_the_administrator_sees_it_and_when_it_goes_again(self, probe: Harness, receiver: Receiver) -> None:
        add(probe, receiver)
        nothing = {"service": "probe", "state": "sending", "delivered_at": None, "failing_since": None, "problem": None}
        assert delivery(probe) == nothing
        receiver.answer = answers(302, Location="http://127.0.0.1:1/")
        make(probe, "a")
        passing(probe)
        passing(probe, timedelta(seconds=5))
        since = clock.rfc3339(NOON)
        assert delivery(probe) == {**nothing, "state": "failing", "failing_since": since, "problem": "status 302"}
        receiver.answer = TAKEN
        passing(probe, timedelta(minutes=1))
        assert probe.now is not None
        assert delivery(probe) == {**nothing, "delivered_at": clock.rfc3339(probe.now)}

    def test_after_three_days_it_is_stopped_and_the_operator_lets_it_go_on(
        self, probe: Harness, receiver: Receiver, admin: Admin
    ) -> None:
        add(probe, receiver)
        receiver.answer = answers(500)
        make(probe, "a")
        passing(probe)
        for delay in DELIVERING.delays:
            assert delivery(probe)["state"] == "failing"
            passing(probe, delay)
        assert len(receiver.heard) == 1 + len(DELIVERING.delays)
        assert timedelta(days=2, hours=23) < UNTIL_STOPPED < timedelta(days=3, hours=1)
        assert delivery(probe)["state"] == "stopped"
        parked = "select reason_parked from duty where tenant = %s and name = 'deliver_webhook'"
        ((reason,),) = admin.execute(parked, (probe.tenant,)).fetchall()
        assert "AnsweredOtherwise" in reason
        make(probe, "b")
        passing(probe, timedelta(days=1))
        assert len(receiver.heard) == 1 + len(DELIVERING.delays)
        receiver.answer = TAKEN
        admin.execute(  # as `./hemvist parked replay` does
            "update duty set due_at = %s, attempts = 0, reason_parked = null "
            "where tenant = %s and name = 'deliver_webhook'",
            (probe.now, probe.tenant),
        )
        passing(probe)
        assert names(receiver, probe)[-2:] == ["a", "b"]
        assert delivery(probe)["state"] == "sending"

    def test_one_whose_place_is_no_longer_kept_is_not_gone_on_with_as_if_nothing_were_missing(
        self, probe: Harness, receiver: Receiver, admin: Admin
    ) -> None:
        add(probe, receiver)
        receiver.answer = answers(500)
        make(probe, "a")
        passing(probe)
        receiver.answer = TAKEN
        admin.execute(
            "update webhook set failing_since = %s where tenant = %s", (NOON - timedelta(days=36), probe.tenant)
        )
        passing(probe, timedelta(seconds=5))
        assert len(receiver.heard) == 1
        assert delivery(probe)["problem"] == "place lost"

    def test_an_address_that_the_operator_no_longer_allows_gets_nothing(
        self, probe: Harness, receiver: Receiver
    ) -> None:
        add(probe, receiver)
        stated = Tenant(slug=probe.tenant, municipality_code="1880", name=probe.tenant, webhook_hosts=["a.example"])
        owner, declared = {"probe": probe.owner_url}, {"probe": probe.service.declared_settings()}
        changes = [apply_tenants(owner, [stated], probe.master_keys, declared=declared) for _ in range(2)]
        assert [len(change) for change in changes] == [1, 0]
        make(probe, "a")
        passing(probe)
        assert receiver.heard == []
        assert delivery(probe)["problem"] == "address not allowed"

    def test_one_that_fails_delays_no_other(self, probe: Harness, receiver: Receiver, other: Receiver) -> None:
        add(probe, receiver)
        add(probe, other)
        receiver.answer = answers(500)
        make(probe, "a")
        make(probe, "b")
        passing(probe)
        assert names(other, probe) == ["a", "b"]
        assert names(receiver, probe) == ["a"]


class TestDying:
    def test_what_was_sent_and_not_noted_is_sent_again_under_the_same_id(
        self, probe: Harness, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add(probe, receiver)
        make(probe, "a")
        post = outgoing.post

        def post_and_die(*given: Any) -> None:
            post(*given)
            raise SystemExit

        monkeypatch.setattr(outgoing, "post", post_and_die)
        with pytest.raises(SystemExit):
            passing(probe)
        monkeypatch.setattr(outgoing, "post", post)
        passing(probe, timedelta(seconds=29))
        assert len(receiver.heard) == 1, "as long as another process could still be at it"
        passing(probe, timedelta(seconds=1))
        assert names(receiver, probe) == ["a", "a"]
        assert len({one.headers["webhook-id"] for one in receiver.heard}) == 1

    def test_two_processes_send_it_once(self, probe: Harness, receiver: Receiver) -> None:
        add(probe, receiver)
        make(probe, "a")
        one, two = probe.clockwork, probe.clockwork
        probe.clockwork.carry_out(next(iter(one.due_of(probe.tenant, now=NOON))), now=NOON)
        (due,) = one.due_of(probe.tenant, now=NOON)
        with ThreadPoolExecutor(2) as pool:
            begun = list(pool.map(lambda clockwork: clockwork.carry_out(due, now=NOON), (one, two)))
        assert sorted(begun) == [False, True]
        assert len(receiver.heard) == 1

    def test_one_that_is_removed_while_it_is_sent_stays_removed(self, probe: Harness, receiver: Receiver) -> None:
        webhook = add(probe, receiver)
        make(probe, "a", "b")

        def remove(request: Any) -> None:
            probe.do("remove_webhook", webhook_id=webhook["id"])
            TAKEN(request)

        receiver.answer = remove
        passing(probe)
        assert len(receiver.heard) == 1
        assert probe.do("list_webhooks")["items"] == []
        assert passing(probe, timedelta(minutes=5)) == []


class TestAdding:
    def test_it_is_answered_with_its_secret_and_listed_without(self, probe: Harness, receiver: Receiver) -> None:
        made = add(probe, receiver, actor="anna")
        (listed,) = probe.do("list_webhooks")["items"]
        assert {**listed, "secret": made["secret"]} == made
        assert made["secret"].startswith("whsec_")
        assert (made["url"], made["description"], made["created_by"]) == (receiver.url, "The diary", "anna")

    @pytest.mark.parametrize(
        "url",
        ["https://other.example/", "http://127.0.0.1:1/", "https://10.0.0.1/", "http://localhost/", "https://a@b/"],
    )
    def test_an_address_that_is_not_allowed_is_refused(self, probe: Harness, url: str) -> None:
        refused = probe.refusal("add_webhook", body={**AddWebhook.example, "url": url})
        assert (refused["status"], refused["code"]) == (422, "webhook_address_not_allowed")
        assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [("/url", "webhook_address_not_allowed")]
        assert probe.do("list_webhooks")["items"] == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"url": "receiver.example"},
            {"url": "https://receiver.example/ x"},
            {"types": []},
            {"types": ["placement_started"]},
            {"types": ["hemvist.placement.placement_started.v1\n"]},
            {"description": "x" * 501},
            {"secret": "whsec_AAAA"},
        ],
    )
    def test_wrong_input_is_refused(self, probe: Harness, wrong: dict[str, Any]) -> None:
        assert probe.code("add_webhook", body={**AddWebhook.example, **wrong}) == (422, "invalid_input")

    def test_the_same_key_gives_the_same_and_makes_no_second(self, probe: Harness, receiver: Receiver) -> None:
        one, two = (add(probe, receiver, idempotency_key="k") for _ in range(2))
        assert one == two
        assert len(probe.do("list_webhooks")["items"]) == 1

    def test_also_when_the_answer_is_no_longer_kept(self, probe: Harness, receiver: Receiver, admin: Admin) -> None:
        one = add(probe, receiver, idempotency_key="k")
        admin.execute("delete from idempotency where tenant = %s", (probe.tenant,))
        assert add(probe, receiver, idempotency_key="k") == one

    def test_without_a_key_or_by_another_person_it_is_another(self, probe: Harness, receiver: Receiver) -> None:
        made = [add(probe, receiver), add(probe, receiver)]
        made += [add(probe, receiver, idempotency_key="k", actor=actor) for actor in ("anna", "bo")]
        assert len({one["id"] for one in made}) == len({one["secret"] for one in made}) == 4

    def test_twenty_are_enough(self, probe: Harness, receiver: Receiver) -> None:
        for _ in range(MOST):
            add(probe, receiver)
        body = {"url": receiver.url, "types": [THING_MADE.type]}
        assert probe.code("add_webhook", body=body) == (409, "too_many_webhooks")

    def test_only_an_administrator_may(self, probe: Harness) -> None:
        for name in ("add_webhook", "list_webhooks", "remove_webhook", "rotate_webhook_secret"):
            path = {"webhook_id": "x"} if name in {"remove_webhook", "rotate_webhook_secret"} else {}
            assert probe.code(name, roles=["integration", "prober"], **path) == (403, "missing_role")

    def test_address_description_and_secret_are_sealed_where_they_lie(
        self, probe: Harness, receiver: Receiver, admin: Admin
    ) -> None:
        made = add(probe, receiver)
        ((row,),) = admin.execute("select w::text from webhook w where tenant = %s", (probe.tenant,)).fetchall()
        plain = [receiver.url, "The diary", made["secret"]]
        assert [text for text in plain if text in row or text.encode().hex() in row] == []


class TestRemoving:
    def test_nothing_more_is_sent(self, probe: Harness, receiver: Receiver) -> None:
        made = add(probe, receiver)
        removed = probe.do("remove_webhook", webhook_id=made["id"])
        assert {**removed, "secret": made["secret"]} == made
        make(probe, "a")
        passing(probe, timedelta(minutes=1))
        assert receiver.heard == []
        assert probe.code("remove_webhook", webhook_id=made["id"]) == (404, "not_found")


class TestSecrets:
    def accepted(self, receiver: Receiver, *secrets: str) -> list[bool]:
        """Which of the secrets the last one heard is signed with."""
        heard = receiver.heard[-1]
        return [self.accepts(secret, heard.body, heard.headers) for secret in secrets]

    def accepts(self, secret: str, body: bytes, headers: dict[str, str]) -> bool:
        try:
            Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        return True

    def test_the_old_one_signs_beside_the_new_for_a_day(self, probe: Harness, receiver: Receiver) -> None:
        made = add(probe, receiver)
        new = probe.do("rotate_webhook_secret", webhook_id=made["id"])["secret"]
        make(probe, "a")
        passing(probe, timedelta(hours=23))
        assert self.accepted(receiver, made["secret"], new) == [True, True]
        passing(probe, timedelta(hours=1))
        make(probe, "b")
        passing(probe)
        assert self.accepted(receiver, made["secret"], new) == [False, True]

    def test_each_signs_for_its_own_day_when_they_follow_each_other(self, probe: Harness, receiver: Receiver) -> None:
        made = add(probe, receiver)
        path = {"webhook_id": made["id"]}
        second = probe.do("rotate_webhook_secret", **path)["secret"]
        probe.now = NOON + timedelta(hours=12)
        third = probe.do("rotate_webhook_secret", **path)["secret"]
        make(probe, "a")
        passing(probe)
        assert self.accepted(receiver, made["secret"], second, third) == [True, True, True]
        passing(probe, timedelta(hours=12))
        make(probe, "b")
        passing(probe)
        assert self.accepted(receiver, made["secret"], second, third) == [False, True, True]

    def test_the_same_key_rotates_once(self, probe: Harness, receiver: Receiver, admin: Admin) -> None:
        path = {"webhook_id": add(probe, receiver)["id"], "idempotency_key": "k"}
        once = probe.do("rotate_webhook_secret", **path)
        assert probe.do("rotate_webhook_secret", **path) == once
        admin.execute("delete from idempotency where tenant = %s", (probe.tenant,))
        assert probe.do("rotate_webhook_secret", **path) == once

    def test_one_that_is_not_there_has_none(self, probe: Harness) -> None:
        assert probe.code("rotate_webhook_secret", webhook_id="x") == (404, "not_found")


def test_a_municipalitys_errands_leave_room_for_its_other_duties(
    probe: Harness, receiver: Receiver, probe_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(probe, receiver)
    make(probe, "a")
    clockwork = probe.clockwork
    monkeypatch.setattr(clockwork._errands, "has_room", lambda _tenant: False)
    (due,) = clockwork.due_of(probe.tenant, now=NOON)
    clockwork.carry_out(due, now=NOON)
    assert clockwork.due_of(probe.tenant, now=NOON) == []
    (webhook,) = probe.do("list_webhooks")["items"]
    waiting = Due(tenant=probe.tenant, name="deliver_webhook", subject=webhook["id"])
    assert probe.clockwork.due_of(probe.tenant, now=NOON) == [waiting]
