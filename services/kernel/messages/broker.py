"""One connection to the broker, for one thread (or green thread) at a time, that finds out by itself that it has died.

Nameko's own publishers have no heartbeat and no time-out; requests, replies, events and failed messages go through
this.
"""

import select
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import amqp
import kombu
from amqp.exceptions import AMQPError
from amqp.transport import TCPTransport
from kombu.exceptions import OperationalError
from kombu.transport import pyamqp

_READ_AT_ONCE = 16384  #: bytes
_HEAD = struct.Struct(">BHI")  #: of a frame: its type, its channel and the size of what it carries
_PROBE_AFTER = 15.0  #: seconds of idleness after which a connection is asked whether it lives before it is used

#: what tells that the broker, not the message, is the trouble
LOST = (OSError, AMQPError, OperationalError)


class NotConfirmed(Exception):
    """The broker did not confirm that it keeps the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is published. Bodies are bytes; nothing is pickled."""

    exchange: str
    routing_key: str
    body: bytes
    properties: dict[str, Any] = field(default_factory=dict)  #: AMQP's basic properties


def raw(message: Any) -> bytes:
    """The body of a received message as it was published; kombu and amqp decode some to text."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


class _BufferedTransport(TCPTransport):  # type: ignore[misc]
    """py-amqp's transport, reading as much as there is: by itself it asks the system nine times for one message."""

    def _setup_transport(self) -> None:
        super()._setup_transport()
        receive = self.sock.recv
        self._quick_recv = lambda _wanted: receive(_READ_AT_ONCE)  # what is too much stays in its read buffer

    @property
    def has_more(self) -> bool:
        """Whether something that was read has not been handled."""
        return bool(self._read_buffer)

    def gather(self, timeout: float) -> None:
        """Returns when a whole frame has been read; `TimeoutError` when it does not come in time."""
        until = time.monotonic() + timeout
        look = select.poll()
        look.register(self.sock, select.POLLIN)
        while not self._holds_a_frame():
            if not look.poll(max(0.0, until - time.monotonic()) * 1000):
                raise TimeoutError
            some = self.sock.recv(_READ_AT_ONCE)
            if not some:
                raise ConnectionResetError
            self._read_buffer += some

    def _holds_a_frame(self) -> bool:
        """A frame is its head, with the size of what it carries, that, and an octet more."""
        read = self._read_buffer
        return len(read) > _HEAD.size and len(read) > _HEAD.size + _HEAD.unpack_from(read)[2]


class _BufferedConnection(pyamqp.Connection):  # type: ignore[misc]
    def Transport(self, host: str, connect_timeout: Any, tls: Any, *timeouts: Any, **settings: Any) -> Any:  # noqa: N802
        if tls:
            return super().Transport(host, connect_timeout, tls, *timeouts, **settings)
        return _BufferedTransport(host, connect_timeout, *timeouts, **settings)


class _Buffered(pyamqp.Transport):  # type: ignore[misc]
    Connection = _BufferedConnection


def connection(url: str, **options: Any) -> Any:
    """A kombu connection, not yet open. One with TLS (`amqps:`, `?ssl=true`) is read as py-amqp reads it."""
    return kombu.Connection(url, transport=_Buffered if url.startswith("amqp:") else None, **options)


