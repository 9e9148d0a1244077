"""The migrations make what the models say, and can be undone."""

from collections.abc import Callable

from services.kernel import migration
from tests.conftest import Platform, Urls, fresh_database


class TestMigration:
    def test_the_migrations_make_what_the_models_say(self, database_of: Callable[[str], Urls]) -> None:
        migration.check("compensation", database_of("compensation").owner)

    def test_down_to_nothing_and_up_again(self, servers: Platform) -> None:
        urls = fresh_database(servers, "compensation", "test_compensation_history")
        migration.downgrade("compensation", urls.owner, "base")
        migration.upgrade("compensation", urls.owner)
        migration.check("compensation", urls.owner)
