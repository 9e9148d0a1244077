"""What a service's database roles can not do, whatever they say: the service's own, the relay's, and the owner of its
tables, by which only migrations run. Whoever reaches further than the kernel's way is refused by the database itself.

That the service's process names the municipality for which it works is left to it: see SECURITY.md.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

import psycopg
import pytest
from psycopg import errors

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from tests.conftest import Urls, fresh_database
from tests.tenancy import catalogue

Connection = psycopg.Connection[Any]
Attempts = Callable[[int], None]
REFUSALS = (
    errors.InsufficientPrivilege,
    errors.IntegrityConstraintViolation,
    errors.RaiseException,
    errors.FeatureNotSupported,
    errors.ObjectNotInPrerequisiteState,
)

#: Tricks by which somebody who speaks to a database as a service could hope to become more, or to look past it.
TRICKS = {
    "to become the owner": "set role hemvist_{service}_owner",
    "to become the relay": "set role hemvist_{service}_relay",
    "to become another service": "set role hemvist_{other}",
    "to become the superuser": "set role postgres",
    "to be somebody else from now on": "set session authorization postgres",
    "to be given the owner's rights": "grant hemvist_{service}_owner to hemvist_{service}",
    "to be let past the policies": "alter role hemvist_{service} bypassrls",
    "to be made a superuser": "alter role hemvist_{service} superuser",
    "to make a role": "create role more login",
    "to switch the policies off": "alter table {table} disable row level security",
    "to let the owner past them": "alter table {table} no force row level security",
    "to drop the policy": "drop policy tenant on {table}",
    "to add a policy": "create policy more on {table} using (true)",
    "to own the table": "alter table {table} owner to hemvist_{service}",
    "to say which tenant it is": "create or replace function current_tenant() returns text language sql as 'select 1'",
    "to make a function": "create function peep() returns int language sql as 'select 1'",
    "to make a table": "create table more (id int)",
    "to make one for the session": "create temp table more (id int)",
    "to make a view": "create view more as select * from {table}",
    "to make a schema": "create schema more",
    "to make an extension": "create extension dblink",
    "to make a trigger": "create trigger more before insert on {table} execute function current_tenant()",
    "to make a rule": "create rule more as on insert to {table} do nothing",
    "to skip triggers and references": "set session_replication_role = replica",
    "to lock all out": "lock table tenant in access exclusive mode",
    "to empty a table": "truncate {table}",
    "to read a file of the server": "select pg_read_file('/etc/passwd')",
    "to list files of the server": "select pg_ls_dir('/')",
    "to import a file": "select lo_import('/etc/passwd')",
    "to copy from a file": "copy tenant from '/etc/passwd'",
    "to copy into a file": "copy tenant to '/tmp/tenant'",
    "to run a program": "copy tenant to program 'cat'",
    "to run one for input": "copy tenant from program 'cat'",
    "to read passwords": "select rolpassword from pg_authid",
    "to read statistics of all rows": "select stavalues1 from pg_statistic",
    "to read another database's roles' settings": "select passwd from pg_shadow",
    "to change the server": "alter system set row_security = off",
    "to read its settings again": "select pg_reload_conf()",
    "to end another's connection": "select pg_terminate_backend({pid})",
    "to read the log": "select pg_current_logfile()",
    "to follow changes": "select pg_create_logical_replication_slot('more', 'test_decoding')",
    "to publish changes": "create publication more for all tables",
    "to make a foreign server": "create foreign data wrapper more",
}  # fmt: skip
#: What a table is asked for while no municipality is named: nothing of it may come, and nothing go in.
WITHOUT_A_TENANT = ("select * from {table}", "copy {table} to stdout", "update {table} set tenant = tenant",
                    "delete from {table}", "insert into {table} (tenant) values ('other')")  # fmt: skip
#: What it is asked for with one: not past the policies, and for no other.
WITH_A_TENANT = ("select * from {table} where tenant <> 'own'", "delete from {table} where tenant = 'other'",
                 "insert into {table} (tenant) values ('other')", "update {table} set tenant = 'other'",
                 "copy {table} from stdin")  # fmt: skip


#: What a row needs, by the type of a column.
VALUES = {
    "text": "'x'", "bytea": "'x'", "boolean": "false", "date": "current_date", "jsonb": "'{}'",
    "timestamp with time zone": "now()",
}  # fmt: skip


_CHECKS = """select conrelid::regclass::text, conname from pg_constraint
    where contype = 'c' and connamespace = 'public'::regnamespace and coninhcount = 0"""


class Tried:
    """A service's database with a row of two municipalities in each table, for its roles to try."""

    def __init__(self, urls: Urls) -> None:
        self._urls = urls
        with psycopg.connect(urls.admin, autocommit=True) as admin:
            admin.execute("set session_replication_role = replica")
            self.tables = catalogue.tables(admin)
            for table, rule in admin.execute(_CHECKS).fetchall():
                admin.execute(f"alter table {table} drop constraint {rule}")  # the rows need not make sense
            for table in self.tables:
                for tenant in ("own", "other"):
                    admin.execute(_a_row(admin, table), {"tenant": tenant})
            admin.execute("vacuum analyze")

    def by(self, role: str) -> Connection:
        """A connection of one of the roles."""
        return psycopg.connect(getattr(self._urls, role), autocommit=True)


