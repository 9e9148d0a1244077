"""No municipality reaches another's things: every table, every operation and every reaction, found by looking.

In each service one municipality has one of everything; another one tries each operation with the first one's ids, and
receives each event about the first one's things. It gets nothing of it, and the first one's rows and answers stay as
they were. See `tests/tenancy/scenes` for what a new operation needs.
"""

import importlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import psycopg
import pytest
from marshmallow import fields

from deploy.cli.names import SERVICES as NAMES
from deploy.cli.platform import Platform
from services.kernel.basics import clock
from services.kernel.basics.environment import Reader
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event, EventData, Operation, Schema
from services.kernel.contracts.files import FileInStore, FileStoreUnavailable
from services.kernel.messages.context import Context
from services.kernel.process.service import Service
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit
from services.kernel.testing import Harness
from services.kernel.work.due import Due
from services.kernel.work.operations import Answer, Reply
from services.kernel.work.personal_data import GATHER
from services.kernel.work.reactions import each
from tests.conftest import Urls, fresh_database, shelves
from tests.contract.house import SERVICES
from tests.tenancy import catalogue
from tests.tenancy.coverage import TENANTLESS, path_parameters, uncovered
from tests.tenancy.scenes import ANNA, NEIGHBOUR, Scene
from tests.tenancy.scenes.settings import declared_in, with_settings

OPERATIONS = [(name, operation) for name, service in SERVICES.items() for operation in service.operations()]
DUTIES = [(name, duty) for name, service in SERVICES.items() for duty in service.duties()]
REACTIONS = [(name, event) for name, service in SERVICES.items() for event in service.reactions()]


#: What is answered anew each time, with the reason.
ANEW = {"get_challenge": "a challenge is made up for each who asks"}


#: What is left of a request that was refused, with the reason.
TRIES = {"asked_reference": "that it was tried there, whether or not there is such a thing"}


@dataclass
class Stage:
    """A service with a municipality that has one of everything."""

    harness: Harness
    scene: Scene
    admin: "psycopg.Connection[Any]"

    def rows(self, tenant: str) -> dict[str, list[str]]:
        """Everything that lies in the database for a tenant."""
        return {
            table: [row for (row,) in self.admin.execute(
                f"select t::text from {table} t where tenant = %s order by 1", (tenant,)
            )]
            for table in catalogue.tables(self.admin)
        }  # fmt: skip

    def ask(self, name: str, *, elsewhere: bool = False, **caller: Any) -> Reply:
        """An operation with the scene's ids (or with ids that are nowhere), by staff unless `caller` says otherwise."""
        declared = self.harness.service.operations()[name]
        path: Any = {parameter: self.scene.ids[parameter] for parameter in path_parameters(self.harness.service, name)}
        body: Any = self.scene.bodies.get(name, declared.body.example if declared.body is not None else {})
        headers: Any = self.scene.headers.get(name)
        query: Any = self.scene.queries.get(name)
        if elsewhere:
            path, body, headers, query = nowhere(path), nowhere(body), nowhere(headers), nowhere(query)
        call: dict[str, Any] = {
            **by(declared),
            "body": body,
            "headers": headers,
            "query": query,
            "file": self.scene.files.get(name),
            "if_match": "*" if declared.conditional and not declared.creates else None,
            "if_none_match": declared.creates,
            **path,
            **caller,
        }
        return self.harness.reply(name, **call)

    def carry_out(self, duty_name: str, *, tenant: str) -> None:
        """A duty about the scene's thing, planned and carried out for a municipality."""
        duty, _ = self.harness.service.duties()[duty_name]
        subject = self.scene.subjects.get(duty_name, "")
        now = self.harness.now or clock.now()
        context = Context(tenant=tenant, actor="", request_id="", deadline=0)
        with self.harness.database.unit(context, now=now) as unit:
            unit.plan(duty, subject=subject, at=now)
            unit.commit()
        assert self.harness.clockwork.carry_out(Due(tenant=tenant, name=duty_name, subject=subject), now=now)

    def answers(self) -> dict[str, Reply]:
        """What the municipality itself is answered by every operation that reads."""
        reading = [name for name, declared in self.harness.service.operations().items() if declared.reads]
        return {name: self._lasting(self._unnoticed(name)) for name in reading if name not in {*TENANTLESS, *ANEW}}

    def _unnoticed(self, name: str) -> Reply:
        """The reply; the line that asking leaves in the log of access is taken out again."""
        before = new_id()
        reply = self.ask(name)
        for table, line in (("access_line", "id"), ("access_subject", "line_id")):
            self.admin.execute(f"delete from {table} where tenant = %s and {line} > %s", (self.harness.tenant, before))
        return reply

    def _lasting(self, reply: Reply) -> Reply:
        """A reply as it is each time: without cursors, which are sealed anew each time; of a file that was made for it
        the content, which lies elsewhere each time. (The scene's other files lie nowhere.)"""
        if "next" in (reply.get("body") or {}):
            return {**reply, "body": {"items": reply["body"]["items"]}}
        if "file" not in reply:
            return reply
        shelf = shelves(self.harness.service.name).of(self.harness.tenant)
        try:
            return {**reply, "file": b"".join(shelf.read(FileInStore.from_dict(reply["file"])))}
        except FileStoreUnavailable:
            return reply


