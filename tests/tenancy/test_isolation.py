"""No municipality reaches another's things: every table, every operation and every reaction, found by looking.

In each service one municipality has one of everything; another one tries each operation with the first one's ids, and
receives each event about the first one's things. It gets nothing of it, and the first one's rows and answers stay as
they were. See `tests/tenancy/scenes` for what a new operation needs.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import psycopg
import pytest
from marshmallow import fields

from deploy.cli.names import SERVICES as NAMES
from deploy.cli.platform import Platform
from services.kernel.contracts import Event, EventData, Operation, Schema
from services.kernel.process.service import Service
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.kernel.work.personal_data import GATHER
from services.kernel.work.reactions import each
from tests.conftest import Urls, fresh_database
from tests.contract.house import SERVICES
from tests.tenancy import catalogue
from tests.tenancy.coverage import TENANTLESS, path_parameters, uncovered
from tests.tenancy.scenes import ANNA, NEIGHBOUR, Scene
from tests.tenancy.stage import Stage, known_in, live_beside, unlogged

OPERATIONS = [
    (name, operation)
    for name, service in SERVICES.items()
    for operation in service.operations()
    if operation not in TENANTLESS
]
FOR_HOMES = [(name, asked) for name, asked in OPERATIONS if "home" in SERVICES[name].operations()[asked].roles]
READ_BY_HOMES = [(name, asked) for name, asked in FOR_HOMES if SERVICES[name].operations()[asked].reads]
DUTIES = [(name, duty) for name, service in SERVICES.items() for duty in service.duties()]
REACTIONS = [(name, event) for name, service in SERVICES.items() for event in service.reactions()]


#: What is left of a request that was refused, with the reason.
TRIES = {"asked_reference": "that it was tried there, whether or not there is such a thing"}


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
def test_another_municipality_reaches_nothing_by_an_operation(
    stage_of: Callable[[str], Stage], name: str, operation_name: str
) -> None:
    check(stage_of(name), operation_name, {})


@pytest.mark.parametrize(("name", "operation_name"), FOR_HOMES)
@pytest.mark.usefixtures("attempt")
class TestHomes:
    def test_one_of_another_municipality_reaches_nothing_by_it(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        """Anna has a home in the one and applies for one in the other: the same personal number is in both tokens."""
        check(stage_of(name), operation_name, {"roles": ["home"], "personal_number": ANNA})

    def test_another_of_the_same_municipality_reaches_nothing_by_it(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        check_neighbour(stage_of(name), operation_name)

    def test_whoever_lives_nowhere_reaches_nothing_either(
        self, stage_of: Callable[[str], Stage], name: str, operation_name: str
    ) -> None:
        check_neighbour(stage_of(name), operation_name, personal_number=None)


@pytest.mark.parametrize(("name", "operation_name"), READ_BY_HOMES)
def test_the_home_itself_reads_what_the_other_shall_not(
    stage_of: Callable[[str], Stage], name: str, operation_name: str
) -> None:
    reply = stage_of(name).ask(operation_name, roles=["home"], personal_number=ANNA)
    assert "body" in reply, reply
    assert known_in(stage_of(name), reply), f"{operation_name}: the scene holds nothing of Anna's home"


def check_neighbour(stage: Stage, operation_name: str, *, personal_number: str | None = NEIGHBOUR) -> None:
    """Somebody of another home asks with the ids of Anna's: it is answered as if they were nowhere."""
    caller: dict[str, Any] = {"roles": ["home"], "personal_number": personal_number}
    rows = stage.rows(stage.harness.tenant)
    reply = stage.ask(operation_name, **caller)
    assert unlogged(stage.rows(stage.harness.tenant)) == unlogged(rows)
    if path_parameters(stage.harness.service, operation_name):
        assert reply["fault"]["status"] == 404, reply
        assert reply == stage.ask(operation_name, elsewhere=True, **caller)
    assert not known_in(stage, reply)


