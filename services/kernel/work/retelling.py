"""Telling one reader everything again: what is kept word for word, and what is older from the teller's present rows.

It goes to that reader's queue and to no other. What is kept has the id and the version that it was told with. What is
made from a row has the row's present version, an id that follows from both, and says that it is `retold`: a reaction to
each takes it only where nothing of its subject has been seen. So nothing is lost and nothing doubled, however often it
is told again. What is kept comes first: an event that ceases to be kept meanwhile is told twice, and not not at all.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias, TypeVar
from uuid import NAMESPACE_URL, uuid5

import psycopg
import sqlalchemy
from sqlalchemy import select
from sqlalchemy.sql.base import ExecutableOption

from services.kernel.basics.ids import new_id
from services.kernel.basics.log import failed
from services.kernel.contracts import Event
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.contracts.schema import dump
from services.kernel.messages import topology
from services.kernel.messages.broker import LOST, Line, Message, NotConfirmed
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import envelope
from services.kernel.rows.database import Database
from services.kernel.rows.tables import Versioned
from services.kernel.rows.unit import Unit

Happened: TypeAlias = Iterable[tuple[Versioned, dict[str, Any]]]  #: rows, and what the event of each would say today
Found = TypeVar("Found")

_BATCH = 500
_PATIENCE = 60.0  #: seconds for which a database or a broker that is away is waited for
_KEPT = """select position, envelope->>'id' as id, envelope::text as envelope from told
    where routing_key = :key and position > :after order by position limit :most"""
_SUBJECTS = "select position, envelope->>'subject' as subject from told where routing_key = :key and position > :after"
_WAITING = "select envelope->>'subject' from outbox where tenant = %s and routing_key = %s"


@dataclass(frozen=True, slots=True)
class FromRows:
    """How the events of a kind are made from what the teller knows today: one for each row that has had it."""

    row_type: type[Versioned]
    where: sqlalchemy.ColumnElement[bool]
    options: tuple[ExecutableOption, ...]
    happened: Callable[[Unit, Sequence[Any]], Happened]


@dataclass(frozen=True, slots=True)
class OnlyWhileKept:
    """Of an event that nobody needs once it is old."""

    why: str


How: TypeAlias = FromRows | OnlyWhileKept


def from_rows(
    row_type: type[Versioned], *options: ExecutableOption, where: sqlalchemy.ColumnElement[bool]
) -> Callable[[Callable[[Unit, Sequence[Any]], Happened]], FromRows]:
    """Declares the function of an event's name in a service's room `retelling`: it gets some of these rows at once."""
    return lambda happened: FromRows(row_type, where, options, happened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far it is: everything up to here lies with the reader."""

    tenant: str
    position: int = 0  #: among what is kept of the municipality
    row_id: str | None = None  #: once everything kept has been told: the last row, or none yet


@dataclass(frozen=True, slots=True)
class Batch:
    """What the broker has confirmed, and where that ends."""

    place: Place
    kept: int = 0
    made: int = 0