_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def nowhere(values: Any) -> Any:
    """The same with ids that nothing has."""
    return json.loads(_ID.sub(lambda _: new_id(), json.dumps(values)))


def by(declared: Operation) -> dict[str, Any]:
    """Who asks: one of the municipality's staff, or Anna of the scene's home where only homes may."""
    if declared.roles == {"home"}:
        return {"roles": ["home"], "personal_number": ANNA}
    return {"roles": [role for role in sorted(declared.roles) if role != "home"][:1]}


@pytest.fixture(scope="module")
def stage_of(servers: Platform, database_of: Callable[[str], Urls]) -> Iterator[Callable[[str], Stage]]:
    """Each service's stage, set up once."""
    made: dict[str, Stage] = {}
    master_keys = Reader({"HEMVIST_MASTER_KEYS": servers.secrets.master_keys}).master_keys()

    def make(name: str) -> Stage:
        if name not in made:
            urls = database_of(name)
            declared = {**SERVICES[name].declared_settings(), **declared_in(name)}
            database = Database(urls.service, master_keys, service=name, shelf_of=shelves(name).of, declared=declared)
            harness = Harness(SERVICES[name], database, urls.owner, urls.relay, master_keys)
            harness.tenant = harness.new_tenant()
            scene = with_settings(harness, importlib.import_module(f"tests.tenancy.scenes.{name}").scene(harness))
            admin = psycopg.connect(urls.admin, autocommit=True)
            made[name] = Stage(harness, scene, admin)
            made[name].answers()  # whoever asks is known to work here from then on
        return made[name]

    yield make
    for stage in made.values():
        stage.harness.database.close()
        stage.admin.close()


@pytest.mark.parametrize("name", NAMES)
class TestScene:
    def test_every_operation_and_reaction_is_covered(self, stage_of: Callable[[str], Stage], name: str) -> None:
        assert uncovered(SERVICES[name], stage_of(name).scene) == []

    def test_the_municipality_itself_finds_what_the_others_shall_not(
        self, stage_of: Callable[[str], Stage], name: str
    ) -> None:
        for operation_name, reply in stage_of(name).answers().items():
            assert "body" in reply, (operation_name, reply)
            if "items" in (reply["body"] or {}):
                assert reply["body"]["items"], f"{operation_name}: the scene holds nothing for this list"

    def test_every_business_table_has_a_row_of_it(self, stage_of: Callable[[str], Stage], name: str) -> None:
        """A business table that no scene fills would not be missed when it leaks."""
        stage = stage_of(name)
        kernels = {
            "inbox",
            "seen_version",
            "outbox",
            "told",
            "idempotency",
            "tenant_key",
            "tenant_settings",
            "duty",
            "duty_done",
        }
        empty = {table for table, rows in stage.rows(stage.harness.tenant).items() if not rows} - kernels
        assert empty == set(), f"let the scene of {name} fill these tables"


