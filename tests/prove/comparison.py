"""The ledger beside what is there: each fact once where it was written down and in each service that it reaches, no
home over-booked, every last day as it was said last, every krona paid once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import psycopg

from tests.prove import owed
from tests.prove.family import PLACES
from tests.prove.ledger import Fact, Ledger
from tests.prove.platform import Proven

Rows: TypeAlias = Callable[..., list[tuple[Any, ...]]]  #: of a service's database, by a statement and its values

#: Where each fact is to be found once: kind, service, table, and the column that names it.
FOUND = (
    ("application", "intake", "application", "id"),
    ("contact", "intake", "contact_attempt", "application_id"),
    ("qualified", "investigation", "investigation", "application_id"),
    ("decision", "investigation", "approval", "investigation_id"),
    ("placement", "placement", "placement", "id"),
    ("placement", "investigation", "home_use", "id"),
    ("placement", "mentorship", "support", "id"),
    ("placement", "compensation", "placement", "id"),
    ("placement", "compensation", "agreement", "placement_id"),
    ("claim", "compensation", "claim", "id"),
    ("pay run", "compensation", "pay_run", "id"),
)
#: Where the last day of a placement is known, by its id.
LAST_DAYS = (
    ("placement", "placement", "id"),
    ("investigation", "home_use", "id"),
    ("mentorship", "support", "id"),
    ("compensation", "placement", "id"),
    ("compensation", "agreement", "placement_id"),
)
_PAID = """
    select {of}, sum(line.amount) from pay_run_line line
        join pay_run run on run.tenant = line.tenant and run.id = line.pay_run_id and run.status = 'approved'
        left join agreement on agreement.tenant = line.tenant and agreement.id = line.agreement_id
    where {of} = any(%s) and line.reason_code is null and line.kind not like 'recovery%%' group by {of}
"""


def rows_of(platform: Proven, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a service's database, of every municipality."""
    url = platform.database_url(f"hemvist_{service}")
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        return connection.execute(statement, values).fetchall()


def lost_and_doubled(rows: Rows, ledger: Ledger) -> tuple[list[str], list[str]]:
    """Facts that are not where they should be, and those that are there more than once."""
    lost, doubled = [], []
    for kind, service, table, column in FOUND:
        facts = {fact.id for fact in ledger.of(kind)}
        counted = f"select {column}, count(*) from {table} where {column} = any(%s) group by {column}"
        found = Counter(dict(rows(service, counted, list(facts))))
        lost += [f"{kind} {one} in {service}.{table}" for one in facts if not found[one]]
        doubled += [f"{kind} {one} in {service}.{table}: {found[one]}" for one in facts if found[one] > 1]
    return lost, doubled + list(_same_families(rows))


def _same_families(rows: Rows) -> Iterator[str]:
    """A family applies once: two applications of one are an answer that was lost and a request that was done twice."""
    for (count,) in rows("intake", "select count(*) from applicant group by tenant, lookup having count(*) > 1"):
        yield f"one family's application: {count}"


def wrong(rows: Rows, ledger: Ledger, municipality: str) -> list[str]:
    """What is there and is not as it was acknowledged."""
    months = sorted(fact.starts_on for fact in ledger.of("pay run"))
    return [
        *_overbooked(rows, ledger),
        *_other_last_days(rows, ledger),
        *_other_sums(rows, ledger, months),
        *_other_runs(rows, ledger, municipality),
    ]


def _overbooked(rows: Rows, ledger: Ledger) -> Iterator[str]:
    """Homes with more children on a day than places, or with children of whom nobody was told."""
    said = Counter(fact.home for fact in ledger.of("placement"))
    stays: defaultdict[str, list[tuple[date, date | None]]] = defaultdict(list)
    found = rows("placement", "select home_id, starts_on, ends_on from placement where home_id = any(%s)", list(said))
    for home, starts_on, ends_on in found:
        stays[home].append((starts_on, ends_on))
    for home, some in stays.items():
        if (most := most_at_once(some)) > PLACES:
            yield f"home {home} has {most} children in {PLACES} places"
        if len(some) != said[home]:
            yield f"home {home} has {len(some)} placements, and {said[home]} were acknowledged"


def most_at_once(stays: Iterable[tuple[date, date | None]]) -> int:
    """The most stays on one day, first and last day included."""
    known = list(stays)
    return max(sum(first <= day <= (last or date.max) for first, last in known) for day, _ in known)


def _other_last_days(rows: Rows, ledger: Ledger) -> Iterator[str]:
    said = ledger.last_days()
    for service, table, column in LAST_DAYS:
        statement = f"select {column}, ends_on from {table} where {column} = any(%s)"
        for placement, ends_on in rows(service, statement, list(said)):
            if str(ends_on or "") != said[placement]:
                yield f"placement {placement} ends on {ends_on} in {service}.{table}, {said[placement]} was said"


def _other_sums(rows: Rows, ledger: Ledger, months: list[str]) -> Iterator[str]:
    """What was paid for each child and claim in all approved runs, beside what is owed by the tariff and the days."""
    ends = ledger.last_days()
    due = {fact.id: _due(fact, ends[fact.id], months) for fact in ledger.of("agreement")}
    yield from _differences(rows, "agreement.placement_id", due)
    if months:
        yield from _differences(rows, "line.claim_id", {one.id: Decimal(one.amount) for one in ledger.of("claim")})


def _due(fact: Fact, ends_on: str, months: list[str]) -> Decimal:
    last = date.fromisoformat(ends_on) if ends_on else None
    return owed.for_child(date.fromisoformat(fact.starts_on), last, months)


def _differences(rows: Rows, of: str, due: dict[str, Decimal]) -> Iterator[str]:
    paid = dict(rows("compensation", _PAID.format(of=of), list(due)))
    for one, amount in due.items():
        if paid.get(one, Decimal(0)) != amount:
            yield f"{of} {one}: {paid.get(one, 0)} kr paid, {amount} kr owed"


def _other_runs(rows: Rows, ledger: Ledger, municipality: str) -> Iterator[str]:
    """Runs that nobody was told of, and those that come to something else than was said when they were approved."""
    lines = "(select coalesce(sum(amount), 0) from pay_run_line line where line.tenant = run.tenant and "
    statement = f"select id, month, {lines} pay_run_id = run.id) from pay_run run where status = 'approved' "
    said = {fact.id: Decimal(fact.amount) for fact in ledger.of("pay run")}
    for run, month, total in rows("compensation", f"{statement} and tenant = %s", municipality):
        if said.get(run) != total:
            yield f"the run of {month} comes to {total} kr, {said.get(run)} kr was said"
