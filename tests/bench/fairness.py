"""One municipality floods the platform in several ways; how much slower are the others? With the limits that the
platform has by itself."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from json import dumps

import psycopg

from deploy.cli.platform import Platform
from tests.bench import imports
from tests.bench.figures import percentile, table
from tests.bench.measure import ROOT
from tests.bench.nation.asking import Asking
from tests.bench.nation.day import KINDS, Kind
from tests.bench.nation.sizes import Municipality, named
from tests.bench.nation.working import Period, period
from tests.national_form import HEADER, MAPPING
from tests.staff import Staff
from tests.waiting import eventually

ALLOWED = 1.3  #: times the others' 95th percentile
RATE = 20.0  #: requests a second of all others
CLIENTS, HANGING, EVENTS, ROWS = 200, 20, 50_000, 100_000
Flood = Callable[[Platform, Municipality, float], AbstractContextManager[None]]


@contextmanager
def _nothing(_platform: Platform, _one: Municipality, _seconds: float) -> Iterator[None]:
    yield


@contextmanager
def _clients(platform: Platform, one: Municipality, seconds: float) -> Iterator[None]:
    """So many ask what the day asks, each as soon as it has its answer."""
    reads = [kind for kind in KINDS if not kind.writes]
    with _loading(platform, one, reads, CLIENTS, seconds):
        yield


@contextmanager
def _slow(platform: Platform, one: Municipality, seconds: float) -> Iterator[None]:
    """Its applications that wait are held by a lock, and so many keep writing to them: none comes to an end."""
    writes = [kind for kind in KINDS if kind.name == "record_contact"]
    with _database(platform, "intake", one) as connection, connection.transaction():
        connection.execute("select 1 from application where tenant = current_tenant() and id >= %s for update",
                           (named("application", one.waiting.start),))  # fmt: skip
        with _loading(platform, one, writes, HANGING, seconds):
            yield


@contextmanager
def _events(platform: Platform, one: Municipality, _seconds: float) -> Iterator[None]:
    """It tells so many events at once, each of which another service reads."""
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
        connection.execute("notify outbox")
        yield


@contextmanager
def _import(platform: Platform, one: Municipality, _seconds: float) -> Iterator[None]:
    """It hands in a file of so many forms, which is worked on meanwhile, and calls it off in the end."""
    desk = Staff(platform, one.slug, "recruiter")
    desk.ask("PUT", "/import-mappings/national", MAPPING, If_None_Match="*")
    answer = desk.session.post(
        f"{desk.base}/application-imports?source=national",
        data="\n".join([HEADER, *imports.rows(ROWS, of=1)]).encode(),
        headers={"Content-Type": "text/csv"},
        timeout=120,
    )
    answer.raise_for_status()
    yield
    desk.ask("POST", f"/application-imports/{answer.json()['id']}/cancel", {})


FLOODS: dict[str, Flood] = {
    "nobody": _nothing,
    f"{CLIENTS} clients": _clients,
    f"{HANGING} requests that hang": _slow,
    f"{EVENTS} events": _events,
    f"an import of {ROWS} rows": _import,
}


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
    platform: Platform, one: Municipality, kinds: Sequence[Kind], connections: int, seconds: float
) -> Iterator[None]:
    """A closed loop beside, a little longer than what is measured."""
    _, made = Asking(platform).some(1_000, [one], 3, kinds)
    plan = dumps({"requests": made, "connections": connections, "seconds": seconds + 5})
    command = [sys.executable, "-m", "tests.bench.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(plan)
        process.stdin.close()
        try:
            yield
        finally:
            process.terminate()


def flooded(platform: Platform, some: Sequence[Municipality], *, seconds: float, seed: int) -> dict[str, Period]:
    """How the others fared, by what the largest one did."""
    largest, *others = some
    period(platform, others, rate=RATE, seconds=min(seconds, 20), seed=seed)  # warm
    found = {}
    for name, flood in FLOODS.items():
        with flood(platform, largest, seconds):
            found[name] = period(platform, others, rate=RATE, seconds=seconds, seed=seed)
    return found


def factors(found: dict[str, Period]) -> dict[str, float]:
    """By how much the others' 95th percentile moved."""
    still = _slowest(found["nobody"])
    return {name: _slowest(one) / still for name, one in found.items()}


def _slowest(one: Period) -> float:
    return percentile([took for times in one.times.values() for took in times], 95)


def report(found: dict[str, Period]) -> str:
    """The others' times, and the factor."""
    return table(
        ["the largest municipality has", "the others' median ms", "95 % ms", "times", "failed"],
        (
            [name, percentile([took for times in one.times.values() for took in times], 50), _slowest(one),
             f"{factors(found)[name]:.2f}", one.failed.total()]
            for name, one in found.items()
        ),
    )  # fmt: skip
