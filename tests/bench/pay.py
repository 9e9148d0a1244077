"""A month's pay for as many municipalities as Sweden has: `python -m tests.bench.pay --homes 30000`.

Municipalities are skewed as Sweden's are (a sixth of all homes in the largest one); each home has two agreements, and
two of three have a claim. They are computed in some processes, part by part as the service does it, and it is said how
long they read, compute and write. Beside it the database itself inserts as many lines into the same table, with its
indexes, keys and triggers (INSERT … SELECT). Servers of its own; without the gateway.
"""

import argparse
import multiprocessing
import resource
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
import psycopg

from deploy.cli import preparation
from deploy.cli.platform import Platform
from services.compensation.runs import commands, extent, reading, writing
from services.compensation.runs.entries import COLUMNS
from services.compensation.service import Compensation
from services.kernel.basics.environment import Reader
from services.kernel.messages.context import Context
from services.kernel.messages.tenants import Tenant
from services.kernel.rows.database import Database
from services.kernel.rows.directory import apply_tenants
from services.kernel.testing import Harness
from tests.bench.filling import keyring_of
from tests.bench.measure import ROOT
from tests.unit.compensation.factories import PARTS, make_tariff_body

MONTH, NOW = "2024-04", datetime(2024, 4, 30, 9, tzinfo=UTC)
_AGREEMENTS = """
    insert into placement (tenant, id, home_id, assignment, birth_date, adult_ids, person_key, starts_on)
        select %(tenant)s, 'p' || n, 'h' || lpad((n / 2)::text, 6, '0'), 'family_home',
        (%(births)s::bytea[])[1 + n %% 40], '{adult-1}', 'k' || n, date '2024-01-01' - n %% 900
        from generate_series(2, %(most)s) n;
    insert into agreement (tenant, id, home_id, placement_id, kind, status, starts_on, ends_on, fee_level, cost_level,
            payee_adult_id, version, changed_at)
        select %(tenant)s, 'a' || n, 'h' || lpad((n / 2)::text, 6, '0'), 'p' || n, 'placement',
        case n %% 50 when 0 then 'draft' else 'signed' end, date '2024-01-01' - n %% 900,
        case n %% 20 when 0 then date '2024-04-15' end, 'base', 'base', 'adult-1', 1, now()
        from generate_series(2, %(most)s) n;
    insert into agreement_terms (tenant, id, agreement_id, number, since, terms, payee_ids, is_agreed)
        select %(tenant)s, 'a' || n || '-0', 'a' || n, 0, date '2024-01-01' - n %% 900,
        '{"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "adult-1", "percent": "100"}]}',
        '{adult-1}', n %% 50 <> 0 from generate_series(2, %(most)s) n;
    insert into claim (tenant, id, home_id, payee_adult_id, kind, status, kilometres, approved_kilometres, period_from,
            period_to, made_by, made_at, version, changed_at)
        select %(tenant)s, 'c' || n, 'h' || lpad((1 + n * 3 / 2)::text, 6, '0'), 'adult-1', 'mileage', 'approved', 43.2,
        43.2, '2024-04-14', '2024-04-14', 'anna', now(), 1, now() from generate_series(0, %(claims)s - 1) n
"""


@dataclass(frozen=True)
class Done:
    """A municipality that was computed: its homes and lines, the seconds, and the most memory of its process."""

    tenant: str
    homes: int
    lines: int
    seconds: float
    megabytes: float
    split: dict[str, float]  #: seconds of reading, computing and writing
    own: float  #: seconds of the processor, of the process itself


def sizes(homes: int, municipalities: int) -> list[int]:
    """How many homes each municipality has: the n-th a share of 1 / n, as Sweden's sizes nearly are."""
    whole = sum(1 / number for number in range(1, municipalities + 1))
    return [max(1, round(homes / number / whole)) for number in range(1, municipalities + 1)]


def database_of(platform: Platform) -> Database:
    keys = Reader({"HEMVIST_MASTER_KEYS": platform.secrets.master_keys}).master_keys()
    name, password = "hemvist_compensation", platform.secrets.database_password("compensation")
    url = platform.addresses.database_url(name, database=name, password=password)
    return Database(url, keys, service="compensation", connections=4, declared=Compensation.declared_settings())


