"""How a reaction is carried out: once per event, in one unit of work, and what becomes of it when it fails.

A failed message climbs a ladder of delay queues (no worker sleeps) and is parked after the last.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from services.kernel import topology
from services.kernel.broker import Line, Message
from services.kernel.contracts import Event
from services.kernel.database import Database, Unit
from services.kernel.errors import Fault, TooEarly
from services.kernel.events import context_of, read_data
from services.kernel.log import described, logger

Reaction: TypeAlias = Callable[[Unit, dict[str, Any]], None]

ATTEMPT = "x-hemvist-attempt"
REASON = "x-hemvist-reason"
QUEUE = "x-hemvist-queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a delivered event: done (now or before), or why not."""

    done: bool
    reason: str = ""


def react(
    database: Database, queue: str, event: Event, reaction: Reaction, body: bytes, *, now: datetime | None = None
) -> Outcome:
    """One delivery. Never raises: whatever goes wrong is a reason to try again later. `now` replaces the clock."""
    told: dict[str, Any] = {}
    try:
        told = read_envelope(body)
        with database.unit(context_of(told), now=now) as unit:
            if unit.notice(queue, told["id"]):
                reaction(unit, read_data(event, told))
                unit.commit()
    except Exception as problem:  # every failure is retried, then parked
        reason = _reason(problem)
        logger.warning(
            "reaction_failed",
            reaction=queue,
            event_id=told.get("id"),
            request_id=told.get("requestid"),
            tenant=told.get("tenant"),
            early=isinstance(problem, TooEarly),
            **described(problem),
        )
        return Outcome(done=False, reason=reason)
    return Outcome(done=True)


def read_envelope(body: bytes) -> dict[str, Any]:
    """The envelope that a message holds; `ValueError` when it holds none."""
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError("an envelope is an object")  # noqa: TRY004  # as for what is no JSON
    return told


def _reason(problem: Exception) -> str:
    """The kind of the failure and where; never its text, which may hold what somebody wrote."""
    said = described(problem)
    name = type(problem).code() if isinstance(problem, Fault) else said["problem"]
    return f"{name} at {said['where'][-1]}" if said["where"] else str(name)


def put_off(line: Line, service: str, queue: str, message: Message, outcome: Outcome, delays: Sequence[int]) -> None:
    """Hands a failed message to the next rung of the ladder, or parks it; returns when the broker has confirmed."""
    headers = dict(message.properties.get("application_headers") or {})
    attempt = int(headers.get(ATTEMPT, 0)) + 1
    headers |= {ATTEMPT: attempt, REASON: outcome.reason, QUEUE: queue}
    parked = attempt > len(delays)
    exchange = f"{service}.parking" if parked else topology.retry_queue(service, delays[attempt - 1])
    kept = {name: value for name, value in message.properties.items() if name in _KEPT}
    properties = {**kept, "delivery_mode": 2, "application_headers": headers}
    line.publish_confirmed([Message(exchange=exchange, routing_key=queue, body=message.body, properties=properties)])
    if parked:
        logger.error("event_parked", reaction=queue, message_id=message.properties.get("message_id"))


_KEPT = ("content_type", "content_encoding", "message_id")
