"""What holds the service together: migrations, routes, and the examples of its contract."""

import pytest

from deploy.cli.platform import Platform
from gateway.routes.investigation import ROUTES
from services.investigation.service import Investigation
from services.kernel import migration
from services.kernel.contracts import Operation, load
from tests.conftest import fresh_database

OPERATIONS = Investigation.operations()


class TestMigrations:
    def test_they_make_what_the_models_say_and_go_down_and_up_again(self, servers: Platform) -> None:
        urls = fresh_database(servers, "investigation", "test_investigation_migrations")
        migration.check("investigation", urls.owner)
        migration.downgrade("investigation", urls.owner, "base")
        migration.upgrade("investigation", urls.owner)
        migration.check("investigation", urls.owner)


class TestContract:
    def test_every_operation_has_one_route(self) -> None:
        assert sorted(route.operation.name for route in ROUTES) == sorted(OPERATIONS)

    @pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
    def test_the_examples_are_valid(self, operation: Operation) -> None:
        for schema in (operation.body, operation.answer):
            if schema is not None:
                assert schema.example
                load(schema, schema.example)
