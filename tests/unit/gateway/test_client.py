"""The gateway's way to the services, over a real broker in a virtual host of its own, with a stand-in for a service."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import amqp
import kombu
import pytest

from deploy.cli.platform import Platform
from deploy.rabbitmq.provision import Management
from gateway.client import Client, ServiceTooSlow
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import InvalidInput, ServiceUnavailable
from services.kernel.messages import broker, topology, wire
from services.kernel.messages.context import Context
from services.kernel.secrecy.crypto import SealBroken, Wire
from tests import run
from tests.waiting import eventually

VHOST = run.own("gateway-client-test")
PATIENCE = 30  #: seconds that a caller waits: what is known at once is known long before, on a slow machine, too
KEY = b"k" * 32


class Desk:
    """A service that answers what it was asked, on the queue that the real one would have."""

    def __init__(self, url: str, answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.expirations: list[str] = []
        self._answer = answer
        self._wire = Wire(KEY)
        self._ended = threading.Event()
        self._connection = kombu.Connection(url)
        self._channel = self._connection.default_channel
        self._channel.queue_declare("rpc-intake", durable=False, auto_delete=True)
        self._channel.queue_bind("rpc-intake", topology.REQUESTS, "intake.*")
        self._channel.basic_consume("rpc-intake", no_ack=True, callback=self._asked)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=0.05)

    def _asked(self, message: Any) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode("latin-1")
        request = json.loads(self._wire.open(body, b"request"))
        self.requests.append(request)
        self.expirations.append(message.properties["expiration"])
        answer = self._answer(request)
        if answer is not None:
            sealed = self._wire.seal(wire.write_reply(answer), wire.REPLY)
            reply = amqp.Message(sealed, correlation_id=message.properties["correlation_id"])
            self._channel.basic_publish(reply, topology.REQUESTS, message.properties["reply_to"])

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._connection.close()


class Cable:
    """A way to the broker that can be cut, or hold still."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._pairs: list[socket.socket] = []
        self.accepted = 0
        self._held: set[int] = set()
        self._server = socket.create_server(("127.0.0.1", 0))
        port = self._server.getsockname()[1]
        netloc = f"{self._to.netloc.rpartition('@')[0]}@127.0.0.1:{port}"
        self.url = urlunsplit((self._to.scheme, netloc, self._to.path, "", ""))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection((str(self._to.hostname), int(self._to.port or 5672)))
                self.accepted += 1
                self._pairs += [near, far]
                for source, target in ((near, far), (far, near)):
                    thread = threading.Thread(target=self._carry, args=(source, target))
                    self._threads.append(thread)
                    thread.start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if id(source) not in self._held:
                    target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def hold(self) -> None:
        """From now on nothing comes through the connections there are, though they stand."""
        self._held = {id(one) for one in self._pairs}

    def cut(self) -> None:
        """Ends every connection; new ones can be made."""
        for one in self._pairs:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
        for thread in self._threads:
            thread.join()
        for one in self._pairs:
            one.close()


def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"body": request["arguments"], "etag": None}


def silence(_request: dict[str, Any]) -> None:
    return None


