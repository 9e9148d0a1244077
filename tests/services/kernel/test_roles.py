"""What the database itself refuses: the code may forget the tenant, the tables do not."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from services.kernel.contracts.personal_data import ExportPersonalData
from services.kernel.contracts.webhooks import AddWebhook
from services.kernel.testing import Harness
from tests.services.kernel.conftest import House, protect

Connection = psycopg.Connection[Any]
TENANTED = (
    "thing",
    "part",
    "outbox",
    "told",
    "inbox",
    "idempotency",
    "tenant_key",
    "tenant_settings",
    "setting",
    "setting_change",
    "access_line",
    "access_subject",
    "search_word",
    "staff_member",
    "colleague",
    "retention_preview",
    "retention_item",
    "retention_run",
    "retention_hold",
    "weeded",
    "webhook",
    "personal_data_export",
    "personal_data_page",
    "personal_data_file",
    "nudge",
)


_FILE = """insert into personal_data_file (id, export_id, media_type, size, content_hash, created_at, created_by, name,
    file_key) values ('f', %s, 't', 1, '', now(), 'anna', '', '')"""


@pytest.fixture
def connect(probe_house: House) -> Iterator[Callable[[str], Connection]]:
    """A connection as `service`, `owner` or `relay`; each statement a transaction of its own."""
    opened: list[Connection] = []

    def make(role: str) -> Connection:
        opened.append(psycopg.connect(getattr(probe_house.urls, role), autocommit=True))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


@pytest.fixture
def thing(probe: Harness) -> str:
    """Something that lies in the tables, so that a policy is asked."""
    body = {"value": 9, "reason": "Because."}
    probe.do("change_setting", setting_name="probe.patience", body=body, if_match="*")
    protect(probe, "ivar")
    probe.do("add_webhook", body=AddWebhook.example)
    return str(probe.do("make_thing", body={"name": "one"}, idempotency_key="k")["id"])


def as_tenant(connection: Connection, slug: str) -> None:
    connection.execute("select set_config('hemvist.tenant', %s, false)", (slug,))


class TestCurrentTenant:
    def test_it_raises_when_it_was_never_set(self, connect: Callable[[str], Connection]) -> None:
        with pytest.raises(InsufficientPrivilege, match="no tenant in this transaction"):
            connect("service").execute("select current_tenant()")

    def test_it_raises_when_it_is_empty(self, connect: Callable[[str], Connection]) -> None:
        connection = connect("service")
        as_tenant(connection, "")
        with pytest.raises(InsufficientPrivilege, match="no tenant in this transaction"):
            connection.execute("select current_tenant()")

    def test_after_a_unit_it_raises_although_the_setting_is_then_the_empty_string(
        self, connect: Callable[[str], Connection], probe: Harness, thing: str
    ) -> None:
        connection = connect("service")
        with connection.transaction():
            connection.execute("select set_config('hemvist.tenant', %s, true)", (probe.tenant,))
            assert connection.execute("select count(*) from thing").fetchone() == (1,)
        assert connection.execute("select current_setting('hemvist.tenant', true)").fetchone() == ("",)
        for statement in (
            "select * from thing",
            "update thing set size = 2",
            "delete from thing",
            "insert into part (id, thing_id) values ('p', 't')",
            "insert into part (tenant, id, thing_id) values ('', 'p', 't')",
        ):
            with pytest.raises(InsufficientPrivilege, match="no tenant in this transaction"):
                connection.execute(statement)


class TestServiceRole:
    def test_it_owns_nothing_and_stands_above_nothing(self, admin: Connection, probe_house: House) -> None:
        for role in (probe_house.role, f"{probe_house.role}_relay"):
            row = admin.execute(
                "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles "
                "where rolname = %s",
                (role,),
            ).fetchone()
            assert row == (False,) * 5
            owned = admin.execute(
                "select (select count(*) from pg_class where relowner = %(role)s::regrole)"
                " + (select count(*) from pg_proc where proowner = %(role)s::regrole)"
                " + (select count(*) from pg_namespace where nspowner = %(role)s::regrole)"
                " + (select count(*) from pg_auth_members where member = %(role)s::regrole)",
                {"role": role},
            ).fetchone()
            assert owned == (0,)

    @pytest.mark.parametrize(
        "statement",
        [
            "alter table thing disable row level security",
            "alter table thing no force row level security",
            "drop policy tenant on thing",
            "create policy all_of_it on thing using (true)",
            "truncate thing",
            "drop table part",
            "create table mine (id text)",
            "create function current_tenant2() returns text language sql as 'select 1::text'",
            "create or replace function current_tenant() returns text language sql as $$ select 'x'::text $$",
            "set role hemvist_probe_owner",
            "set session authorization hemvist_probe_owner",
            "alter role hemvist_probe bypassrls",
            "select * from outbox",
            "delete from outbox",
            "update outbox set routing_key = 'x'",
            "insert into told (routing_key, told_at, envelope) values ('x', now(), '{}')",
            "update told set envelope = '{}'",
            "update inbox set event_id = 'x'",
            "update idempotency set answer = ''",
            "insert into tenant_key (version, wrapped) values (2, '')",
            "update tenant_key set wrapped = ''",
            "delete from tenant_key",
            "update tenant_settings set settings = '{}'",
            "update access_line set actor = 'bo'",
            "delete from access_line",
            "truncate access_line",
            "delete from access_subject",
            "select * from access_line_other",
            "insert into access_line_other (id) values ('x')",
            "drop table access_line_other",
            "create table mine partition of access_line for values from ('2001-01-01') to ('2001-02-01')",
            "update search_word set id = 'x'",
            "create or replace function forget_words() returns trigger language plpgsql as 'begin return null; end'",
            "delete from staff_member",
            "delete from retention_run",
            "update personal_data_page set items = ''",
            "update personal_data_file set file_key = ''",
            "update retention_hold set reason = ''",
            "update retention_hold set subject = 'x'",
            "truncate weeded",
            "delete from setting",
            "delete from setting_change",
            "update setting_change set value = '1'",
            "update setting_change set by = 'bo'",
            "update setting_change set reason = ''",
            "update setting_change set at = now()",
            "insert into tenant (slug, municipality_code, name, contact) values ('x', '1', 'x', '{}')",
            "delete from tenant",
            "select * from alembic_version",
            "select pg_read_file('/etc/passwd')",
            "copy thing to program 'cat'",
        ],
    )
    def test_it_may_not(
        self,
        statement: str,
        connect: Callable[[str], Connection],
        probe: Harness,
        probe_house: House,
        thing: str,
        admin: Connection,
    ) -> None:
        admin.execute("create table if not exists alembic_version (version_num text)")
        connection = connect("service")
        as_tenant(connection, probe.tenant)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement.replace("hemvist_probe", probe_house.role))

    def test_switching_row_security_off_shows_an_error_and_no_row(
        self, connect: Callable[[str], Connection], probe: Harness, thing: str
    ) -> None:
        connection = connect("service")
        as_tenant(connection, probe.tenant)
        connection.execute("set row_security = off")
        with pytest.raises(InsufficientPrivilege, match="row-level security"):
            connection.execute("select * from thing")

    def test_it_reads_the_keys_of_its_tenant_only(self, connect: Callable[[str], Connection], probe: Harness) -> None:
        other = probe.new_tenant()
        connection = connect("service")
        for slug in (probe.tenant, other):
            as_tenant(connection, slug)
            rows = connection.execute("select tenant from tenant_key").fetchall()
            assert rows == [(slug,)]

    def test_an_event_for_another_tenant_can_not_be_recorded(
        self, connect: Callable[[str], Connection], probe: Harness
    ) -> None:
        other = probe.new_tenant()
        connection = connect("service")
        as_tenant(connection, probe.tenant)
        with pytest.raises(InsufficientPrivilege, match="row-level security"):
            connection.execute("insert into outbox (tenant, routing_key, envelope) values (%s, 'x', '{}')", (other,))


class TestRelayRole:
    def test_it_takes_the_events_of_all_tenants(
        self, connect: Callable[[str], Connection], probe: Harness, thing: str, admin: Connection
    ) -> None:
        probe.do("make_thing", body={"name": "other"}, tenant=probe.new_tenant())
        everything = admin.execute("select count(*) from outbox").fetchone()
        assert connect("relay").execute("select count(*) from outbox").fetchone() == everything
        assert everything is not None
        assert everything[0] >= 2

    @pytest.mark.parametrize(
        "statement",
        [
            "insert into outbox (tenant, routing_key, envelope) values ('x', 'x', '{}')",
            "update outbox set routing_key = 'x'",
            "truncate outbox",
            "update told set envelope = '{}'",
            "delete from told",
            "insert into duty (tenant, name, subject, due_at) values ('x', 'make_later', 'x', now())",
            "update duty set due_at = now()",
            "delete from duty",
            "select name from duty",
            "select id from webhook",
            "update webhook set position = 0",
            *(f"select * from {table}" for table in (*TENANTED, "tenant") if table != "outbox"),
        ],
    )
    def test_it_may_nothing_else(
        self, statement: str, connect: Callable[[str], Connection], probe: Harness, thing: str
    ) -> None:
        connection = connect("relay")
        as_tenant(connection, probe.tenant)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement)


class TestOwnerRole:
    @pytest.mark.parametrize("table", TENANTED)
    def test_it_is_bound_too(
        self, table: str, connect: Callable[[str], Connection], probe: Harness, admin: Connection
    ) -> None:
        admin.execute("truncate part, thing, inbox, idempotency, outbox, told, staff_member")
        for slug in (probe.tenant, probe.new_tenant()):
            made = probe.do("make_thing", body={"name": "one"}, tenant=slug, idempotency_key="k")
            as_tenant(admin, slug)
            admin.execute("insert into part (id, thing_id) values ('p', %s)", (made["id"],))
            admin.execute("insert into inbox (reaction, event_id) values ('r', 'e')")
            admin.execute("insert into staff_member values (default, 's', 'ivar', true, 1, now())")
            admin.execute("insert into told (routing_key, told_at, envelope) values ('x', now(), '{}')")
            admin.execute("insert into search_word (word, kind, id, row_id) values (1, 'thing', 't', 't')")
            body = {"value": 9, "reason": "Because."}
            probe.do("change_setting", setting_name="probe.patience", body=body, if_match="*", tenant=slug)
            probe.now = None
            preview = probe.do("preview_retention", tenant=slug)["id"]
            probe.do("run_retention", body={"preview_id": preview, "reason": "Because."}, tenant=slug, actor="bo")
            probe.do("place_hold", body={"subject": "t", "reason": "Because."}, tenant=slug)
            item = "insert into retention_item (id, preview_id, rank, kind, finish_by) values ('i', %s, 0, 'k', now())"
            admin.execute(item, (preview,))
            admin.execute("insert into weeded (id, version, at) values ('w', 0, now())")
            probe.do("add_webhook", body=AddWebhook.example, tenant=slug)
            export = probe.do("export_personal_data", body=ExportPersonalData.example, tenant=slug)["id"]
            admin.execute("insert into personal_data_page (id, export_id, items) values ('p', %s, '')", (export,))
            admin.execute(_FILE, (export,))
            admin.execute(
                "insert into nudge (id, kind, subject, home_id, recipient, is_urgent, state, planned_at) "
                "values ('n', 'thing', 't', 'h', 'h', false, 'off', now())"
            )
            admin.execute("insert into tenant_settings (settings) values ('{}') on conflict do nothing")
            admin.execute("delete from colleague where actor = 'bo'")
        connection = connect("owner")
        with pytest.raises(InsufficientPrivilege, match="no tenant in this transaction"):
            connection.execute(f"select * from {table}")
        as_tenant(connection, probe.tenant)
        assert connection.execute(f"select distinct tenant from {table}").fetchall() == [(probe.tenant,)]
