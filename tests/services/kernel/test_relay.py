"""What is recorded reaches the broker once, in its municipality's order, and stays in the outbox until the broker has
it."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from deploy.rabbitmq.provision import Management
from services.kernel.messages import relay as relay_module
from services.kernel.messages.broker import LOST, Message
from services.kernel.messages.relay import Relay
from services.kernel.messages.topology import reaction_queue
from services.kernel.testing import Harness
from tests.services.kernel.conftest import Broker, House
from tests.services.kernel.probe import ANNA, THING_MADE
from tests.waiting import eventually

Outbox = Callable[[], list[dict[str, Any]]]
QUEUE = reaction_queue("probe", THING_MADE)
NOON = datetime(2026, 4, 1, 10, tzinfo=UTC)


def pause(_: float) -> None:
    Event().wait(0.02)


def make_relay(house: House, *, broker_url: str | None = None, rest: float = 0.0) -> Relay:
    return Relay("probe", house.urls.relay, broker_url or house.broker_url, sleep=pause, rest=rest)


def publish_all(house: House, relay: Relay) -> list[int]:
    """Every batch until nothing is left; their sizes."""
    sizes: list[int] = []
    with psycopg.connect(house.urls.relay, autocommit=True) as connection:
        while size := relay.publish_batch(connection):
            sizes.append(size)
    relay._line.close()
    return sizes


def tell(probe: Harness, count: int, *, begin: int = 0) -> None:
    for number in range(begin, begin + count):
        probe.do("make_thing", body={"name": f"{number}"})


def pile_up(admin: "psycopg.Connection[Any]", probe: Harness, count: int) -> list[str]:
    """So many events of the test's municipality that wait to be told; their ids, in their order."""
    rows = admin.execute(
        "insert into outbox (tenant, routing_key, envelope) select %s, 'thing_made.v1', "
        "jsonb_build_object('id', gen_random_uuid()::text) from generate_series(1, %s) returning envelope->>'id'",
        (probe.tenant, count),
    )
    return [event_id for (event_id,) in rows]


def take_all(broker: Broker, count: int) -> list[str]:
    """The ids of the next messages, in their order."""
    return [json.loads(broker.wait_for(QUEUE).body)["id"] for _ in range(count)]


def told_of(admin: "psycopg.Connection[Any]", probe: Harness) -> list[str]:
    """The ids of what was told for the test's municipality, in order."""
    rows = admin.execute("select envelope->>'id' from told where tenant = %s order by position", (probe.tenant,))
    return [event_id for (event_id,) in rows]


@contextmanager
def running(house: House, admin: "psycopg.Connection[Any]", relay: Relay) -> Iterator[Thread]:
    """The relay at work beside the test."""
    thread = Thread(target=relay.run)
    thread.start()
    try:
        yield thread
    finally:
        relay.stop()
        eventually(lambda: admin.execute("notify outbox") and not thread.is_alive())


