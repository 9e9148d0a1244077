"""The relay: takes events from the outbox to the broker, one at a time in a service, and lays what is confirmed among
what was told.

A municipality has a part of a batch, and one that has had a whole part rests for a moment: its backlog stays here,
where others' events pass it, and not in the readers' queues, where none does.

Dying between the broker's confirm and the commit means publishing again: readers know what they have had. What was told
has a table of its own, so that the outbox holds only what waits; and since one relay at a time writes it, batch by
batch, the positions there become visible in their order: whoever reads on from one misses none. With a batch goes a
duty for each of its municipalities that has webhooks: what was told and what follows from it are there together.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import psycopg

from services.kernel.basics import clock
from services.kernel.basics.log import failed, logger
from services.kernel.basics.rests import Rests
from services.kernel.contracts.webhooks import TELLING
from services.kernel.messages import topology
from services.kernel.messages.broker import LOST, Line, Message, NotConfirmed
from services.kernel.messages.topology import events_exchange

_LOCK = 4_815_162_343  #: the advisory lock that makes one relay of many replicas the one that runs
_BATCH = 200
_PART = 5  #: of a batch, that one municipality may have
_REST = 0.1  #: seconds for which whoever had a whole part rests: a backlog is told at fifty events a second
_POLL = 5.0  #: seconds after which the outbox is looked at without having been woken
# The outbox is empty and then holds thousands: what the database believes of it is never true, and it shall go by the
# index all the same, without compiling its plan (half a second).
_FROM_NOW_ON = "set jit = off; set enable_seqscan = off; set enable_bitmapscan = off; listen outbox"
# Who waits is found by one look into the index for each municipality, however many events each has.
_TAKE = f"""with recursive waiting (slug) as (
    (select tenant from outbox order by tenant limit 1)
    union all
    select (select tenant from outbox where tenant > slug order by tenant limit 1) from waiting where slug is not null
), taken as (
    delete from outbox where ctid = any(array(
        select part.ctid from waiting cross join lateral (
            select ctid, position from outbox where tenant = slug order by position limit {_PART}
        ) part where slug <> all(%(resting)s) order by part.position limit {_BATCH}
    )) returning position, tenant, routing_key, envelope
), laid_by as (
    insert into told (tenant, routing_key, told_at, envelope)
    select tenant, routing_key, %(now)s, envelope from taken order by position
), left_for_webhooks as (
    insert into duty (tenant, name, subject, due_at)
    select tenant, '{TELLING.name}', max(position)::text, %(now)s from taken
    where tenant in (select tenant from webhook) group by tenant returning tenant
) select position, tenant, routing_key, envelope::text, (select count(*) from left_for_webhooks) from taken"""  # noqa: S608  # a name of our own


class Relay:
    """One service's relay. `run` returns only after `stop`; any trouble is logged, waited for and overcome."""

    def __init__(
        self,
        service: str,
        database_url: str,
        broker_url: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        line: Line | None = None,
        connect: "Callable[..., psycopg.Connection[Any]]" = psycopg.connect,
        rest: float = _REST,
    ) -> None:
        self._service = service
        self._database_url = database_url
        self._line = line or Line(broker_url)
        self._sleep = sleep
        self._connect = connect
        self._rest, self._rests = rest, Rests()
        self._stopped = False

    def stop(self) -> None:
        """Ends `run` at its next look."""
        self._stopped = True

    def run(self) -> None:
        """Publishes for ever."""
        while not self._stopped:
            try:
                with self._connect(self._database_url, autocommit=True, connect_timeout=3) as connection:
                    self._serve(connection)
            except (psycopg.OperationalError, NotConfirmed, *LOST) as problem:
                failed("relay_interrupted", problem, service=self._service)
                self._line.close()
                self._sleep(1.0)
        self._line.close()

    def _serve(self, connection: "psycopg.Connection[Any]") -> None:
        connection.execute(_FROM_NOW_ON)
        while not self._stopped and not self._leads(connection):
            self._sleep(1.0)
        while not self._stopped:
            while self.publish_batch(connection):
                pass
            for _ in connection.notifies(timeout=self._rests.left(time.monotonic(), _POLL), stop_after=1):
                pass

    def _leads(self, connection: "psycopg.Connection[Any]") -> bool:
        """Whether this relay has got the lock, which then is its own until the connection ends."""
        row = connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        return bool(row and row[0])

    def publish_batch(self, connection: "psycopg.Connection[Any]", *, now: datetime | None = None) -> int:
        """Publishes the oldest events of whoever does not rest; they are told when all are confirmed. Returns how many
        there were."""
        asked = {"resting": sorted(self._rests.now(time.monotonic())), "now": now or clock.now()}
        with connection.pipeline(), connection.transaction():  # the beginning goes out with the first statement
            rows = sorted(connection.execute(_TAKE, asked).fetchall())
            if rows:
                self._line.publish_confirmed([self._message(key, event) for _, _, key, event, _ in rows])
            if rows and rows[0][-1]:
                connection.execute("notify duty")
        if rows:
            had = Counter(tenant for _, tenant, *_ in rows)
            self._let_rest(had)
            self._ring(had)
            logger.debug("events_relayed", service=self._service, count=len(rows))
        return len(rows)

    def _let_rest(self, had: Counter[str]) -> None:
        until = time.monotonic() + self._rest
        for tenant, count in had.items():
            if count == _PART:
                self._rests.begin(tenant, until)

    def _ring(self, tenants: Iterable[str]) -> None:
        """Wakes whoever waits at a gateway for what these municipalities are told. Nobody relies on hearing it."""
        body = json.dumps({"service": self._service, "tenants": sorted(tenants)}).encode()
        ring = Message(
            exchange=topology.REQUESTS, routing_key=topology.BELL, body=body, properties={"delivery_mode": 1}
        )
        self._line.publish(ring)

    def _message(self, routing_key: str, event: str) -> Message:
        return Message(
            exchange=events_exchange(self._service),
            routing_key=routing_key,
            body=event.encode(),
            properties={
                "delivery_mode": 2,
                "content_type": "application/cloudevents+json",
                "content_encoding": "utf-8",
                "message_id": json.loads(event)["id"],
            },
        )