class Line:
    """One connection with one channel. Not thread-safe: see `Lines`."""

    def __init__(self, url: str, *, timeout: float = 2.0) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: Any = None
        self._channel: Any = None
        self._used = 0.0
        self._unconfirmed: set[int] = set()
        self._refused = False

    @property
    def channel(self) -> Any:
        """The open channel; connects when there is none or when it died while it was idle."""
        if self._connection is not None:
            self._take_news()
        if self._connection is not None and time.monotonic() - self._used > _PROBE_AFTER:
            self._probe()
        if self._connection is None:
            self._connect()
        self._used = time.monotonic()
        return self._channel

    def drain(self, timeout: float) -> None:
        """Handles what the broker sends next; `TimeoutError` when nothing comes in time."""
        self._connection.drain_events(timeout=timeout)

    def publish(self, message: Message, *, mandatory: bool = False, expiration: float | None = None) -> None:
        """Sends without waiting for anything. `expiration` in seconds."""
        channel = self.channel
        if "confirms" in channel.events:
            self._tag += 1  # the broker counts this one, too
        self.publish_on(channel, message, mandatory=mandatory, expiration=expiration)

    def publish_confirmed(self, messages: Sequence[Message]) -> None:
        """Returns when the broker has taken charge of all of them; raises `NotConfirmed` or one of `LOST` otherwise."""
        channel = self.channel
        if "confirms" not in channel.events:
            channel.confirm_select()
            channel.events["confirms"].add(self)
            channel.events["basic_ack"].add(self._confirmed)
            channel.events["basic_nack"].add(self._nacked)
            self._tag = 0
        self._unconfirmed.clear()
        self._refused = False
        for message in messages:
            self._tag += 1
            self._unconfirmed.add(self._tag)
            self.publish_on(channel, message)
        until = time.monotonic() + 10 * self._timeout
        while self._unconfirmed:
            self.drain(max(0.001, until - time.monotonic()))
        if self._refused:
            raise NotConfirmed

    def close(self) -> None:
        """Lets go of the connection; the next use makes a new one."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            try:
                connection.close()
            except LOST:
                return

    def _connect(self) -> None:
        opened = connection(
            self._url,
            connect_timeout=self._timeout,
            heartbeat=0,
            transport_options={
                "confirm_publish": False,
                "read_timeout": self._timeout,
                "write_timeout": self._timeout,
                "client_properties": {"connection_name": "hemvist"},
            },
        )
        opened._ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        # amqp would look for news before each publish by a read that times out, which costs more than publishing.
        opened.connection.client_properties["capabilities"]["connection.blocked"] = False
        self._connection = opened
        self._channel = opened.default_channel
        self.opened(self._channel)

    def opened(self, channel: Any) -> None:
        """Called with each new channel; a subclass declares and consumes here."""

    def _take_news(self) -> None:
        """Handles what the broker has sent meanwhile, such as its goodbye, before anything is sent into the void."""
        try:
            while self._has_news():
                self._connection.drain_events(timeout=self._timeout)
        except (ValueError, *LOST):  # ValueError: the socket is closed
            self.close()

    def _has_news(self) -> bool:
        transport = self._connection.connection.transport
        return getattr(transport, "has_more", False) or self._is_readable(transport.sock)

    def _is_readable(self, sock: Any) -> bool:
        """Whether something has come, now: it waits for nothing."""
        return bool(select.select([sock], [], [], 0)[0])

    def _probe(self) -> None:
        try:
            self._channel.basic_qos(0, 1, False)
        except LOST:
            self.close()

    @staticmethod
    def publish_on(channel: Any, message: Message, *, mandatory: bool = False, expiration: float | None = None) -> None:
        """As `publish`, on the channel that `channel` has just given."""
        properties = dict(message.properties)
        if expiration is not None:
            properties["expiration"] = str(max(1, int(expiration * 1000)))
        channel.basic_publish(
            amqp.Message(message.body, **properties),
            exchange=message.exchange,
            routing_key=message.routing_key,
            mandatory=mandatory,
        )

    def _confirmed(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {waiting for waiting in self._unconfirmed if waiting > tag}
        else:
            self._unconfirmed.discard(tag)

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._refused = True
        self._confirmed(tag, multiple)


class ThreadLine(Line):
    """A line of a thread among many, which waits without turning its socket's time-out on and off: that gives the
    interpreter away for each of the three frames of a message, six times, and each time others take it first."""

    def drain(self, timeout: float) -> None:
        """Handles the next frame that the broker sends; `TimeoutError` when none comes in time."""
        opened = self._connection.connection
        if not isinstance(opened.transport, _BufferedTransport):  # with TLS
            super().drain(timeout)
            return
        opened.transport.gather(timeout)
        opened.blocking_read()


class Lines:
    """A pool of lines for several threads: the one used last is used next, so that the others may grow old in peace."""

    def __init__(self, make: Any) -> None:
        self._make = make
        self._idle: list[Any] = []

    @contextmanager
    def line(self) -> Iterator[Any]:
        """A line of one's own for a while. A line whose use failed is closed and not kept."""
        try:
            line = self._idle.pop()
        except IndexError:
            line = self._make()
        try:
            yield line
        except BaseException:
            line.close()
            raise
        self._idle.append(line)

    def close(self) -> None:
        """Closes the lines that are idle."""
        while self._idle:
            self._idle.pop().close()
