"""One municipality floods the platform in several ways; how much slower are the others? With the limits that the
platform has by itself.

Who floods runs beside the platform on the same cores, and gives way to it (`nice`): what it costs itself is not the
platform's.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import psycopg

from deploy.cli.platform import Platform
from services.intake.contract.imports import MOST_ROWS
from tests.bench import imports
from tests.bench.figures import percentile, table
from tests.bench.journal import Goal
from tests.bench.measure import ROOT, effects
from tests.bench.nation import working
from tests.bench.nation.asking import Asking
from tests.bench.nation.day import KINDS, Kind
from tests.bench.nation.platform import rest
from tests.bench.nation.sizes import Municipality, named
from tests.bench.nation.working import Period, period
from tests.national_form import HEADER, MAPPING
from tests.staff import Staff
from tests.waiting import eventually

ALLOWED = 1.3  #: times the others' 95th percentile
RATE = 20.0  #: requests a second of all others
CLIENTS, HANGING, EVENTS, ROWS = 200, 20, 50_000, 100_000
READS = [kind for kind in KINDS if not kind.writes]
EFFECTS, SOON = 30, 1_000.0  #: events of another municipality, and milliseconds until the last of them has its effect
AGAIN = 1.0  #: seconds after which whoever is refused asks again, as the refusal says (Retry-After)
Flood = Callable[[Platform, Municipality, float], AbstractContextManager[Counter[str]]]


@contextmanager
def _rude(platform: Platform, one: Municipality, seconds: float) -> Iterator[Counter[str]]:
    """So many ask what the day asks, each as soon as it has its answer, also when that is a refusal."""
    with _loading(platform, one, READS, CLIENTS, seconds) as came:
        yield came


@contextmanager
def _clients(platform: Platform, one: Municipality, seconds: float) -> Iterator[Counter[str]]:
    """So many ask what the day asks, each as soon as it has its answer, and who is refused as the refusal says."""
    with _loading(platform, one, READS, CLIENTS, seconds, pause=AGAIN) as came:
        yield came


@contextmanager
def _slow(platform: Platform, one: Municipality, seconds: float) -> Iterator[Counter[str]]:
    """Its applications that wait are held by a lock, and so many keep writing to them: none comes to an end."""
    writes = [kind for kind in KINDS if kind.name == "record_contact"]
    with _database(platform, "intake", one) as connection, connection.transaction():
        connection.execute("select 1 from application where tenant = current_tenant() and id >= %s for update",
                           (named("application", one.waiting.start),))  # fmt: skip
        with _loading(platform, one, writes, HANGING, seconds, pause=AGAIN) as came:
            yield came


@contextmanager
def _events(platform: Platform, one: Municipality, _seconds: float) -> Iterator[Counter[str]]:
    """It tells so many events at once, each of which another service reads; what is left is called off in the end. What
    follows for the disk from writing a hundred megabytes with one statement, as no service does, is over before."""
    desk = Staff(platform, one.slug, "recruiter")
    application = named("application", one.waiting[0])
    desk.ask("POST", f"/applications/{application}/qualify", {})
    with _database(platform, "intake", one) as connection:
        found = "select envelope from told where tenant = current_tenant() order by position desc limit 1"
        eventually(lambda: connection.execute(found).fetchone())
        connection.execute(
            "insert into outbox (routing_key, envelope) select routing_key, jsonb_set(envelope, '{id}', "
            "to_jsonb(gen_random_uuid()::text)) from (select * from told where tenant = current_tenant() "
            f"order by position desc limit 1) one, generate_series(1, {EVENTS})"
        )
        for settling in ("vacuum analyze outbox", "checkpoint", "notify outbox"):
            connection.execute(settling)
        came = Counter[str]()
        yield came
        came["told meanwhile"] = EVENTS - _left(connection)
        connection.execute("delete from outbox where tenant = current_tenant()")


@contextmanager
def _import(platform: Platform, one: Municipality, _seconds: float) -> Iterator[Counter[str]]:
    """It hands in so many forms, in files as large as may be, which are worked on meanwhile; what is left of them and
    of their events is called off in the end."""
    desk = Staff(platform, one.slug, "recruiter")
    desk.ask("PUT", "/import-mappings/national", MAPPING, If_None_Match="*")  # once is enough
    lines = imports.rows(ROWS, of=1)
    begun = [_begun(desk, lines[first : first + MOST_ROWS]) for first in range(0, ROWS, MOST_ROWS)]
    came = Counter[str]()
    yield came
    for where in begun:
        came["rows done"] += desk.get(where)["done"]
        desk.ask("POST", f"{where}/cancel", {})
    with _database(platform, "intake", one) as connection:
        connection.execute("delete from outbox where tenant = current_tenant()")


def _begun(desk: Staff, lines: Sequence[str]) -> str:
    """Hands in a file; where its import is."""
    answer = desk.session.post(
        f"{desk.base}/application-imports?source=national",
        data="\n".join([HEADER, *lines]).encode(),
        headers={"Content-Type": "text/csv"},
        timeout=60,
    )
    answer.raise_for_status()
    return f"/application-imports/{answer.json()['id']}"


def _left(connection: "psycopg.Connection[tuple[object, ...]]") -> int:
    """Events that wait to be told."""
    found = connection.execute("select count(*) from outbox").fetchone()
    return int(str(found[0])) if found else 0


#: What the largest municipality has; that of which something is left for a while comes last.
FLOODS: dict[str, Flood] = {
    f"{CLIENTS} clients": _clients,
    f"{CLIENTS} clients that heed no refusal": _rude,
    f"{HANGING} requests that hang": _slow,
    f"an import of {ROWS} rows": _import,
    f"{EVENTS} events": _events,
}


def floods(parts: Sequence[str]) -> list[str]:
    """The floods whose name has one of these in it, in their order."""
    return [name for name in FLOODS if any(part in name for part in parts)]


@contextmanager
def _database(
    platform: Platform, service: str, one: Municipality
) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    server = platform.admin_database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/hemvist_{service}", autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (one.slug,))
        yield connection


@contextmanager
def _loading(
    platform: Platform,
    one: Municipality,
    kinds: Sequence[Kind],
    connections: int,
    seconds: float,
    pause: float = 0.0,
) -> Iterator[Counter[str]]:
    """A closed loop beside, a little longer than what is measured; how much of what it was answered."""
    _, made = Asking(platform).some(1_000, [one], 3, kinds)
    plan = json.dumps({"requests": made, "connections": connections, "seconds": seconds + 2, "pause": pause})
    command = ["nice", "-n", "19", sys.executable, "-m", "tests.bench.load"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(plan)
        process.stdin.close()
        came = Counter[str]()
        try:
            yield came
            process.wait(seconds + 60)
            came.update(json.loads(process.stdout.read())["statuses"])
        finally:
            process.kill()


@dataclass(frozen=True)
class Fared:
    """How the others fared before a flood and during it, and what became of the flood."""

    before: Period
    during: Period
    flood: Counter[str] = field(default_factory=Counter)
    effects: tuple[Sequence[float], Sequence[float]] = ((), ())  #: milliseconds from a commit to it, before and during

    @property
    def ratio(self) -> float:
        """By how much their 95th percentile moved."""
        return _at(self.during, 95) / _at(self.before, 95)


def flooded(platform: Platform, some: Sequence[Municipality], name: str, *, seconds: float, seed: int) -> Fared:
    """How the others fare before the largest one floods the platform so, and meanwhile."""
    largest, *others = some
    before, soon = _faring(platform, others, seconds=seconds, seed=seed)
    with FLOODS[name](platform, largest, seconds) as came:
        during, later = _faring(platform, others, seconds=seconds, seed=seed + 1)
    rest(platform)
    return Fared(before, during, came, (soon, later))


def _faring(
    platform: Platform, others: Sequence[Municipality], *, seconds: float, seed: int
) -> tuple[Period, list[float]]:
    """How the others' requests fare for a while, and beside them some events of one of them."""
    with ThreadPoolExecutor(1) as beside:
        came = beside.submit(effects, platform, EFFECTS, others[0].slug)
        return period(platform, others, rate=RATE, seconds=seconds, seed=seed), came.result()


