"""How a reaction is carried out: once, in one unit of work, and what becomes of it when it fails.

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
from services.kernel.messages.envelope import context_of, order_of, read_data, read_envelope
from services.kernel.rows import giving_up, seen
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit

Effect: TypeAlias = Callable[[Unit, dict[str, Any]], None]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An event that has come to a queue: its own id, and the thing that it is about in one of that thing's versions."""

    queue: str
    event: Event
    event_id: str
    subject: str
    version: int
    retold: bool = False  #: made from what its sender knows today, for a reader that may have had it long ago


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does about an event, and about which of the events that come, in whatever order and however often
    they do: a reaction is `newest` or `each`, and a service does not start with one that is neither."""

    effect: Effect
    takes: Callable[[Unit, Delivery], bool]


def newest(effect: Effect) -> Reaction:
    """A reaction that makes something as the newest event says: of a subject that has been seen in this version or a
    newer one it takes no event, so that it need not compare.

    Of a sender that does not count versions it takes each event once, as long as it has seen no version of the subject.
    """
    return Reaction(effect, _is_newest)


def each(effect: Effect) -> Reaction:
    """A reaction that adds something: it takes each event once, also one that comes late. One that is retold it takes
    where it has had none of that subject."""
    return Reaction(effect, _is_another)


def _is_newest(unit: Unit, come: Delivery) -> bool:
    is_another = come.version > 0 or seen.notice(unit, come.queue, come.event_id)
    return is_another and seen.is_newer(unit, come.event, come.subject, come.version)


def _is_another(unit: Unit, come: Delivery) -> bool:
    is_another, is_first = seen.notice_with_subject(unit, come.queue, come.event_id, come.event, come.subject)
    return is_another and (is_first or not come.retold)


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
    """The event's effect with what is remembered of it; tried again when the database asks for it."""
    subject, version = order_of(event, read)
    retold = read.get("retold") is True
    come = Delivery(queue=queue, event=event, event_id=read["id"], subject=subject, version=version, retold=retold)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with database.unit(context_of(read), now=now) as unit:
                if reaction.takes(unit, come):
                    reaction.effect(unit, read_data(event, read))
                    unit.commit()
        except Exception as problem:
            if attempt == _ATTEMPTS or not giving_up.is_transient(problem):
                raise
        else:
            return