class Retelling:
    """One kind of event for one reader. Goes on by itself when database or broker come back within a minute."""

    def __init__(
        self,
        event: Event,
        how: How,
        *,
        reader: str,
        database: Database,
        relay_url: str,
        line: Line,
        now: datetime | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._event, self._how = event, how
        self._database, self._relay_url, self._line = database, relay_url, line
        self._exchange = topology.redeliver_exchange(reader)
        self._queue = topology.reaction_queue(reader, event)
        self._now, self._sleep = now, sleep

    def run(self, tenants: Iterable[str], begin: Place | None = None) -> Iterator[Batch]:
        """Tells everything of these municipalities, or what comes after a place where it was cut off."""
        for tenant in sorted(tenants):
            if begin is None or tenant > begin.tenant:
                yield from self._of(Place(tenant=tenant))
            elif tenant == begin.tenant:
                yield from self._of(begin)

    def _of(self, place: Place) -> Iterator[Batch]:
        if place.row_id is None:
            for batch in self._kept(place):
                place = batch.place
                yield batch
        if isinstance(self._how, FromRows):
            yield from self._made(self._how, place)

    def _kept(self, place: Place) -> Iterator[Batch]:
        while rows := self._patiently(partial(self._kept_after, place.tenant, place.position)):
            self._publish([(row.id, row.envelope) for row in rows])
            place = Place(tenant=place.tenant, position=rows[-1].position)
            yield Batch(place, kept=len(rows))

    def _kept_after(self, tenant: str, position: int) -> Sequence[Any]:
        given = {"key": self._event.routing_key, "after": position, "most": _BATCH}
        with self._database.unit(_context(tenant), reads=True, now=self._now) as unit:
            return unit.session.execute(sqlalchemy.text(_KEPT), given).all()

    def _made(self, how: FromRows, place: Place) -> Iterator[Batch]:
        known = _Known(self._event)
        while page := self._patiently(partial(self._page, how, place.tenant, place.row_id or "", known)):
            self._publish([(one["id"], json.dumps(one)) for one in page.events])
            place = Place(tenant=place.tenant, position=place.position, row_id=page.last)
            yield Batch(place, made=len(page.events))

    def _page(self, how: FromRows, tenant: str, after: str, known: "_Known") -> "_Page | None":
        """Some rows as events, without those of which the reader gets the event itself: it is kept, or waits to be told
        to everybody. That is looked at after the rows, the outbox first, because an event goes from there to the kept.
        """
        identity = how.row_type.id
        statement = select(how.row_type).where(how.where, identity > after).order_by(identity).limit(_BATCH)
        with self._database.unit(_context(tenant), reads=True, now=self._now) as unit:
            rows = unit.session.scalars(statement.options(*how.options)).unique().all()
            if not rows:
                return None
            made = [self._envelope(unit, row, data) for row, data in how.happened(unit, rows)]
            with psycopg.connect(self._relay_url, autocommit=True, connect_timeout=3) as connection:
                waiting = connection.execute(_WAITING, (tenant, self._event.routing_key)).fetchall()
            known.look(unit)
        told = known.subjects | {subject for (subject,) in waiting}
        return _Page([one for one in made if one["subject"] not in told], last=rows[-1].id)

    def _envelope(self, unit: Unit, row: Versioned, data: Mapping[str, Any]) -> dict[str, Any]:
        written = dump(self._event.data, data)
        made = envelope(self._event, unit.context, version=row.version, data=written, now=row.changed_at)
        name = f"{unit.context.tenant} {made['type']} {made['subject']} {row.version}"
        return {**made, "id": str(uuid5(NAMESPACE_URL, name)), "retold": True}

    def _publish(self, events: Sequence[tuple[str, str]]) -> None:
        messages = [self._message(event_id, written) for event_id, written in events]
        if messages:
            self._patiently(partial(self._line.publish_confirmed, messages))

    def _message(self, event_id: str, written: str) -> Message:
        return Message(
            exchange=self._exchange,
            routing_key=self._queue,
            body=written.encode(),
            properties={
                "delivery_mode": 2,
                "content_type": "application/cloudevents+json",
                "content_encoding": "utf-8",
                "message_id": event_id,
            },
        )

    def _patiently(self, work: Callable[[], Found]) -> Found:
        """What the work gives, tried again while what it needs is away."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return work()
            except (psycopg.OperationalError, ServiceUnavailable, NotConfirmed, *LOST) as problem:
                if time.monotonic() > until:
                    raise
                failed("retelling_interrupted", problem, reaction=self._queue)
                self._line.close()
                self._sleep(1.0)


@dataclass(frozen=True, slots=True)
class _Page:
    events: list[dict[str, Any]]
    last: str


class _Known:
    """The subjects of the events that are kept, read on from where the last look ended."""

    def __init__(self, event: Event) -> None:
        self._key = event.routing_key
        self._position = 0
        self.subjects: set[str] = set()

    def look(self, unit: Unit) -> None:
        """Adds what has been told since."""
        given = {"key": self._key, "after": self._position}
        for position, subject in unit.session.execute(sqlalchemy.text(_SUBJECTS), given):
            self._position = max(self._position, position)
            self.subjects.add(subject)


def _context(tenant: str) -> Context:
    return Context(tenant=tenant, actor="", request_id=new_id(), deadline=0)
