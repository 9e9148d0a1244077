"""Told again, a reader has everything once: what is kept as it was told, what is older as it is today."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.messages.broker import LOST, Line, Message
from services.kernel.messages.topology import reaction_queue
from services.kernel.testing import Harness
from services.kernel.work import retelling
from services.kernel.work.retelling import Batch, OnlyWhileKept, Retelling
from tests.services.kernel.conftest import Broker, House
from tests.services.kernel.probe import ANNA, THING_MADE, Probe

Admin = psycopg.Connection[Any]
QUEUE = reaction_queue("probe", THING_MADE)


@pytest.fixture
def line(probe_house: House) -> Iterator[Line]:
    with closing(Line(probe_house.admin_broker_url)) as line:
        yield line


@pytest.fixture
def teller(probe_house: House, probe: Harness, line: Line, broker: Broker) -> Callable[..., Retelling]:
    """The probe as its own reader: what is told again lies in its queue."""

    def make(how: retelling.How | None = None, event: Event = THING_MADE) -> Retelling:
        return Retelling(
            event,
            how or Probe.retellings()["thing_made"],
            reader="probe",
            database=probe.database,
            relay_url=probe_house.urls.relay,
            line=line,
            sleep=lambda _: None,
        )

    return make


def taken(broker: Broker) -> list[dict[str, Any]]:
    """Everything that lies in the reader's queue, in its order."""
    return [json.loads(message.body) for message in iter(lambda: broker.take(QUEUE), None)]


def ids(probe: Harness, *names: str, tenant: str | None = None) -> list[str]:
    return [probe.do("make_thing", body={"name": name}, tenant=tenant)["id"] for name in names]


def forget(admin: Admin) -> None:
    """Everything was told so long ago that it is kept no more."""
    admin.execute("truncate told, outbox")


def names(probe: Harness) -> Counter[str]:
    """The things of the test's municipality."""
    listed = probe.do("list_things", page={"limit": "100"})["items"]
    return Counter(one["name"] for one in listed)


class TestKept:
    def test_it_comes_word_for_word_in_its_order_in_as_many_batches_as_it_takes(
        self, probe: Harness, admin: Admin, broker: Broker, teller: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retelling, "_BATCH", 2)
        admin.execute("truncate outbox")
        ids(probe, "a", "b", "c", "d", "e")
        probe.tell()
        told = admin.execute(
            "select envelope from told where tenant = %s order by position", (probe.tenant,)
        ).fetchall()
        batches = list(teller().run([probe.tenant]))
        assert [batch.kept for batch in batches if batch.kept] == [2, 2, 1]
        assert taken(broker) == [event for (event,) in told]

    def test_only_this_event_of_this_municipality_is_told(self, probe: Harness, broker: Broker, teller: Any) -> None:
        ids(probe, "mine")
        ids(probe, "theirs", tenant=probe.new_tenant())
        probe.tell()
        other = replace(THING_MADE, name="thing_lost")
        assert [batch for batch in teller(OnlyWhileKept("Why."), other).run([probe.tenant]) if batch.kept] == []
        list(teller().run([probe.tenant]))
        assert [event["data"]["name"] for event in taken(broker)] == ["mine"]


class TestFromRows:
    def test_what_is_no_longer_kept_is_made_from_the_row_as_it_is_sealed_and_with_a_lasting_id(
        self, probe: Harness, admin: Admin, broker: Broker, teller: Any
    ) -> None:
        (thing_id,) = ids(probe, "old")
        forget(admin)
        for _ in range(2):
            assert sum(batch.made for batch in teller().run([probe.tenant])) == 1
        first, second = taken(broker)
        assert first["id"] == second["id"]
        assert (first["subject"], first["subjectversion"], first["retold"]) == (thing_id, 1, True)
        assert ANNA not in json.dumps(first)
        etag = probe.etag("get_thing", thing_id=thing_id)
        probe.do("grow_thing", thing_id=thing_id, if_match=etag)
        list(teller().run([probe.tenant]))
        (changed,) = taken(broker)
        assert (changed["subjectversion"], changed["id"] == first["id"]) == (2, False)

    def test_what_is_kept_or_waits_to_be_told_is_not_made_as_well(
        self, probe: Harness, admin: Admin, broker: Broker, teller: Any
    ) -> None:
        (old,) = ids(probe, "old")
        forget(admin)
        (kept,) = ids(probe, "kept")
        probe.tell()
        ids(probe, "waits")
        list(teller().run([probe.tenant]))
        assert [(event["subject"], event.get("retold", False)) for event in taken(broker)] == [
            (kept, False),
            (old, True),
        ]

    def test_what_is_told_to_everybody_between_two_pages_is_not_made_as_well(
        self, probe: Harness, admin: Admin, broker: Broker, teller: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retelling, "_BATCH", 1)
        (old,) = ids(probe, "old")
        forget(admin)
        running = teller().run([probe.tenant])
        assert next(running).made == 1
        ids(probe, "new")
        probe.tell()
        assert sum(batch.made for batch in running) == 0
        assert [event["subject"] for event in taken(broker)] == [old]

    def test_one_that_only_counts_while_it_is_kept_is_not_made(
        self, probe: Harness, admin: Admin, broker: Broker, teller: Any
    ) -> None:
        ids(probe, "old")
        forget(admin)
        assert list(teller(OnlyWhileKept("Why.")).run([probe.tenant])) == []


