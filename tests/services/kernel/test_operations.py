"""How an operation is carried out: once, whole, and without a word too much."""

import base64
from collections.abc import Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import psycopg
import pytest
import sqlalchemy
import structlog.testing
from sqlalchemy import select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Operation, Page, Schema, Total, fields
from services.kernel.contracts.faults import Fault, ServiceUnavailable, Stale
from services.kernel.messages.context import Context
from services.kernel.rows.database import Database
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from services.kernel.work import operations
from services.kernel.work.operations import Answer, Reply
from tests.services.kernel.conftest import MASTER_KEYS, House
from tests.services.kernel.probe import ANNA, MAKE_THING, PROBES, THING_MADE, Part, Probe, Thing, a_thing, make_thing

Logged = list[MutableMapping[str, Any]]
Outbox = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def logged() -> Iterator[Logged]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def carry_out(
    probe: Harness,
    handler: Callable[..., Answer],
    *,
    database: Database | None = None,
    deadline: float = 0,
    idempotency_key: str | None = None,
    **declared: Any,
) -> Reply:
    """An operation that a test makes up."""
    operation = Operation(
        **{"name": "made_up", "route": "POST /made-up", "en": "", "sv": "", "roles": frozenset(), "answer": Schema}
        | declared
    )
    context = Context(
        tenant=probe.tenant,
        actor="anna",
        request_id=new_id(),
        deadline=deadline,
        idempotency_key=idempotency_key,
    )
    return operations.carry_out(database or probe.database, operation, handler, context, {})


def code(reply: Reply) -> tuple[int, str]:
    return reply["fault"]["status"], reply["fault"]["code"]


