"""How a reaction is carried out: once per event, in one unit of work, and what becomes of it when it fails.

A failed message climbs a ladder of delay queues (no worker sleeps) and is parked after the last. While what it needs is
down, it waits in its queue instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from services.kernel.basics.log import described, logger
from services.kernel.contracts import Event
from services.kernel.contracts.faults import ServiceUnavailable, TooEarly, reason_of
from services.kernel.messages.envelope import context_of, read_data, read_envelope
from services.kernel.rows import giving_up
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit

Reaction: TypeAlias = Callable[[Unit, dict[str, Any]], None]


_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a delivered event: done (now or before), or why not."""

    done: bool
    reason: str = ""
    down: bool = False  #: what the reaction needs is away: that is no fault of the event's, and costs it no attempt


def react(
    database: Database, queue: str, event: Event, reaction: Reaction, body: bytes, *, now: datetime | None = None
) -> Outcome:
    """One delivery. Never raises: whatever goes wrong is a reason to try again later. `now` replaces the clock."""
    read: dict[str, Any] = {}
    try:
        read = read_envelope(body)
        _react(database, queue, event, reaction, read, now=now)
    except Exception as problem:  # every failure is retried, then parked
        reason = reason_of(problem)
        logger.warning(
            "reaction_failed",
            reaction=queue,
            event_id=read.get("id"),
            request_id=read.get("requestid"),
            tenant=read.get("tenant"),
            early=isinstance(problem, TooEarly),
            **described(problem),
        )
        return Outcome(done=False, reason=reason, down=isinstance(problem, ServiceUnavailable))
    return Outcome(done=True)


def _react(
    database: Database, queue: str, event: Event, reaction: Reaction, read: dict[str, Any], *, now: datetime | None
) -> None:
    """The event's effect with its id in the inbox; tried again when the database asks for it."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with database.unit(context_of(read), now=now) as unit:
                if unit.notice(queue, read["id"]):
                    reaction(unit, read_data(event, read))
                    unit.commit()
        except Exception as problem:
            if attempt == _ATTEMPTS or not giving_up.is_transient(problem):
                raise
        else:
            return
