"""One proof: work and trouble for a while, quiet until all is worked off, then the ledger beside what is there."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from typing import Any

import psycopg

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from deploy.cli.preparation import service_class
from deploy.rabbitmq.provision import Management
from services.kernel.contracts import Event
from services.kernel.messages import topology
from services.kernel.messages.envelope import order_of
from tests.prove.clients import Client
from tests.prove.ledger import Fact, Ledger
from tests.prove.replicas import Seconds
from tests.prove.trouble import Troubles

CLIENTS = 6
DRAINED = 120.0  #: seconds after which what is not worked off counts as stuck
MUNICIPALITY = "orebro"


@dataclass(slots=True)
class Report:
    """What came of it."""

    seed: int
    seconds: float
    facts: Counter[str] = field(default_factory=Counter)
    events: int = 0  #: that readers were told
    retries: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    longest_silence: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  #: what clients never got an answer to, or a wrong one

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, doubled, stuck or refused."""
        return not (self.lost or self.doubled or self.stuck or self.refused)


def prove(
    platform: Platform, seconds: Seconds, file: Path, *, long: float, seed: int, only: Sequence[str] = ()
) -> Report:
    """Lets clients work and troubles come (all, or only these) for so many seconds, then compares."""
    report = Report(seed, long)
    with file.open("w", encoding="ascii") as kept:
        ledger = Ledger(kept)
        _work(platform, seconds, ledger, report, only)
    report.facts = Counter(fact.kind for fact in ledger.facts)
    report.retries, report.longest_silence = ledger.retries, ledger.longest_silence
    report.stuck = _drained(platform)
    _compare(platform, ledger, report)
    return report