class TestIdempotency:
    def test_a_lost_answer_is_given_again_and_the_work_is_done_once(self, probe: Harness, outbox: Outbox) -> None:
        probe.reply("make_thing", body={"name": "one"}, idempotency_key="k")  # nobody hears the answer
        with pytest.raises(psycopg.errors.UniqueViolation):  # what doing it again would end in
            self.again_without_a_key(probe)
        answer = probe.reply("make_thing", body={"name": "one"}, idempotency_key="k")
        assert answer["body"]["name"] == "one"
        assert answer["etag"] == "1"
        assert probe.do("list_things")["items"] == [answer["body"]]
        assert [event["subject"] for event in outbox()] == [answer["body"]["id"]]

    @staticmethod
    def again_without_a_key(probe: Harness) -> None:
        with probe.database.unit(Context(tenant=probe.tenant, actor="", request_id="", deadline=0)) as unit:
            make_thing(unit, {"name": "one", "secret": ANNA})
            unit.commit()

    def test_another_process_gives_the_same_answer(self, probe: Harness, probe_house: House) -> None:
        first = probe.reply("make_thing", body={"name": "one"}, idempotency_key="k")
        with closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe")) as restarted:
            probe.database, before = restarted, probe.database
            assert probe.reply("make_thing", body={"name": "one"}, idempotency_key="k") == first
            probe.database = before

    def test_a_gateway_that_is_renewed_in_between_changes_nothing(self, probe: Harness) -> None:
        roles = tuple(PROBES)
        context = Context(
            tenant=probe.tenant, actor="anna", roles=roles, request_id="r", deadline=0, idempotency_key="k"
        )
        asked = {"path": {}, "query": {}, "body": {"name": "one"}}
        declared, handler = Probe.make_thing.hemvist_operation, Probe.make_thing.hemvist_handler
        older, newer = (
            operations.carry_out(probe.database, declared, handler, context, {**asked, **more})
            for more in ({}, {"colour": "blue"})
        )
        assert older == newer
        assert older["body"]["name"] == "one"

    def test_twenty_at_once_with_one_key_are_done_once(self, probe: Harness, outbox: Outbox) -> None:
        start = Barrier(20)

        def ask(_: int) -> Reply:
            start.wait(10)
            return probe.reply("make_thing", body={"name": "one"}, idempotency_key="k")

        with ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(ask, range(20)))
        assert all(reply == replies[0] for reply in replies)
        assert len(outbox()) == 1

    def test_so_are_twenty_of_which_some_have_looked_before_and_some_only_find_out_at_their_commit(
        self, probe: Harness, outbox: Outbox
    ) -> None:
        start = Barrier(20)

        def ask(number: int) -> Reply:
            def handler(unit: Unit) -> Answer:
                if number % 2:
                    unit.begin()
                return make_thing(unit, {"name": "one", "secret": ""})

            start.wait(10)
            return carry_out(probe, handler, answer=MAKE_THING.answer, idempotency_key="k")

        with ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(ask, range(20)))
        assert all(reply == replies[0] for reply in replies)
        assert len(outbox()) == 1

    def test_what_was_answered_is_answered_again_also_when_it_would_be_refused_now(self, probe: Harness) -> None:
        def accepts(unit: Unit) -> Answer:
            return make_thing(unit, {"name": "one", "secret": ""})

        def refuses(_: Unit) -> Answer:
            raise Stale

        ask = {"answer": MAKE_THING.answer, "idempotency_key": "k"}
        answer = carry_out(probe, accepts, **ask)
        assert carry_out(probe, refuses, **ask) == answer
        assert code(carry_out(probe, refuses, **ask | {"idempotency_key": "k2"})) == (412, "stale")

    @pytest.mark.parametrize("other", [{"actor": "bo"}, {"idempotency_key": "k2"}, {"tenant": "new"}])
    def test_another_caller_key_or_municipality_is_another_request(
        self, probe: Harness, outbox: Outbox, other: dict[str, str]
    ) -> None:
        if "tenant" in other:
            other = {"tenant": probe.new_tenant()}
        call = {"idempotency_key": "k", "actor": "anna"}
        probe.do("make_thing", body={"name": "one"}, **call)
        probe.do("make_thing", body={"name": "two"}, **{**call, **other})
        assert len(outbox()) == 2

    def test_another_operation_with_the_same_key_is_another_request(self, probe: Harness) -> None:
        thing = probe.do("make_thing", body={"name": "one"}, idempotency_key="k")["id"]
        assert probe.do("grow_thing", thing_id=thing, if_match="1", idempotency_key="k")["size"] == 2
        assert probe.do("grow_thing", thing_id=thing, if_match="1", idempotency_key="k")["size"] == 2

    @pytest.mark.parametrize("other", [{"body": {"name": "two"}}, {"body": {"name": "one", "secret": "x"}}])
    def test_the_same_key_for_another_request_is_refused(self, probe: Harness, other: dict[str, Any]) -> None:
        probe.do("make_thing", body={"name": "one"}, idempotency_key="k")
        assert probe.code("make_thing", idempotency_key="k", **other) == (422, "idempotency_key_reused")

    def test_a_refusal_is_not_kept_so_that_the_key_can_be_used_when_it_is_mended(self, probe: Harness) -> None:
        thing = probe.do("make_thing", body={"name": "one"})["id"]
        probe.do("grow_thing", thing_id=thing, if_match="1")
        refused = probe.code("grow_thing", thing_id=thing, if_match="1", idempotency_key="k")
        assert refused == (412, "stale")
        assert probe.do("grow_thing", thing_id=thing, if_match="2", idempotency_key="k")["size"] == 3

    def test_who_lost_the_role_does_not_get_the_kept_answer(self, probe: Harness) -> None:
        probe.do("make_thing", body={"name": "one"}, idempotency_key="k")
        again = probe.code("make_thing", body={"name": "one"}, idempotency_key="k", roles=[])
        assert again == (403, "missing_role")

    def test_the_kept_answer_is_sealed(self, probe: Harness, admin: "psycopg.Connection[Any]") -> None:
        probe.do("make_thing", body={"name": ANNA}, idempotency_key="k")
        row = admin.execute("select t::text, answer from idempotency t where tenant = %s", (probe.tenant,)).fetchone()
        assert row is not None
        assert ANNA not in row[0]
        for clear in (ANNA.encode(), base64.b64encode(ANNA.encode()), b"name"):
            assert clear not in row[1]


