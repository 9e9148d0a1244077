"""The stages on which municipalities try to reach each other's things, and how often they have tried."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from deploy.cli.platform import Platform
from services.kernel.rows.database import Database
from services.kernel.testing import Harness
from tests.conftest import ATTEMPTS, Urls, master_keys_of, shelves
from tests.contract.house import SERVICES
from tests.tenancy.scenes.settings import declared_in
from tests.tenancy.stage import Stage, play


@pytest.fixture(scope="module")
def stage_of(servers: Platform, database_of: Callable[[str], Urls]) -> Iterator[Callable[[str], Stage]]:
    """Each service's stage, set up once in a module."""
    made: dict[str, Stage] = {}
    master_keys = master_keys_of(servers)

    def make(name: str) -> Stage:
        if name not in made:
            urls = database_of(name)
            declared = {**SERVICES[name].declared_settings(), **declared_in(name)}
            database = Database(urls.service, master_keys, service=name, shelf_of=shelves(name).of, declared=declared)
            harness = Harness(SERVICES[name], database, urls.owner, urls.relay, master_keys)
            harness.tenant = harness.new_tenant()
            made[name] = play(harness, psycopg.connect(urls.admin, autocommit=True))
        return made[name]

    yield make
    for stage in made.values():
        stage.harness.database.close()
        stage.admin.close()


@pytest.fixture
def attempts(record_property: Callable[[str, object], None]) -> Callable[[int], None]:
    """Says how many a test has made; every one was refused, or the test has failed."""
    return lambda count: record_property(ATTEMPTS, count)


@pytest.fixture
def attempt(attempts: Callable[[int], None]) -> None:
    """The test is one."""
    attempts(1)
