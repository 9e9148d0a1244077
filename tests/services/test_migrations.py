"""Every service's migrations make what its models say, and can be undone."""

import psycopg
import pytest

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
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

    def test_twice_changes_nothing(self, servers: Platform, service: str) -> None:
        urls = fresh_database(servers, service, f"test_{service}_twice")
        migration.upgrade(service, urls.owner)
        migration.check(service, urls.owner)