class TestVersions:
    def test_the_answers_version_is_the_one_that_is_stored(self, probe: Harness) -> None:
        thing = probe.do("make_thing", body={"name": "one"})["id"]
        assert probe.etag("get_thing", thing_id=thing) == "1"
        assert probe.etag("grow_thing", thing_id=thing, if_match="1") == "2"
        assert probe.etag("get_thing", thing_id=thing) == "2"

    def test_of_two_that_read_the_same_version_one_is_stale(self, probe: Harness) -> None:
        thing = probe.do("make_thing", body={"name": "one"})["id"]
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda _: probe.reply("grow_thing", thing_id=thing, if_match="1"), range(8)))
        assert sum("body" in reply for reply in replies) == 1
        assert {code(reply) for reply in replies if "fault" in reply} == {(412, "stale")}
        assert probe.do("get_thing", thing_id=thing)["size"] == 2

    def test_a_change_without_if_match_is_refused(self, probe: Harness) -> None:
        thing = probe.do("make_thing", body={"name": "one"})["id"]
        assert probe.code("grow_thing", thing_id=thing) == (428, "precondition_required")


class TestOrder:
    def test_the_role_is_asked_before_the_input_is_looked_at(self, probe: Harness) -> None:
        assert probe.code("make_thing", body={"wrong": 1}, roles=["other"]) == (403, "missing_role")

    def test_after_the_deadline_nothing_is_begun(self, probe: Harness) -> None:
        def handler(unit: Unit) -> Answer:
            pytest.fail("it was begun")

        assert code(carry_out(probe, handler, deadline=clock.seconds() - 1)) == (504, "deadline_passed")

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
    def test_signs_that_the_database_can_not_keep_are_wrong_input(self, probe: Harness, text: str) -> None:
        assert probe.code("make_thing", body={"name": text}) == (422, "invalid_input")
        assert probe.code("list_things", query={"name": text}) == (422, "invalid_input")
        assert probe.code("get_thing", thing_id=text) == (404, "not_found")


class Odd(Fault):
    """Something odd."""

    status = 418


class Promising(Schema):
    """What an answer promises."""

    name = fields.String(required=True)


class TestPromises:
    def test_an_answer_that_lacks_what_its_contract_promises_is_our_fault_and_changes_nothing(
        self, probe: Harness, logged: Logged
    ) -> None:
        def handler(unit: Unit) -> Answer:
            unit.add(a_thing(unit, "one"))
            return Answer({"note": ANNA})

        reply = carry_out(probe, handler, answer=Promising)
        assert code(reply) == (500, "internal_fault")
        assert probe.do("list_things")["total"] == 0
        (line,) = (line for line in logged if line["event"] == "operation_failed")
        assert line["detail"] == "Promising.name is missing"
        assert ANNA not in str(logged) + str(reply)

    def test_so_is_an_event_and_its_readers_get_nothing_of_it(
        self, probe: Harness, logged: Logged, outbox: Outbox
    ) -> None:
        def handler(unit: Unit) -> Answer:
            thing = a_thing(unit, "one")
            unit.add(thing)
            unit.record(THING_MADE, subject=thing, data={"thing_id": thing.id, "secret": ANNA})
            return Answer({})

        assert code(carry_out(probe, handler)) == (500, "internal_fault")
        assert (probe.do("list_things")["total"], outbox()) == (0, [])
        (line,) = (line for line in logged if line["event"] == "operation_failed")
        assert line["detail"] == "ThingMade.name is missing"
        assert ANNA not in str(logged)