def fill(platform: Platform, homes: Sequence[int]) -> list[str]:
    """The municipalities with their homes and agreements; their slugs, the largest first."""
    keys = Reader({"HEMVIST_MASTER_KEYS": platform.secrets.master_keys}).master_keys()
    tenants = [
        Tenant(slug=f"kommun-{number:03}", municipality_code="1880", name=f"Kommun {number}", contact={}, settings={})
        for number in range(1, len(homes) + 1)
    ]
    owner = platform.addresses.database_url(
        "hemvist_compensation_owner",
        database="hemvist_compensation",
        password=platform.secrets.owner_password("compensation"),
    )
    apply_tenants({"compensation": owner}, tenants, keys, declared={"compensation": Compensation.declared_settings()})
    server = platform.admin_database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/hemvist_compensation", autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        for tenant, count in zip(tenants, homes, strict=True):
            admin.execute("select set_config('hemvist.tenant', %s, false)", (tenant.slug,))
            keyring = keyring_of(platform, admin, tenant.slug)
            births = [
                keyring.seal(orjson.dumps(f"{2006 + number % 16}-{1 + number % 12:02}-15"), "placement.birth_date")
                for number in range(40)
            ]
            given = {"tenant": tenant.slug, "births": births, "most": 2 * count + 1, "claims": max(1, count * 2 // 3)}
            for statement in _AGREEMENTS.split(";\n"):
                admin.execute(statement, given)  # type: ignore[arg-type]
        admin.execute("vacuum analyze")
    return [tenant.slug for tenant in tenants]


@contextmanager
def split() -> Iterator[dict[str, float]]:
    """The seconds that a run reads, computes and writes meanwhile."""
    spent: defaultdict[str, float] = defaultdict(float)

    def timed(phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            found = function(*given, **named)
            found = list(found) if isinstance(found, Iterator) else found
            spent[phase] += time.perf_counter() - began
            return found

        return call

    with ExitStack() as changed:
        for phase, module, name in _PHASES:
            changed.enter_context(patch.object(module, name, timed(phase, getattr(module, name))))
        yield spent


_PHASES = (
    ("read", extent, "homes_after"),
    ("read", reading, "run_of"),
    ("read", reading, "books_of"),
    ("compute", commands, "reckon"),
    ("write", writing, "write"),
)


@cache
def _kept(state: Path) -> tuple[Platform, Database]:
    """A process has one, as the service has: what it has prepared it does not prepare again."""
    platform = Platform(state)
    return platform, database_of(platform)


def compute(arguments: tuple[Path, str]) -> Done:
    """A municipality's month, with all the parts that follow; in a process of its own."""
    state, tenant = arguments
    platform, database = _kept(state)
    harness = Harness(Compensation, database, "", _relay(platform), (), tenant=tenant, now=NOW)
    body = make_tariff_body(**PARTS)
    harness.do("set_tariff", year="2024", body=body, if_none_match=True)
    began, of_processor = time.perf_counter(), time.process_time()
    with split() as spent:
        run = harness.do("compute_pay_run", body={"month": MONTH})
        while run["status"] == "computing":
            harness.pass_time(NOW)
            run = harness.do("get_pay_run", pay_run_id=run["id"])
    seconds, own = time.perf_counter() - began, time.process_time() - of_processor
    run = harness.do("get_pay_run", pay_run_id=run["id"])
    assert run["status"] == "computed", run
    context = Context(tenant=tenant, actor="", request_id="", deadline=0)
    with database.unit(context, reads=True) as unit:
        lines = (
            unit.session.connection()
            .exec_driver_sql("select count(*), count(distinct home_id) from pay_run_line")
            .one()
        )
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Done(tenant, lines[1], lines[0], seconds, megabytes, dict(spent), own)


def _relay(platform: Platform) -> str:
    return platform.addresses.database_url(
        "hemvist_compensation_relay",
        database="hemvist_compensation",
        password=platform.secrets.relay_password("compensation"),
    )


def copied(platform: Platform) -> tuple[int, float]:
    """How many lines there are, and in how many seconds the database itself inserts as many, of another month."""
    server = platform.admin_database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/hemvist_compensation", autocommit=True) as admin:
        runs = "id || '-copied', '2024-05', status, expected, paid, held, total, outdated"
        admin.execute(
            "insert into pay_run (tenant, id, month, status, expected, paid, held, total, outdated, computed_by, "
            f"computed_at, version, changed_at) select tenant, {runs}, computed_by, computed_at, version, changed_at "
            "from pay_run"
        )
        columns = ", ".join(COLUMNS)
        began = time.perf_counter()
        number = admin.execute(
            f"insert into pay_run_line (tenant, id, pay_run_id, {columns}) "
            f"select tenant, id || '-copied', pay_run_id || '-copied', {columns} from pay_run_line"
        ).rowcount
        return number, time.perf_counter() - began


def main() -> int:
    """Starts servers of its own, fills, computes, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=30_000)
    parser.add_argument("--municipalities", type=int, default=290)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    state = ROOT / ".hemvist" / "pay"
    shutil.rmtree(state, ignore_errors=True)  # what an earlier round has filled
    platform = Platform(state)
    platform.up_servers()
    try:
        preparation.provision(platform.targets)
        preparation.migrate(platform.targets)
        slugs = fill(platform, sizes(given.homes, given.municipalities))
        began = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
            found = pool.map(compute, [(state, slug) for slug in slugs], chunksize=1)
        whole = time.perf_counter() - began
        lines, seconds = copied(platform)
    finally:
        platform.down()
    largest = max(found, key=lambda one: one.lines)
    busy = sum(one.seconds for one in found)
    print(f"{given.municipalities} municipalities, {sum(one.homes for one in found)} homes, {lines} lines")
    print(f"all: {whole:.1f} s in {given.processes} processes ({lines / whole:.0f} lines/s)")
    print(f"the largest: {largest.homes} homes, {largest.lines} lines, {largest.seconds:.1f} s")
    print(f"memory of a process: {max(one.megabytes for one in found):.0f} MB at most")
    print(f"of the processor: {sum(one.own for one in found):.1f} s in the processes")
    for phase in ("read", "compute", "write"):
        print(f"{phase}: {sum(one.split[phase] for one in found) / busy:.0%} of the time of the processes")
    ratio = busy / given.processes / seconds
    print(f"the database's own INSERT … SELECT: {seconds:.1f} s; the processes took {ratio:.1f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
