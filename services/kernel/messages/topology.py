"""What stands in the broker, and who may do what there.

Everything durable is declared by the migration job before a service starts, so that an event is kept that is published
while its reader has never run yet. A service may declare one thing: its own request queue, which lives while it does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import kombu

from services.kernel.contracts import Event

REQUESTS = "nameko-rpc"  #: the exchange of requests and replies
GATEWAY = "gateway"
BELL = "rpc.reply-gateway-told"  #: with this routing key each gateway hears who has been told something


def reaction_queue(service: str, event: Event) -> str:
    """`placement.on_home_approved`: frozen once released."""
    return f"{service}.on_{event.name}"


def events_exchange(service: str) -> str:
    """Where a service publishes its events."""
    return f"{service}.events"


def redeliver_exchange(service: str) -> str:
    """Brings a message back to the reaction queue whose name is its routing key."""
    return f"{service}.redeliver"


def retry_queue(service: str, delay: int) -> str:
    """Where a failed message waits for `delay` milliseconds."""
    return f"{service}.retry-{delay}"


def parked_queue(service: str) -> str:
    """Where a message lies that failed for good, until an operator replays or drops it."""
    return f"{service}.parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """A broker user's rights, as regular expressions on names."""

    configure: str
    write: str
    read: str
    topics: tuple[tuple[str, str, str], ...]  #: (exchange, routing keys it may write, routing keys it may bind)


def permissions(user: str) -> Permissions:
    """The least that a service (or the gateway) needs. Only the gateway may write requests; a service may write its own
    events and replies, and read its own queues."""
    if user == GATEWAY:
        own = r"rpc\.reply-gateway-.*"
        return Permissions(
            configure=f"^{own}$",
            write=f"^({REQUESTS}|{own})$",
            read=f"^({REQUESTS}|{own})$",
            topics=((REQUESTS, r"^[a-z]+\.[a-z_]+$", f"^{own}$"),),
        )
    own = re.escape(user)
    return Permissions(
        configure=f"^rpc-{own}$",
        write=rf"^({REQUESTS}|rpc-{own}|{own}\.(events|redeliver|retry-\d+|parking))$",
        # Of its exchanges it may read none: it would bind one to the requests', and ask by way of it.
        read=rf"^({REQUESTS}|rpc-{own}|{own}\.on_\w+)$",
        topics=(
            (REQUESTS, r"^rpc\.reply-gateway-.*$", rf"^{own}\.\*$"),
            (events_exchange(user), r"^[a-z_]+\.v\d+$", "^$"),
        ),
    )


def declare(broker_url: str, services: Sequence[Any], *, retry_delays: Sequence[int]) -> None:
    """Declares every exchange, queue and binding of the services; twice changes nothing. Needs the admin's rights."""
    with kombu.Connection(broker_url, connect_timeout=5) as connection:
        channel = connection.default_channel
        channel.exchange_declare(REQUESTS, "topic", durable=True, auto_delete=False)
        for service in services:
            _declare_exchanges(channel, service.name, retry_delays)
        for service in services:
            for event in service.reactions():
                _declare_reaction(channel, service.name, event)


def _declare_exchanges(channel: Any, service: str, retry_delays: Sequence[int]) -> None:
    channel.exchange_declare(events_exchange(service), "topic", durable=True, auto_delete=False)
    channel.exchange_declare(redeliver_exchange(service), "direct", durable=True, auto_delete=False)
    for delay in retry_delays:
        # The queue's own exchange is a fanout, because the routing key is kept for the way back.
        name = retry_queue(service, delay)
        channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
        _declare_queue(
            channel,
            name,
            {
                "x-message-ttl": delay,
                "x-dead-letter-exchange": redeliver_exchange(service),
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )
        channel.queue_bind(name, name, "")
    channel.exchange_declare(f"{service}.parking", "fanout", durable=True, auto_delete=False)
    _declare_queue(channel, parked_queue(service), {})
    channel.queue_bind(parked_queue(service), f"{service}.parking", "")


def _declare_reaction(channel: Any, service: str, event: Event) -> None:
    name = reaction_queue(service, event)
    _declare_queue(channel, name, {})
    channel.queue_bind(name, events_exchange(event.source), event.routing_key)
    channel.queue_bind(name, redeliver_exchange(service), name)


def _declare_queue(channel: Any, name: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(
        name, durable=True, exclusive=False, auto_delete=False, arguments={"x-queue-type": "quorum", **arguments}
    )