class TestTrouble:
    def test_a_fault_is_told_and_changes_nothing(self, probe: Harness, outbox: Outbox) -> None:
        def handler(unit: Unit) -> Answer:
            make_thing(unit, {"name": "one", "secret": ""})
            unit.session.flush()
            raise Odd

        assert code(carry_out(probe, handler)) == (418, "odd")
        assert (probe.do("list_things")["total"], outbox()) == (0, [])

    def test_what_was_written_before_a_refusal_is_kept_where_the_handler_says_so(self, probe: Harness) -> None:
        def handler(unit: Unit) -> Answer:
            unit.add(a_thing(unit, f"try {unit.request_key}"))
            return Answer({}, refused=Odd())

        for _ in range(2):
            assert code(carry_out(probe, handler, idempotency_key="k")) == (418, "odd")
        assert probe.do("list_things")["total"] == 1, "the same request again is the same try"
        assert code(carry_out(probe, handler, idempotency_key="j")) == (418, "odd")
        assert probe.do("list_things")["total"] == 2

    @pytest.mark.parametrize("reads", [True, False])
    def test_of_any_other_exception_no_word_leaves(self, probe: Harness, logged: Logged, reads: bool) -> None:
        def handler(unit: Unit) -> Answer:
            raise ValueError(f"{ANNA} was typed")

        reply = carry_out(probe, handler, reads=reads)
        assert code(reply) == (500, "internal_fault")
        assert ANNA not in str(reply)
        assert [line["event"] for line in logged] == ["operation_failed"]
        assert ANNA not in str(logged)

    def test_a_broken_constraint_leaves_no_personal_number_in_the_log(self, probe: Harness, logged: Logged) -> None:
        """PostgreSQL's DETAIL repeats the row: Key (tenant, name)=(…, 189001019802) already exists."""
        body = {"name": ANNA}
        probe.do("make_thing", body=body)
        assert probe.code("make_thing", body=body) == (500, "internal_fault")

        def added(unit: Unit) -> Answer:
            unit.add(Thing(id=new_id(), name=ANNA, size=1, changed_at=unit.now))
            unit.session.flush()
            return Answer({})

        assert code(carry_out(probe, added)) == (500, "internal_fault")
        assert [(line["constraint"], line["sqlstate"]) for line in logged] == [("uq_thing_tenant_name", "23505")] * 2
        assert ANNA not in str(logged)

    def test_a_deadlock_while_working_is_tried_again(self, probe: Harness) -> None:
        self.assert_both_are_done(probe, lambda unit, other: unit.lock(Thing, other))

    def test_a_deadlock_at_the_commit_is_tried_again(self, probe: Harness) -> None:
        """Each has locked its thing and makes a part of the other's, for which the database locks that too."""
        self.assert_both_are_done(probe, lambda unit, other: unit.add_at_commit(Part(id=new_id(), thing_id=other)))

    @staticmethod
    def assert_both_are_done(probe: Harness, then: Callable[[Unit, str], Any]) -> None:
        things = [probe.do("make_thing", body={"name": name})["id"] for name in ("one", "two")]
        first_time = Barrier(2)
        met = [False, False]

        def work(number: int) -> Reply:
            def handler(unit: Unit) -> Answer:
                unit.lock(Thing, things[number])
                if not met[number]:
                    met[number] = True
                    first_time.wait(10)
                then(unit, things[1 - number])
                return Answer({})

            return carry_out(probe, handler)

        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(work, range(2)))
        assert replies == [{"body": {}, "etag": None}] * 2


