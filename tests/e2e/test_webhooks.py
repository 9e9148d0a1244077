"""Webhooks over HTTP: one address hears of what all services tell, also when one of them was away."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from standardwebhooks import Webhook

from deploy.cli.demo.receiver import PORTS
from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.conftest import database_url
from tests.e2e.test_http import problem
from tests.e2e.test_operator import hemvist
from tests.receiver import TAKEN, Receiver, answers, listening
from tests.staff import Staff
from tests.waiting import eventually

QUALIFIED, CHANGED = "hemvist.intake.application_qualified.v1", "hemvist.investigation.home_changed.v1"


@pytest.fixture(scope="module")
def admin(platform: Platform) -> Staff:
    return Staff(platform, "orebro", "admin")


@pytest.fixture(scope="module")
def recruiter(platform: Platform) -> Staff:
    return Staff(platform, "orebro", "recruiter")


@pytest.fixture
def receiver(admin: Staff) -> Iterator[Receiver]:
    """At an address that the municipality may name; afterwards nothing leads there."""
    with listening(PORTS) as found:
        yield found
        for webhook in admin.get("/webhooks")["items"]:
            admin.ask("DELETE", f"/webhooks/{webhook['id']}")


def qualify(recruiter: Staff) -> None:
    submitted = recruiter.post("/applications", SubmitApplication.example)
    recruiter.post(f"/applications/{submitted['id']}/qualify")


def wanted(receiver: Receiver) -> dict[str, Any]:
    return {"url": receiver.url, "types": [QUALIFIED, CHANGED], "description": "The diary"}


def test_what_two_services_tell_is_heard_signed_by_one_secret(
    admin: Staff, recruiter: Staff, receiver: Receiver
) -> None:
    made = admin.post("/webhooks", wanted(receiver))
    qualify(recruiter)
    eventually(lambda: {event["type"] for event in receiver.events} == {QUALIFIED, CHANGED})
    for heard in receiver.heard:
        assert Webhook(made["secret"]).verify(heard.body, heard.headers) == heard.event
        assert all(name.endswith("_id") for name in heard.event["data"])
    (listed,) = admin.get("/webhooks")["items"]
    assert {**listed, "secret": made["secret"], "deliveries": made["deliveries"]} == made
    assert sorted(one["service"] for one in listed["deliveries"]) == ["intake", "investigation"]
    new = admin.post(f"/webhooks/{made['id']}/rotate-secret")["secret"]
    before = len(receiver.heard)
    qualify(recruiter)
    eventually(lambda: len(receiver.heard) >= before + 2)
    for secret in (made["secret"], new):
        for heard in receiver.heard[before:]:
            assert Webhook(secret).verify(heard.body, heard.headers) == heard.event
    assert admin.ask("DELETE", f"/webhooks/{made['id']}").status_code == 200
    assert problem(admin.ask("DELETE", f"/webhooks/{made['id']}")) == (404, "not_found")


def test_an_address_that_the_operator_does_not_name_is_refused_by_all(admin: Staff, receiver: Receiver) -> None:
    for url in ("https://diary.example/", "http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data/"):
        refused = admin.ask("POST", "/webhooks", {**wanted(receiver), "url": url})
        assert problem(refused) == (422, "webhook_address_not_allowed")
    refused = admin.ask("POST", "/webhooks", {**wanted(receiver), "types": [QUALIFIED, "hemvist.intake.nothing.v1"]})
    assert problem(refused) == (422, "invalid_input")
    assert admin.get("/webhooks")["items"] == []


def test_what_was_made_in_some_services_only_is_made_whole_by_the_same_key(
    platform: Platform, admin: Staff, recruiter: Staff, receiver: Receiver
) -> None:
    platform.kill("investigation")
    try:
        refused = admin.ask("POST", "/webhooks", wanted(receiver), Idempotency_Key="one")
        assert problem(refused) == (503, "service_unavailable")
        assert problem(admin.ask("GET", "/webhooks")) == (503, "service_unavailable")
    finally:
        platform.start("investigation")
    asked = lambda: admin.ask("POST", "/webhooks", wanted(receiver), Idempotency_Key="one")  # noqa: E731
    made = eventually(lambda: (answer := asked()).status_code == 201 and answer.json())
    (listed,) = admin.get("/webhooks")["items"]
    assert listed["id"] == made["id"]
    assert sorted(one["service"] for one in listed["deliveries"]) == ["intake", "investigation"]
    qualify(recruiter)
    eventually(lambda: {event["type"] for event in receiver.events} == {QUALIFIED, CHANGED})
    for heard in receiver.heard:
        assert Webhook(made["secret"]).verify(heard.body, heard.headers) == heard.event


def test_the_operator_sees_one_that_was_given_up_and_lets_it_go_on(
    platform: Platform, admin: Staff, recruiter: Staff, receiver: Receiver
) -> None:
    made = admin.post("/webhooks", {**wanted(receiver), "types": [QUALIFIED]})
    receiver.answer = answers(500)
    qualify(recruiter)
    eventually(lambda: receiver.heard)
    named = (made["id"],)
    with psycopg.connect(database_url(platform, "hemvist_intake"), autocommit=True) as connection:
        # Three days are over: the next attempt is the last one.
        last = "update duty set attempts = 10, due_at = now() where subject = %s and attempts > 0 returning 1"
        eventually(lambda: connection.execute(last, named).fetchone())

    def stopped() -> Any:
        (webhook,) = admin.get("/webhooks")["items"]
        return [one for one in webhook["deliveries"] if one["state"] == "stopped"]

    (seen,) = eventually(stopped)
    assert (seen["service"], seen["problem"]) == ("intake", "status 500")
    mine = f"orebro/deliver_webhook/{made['id']}"
    parked = [json.loads(line) for line in hemvist(platform, "parked", "list", "intake").splitlines()]
    assert [one["id"] for one in parked if one["id"] == mine] == [mine]
    receiver.answer = TAKEN
    before = len(receiver.heard)
    assert "Replayed: 1." in hemvist(platform, "parked", "replay", "intake", mine)
    eventually(lambda: len(receiver.heard) > before)
    eventually(lambda: not stopped())
