"""Webhooks of a service as a process of its own, under eventlet, with its relay and its clockwork."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from cryptography import x509
from standardwebhooks import Webhook

from services.kernel.testing import Harness
from tests.receiver import TAKEN, Receiver, answers, listening
from tests.services.kernel.conftest import Broker, House, ProbeProcess
from tests.services.kernel.probe import THING_MADE
from tests.services.kernel.test_outgoing import a_certificate, listening_securely
from tests.services.kernel.test_webhooks import Admin, add, delivery
from tests.waiting import eventually


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
    """With a municipality whose webhooks may lead to the receivers."""
    probe.tenant = probe.new_tenant(webhook_hosts=[receiver.host, other.host])
    return probe


def deliveries(probe: Harness) -> list[dict[str, Any]]:
    """How it goes with each of the webhooks."""
    return [one for webhook in probe.do("list_webhooks")["items"] for one in webhook["deliveries"]]


def test_what_happens_is_heard_at_once(probe: Harness, receiver: Receiver, probe_process: ProbeProcess) -> None:
    secret = add(probe, receiver)["secret"]
    probe_process.call("make_thing", tenant=probe.tenant, body={"name": "a"})
    eventually(lambda: receiver.heard)
    (heard,) = receiver.heard
    assert Webhook(secret).verify(heard.body, heard.headers) == heard.event


def test_a_receiver_that_never_answers_delays_nobody(
    probe: Harness, receiver: Receiver, other: Receiver, probe_process: ProbeProcess
) -> None:
    over = Signal()
    receiver.answer = lambda _request: over.wait(30) and None
    add(probe, receiver)
    probe_process.call("make_thing", tenant=probe.tenant, body={"name": "a"})
    eventually(lambda: receiver.heard)
    add(probe, other)
    second = probe.new_tenant(webhook_hosts=[other.host])
    add(probe, other, tenant=second)
    begun = time.monotonic()
    for number, tenant in enumerate((probe.tenant, second), 1):
        probe_process.call("make_thing", tenant=tenant, body={"name": "b"})
        eventually(lambda number=number: len(other.heard) == number)
    assert time.monotonic() - begun < 9, "before the slow one is given up"
    slow = eventually(lambda: [one for one in deliveries(probe) if one["state"] == "failing"])
    assert [one["problem"] for one in slow] == ["timed out"]
    over.set()


def test_it_speaks_tls_and_knows_whom_to_trust(
    probe: Harness,
    probe_house: House,
    one_probe_process: ProbeProcess,
    broker: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one_probe_process.end()
    certificate = a_certificate(tmp_path, x509.IPAddress(ip_address("127.0.0.1")))
    with listening_securely(certificate) as receiver, closing(ProbeProcess(probe_house, tmp_path / "log")) as process:
        probe.tenant = probe.new_tenant(webhook_hosts=[receiver.host])
        body = {"url": receiver.url.replace("http:", "https:"), "types": [THING_MADE.type]}
        probe.do("add_webhook", body=body)
        process.start()
        process.call("make_thing", tenant=probe.tenant, body={"name": "a"})
        eventually(lambda: delivery(probe)["problem"] == "certificate not accepted")
        assert receiver.heard == []
        process.end()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        process.start()
        eventually(lambda: receiver.heard)


def test_killed_in_the_middle_it_sends_it_again(
    probe: Harness, receiver: Receiver, probe_process: ProbeProcess, admin: Admin
) -> None:
    over = Signal()
    receiver.answer = lambda _request: over.wait(30) and None
    add(probe, receiver)
    probe_process.call("make_thing", tenant=probe.tenant, body={"name": "a"})
    eventually(lambda: receiver.heard)
    probe_process.end(kill=True)
    over.set()
    receiver.answer = TAKEN
    # The claim is over: nobody waits for that here.
    admin.execute("update duty set due_at = now() where tenant = %s and name = 'deliver_webhook'", (probe.tenant,))
    probe_process.start()
    eventually(lambda: len(receiver.heard) == 2)
    assert receiver.heard[0].headers["webhook-id"] == receiver.heard[1].headers["webhook-id"]
    eventually(lambda: delivery(probe)["state"] == "sending" and delivery(probe)["delivered_at"])


def test_its_log_holds_neither_address_nor_secret(
    probe: Harness, receiver: Receiver, probe_process: ProbeProcess
) -> None:
    receiver.answer = answers(500)
    made = add(probe, receiver)
    probe_process.call("make_thing", tenant=probe.tenant, body={"name": "a"})
    line = eventually(lambda: [one for one in probe_process.log.splitlines() if made["id"] in one])[0]
    assert json.loads(line)["detail"] == "status 500"
    assert made["secret"] not in probe_process.log
    assert receiver.host not in probe_process.log
