"""A failing reaction climbs the ladder and is parked; an operator sees, replays and drops what lies there."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.kernel.messages import parked
from services.kernel.messages.broker import raw
from services.kernel.messages.context import Context
from services.kernel.messages.topology import parked_queue, reaction_queue, retry_queue
from services.kernel.testing import Harness
from services.kernel.work.reactions import Outcome, react
from tests.services.kernel.conftest import DELAYS, Broker, House, ProbeProcess
from tests.services.kernel.probe import ANNA, THING_MADE, a_thing, made, on_thing_made
from tests.waiting import eventually

QUEUE = reaction_queue("probe", THING_MADE)
Park = Callable[..., dict[str, Any]]


@pytest.fixture
def publish(probe_process: ProbeProcess, probe: Harness, broker: Broker) -> Callable[[str], bytes]:
    """Lets the process publish of a thing; the message."""

    def published(name: str) -> bytes:
        message = probe.message(THING_MADE, made(name))
        broker.publish("probe.events", "thing_made.v1", message, message_id=json.loads(message)["id"])
        return message

    return published


@pytest.fixture
def park(probe_house: House, publish: Callable[[str], bytes]) -> Park:
    """Lets a reaction fail until its message is parked; what an operator sees of it."""

    def fail(name: str) -> dict[str, Any]:
        recorded = json.loads(publish(name))
        return eventually(lambda: parked.show(probe_house.admin_broker_url, "probe", recorded["id"])) or {}

    return fail


def copies(probe: Harness, name: str) -> int:
    return int(probe.do("list_things", query={"name": f"copy of {name}"})["total"])


def parked_of(probe: Harness, house: House) -> list[str]:
    """The ids of this test's municipality that are parked: one of an earlier test may still come down its ladder."""
    return [one["id"] for one in parked.list_parked(house.admin_broker_url, "probe") if one["tenant"] == probe.tenant]


def odd_one(house: House) -> dict[str, Any] | None:
    return next((one for one in parked.list_parked(house.admin_broker_url, "probe") if one["id"] == "odd"), None)


def mend(probe: Harness) -> None:
    """Takes away why reactions fail; written without telling of it."""
    context = Context(tenant=probe.tenant, actor="anna", request_id="r", deadline=0)
    with probe.database.unit(context) as unit:
        unit.add_at_commit(a_thing(unit, "mended"))
        unit.commit()


@contextmanager
def without_a_database(house: House) -> Iterator[None]:
    """Nobody gets a connection to the probe's database, and those that were open are gone."""
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
    name = house.urls.service.rpartition("/")[2]
    with psycopg.connect(house.servers.admin_database_url, autocommit=True) as server:
        server.execute(f"alter database {name} allow_connections false")
        try:
            server.execute(cut, (name,))
            yield
        finally:
            server.execute(f"alter database {name} allow_connections true")


class TestOutage:
    def test_what_comes_while_the_database_is_down_waits_and_is_done_afterwards(
        self,
        probe: Harness,
        probe_process: ProbeProcess,
        probe_house: House,
        broker: Broker,
    ) -> None:
        """Down for longer than the whole ladder lasts: nothing climbs it, and nothing is parked."""
        messages = [probe.message(THING_MADE, made(f"n{number}")) for number in range(3)]
        before = probe_process.log.count("reaction_failed")
        with without_a_database(probe_house):
            began = time.monotonic()
            for message in messages:
                broker.publish("probe.events", "thing_made.v1", message)
            eventually(
                lambda: (
                    probe_process.log.count("reaction_failed") >= before + 12
                    and time.monotonic() - began > 4 * sum(DELAYS) / 1000
                )
            )
            assert [broker.length(retry_queue("probe", delay)) for delay in DELAYS] == [0, 0]
        assert parked_of(probe, probe_house) == []
        eventually(lambda: all(copies(probe, f"n{number}") == 1 for number in range(3)))
        eventually(lambda: broker.length(QUEUE) == 0)
        assert parked_of(probe, probe_house) == []


