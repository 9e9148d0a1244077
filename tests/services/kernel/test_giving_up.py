"""The database gives up: at the caller's deadline, on a lock that is not had in time, on a key that is at work."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Operation, Page, Schema
from services.kernel.contracts.faults import BeingChanged, DeadlinePassed
from services.kernel.messages.context import Context
from services.kernel.rows import giving_up
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from services.kernel.work import operations
from services.kernel.work.operations import Answer, Reply
from tests.services.kernel.probe import THING_MADE, Thing, made
from tests.waiting import eventually

SHOWN = "select current_setting('statement_timeout'), current_setting('lock_timeout')"
SLOW = "select pg_sleep(20)"


def caller(tenant: str, *, seconds: float = 0) -> Context:
    """Somebody who waits for so many seconds; with none it is nobody, as in a reaction."""
    return Context(tenant=tenant, actor="anna", request_id=new_id(), deadline=seconds and clock.seconds() + seconds)


def code(reply: Reply) -> tuple[int, str]:
    return reply["fault"]["status"], reply["fault"]["code"]


def carry_out(probe: Harness, handler: Callable[[Unit], Answer], *, seconds: float, **declared: Any) -> Reply:
    """An operation that a test makes up, for a caller who waits so long."""
    operation = Operation(name="made_up", route="POST /", en="", sv="", roles=frozenset(), answer=Schema, **declared)
    return operations.carry_out(probe.database, operation, handler, caller(probe.tenant, seconds=seconds), {})


@contextmanager
def held(admin: "psycopg.Connection[Any]", thing_id: str) -> Iterator[None]:
    """The row is another session's, as that of a program that hangs."""
    with admin.transaction():
        admin.execute("select from thing where id = %s for update", (thing_id,))
        yield


