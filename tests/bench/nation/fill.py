"""Copies a nation into the databases of a platform: a COPY for each table and municipality, two services at
once.
"""

import multiprocessing
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from deploy.cli.platform import Platform
from services.kernel.rows import access
from tests.bench.filling import keyring_of
from tests.bench.nation import compensation, intake, investigation, mentorship, placement
from tests.bench.nation.rows import Made, Rows
from tests.bench.nation.sizes import YEARS, Municipality

LINES = 6  #: of the log of access for each application
#: each service's rows, and how many of ten lines of the log it has written
SERVICES: dict[str, tuple[Made, int]] = {
    "intake": (intake.intake, 4),
    "investigation": (investigation.investigation, 2),
    "placement": (placement.placement, 2),
    "mentorship": (mentorship.mentorship, 1),
    "compensation": (compensation.compensation, 1),
}


def fill(platform: Platform, some: Sequence[Municipality]) -> dict[str, int]:
    """How many rows each service got; a service that has any is left as it is."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        counts = pool.starmap(_fill, [(platform.state_dir, name, some) for name in SERVICES], chunksize=1)
    return dict(zip(SERVICES, counts, strict=True))


def _fill(state: Path, service: str, some: Sequence[Municipality]) -> int:
    platform = Platform(state)
    _months(platform.owner_url(service))
    server = platform.admin_database_url.rpartition("/")[0]
    now, began, count = datetime.now(UTC), time.monotonic(), 0
    with psycopg.connect(f"{server}/hemvist_{service}", autocommit=True) as connection:
        if connection.execute("select 1 from search_word limit 1").fetchone():
            return 0
        # Of the rows made here each refers to one that is there; to look for each takes most of the time.
        connection.execute("set session_replication_role = replica")
        connection.execute("set synchronous_commit = off")
        for one in some:
            count += _municipality(platform, connection, service, one, now)
        connection.execute("set maintenance_work_mem = '256MB'")
        connection.execute("vacuum analyze")
    print(f"{service}: {count} rows in {time.monotonic() - began:.0f} s", flush=True)
    return count


def _municipality(
    platform: Platform, connection: "psycopg.Connection", service: str, one: Municipality, now: datetime
) -> int:
    made, tenths = SERVICES[service]
    connection.execute("select set_config('hemvist.tenant', %s, false)", (one.slug,))
    rows = Rows(one, keyring_of(platform, connection, one.slug), now=now, lines=one.applications * LINES * tenths // 10)
    count = 0
    with connection.transaction(), connection.cursor() as cursor:
        for statement, some in made(rows):
            with cursor.copy(f"copy {statement} from stdin") as copy:
                for row in some:
                    copy.write_row(row)
            count += cursor.rowcount
    return count


def _months(owner_url: str) -> None:
    """A table for each month of the log that lies behind: the job `migrate` makes those to come."""
    first = (datetime.now(UTC) - timedelta(days=365 * YEARS)).date()
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for name, start, end in access.months(first, ahead=12 * YEARS):
            for table in ("access_line", "access_subject"):
                connection.execute(
                    f"create table if not exists {table}_{name} partition of {table} "
                    f"for values from ('{start}') to ('{end}')"
                )
