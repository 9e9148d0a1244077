"""The entrypoints, in a real process of nameko."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import amqp
import orjson
import pytest

from gateway.client import Client, _ReplyLine
from services.kernel.basics import clock
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.messages import wire
from services.kernel.messages.broker import Message
from services.kernel.messages.context import Context
from services.kernel.messages.topology import REQUESTS
from services.kernel.secrecy.crypto import Wire
from services.kernel.testing import Harness
from tests.services.kernel.conftest import Broker, House, ProbeProcess
from tests.services.kernel.probe import ANNA, PROBES
from tests.waiting import eventually


@pytest.fixture
def line(probe_house: House) -> Iterator[_ReplyLine]:
    """A line of the gateway's, on which a test writes what the gateway's client would not."""
    with closing(_ReplyLine(probe_house.gateway_url)) as line:
        yield line


def send(line: _ReplyLine, body: bytes, *, operation: str = "make_thing", **properties: Any) -> None:
    assert line.channel
    replies = {"reply_to": line.reply_to, "correlation_id": "c"}
    line.publish(
        Message(
            exchange=REQUESTS,
            routing_key=f"probe.{operation}",
            body=body,
            properties={**replies, "delivery_mode": 1, **properties},
        )
    )


def request(tenant: str, name: str, *, deadline: float) -> bytes:
    context = Context(tenant=tenant, actor="anna", roles=tuple(PROBES), request_id="r", deadline=deadline)
    return wire.write_request(context, {"body": {"name": name}})


def reply_of(house: House, line: _ReplyLine) -> dict[str, Any]:
    sealed = Client._await(line, "c", time.monotonic() + 10)
    assert sealed is not None
    return wire.read_reply(Wire(house.wire_key).open(sealed, wire.REPLY))


class TestStart:
    def test_what_is_there_then_is_not_looked_through_for_garbage_again(self, probe_process: ProbeProcess) -> None:
        eventually(lambda: "service_started" in probe_process.log)
        lines = [orjson.loads(line) for line in probe_process.log.splitlines() if '"service_started"' in line]
        assert all(line["settled"] > 10_000 for line in lines)


class TestRequest:
    def test_it_is_answered(self, probe_process: ProbeProcess, probe: Harness) -> None:
        made = probe_process.call("make_thing", tenant=probe.tenant, body={"name": "one"})
        assert (made["body"]["name"], made["etag"]) == ("one", "1")
        assert probe.do("get_thing", thing_id=made["body"]["id"]) == made["body"]

    def test_after_its_deadline_it_is_not_begun(
        self, probe_process: ProbeProcess, probe: Harness, probe_house: House, line: _ReplyLine
    ) -> None:
        late = request(probe.tenant, "late", deadline=clock.seconds() - 1)
        send(line, Wire(probe_house.wire_key).seal(late, wire.REQUEST))
        assert reply_of(probe_house, line)["fault"]["code"] == "deadline_passed"
        assert probe.do("list_things")["total"] == 0

    @pytest.mark.parametrize(
        ("content_type", "encoding"),
        [
            ("application/json", "utf-8"),
            ("application/x-python-serialize", "binary"),
            ("text/plain", "utf-8"),
            ("application/data", "binary"),
        ],
    )
    @pytest.mark.parametrize("body", [b"rubbish", b"", b"\xff" * 100, b'{"context": {}}'])
    def test_an_unreadable_one_is_let_go_and_the_next_is_answered(
        self,
        probe_process: ProbeProcess,
        probe: Harness,
        line: _ReplyLine,
        content_type: str,
        encoding: str,
        body: bytes,
    ) -> None:
        before = probe_process.log.count("request_unreadable")
        send(line, body, content_type=content_type, content_encoding=encoding)
        eventually(lambda: probe_process.log.count("request_unreadable") > before)
        assert "body" in probe_process.call("list_things", tenant=probe.tenant)
        assert body[:5] == b"" or body[:5].decode("latin-1") not in probe_process.log

    def test_one_that_is_sealed_for_another_service_is_let_go(
        self, probe_process: ProbeProcess, probe: Harness, line: _ReplyLine
    ) -> None:
        before = probe_process.log.count("request_unreadable")
        foreign = Wire(b"x" * 32).seal(request(probe.tenant, "foreign", deadline=clock.seconds() + 5), wire.REQUEST)
        send(line, foreign)
        eventually(lambda: probe_process.log.count("request_unreadable") > before)
        assert probe.do("list_things")["total"] == 0

    @pytest.mark.parametrize("plain", [b"[]", b"5", b"{}", b'{"context": {"later": 1}, "arguments": {}}'])
    def test_a_sealed_one_of_another_form_does_not_end_the_service(
        self, probe_process: ProbeProcess, probe: Harness, line: _ReplyLine, probe_house: House, plain: bytes
    ) -> None:
        send(line, Wire(probe_house.wire_key).seal(plain, wire.REQUEST))
        pid = probe_process.pid
        for _ in range(3):
            assert "body" in probe_process.call("list_things", tenant=probe.tenant)
        assert probe_process.pid == pid

    def test_one_to_which_nobody_awaits_a_reply_does_not_end_the_service(
        self, probe_process: ProbeProcess, probe: Harness, line: _ReplyLine, probe_house: House
    ) -> None:
        wanted = request(probe.tenant, "unheard", deadline=clock.seconds() + 5)
        sealed = Wire(probe_house.wire_key).seal(wanted, wire.REQUEST)
        line.channel.basic_publish(amqp.Message(sealed), exchange=REQUESTS, routing_key="probe.make_thing")
        eventually(lambda: probe.do("list_things", query={"name": "unheard"})["total"] == 1)
        assert "body" in probe_process.call("list_things", tenant=probe.tenant)

    def test_an_unknown_operation_is_unavailable(self, probe_process: ProbeProcess, probe: Harness) -> None:
        reply = probe_process.call("sing", tenant=probe.tenant)
        assert reply["fault"]["code"] == "service_unavailable"

    def test_nothing_of_it_lies_in_clear_text_in_a_queue(
        self, probe_process: ProbeProcess, probe: Harness, broker: Broker
    ) -> None:
        channel = broker.line.channel
        queue = channel.queue_declare("", exclusive=True).queue
        for key in ("probe.*", "rpc.*"):
            channel.queue_bind(queue, REQUESTS, key)
        probe_process.call("make_thing", tenant=probe.tenant, body={"name": ANNA})
        request, reply = (broker.wait_for(queue) for _ in range(2))
        for message in (request, reply):
            body = message.body if isinstance(message.body, bytes) else message.body.encode("latin-1")
            for clear in (ANNA.encode(), b"anna", b"context", probe.tenant.encode()):
                assert clear not in body
            assert ANNA not in str(message.properties)


class TestStop:
    def test_its_request_queue_goes_with_it_and_callers_know_at_once(
        self, probe_process: ProbeProcess, probe: Harness
    ) -> None:
        probe_process.end()
        assert_known_at_once(probe_process, probe)

    def test_after_a_kill_too(self, probe_process: ProbeProcess, probe: Harness) -> None:
        probe_process.end(kill=True)
        eventually(lambda: _is_unavailable(probe_process, probe))
        assert_known_at_once(probe_process, probe)

    def test_its_events_wait_for_it(self, probe_process: ProbeProcess, probe: Harness) -> None:
        probe_process.end()
        probe.do("make_thing", body={"name": "meanwhile"})
        probe_process.start()
        assert eventually(lambda: probe.do("list_things", query={"name": "copy of meanwhile"})["total"] == 1)


def assert_known_at_once(process: ProbeProcess, probe: Harness) -> None:
    """A caller who would wait for long learns that the service is away long before that."""
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable):
        process.call("list_things", tenant=probe.tenant, deadline=60)
    assert time.monotonic() - began < 30


def _is_unavailable(process: ProbeProcess, probe: Harness) -> bool:
    try:
        process.call("list_things", tenant=probe.tenant, deadline=0.5)
    except ServiceUnavailable:
        return True
    except Exception:
        return False
    return False
