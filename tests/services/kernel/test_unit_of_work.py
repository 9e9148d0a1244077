"""A unit of work: one tenant, one transaction, all or nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import sqlalchemy
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import AlreadyExists, BeingChanged, NotFound, PreconditionRequired, Stale
from services.kernel.messages.context import Context
from services.kernel.rows.seen import notice
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from tests.services.kernel.probe import THING_MADE, Part, Thing, a_thing, made


def caller(tenant: str, **more: Any) -> Context:
    return Context(tenant=tenant, actor="anna", request_id=new_id(), deadline=0, **more)


def make(probe: Harness, name: str, *, tenant: str | None = None) -> str:
    """A stored thing; its id."""
    return str(probe.do("make_thing", body={"name": name}, tenant=tenant)["id"])


class TestAllOrNothing:
    def test_without_a_commit_nothing_remains(self, probe: Harness, outbox: Callable[[], list[dict[str, Any]]]) -> None:
        with probe.database.unit(caller(probe.tenant)) as unit:
            thing = a_thing(unit, "added")
            unit.add(thing)
            unit.session.flush()
            unit.add_at_commit(a_thing(unit, "stored"))
            unit.record(THING_MADE, subject=thing, data={**made("n"), "thing_id": thing.id})
            assert notice(unit, "probe.on_thing_made", "event")
        assert probe.do("list_things")["total"] == 0
        assert outbox() == []
        with probe.database.unit(caller(probe.tenant)) as unit:
            assert notice(unit, "probe.on_thing_made", "event")

    def test_the_database_hears_of_a_unit_with_its_first_question_or_with_its_commit(self, probe: Harness) -> None:
        with probe.database.unit(caller(probe.tenant)) as unit:
            unit.add_at_commit(a_thing(unit, "one"))
            assert not unit.session.in_transaction()
            unit.commit()
            assert not unit.session.in_transaction()
        with probe.database.unit(caller(probe.tenant)) as unit:
            assert notice(unit, "probe.on_thing_made", "event")
            assert unit.session.in_transaction()
        assert [item["name"] for item in probe.do("list_things")["items"]] == ["one"]

    def test_a_failure_at_the_end_takes_everything_back(
        self, probe: Harness, outbox: Callable[[], list[dict[str, Any]]]
    ) -> None:
        make(probe, "one")
        before = outbox()
        with probe.database.unit(caller(probe.tenant)) as unit:
            thing = a_thing(unit, "added")
            unit.add(thing)
            unit.record(THING_MADE, subject=thing, data={**made("n"), "thing_id": thing.id})
            unit.add_at_commit(a_thing(unit, "one"))
            with pytest.raises(psycopg.errors.UniqueViolation):
                unit.commit()
        assert [item["name"] for item in probe.do("list_things")["items"]] == ["one"]
        assert outbox() == before

    def test_the_connection_is_as_new_after_a_failure(self, probe: Harness) -> None:
        for _ in range(60):  # more often than there are connections
            with pytest.raises(DBAPIError), probe.database.unit(caller(probe.tenant)) as unit:
                unit.session.execute(sqlalchemy.text("select 1/0"))
        assert probe.do("list_things")["total"] == 0

    def test_the_same_event_is_noticed_once(self, probe: Harness) -> None:
        noticed = []
        for _ in range(2):
            with probe.database.unit(caller(probe.tenant)) as unit:
                noticed.append(notice(unit, "probe.on_thing_made", "event"))
                unit.commit()
        assert noticed == [True, False]


class TestTenant:
    @pytest.mark.parametrize("tenant", ["", "atlantis"])
    def test_there_is_no_unit_without_one(self, probe: Harness, tenant: str) -> None:
        with pytest.raises(NotFound), probe.database.unit(caller(tenant)):
            pytest.fail("a unit began")

    def test_the_other_sees_and_changes_nothing(self, probe: Harness) -> None:
        thing = make(probe, "one")
        with probe.database.unit(caller(probe.new_tenant())) as unit:
            for find in (unit.read, unit.lock):
                with pytest.raises(NotFound):
                    find(Thing, thing)
            assert unit.session.scalars(select(Thing)).all() == []
            changed = unit.session.execute(sqlalchemy.text("update thing set size = 100"))
            deleted = unit.session.execute(sqlalchemy.text("delete from thing"))
            assert (changed.rowcount, deleted.rowcount) == (0, 0)  # type: ignore[attr-defined]
            unit.commit()
        assert probe.do("get_thing", thing_id=thing)["size"] == 1

    def test_the_same_unique_name_is_free_for_the_other(self, probe: Harness) -> None:
        assert make(probe, "one") != make(probe, "one", tenant=probe.new_tenant())

    def test_a_row_for_another_tenant_is_refused(self, probe: Harness) -> None:
        other = probe.new_tenant()
        with probe.database.unit(caller(probe.tenant)) as unit:
            thing = a_thing(unit, "one")
            thing.tenant = other
            unit.add(thing)
            with pytest.raises(DBAPIError) as refused:
                unit.commit()
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)

    def test_a_row_can_not_be_given_to_another_tenant(self, probe: Harness) -> None:
        make(probe, "one")
        with pytest.raises(DBAPIError) as refused, probe.database.unit(caller(probe.tenant)) as unit:
            unit.session.execute(sqlalchemy.text("update thing set tenant = :other"), {"other": probe.new_tenant()})
        assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)

    def test_a_part_of_anothers_thing_can_not_be_made(self, probe: Harness) -> None:
        thing = make(probe, "one")
        with probe.database.unit(caller(probe.new_tenant())) as unit:
            unit.add_at_commit(Part(id=new_id(), thing_id=thing))
            with pytest.raises(psycopg.errors.ForeignKeyViolation):
                unit.commit()

    def test_the_tenant_of_one_unit_is_gone_with_it(self, probe: Harness) -> None:
        """Twenty-five connections, two tenants, taken in turns: none is left with the other's tenant."""
        other = probe.new_tenant()
        make(probe, "one")

        def count(number: int) -> int:
            return int(probe.do("list_things", tenant=other if number % 2 else None)["total"])

        with ThreadPoolExecutor(10) as pool:
            assert list(pool.map(count, range(100))) == [1, 0] * 50


