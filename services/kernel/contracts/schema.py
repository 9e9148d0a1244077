"""Schemas of bodies, views and event data: what a contract says of a form, loaded and dumped in one way everywhere."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from typing import Any, ClassVar, NamedTuple, TypeAlias

import marshmallow
import orjson
from marshmallow import fields

from services.kernel.basics.log import Explained
from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.hiding import Hides, hide
from services.kernel.contracts.quickly import NotSure, quickly
from services.kernel.contracts.rules import NAME_NOT_TEXT, NOT_TEXT, Rule, problem


class Schema(marshmallow.Schema):
    """A body or view. Unknown fields are refused. `example` is shown in the documentation and checked by a test.

    `rules` are those that a method of the schema checks; the rules of its fields follow from the fields.
    """

    example: ClassVar[dict[str, Any]] = {}
    #: of an answer: whose data it shows; the kind of each, and where in it their ids stand (`adults.id`). An answer
    #: says it also where it is nobody's (`{}`)
    shows: ClassVar[Mapping[str, str]] = {}
    #: of an answer or a part of one: what of it is null of a protected identity
    hides: ClassVar[tuple[Hides, ...]] = ()
    rules: ClassVar[tuple[Rule, ...]] = ()


class Nothing(Schema):
    """An empty body: the path says it all."""

    shows: ClassVar[Mapping[str, str]] = {}


class Text(Schema):
    """An answer that is a text of a media type of its own, for an operation that is `written_as` one."""

    text = fields.String(required=True)

    shows: ClassVar[Mapping[str, str]] = {}
    example: ClassVar[dict[str, Any]] = {"text": "…"}


def load(schema: type[Schema], values: Any) -> dict[str, Any]:
    """`values` through the schema; `InvalidInput` names every field that does not fit."""
    problems = not_text(values)
    if problems:
        raise InvalidInput(errors=problems)
    try:
        return quickly(instance(schema), values)
    except NotSure:
        return _load(schema, values)


def _load(schema: type[Schema], values: Any) -> dict[str, Any]:
    try:
        return instance(schema).load(values)  # type: ignore[no-any-return]
    except marshmallow.ValidationError as invalid:
        raise InvalidInput(errors=pointers(invalid.messages)) from None


class NotAsDeclared(Explained):
    """A value lacks what its contract says is always there. Names the field, never the value."""


def dump(schema: type[Schema], values: Any) -> dict[str, Any]:
    """`values` (a dictionary or a row) as JSON's types, by the schema; `NotAsDeclared` when a required part is missing,
    or one is None that may not be, at whatever depth: who sends it is told, not who receives it.

    Does what marshmallow's own `dump` does for the fields that contracts use, in a third of the time: a list of twenty
    spent more on being dumped than on being read. Marshmallow leaves out what is missing.
    """
    return _dump(instance(schema), values)


class Shown:
    """A row with what was worked out beside it, or hides what it holds, by the schema's names."""

    def __init__(self, row: Any, **beside: Any) -> None:
        self.__dict__ = beside
        beside["_row"] = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_row"], name)

    def get(self, name: str, default: Any) -> Any:
        """As `getattr`, which costs three times as much."""
        beside = self.__dict__
        return beside[name] if name in beside else getattr(beside["_row"], name, default)


_MISSING = object()
_AS_IT_IS = (fields.String, fields.Boolean, fields.Integer)
_Write: TypeAlias = Callable[[Any, str | None, Any], Any] | None  #: None where a value goes out as it is
_plans: dict[marshmallow.Schema, list["_Part"]] = {}


class _Part(NamedTuple):
    """What of a form is written, and how."""

    name: str
    attribute: str
    write: _Write
    may_be_none: bool
    is_required: bool


def _dump(schema: marshmallow.Schema, values: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    read = values.get if isinstance(values, _WITH_GET) else partial(getattr, values)
    for name, attribute, write, may_be_none, is_required in _plan(schema):
        value = read(attribute, _MISSING)
        if value is None:
            if not may_be_none:
                raise NotAsDeclared(f"{type(schema).__name__}.{name} is None")
            found[name] = None
        elif value is not _MISSING:
            found[name] = value if write is None else write(value, attribute, values)
        elif is_required:
            raise NotAsDeclared(f"{type(schema).__name__}.{name} is missing")
    if hides := getattr(schema, "hides", ()):
        hide(hides, values, found)
    return found


_WITH_GET = (dict, Shown)


def _plan(schema: marshmallow.Schema) -> list[_Part]:
    """Everything that is written."""
    if schema not in _plans:
        _plans[schema] = [
            _Part(
                field.data_key or name, field.attribute or name, write_of(field), bool(field.allow_none), field.required
            )
            for name, field in schema.dump_fields.items()
        ]
    return _plans[schema]


def write_of(field: fields.Field[Any]) -> _Write:
    """How a value of a field, which is not None, is written."""
    if type(field) in _AS_IT_IS:
        return None
    match field:
        case fields.Nested():
            schema = field.schema
            if field.many:
                return lambda values, _attribute, _object: [_dump(schema, value) for value in values]
            return lambda value, _attribute, _object: _dump(schema, value)
        case fields.List():
            return partial(_write_items, write_of(field.inner))
    return field._serialize


def _write_items(write: _Write, values: Any, attribute: str | None, whole: Any) -> list[Any]:
    items = list(values)
    if None in items:
        raise NotAsDeclared(f"an item of {attribute} is None")
    return items if write is None else [write(item, attribute, whole) for item in items]


_instances: dict[type[Schema], Schema] = {}


def instance(schema: type[Schema]) -> Schema:
    """One instance a schema class: making one costs more than using it."""
    if schema not in _instances:
        _instances[schema] = schema()
    return _instances[schema]


@cache
def names_in(schema: type[Schema]) -> tuple[str, ...]:
    """The names of its fields, as they are sent."""
    return tuple(field.data_key or name for name, field in instance(schema).fields.items())


#: problems in a refusal, signs in a pointer: an answer is not many times what was sent
MOST_PROBLEMS, LONGEST_POINTER = 50, 500
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_Way: TypeAlias = tuple[Any, ...]  #: () at the top, else (the way to what holds it, its name or place)


def pointers(messages: Any) -> list[Problem]:
    """Marshmallow's nested messages as JSON pointers (RFC 6901). Messages hold no value that was sent."""
    return [_problem(way, message) for way, message in islice(_messages(messages, ()), MOST_PROBLEMS)]


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
    if _is_text(value):
        return []
    found: list[Problem] = []
    waiting: list[tuple[Any, _Way]] = [(value, ())]
    while waiting and len(found) < MOST_PROBLEMS:
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


def _is_text(value: Any) -> bool:
    """Whether there is surely no such string: a writer of JSON that refuses half a pair finds none, and no NUL."""
    try:
        return rb"\u0000" not in orjson.dumps(value)
    except TypeError:
        return False


def _problem(way: _Way, message: str) -> Problem:
    parts: list[str] = []
    while way:
        way, key = way
        parts.append("/" + str(key).replace("~", "~0").replace("/", "~1"))
    return problem("".join(reversed(parts))[:LONGEST_POINTER], message)
