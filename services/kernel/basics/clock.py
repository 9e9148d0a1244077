"""The only place that reads the time.

`HEMVIST_NOW` (never in production) lets the clock start at a chosen instant, from where it runs on.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def instant(text: str) -> datetime:
    """An RFC 3339 instant with its zone; `ValueError` without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"{text} names no time zone"
        raise ValueError(message)
    return moment.astimezone(UTC)


@cache
def offset() -> timedelta:
    """How far the clock is moved. All processes of one start share `HEMVIST_NOW_AT` and so one clock."""
    start = os.environ.get("HEMVIST_NOW")
    if not start:
        return timedelta()
    began = os.environ.get("HEMVIST_NOW_AT")
    return instant(start) - (instant(began) if began else unmoved())


def now() -> datetime:
    """The present instant in UTC."""
    return unmoved() + offset()


def unmoved() -> datetime:
    """The real instant in UTC, whatever `HEMVIST_NOW` says."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The day it is in Sweden at that instant: the day that legal and pay deadlines are counted in."""
    return moment.astimezone(SWEDEN).date()


def at_local(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant at which a clock in Sweden shows this time on that day.

    When summer time begins, a time that no clock shows is as much later as the clocks are moved; when it ends, one that
    they show twice is the first.
    """
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SWEDEN).astimezone(UTC)


def seconds() -> float:
    """Real seconds since the epoch, never moved: for deadlines between processes."""
    return time.time()


def rfc3339(moment: datetime) -> str:
    """`2026-04-01T08:00:00.123456Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