class TestReaction:
    def test_an_event_has_its_effect(self, probe: Harness, publish: Callable[[str], bytes]) -> None:
        publish("one")
        assert eventually(lambda: copies(probe, "one") == 1)

    def test_twice_delivered_is_once_done(
        self, probe: Harness, publish: Callable[[str], bytes], broker: Broker, probe_house: House
    ) -> None:
        message = publish("one")
        eventually(lambda: copies(probe, "one") == 1)
        broker.publish("probe.events", "thing_made.v1", message)
        publish("two")
        eventually(lambda: copies(probe, "two") == 1)
        eventually(lambda: broker.length(QUEUE) == 0)
        assert copies(probe, "one") == 1
        assert parked_of(probe, probe_house) == []

    @pytest.mark.parametrize(
        ("name", "reason"),
        [("fails", "builtins.ValueError at "), ("early", "services.kernel.contracts.faults.TooEarly at ")],
    )
    def test_a_failing_one_climbs_the_ladder_and_is_parked(
        self, probe: Harness, park: Park, probe_process: ProbeProcess, name: str, reason: str
    ) -> None:
        seen = park(f"{name} for ever")
        recorded = seen.pop("envelope")
        assert seen.pop("reason").startswith(reason)
        assert seen == {
            "id": recorded["id"],
            "type": "hemvist.probe.thing_made.v1",
            "tenant": probe.tenant,
            "time": recorded["time"],
            "queue": QUEUE,
            "attempts": 3,
        }
        assert copies(probe, f"{name} for ever") == 0

    def test_its_body_is_what_was_recorded_and_nothing_personal_is_in_clear_text(
        self, probe_process: ProbeProcess, publish: Callable[[str], bytes], broker: Broker
    ) -> None:
        message = publish("fails")
        lying = broker.wait_for(parked_queue("probe"))
        assert raw(lying) == message
        assert lying.properties["message_id"] == json.loads(message)["id"]
        shown = f"{lying.body!r}{lying.properties!r}{lying.headers!r}"
        assert ANNA not in shown
        assert ANNA not in probe_process.log
        assert "must not be seen" not in probe_process.log + shown

    @pytest.mark.parametrize("body", [b"\xff\xfe", b"[]", b"null", b"{}", b"", b'{"id": 5, "tenant": "x"}'])
    @pytest.mark.parametrize("content_type", ["application/json", "application/x-python-serialize", ""])
    def test_a_message_that_can_not_be_read_is_parked_and_can_be_dropped(
        self,
        probe_process: ProbeProcess,
        probe_house: House,
        broker: Broker,
        probe: Harness,
        publish: Callable[[str], bytes],
        body: bytes,
        content_type: str,
    ) -> None:
        more = {"content_type": content_type, "content_encoding": "utf-8"} if content_type else {}
        broker.publish("probe.events", "thing_made.v1", body, message_id="odd", **more)
        seen = eventually(lambda: odd_one(probe_house))
        assert (seen["id"], seen["queue"], seen["attempts"]) == ("odd", QUEUE, 3)
        assert parked.show(probe_house.admin_broker_url, "probe", "odd") is not None
        assert parked.drop(probe_house.admin_broker_url, "probe", "odd") == 1
        assert parked.show(probe_house.admin_broker_url, "probe", "odd") is None
        publish("after it")
        eventually(lambda: copies(probe, "after it") == 1)

    def test_one_that_can_not_be_put_off_is_not_tried_without_pause(
        self, one_probe_process: ProbeProcess, probe_house: House, probe: Harness, broker: Broker, tmp_path: Path
    ) -> None:
        one_probe_process.end()  # it would take the message
        process = ProbeProcess(probe_house, tmp_path / "log", delays=[150])  # no such queue was declared
        with closing(process):
            process.start()
            message = probe.message(THING_MADE, made("fails"))
            broker.publish("probe.events", "thing_made.v1", message, message_id="m")
            lines = eventually(lambda: found if len(found := put_off_failures(process)) >= 3 else None)
        moments = [datetime.fromisoformat(line["timestamp"]) for line in lines]
        assert min(later - earlier for earlier, later in pairwise(moments)) >= timedelta(seconds=1)


