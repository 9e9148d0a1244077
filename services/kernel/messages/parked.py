"""Parked messages, for an operator: list, look, replay, drop. Personal parts are sealed, and none is opened here."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from services.kernel.messages import topology
from services.kernel.messages.broker import Line, Message, raw
from services.kernel.messages.envelope import read_envelope
from services.kernel.messages.ladder import ATTEMPT, QUEUE, REASON


def list_parked(broker_url: str, service: str) -> list[dict[str, Any]]:
    """Every parked message of a service: id, type, tenant, time, queue, attempts and the reason of the last failure."""
    found: list[dict[str, Any]] = []
    with closing(Line(broker_url)) as line:
        _walk(line, service, lambda message, received: found.append(_summary(message, received)))
    return found


def show(broker_url: str, service: str, message_id: str) -> dict[str, Any] | None:
    """One parked message's envelope, as it lies there (empty when it can not be read); None when none has that id."""
    found: list[dict[str, Any]] = []
    with closing(Line(broker_url)) as line:
        _walk(
            line, service, lambda message, received: found.append({**_summary(message, received), "envelope": received})
        )
    return next((one for one in found if one["id"] == message_id), None)


def replay(broker_url: str, service: str, message_id: str | None) -> int:
    """Sends one parked message (or all, with None) back to its reaction; returns how many. Its attempts start anew."""

    def take(line: Line, message: Any) -> None:
        headers = dict(message.headers or {})
        queue = headers.pop(QUEUE)
        headers.pop(ATTEMPT, None)
        line.publish_confirmed(
            [
                Message(
                    exchange=topology.redeliver_exchange(service),
                    routing_key=queue,
                    body=raw(message),
                    properties={
                        "delivery_mode": 2,
                        "message_id": message.properties.get("message_id"),
                        "content_type": message.properties.get("content_type"),
                        "content_encoding": "utf-8",
                        "application_headers": headers,
                    },
                )
            ]
        )

    return _remove(broker_url, service, message_id, take)


def drop(broker_url: str, service: str, message_id: str) -> int:
    """Forgets a parked message for ever; returns how many there were."""
    return _remove(broker_url, service, message_id, lambda _line, _message: None)


def _remove(broker_url: str, service: str, message_id: str | None, take: Callable[[Line, Any], None]) -> int:
    """Takes messages out of the parked queue, each only after `take` has returned."""
    removed = 0

    def visit(message: Any, received: dict[str, Any]) -> None:
        nonlocal removed
        if message_id in (None, _id(message, received)):
            take(publishing, message)
            reading.channel.basic_ack(message.delivery_info["delivery_tag"])
            removed += 1

    with closing(Line(broker_url)) as reading, closing(Line(broker_url)) as publishing:
        _walk(reading, service, visit)
    return removed


def _walk(line: Line, service: str, visit: Callable[[Any, dict[str, Any]], Any]) -> None:
    """Visits every parked message. What is not acknowledged goes back to the queue when the line closes."""
    while (message := line.channel.basic_get(topology.parked_queue(service), no_ack=False)) is not None:
        try:
            received = read_envelope(raw(message))
        except ValueError:
            received = {}  # what can not be read lies here too, and has to be dropped
        visit(message, received)


def _summary(message: Any, received: dict[str, Any]) -> dict[str, Any]:
    headers = message.headers or {}
    return {
        "id": _id(message, received),
        "type": received.get("type"),
        "tenant": received.get("tenant"),
        "time": received.get("time"),
        "queue": headers.get(QUEUE),
        "attempts": headers.get(ATTEMPT),
        "reason": headers.get(REASON),
    }


def _id(message: Any, received: dict[str, Any]) -> str | None:
    """The event's id; of a message that names none, the message's own."""
    event_id = received.get("id")
    return event_id if isinstance(event_id, str) else message.properties.get("message_id")