@pytest.fixture(scope="module")
def management(servers: Platform) -> Iterator[Management]:
    with Management(servers.broker_admin_url) as management:
        management.put(f"vhosts/{VHOST}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        management.put(f"permissions/{VHOST}/{management.user}", everything)
        yield management
        management.delete(f"vhosts/{VHOST}")


@pytest.fixture(scope="module")
def url(servers: Platform, management: Management) -> str:
    url = servers.broker_admin_amqp_url.rpartition("/")[0] + f"/{VHOST}"
    with kombu.Connection(url) as connection:
        connection.default_channel.exchange_declare(topology.REQUESTS, "topic", durable=True, auto_delete=False)
    return url


@pytest.fixture
def desk(url: str) -> Iterator[Callable[..., Desk]]:
    """Opens a desk; closed with the test."""
    opened: list[Desk] = []

    def make(answer: Callable[[dict[str, Any]], dict[str, Any] | None] = echo) -> Desk:
        opened.append(Desk(url, answer))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    client = Client(url, {"intake": KEY}, timeout=5)
    yield client
    client.close()


@pytest.fixture
def cable(url: str) -> Iterator[Cable]:
    cable = Cable(url)
    yield cable
    cable.close()


def call(client: Client, arguments: dict[str, Any] | None = None, *, seconds: float = PATIENCE) -> dict[str, Any]:
    context = Context(tenant="orebro", actor="anna", request_id=new_id(), deadline=clock.seconds() + seconds)
    reply = client.call("intake", "get_application", context, arguments or {})
    return {**reply, "body": json.loads(reply["body"])}


def elapsed(since: float) -> float:
    return time.monotonic() - since


class TestCall:
    def test_the_reply_is_the_services(self, client: Client, desk: Callable[..., Desk]) -> None:
        asked = desk()
        assert call(client, {"path": {"id": "7"}}) == {"body": {"path": {"id": "7"}}, "etag": None}
        (request,) = asked.requests
        assert (request["context"]["tenant"], request["context"]["actor"]) == ("orebro", "anna")
        assert 0 < int(asked.expirations[0]) <= PATIENCE * 1000

    def test_twenty_at_once_get_their_own_replies(self, client: Client, desk: Callable[..., Desk]) -> None:
        desk()
        with ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(lambda number: call(client, {"number": number}), range(200)))
        assert [reply["body"]["number"] for reply in replies] == list(range(200))

    def test_one_connection_serves_one_caller_after_another(self, cable: Cable, desk: Callable[..., Desk]) -> None:
        desk()
        client = Client(cable.url, {"intake": KEY}, timeout=5)
        for _ in range(5):
            call(client)
        assert cable.accepted == 1
        client.close()

    def test_what_lies_in_the_queue_is_sealed(self, url: str, client: Client) -> None:
        with kombu.Connection(url) as connection:
            channel = connection.default_channel
            channel.queue_declare("spy", auto_delete=True, exclusive=True)
            channel.queue_bind("spy", topology.REQUESTS, "intake.*")
            with pytest.raises(ServiceTooSlow):
                call(client, {"body": {"personal_number": "189001019802"}}, seconds=0.1)
            # The message has expired unread; another that waits longer is still there.
            with ThreadPoolExecutor(1) as pool:
                waiting = pool.submit(call, client, {"body": {"personal_number": "189001019802"}}, seconds=3)
                found: list[Any] = []
                eventually(lambda: found.append(channel.basic_get("spy", no_ack=True)) or found[-1])
                assert b"189001019802" not in found[-1].body
                assert b"anna" not in found[-1].body
                with pytest.raises(SealBroken):
                    Wire(b"x" * 32).open(found[-1].body, b"request")
                with pytest.raises(ServiceTooSlow):
                    waiting.result()

    def test_half_a_character_is_refused_before_it_is_sent(self, client: Client) -> None:
        with pytest.raises(InvalidInput):
            call(client, {"path": {"id": "\ud800"}})

    def test_a_number_that_no_service_could_read_is_refused_before_it_is_sent(self, client: Client) -> None:
        with pytest.raises(InvalidInput):
            call(client, {"body": {"places": 2**64}})


