"""Who may do what in the broker, tried with the real users on the real exchanges and queues."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from amqp.exceptions import AccessRefused, NotAllowed

from deploy.cli import preparation
from deploy.cli.names import APPLICATION, SERVICES
from deploy.cli.platform import Platform
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.topology import reaction_queue
from tests import run
from tests.contract.house import SERVICES as HOUSE
from tests.services.kernel.conftest import House

Try = Callable[[Any], Any]


@pytest.fixture(scope="module")
def broker_urls(servers: Platform) -> dict[str, str]:
    """Every process's address of a virtual host of our own, on which everything is declared and nobody works."""
    where = replace(servers.addresses, vhost=run.own("permissions"))
    targets = preparation.Targets(where, servers.secrets)
    preparation.provision(targets)
    preparation.declare_topology(targets, {"HEMVIST_RETRY_DELAYS": "100,200"})
    return {user: where.broker_url(user, password=servers.secrets.broker_password(user)) for user in APPLICATION}


@pytest.fixture
def login(broker_urls: dict[str, str]) -> Iterator[Callable[[str], Line]]:
    opened: list[Line] = []

    def make(user: str) -> Line:
        opened.append(Line(broker_urls[user]))
        return opened[-1]

    yield make
    for line in opened:
        line.close()


def assert_refused(line: Line, act: Try) -> None:
    """The broker closes the channel on a refusal; the next act has a new one."""
    with pytest.raises(AccessRefused):
        act(line)
    line.close()


def assert_done(line: Line, act: Try) -> None:
    """The broker refuses nothing: the channel is the same and open afterwards."""
    channel = line.channel
    act(line)
    assert (line.channel is channel, channel.is_open) == (True, True)


def publishing(exchange: str, routing_key: str) -> Try:
    message = Message(exchange=exchange, routing_key=routing_key, body=b"{}")
    return lambda line: line.publish_confirmed([message])


def declaring(queue: str, **more: Any) -> Try:
    return lambda line: line.channel.queue_declare(queue, **more)


def getting(queue: str) -> Try:
    return lambda line: line.channel.basic_get(queue)


def binding(queue: str, exchange: str, routing_key: str) -> Try:
    return lambda line: line.channel.queue_bind(queue, exchange, routing_key)


@pytest.mark.parametrize("user", SERVICES)
class TestService:
    def test_it_tells_its_own_events_and_no_others(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        assert_done(line, publishing(f"{user}.events", "nothing_happened.v1"))
        for other in SERVICES:
            if other != user:
                assert_refused(line, publishing(f"{other}.events", "nothing_happened.v1"))

    def test_it_asks_nobody_for_anything(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        for key in (*(f"{service}.ping" for service in SERVICES), "rpc.reply-intake", "anything"):
            assert_refused(line, publishing("nameko-rpc", key))

    def test_it_replies_to_the_gateway(self, login: Callable[[str], Line], user: str) -> None:
        assert_done(login(user), publishing("nameko-rpc", f"rpc.reply-gateway-{uuid4()}"))

    def test_it_puts_nothing_into_queues_directly(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        for queue in ("compensation.parked", "placement.parked", f"rpc-{user}", f"{user}.parked"):
            assert_refused(line, publishing("", queue))

    def test_it_declares_its_request_queue_and_no_other(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        declaring(f"rpc-{user}", auto_delete=True, exclusive=True)(line)
        line.close()
        others = [f"rpc-{other}" for other in SERVICES if other != user]
        for queue in (*others, f"{user}.on_anything", "anything", f"rpc.reply-gateway-{uuid4()}"):
            assert_refused(line, declaring(queue))
        assert_refused(line, lambda line: line.channel.exchange_declare(f"{user}.more", "topic"))
        assert_refused(line, lambda line: line.channel.exchange_delete(f"{user}.events"))
        assert_refused(line, lambda line: line.channel.queue_delete(f"{user}.parked"))

    def test_it_hears_its_own_requests_only(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        declare = declaring(f"rpc-{user}", auto_delete=True, exclusive=True)
        declare(line)
        binding(f"rpc-{user}", "nameko-rpc", f"{user}.*")(line)
        keys = [f"{other}.*" for other in SERVICES if other != user]
        for key in (*keys, "#", "*.*", "rpc.#"):
            line.close()
            declare(line)
            assert_refused(line, binding(f"rpc-{user}", "nameko-rpc", key))

    def test_it_does_not_subscribe_to_events_by_itself(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        for service in SERVICES:
            declaring(f"rpc-{user}", auto_delete=True, exclusive=True)(line)
            assert_refused(line, binding(f"rpc-{user}", f"{service}.events", "#"))

    def test_it_reads_its_own_queues_and_no_others(self, login: Callable[[str], Line], user: str) -> None:
        line = login(user)
        for queue in (reaction_queue(user, event) for event in HOUSE[user].reactions()):
            getting(queue)(line)
        for queue in (f"{user}.parked", f"{user}.retry-100"):  # the broker and the operator read these
            assert_refused(line, getting(queue))
        for other in SERVICES:
            if other != user:
                for queue in (f"{other}.parked", f"{other}.retry-100"):
                    assert_refused(line, getting(queue))
                    assert_refused(line, lambda line, queue=queue: line.channel.queue_purge(queue))  # type: ignore[misc]

    def test_it_sees_no_other_virtual_host(self, broker_urls: dict[str, str], user: str, probe_house: House) -> None:
        for vhost in ("%2F", probe_house.name):
            with pytest.raises((NotAllowed, AccessRefused)):
                assert Line(broker_urls[user].rpartition("/")[0] + f"/{vhost}").channel


class TestGateway:
    def test_it_asks_every_service(self, login: Callable[[str], Line]) -> None:
        line = login("gateway")
        for service in SERVICES:
            assert_done(line, publishing("nameko-rpc", f"{service}.list_everything"))

    def test_it_publishes_nothing_else(self, login: Callable[[str], Line]) -> None:
        line = login("gateway")
        for service in SERVICES:
            for exchange in (f"{service}.events", f"{service}.parking", f"{service}.redeliver", f"{service}.retry-100"):
                assert_refused(line, publishing(exchange, "anything.v1"))
            assert_refused(line, publishing("", f"{service}.parked"))
        for key in (f"rpc.reply-gateway-{uuid4()}", "rpc.reply-x", "a.b.c"):
            assert_refused(line, publishing("nameko-rpc", key))

    def test_it_reads_replies_and_nothing_else(self, login: Callable[[str], Line]) -> None:
        line = login("gateway")
        own = f"rpc.reply-gateway-{uuid4()}"
        declaring(own, exclusive=True)(line)
        binding(own, "nameko-rpc", own)(line)
        for key in ("#", "intake.*", "rpc.#"):
            line.close()
            declaring(own, exclusive=True)(line)
            assert_refused(line, binding(own, "nameko-rpc", key))
        for service in SERVICES:
            assert_refused(line, getting(f"{service}.parked"))
            declaring(own, exclusive=True)(line)
            assert_refused(line, binding(own, f"{service}.events", "#"))
        assert_refused(line, declaring("rpc-intake"))


class TestLogin:
    @pytest.mark.parametrize(("user", "password"), [("guest", "guest"), ("intake", "intake"), ("gateway", "")])
    def test_nobody_enters_by_guessing(self, servers: Platform, user: str, password: str) -> None:
        with pytest.raises(AccessRefused):
            assert Line(servers.addresses.broker_url(user, password=password)).channel
