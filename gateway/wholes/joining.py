"""How the parts of a whole become one: a function for each way that an operation can say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

from services.kernel.contracts.join import Alike, Found, Join, Log, OneList, Pages, SideBySide, Work
from services.kernel.contracts.long_work import WorkStatus

AWAY = {"status": "unavailable"}  #: what is said of a part whose service does not answer
_OF_A_WORK = ("id", "created_at", "created_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The bodies that are there, whose are away, and which part of a list is wanted."""

    there: Mapping[str, bytes]
    away: Sequence[str] = ()
    limit: int = 20
    page: int = 1

    @property
    def missing(self) -> dict[str, Any]:
        """What stands beside the others."""
        return dict.fromkeys(self.away, AWAY)

    def read(self) -> list[Any]:
        """The bodies' values."""
        return [orjson.loads(body) for body in self.there.values()]


def joined(how: Join, parts: Parts) -> dict[str, Any]:
    """The parts that are there as one, in the way that the operation says."""
    return _WAYS[type(how)](how, parts)


def _side_by_side(_how: SideBySide, parts: Parts) -> dict[str, Any]:
    """Each as it came."""
    return {**{service: orjson.Fragment(body) for service, body in parts.there.items()}, **parts.missing}


def _one_list(how: OneList, parts: Parts) -> dict[str, Any]:
    """All items, service by service, and beside them whose are missing. Of what several services name each once, as it
    was known last, the newest first."""
    items = [item for part in parts.read() for item in part["items"]]
    if how.newest_by is not None:
        newest = {item["id"]: item for item in sorted(items, key=itemgetter(how.newest_by))}
        items = sorted(newest.values(), key=itemgetter(how.newest_by, "id"), reverse=True)
    return {"items": items, **parts.missing}


def _log(_how: Log, parts: Parts) -> dict[str, Any]:
    """It goes on from its last item where one of them does or something was left out."""
    read = parts.read()
    items = sorted((item for part in read for item in part["items"]), key=_time_of, reverse=True)
    shown = items[: parts.limit]
    goes_on = len(items) > parts.limit or any(part["next"] is not None for part in read)
    return {"items": shown, "next": shown[-1]["id"] if goes_on else None, **parts.missing}


def _time_of(item: Mapping[str, Any]) -> str:
    """By which an item is newer than others: its id, without the name of its service before it."""
    return str(item["id"]).rpartition(".")[2]


def _pages(how: Pages, parts: Parts) -> dict[str, Any]:
    """A page of lists that each begin with their first item; what each has counted is added up."""
    read, offset = parts.read(), (parts.page - 1) * parts.limit
    items = sorted((item for part in read for item in part["items"]), key=lambda item: str(item[how.by]))
    return {
        **read[0],  # which page it is
        "items": items[offset : offset + parts.limit],
        "counts": [one for part in read for one in part["counts"]],
        "total": sum(part["total"] for part in read),
        "total_is_exact": all(part["total_is_exact"] for part in read),
        **parts.missing,
    }


def _found(_how: Found, parts: Parts) -> dict[str, Any]:
    """All items, each thing once, and how many there are: where a part does not show all of its own, nobody knows how
    many of the others are the same."""
    read = parts.read()
    every = [item for part in read for item in part["items"]]
    items = list({(item["kind"], item["id"]): item for item in reversed(every)}.values())[::-1]
    shows_all = all(part["total_is_exact"] and part["total"] == len(part["items"]) for part in read)
    return {
        "items": items,
        "total": sum(part["total"] for part in read) - (len(every) - len(items)),
        "total_is_exact": shows_all or (len(read) == 1 and read[0]["total_is_exact"]),
        **parts.missing,
    }


def _alike(how: Alike, parts: Parts) -> dict[str, Any]:
    """What all say, of a list each of its things once."""
    read = parts.read()
    if not how.in_list:
        return _one(read, how.but_for)
    found: dict[str, list[Any]] = {}
    for thing in (thing for part in read for thing in part["items"]):
        found.setdefault(thing["id"], []).append(thing)
    return {"items": [_one(same, how.but_for) for same in found.values()]}


def _one(same: list[Any], but_for: str | None) -> dict[str, Any]:
    return {**same[0], **({but_for: [one for thing in same for one in thing[but_for]]} if but_for else {})}


def _work(how: Work, parts: Parts) -> dict[str, Any]:
    """How far all are, and each part by itself."""
    read = parts.read()
    ends = [part["ended_at"] for part in read]
    return {
        **{name: read[0][name] for name in (*_OF_A_WORK, *how.says)},
        "status": whole_status([part["status"] for part in read]),
        "done": sum(part["done"] for part in read),
        "total": sum(part["total"] for part in read),
        "problems": [problem for part in read for problem in part["problems"]],
        "ended_at": None if None in ends else max(ends),
        "parts": dict(zip(parts.there, read, strict=True)),
    }


def whole_status(statuses: Iterable[str]) -> str:
    """Where a work stands whose parts stand there: a part that has failed is said first, and only what all parts have
    come to is the end."""
    found = set(statuses)
    for status in (WorkStatus.FAILED, WorkStatus.CANCELLED):
        if status in found:
            return status
    return found.pop() if len(found) == 1 else WorkStatus.RUNNING


_WAYS: Mapping[type[Any], Callable[[Any, Parts], dict[str, Any]]] = {
    SideBySide: _side_by_side,
    OneList: _one_list,
    Found: _found,
    Log: _log,
    Pages: _pages,
    Alike: _alike,
    Work: _work,
}