def check(stage: Stage, operation_name: str, caller: dict[str, Any]) -> None:
    """Another municipality asks with this one's ids: it gets nothing, and nothing of this one changes."""
    declared = stage.harness.service.operations()[operation_name]
    other = stage.harness.new_tenant()
    rows = stage.rows(stage.harness.tenant)
    reply = stage.ask(operation_name, tenant=other, **caller)
    assert stage.rows(stage.harness.tenant) == rows
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


@pytest.mark.parametrize("name", NAMES)
class TestAnswers:
    """Each operation alone changes no row of the municipality's; together they change nothing that it is answered."""

    def test_what_another_municipality_has_and_does_is_in_none(
        self, stage_of: Callable[[str], Stage], name: str
    ) -> None:
        stage = stage_of(name)
        answers = stage.answers()
        live_beside(stage)
        assert stage.otherwise(answers) == set()

    def test_what_another_home_asks_is_in_none_but_the_log_of_access(
        self, stage_of: Callable[[str], Stage], name: str
    ) -> None:
        stage = stage_of(name)
        answers = stage.answers()
        for asked in [asked for service, asked in FOR_HOMES if service == name]:
            for personal_number in (NEIGHBOUR, None):
                stage.ask(asked, roles=["home"], personal_number=personal_number)
        assert stage.otherwise(answers) <= {"list_access"}


@pytest.mark.parametrize(("name", "event"), REACTIONS, ids=lambda value: getattr(value, "name", value))
@pytest.mark.usefixtures("attempt")
class TestReactions:
    def test_an_event_of_another_municipality_about_the_same_things_changes_nothing_here(
        self, stage_of: Callable[[str], Stage], name: str, event: Event
    ) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        rows = stage.rows(stage.harness.tenant)
        outcome = stage.deliver(event, tenant=other)
        assert outcome.done or "TooEarly" in outcome.reason, outcome.reason
        assert stage.rows(stage.harness.tenant) == rows

    def test_its_own_event_reaches_no_other(self, stage_of: Callable[[str], Stage], name: str, event: Event) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        before = stage.rows(other)
        stage.deliver(event, tenant=stage.harness.tenant)
        assert stage.rows(other) == before


@pytest.mark.parametrize(("name", "duty_name"), DUTIES)
@pytest.mark.usefixtures("attempt")
class TestDuties:
    def test_one_of_another_municipality_about_the_same_things_changes_nothing_here(
        self, stage_of: Callable[[str], Stage], name: str, duty_name: str
    ) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        rows = stage.rows(stage.harness.tenant)
        stage.carry_out(duty_name, tenant=other)
        assert stage.rows(stage.harness.tenant) == rows
        own = {table for table, found in stage.rows(other).items() if found and not table.startswith("tenant_")}
        assert own <= {"duty", "duty_done", "access_watch"}, (
            f"the other municipality has rows of a thing that it may not see: {own}"
        )

    def test_its_own_reaches_no_other(self, stage_of: Callable[[str], Stage], name: str, duty_name: str) -> None:
        stage = stage_of(name)
        other = stage.harness.new_tenant()
        before = stage.rows(other)
        stage.carry_out(duty_name, tenant=stage.harness.tenant)
        assert stage.rows(other) == before


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
        with unprotected(stage, tables), pytest.raises(AssertionError):
            check(stage, operation_name, {})

    @pytest.mark.parametrize("name", NAMES)
    def test_every_list_would_show_what_another_municipality_has(
        self, stage_of: Callable[[str], Stage], name: str
    ) -> None:
        stage = stage_of(name)
        answers = stage.answers()
        live_beside(stage)
        with unprotected(stage, catalogue.tables(stage.admin)):
            assert lists_of_all(stage.harness.service) - stage.otherwise(answers) == set()


def lists_of_all(service: type[Service]) -> set[str]:
    """The lists that are of no single thing."""
    paged = [name for name, declared in service.operations().items() if declared.paged]
    return {name for name in paged if not path_parameters(service, name)}


@contextmanager
def unprotected(stage: Stage, tables: Sequence[str]) -> Iterator[None]:
    """Without row level security on these tables."""
    try:
        for table in tables:
            stage.admin.execute(f"alter table {table} disable row level security")
        yield
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