def warm(platform: Platform, some: Sequence[Municipality], *, seconds: float, seed: int) -> None:
    """The others ask for a while."""
    period(platform, some[1:], rate=RATE, seconds=seconds, seed=seed)


def _at(one: Period, percent: float) -> float:
    return percentile([took for times in one.times.values() for took in times], percent)


def goals(found: dict[str, Fared]) -> list[Goal]:
    """What is wanted: the others notice little, and none of them is refused."""
    return [
        goal
        for name, one in found.items()
        for goal in (
            Goal(f"{name}: the others' 95 %, during beside before", one.ratio, ALLOWED),
            Goal(f"{name}: the others' requests that failed", one.during.failed.total(), 0),
            Goal(f"{name}: another's event has its effect, ms at most", max(one.effects[1]), SOON),
        )
    ]


def figures(one: Fared) -> dict[str, object]:
    """What is kept of it."""
    return {"before": working.figures(one.before), "during": working.figures(one.during), "flood": one.flood,
            "effects": one.effects}  # fmt: skip


def report(found: dict[str, Fared]) -> str:
    """The others' times, and the factor."""
    return table(
        ["the largest municipality has", "the others' median ms before", "during", "95 % ms before", "during", "times",
         "failed", "an event's effect ms before", "during", "at most", "what the flood came to"],
        (
            [name, _at(one.before, 50), _at(one.during, 50), _at(one.before, 95), _at(one.during, 95),
             f"{one.ratio:.2f}", one.during.failed.total(),
             *(percentile(some, 50) for some in one.effects), max(one.effects[1]),
             ", ".join(f"{what}: {count}" for what, count in sorted(one.flood.items()))]
            for name, one in found.items()
        ),
    )  # fmt: skip
