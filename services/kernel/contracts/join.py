"""In which way an operation is reached that several services have, and how their parts become one.

All of them are asked, and each answers its part, unless the path names the one that is meant.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class OneOf:
    """No whole: one service is asked, whose name begins what the path names here: `intake.contact_days`."""

    by: str  #: the parameter of the path


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Each part stands under its service's name."""


@dataclass(frozen=True, slots=True)
class OneList:
    """Lists, `{"items": [...]}`, one after the other."""

    #: they name the same things: each of them once, by its id, as it stands where this field of it is the newest
    newest_by: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Lists that say how many there are; what several know is one."""


@dataclass(frozen=True, slots=True)
class Log:
    """Logs, each from its newest item on, in the order of their items' ids, which sort by time."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Lists that have pages, each from its first item on, in the order of a field of their items."""

    by: str  #: the field: the soonest first
    asks_by: str | None = None  #: the filter that names the one service to be asked


@dataclass(frozen=True, slots=True)
class Feed:
    """Feeds, in the order of a field of their items; each says a cursor after each item."""

    by: str


@dataclass(frozen=True, slots=True)
class OneThing:
    """A thing that all have under one id. Without one of its parts it is no answer, and nothing is begun while a
    service is away. The services know a change by its key: what was changed in some of them only is made whole by
    asking again with the same one."""


@dataclass(frozen=True, slots=True)
class Alike(OneThing):
    """All keep the same, or a list of such things: it is said once."""

    but_for: str | None = None  #: a list of theirs, which is each service's own and is put together
    in_list: bool = False  #: each answers a list of such things
    types: str | None = None  #: the list of the body that names types of events of any service


@dataclass(frozen=True, slots=True)
class Work(OneThing):
    """A long work of which each does its part: how far all are, and each part beside it. What one lacks, all lack."""

    says: tuple[str, ...] = ()  #: what is the same in all parts beside the id, when it was begun and by whom


@dataclass(frozen=True, slots=True)
class OneFile(OneThing):
    """A file in JSON that each has a part of: one that holds each part under its service's name. What one lacks, all
    lack."""


Join: TypeAlias = OneOf | SideBySide | OneList | Found | Log | Pages | Feed | Alike | Work | OneFile
