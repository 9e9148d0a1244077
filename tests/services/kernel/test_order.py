"""Events have an order: each carries its subject's version, and a reader ignores what is older than it has seen."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import psycopg
import pytest

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.messages.context import Context
from services.kernel.messages.topology import reaction_queue
from services.kernel.process.service import Service
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from services.kernel.work.reactions import newest, react
from tests.services.kernel.probe import THING_GREW, THING_MADE, THING_SHRANK, Thing, a_thing, made, on_thing_grew
from tests.waiting import eventually

Outbox = Callable[[], list[dict[str, Any]]]


def unit_of(probe: Harness) -> Any:
    return probe.database.unit(Context(tenant=probe.tenant, actor="anna", request_id=new_id(), deadline=0))


def record_size(unit: Unit, thing: Thing) -> None:
    unit.record(THING_GREW, subject=thing, data={"thing_id": thing.id, "size": thing.size})


def come(probe: Harness, event: Event, thing_id: str, *, size: int, version: int) -> None:
    message = probe.message(event, {"thing_id": thing_id, "size": size}, version=version)
    assert probe.deliver(event, message).done


def size_of(probe: Harness, thing_id: str) -> int | None:
    found = probe.do("list_things", query={"name": f"size of {thing_id}"})["items"]
    return found[0]["size"] if found else None


def waits_for_a_lock(admin: "psycopg.Connection[Any]") -> bool:
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    row = admin.execute(waiting).fetchone()
    return bool(row and row[0])


class TestRecord:
    """What a teller records about a row has the version that the row is stored with."""

    @pytest.fixture
    def thing_id(self, probe: Harness, outbox: Outbox) -> str:
        """A thing that is stored, in its first version."""
        with unit_of(probe) as unit:
            thing = a_thing(unit, "one")
            unit.add_at_commit(thing)
            unit.commit()
        return thing.id

    def stored(self, probe: Harness, thing_id: str) -> int:
        with unit_of(probe) as unit:
            return unit.read(Thing, thing_id).version

    @pytest.mark.parametrize("way", ["add", "add_at_commit"])
    def test_a_new_row_is_the_first(self, probe: Harness, outbox: Outbox, way: str) -> None:
        with unit_of(probe) as unit:
            thing = a_thing(unit, "one")
            getattr(unit, way)(thing)
            record_size(unit, thing)
            unit.commit()
        assert [recorded["subjectversion"] for recorded in outbox()] == [1] == [self.stored(probe, thing.id)]
        assert outbox()[0]["subject"] == thing.id

    @pytest.mark.parametrize("way", ["add", "add_at_commit"])
    def test_of_several_about_a_new_row_each_has_its_own(self, probe: Harness, outbox: Outbox, way: str) -> None:
        with unit_of(probe) as unit:
            thing = a_thing(unit, "one")
            getattr(unit, way)(thing)
            for _ in range(3):
                record_size(unit, thing)
            unit.commit()
        assert [recorded["subjectversion"] for recorded in outbox()] == [1, 2, 3]
        assert self.stored(probe, thing.id) == 3

    @pytest.mark.parametrize("first", [True, False])
    def test_a_changed_row_is_the_next_whether_it_is_changed_before_or_after(
        self, probe: Harness, outbox: Outbox, thing_id: str, first: bool
    ) -> None:
        with unit_of(probe) as unit:
            thing = unit.lock(Thing, thing_id)
            if first:
                record_size(unit, thing)
            thing.size = 7
            thing.touch(unit.now)
            if not first:
                record_size(unit, thing)
            unit.commit()
        assert [recorded["subjectversion"] for recorded in outbox()] == [2] == [self.stored(probe, thing_id)]

    def test_a_row_that_was_written_meanwhile_is_the_one_that_is_stored_in_the_end(
        self, probe: Harness, outbox: Outbox, thing_id: str
    ) -> None:
        with unit_of(probe) as unit:
            thing = unit.lock(Thing, thing_id)
            record_size(unit, thing)
            unit.session.flush()
            thing.size = 7
            thing.touch(unit.now)
            unit.commit()
        assert [recorded["subjectversion"] for recorded in outbox()] == [3] == [self.stored(probe, thing_id)]

    def test_without_another_change_it_is_a_new_one_too(self, probe: Harness, outbox: Outbox, thing_id: str) -> None:
        for _ in range(2):
            with unit_of(probe) as unit:
                record_size(unit, unit.lock(Thing, thing_id))
                unit.commit()
        assert [recorded["subjectversion"] for recorded in outbox()] == [2, 3]
        assert self.stored(probe, thing_id) == 3

    def test_of_several_in_a_unit_each_has_its_own_in_their_order(
        self, probe: Harness, outbox: Outbox, thing_id: str
    ) -> None:
        with unit_of(probe) as unit:
            thing, other = unit.lock(Thing, thing_id), a_thing(unit, "other")
            unit.add(other)
            for size in (5, 6, 7):
                thing.size = other.size = size
                record_size(unit, thing)
                record_size(unit, other)
            unit.commit()
        for subject in (thing_id, other.id):
            recorded = sorted(
                (one["subjectversion"], one["data"]["size"]) for one in outbox() if one["subject"] == subject
            )
            assert [size for _, size in recorded] == [5, 6, 7]
            assert len({version for version, _ in recorded}) == 3
            assert recorded[-1][0] == self.stored(probe, subject)

    def test_an_event_about_another_thing_than_the_row_is_not_recorded(
        self, probe: Harness, outbox: Outbox, thing_id: str
    ) -> None:
        with unit_of(probe) as unit, pytest.raises(ValueError, match="thing_id"):
            unit.record(THING_GREW, subject=unit.lock(Thing, thing_id), data={"thing_id": new_id(), "size": 1})
        assert outbox() == []

    def test_the_version_is_the_one_that_the_answer_names(self, probe: Harness, outbox: Outbox) -> None:
        etag = probe.etag("make_thing", body={"name": "one"})
        assert [str(recorded["subjectversion"]) for recorded in outbox()] == [etag]


class TestReader:
    """What a reaction that is `newest` makes of events that come in any order."""

    @pytest.fixture
    def thing_id(self) -> str:
        return new_id()

    @pytest.mark.parametrize("older", [1, 4, 5])
    def test_an_older_one_and_one_of_the_same_version_are_ignored(
        self, probe: Harness, thing_id: str, older: int
    ) -> None:
        come(probe, THING_GREW, thing_id, size=10, version=5)
        come(probe, THING_GREW, thing_id, size=2, version=older)
        assert size_of(probe, thing_id) == 10

    def test_a_newer_one_replaces_it(self, probe: Harness, thing_id: str) -> None:
        come(probe, THING_GREW, thing_id, size=10, version=5)
        come(probe, THING_GREW, thing_id, size=2, version=6)
        assert size_of(probe, thing_id) == 2

    def test_events_that_state_the_same_have_one_order(self, probe: Harness, thing_id: str) -> None:
        come(probe, THING_SHRANK, thing_id, size=3, version=3)
        come(probe, THING_GREW, thing_id, size=10, version=2)
        assert size_of(probe, thing_id) == 3
        come(probe, THING_GREW, thing_id, size=11, version=4)
        assert size_of(probe, thing_id) == 11

    def test_another_thing_and_another_municipality_have_their_own(self, probe: Harness, thing_id: str) -> None:
        come(probe, THING_GREW, thing_id, size=10, version=5)
        other = new_id()
        come(probe, THING_GREW, other, size=2, version=1)
        assert size_of(probe, other) == 2
        probe.tenant = probe.new_tenant()
        come(probe, THING_GREW, thing_id, size=4, version=1)
        assert size_of(probe, thing_id) == 4

    def test_one_that_failed_has_not_been_seen(self, probe: Harness, thing_id: str) -> None:
        too_large = probe.message(THING_GREW, {"thing_id": thing_id, "size": 2**40}, version=9)
        assert not probe.deliver(THING_GREW, too_large).done
        come(probe, THING_GREW, thing_id, size=2, version=8)
        assert size_of(probe, thing_id) == 2

    @pytest.mark.parametrize("odd", [None, "5", True, False, -1, 1.0, 1.5, 2**63, 2**70, [1], {}])
    @pytest.mark.parametrize("event", [THING_GREW, THING_MADE], ids=["newest", "each"])
    def test_a_version_that_is_none_is_a_fault_of_the_message_and_changes_nothing(
        self, probe: Harness, thing_id: str, event: Event, odd: object
    ) -> None:
        message = json.loads(probe.message(event, {**made("odd"), "thing_id": thing_id, "size": 3}))
        outcome = probe.deliver(event, json.dumps({**message, "subjectversion": odd}).encode())
        assert (outcome.done, outcome.down) == (False, False)
        assert outcome.reason.startswith("builtins.ValueError at ")
        assert probe.do("list_things")["total"] == 0
        assert probe.deliver(event, json.dumps(message).encode()).done

    def test_of_many_at_once_the_newest_remains(self, probe: Harness, thing_id: str) -> None:
        versions = [7, 1, 22, 4, 24, 13, 2, 19, 10, 23, 5, 16, 8, 21, 3, 12, 18, 6, 15, 9, 20, 11, 17, 14]
        kinds = (THING_GREW, THING_SHRANK)

        def come_in(version: int) -> None:
            come(probe, kinds[version % 2], thing_id, size=version, version=version)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(come_in, versions))
        assert size_of(probe, thing_id) == 24

    @pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1)])
    def test_of_two_at_once_the_newer_remains_whichever_began(
        self, probe: Harness, admin: "psycopg.Connection[Any]", thing_id: str, first: int, second: int
    ) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def effect(unit: Unit, data: dict[str, Any]) -> None:
            if data["size"] == first:
                begun.set()
                assert go_on.wait(10)
            on_thing_grew.effect(unit, data)

        def come_in(version: int) -> bool:
            message = probe.message(THING_GREW, {"thing_id": thing_id, "size": version}, version=version)
            queue = reaction_queue("probe", THING_GREW)
            return react(probe.database, queue, THING_GREW, newest(effect), message).done

        with ThreadPoolExecutor(2) as pool:
            earlier = pool.submit(come_in, first)
            assert begun.wait(10)
            later = pool.submit(come_in, second)
            eventually(lambda: waits_for_a_lock(admin))
            go_on.set()
            assert earlier.result(10)
            assert later.result(10)
        assert size_of(probe, thing_id) == 2

    def test_one_that_adds_takes_also_what_is_older(self, probe: Harness, thing_id: str) -> None:
        for version in (2, 1):
            message = probe.message(THING_MADE, {**made(f"v{version}"), "thing_id": thing_id}, version=version)
            assert probe.deliver(THING_MADE, message).done
            assert probe.deliver(THING_MADE, message).done
        assert probe.do("list_things")["total"] == 2


class TestOlderSender:
    """A sender that was not brought up to date yet says no version, and names another subject."""

    @pytest.fixture
    def thing_id(self) -> str:
        return new_id()

    def old(self, probe: Harness, thing_id: str, size: int) -> bytes:
        message = json.loads(probe.message(THING_GREW, {"thing_id": thing_id, "size": size}))
        del message["subjectversion"]
        return json.dumps({**message, "subject": "something else"}).encode()

    def test_each_of_its_events_is_taken_once(self, probe: Harness, thing_id: str) -> None:
        messages = [self.old(probe, thing_id, size) for size in (3, 4)]
        for message in (*messages, messages[0]):
            assert probe.deliver(THING_GREW, message).done
        assert size_of(probe, thing_id) == 4

    def test_none_is_taken_after_one_that_has_a_version(self, probe: Harness, thing_id: str) -> None:
        come(probe, THING_GREW, thing_id, size=5, version=1)
        assert probe.deliver(THING_GREW, self.old(probe, thing_id, 3)).done
        assert size_of(probe, thing_id) == 5

    def test_one_that_has_a_version_is_newer(self, probe: Harness, thing_id: str) -> None:
        assert probe.deliver(THING_GREW, self.old(probe, thing_id, 3)).done
        come(probe, THING_GREW, thing_id, size=5, version=1)
        assert size_of(probe, thing_id) == 5

    def test_its_things_are_told_apart(self, probe: Harness, thing_id: str) -> None:
        other = new_id()
        for one, size in ((thing_id, 3), (other, 4)):
            assert probe.deliver(THING_GREW, self.old(probe, one, size)).done
        assert (size_of(probe, thing_id), size_of(probe, other)) == (3, 4)


class TestTriedAgain:
    def test_a_reaction_whose_row_was_changed_meanwhile_is_carried_out_anew(self, probe: Harness) -> None:
        with unit_of(probe) as unit:
            thing = a_thing(unit, "one")
            unit.add_at_commit(thing)
            unit.commit()
        attempts: list[int] = []

        def effect(unit: Unit, data: dict[str, Any]) -> None:
            read = unit.read(Thing, data["thing_id"])
            attempts.append(read.version)
            if len(attempts) == 1:
                with unit_of(probe) as other:
                    other.lock(Thing, thing.id).touch(other.now)
                    other.commit()
            read.size = data["size"]
            read.touch(unit.now)

        message = probe.message(THING_GREW, {"thing_id": thing.id, "size": 8})
        queue = reaction_queue("probe", THING_GREW)
        assert react(probe.database, queue, THING_GREW, newest(effect), message).done
        assert attempts == [1, 2]
        assert probe.do("get_thing", thing_id=thing.id)["size"] == 8


class TestDeclared:
    def test_a_service_with_a_reaction_that_does_not_say_which_events_it_takes_does_not_start(self) -> None:
        room = ModuleType("strange")
        vars(room).update(on_thing_made=lambda _unit, _data: None)
        with pytest.raises(TypeError, match="on_thing_made"):
            type(
                "Strange",
                (Service,),
                {"name": "strange", "contract": room, "rooms": (room,), "reacts_to": (THING_MADE,)},
            )
