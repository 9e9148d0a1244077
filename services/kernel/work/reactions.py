"""How a reaction is carried out: once per event, in one unit of work, and what becomes of it when it fails.

A failed message climbs a ladder of delay queues (no worker sleeps) and is parked after the last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from services.kernel.basics.log import described, logger
from services.kernel.contracts import Event
from services.kernel.contracts.faults import TooEarly, reason_of
from services.kernel.messages.envelope import context_of, read_data, read_envelope
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit

Reaction: TypeAlias = Callable[[Unit, dict[str, Any]], None]


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
        reason = reason_of(problem)
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
