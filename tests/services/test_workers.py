"""Workers share PostgreSQL and RabbitMQ and nothing that lies there: what one does, no other sees, nor may it."""

from contextlib import closing

import psycopg
import pytest
from amqp.exceptions import AccessRefused, NotAllowed

from deploy.cli.platform import Platform
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.topology import events_exchange, reaction_queue
from tests import run
from tests.conftest import Urls, fresh_database
from tests.services.kernel.conftest import House, make_house
from tests.services.kernel.probe import THING_MADE
from tests.waiting import eventually

WORKERS = ("here", "there")
QUEUE = reaction_queue("probe", THING_MADE)


@pytest.fixture(params=WORKERS)
def worker(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def databases(servers: Platform, monkeypatch: pytest.MonkeyPatch) -> dict[str, Urls]:
    """What each worker is given when it asks for a database of the same name."""
    found = {}
    for worker in WORKERS:
        monkeypatch.setattr(run, "WORKER", worker)
        found[worker] = fresh_database(servers, "intake", "test_apart")
    return found


@pytest.fixture(scope="module")
def houses(servers: Platform) -> dict[str, House]:
    """Where the probe lives in each worker."""
    with pytest.MonkeyPatch.context() as patch:
        found = {}
        for worker in WORKERS:
            patch.setattr(run, "WORKER", worker)
            found[worker] = make_house(servers, run.own("apart"))
    return found


def other(worker: str) -> str:
    return WORKERS[1 - WORKERS.index(worker)]


def test_a_row_in_a_workers_database_is_in_no_other(databases: dict[str, Urls], worker: str) -> None:
    with psycopg.connect(databases[worker].admin) as connection:
        connection.execute("insert into tenant (slug, municipality_code, name, contact) values ('x', '1', 'x', '{}')")
    for name, count in ((worker, 1), (other(worker), 0)):
        with psycopg.connect(databases[name].admin) as connection:
            assert connection.execute("select count(*) from tenant").fetchone() == (count,)


def test_an_event_on_a_workers_virtual_host_is_on_no_other(houses: dict[str, House], worker: str) -> None:
    here, there = (houses[name].admin_broker_url for name in (worker, other(worker)))
    with closing(Line(here)) as line, closing(Line(there)) as elsewhere:
        recorded = Message(
            exchange=events_exchange("probe"), routing_key=THING_MADE.routing_key, body=b"{}", properties={}
        )
        line.publish_confirmed([recorded])
        assert eventually(lambda: line.channel.basic_get(QUEUE, no_ack=True))
        assert elsewhere.channel.basic_get(QUEUE, no_ack=True) is None


def test_a_workers_roles_may_not_enter_another_ones_database(houses: dict[str, House], worker: str) -> None:
    place = houses[other(worker)].urls.admin.rpartition("/")[2]
    for role in ("service", "owner", "relay"):
        url = getattr(houses[worker].urls, role)
        psycopg.connect(url).close()
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{url.rpartition('/')[0]}/{place}")


def test_a_workers_broker_user_may_not_enter_another_ones_virtual_host(houses: dict[str, House], worker: str) -> None:
    url = houses[worker].broker_url
    with closing(Line(url)) as line:
        assert line.channel
    with pytest.raises((NotAllowed, AccessRefused)):
        assert Line(f"{url.rpartition('/')[0]}/{houses[other(worker)].name}").channel


def test_nobody_stops_the_servers_under_the_others(servers: Platform) -> None:
    for act in (servers.stop, servers.kill):
        with pytest.raises(AssertionError, match="other workers need postgres"):
            act("postgres")
