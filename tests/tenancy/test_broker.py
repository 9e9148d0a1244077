"""What a broker user can not do: every user with every queue that is another's, every exchange and every operation.

The rules one by one are in `tests/services/kernel/test_permissions.py`; here nothing is left out by forgetting it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

import pytest
from amqp import Connection
from amqp.exceptions import AccessRefused

from deploy.cli import preparation
from deploy.cli.names import APPLICATION, SERVICES
from deploy.cli.platform import Platform
from deploy.rabbitmq.provision import Management
from services.kernel.messages.broker import Line, Message
from tests import run
from tests.contract.house import SERVICES as HOUSE

Attempts = Callable[[int], None]
Act = Callable[[Any], Any]


@dataclass(frozen=True)
class Broker:
    """A virtual host of the test's own: who logs in where, and what is there."""

    urls: dict[str, str]
    queues: list[str]
    exchanges: list[str]


@pytest.fixture(scope="module")
def broker(servers: Platform) -> Broker:
    where = replace(servers.addresses, vhost=run.own("broker"))
    targets = preparation.Targets(where, servers.secrets)
    preparation.provision(targets)
    preparation.declare_topology(targets, {"HEMVIST_RETRY_DELAYS": "100,200"})
    urls = {user: where.broker_url(user, password=servers.secrets.broker_password(user)) for user in APPLICATION}
    with Management(where.broker_admin_url) as management:
        there = {kind: management.get(f"{kind}/{quote(where.vhost, safe='')}") for kind in ("queues", "exchanges")}
    names = {kind: sorted(one["name"] for one in found if one["name"]) for kind, found in there.items()}
    return Broker(urls, names["queues"], [name for name in names["exchanges"] if not name.startswith("amq.")])


@pytest.fixture
def line(broker: Broker, user: str) -> Iterator[Line]:
    """The user's connection."""
    line = Line(broker.urls[user])
    yield line
    line.close()


def of_others(user: str, names: list[str]) -> list[str]:
    """What is there and not the user's own."""
    return [name for name in names if name.partition(".")[0] != user]


def done(line: Line, acts: dict[str, Act]) -> list[str]:
    """What was not refused. A refusal closes the channel; the next act has a new one on the same connection."""
    connection: Connection = line.channel.connection
    found = []
    for name, act in acts.items():
        channel = connection.channel()
        try:
            act(channel)
        except AccessRefused:
            continue
        found.append(name)
    return found


@pytest.mark.parametrize("user", APPLICATION)
class TestUser:
    def test_it_reads_empties_deletes_and_takes_over_no_queue_of_another(
        self, broker: Broker, line: Line, attempts: Attempts, user: str
    ) -> None:
        acts: dict[str, Act] = {}
        for queue in of_others(user, broker.queues):
            acts |= {
                f"get {queue}": lambda channel, queue=queue: channel.basic_get(queue),
                f"consume {queue}": lambda channel, queue=queue: channel.basic_consume(queue),
                f"purge {queue}": lambda channel, queue=queue: channel.queue_purge(queue),
                f"delete {queue}": lambda channel, queue=queue: channel.queue_delete(queue),
                f"declare {queue}": lambda channel, queue=queue: channel.queue_declare(queue, durable=True),
            }
        assert acts
        attempts(len(acts))
        assert done(line, acts) == []

    def test_it_makes_changes_and_binds_no_exchange(
        self, broker: Broker, line: Line, attempts: Attempts, user: str
    ) -> None:
        acts: dict[str, Act] = {}
        for exchange in broker.exchanges:
            acts |= {
                f"declare {exchange}": lambda channel, one=exchange: channel.exchange_declare(one, "fanout"),
                f"delete {exchange}": lambda channel, one=exchange: channel.exchange_delete(one),
                f"bind {exchange}": lambda channel, one=exchange: channel.exchange_bind("nameko-rpc", one, "#"),
            }
        attempts(len(acts))
        assert done(line, acts) == []


@pytest.mark.parametrize("user", SERVICES)
def test_a_service_asks_for_no_operation_of_anybody(broker: Broker, line: Line, attempts: Attempts, user: str) -> None:
    keys = [f"{name}.{operation}" for name, service in HOUSE.items() for operation in service.operations()]
    attempts(len(keys))
    assert [key for key in keys if published(line, key)] == []


def published(line: Line, key: str) -> bool:
    try:
        line.publish_confirmed([Message(exchange="nameko-rpc", routing_key=key, body=b"{}")])
    except AccessRefused:
        line.close()
        return False
    return True
