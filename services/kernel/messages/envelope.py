"""The envelope in which events travel: CloudEvents 1.0 in JSON, with the tenant and the caller as extensions."""

import json
from datetime import datetime
from typing import Any

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.contracts.schema import load
from services.kernel.messages.context import Context

_NEWEST = 2**63 - 1  #: as far as the database counts


def envelope(event: Event, context: Context, *, version: int, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The event as it is published: `data` has gone through the contract's schema, `version` is its subject's."""
    return {
        "specversion": "1.0",
        "id": new_id(),
        "source": f"/hemvist/{event.source}",
        "type": event.type,
        "time": clock.rfc3339(now),
        "subject": data[event.subject],
        "subjectversion": version,
        "datacontenttype": "application/json",
        "dataschema": f"urn:hemvist:schema:{event.type}",
        "data": data,
        "tenant": context.tenant,
        "actor": context.actor,
        "requestid": context.request_id,
        "traceparent": context.traceparent or "",
    }


def read_data(event: Event, received: dict[str, Any]) -> dict[str, Any]:
    """The data of a received envelope in Python's types; inside a unit of work, since personal parts are opened."""
    return load(event.data, received["data"])


def order_of(event: Event, received: dict[str, Any]) -> tuple[str, int]:
    """Which thing an event is about, and in which of its versions: 0 when the sender is of the time before events had
    one, and every other is newer. `ValueError` for a version that nothing can be compared with.

    The data names the thing: the older senders wrote another one into the envelope's `subject`.
    """
    version = received.get("subjectversion", 0)
    if type(version) is not int or not 0 <= version <= _NEWEST:  # a bool is none
        raise ValueError("a subject's version is a whole number that is not negative")
    return received["data"][event.subject], version


def context_of(received: dict[str, Any]) -> Context:
    """The context in which a reaction to this envelope acts."""
    return Context(
        tenant=received["tenant"],
        actor=received["actor"],
        request_id=received["requestid"],
        deadline=0,
        traceparent=received["traceparent"] or None,
    )


def tenant_of(body: bytes) -> str:
    """The municipality that a message is of; empty when it can not be read."""
    try:
        tenant = read_envelope(body).get("tenant")
    except ValueError:
        return ""
    return tenant if isinstance(tenant, str) else ""


def read_envelope(body: bytes) -> dict[str, Any]:
    """The envelope that a message holds; `ValueError` when it holds none."""
    received = json.loads(body)
    if not isinstance(received, dict):
        raise ValueError("an envelope is an object")  # noqa: TRY004  # as for what is no JSON
    return received
