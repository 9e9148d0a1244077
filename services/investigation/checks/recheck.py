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
    USED = "used"  #: where somebody lives, or is supported, now; the others once a check has run out


@dataclass(frozen=True, kw_only=True, slots=True)
class Newest:
    """The newest outcome of one adult in one register."""

    register: Register
    checked_on: date
    valid_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Stay:
    """A time in which a child lived in a home, and when its care was last considered meanwhile."""

    starts_on: date
    ends_on: date | None
    considered_on: date | None


def considered_since(others: Iterable[Stay], stay: Stay) -> date:
    """From which day the next consideration is counted in a stay: from the last one in this care, or from its first
    day. Moving to another home does not begin it anew: care goes on where a stay begins on the day after another one
    ends at the latest."""
    begun, considered = stay.starts_on, [stay.considered_on]
    before = (one for one in others if one.starts_on < stay.starts_on)
    for one in sorted(before, key=lambda one: one.starts_on, reverse=True):
        if one.ends_on is None or one.ends_on + timedelta(days=1) >= begun:
            begun = one.starts_on
            considered.append(one.considered_on)
    return max((day for day in considered if day), default=begun)


def considered_by(since: date, until: date) -> date | None:
    """The last day up to `until` on which the care of a child is considered who came on a day, or whose care was
    considered then; None when the first one lies further on."""
    times, found = 1, None
    while (day := add_months(since, CONSIDERED_EACH * times)) <= until:
        found, times = day, times + 1
    return found


def has_run_out(known: Iterable[Newest], today: date) -> bool:
    """Whether an outcome is good no more; on its last day it still is."""
    return any(one.valid_until < today for one in known)


def registers_due(
    known: Iterable[Newest],
    *,
    today: date,
    lead: int,
    looks_ahead: bool = True,
    children_since: Iterable[date] = (),
) -> dict[Register, date]:
    """The registers to be asked now about somebody of the home, each with the day by which: so many days (`lead`)
    before an outcome grows old, or once it has where nobody looks ahead, and before the care of a child is considered,
    counted from one of these days; also where that day has passed and they were not asked for it."""
    ahead = today + timedelta(days=lead)
    old_by = ahead if looks_ahead else today - timedelta(days=1)
    by_register: dict[Register, list[Newest]] = {}
    for one in known:
        by_register.setdefault(one.register, []).append(one)
    ends = {register: min(one.valid_until for one in some) for register, some in by_register.items()}
    due = {register: day for register, day in ends.items() if day <= old_by}
    considered = [day for since in children_since if (day := considered_by(since, ahead))]
    police = by_register.get(Register.POLICE, [])
    if considered and police and min(one.checked_on for one in police) < max(considered) - timedelta(days=lead):
        due[Register.POLICE] = min(max(considered), due.get(Register.POLICE, date.max))
    return {register: due[register] for register in Register if register in due}