class TestCutOff:
    @pytest.mark.parametrize("after", range(6))
    def test_from_the_last_place_it_goes_on_without_losing_or_doubling(
        self, probe: Harness, admin: Admin, broker: Broker, teller: Any, monkeypatch: pytest.MonkeyPatch, after: int
    ) -> None:
        monkeypatch.setattr(retelling, "_BATCH", 1)
        tenants = [probe.tenant, probe.new_tenant()]
        told = [made for tenant in tenants for made in ids(probe, "old", tenant=tenant)]
        forget(admin)
        told += [made for tenant in tenants for made in ids(probe, "kept", "also", tenant=tenant)]
        probe.tell()
        begun = teller().run(tenants)
        batches: list[Batch] = [next(begun) for _ in range(after)]
        begun.close()
        list(teller().run(tenants, batches[-1].place if batches else None))
        assert Counter(event["subject"] for event in taken(broker)) == Counter(told)

    def test_a_broker_that_is_away_for_a_moment_is_waited_for(
        self, probe: Harness, broker: Broker, teller: Any, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (made,) = ids(probe, "one")
        probe.tell()
        really, failures = line.publish_confirmed, [OSError("gone"), OSError("still gone")]

        def publish(messages: Sequence[Message]) -> None:
            if failures:
                raise failures.pop()
            really(messages)

        monkeypatch.setattr(line, "publish_confirmed", publish)
        list(teller().run([probe.tenant]))
        assert [event["subject"] for event in taken(broker)] == [made]

    def test_one_that_stays_away_is_said(
        self, probe: Harness, teller: Any, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def publish(_messages: Sequence[Message]) -> None:
            raise OSError("gone")

        monkeypatch.setattr(retelling, "_PATIENCE", 0.0)
        monkeypatch.setattr(line, "publish_confirmed", publish)
        ids(probe, "one")
        probe.tell()
        with pytest.raises(LOST):
            list(teller().run([probe.tenant]))


class TestReader:
    """The probe takes each event of a thing: it copies it, under a name that can be there once."""

    def deliver(self, probe: Harness, events: list[dict[str, Any]]) -> None:
        for event in events:
            outcome = probe.deliver(THING_MADE, json.dumps(event).encode())
            assert outcome.done, outcome.reason

    def retold(self, event: dict[str, Any]) -> dict[str, Any]:
        return {**event, "id": new_id(), "retold": True}

    def test_what_it_has_had_it_takes_not_again_also_when_its_id_is_forgotten(
        self, probe: Harness, admin: Admin
    ) -> None:
        told = json.loads(probe.message(THING_MADE, {"thing_id": "t", "name": "one", "secret": ANNA}))
        self.deliver(probe, [told])
        admin.execute("delete from inbox where tenant = %s", (probe.tenant,))
        self.deliver(probe, [self.retold(told), self.retold(told)])
        assert names(probe) == {"copy of one": 1}

    def test_with_a_new_database_it_takes_each_once(self, probe: Harness) -> None:
        told = json.loads(probe.message(THING_MADE, {"thing_id": "t", "name": "one", "secret": ANNA}))
        self.deliver(probe, [self.retold(told), self.retold(told)])
        assert names(probe) == {"copy of one": 1}

    def test_two_events_of_one_thing_are_two_unless_they_are_retold(self, probe: Harness) -> None:
        told = json.loads(probe.message(THING_MADE, {"thing_id": "t", "name": "one", "secret": ANNA}))
        again = json.loads(probe.message(THING_MADE, {"thing_id": "t", "name": "two", "secret": ANNA}))
        self.deliver(probe, [told, again])
        assert names(probe) == {"copy of one": 1, "copy of two": 1}

    def test_what_was_not_taken_because_it_failed_is_taken_when_it_is_retold(self, probe: Harness) -> None:
        told = json.loads(probe.message(THING_MADE, {"thing_id": "t", "name": "fails", "secret": ANNA}))
        assert not probe.deliver(THING_MADE, json.dumps(told).encode()).done
        probe.do("make_thing", body={"name": "mended"})
        self.deliver(probe, [self.retold(told)])
        assert names(probe) == {"copy of fails": 1, "mended": 1}
