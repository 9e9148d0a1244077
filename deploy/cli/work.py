"""What a platform has still to do: queues, events not yet published, and duties, as an operator sees them.

Reads with the administrator's rights, for no service may see all municipalities. Shows ids, names and times; no duty
and no queue says anything of a person.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg.rows import dict_row

from deploy.cli.addresses import Addresses
from deploy.cli.names import SERVICES
from deploy.rabbitmq.provision import Management
from services.kernel.messages.broker import Line

LATE = timedelta(minutes=1)  #: the clockwork's own promise


@dataclass(frozen=True, kw_only=True)
class Duties:
    """One kind of duty of a service."""

    service: str
    duty: str
    due: int
    late: int
    parked: int
    planned: int
    next_at: datetime | None
    done: int
    done_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue that outlives its readers."""

    name: str
    messages: int
    consumers: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """All that is known of it."""

    queues: list[Queue]
    unpublished: Mapping[str, int]  #: events in each service's outbox
    oldest_unpublished: Mapping[str, str | None]
    duties: list[Duties]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_LAG = "select count(*) as events, min(envelope->>'time') as oldest from outbox"
_DUTIES = """select name as duty, count(due_at) filter (where reason_parked is null and due_at <= %(now)s) as due,
    count(due_at) filter (where reason_parked is null and due_at <= %(late)s) as late,
    count(reason_parked) as parked,
    count(due_at) filter (where reason_parked is null and due_at > %(now)s) as planned,
    min(due_at) filter (where reason_parked is null and due_at > %(now)s) as next_at,
    coalesce(max(done.done), 0) as done, max(done.done_at) as done_at
from duty full join (select name, sum(done)::bigint as done, max(done_at) as done_at from duty_done group by name) done
    using (name)
group by name order by name"""


def look(addresses: Addresses, now: datetime) -> Work:
    """The work of all services. `now` by the platform's own clock."""
    unpublished: dict[str, int] = {}
    oldest: dict[str, str | None] = {}
    for service in SERVICES:
        with _connect(addresses, service) as connection:
            row = connection.execute(
                "select count(*) as events, min(envelope->>'time') as oldest from outbox"
            ).fetchone()
        unpublished[service], oldest[service] = (row["events"], row["oldest"]) if row else (0, None)
    return Work(
        queues=queues(addresses), unpublished=unpublished, oldest_unpublished=oldest, duties=duties(addresses, now)
    )


def queues(addresses: Addresses) -> list[Queue]:
    """The queues of events, of the ladder and of what is parked; request queues come and go with their readers."""
    with Management(addresses.broker_admin_url) as management:
        found = management.get(f"queues/{quote(addresses.vhost, safe='')}")
    names = sorted(str(one["name"]) for one in found if one["durable"])
    with closing(Line(addresses.broker_admin_amqp_url)) as line:  # the management's own figures are some seconds old
        counted = [line.channel.queue_declare(name, passive=True) for name in names]
    return [
        Queue(name=name, messages=count.message_count, consumers=count.consumer_count)
        for name, count in zip(names, counted, strict=True)
    ]


def duties(addresses: Addresses, now: datetime) -> list[Duties]:
    """Every kind of duty of every service."""
    found = []
    for service in SERVICES:
        with _connect(addresses, service) as connection:
            rows = connection.execute(_DUTIES, {"now": now, "late": now - LATE}).fetchall()
        found += [Duties(service=service, **row) for row in rows]
    return found


def parked_duties(addresses: Addresses, service: str) -> list[dict[str, Any]]:
    """The duties that have failed for good, in the form of parked messages."""
    query = """select tenant, name, subject, due_at, attempts, reason_parked from duty
        where reason_parked is not null order by due_at, tenant, name, subject"""
    with _connect(addresses, service) as connection:
        rows = connection.execute(query).fetchall()
    return [
        {
            "id": f"{row['tenant']}/{row['name']}/{row['subject']}",
            "type": "duty",
            "tenant": row["tenant"],
            "time": row["due_at"],
            "queue": row["name"],
            "attempts": row["attempts"],
            "reason": row["reason_parked"],
        }
        for row in rows
    ]


def is_duty(parked_id: str) -> bool:
    """Whether an id is one of `parked_duties`: a message's has no such signs."""
    return "/" in parked_id


def replay_duties(addresses: Addresses, service: str, parked_id: str | None, *, now: datetime) -> int:
    """Lets one parked duty (or all, with None) be tried again at once; returns how many."""
    statement = "update duty set due_at = %(now)s, attempts = 0, reason_parked = null where reason_parked is not null"
    count = _change(addresses, service, statement, parked_id, {"now": now})
    with _connect(addresses, service) as connection:
        connection.execute("notify duty")
    return count


def drop_duty(addresses: Addresses, service: str, parked_id: str) -> int:
    """Forgets a parked duty for ever; returns how many there were."""
    return _change(addresses, service, "delete from duty where reason_parked is not null", parked_id, {})


def _change(
    addresses: Addresses, service: str, statement: str, parked_id: str | None, values: Mapping[str, Any]
) -> int:
    tenant, name, subject = (parked_id or "//").split("/", 2)
    which = " and (tenant, name, subject) = (%(tenant)s, %(name)s, %(subject)s)" if parked_id else ""
    with _connect(addresses, service) as connection:
        changed = connection.execute(
            statement + which,
            {**values, "tenant": tenant, "name": name, "subject": subject},
        )
        return changed.rowcount


def _connect(addresses: Addresses, service: str) -> "psycopg.Connection[dict[str, Any]]":
    admin = urlsplit(addresses.admin_database_url)
    url = urlunsplit((admin.scheme, admin.netloc, f"/hemvist_{service}", admin.query, ""))
    return psycopg.connect(url, row_factory=dict_row, connect_timeout=5)