def put_off_failures(process: ProbeProcess) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in process.log.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "put_off_failed"]


class TestReplay:
    def test_a_mended_one_is_done_once(
        self, probe: Harness, park: Park, probe_house: House, probe_process: ProbeProcess
    ) -> None:
        seen = park("fails at first")
        mend(probe)
        assert parked.replay(probe_house.admin_broker_url, "probe", seen["id"]) == 1
        eventually(lambda: copies(probe, "fails at first") == 1)
        assert parked_of(probe, probe_house) == []
        assert parked.replay(probe_house.admin_broker_url, "probe", seen["id"]) == 0

    def test_one_that_still_fails_climbs_the_whole_ladder_again(
        self, park: Park, probe_house: House, probe_process: ProbeProcess
    ) -> None:
        url = probe_house.admin_broker_url
        seen = park("fails again")
        assert parked.replay(url, "probe", seen["id"]) == 1
        again = eventually(lambda: parked.show(url, "probe", seen["id"]))
        assert again == seen

    def test_one_of_several_is_taken_and_then_all(
        self, probe: Harness, park: Park, probe_house: House, probe_process: ProbeProcess
    ) -> None:
        url = probe_house.admin_broker_url
        first, second, third = (park(f"fails {number}")["id"] for number in range(3))
        mend(probe)
        assert parked.replay(url, "probe", second) == 1
        eventually(lambda: copies(probe, "fails 1") == 1)
        assert set(eventually(lambda: parked_of(probe, probe_house))) == {first, third}
        assert parked.replay(url, "probe", None) >= 2  # one of an earlier test may lie here, too
        eventually(lambda: copies(probe, "fails 0") + copies(probe, "fails 2") == 2)
        assert parked_of(probe, probe_house) == []

    def test_a_dropped_one_is_gone_and_an_unknown_one_is_not_there(
        self, probe: Harness, park: Park, probe_house: House, probe_process: ProbeProcess
    ) -> None:
        url = probe_house.admin_broker_url
        dropped, kept = park("fails 0")["id"], park("fails 1")["id"]
        assert parked.drop(url, "probe", "unknown") == 0
        assert parked.replay(url, "probe", "unknown") == 0
        assert parked.show(url, "probe", "unknown") is None
        assert parked.drop(url, "probe", dropped) == 1
        assert eventually(lambda: parked_of(probe, probe_house)) == [kept]


class TestReact:
    """Without a process: whatever comes, an outcome goes."""

    @pytest.mark.parametrize(
        "body",
        [b"", b"\xff", b"[]", b"5", b"null", b'"text"', b"{}", b'{"tenant": null}', b'{"data": 1, "tenant": "x"}'],
    )
    def test_it_never_raises(self, probe: Harness, body: bytes) -> None:
        outcome = react(probe.database, QUEUE, THING_MADE, on_thing_made, body)
        assert not outcome.done
        assert outcome.reason

    def test_an_unknown_tenant_is_a_reason(self, probe: Harness) -> None:
        message = json.loads(probe.message(THING_MADE, made("one")))
        outcome = probe.deliver(THING_MADE, json.dumps({**message, "tenant": "atlantis"}).encode())
        assert (outcome.done, outcome.reason.split(" at ")[0]) == (False, "not_found")

    def test_an_event_of_another_tenant_does_not_open_here(self, probe: Harness) -> None:
        message = json.loads(probe.message(THING_MADE, made("one")))
        outcome = probe.deliver(THING_MADE, json.dumps({**message, "tenant": probe.new_tenant()}).encode())
        assert (outcome.done, outcome.reason.split(" at ")[0]) == (False, "services.kernel.secrecy.crypto.SealBroken")

    def test_after_a_failure_the_same_event_can_still_be_done(self, probe: Harness) -> None:
        message = probe.message(THING_MADE, made("fails"))
        assert not probe.deliver(THING_MADE, message).done
        mend(probe)
        assert probe.deliver(THING_MADE, message) == Outcome(done=True)
        assert copies(probe, "fails") == 1
