"""When an approved home's adults are looked up again. Values in, values out.

Each check is made again before it grows old; the police's registers also for each consideration of a placed child's
care, which is every six months (SoL 22:13), for which the board may ask them without anybody's consent (1999:1134, 11;
1999:1135, 4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.investigation.checks.status import Register
from services.kernel.basics.days import add_months

CONSIDERED_EACH = 6  #: months


class Recheck(StrEnum):
    """Which approved homes are looked up again before a check grows old; considerations are of placed children only."""

    ALL = "all"
    USED = "used"  #: where somebody lives, or is supported, now


@dataclass(frozen=True, kw_only=True, slots=True)
class Newest:
    """The newest outcome of one adult in one register."""

    register: Register
    checked_on: date
    valid_until: date


def considered_on(starts_on: date, today: date) -> date:
    """The day by which the care of a child who came on a day is considered next: today at the earliest."""
    times = 1
    while (day := add_months(starts_on, CONSIDERED_EACH * times)) < today:
        times += 1
    return day


def registers_due(
    known: Iterable[Newest],
    *,
    today: date,
    lead: int,
    grows_old: bool = True,
    children_since: Iterable[date] = (),
) -> list[Register]:
    """The registers to be asked now about somebody of the home: so many days (`lead`) before an outcome grows old,
    where that is looked to, and before the care of a child is considered who came on one of these days."""
    ahead = today + timedelta(days=lead)
    by_register: dict[Register, list[Newest]] = {}
    for one in known:
        by_register.setdefault(one.register, []).append(one)
    due = {register for register, some in by_register.items() if grows_old and min(_ends(some)) <= ahead}
    considered = [considered_on(day, today) for day in children_since]
    fresh_from = [day - timedelta(days=lead) for day in considered if day <= ahead]
    police = by_register.get(Register.POLICE, [])
    if fresh_from and police and min(one.checked_on for one in police) < min(fresh_from):
        due.add(Register.POLICE)
    return [register for register in Register if register in due]


def _ends(some: Iterable[Newest]) -> list[date]:
    return [one.valid_until for one in some]
