"""The tables of the months of the access log, which each migration makes a year ahead."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import psycopg

from services.kernel.basics import clock
from services.kernel.rows import access

_MONTHS_AHEAD = 12
LOCK = 4_815_162_342  #: the advisory lock under which one job at a time migrates


IS_A_MONTH = re.compile("access_(line|subject)_(other|[0-9]{4}_[0-9]{2})")


def make(owner_url: str) -> None:
    """A table for each month of the access log, from the last one to a year ahead, and none that is too old. A month of
    which lines lie in the table beside already has none."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s)", (LOCK,))
        if connection.execute("select to_regclass('access_line')").fetchone() == (None,):
            return
        today = clock.local_date(clock.now())
        _drop_months(connection, today)
        for name, start, end in access.months(today, ahead=_MONTHS_AHEAD):
            for table in ("access_line", "access_subject"):
                _make_month(connection, table, f"{table}_{name}", start, end)


def _drop_months(connection: "psycopg.Connection[Any]", today: date) -> None:
    """Takes away the months of the access log whose time has passed, and the lines beside them that are as old."""
    old = date(today.year - access.YEARS, today.month, 1)
    for table in ("access_line", "access_subject"):
        found = connection.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass", (table,)
        ).fetchall()
        for (name,) in found:
            if not name.endswith("_other") and access.is_over(name, today):
                connection.execute(f"drop table {name}")
        connection.execute(f"delete from {table}_other where at < %s", (old,))  # noqa: S608  # names of our own


def _make_month(connection: "psycopg.Connection[Any]", table: str, name: str, start: datetime, end: datetime) -> None:
    made = f"create table if not exists {name} partition of {table} for values from ('{start}') to ('{end}')"
    with suppress(psycopg.errors.CheckViolation):
        connection.execute(made)