class TestTrouble:
    def test_a_service_that_nobody_runs_is_known_at_once(self, cable: Cable) -> None:
        client = Client(cable.url, {"intake": KEY}, timeout=5)
        began = time.monotonic()
        for _ in range(10):
            with pytest.raises(ServiceUnavailable):
                call(client)
        assert elapsed(began) < PATIENCE / 2
        assert cable.accepted == 1, "the connection is good and is kept"
        client.close()

    def test_a_service_that_comes_back_is_found(self, client: Client, desk: Callable[..., Desk]) -> None:
        with pytest.raises(ServiceUnavailable):
            call(client)
        desk()
        assert call(client)["body"] == {}

    def test_a_slow_one_is_given_up_at_the_deadline(self, client: Client, desk: Callable[..., Desk]) -> None:
        desk(silence)
        began = time.monotonic()
        with pytest.raises(ServiceTooSlow):
            call(client, seconds=0.3)
        assert 0.2 < elapsed(began) < PATIENCE / 2

    def test_a_reply_that_comes_too_late_reaches_nobody_else(self, client: Client, desk: Callable[..., Desk]) -> None:
        late = threading.Event()

        def hesitant(request: dict[str, Any]) -> dict[str, Any]:
            if request["arguments"].get("slow"):
                late.wait(10)
            return echo(request)

        desk(hesitant)
        with pytest.raises(ServiceTooSlow):
            call(client, {"slow": True}, seconds=0.2)
        late.set()
        assert call(client, {"number": 2})["body"] == {"number": 2}

    def test_a_deadline_that_has_passed_is_not_waited_for(self, client: Client, desk: Callable[..., Desk]) -> None:
        desk(silence)
        began = time.monotonic()
        with pytest.raises(ServiceTooSlow):
            call(client, seconds=-1)
        assert elapsed(began) < PATIENCE / 2

    def test_a_broker_that_is_away_is_known_at_once(self) -> None:
        client = Client("amqp://x:y@127.0.0.1:1//", {"intake": KEY}, timeout=5)
        began = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            call(client)
        assert elapsed(began) < PATIENCE / 2

    def test_a_broker_that_does_not_speak_is_unavailable_and_not_slow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            url = f"amqp://x:y@127.0.0.1:{mute.getsockname()[1]}//"
            client = Client(url, {"intake": KEY}, timeout=5)
            monkeypatch.setattr(client, "_lines", broker.Lines(lambda: _impatient(url)))
            with pytest.raises(ServiceUnavailable):
                call(client)

    def test_a_connection_that_died_while_idle_is_replaced(self, cable: Cable, desk: Callable[..., Desk]) -> None:
        desk()
        client = Client(cable.url, {"intake": KEY}, timeout=5)
        for round_ in range(3):
            assert call(client, {"round": round_})["body"] == {"round": round_}
            cable.cut()
            eventually(lambda: _is_over(client))
        assert cable.accepted == 3
        client.close()

    def test_a_connection_that_the_broker_closed_is_replaced(
        self, client: Client, desk: Callable[..., Desk], management: Management
    ) -> None:
        asked = desk()
        call(client)
        name = f"connections/{_name(client)}"
        management.delete(name)
        eventually(lambda: _is_over(client))
        assert call(client)["body"] == {}
        assert len(asked.requests) == 2

    def test_a_connection_that_only_seems_to_stand_is_replaced(
        self, cable: Cable, desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk()
        client = Client(cable.url, {"intake": KEY}, timeout=5)
        monkeypatch.setattr(client, "_lines", broker.Lines(lambda: _impatient(cable.url)))
        call(client)
        cable.hold()
        monkeypatch.setattr(broker, "_PROBE_AFTER", -1)
        assert call(client)["body"] == {}
        client.close()


def _impatient(url: str) -> Any:
    """A line that waits less for the broker than the real one."""
    from gateway.client import _ReplyLine

    return _ReplyLine(url, timeout=0.3)


def _sock(client: Client) -> Any:
    return client._lines._idle[0]._channel.connection.transport.sock


def _is_over(client: Client) -> bool:
    """Whether the news of the end has arrived at the idle connection."""
    sock = _sock(client)
    sock.setblocking(False)
    try:
        return sock.recv(1, socket.MSG_PEEK) is not None
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        with suppress(OSError):
            sock.settimeout(None)


def _name(client: Client) -> str:
    """As the broker calls the connection."""
    near, far = _sock(client).getsockname(), _sock(client).getpeername()
    return f"{near[0]}:{near[1]} -> {far[0]}:{far[1]}".replace(":", "%3A").replace(" ", "%20").replace(">", "%3E")
