"""What becomes of rows in the end: every mapped class, and every table of the kernel, says it as its `keep`. And what
is found of a file when it is asked whether its time has come. Knows no law: the words of it are a service's.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """A file (akt): weeded (gallring) with all that belongs to it so many years after something, unless its service's
    room `retention` says why it is kept."""

    years: int
    after: str  #: what the years are counted from, in words
    law: str  #: paragraph by paragraph


@dataclass(frozen=True, slots=True)
class With:
    """A part: it goes with the row that it belongs to."""

    parent: str  #: the table of that row
    by: str  #: the attribute that holds its id


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of what another service keeps: it goes when that service tells that its own has gone."""

    event: str  #: by which it tells: `investigation.home_weeded`


@dataclass(frozen=True, slots=True)
class ForEver:
    """It is never weeded."""

    law: str


@dataclass(frozen=True, slots=True)
class Platform:
    """What the platform needs for its own work, as long as it does."""

    how_long: str


Becomes: TypeAlias = Keep | With | Copy | ForEver | Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Its time has come: it is to be weeded, and no later than by this day."""

    since: date
    finish_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """It stays, and why: a code, and the law's paragraph where it is the law that says so."""

    why: str
    law: str = ""


Verdict: TypeAlias = Due | Kept

NOT_YET = Kept(why="time_has_not_come")
HELD = Kept(why="held")  #: somebody has said that it stays for now
