"""The probe's house: a database, a virtual host and users of its own on the tests' servers."""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from alembic.migration import MigrationContext
from alembic.operations import Operations

from deploy.cli import belongings
from deploy.cli.platform import Platform
from deploy.postgres import provision as postgres
from deploy.rabbitmq import provision as rabbitmq
from gateway.client import Client
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.messages import topology
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.context import Context
from services.kernel.rows import staff
from services.kernel.rows.database import Database
from services.kernel.rows.migration.access import create_access_alerts, create_access_log
from services.kernel.rows.migration.base import (
    create_duties,
    create_kernel,
    create_seen_versions,
    create_settings,
    create_told,
    let_outbox_take_turns,
)
from services.kernel.rows.migration.nudges import create_nudges
from services.kernel.rows.migration.personal_data import create_personal_data
from services.kernel.rows.migration.retention import create_retention
from services.kernel.rows.migration.rights import put_under_tenant
from services.kernel.rows.migration.search import create_search
from services.kernel.rows.migration.staff import create_colleagues, create_staff_members
from services.kernel.rows.migration.webhooks import create_webhooks
from services.kernel.secrecy import crypto
from services.kernel.testing import Harness
from tests import run
from tests.conftest import Urls, database_url, files_folder, shelves
from tests.services.kernel.probe import PROBES, TABLES, Probe
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
DELAYS = (100, 200)
MASTER_KEYS = (crypto.new_key(),)


@dataclass
class House:
    """Where the probe lives."""

    servers: Platform
    name: str  #: its broker user and its virtual host
    urls: Urls
    broker_url: str  #: the probe
    gateway_url: str  #: the gateway, on the probe's virtual host
    admin_broker_url: str
    wire_key: bytes

    @property
    def role(self) -> str:
        """The probe's in the database, which has the same name."""
        return f"hemvist_{self.name}"


@pytest.fixture(scope="session")
def probe_house(servers: Platform) -> House:
    return make_house(servers, run.own("probe"))


def make_house(servers: Platform, name: str) -> House:
    """A house of that name: its database, roles, virtual host and broker user are nobody else's."""
    words = postgres.DatabasePasswords(service=_word(), owner=_word(), relay=_word())
    postgres.provision(servers.admin_database_url, {name: words})
    role, where = f"hemvist_{name}", replace(servers.addresses, vhost=name)
    urls = Urls(
        service=where.database_url(role, database=role, password=words.service),
        owner=where.database_url(f"{role}_owner", database=role, password=words.owner),
        relay=where.database_url(f"{role}_relay", database=role, password=words.relay),
        admin=database_url(servers, role),
    )
    make_tables(urls.owner, name)
    passwords = {name: _word(), "gateway": servers.secrets.broker_password("gateway")}
    rights = {name: topology.permissions("probe"), "gateway": topology.permissions("gateway")}
    users = {user: rabbitmq.BrokerUser(passwords[user], rights[user]) for user in passwords}
    rabbitmq.provision(servers.broker_admin_url, vhost=name, users=users)
    topology.declare(where.broker_admin_amqp_url, [Probe], retry_delays=DELAYS)
    return House(
        servers=servers,
        name=name,
        urls=urls,
        broker_url=where.broker_url(name, password=passwords[name]),
        gateway_url=where.broker_url("gateway", password=passwords["gateway"]),
        admin_broker_url=where.broker_admin_amqp_url,
        wire_key=crypto.new_key(),
    )


def _word() -> str:
    return secrets.token_urlsafe(16)


def make_tables(owner_url: str, name: str) -> None:
    """As the first migration of a service does it."""
    engine = sqlalchemy.create_engine(
        owner_url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sqlalchemy.NullPool
    )
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)) as op:
        create_kernel(name)
        create_duties(name)
        create_settings(name)
        create_seen_versions(name)
        create_access_log(name)
        create_access_alerts(name)
        create_told(name)
        let_outbox_take_turns()
        create_search(name)
        create_staff_members(name)
        create_colleagues(name)
        create_webhooks(name)
        create_retention(name)
        create_personal_data(name)
        create_nudges(name)
        op.execute(TABLES)
        for table in ("thing", "part"):
            put_under_tenant(table, role=f"hemvist_{name}")


@pytest.fixture
def probe(probe_house: House, patience: None) -> Iterator[Harness]:
    """The probe in this process, with a municipality of the test's own. A clockwork finds none of those before."""
    with psycopg.connect(probe_house.urls.admin) as connection:
        connection.execute("delete from tenant")
        connection.execute("delete from duty")
    with closing(
        Database(
            probe_house.urls.service,
            MASTER_KEYS,
            service="probe",
            connections=25,
            shelf_of=shelves("probe").of,
            declared=Probe.declared_settings(),
            in_production=False,
        )
    ) as database:
        harness = Harness(Probe, database, probe_house.urls.owner, probe_house.urls.relay, MASTER_KEYS)
        harness.tenant = harness.new_tenant()
        yield harness


