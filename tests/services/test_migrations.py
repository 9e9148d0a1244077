"""Every service's migrations make what its models say, and can be undone."""

from datetime import timedelta

import psycopg
import pytest

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.rows import migration
from tests.conftest import fresh_database


@pytest.mark.parametrize("service", SERVICES)
class TestMigrations:
    def test_they_make_what_the_models_say_and_go_down_to_nothing_and_up_again(
        self, servers: Platform, service: str
    ) -> None:
        urls = fresh_database(servers, service, f"test_{service}_history")
        migration.check(service, urls.owner)
        migration.downgrade(service, urls.owner, "base")
        with psycopg.connect(urls.owner) as connection:
            left = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        assert left == [("alembic_version",)]
        migration.upgrade(service, urls.owner)
        migration.check(service, urls.owner)

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

    def test_twice_changes_nothing(self, servers: Platform, service: str) -> None:
        urls = fresh_database(servers, service, f"test_{service}_twice")
        migration.upgrade(service, urls.owner)
        migration.check(service, urls.owner)
