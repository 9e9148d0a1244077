"""What tests stand on: real private servers, databases of the worker, and a municipality of its own for each test.

All workers of a run share PostgreSQL and RabbitMQ, and each has its own databases and virtual hosts there. The whole
platform, whose parts a test may stop and kill, has servers of its own.
"""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest

from deploy.cli import preparation
from deploy.cli.platform import Platform
from services.kernel.basics.environment import Reader
from services.kernel.files.shelf import Shelves
from services.kernel.files.store import Folder
from services.kernel.process.service import Service
from services.kernel.rows import giving_up
from services.kernel.rows.database import Database
from services.kernel.testing import Harness
from tests import order, run

RUN = pytest.StashKey[run.Run]()
ATTEMPTS = "attempts"  #: of a test, its property that says how often it has tried to reach what is another's


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what ends like Ctrl-C also ends its servers
        os.environ["HEMVIST_GATEWAY_PORT"] = "0"  # any: for the usual one others wish as well
        config.stash[RUN] = run.Run.begin()


def pytest_make_parametrize_id(val: object) -> str | None:
    """A fresh id in a parameter would give the test another name in each worker."""
    return order.NEW_ID.sub("new_id", val) if isinstance(val, str) and order.NEW_ID.search(val) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: order.rank(item.path))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> order.Distribution:
    return order.Distribution(config, log)


def pytest_terminal_summary(exitstatus: int, config: pytest.Config, terminalreporter: pytest.TerminalReporter) -> None:
    if tried := attempts(terminalreporter):
        terminalreporter.write_line(f"{tried} attempts to reach what is another's: none succeeded.")
    for logs in config.stash[RUN].logs if exitstatus else []:
        terminalreporter.write_line(f"What the servers and services did: {logs}")


def attempts(reporter: pytest.TerminalReporter) -> int:
    """How many the tests of `tests/tenancy` say that they have made; of those that have failed none count."""
    said = [one for report in reporter.getreports("passed") if report.when == "call" for one in report.user_properties]
    return sum(int(str(count)) for name, count in said if name == ATTEMPTS)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if RUN in session.config.stash:
        session.config.stash[RUN].keep_files = exitstatus != pytest.ExitCode.OK


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN in config.stash:
        config.stash[RUN].end()


class SharedServers(Platform):
    """PostgreSQL and RabbitMQ on which other workers stand, too."""

    def stop(self, name: str) -> NoReturn:
        raise AssertionError(f"other workers need {name} as well: stop the one of `platform`")

    kill = stop


@pytest.fixture(scope="session")
def house() -> Platform:
    """The servers for all workers, not started."""
    return run.platform("shared", SharedServers)


@pytest.fixture(scope="session")
def servers(house: Platform) -> Platform:
    """PostgreSQL and RabbitMQ with their users, and the newest tables of each service, to be cloned."""

    def start() -> None:
        house.up_servers()
        with psycopg.connect(house.admin_database_url, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes"):  # no test pulls this machine's plug
                connection.execute(f"alter system set {setting} = off")
            connection.execute("select pg_reload_conf()")
        preparation.provision(house.targets)
        preparation.migrate(house.targets)

    run.once("servers", start)
    return house


@pytest.fixture(scope="session")
def platform() -> Platform:
    """The whole platform: five services and the gateway, for the demo municipalities. Tests may stop what they like."""
    platform = run.platform(run.own("platform"), Platform)
    platform.up()
    return platform


@dataclass(frozen=True)
class Urls:
    """One test database, as each of its three roles sees it, and the superuser."""

    service: str
    owner: str
    relay: str
    admin: str


@pytest.fixture(scope="session")
def database_of(servers: Platform) -> Callable[[str], Urls]:
    """A service's database, one for each worker."""
    return cache(lambda service: fresh_database(servers, service, f"test_{service}"))


def shelves(service: str) -> Shelves:
    """A service's part of the store of all tests; each has a municipality of its own there, too."""
    return Shelves(Folder(files_folder()), service)


def files_folder() -> Path:
    """Where the store of all tests is."""
    folder = run.folder() / "files"
    folder.mkdir(exist_ok=True)
    return folder


def database_url(platform: Platform, name: str) -> str:
    """One of the platform's databases, as the superuser sees it."""
    return f"{platform.admin_database_url.rpartition('/')[0]}/{name}"


def fresh_database(servers: Platform, service: str, name: str) -> Urls:
    """A database of this worker's own, with the service's roles and newest tables."""
    name, role = run.own(name), f"hemvist_{service}"
    with psycopg.connect(servers.admin_database_url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} template {role} owner {role}_owner")
        # What may be done with a database as such is not cloned.
        connection.execute(f"revoke all on database {name} from public")
        connection.execute(f"grant connect on database {name} to {role}_owner, {role}, {role}_relay")
    secrets, where = servers.secrets, servers.addresses
    return Urls(
        service=where.database_url(role, database=name, password=secrets.database_password(service)),
        owner=where.database_url(f"{role}_owner", database=name, password=secrets.owner_password(service)),
        relay=where.database_url(f"{role}_relay", database=name, password=secrets.relay_password(service)),
        admin=database_url(servers, name),
    )


@pytest.fixture(scope="session")
def patience() -> Iterator[None]:
    """Who comes second waits until the first has done, also on a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(giving_up, "LOCK_PATIENCE", 20.0)
        patch.setattr(giving_up, "KEY_PATIENCE", 20.0)
        yield


@pytest.fixture(scope="session")
def database_in(
    servers: Platform, database_of: Callable[[str], Urls], patience: None
) -> Iterator[Callable[[type[Service]], Database]]:
    """A service's access to its database, opened once: connections and statements are ready for every test. A test that
    declares settings of its own has one of its own."""
    opened: list[Database] = []

    @cache
    def open_one(service: type[Service], _settings: frozenset[str]) -> Database:
        database = Database(
            database_of(service.name).service,
            master_keys_of(servers),
            service=service.name,
            connections=25,
            shelf_of=shelves(service.name).of,
            declared=service.declared_settings(),
        )
        opened.append(database)
        return database

    yield lambda service: open_one(service, frozenset(service.declared_settings()))
    for database in opened:
        database.close()


def master_keys_of(servers: Platform) -> tuple[bytes, ...]:
    """What wraps the keys of municipalities."""
    return Reader({"HEMVIST_MASTER_KEYS": servers.secrets.master_keys}).master_keys()


@pytest.fixture
def harness_of(
    servers: Platform, database_of: Callable[[str], Urls], database_in: Callable[[type[Service]], Database]
) -> Callable[[type[Service]], Harness]:
    """A service in this process, with a municipality of the test's own."""

    def make(service: type[Service]) -> Harness:
        urls = database_of(service.name)
        harness = Harness(service, database_in(service), urls.owner, urls.relay, master_keys_of(servers))
        harness.tenant = harness.new_tenant()
        return harness

    return make