class TestLoad:
    def test_the_row_is_locked_until_the_unit_ends(self, probe: Harness) -> None:
        thing = make(probe, "one")
        locking = select(Thing.id).where(Thing.id == thing).with_for_update(nowait=True)
        with probe.database.unit(caller(probe.tenant)) as unit:
            unit.lock(Thing, thing)
            with pytest.raises(BeingChanged), probe.database.unit(caller(probe.tenant)) as second:
                second.session.execute(locking)
        with probe.database.unit(caller(probe.tenant)) as third:
            assert third.session.execute(locking).scalar_one() == thing

    def test_reading_takes_no_lock_and_waits_for_none(self, probe: Harness) -> None:
        thing = make(probe, "one")
        with probe.database.unit(caller(probe.tenant)) as unit:
            unit.lock(Thing, thing)
            with probe.database.unit(caller(probe.tenant), reads=True) as reader:
                assert reader.read(Thing, thing).name == "one"

    def test_what_was_read_before_is_read_again_under_the_lock(self, probe: Harness) -> None:
        thing = make(probe, "one")
        with probe.database.unit(caller(probe.tenant)) as unit:
            unit.read(Thing, thing)
            probe.do("grow_thing", thing_id=thing, if_match="*")
            assert unit.lock(Thing, thing).size == 2

    def test_a_reading_unit_writes_nothing(self, probe: Harness) -> None:
        with probe.database.unit(caller(probe.tenant), reads=True) as unit:
            unit.add(a_thing(unit, "one"))
            with pytest.raises(DBAPIError) as refused:
                unit.session.flush()
        assert isinstance(refused.value.orig, psycopg.errors.ReadOnlySqlTransaction)


