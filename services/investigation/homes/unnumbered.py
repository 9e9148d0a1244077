"""Adults of a household whose personal number is still to be asked for: nobody has looked them up, so that the
household is not complete while there are any. Two of the same name are two. Pure: values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Person = Mapping[str, Any]  #: id, given_name, family_name, relation

_NAMES = ("given_name", "family_name")
_KEPT = ("id", *_NAMES, "relation")


def kept(person: Person) -> dict[str, Any]:
    """What is kept of one."""
    return {name: person[name] for name in _KEPT}


def joined(waiting: Sequence[Person], said: Iterable[Person], *, known: Iterable[Person]) -> list[dict[str, Any]]:
    """Those who wait, and whom a form adds: nobody who waits already, or is `known` and not named in the form with a
    number, each of whom is one person."""
    unused, new = [*waiting, *known], []
    for person in said:
        same = next((one for one in unused if _is_named_like(one, person)), None)
        if same is None:
            new.append(person)
        else:
            unused.remove(same)
    return list(map(kept, (*waiting, *new)))


def without(waiting: Sequence[Person], person: Person) -> list[dict[str, Any]]:
    """Those who wait still when somebody's number has become known: the one with this id, or else one of this name."""
    same = [one for one in waiting if one["id"] == person["id"]]
    same += [one for one in waiting if _is_named_like(one, person)]
    return [kept(one) for one in waiting if not same or one["id"] != same[0]["id"]]


def _is_named_like(one: Person, other: Person) -> bool:
    return all(one[name].strip().casefold() == other[name].strip().casefold() for name in _NAMES)
