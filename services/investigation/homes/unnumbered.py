"""Adults of a household whose personal number is still to be asked for: nobody has looked them up, so that the
household is not complete while there are any. Pure: values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Person = Mapping[str, Any]  #: id, given_name, family_name, relation

_NAMES = ("given_name", "family_name")
_KEPT = ("id", *_NAMES, "relation")


def awaited(waiting: Iterable[Person], said: Iterable[Person], known: Sequence[Person]) -> list[dict[str, Any]]:
    """Those who wait and those whom an application adds, each once, without those whose number is known."""
    found: list[dict[str, Any]] = []
    for person in (*waiting, *said):
        if not any(is_named_like(person, other) for other in (*known, *found)):
            found.append({name: person[name] for name in _KEPT})
    return found


def is_named_like(one: Person, other: Person) -> bool:
    """Whether both have the same names, however they are written."""
    return all(one[name].strip().casefold() == other[name].strip().casefold() for name in _NAMES)
