"""Schemas of bodies, views and event data: what a contract says of a form, loaded and dumped in one way everywhere."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar, TypeAlias

import marshmallow
from marshmallow import fields

from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.rules import NAME_NOT_TEXT, NOT_TEXT, Rule, problem


class Schema(marshmallow.Schema):
    """A body or view. Unknown fields are refused. `example` is shown in the documentation and checked by a test.

    `rules` are those that a method of the schema checks; the rules of its fields follow from the fields.
    """

    example: ClassVar[dict[str, Any]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()


class Nothing(Schema):
    """An empty body: the path says it all."""


def load(schema: type[Schema], values: Any) -> dict[str, Any]:
    """`values` through the schema; `InvalidInput` names every field that does not fit."""
    problems = not_text(values)
    if problems:
        raise InvalidInput(errors=problems)
    try:
        return instance(schema).load(values)  # type: ignore[no-any-return]
    except marshmallow.ValidationError as invalid:
        raise InvalidInput(errors=pointers(invalid.messages)) from None


def dump(schema: type[Schema], values: Any) -> dict[str, Any]:
    """`values` (a dictionary or a row) as JSON's types, by the schema; what is not there is left out.

    Does what marshmallow's own `dump` does for the fields that contracts use, in a third of the time: a list of twenty
    spent more on being dumped than on being read.
    """
    found: dict[str, Any] = {}
    is_dict = isinstance(values, dict)
    for name, attribute, field in _dumped_fields(schema):
        value = values.get(attribute, _MISSING) if is_dict else getattr(values, attribute, _MISSING)
        if value is _MISSING:
            continue
        found[name] = value if field is None else field._serialize(value, attribute, values)
    return found


class Shown:
    """A row with what was worked out beside it, or hides what it holds, by the schema's names."""

    def __init__(self, row: Any, **beside: Any) -> None:
        self.__dict__ = beside
        beside["_row"] = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_row"], name)


_MISSING = object()
_AS_IT_IS = (fields.String, fields.Boolean, fields.Integer)
_plans: dict[type[Schema], list[tuple[str, str, fields.Field[Any] | None]]] = {}


def _dumped_fields(schema: type[Schema]) -> list[tuple[str, str, fields.Field[Any] | None]]:
    """Name, attribute and field of everything that is dumped; no field where the value goes out as it is."""
    if schema not in _plans:
        _plans[schema] = [
            (field.data_key or name, field.attribute or name, None if type(field) in _AS_IT_IS else field)
            for name, field in instance(schema).dump_fields.items()
        ]
    return _plans[schema]


_instances: dict[type[Schema], Schema] = {}


def instance(schema: type[Schema]) -> Schema:
    """One instance a schema class: making one costs more than using it."""
    if schema not in _instances:
        _instances[schema] = schema()
    return _instances[schema]


_MOST, _LONGEST = 50, 500  #: problems in a refusal, signs in a pointer: an answer is not many times what was sent
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_Way: TypeAlias = tuple[Any, ...]  #: () at the top, else (the way to what holds it, its name or place)


def pointers(messages: Any) -> list[Problem]:
    """Marshmallow's nested messages as JSON pointers (RFC 6901). Messages hold no value that was sent."""
    return [_problem(way, message) for way, message in islice(_messages(messages, ()), _MOST)]


def _messages(messages: Any, way: _Way) -> Iterator[tuple[_Way, Any]]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _messages(below, way if key == "_schema" else (way, key))
    else:
        for message in messages:
            yield way, message


def not_text(value: Any) -> list[Problem]:
    """A problem per string with NUL or half a surrogate pair: JSON can say both, the database can keep neither.

    Walks without recursion, for however deep it is, and writes a pointer only where there is a problem.
    """
    found: list[Problem] = []
    waiting: list[tuple[Any, _Way]] = [(value, ())]
    while waiting and len(found) < _MOST:
        one, way = waiting.pop()
        match one:
            case str():
                if _NOT_TEXT.search(one):
                    found.append(_problem(way, NOT_TEXT))
            case dict():
                if any(_NOT_TEXT.search(key) for key in one if isinstance(key, str)):
                    found.append(_problem(way, NAME_NOT_TEXT))
                else:
                    waiting += [(below, (way, key)) for key, below in reversed(one.items())]
            case list():
                waiting += [(below, (way, place)) for place, below in reversed(list(enumerate(one)))]
    return found


def _problem(way: _Way, message: str) -> Problem:
    parts: list[str] = []
    while way:
        way, key = way
        parts.append("/" + str(key).replace("~", "~0").replace("/", "~1"))
    return problem("".join(reversed(parts))[:_LONGEST], message)
