"""Every service's migrations make what its models say, and can be undone."""

from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
import sqlalchemy

from deploy.cli import ports
from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from services.kernel.basics import clock
from services.kernel.basics.days import add_months
from services.kernel.basics.ids import new_id
from services.kernel.rows.migration import running
from tests.conftest import fresh_database


def columns_in(database: str) -> list[tuple[str, ...]]:
    """The columns of every table, and the revision."""
    with psycopg.connect(database) as connection:
        return connection.execute("""
            select table_name, column_name, data_type, is_nullable from information_schema.columns
            where table_schema = 'public' union all select 'revision', version_num, '', '' from alembic_version
            order by 1, 2""").fetchall()


@pytest.mark.parametrize("service", SERVICES)
class TestMigrations:
    def test_they_make_what_the_models_say_and_go_down_to_nothing_and_up_again(
        self, servers: Platform, service: str
    ) -> None:
        urls = fresh_database(servers, service, f"test_{service}_history")
        running.check(service, urls.owner)
        running.downgrade(service, urls.owner, "base")
        with psycopg.connect(urls.owner) as connection:
            left = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        assert left == [("alembic_version",)]
        running.upgrade(service, urls.owner)
        running.check(service, urls.owner)

    def test_the_log_of_access_has_a_table_for_this_month_and_the_next_and_its_lines_lie_there(
        self, servers: Platform, service: str
    ) -> None:
        urls = fresh_database(servers, service, f"test_{service}_months")
        now = clock.now()
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            connection.execute("select set_config('hemvist.tenant', 'orebro', false)")
            for at in (now, now.replace(day=1) + timedelta(days=32), now.replace(year=1999)):
                connection.execute(
                    "insert into access_line (id, at, actor, roles, operation, subjects, request_id) "
                    "values (%s, %s, 'anna', '{}', 'look', '[]', 'r')",
                    (new_id(), at),
                )
            found = connection.execute("select tableoid::regclass::text from access_line order by at desc").fetchall()
        next_month = now.replace(day=1) + timedelta(days=32)
        assert [table for (table,) in found] == [
            f"access_line_{next_month:%Y_%m}",
            f"access_line_{now:%Y_%m}",
            "access_line_other",
        ]

    def test_a_month_of_the_log_of_access_goes_when_ten_years_have_passed(
        self, servers: Platform, service: str
    ) -> None:
        urls = fresh_database(servers, service, f"test_{service}_old_months")
        now = clock.now()
        this_month = add_months(date(now.year, now.month, 1), -120)
        old, kept = f"{add_months(this_month, -1):%Y_%m}", f"{this_month:%Y_%m}"
        with psycopg.connect(urls.owner, autocommit=True) as connection:
            for name in (old, kept):
                first = date(*map(int, name.split("_")), 1)
                for table in ("access_line", "access_subject"):
                    connection.execute(
                        f"create table {table}_{name} partition of {table} "
                        f"for values from ('{first}') to ('{add_months(first, 1)}')"
                    )
            running.upgrade(service, urls.owner)
            rows = connection.execute("select relname from pg_class where relname like 'access_line_20%'").fetchall()
        names = {name for (name,) in rows}
        assert f"access_line_{old}" not in names
        assert f"access_line_{kept}" in names
        assert f"access_line_{now:%Y_%m}" in names

    def test_twice_changes_nothing(self, servers: Platform, service: str) -> None:
        urls = fresh_database(servers, service, f"test_{service}_twice")
        before = columns_in(urls.owner)
        running.upgrade(service, urls.owner)
        assert columns_in(urls.owner) == before
        running.check(service, urls.owner)


def test_they_find_the_server_that_leads_among_several(servers: Platform) -> None:
    """Of two servers the first is gone, and is so alone: libpq's own form of an address says both."""
    owner = urlsplit(fresh_database(servers, "mentorship", "test_mentorship_two_servers").owner)
    gone = ports.choose(["gone"], seed="a server that is gone")["gone"]
    names, place = owner.netloc.rsplit("@", 1)
    two = owner._replace(netloc=f"{names}@127.0.0.1:{gone},{place}", query="target_session_attrs=read-write")
    running.check("mentorship", urlunsplit(two))
    with pytest.raises(sqlalchemy.exc.OperationalError):
        running.check("mentorship", urlunsplit(owner._replace(netloc=f"{names}@127.0.0.1:{gone}")))