class TestDatabaseAway:
    def end_backends(self, admin: "psycopg.Connection[Any]") -> None:
        """As a restart of the database does to idle connections."""
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where application_name = 'hemvist' and datname = current_database()"
        )

    @pytest.mark.parametrize("reads", [False, True])
    def test_one_that_dies_under_a_unit_is_said_to_be_away(
        self, probe: Harness, admin: "psycopg.Connection[Any]", reads: bool
    ) -> None:
        context = Context(tenant=probe.tenant, actor="anna", request_id="r", deadline=0)

        def work() -> None:
            with probe.database.unit(context, reads=reads) as unit:
                unit.session.execute(select(Thing.id)).all()
                self.end_backends(admin)
                unit.session.execute(select(Thing.id)).all()

        with pytest.raises(ServiceUnavailable):
            work()
        assert probe.do("list_things")["total"] == 0

    def test_one_that_dies_before_a_unit_takes_back_what_it_did_is_said_to_be_away(
        self, probe: Harness, admin: "psycopg.Connection[Any]"
    ) -> None:
        def work() -> None:
            with probe.database.unit(Context(tenant=probe.tenant, actor="anna", request_id="r", deadline=0)) as unit:
                unit.begin()
                self.end_backends(admin)

        with pytest.raises(ServiceUnavailable):
            work()

    def test_who_holds_a_connection_waits_for_no_second_and_who_gets_none_is_told_so(
        self, probe: Harness, probe_house: House
    ) -> None:
        context = Context(tenant=probe.tenant, actor="anna", request_id="r", deadline=0)
        things = Listing(select(Thing.id), order=(Thing.id,))
        with closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe", connections=1)) as database:
            with database.unit(context, reads=True) as unit:
                unit.session.execute(select(Thing.id)).all()
                assert unit.list(things, Page(), {}) == ([], Total(0))
                with pytest.raises(ServiceUnavailable), database.unit(context) as another:
                    another.begin()
                with pytest.raises(ServiceUnavailable), database.unit(context) as another:
                    another.commit()
            with database.unit(context, reads=True) as unit:
                assert unit.list(things, Page(), {}) == ([], Total(0))

    def test_connections_that_died_while_idle_are_not_noticed(
        self, probe: Harness, admin: "psycopg.Connection[Any]"
    ) -> None:
        with ThreadPoolExecutor(10) as pool:  # so that there are several
            list(pool.map(lambda _: probe.do("list_things"), range(30)))
        thing = probe.do("make_thing", body={"name": "one"})["id"]
        self.end_backends(admin)
        assert probe.do("grow_thing", thing_id=thing, if_match="1")["size"] == 2
        self.end_backends(admin)
        assert probe.do("get_thing", thing_id=thing)["size"] == 2
        self.end_backends(admin)
        assert probe.do("list_things")["total"] == 1
        self.end_backends(admin)
        assert probe.tenant in [one["slug"] for one in probe.database.municipalities()]
        self.end_backends(admin)
        probe.database.ping()

    @pytest.mark.parametrize("reads", [True, False])
    def test_one_that_dies_under_the_work_is_unavailable_and_not_our_fault(
        self, probe: Harness, admin: "psycopg.Connection[Any]", reads: bool
    ) -> None:
        def handler(unit: Unit) -> Answer:
            unit.session.execute(sqlalchemy.text("select 1"))
            self.end_backends(admin)
            unit.session.execute(sqlalchemy.text("select 1"))
            return Answer({})

        assert code(carry_out(probe, handler, reads=reads)) == (503, "service_unavailable")
        assert probe.do("list_things")["total"] == 0

    def test_one_that_dies_before_the_commit_changes_nothing(
        self, probe: Harness, admin: "psycopg.Connection[Any]", outbox: Outbox
    ) -> None:
        def handler(unit: Unit) -> Answer:
            unit.begin()
            answer = make_thing(unit, {"name": "one", "secret": ""})
            self.end_backends(admin)
            return answer

        reply = carry_out(probe, handler, answer=MAKE_THING.answer, idempotency_key="k")
        assert code(reply) == (503, "service_unavailable")
        assert (probe.do("list_things")["total"], outbox()) == (0, [])

    def test_an_unreachable_one_is_unavailable(self, probe: Harness) -> None:
        with closing(Database("postgresql://nobody@127.0.0.1:1/nothing", MASTER_KEYS, service="probe")) as nowhere:
            for handler, more in (
                (lambda _: Answer({}), {}),
                (lambda _: Answer({}), {"reads": True}),
                (lambda database: Answer({"items": database.municipalities()}), {"tenantless": True}),
                (Probe.ping.hemvist_handler, {"tenantless": True}),
            ):
                reply = carry_out(probe, handler, database=nowhere, **more)
                assert code(reply) == (503, "service_unavailable")