def protect(harness: Harness, actor: str, *, is_protected: bool = True) -> None:
    """Says of one of the staff that the identity is protected, as the event of it does."""
    context = Context(tenant=harness.tenant, actor="admin", request_id="", deadline=0)
    with harness.database.unit(context) as unit:
        staff.learn(unit, f"id-of-{actor}", actor, is_protected=is_protected)
        unit.commit()


@pytest.fixture
def admin(probe_house: House) -> Iterator["psycopg.Connection[Any]"]:
    """The superuser, who sees the rows of all tenants."""
    with psycopg.connect(probe_house.urls.admin, autocommit=True) as connection:
        yield connection


@pytest.fixture
def broker(probe_house: House) -> Iterator["Broker"]:
    """The administrator's hands in the broker; every queue of the probe is empty at first."""
    with closing(Line(probe_house.admin_broker_url)) as line:
        hands = Broker(line)
        hands.purge()
        yield hands


@pytest.fixture
def outbox(admin: "psycopg.Connection[Any]") -> Callable[[], list[dict[str, Any]]]:
    """What waits to be published, oldest first; nothing at the test's beginning."""
    admin.execute("truncate outbox")

    def read() -> list[dict[str, Any]]:
        return [row[0] for row in admin.execute("select envelope from outbox order by position")]

    return read


class Broker:
    """Looks into queues and puts messages there."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def queues(self) -> list[str]:
        waiting = [topology.retry_queue("probe", delay) for delay in DELAYS]
        return [topology.reaction_queue("probe", event) for event in Probe.reactions()] + [
            *waiting,
            topology.parked_queue("probe"),
        ]

    def purge(self) -> None:
        for queue in self.queues():
            self.line.channel.queue_purge(queue)

    def take(self, queue: str) -> Any:
        """The queue's first message, taken out; None when it is empty."""
        return self.line.channel.basic_get(queue, no_ack=True)

    def wait_for(self, queue: str) -> Any:
        return eventually(lambda: self.take(queue))

    def length(self, queue: str) -> int:
        """Messages that nobody has in hand."""
        return int(self.line.channel.queue_declare(queue, passive=True).message_count)

    def publish(self, exchange: str, routing_key: str, body: bytes, **properties: Any) -> None:
        self.line.publish_confirmed(
            [Message(exchange=exchange, routing_key=routing_key, body=body, properties=properties)]
        )


class ProbeProcess:
    """The probe as a process of its own."""

    def __init__(self, house: House, log: Path, *, delays: Sequence[int] = DELAYS, **variables: str) -> None:
        self._house, self._log, self._delays, self._variables = house, log, delays, variables
        self._process: subprocess.Popen[bytes] | None = None
        self._client = Client(house.gateway_url, {"probe": house.wire_key}, timeout=5)

    def start(self) -> None:
        environment = {
            **os.environ,
            belongings.MARK: str(self._house.servers.state_dir),  # it ends with the servers, if not before
            "HEMVIST_ENVIRONMENT": "test",
            "HEMVIST_DATABASE_URL": self._house.urls.service,
            "HEMVIST_RELAY_DATABASE_URL": self._house.urls.relay,
            "HEMVIST_BROKER_URL": self._house.broker_url,
            "HEMVIST_MASTER_KEYS": base64.b64encode(MASTER_KEYS[0]).decode(),
            "HEMVIST_WIRE_KEY": base64.b64encode(self._house.wire_key).decode(),
            "HEMVIST_FILE_STORE": str(files_folder()),
            "HEMVIST_RETRY_DELAYS": ",".join(map(str, self._delays)),
            **self._variables,
        }
        command = [sys.executable, "-m", "tests.services.kernel.run_probe"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        eventually(self.is_ready)

    def is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        return "body" in self._tried("ping", tenant="")

    def end(self, *, kill: bool = False) -> None:
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait(60)
            self._process = None
        self._client.close()

    close = end

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text()

    def call(self, operation: str, *, tenant: str, body: Any = None, deadline: float = 30, **path: str) -> Any:
        """The reply to a request, as the gateway asks it."""
        context = Context(
            tenant=tenant,
            actor="anna",
            roles=tuple(PROBES),
            request_id=new_id(),
            deadline=clock.seconds() + deadline,
        )
        reply = self._client.call("probe", operation, context, {"path": path, "body": body or {}})
        written = reply.pop("body")
        return reply if "fault" in reply else {**reply, "body": json.loads(written)}

    def _tried(self, operation: str, *, tenant: str) -> dict[str, Any]:
        try:
            return dict(self.call(operation, tenant=tenant, deadline=1))
        except Exception:
            return {}


@pytest.fixture(scope="module")
def one_probe_process(probe_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProbeProcess]:
    process = ProbeProcess(probe_house, tmp_path_factory.mktemp("probe") / "log")
    yield process
    process.end()


@pytest.fixture
def probe_process(one_probe_process: ProbeProcess, broker: Broker) -> ProbeProcess:
    """The running probe; a test may end it. It takes events from queues and outbox: other modules do without it."""
    if not one_probe_process.runs:
        one_probe_process.start()
    return one_probe_process