class TestPublishBatch:
    def test_everything_recorded_is_published_once_in_its_municipalitys_order_and_deleted(
        self, probe_house: House, probe: Harness, broker: Broker, outbox: Outbox
    ) -> None:
        other = probe.new_tenant()
        for number in range(42):
            probe.do("make_thing", body={"name": f"{number}"}, tenant=other if number % 3 == 0 else None)
        recorded = {slug: [one["id"] for one in outbox() if one["tenant"] == slug] for slug in (probe.tenant, other)}
        assert publish_all(probe_house, make_relay(probe_house)) == [10, 10, 9, 5, 5, 3]
        assert outbox() == []
        published = take_all(broker, 42)
        for of_one in recorded.values():
            assert [event_id for event_id in published if event_id in of_one] == of_one
        assert broker.take(QUEUE) is None

    def test_what_was_told_stays_in_its_order_word_for_word_and_sealed(
        self,
        probe_house: House,
        probe: Harness,
        broker: Broker,
        outbox: Outbox,
        admin: "psycopg.Connection[Any]",
    ) -> None:
        tell(probe, 3)
        recorded = outbox()
        publish_all(probe_house, make_relay(probe_house))
        told = admin.execute(
            "select envelope, routing_key from told where tenant = %s order by position", (probe.tenant,)
        ).fetchall()
        assert told == [(event, "thing_made.v1") for event in recorded]
        assert ANNA not in str(told)

    def test_the_outbox_is_taken_without_a_look_at_what_was_told(self, probe_house: House, probe: Harness) -> None:
        tell(probe, 1)
        with (
            psycopg.connect(probe_house.urls.relay, autocommit=True) as connection,
            connection.transaction(force_rollback=True),
        ):
            asked = {"resting": [], "now": NOON}
            rows = connection.execute("explain " + relay_module._TAKE, asked).fetchall()
        plan = "\n".join(line for (line,) in rows)
        assert "Insert on told" in plan
        assert "Scan on told" not in plan
        assert "using pk_told" not in plan

    def test_what_is_published_is_the_event_as_it_was_recorded(
        self, probe_house: House, probe: Harness, broker: Broker, outbox: Outbox
    ) -> None:
        tell(probe, 1)
        (recorded,) = outbox()
        publish_all(probe_house, make_relay(probe_house))
        message = broker.wait_for(QUEUE)
        assert json.loads(message.body) == recorded
        assert message.delivery_info["routing_key"] == "thing_made.v1"
        assert message.properties["content_type"] == "application/cloudevents+json"
        assert (message.properties["message_id"], message.properties["delivery_mode"]) == (recorded["id"], 2)
        assert ANNA not in str(message.body)

    def test_dying_between_confirm_and_deletion_it_publishes_again_with_the_same_id(
        self,
        probe_house: House,
        probe: Harness,
        broker: Broker,
        outbox: Outbox,
        admin: "psycopg.Connection[Any]",
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        tell(probe, 2)
        recorded = [event["id"] for event in outbox()]
        dying = make_relay(probe_house)
        really = dying._line.publish_confirmed

        def publish_and_die(messages: Sequence[Message]) -> None:
            really(messages)
            raise KeyboardInterrupt

        monkeypatch.setattr(dying._line, "publish_confirmed", publish_and_die)
        with pytest.raises(KeyboardInterrupt):
            publish_all(probe_house, dying)
        dying._line.close()
        assert [event["id"] for event in outbox()] == recorded
        assert told_of(admin, probe) == []
        publish_all(probe_house, make_relay(probe_house))
        assert take_all(broker, 4) == recorded * 2
        assert outbox() == []
        assert told_of(admin, probe) == recorded

    def test_without_a_broker_everything_stays(
        self, probe_house: House, probe: Harness, broker: Broker, outbox: Outbox
    ) -> None:
        tell(probe, 3)
        recorded = [event["id"] for event in outbox()]
        with pytest.raises(LOST):
            publish_all(probe_house, make_relay(probe_house, broker_url="amqp://probe:x@127.0.0.1:1/probe"))
        assert [event["id"] for event in outbox()] == recorded
        publish_all(probe_house, make_relay(probe_house))
        assert take_all(broker, 3) == recorded


class TestTurns:
    """Another municipality's event does not wait behind one's thousands."""

    @pytest.fixture
    def waiting(self, probe: Harness, admin: "psycopg.Connection[Any]", broker: Broker, outbox: Outbox) -> list[str]:
        return pile_up(admin, probe, 300)

    def test_an_event_passes_another_municipalitys_backlog_which_stays_in_the_outbox(
        self, probe_house: House, probe: Harness, broker: Broker, outbox: Outbox, waiting: list[str]
    ) -> None:
        relay, other = make_relay(probe_house, rest=600.0), probe.new_tenant()
        for size in ([6], [1]):  # the second comes while the municipality with the backlog rests
            probe.do("make_thing", body={"name": f"after {size}"}, tenant=other)
            assert publish_all(probe_house, relay) == size
        recorded = take_all(broker, 7)
        assert recorded[:5] == waiting[:5]
        assert not set(recorded[5:]) & set(waiting)
        assert [event["id"] for event in outbox()] == waiting[5:]

    def test_a_relay_that_dies_leaves_the_backlog_to_the_next_in_its_order(
        self, probe_house: House, broker: Broker, outbox: Outbox, waiting: list[str]
    ) -> None:
        assert publish_all(probe_house, make_relay(probe_house, rest=600.0)) == [5]
        publish_all(probe_house, make_relay(probe_house))
        assert take_all(broker, 300) == waiting
        assert outbox() == []

    def test_whoever_has_rested_is_told_more_without_anybody_saying_so(
        self,
        probe_house: House,
        broker: Broker,
        admin: "psycopg.Connection[Any]",
        waiting: list[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(relay_module, "_POLL", 600.0)  # so that it can be nothing else
        with running(probe_house, admin, make_relay(probe_house, rest=0.01)):
            assert take_all(broker, 300) == waiting

    def test_whoever_waits_is_found_by_the_index_also_when_the_database_believes_that_nobody_does(
        self, probe_house: House, probe: Harness, admin: "psycopg.Connection[Any]", outbox: Outbox
    ) -> None:
        admin.execute("vacuum analyze outbox")
        pile_up(admin, probe, 3_000)
        with psycopg.connect(probe_house.urls.relay) as connection:
            connection.execute(relay_module._FROM_NOW_ON)
            rows = connection.execute("explain " + relay_module._TAKE, {"resting": ["orebro"], "now": NOON}).fetchall()
        looks = [line for (line,) in rows if " on outbox" in line and "Scan" in line and "Tid Scan" not in line]
        assert looks
        assert all("using pk_outbox on outbox" in line for line in looks)


class TestRun:
    def test_a_new_event_wakes_it(
        self,
        probe_house: House,
        probe: Harness,
        broker: Broker,
        outbox: Outbox,
        admin: "psycopg.Connection[Any]",
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(relay_module, "_POLL", 600.0)  # so that it can be nothing else
        with running(probe_house, admin, make_relay(probe_house)):
            for number in range(3):
                tell(probe, 1, begin=number)
                assert take_all(broker, 1)

    def test_of_two_one_leads_and_when_it_dies_the_other_goes_on(
        self,
        probe_house: House,
        probe: Harness,
        broker: Broker,
        outbox: Outbox,
        admin: "psycopg.Connection[Any]",
    ) -> None:
        def leaders() -> list[int]:
            rows = admin.execute(
                "select pid from pg_locks where locktype = 'advisory' and granted and objid::bigint = %s "
                "and database = (select oid from pg_database where datname = current_database())",
                (relay_module._LOCK & 0xFFFFFFFF,),
            )
            return [pid for (pid,) in rows]

        with (
            running(probe_house, admin, make_relay(probe_house)),
            running(probe_house, admin, make_relay(probe_house)),
        ):
            (first,) = eventually(leaders)
            tell(probe, 20)
            before = take_all(broker, 20)
            assert leaders() == [first]
            admin.execute("select pg_terminate_backend(%s)", (first,))
            tell(probe, 20, begin=20)
            after = take_all(broker, 20)
            assert len(set(before + after)) == 40
            assert broker.take(QUEUE) is None
            (second,) = eventually(leaders)
            assert second != first

    def test_it_outlives_a_broker_that_refuses_it(
        self,
        probe_house: House,
        probe: Harness,
        broker: Broker,
        outbox: Outbox,
        admin: "psycopg.Connection[Any]",
    ) -> None:
        """Its connections are cut while it runs; nothing is lost, and what may come twice has one id."""
        with running(probe_house, admin, make_relay(probe_house)):
            tell(probe, 1)
            assert take_all(broker, 1)
            with Management(probe_house.servers.broker_admin_url) as management:
                user = probe_house.name
                mine = eventually(
                    lambda: [one["name"] for one in management.get("connections") if one.get("user") == user]
                )
                for name in mine:
                    management.delete(f"connections/{quote(name, safe='')}")
            tell(probe, 5, begin=1)
            recorded: set[str] = set()
            eventually(lambda: outbox() == [])
            while message := broker.take(QUEUE):
                recorded.add(json.loads(message.body)["id"])
            assert len(recorded) == 5
