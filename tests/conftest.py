"""What tests stand on: real private servers, fresh databases, and a municipality of its own for each test."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from deploy.cli import preparation
from deploy.cli.platform import Platform
from services.kernel.basics.environment import Reader
from services.kernel.process.service import Service
from services.kernel.rows import migration
from services.kernel.rows.database import Database
from services.kernel.testing import Harness

STATE = Path(__file__).parents[1] / ".hemvist" / "test"


@dataclass(frozen=True)
class Urls:
    """One test database, as each of its three roles sees it."""

    service: str
    owner: str
    relay: str


@pytest.fixture(scope="session")
def house() -> Iterator[Platform]:
    """A platform of the tests' own; its parts are started by the fixtures that need them, and ended at the end."""
    platform = Platform(
        STATE,
        extra_environment={
            "HEMVIST_ENVIRONMENT": "test",
            "HEMVIST_RETRY_DELAYS": "100,200",
            "HEMVIST_LIMIT_PER_CLIENT": "1000000",
            "HEMVIST_LIMIT_PER_MUNICIPALITY": "1000000",
            "HEMVIST_LIMIT_PUBLIC": "1000000",
        },
    )
    platform.down()  # what an interrupted run left behind
    shutil.rmtree(STATE, ignore_errors=True)
    yield platform
    platform.down()


@pytest.fixture(scope="session")
def servers(house: Platform) -> Platform:
    """PostgreSQL and RabbitMQ, with their users."""
    house.up_servers()
    preparation.provision(house.targets)
    return house


@pytest.fixture(scope="session")
def platform(servers: Platform) -> Platform:
    """The whole platform: five services and the gateway, for the demo municipalities."""
    servers.up()
    return servers


@pytest.fixture(scope="session")
def database_of(servers: Platform) -> Callable[[str], Urls]:
    """A service's database, made from nothing by its migrations once a run."""
    made: dict[str, Urls] = {}

    def make(service: str) -> Urls:
        if service not in made:
            made[service] = fresh_database(servers, service, f"test_{service}")
        return made[service]

    return make


def database_url(platform: Platform, name: str) -> str:
    """One of the platform's databases, as the superuser sees it."""
    return f"{platform.admin_database_url.rpartition('/')[0]}/{name}"


def fresh_database(servers: Platform, service: str, name: str) -> Urls:
    """An own database beside the platform's, with the same roles and the newest tables."""
    with psycopg.connect(servers.admin_database_url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} owner hemvist_{service}_owner")
    secrets, where = servers.secrets, servers.addresses
    role = f"hemvist_{service}"
    urls = Urls(
        service=where.database_url(role, database=name, password=secrets.database_password(service)),
        owner=where.database_url(f"{role}_owner", database=name, password=secrets.owner_password(service)),
        relay=where.database_url(f"{role}_relay", database=name, password=secrets.relay_password(service)),
    )
    migration.upgrade(service, urls.owner)
    return urls


@pytest.fixture
def harness_of(servers: Platform, database_of: Callable[[str], Urls]) -> Iterator[Callable[[type[Service]], Harness]]:
    """A service in this process, with a municipality of the test's own."""
    opened: list[Database] = []
    master_keys = Reader({"HEMVIST_MASTER_KEYS": servers.secrets.master_keys}).master_keys()

    def make(service: type[Service]) -> Harness:
        urls = database_of(service.name)
        database = Database(urls.service, master_keys, connections=25)
        opened.append(database)
        harness = Harness(service, database, urls.owner, urls.relay, master_keys)
        harness.tenant = harness.new_tenant()
        return harness

    yield make
    for database in opened:
        database.close()
