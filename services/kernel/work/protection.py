"""Whose identity is protected (skyddade personuppgifter) now, whatever was known when an event was told of somebody.

A service says it in its room `protection`: a function for each kind of thing that its events concern, which gives those
ids of which it knows that nobody behind them is protected. What it does not know is not opened.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from services.kernel.contracts import Event
from services.kernel.rows.unit import Unit

Unprotected: TypeAlias = Callable[[Unit, Collection[str]], Collection[str]]
Told: TypeAlias = tuple[Event | None, Mapping[str, Any]]  #: an envelope, and its kind where that is known here

HOME = "home"  #: the kind by which a home's own users are known


def opened(unit: Unit, unprotected: Mapping[str, Unprotected], told: Iterable[Told]) -> list[bool]:
    """Of each event, whether the caller may see whom it is about, as far as protected identities go."""
    events = list(told)
    if unit.sees_protected:
        return [event is not None for event, _ in events]
    concerned = [list(_concerned(event, envelope)) for event, envelope in events]
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, one in (pair for pairs in concerned for pair in pairs):
        wanted[kind].add(one)
    found = {kind: unprotected[kind](unit, ids) for kind, ids in wanted.items()}
    return [
        event is not None and all(one in found[kind] for kind, one in pairs)
        for (event, _), pairs in zip(events, concerned, strict=True)
    ]


def _concerned(event: Event | None, envelope: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The kind and the id of everything that an event is about; of what it lacks an id that nothing has."""
    for name, kind in (event.concerns if event else {}).items():
        one = envelope["data"].get(name, "")
        if one is not None:
            yield kind, one