def _a_row(admin: Connection, table: str) -> str:
    columns = admin.execute(
        "select attname, format_type(atttypid, null) from pg_attribute left join pg_attrdef "
        "on adrelid = attrelid and adnum = attnum where attrelid = %s::regclass and attnum > 0 and attnotnull "
        "and not attisdropped and attidentity = '' and attname <> 'tenant' and adbin is null",
        (table,),
    ).fetchall()
    names = "".join(f', "{name}"' for name, _ in columns)
    values = "".join(f", {_value(kind)}" for _, kind in columns)
    return f"insert into {table} (tenant{names}) values (%(tenant)s{values})"


def _value(kind: str) -> str:
    return "'{}'" if kind.endswith("[]") else VALUES.get(kind, "0")


@pytest.fixture(scope="module")
def tried(servers: Platform) -> Callable[[str], Tried]:
    """Each service's, made once."""
    return cache(lambda service: Tried(fresh_database(servers, service, f"test_tried_{service}")))


def rows(connection: Connection, statement: str, tenant: str | None = None) -> int | None:
    """How many rows a statement gives or changes; none is said where it is refused. Nothing of it stays."""
    try:
        with _transaction(connection, statement), connection.cursor() as cursor:
            if tenant is not None:
                cursor.execute("select set_config('hemvist.tenant', %s, true)", (tenant,))
            if statement.startswith("copy"):
                with cursor.copy(statement) as copy:
                    if "stdin" in statement:
                        copy.write(b"\n")
                    return len(list(copy)) if "stdout" in statement else 1
            return cursor.execute(statement).rowcount
    except REFUSALS:
        return None


def _transaction(connection: Connection, statement: str) -> AbstractContextManager[Any]:
    return nullcontext() if statement.startswith("alter system") else connection.transaction(force_rollback=True)


@pytest.mark.parametrize("service", SERVICES)
class TestRoles:
    @pytest.mark.parametrize("role", ["service", "relay"])
    def test_no_trick_makes_more_of_it(
        self, tried: Callable[[str], Tried], attempts: Attempts, service: str, role: str
    ) -> None:
        other = next(name for name in SERVICES if name != service)
        with tried(service).by("admin") as admin, tried(service).by(role) as connection:
            names = {"service": service, "other": other, "table": "duty", "pid": admin.info.backend_pid}
            said = {why: trick.format(**names) for why, trick in TRICKS.items() if why != f"to become the {role}"}
            attempts(len(said))
            assert [why for why, trick in said.items() if rows(connection, trick) is not None] == []

    @pytest.mark.parametrize("role", ["service", "relay", "owner"])
    def test_where_no_municipality_is_named_there_is_no_row(
        self, tried: Callable[[str], Tried], attempts: Attempts, service: str, role: str
    ) -> None:
        """But those that the relay takes, which has policies of its own: `catalogue.MORE_POLICIES`."""
        open_to = {table for table, _ in catalogue.MORE_POLICIES} if role == "relay" else set()
        assert reached(tried(service), attempts, role, WITHOUT_A_TENANT, but_for=open_to) == []

    @pytest.mark.parametrize("role", ["service", "owner"])
    def test_where_one_is_named_no_row_is_anothers_or_becomes_it(
        self, tried: Callable[[str], Tried], attempts: Attempts, service: str, role: str
    ) -> None:
        assert reached(tried(service), attempts, role, WITH_A_TENANT, tenant="own") == []

    @pytest.mark.parametrize("role", ["service", "owner"])
    def test_the_policies_can_not_be_left_out(
        self, tried: Callable[[str], Tried], attempts: Attempts, service: str, role: str
    ) -> None:
        """Without row security PostgreSQL refuses what the policies would change, instead of changing it."""
        statements = ("select * from {table}", "copy {table} to stdout")
        off = "set row_security = off"
        assert reached(tried(service), attempts, role, statements, tenant="own", first=off) == []

    def test_the_planners_statistics_show_it_no_values(
        self, tried: Callable[[str], Tried], attempts: Attempts, service: str
    ) -> None:
        attempts(1)
        with tried(service).by("service") as connection:
            seen = connection.execute("select tablename from pg_stats where schemaname = 'public'").fetchall()
        assert {name for (name,) in seen} <= set(catalogue.WITHOUT_A_TENANT)

    @pytest.mark.parametrize("role", ["service", "relay", "owner"])
    def test_it_enters_no_other_services_database(
        self, servers: Platform, database_of: Callable[[str], Urls], attempts: Attempts, service: str, role: str
    ) -> None:
        others = [name for name in SERVICES if name != service]
        attempts(len(others))
        server = getattr(database_of(service), role).rpartition("/")[0]
        for other in others:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(f"{server}/hemvist_{other}").close()


def reached(
    there: Tried,
    attempts: Attempts,
    role: str,
    statements: tuple[str, ...],
    *,
    tenant: str | None = None,
    but_for: Collection[str] = (),
    first: str = "select 1",
) -> list[str]:
    """What gave or changed a row, of all that each table is asked for."""
    said = [statement.format(table=table) for table in there.tables if table not in but_for for statement in statements]
    attempts(len(said))
    with there.by(role) as connection:
        connection.execute(first)
        return [statement for statement in said if rows(connection, statement, tenant)]
