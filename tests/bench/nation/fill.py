"""Copies a nation into the databases of a platform: a COPY for each table and municipality, two services at once.

Meanwhile the server does not wait for its disk; what the tables are found by is not there, and is made when all rows
are; and what goes into a table that begins anew in the same transaction is not written a second time into the log
(`wal_level=minimal`), nor looked at a second time (FREEZE). What is cut off half-way is of no use, and made anew.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import psycopg
from psycopg import sql

from deploy.cli.names import POSTGRES
from deploy.cli.platform import Platform
from services.kernel.rows import access
from tests.bench.filling import keyring_of
from tests.bench.nation import compensation, intake, investigation, mentorship, placement
from tests.bench.nation.rows import Copied, Made, Rows
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
AT_ONCE = 2
CARELESS = {
    "fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_wal_size": "8GB", "checkpoint_timeout": "1h",
    "wal_level": "minimal", "max_wal_senders": "0",
}  # fmt: skip
APART = ("access_line", "access_subject")  #: by month: COPY can not freeze what goes into several tables
#: What a table is found by and no other refers to: how each is taken away, and how it is made again.
INDEXES = """
    select format('alter table %s drop constraint %I', conrelid::regclass, conname),
        format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint one where contype in ('p', 'u') and connamespace = 'public'::regnamespace and conparentid = 0
        and not exists (select from pg_constraint where contype = 'f' and conindid = one.conindid)
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index join pg_class on pg_class.oid = indrelid
    where relnamespace = 'public'::regnamespace and not relispartition
        and not exists (select from pg_constraint where conindid = indexrelid)"""
Connection: TypeAlias = "psycopg.Connection[tuple[str, ...]]"


def fill(platform: Platform, some: Sequence[Municipality]) -> None:
    """All services' rows of all municipalities, and what they are found by."""
    now, began = datetime.now(UTC), time.monotonic()
    indexes = {name: _without_indexes(platform, name) for name in SERVICES}
    with _careless(platform), multiprocessing.get_context("spawn").Pool(AT_ONCE) as pool:
        count = sum(pool.starmap(_fill, [(platform.state_dir, name, some, now) for name in SERVICES], chunksize=1))
        print(f"{count} rows after {time.monotonic() - began:.0f} s", flush=True)
        pool.starmap(_finish, [(platform.state_dir, name, made) for name, made in indexes.items()], chunksize=1)
    print(f"filled within {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def _careless(platform: Platform) -> Iterator[None]:
    """Inside, what is written may be lost; afterwards everything is on the disk. The server begins anew."""
    with psycopg.connect(platform.admin_database_url, autocommit=True) as connection:
        for name, value in CARELESS.items():
            connection.execute(sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    platform.stop(POSTGRES)
    platform.start(POSTGRES)
    yield
    with psycopg.connect(platform.admin_database_url, autocommit=True) as connection:
        connection.execute("alter system reset all")
        connection.execute("select pg_reload_conf()")
        connection.execute("checkpoint")
    os.sync()


@contextmanager
def _database(platform: Platform, service: str) -> Iterator[Connection]:
    server = platform.admin_database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/hemvist_{service}", autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        yield connection


def _without_indexes(platform: Platform, service: str) -> list[str]:
    """Takes them away; how each is made again."""
    _months(platform.owner_url(service))
    with _database(platform, service) as connection:
        found = connection.execute(INDEXES).fetchall()
        for drop, _ in found:
            connection.execute(drop.encode())
    return [make for _, make in found]


def _finish(state: Path, service: str, indexes: Sequence[str]) -> None:
    with _database(Platform(state), service) as connection:
        connection.execute("set maintenance_work_mem = '1GB'")
        for make in indexes:
            connection.execute(make.encode())
        connection.execute("vacuum (analyze, parallel 0)")  # which needs no shared memory beside


def _fill(state: Path, service: str, some: Sequence[Municipality], now: datetime) -> int:
    platform, began = Platform(state), time.monotonic()
    with _database(platform, service) as connection, connection.transaction(), connection.cursor() as cursor:
        # Of the rows made here each refers to one that is there; to look for each takes most of the time.
        cursor.execute("set session_replication_role = replica")
        all_of = (_municipality(platform, connection, service, one, now) for one in some)
        count = 0
        for place, tables in enumerate(all_of):
            if not place:
                names = ", ".join(statement.split()[0] for statement, _ in tables)
                cursor.execute(f"truncate {names} cascade".encode())
            count += sum(_copied(cursor, statement, rows) for statement, rows in tables)
    print(f"{service}: {count} rows in {time.monotonic() - began:.0f} s", flush=True)
    return count


def _municipality(
    platform: Platform, connection: Connection, service: str, one: Municipality, now: datetime
) -> Sequence[Copied]:
    """Its tables, with rows that are yet to be made."""
    made, tenths = SERVICES[service]
    connection.execute("select set_config('hemvist.tenant', %s, false)", (one.slug,))
    keyring = keyring_of(platform, connection, one.slug)
    return list(made(Rows(one, keyring, now=now, lines=one.applications * LINES * tenths // 10)))


def _copied(cursor: "psycopg.Cursor[tuple[str, ...]]", statement: str, rows: Iterator[Sequence[object]]) -> int:
    """How many rows went into a table."""
    how = "" if statement.split(maxsplit=1)[0] in APART else "(freeze)"
    with cursor.copy(f"copy {statement} from stdin {how}".encode()) as copy:
        for row in rows:
            copy.write_row(row)
    return cursor.rowcount


def _months(owner_url: str) -> None:
    """A table for each month of the log that lies behind: the job `migrate` makes those to come."""
    first = (datetime.now(UTC) - timedelta(days=365 * YEARS)).date()
    with psycopg.connect(owner_url, autocommit=True) as connection:
        for name, start, end in access.months(first, ahead=12 * YEARS):
            for table in ("access_line", "access_subject"):
                connection.execute(
                    f"create table if not exists {table}_{name} partition of {table} "
                    f"for values from ('{start}') to ('{end}')".encode()
                )