@pytest.mark.parametrize(("name", "operation_name"), OPERATIONS)
@pytest.mark.usefixtures("attempt")
class TestOperations:
    def test_another_municipality_reaches_nothing_by_it(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        if operation_name in TENANTLESS:
            return
        stage = stage_of(name)
        check(stage, operation_name, {})

    def test_nor_does_a_home_of_another_municipality(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        """Anna has a home in the one and applies for one in the other: the same personal number is in both tokens."""
        if "home" not in SERVICES[name].operations()[operation_name].roles:
            return
        check(stage_of(name), operation_name, {"roles": ["home"], "personal_number": ANNA})


FOR_HOMES = [(name, asked) for name, asked in OPERATIONS if "home" in SERVICES[name].operations()[asked].roles]


@pytest.mark.parametrize(("name", "operation_name"), FOR_HOMES)
@pytest.mark.usefixtures("attempt")
class TestHomes:
    def test_another_home_of_the_same_municipality_reaches_nothing_by_it(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        check_neighbour(stage_of(name), operation_name)

    def test_the_home_itself_reads_what_the_other_shall_not(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        if SERVICES[name].operations()[operation_name].reads:
            reply = stage_of(name).ask(operation_name, roles=["home"], personal_number=ANNA)
            assert "body" in reply, reply
            assert known_in(stage_of(name), reply), f"{operation_name}: the scene holds nothing of Anna's home"

    def test_whoever_lives_nowhere_reaches_nothing_either(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        check_neighbour(stage_of(name), operation_name, personal_number=None)


def check_neighbour(stage: Stage, operation_name: str, *, personal_number: str | None = NEIGHBOUR) -> None:
    """Somebody of another home asks with the ids of Anna's: it is answered as if they were nowhere."""
    caller: dict[str, Any] = {"roles": ["home"], "personal_number": personal_number}
    answers, rows = stage.answers(), stage.rows(stage.harness.tenant)
    reply = stage.ask(operation_name, **caller)
    assert unlogged(stage.rows(stage.harness.tenant)) == unlogged(rows)
    assert {name for name, answer in stage.answers().items() if answer != answers[name]} <= {"list_access"}
    if path_parameters(stage.harness.service, operation_name):
        assert reply["fault"]["status"] == 404, reply
        assert reply == stage.ask(operation_name, elsewhere=True, **caller)
    assert not known_in(stage, reply)


def unlogged(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the log of access, in which it stands that the neighbour has seen its own home."""
    return {table: found for table, found in rows.items() if not table.startswith("access_")}


def known_in(stage: Stage, reply: Reply) -> list[str]:
    """The things of the scene that a reply speaks of."""
    own = [*(value for value in stage.scene.ids.values() if _ID.search(value)), *stage.scene.texts]
    return [value for value in own if value in json.dumps(reply)]


def check(stage: Stage, operation_name: str, caller: dict[str, Any]) -> None:
    """Another municipality asks with this one's ids: it gets nothing, and nothing of this one changes."""
    declared = stage.harness.service.operations()[operation_name]
    other = stage.harness.new_tenant()
    answers, rows = stage.answers(), stage.rows(stage.harness.tenant)
    reply = stage.ask(operation_name, tenant=other, **caller)
    assert stage.rows(stage.harness.tenant) == rows
    assert stage.answers() == answers
    named = path_parameters(stage.harness.service, operation_name)
    found_everywhere = declared.creates or operation_name in stage.scene.everywhere
    refusal = stage.scene.refused.get(operation_name, 404 if named and not found_everywhere else None)
    if refusal is not None:
        assert "fault" in reply, f"{operation_name} was done: {reply}"
        assert reply["fault"]["status"] == refusal
        unknown = stage.ask(operation_name, elsewhere=True, tenant=other, **caller)
        assert reply == unknown, "it can tell another municipality's thing from one that is nowhere"
        kept = stage.rows(other).items()
        business = {table: found for table, found in kept if not table.startswith("tenant_") and table not in TRIES}
        assert not any(business.values()), "the other municipality has rows of a thing that it may not see"
        return
    assert "body" in reply, f"{operation_name}: state a body, or its refusal, in the scene: {reply}"
    if declared.paged:
        assert reply["body"]["total"] == 0
    assert not known_in(stage, reply)


@pytest.mark.parametrize(("name", "event"), REACTIONS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.usefixtures("attempt")
class TestReactions:
    def test_an_event_of_another_municipality_about_the_same_things_changes_nothing_here(
        self, stage_of: Callable[[str], Stage], name: str, event: Event
    ) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        answers, rows = stage.answers(), stage.rows(stage.harness.tenant)
        outcome = stage.harness.deliver(
            event, stage.harness.message(event, dict(stage.scene.events[event]), tenant=other)
        )
        assert outcome.done or "TooEarly" in outcome.reason, outcome.reason
        assert stage.rows(stage.harness.tenant) == rows
        assert stage.answers() == answers

    def test_its_own_event_reaches_no_other(self, stage_of: Callable[[str], Stage], name: str, event: Event) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        before = stage.rows(other)
        recorded = json.loads(stage.harness.message(event, dict(stage.scene.events[event])))
        stage.harness.deliver(event, json.dumps(recorded).encode())
        assert stage.rows(other) == before


@pytest.mark.parametrize(("name", "duty_name"), DUTIES)
@pytest.mark.usefixtures("attempt")
class TestDuties:
    def test_one_of_another_municipality_about_the_same_things_changes_nothing_here(
        self, stage_of: Callable[[str], Stage], name: str, duty_name: str
    ) -> None:
        check_duty(stage_of(name), duty_name)

    def test_its_own_reaches_no_other(self, stage_of: Callable[[str], Stage], name: str, duty_name: str) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        before = stage.rows(other)
        stage.carry_out(duty_name, tenant=stage.harness.tenant)
        assert stage.rows(other) == before


def check_duty(stage: Stage, duty_name: str) -> None:
    """Another municipality's duty names this one's thing: it finds nothing, and nothing of this one changes."""
    other = stage.harness.new_tenant()
    answers, rows = stage.answers(), stage.rows(stage.harness.tenant)
    stage.carry_out(duty_name, tenant=other)
    assert stage.rows(stage.harness.tenant) == rows
    assert stage.answers() == answers
    own = {table for table, found in stage.rows(other).items() if found and not table.startswith("tenant_")}
    assert own <= {"duty", "duty_done", "access_watch"}, (
        f"the other municipality has rows of a thing that it may not see: {own}"
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_table_is_under_its_tenant(database_of: Callable[[str], Urls], name: str) -> None:
    with psycopg.connect(database_of(name).admin) as connection:
        assert catalogue.problems(connection) == []


@pytest.fixture(scope="module")
def scratch(servers: Platform) -> Iterator["psycopg.Connection[Any]"]:
    """A database like intake's, to spoil."""
    with psycopg.connect(fresh_database(servers, "intake", "test_scratch").admin) as connection:
        yield connection


class TestTheCatalogueCheckItself:
    """It sees what a person would forget."""

    @pytest.mark.parametrize(
        ("spoil", "seen"),
        [
            ("create table forgotten (id text primary key, tenant text not null)", "forgotten: tenant is"),
            ("create table forgotten (id text)", "forgotten: tenant is None"),
            (
                "create table forgotten (tenant text not null default current_tenant())",
                "forgotten: row level security (enabled, forced) is (False, False)",
            ),
            ("alter table application no force row level security", "application: row level security"),
            ("alter table application disable row level security", "application: row level security"),
            ("drop policy tenant on application", "application: its policies are []"),
            ("create policy more on application using (true)", "application: its policies are"),
            ("alter policy tenant on application using (true)", "application: its policies are"),
            ("alter policy tenant on application with check (true)", "application: its policies are"),
            ("create table forgotten (tenant text default current_tenant())", "forgotten: tenant is"),
            ("alter table applicant alter tenant drop default", "applicant: tenant is"),
            ("create unique index one on application (reference)", "application: the unique index one does not"),
            ("create unique index one on application (lower(reference))", "application: the unique index one does not"),
            (
                """create unique index one on application (id);
                alter table applicant add constraint far foreign key (application_id) references application (id)""",
                "applicant: the foreign key far does not begin with tenant",
            ),
            ("create view everything as select * from application", "everything: a view or foreign table"),
            (
                "create function peep() returns bigint security definer language sql as 'select count(*) from tenant'",
                "peep: a function runs with its owner's rights",
            ),
            ("grant truncate on application to hemvist_intake", "application: hemvist_intake has TRUNCATE"),
            ("grant select on application to public", "application: - has SELECT"),
        ],
    )
    def test_what_was_forgotten_is_seen(self, scratch: "psycopg.Connection[Any]", spoil: str, seen: str) -> None:
        with scratch.transaction(force_rollback=True):
            assert catalogue.problems(scratch) == []
            scratch.execute(spoil)
            found = catalogue.problems(scratch)
        assert [problem for problem in found if problem.startswith(seen)], found


class TestTheOperationCheckItself:
    """With row level security taken away it sees the leak."""

    APPLICATIONS = ("application", "applicant", "contact_attempt")
    SETTINGS = ("setting", "setting_change")

    @pytest.mark.parametrize(
        ("operation_name", "tables"),
        [
            ("get_application", APPLICATIONS),
            ("list_applications", APPLICATIONS),
            ("record_contact", APPLICATIONS),
            ("get_setting", SETTINGS),
            ("list_setting_changes", SETTINGS),
            ("confirm_setting", SETTINGS),
        ],
    )
    def test_a_leak_is_seen(
        self, stage_of: Callable[[str], Stage], operation_name: str, tables: tuple[str, ...]
    ) -> None:
        stage = stage_of("intake")
        try:
            for table in tables:
                stage.admin.execute(f"alter table {table} disable row level security")
            with pytest.raises(AssertionError):
                check(stage, operation_name, {})
        finally:
            for table in tables:
                stage.admin.execute(f"alter table {table} enable row level security")


class TestTheCoverageCheckItself:
    """A service with something new that no scene knows."""

    class Seen(EventData):
        """Something."""

        thing_id = fields.String(required=True)

    class Body(Schema):
        """A body without an example."""

        name = fields.String(required=True)

    EVENT = Event(source="strange", name="thing_seen", version=1, subject="thing_id", data=Seen)
    KERNEL = {"preview_id": "1", "run_id": "1", "hold_id": "1", "access_alert_id": "strange.1", "export_id": "1"}
    IDS = {
        "thing_id": "1",
        "setting_name": "strange.one",
        "setting_change_id": "strange.1",
        "webhook_id": "1",
        **KERNEL,
    }
    SUBJECTS = dict.fromkeys(
        ("deliver_webhook", "tell_webhooks", "send_nudge", "look_through", "weed_files", GATHER.name), "1"
    )

    def strange(self, **declared: Any) -> type[Service]:
        def handler(unit: Unit, thing_id: str) -> Answer:
            return Answer({})

        new = Operation(
            name="get_thing",
            route="GET /things/<thing_id>",
            en="",
            sv="",
            roles=frozenset({"x"}),
            answer=Schema,
            **declared,
        )
        room = ModuleType("strange")
        vars(room).update(GET_THING=new, get_thing=handler, on_thing_seen=each(lambda _unit, _data: None))

        class Strange(Service):
            """Nobody has thought of it."""

            name = "strange"
            contract = room
            rooms = (room,)
            reacts_to = (TestTheCoverageCheckItself.EVENT,)

        return Strange

    def test_an_operation_and_a_reaction_without_a_case_are_seen(self) -> None:
        kernels = dict.fromkeys(("look_through", "send_nudge", "weed_files", GATHER.name), "1")
        scene = Scene(ids=self.KERNEL, subjects=kernels)
        assert uncovered(self.strange(reads=True), scene) == [
            "get_thing: the scene names no thing_id",
            "get_setting: the scene names no setting_name",
            "change_setting: the scene names no setting_name",
            "confirm_setting: the scene names no setting_change_id",
            "remove_webhook: the scene names no webhook_id",
            "rotate_webhook_secret: the scene names no webhook_id",
            "on_thing_seen: the scene has no event of it",
            "deliver_webhook: the scene names no subject of this duty",
            "tell_webhooks: the scene names no subject of this duty",
        ]

    def test_one_that_claims_to_concern_no_municipality_needs_a_reason(self) -> None:
        scene = Scene(ids=self.IDS, subjects=self.SUBJECTS, events={self.EVENT: {}})
        assert uncovered(self.strange(tenantless=True), scene) == [
            "get_thing concerns no municipality: state the reason in TENANTLESS"
        ]

    def test_a_body_has_to_come_from_somewhere(self) -> None:
        scene = Scene(ids=self.IDS, subjects=self.SUBJECTS, events={self.EVENT: {}})
        assert uncovered(self.strange(body=self.Body), scene) == [
            "get_thing: neither the contract nor the scene has a body"
        ]

    def test_a_scene_that_speaks_of_what_is_gone_is_seen(self) -> None:
        scene = Scene(ids=self.IDS, subjects=self.SUBJECTS, events={self.EVENT: {}}, bodies={"sing": {}})
        assert uncovered(self.strange(reads=True), scene) == [
            "sing: the scene speaks of an operation that is not there"
        ]

    def test_one_that_is_covered_is_not_seen(self) -> None:
        scene = Scene(ids=self.IDS, subjects=self.SUBJECTS, events={self.EVENT: {}})
        assert uncovered(self.strange(reads=True), scene) == []