class TestMatch:
    def matched(self, probe: Harness, row: Thing | None, **context: Any) -> None:
        with probe.database.unit(caller(probe.tenant, **context)) as unit:
            unit.match(row)

    @pytest.mark.parametrize(
        ("context", "refusal"),
        [
            ({}, PreconditionRequired),
            ({"if_match": "2"}, Stale),
            ({"if_match": ""}, Stale),
            ({"if_match": "3"}, None),
            ({"if_match": "*"}, None),
            ({"if_none_match": True}, AlreadyExists),
            ({"if_none_match": True, "if_match": "3"}, AlreadyExists),
        ],
    )
    def test_a_row_must_be_the_version_that_was_read(
        self, probe: Harness, context: dict[str, Any], refusal: type[Exception] | None
    ) -> None:
        thing = Thing(id="t", version=3)
        if refusal is None:
            self.matched(probe, thing, **context)
        else:
            with pytest.raises(refusal):
                self.matched(probe, thing, **context)

    @pytest.mark.parametrize(
        ("context", "refusal"),
        [({}, PreconditionRequired), ({"if_match": "1"}, Stale), ({"if_match": "*"}, Stale)],
    )
    def test_nothing_is_created_but_by_if_none_match(
        self, probe: Harness, context: dict[str, Any], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            self.matched(probe, None, **context)
        self.matched(probe, None, if_none_match=True)


class TestVersion:
    def test_a_row_has_it_from_the_beginning_whichever_way_it_is_made(self, probe: Harness) -> None:
        with probe.database.unit(caller(probe.tenant)) as unit:
            added, at_commit, (ensured, _) = a_thing(unit, "a"), a_thing(unit, "b"), unit.ensure(Thing, new_id())
            ensured.name, ensured.changed_at = "c", unit.now
            unit.add(added)
            unit.add_at_commit(at_commit)
            assert [thing.version for thing in (added, at_commit, ensured)] == [1, 1, 1]
            unit.commit()
        with probe.database.unit(caller(probe.tenant), reads=True) as unit:
            assert [unit.read(Thing, thing.id).version for thing in (added, at_commit, ensured)] == [1, 1, 1]


class TestStore:
    @pytest.mark.parametrize("values", [{}, {"marks": {"a": [1, None]}, "colours": ["red", "blå"], "secret": None}])
    def test_it_writes_the_row_that_add_would_write(
        self, probe: Harness, admin: "psycopg.Connection[Any]", values: dict[str, Any]
    ) -> None:
        ids = {}
        with probe.database.unit(caller(probe.tenant)) as unit:
            for way in (unit.add_at_commit, unit.add):
                row = Thing(id=new_id(), name=way.__name__, changed_at=unit.now, **{"secret": {"b": 1}, **values})
                way(row)
                ids[way.__name__] = row.id
            unit.commit()
        stored, added = (admin.execute("select * from thing where id = %s", (ids[way],)).fetchone() for way in ids)
        assert stored is not None
        assert added is not None
        columns = [name for (name,) in admin.execute(
            "select attname from pg_attribute where attrelid = 'thing'::regclass and attnum > 0 order by attnum"
        )]  # fmt: skip
        own = {"id", "name", "secret"}  # a seal is never the same twice
        for name, one, other in zip(columns, stored, added, strict=True):
            assert one == other or name in own, name
        assert (stored[columns.index("tenant")], stored[columns.index("version")]) == (probe.tenant, 1)
        with probe.database.unit(caller(probe.tenant)) as unit:
            assert unit.read(Thing, ids["add_at_commit"]).secret == unit.read(Thing, ids["add"]).secret

    def test_its_seal_is_the_tenants(self, probe: Harness, admin: "psycopg.Connection[Any]") -> None:
        thing = make(probe, "one")
        row = admin.execute("select secret from thing where id = %s", (thing,)).fetchone()
        assert row is not None
        with probe.database.unit(caller(probe.tenant)) as unit:
            assert unit.open(row[0], "thing.secret") == b'"189001019802"'


def test_a_unit_knows_its_day_in_sweden(probe: Harness) -> None:
    def day(unit: Unit) -> tuple[int, int]:
        return unit.today.month, unit.today.day

    with probe.database.unit(caller(probe.tenant), now=datetime(2026, 3, 28, 23, 30, tzinfo=UTC)) as unit:
        assert day(unit) == (3, 29)