@pytest.fixture
def thing(probe: Harness) -> str:
    return str(probe.do("make_thing", body={"name": "one"})["id"])


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patience with locks is short."""
    monkeypatch.setattr(giving_up, "LOCK_PATIENCE", 0.1)
    monkeypatch.setattr(giving_up, "KEY_PATIENCE", 0.1)


class TestDeadline:
    @pytest.mark.parametrize("reads", [True, False])
    def test_what_is_slower_than_the_caller_waits_is_given_up(self, probe: Harness, reads: bool) -> None:
        def handler(unit: Unit) -> Answer:
            unit.session.execute(sqlalchemy.text(SLOW))
            return Answer({})

        began = time.monotonic()
        assert code(carry_out(probe, handler, seconds=0.3, reads=reads)) == (504, "deadline_passed")
        assert time.monotonic() - began < 15

    def test_a_list_is_given_up_too(self, probe: Harness) -> None:
        probe.do("make_thing", body={"name": "one"})
        slow = Listing(select(Thing.id).where(sqlalchemy.text("pg_sleep(20) is not null")), order=(Thing.id,))

        def handler(unit: Unit) -> Answer:
            return Answer({"items": unit.list(slow, Page(), {})[0]})

        assert code(carry_out(probe, handler, seconds=0.3, reads=True)) == (504, "deadline_passed")

    @pytest.mark.parametrize("reads", [True, False])
    def test_after_it_no_further_statement_is_sent(self, probe: Harness, reads: bool) -> None:
        with pytest.raises(DeadlinePassed):
            self.look_until_refused(probe, reads=reads)

    @staticmethod
    def look_until_refused(probe: Harness, *, reads: bool) -> None:
        with probe.database.unit(caller(probe.tenant, seconds=0.3), reads=reads) as unit:
            until = time.monotonic() + 10
            while time.monotonic() < until:
                unit.session.execute(select(Thing.id)).all()

    @pytest.mark.parametrize("reads", [True, False])
    def test_the_next_unit_on_the_same_connection_has_its_own(self, probe: Harness, reads: bool) -> None:
        shown = []
        for seconds in (100, 200):
            with probe.database.unit(caller(probe.tenant, seconds=seconds), reads=reads) as unit:
                text, _ = unit.session.execute(sqlalchemy.text(SHOWN)).one()
                shown.append(int(text.removesuffix("ms")))
        assert 50_000 < shown[0] <= 100_000 < shown[1] <= 200_000

    def test_work_without_a_caller_has_a_limit_of_its_own(
        self, probe: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(giving_up, "LOCK_PATIENCE", 2.0)
        with probe.database.unit(caller(probe.tenant)) as unit:
            assert tuple(unit.session.execute(sqlalchemy.text(SHOWN)).one()) == ("30s", "2s")

    def test_what_was_slow_is_not_stored(self, probe: Harness) -> None:
        def handler(unit: Unit) -> Answer:
            unit.add(Thing(id=new_id(), name="slow", size=1, changed_at=unit.now))
            unit.session.flush()
            unit.session.execute(sqlalchemy.text(SLOW))
            return Answer({})

        carry_out(probe, handler, seconds=0.3)
        assert probe.do("list_things")["total"] == 0


@pytest.mark.usefixtures("soon")
class TestLock:
    def test_a_row_that_another_holds_is_a_refusal_and_nothing_is_changed(
        self, probe: Harness, admin: "psycopg.Connection[Any]", thing: str
    ) -> None:
        with held(admin, thing):
            assert probe.code("grow_thing", thing_id=thing, if_match="*") == (503, "being_changed")
            assert probe.do("get_thing", thing_id=thing)["size"] == 1
        assert probe.do("grow_thing", thing_id=thing, if_match="*")["size"] == 2

    def test_one_that_is_wanted_at_the_commit_too(self, probe: Harness, admin: "psycopg.Connection[Any]") -> None:
        """Two that write the same unique name: the second waits for the first."""
        with admin.transaction(force_rollback=True):
            admin.execute(
                "insert into thing (tenant, id, name, version, changed_at) values (%s, 'x', 'one', 1, now())",
                (probe.tenant,),
            )
            assert probe.code("make_thing", body={"name": "one"}) == (503, "being_changed")
        assert probe.do("make_thing", body={"name": "one"})["name"] == "one"

    @pytest.mark.parametrize(
        "wait", [lambda unit: unit.alone("Thing new"), lambda unit: unit.ensure(Thing, "new")], ids=["alone", "ensure"]
    )
    def test_who_is_not_alone_in_time_gives_up(self, probe: Harness, wait: Callable[[Unit], Any]) -> None:
        with probe.database.unit(caller(probe.tenant)) as first:
            first.ensure(Thing, "new")
            with pytest.raises(BeingChanged), probe.database.unit(caller(probe.tenant)) as second:
                wait(second)

    def test_a_reaction_that_meets_one_is_to_be_tried_again(
        self, probe: Harness, admin: "psycopg.Connection[Any]"
    ) -> None:
        message = probe.message(THING_MADE, made("one"))
        with admin.transaction(force_rollback=True):
            admin.execute(
                "insert into thing (tenant, id, name, version, changed_at) values (%s, 'x', 'copy of one', 1, now())",
                (probe.tenant,),
            )
            outcome = probe.deliver(THING_MADE, message)
            assert (outcome.done, outcome.reason.split(" ")[0]) == (False, "being_changed")
        assert probe.deliver(THING_MADE, message).done

    def test_nobody_waits_for_a_lock_longer_than_for_the_answer(
        self, probe: Harness, admin: "psycopg.Connection[Any]", thing: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(giving_up, "LOCK_PATIENCE", 20)

        def handler(unit: Unit) -> Answer:
            unit.lock(Thing, thing)
            return Answer({})

        began = time.monotonic()
        with held(admin, thing):
            reply = carry_out(probe, handler, seconds=0.3)
        assert code(reply) in {(503, "being_changed"), (504, "deadline_passed")}
        assert time.monotonic() - began < 15


class TestKey:
    """The same Idempotency-Key while its first request is at work."""

    def test_the_second_is_told_so_and_the_third_gets_the_firsts_answer(
        self, probe: Harness, admin: "psycopg.Connection[Any]", thing: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(giving_up, "KEY_PATIENCE", 0.1)
        monkeypatch.setattr(giving_up, "LOCK_PATIENCE", 60)
        ask: dict[str, Any] = {"thing_id": thing, "if_match": "*", "idempotency_key": "k"}
        first: list[Reply] = []
        working = Thread(target=lambda: first.append(probe.reply("grow_thing", **ask)))
        with held(admin, thing):
            working.start()
            eventually(lambda: _waits_for_the_row(admin))
            began = time.monotonic()
            refused = probe.refusal("grow_thing", **ask)
            assert time.monotonic() - began < 30
        working.join()
        assert (refused["status"], refused["code"]) == (409, "request_in_progress")
        assert refused["extra"]["headers"]["Retry-After"] == "1"
        assert first[0]["body"]["size"] == 2
        assert probe.reply("grow_thing", **ask) == first[0]


def _waits_for_the_row(admin: "psycopg.Connection[Any]") -> bool:
    row = admin.execute(
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    ).fetchone()
    return bool(row and row[0])
