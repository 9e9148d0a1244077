"""What services have told, whether each reader has had it, and everything told once more."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from deploy.cli.preparation import service_class
from services.kernel.contracts import Event
from services.kernel.messages import topology
from services.kernel.messages.broker import Line, Message
from services.kernel.messages.envelope import order_of
from tests.prove.comparison import Rows


@dataclass(frozen=True, slots=True)
class Reading:
    """That a service reads a kind of event."""

    reader: str
    event: Event

    @property
    def queue(self) -> str:
        """In which it comes."""
        return topology.reaction_queue(self.reader, self.event)


READINGS = [Reading(name, event) for name in SERVICES for event in service_class(name).reactions()]


def told(rows: Rows, service: str) -> list[dict[str, Any]]:
    """What a service has told, the oldest first."""
    return [one for (one,) in rows(service, "select envelope from told order by position")]


def outdated(envelopes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of what was told, the oldest first, that which says what something newer of its kind says of the same thing."""
    newest = {(one["tenant"], one["type"], one["subject"]): one["id"] for one in envelopes}
    return [one for one in envelopes if newest[one["tenant"], one["type"], one["subject"]] != one["id"]]


def missed(rows: Rows) -> tuple[int, list[str]]:
    """How many events readers were told, and those that a reader has not had."""
    count, found = 0, []
    for teller in SERVICES:
        envelopes = told(rows, teller)
        for reading in READINGS:
            mine = [one for one in envelopes if reading.event.source == teller and one["type"] == reading.event.type]
            if mine:
                count += len(mine)
                had = _had(rows, reading)
                found += [f"{one['type']} {one['id']} in {reading.reader}" for one in mine if not had(one)]
    return count, found


def _had(rows: Rows, reading: Reading) -> Callable[[dict[str, Any]], bool]:
    """Whether a service has had an event: itself, or something newer about the same."""
    inbox = set(rows(reading.reader, "select tenant, event_id from inbox where reaction = %s", reading.queue))
    of = "select tenant, subject, version from seen_version where source = %s and aspect = %s"
    newest = rows(reading.reader, of, reading.event.source, reading.event.aspect)
    seen = {(tenant, subject): version for tenant, subject, version in newest}

    def had(envelope: dict[str, Any]) -> bool:
        tenant, (subject, version) = envelope["tenant"], order_of(reading.event, envelope)
        return (tenant, envelope["id"]) in inbox or seen.get((tenant, subject), -1) >= version

    return had


def tell_again(platform: Platform, envelopes: list[dict[str, Any]]) -> None:
    """Brings these to each of their readers once more, in this order."""
    messages = [message for envelope in envelopes for message in _messages(envelope)]
    with closing(Line(platform.broker_admin_amqp_url)) as line:
        for first in range(0, len(messages), 100):
            line.publish_confirmed(messages[first : first + 100])


def _messages(envelope: dict[str, Any]) -> Iterator[Message]:
    for reading in READINGS:
        if reading.event.type == envelope["type"]:
            yield Message(
                exchange=topology.redeliver_exchange(reading.reader),
                routing_key=reading.queue,
                body=json.dumps(envelope).encode(),
                properties={
                    "delivery_mode": 2,
                    "content_type": "application/cloudevents+json",
                    "content_encoding": "utf-8",
                    "message_id": envelope["id"],
                },
            )