def _work(platform: Platform, seconds: Seconds, ledger: Ledger, report: Report, only: Sequence[str]) -> None:
    stop = Flag()
    token = platform.token(municipality=MUNICIPALITY, roles=["recruiter"])
    bases = [f"{url}/{MUNICIPALITY}" for url in (platform.gateway_url, seconds.gateway_url)]
    clients = [Client(n, CLIENTS, bases=bases, token=token, ledger=ledger, stop=stop) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    until = time.monotonic() + report.seconds
    troubles = Troubles(platform, seconds, report.seed, only)
    troubles.go_on(lambda: time.monotonic() > until)
    report.troubles = troubles.done
    stop.set()
    for client in clients:
        client.join()
    report.refused = [f"{client.name}: {client.trouble!r}" for client in clients if client.trouble]


# --- worked off -----------------------------------------------------------------------------------------------------


def _drained(platform: Platform) -> list[str]:
    """Waits until nothing is on its way any more; what is stuck then."""
    until = time.monotonic() + DRAINED
    while left := _on_the_way(platform):
        if time.monotonic() > until:
            return left
        Flag().wait(0.5)
    return _parked(platform)


def _on_the_way(platform: Platform) -> list[str]:
    try:
        waiting = [f"{name}: {count} in the outbox" for name in SERVICES if (count := _count(platform, name, _OUTBOX))]
        return waiting + [f"{one['name']}: {one['messages']} messages" for one in _queues(platform, parked=False)]
    except (psycopg.OperationalError, OSError) as problem:
        return [f"not to be asked: {type(problem).__name__}"]


def _parked(platform: Platform) -> list[str]:
    duties = [f"{name}: {count} duties parked" for name in SERVICES if (count := _count(platform, name, _PARKED))]
    return duties + [f"{one['name']}: {one['messages']} parked" for one in _queues(platform, parked=True)]


def _queues(platform: Platform, *, parked: bool) -> list[dict[str, Any]]:
    """The queues of reactions (or the parked ones) in which there is something."""
    parking = {topology.parked_queue(name) for name in SERVICES}
    with Management(platform.broker_admin_url) as management:
        found = management.get("queues?disable_stats=true&enable_queue_totals=true")
    return [one for one in found if one.get("messages") and (one["name"] in parking) is parked]


_OUTBOX = "select count(*) from outbox"
_PARKED = "select count(*) from duty where reason_parked is not null"


def _rows(platform: Platform, service: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a service's database, of every municipality."""
    server = platform.admin_database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/hemvist_{service}", autocommit=True, connect_timeout=5) as connection:
        return connection.execute(statement, values).fetchall()


def _count(platform: Platform, service: str, statement: str) -> int:
    return int(_rows(platform, service, statement)[0][0])


# --- compared -------------------------------------------------------------------------------------------------------


def _compare(platform: Platform, ledger: Ledger, report: Report) -> None:
    facts: dict[str, Callable[[Platform, list[Fact]], Counter[str]]] = {
        "application": _applications,
        "contact": _contacts,
        "qualified": _investigations,
    }
    for kind, found_by in facts.items():
        acknowledged = ledger.of(kind)
        found = found_by(platform, acknowledged)
        report.lost += [f"{kind} {fact.id}" for fact in acknowledged if not found[fact.id]]
        report.doubled += [f"{kind} {fact.id}: {found[fact.id]}" for fact in acknowledged if found[fact.id] > 1]
    report.doubled += _same_families(platform)
    for missed in _events(platform, report):
        report.lost.append(missed)


def _applications(platform: Platform, facts: list[Fact]) -> Counter[str]:
    return _counted(platform, "intake", "select id, count(*) from application where id = any(%s) group by id", facts)


def _contacts(platform: Platform, facts: list[Fact]) -> Counter[str]:
    of = "select application_id, count(*) from contact_attempt where application_id = any(%s) group by application_id"
    return _counted(platform, "intake", of, facts)


def _investigations(platform: Platform, facts: list[Fact]) -> Counter[str]:
    """What a qualification has brought about, in another service."""
    of = "select application_id, count(*) from investigation where application_id = any(%s) group by application_id"
    return _counted(platform, "investigation", of, facts)


def _counted(platform: Platform, service: str, statement: str, facts: list[Fact]) -> Counter[str]:
    return Counter(dict(_rows(platform, service, statement, [fact.id for fact in facts])))


def _same_families(platform: Platform) -> list[str]:
    """A family applies once: two applications of one are an answer that was lost and a request that was done twice."""
    found = _rows(platform, "intake", "select count(*) from applicant where tenant = %s group by lookup", MUNICIPALITY)
    return [f"one family's application: {count}" for (count,) in found if count > 1]


def _events(platform: Platform, report: Report) -> Iterator[str]:
    """The events that a service has told and one of its readers has not had."""
    for teller in SERVICES:
        told = _rows(platform, teller, "select tenant, envelope from told")
        for reader in SERVICES:
            for event in service_class(reader).reactions():
                mine = [(tenant, one) for tenant, one in told if one["type"] == event.type]
                if event.source == teller and mine:
                    had = _had(platform, reader, event)
                    report.events += len(mine)
                    yield from (f"{event.type} {one['id']} in {reader}" for tenant, one in mine if not had(tenant, one))


def _had(platform: Platform, reader: str, event: Event) -> Callable[[str, dict[str, Any]], bool]:
    """Whether a service has had an event: itself, or something newer about the same."""
    queue = topology.reaction_queue(reader, event)
    inbox = set(_rows(platform, reader, "select tenant, event_id from inbox where reaction = %s", queue))
    of = "select tenant, subject, version from seen_version where source = %s and aspect = %s"
    rows = _rows(platform, reader, of, event.source, event.aspect)
    seen = {(tenant, subject): version for tenant, subject, version in rows}

    def had(tenant: str, envelope: dict[str, Any]) -> bool:
        subject, version = order_of(event, envelope)
        return (tenant, envelope["id"]) in inbox or seen.get((tenant, subject), -1) >= version

    return had


# --- said -----------------------------------------------------------------------------------------------------------


def written(report: Report) -> str:
    """The report as a table in Markdown, and below it what was wrong."""
    rows = [
        ("seed, seconds", f"{report.seed}, {report.seconds:.0f}"),
        ("facts acknowledged", _said(report.facts)),
        ("events that readers were told", str(report.events)),
        ("troubles", _said(report.troubles)),
        ("asked again", _said(report.retries) or "0"),
        ("longest time without an answer", f"{report.longest_silence:.1f} s"),
        *((name, str(len(getattr(report, name)))) for name in ("lost", "doubled", "stuck", "refused")),
    ]
    wrong = [f"{name}: {one}" for name in ("lost", "doubled", "stuck", "refused") for one in getattr(report, name)[:20]]
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows), "", *wrong])


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counted.items()))
