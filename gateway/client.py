"""Calls an operation of a service over nameko's RPC exchange. Thread-safe: each call has a connection of its own.

A service that nobody consumes for is known at once (mandatory), a slow one after the deadline (expiration); what lies
in the queue is sealed.
"""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from services.kernel.basics import clock
from services.kernel.contracts.faults import Fault, InvalidInput, ServiceUnavailable
from services.kernel.messages import topology, wire
from services.kernel.messages.broker import LOST, Lines, Message, ThreadLine
from services.kernel.messages.context import Context
from services.kernel.secrecy.crypto import Wire


class ServiceAway(ServiceUnavailable):
    """As `ServiceUnavailable` to a caller; here it is known that nothing was asked of anybody."""

    @classmethod
    def code(cls) -> str:
        return ServiceUnavailable.code()

    @classmethod
    def title(cls) -> str:
        return ServiceUnavailable.title()

    def __init__(self) -> None:
        super().__init__(ServiceUnavailable().detail)


class ServiceTooSlow(Fault):
    """The service did not answer in time. Whether the work was done is not known: ask again with the same key."""

    status = 504


class _ReplyLine(ThreadLine):
    """A line with its own reply queue, which goes with it."""

    def opened(self, channel: Any) -> None:
        self.reply_to = f"rpc.reply-gateway-{uuid4()}"
        self._sent = 0
        self.replies: dict[str, bytes] = {}
        self.returned: set[str] = set()
        channel.queue_declare(self.reply_to, durable=False, exclusive=True, auto_delete=True)
        channel.queue_bind(self.reply_to, topology.REQUESTS, self.reply_to)
        channel.basic_consume(self.reply_to, no_ack=True, callback=self._replied)
        channel.events["basic_return"].add(self._unroutable)

    def next_correlation(self) -> str:
        """What names one request among those of this line; the reply queue's name is nobody else's."""
        self._sent += 1
        return str(self._sent)

    def _replied(self, message: Any) -> None:
        body = message.body
        self.replies[message.properties["correlation_id"]] = body if isinstance(body, bytes) else body.encode("latin-1")

    def _unroutable(self, _exception: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self.returned.add(message.properties["correlation_id"])


class Client:
    """The gateway's way to the services."""

    def __init__(self, broker_url: str, wire_keys: Mapping[str, bytes], *, timeout: float) -> None:
        self._wires = {service: Wire(key) for service, key in wire_keys.items()}
        self._lines = Lines(lambda: _ReplyLine(broker_url))
        self._timeout = timeout

    @property
    def services(self) -> tuple[str, ...]:
        """The services that can be called."""
        return tuple(self._wires)

    def deadline(self) -> float:
        """When a call that begins now must be answered, in real seconds since the epoch."""
        return clock.seconds() + self._timeout

    def call(self, service: str, operation: str, context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
        """The service's reply: `{"body", "etag"}`, the body as JSON text, or `{"fault"}`.

        Raises `ServiceUnavailable` when the service or the broker is away (`ServiceAway` when nothing was asked),
        `ServiceTooSlow` after the deadline.
        """
        seal = self._wires[service]
        try:
            body = seal.seal(wire.write_request(context, arguments), wire.REQUEST)
        except TypeError:
            raise InvalidInput("The request holds characters that are not text, or too large a number.") from None
        until = time.monotonic() + max(0.0, context.deadline - clock.seconds())
        try:
            with self._lines.line() as line:
                correlation = self._send(line, f"{service}.{operation}", body, until)
                sealed = self._await(line, correlation, until)
        except TimeoutError:
            raise ServiceTooSlow from None
        except LOST:
            raise ServiceUnavailable from None
        if sealed is None:
            raise ServiceAway
        return wire.read_reply(seal.open(sealed, wire.REPLY))

    def close(self) -> None:
        """Lets go of the connections that nobody uses."""
        self._lines.close()

    @staticmethod
    def _send(line: _ReplyLine, routing_key: str, body: bytes, until: float) -> str:
        for attempt in (1, 2):
            try:
                channel = line.channel
                correlation = line.next_correlation()
                line.publish_on(
                    channel,
                    Message(
                        exchange=topology.REQUESTS,
                        routing_key=routing_key,
                        body=body,
                        properties={
                            "reply_to": line.reply_to,
                            "correlation_id": correlation,
                            "content_type": "application/data",
                            "content_encoding": "binary",
                            "delivery_mode": 1,
                        },
                    ),
                    mandatory=True,
                    expiration=until - time.monotonic(),
                )
            except LOST:
                # The connection had died while it was idle (amqp looks before it publishes): nothing was sent on it,
                # so another may be tried.
                line.close()
                if attempt == 2:
                    raise ServiceAway from None  # also when connecting took too long: nothing was asked
            else:
                return correlation
        raise AssertionError

    @staticmethod
    def _await(line: _ReplyLine, correlation: str, until: float) -> bytes | None:
        """The reply; None when nobody was there to take the request."""
        while correlation not in line.replies:
            if correlation in line.returned:
                line.returned.clear()
                return None
            line.drain(max(0.001, until - time.monotonic()))
        return line.replies.pop(correlation)
