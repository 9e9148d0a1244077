"""The envelope in which facts travel: CloudEvents 1.0 in JSON, with the tenant and the caller as extensions."""

from datetime import datetime
from typing import Any

from services.kernel import clock
from services.kernel.context import Context
from services.kernel.contracts import Event, dump, load
from services.kernel.ids import new_id


def envelope(event: Event, context: Context, *, subject: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The event as it is published. `data` goes through the contract's schema; personal parts come out sealed."""
    return {
        "specversion": "1.0",
        "id": new_id(),
        "source": f"/hemvist/{event.source}",
        "type": event.type,
        "time": clock.rfc3339(now),
        "subject": subject,
        "datacontenttype": "application/json",
        "dataschema": f"urn:hemvist:schema:{event.type}",
        "data": dump(event.data, data),
        "tenant": context.tenant,
        "actor": context.actor,
        "requestid": context.request_id,
        "traceparent": context.traceparent or "",
    }


def read_data(event: Event, told: dict[str, Any]) -> dict[str, Any]:
    """The data of a received envelope in Python's types; inside a unit of work, since personal parts are opened."""
    return load(event.data, told["data"])


def context_of(told: dict[str, Any]) -> Context:
    """The context in which a reaction to this envelope acts."""
    return Context(
        tenant=told["tenant"],
        actor=told["actor"],
        request_id=told["requestid"],
        deadline=0,
        traceparent=told["traceparent"] or None,
    )
