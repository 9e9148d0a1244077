"""The relay: takes events from the outbox to the broker, one at a time in a service, and lays what is confirmed among
what was told.

Dying between the broker's confirm and the commit means publishing again: readers know what they have had. What was told
has a table of its own, so that the outbox holds only what waits; and since one relay at a time writes it, batch by
batch, the positions there become visible in their order: whoever reads on from one misses none. With a batch goes a
duty for each of its municipalities that has webhooks: what was told and what follows from it are there together.
"""

import json
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import psycopg

from services.kernel.basics import clock
from services.kernel.basics.log import failed, logger
from services.kernel.contracts.webhooks import TELLING
from services.kernel.messages import topology
from services.kernel.messages.broker import LOST, Line, Message, NotConfirmed
from services.kernel.messages.topology import events_exchange

_LOCK = 4_815_162_343  #: the advisory lock that makes one relay of many replicas the one that runs
_BATCH = 200
_POLL = 5.0  #: seconds after which the outbox is looked at without having been woken
_TAKE = f"""with taken as (
    delete from outbox where position in (select position from outbox order by position limit %(most)s)
    returning position, tenant, routing_key, envelope
), told as (
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
    ) -> None:
        self._service = service
        self._database_url = database_url
        self._line = line or Line(broker_url)
        self._sleep = sleep
        self._connect = connect
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
        connection.execute("listen outbox")
        while not self._stopped and not self._leads(connection):
            self._sleep(1.0)
        while not self._stopped:
            while self.publish_batch(connection):
                pass
            for _ in connection.notifies(timeout=_POLL, stop_after=1):
                pass

    def _leads(self, connection: "psycopg.Connection[Any]") -> bool:
        """Whether this relay has got the lock, which then is its own until the connection ends."""
        row = connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        return bool(row and row[0])

    def publish_batch(self, connection: "psycopg.Connection[Any]", *, now: datetime | None = None) -> int:
        """Publishes the oldest events; they are told when all are confirmed. Returns how many there were."""
        with connection.pipeline(), connection.transaction():  # the beginning goes out with the first statement
            rows = sorted(connection.execute(_TAKE, {"most": _BATCH, "now": now or clock.now()}).fetchall())
            if rows:
                self._line.publish_confirmed([self._message(key, event) for _, _, key, event, _ in rows])
            if rows and rows[0][-1]:
                connection.execute("notify duty")
        if rows:
            self._ring({tenant for _, tenant, *_ in rows})
            logger.debug("events_relayed", service=self._service, count=len(rows))
        return len(rows)

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
