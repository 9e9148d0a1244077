"""What is unusual in one person's reading of a day: rules that an auditor can read. Nothing here asks a database.

The act (2001:454) on personal data in social services, section 10, wants systematic and recurring checks. A finding is
no accusation: it is what an auditor looks at first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from statistics import median

from services.kernel.basics.clock import SWEDEN
from services.kernel.contracts.alerts import AlertKind

HOUR = timedelta(hours=1)
MANY_FILES = 20  #: opened within an hour: what nobody needs to explain
TIMES_THE_USUAL = 3
NOT_THEIR_FILES = 5  #: opened in a day: fewer may be a colleague's on leave
NIGHT_BEGINS, NIGHT_ENDS = 22, 6  #: by the clock in Sweden
NIGHTS_THAT_ARE_A_HABIT = 3  #: of the four weeks before: whoever is on duty at night


@dataclass(frozen=True, slots=True)
class Opened:
    """One file that somebody opened: the id that the request named, or the answer first."""

    at: datetime
    kind: str
    id: str
    by_right: bool = False  #: to see protected identities


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual."""

    busiest_hours: Sequence[int] = ()  #: of each other person with one of the same roles in the four weeks before
    nights: int = 0  #: in which this person read in the four weeks before
    worked_in: Collection[str] = frozenset()  #: the files in which this person has changed something
    others_in: Collection[str] = frozenset()  #: those in which somebody else has
    of_own_name: Collection[str] = frozenset()  #: those that name somebody with this person's family name
    own: Collection[str] = frozenset()  #: those that name this person


@dataclass(frozen=True, slots=True)
class Finding:
    """What is unusual: how many files, how many were usual (where that is a number), and which."""

    kind: AlertKind
    count: int
    usual: int | None = None
    files: Mapping[str, str] = field(default_factory=dict)  #: id → kind


def findings(opened: Sequence[Opened], usual: Usual) -> list[Finding]:
    """All that is unusual in what one person opened in a day; `opened` in its order in time."""
    found = (
        _many_files(opened, usual),
        _at_night(opened, usual),
        _not_their_files(opened, usual),
        _each(AlertKind.OWN_NAME, (one for one in opened if one.id in usual.of_own_name)),
        _each(AlertKind.OWN_NUMBER, (one for one in opened if one.id in usual.own)),
        _each(AlertKind.PROTECTED, (one for one in opened if one.by_right)),
    )
    return [one for one in found if one is not None]


def _each(kind: AlertKind, opened: Iterable[Opened]) -> Finding | None:
    """Of what is always looked at, all that was opened."""
    files = {one.id: one.kind for one in opened}
    return Finding(kind, len(files), None, files) if files else None


def family_name(name: str | None) -> str | None:
    """The last word of a name, without which nothing can be compared; None of a name of one word."""
    words = (name or "").split()
    return words[-1] if len(words) > 1 else None


def _many_files(opened: Sequence[Opened], usual: Usual) -> Finding | None:
    """More files within an hour than anybody needs, and far more than those with the same role open in theirs."""
    busiest = _busiest_hour(opened)
    usually = int(median(usual.busiest_hours)) if usual.busiest_hours else None
    if len(busiest) <= max(MANY_FILES, TIMES_THE_USUAL * (usually or 0)):
        return None
    return Finding(AlertKind.MANY_FILES, len(busiest), usually, busiest)


def _busiest_hour(opened: Sequence[Opened]) -> dict[str, str]:
    """The files of the sixty minutes from one opening on in which they were most, the first such."""
    most = (0, 0, 0)  # files, and from which opening to before which
    times: Counter[str] = Counter()  # of each file, in the hour that is looked at
    end = 0
    for since, first in enumerate(opened):
        while end < len(opened) and opened[end].at < first.at + HOUR:
            times[opened[end].id] += 1
            end += 1
        most = max(most, (len(times), since, end), key=itemgetter(0))
        times[first.id] -= 1
        if not times[first.id]:
            del times[first.id]
    _, since, end = most
    return {one.id: one.kind for one in opened[since:end]}


def _at_night(opened: Sequence[Opened], usual: Usual) -> Finding | None:
    """Files opened at night by somebody who is not used to work then."""
    files = {one.id: one.kind for one in opened if is_night(one.at)}
    if not files or usual.nights >= NIGHTS_THAT_ARE_A_HABIT:
        return None
    return Finding(AlertKind.AT_NIGHT, len(files), usual.nights, files)


def is_night(moment: datetime) -> bool:
    """Whether it is night in Sweden."""
    hour = moment.astimezone(SWEDEN).hour
    return hour >= NIGHT_BEGINS or hour < NIGHT_ENDS


def _not_their_files(opened: Sequence[Opened], usual: Usual) -> Finding | None:
    """Several files in which others work and this person never has."""
    files = {one.id: one.kind for one in opened if one.id in usual.others_in and one.id not in usual.worked_in}
    return Finding(AlertKind.NOT_THEIR_FILES, len(files), None, files) if len(files) >= NOT_THEIR_FILES else None
