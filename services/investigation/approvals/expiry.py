"""When an approval ends, and when its end is warned of. Values in, values out."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from services.kernel.basics import clock
from services.kernel.basics.working_days import working_day_on_or_before

WARNED_BEFORE = (60, 14)  #: days before the last day
_MORNING = 8  #: o'clock in Sweden


def warnings(valid_until: date, *, after: datetime) -> Iterator[tuple[int, datetime]]:
    """The warnings that are still to come: how many days before the last day each is meant for, and when it comes.

    On a working day, for somebody who can do something: when that day is none, on the last one before it.
    """
    for days in WARNED_BEFORE:
        at = clock.at_local(working_day_on_or_before(valid_until - timedelta(days=days)), _MORNING)
        if at > after:
            yield days, at


def expires_at(valid_until: date) -> datetime:
    """The first instant at which the approval is not valid any more: midnight in Sweden."""
    return clock.at_local(valid_until + timedelta(days=1), 0)
