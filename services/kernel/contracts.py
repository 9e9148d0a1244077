"""What a `contract.py` is made of: operations, events, and the marshmallow fields that all contracts share.

A contract is the single definition: the service loads commands with it, the gateway checks bodies with it, OpenAPI is
written from it, and tests list it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import Any, ClassVar, TypeAlias

import marshmallow
from marshmallow import fields
from stdnum import luhn

from services.kernel import clock
from services.kernel.crypto import current_keyring
from services.kernel.errors import Fault, InvalidInput, MissingRole, NotFound, Problem
from services.kernel.money import kronor


class Schema(marshmallow.Schema):
    """A body or view. Unknown fields are refused. `example` is shown in the documentation and checked by a test."""

    example: ClassVar[dict[str, Any]] = {}


class Nothing(Schema):
    """An empty body: the path says it all."""


class EventData(Schema):
    """The data of an event. What a newer sender added is ignored, so that a contract can grow."""

    class Meta:
        unknown = marshmallow.EXCLUDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that a caller can ask of a service."""

    name: str
    en: str  #: description in English; its first sentence is the summary
    sv: str  #: description in Swedish
    roles: frozenset[str]  #: who may call it; empty: open to all
    answer: type[Schema]
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    reads: bool = False  #: changes nothing
    paged: bool = False  #: answers a page of `answer`
    conditional: bool = False  #: demands If-Match (or If-None-Match: * where it may create)
    creates: bool = False  #: with `conditional`: may create
    tenantless: bool = False  #: concerns no municipality
    faults: tuple[type[Fault], ...] = ()  #: what it refuses beyond input, role and existence

    def authorise(self, roles: Iterable[str]) -> None:
        """Raises `MissingRole` when none of the caller's roles allows this operation."""
        if self.roles and self.roles.isdisjoint(roles):
            raise MissingRole

    def load(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """`{"path": {...}, "query": {...}, "body": {...}}` as keyword arguments of the handler, with values in Python's
        types. Raises `InvalidInput` with a pointer per problem, `NotFound` for a path that can lead nowhere."""
        loaded = dict(arguments.get("path", {}))
        if not_text(loaded):
            raise NotFound
        for name, schema in (("query", self.query), ("body", self.body)):
            if schema is not None:
                loaded[name] = load(schema, arguments.get(name) or {})
        if self.paged:
            loaded["page"] = Page.of(arguments.get("page") or {})
        return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One kind of fact that a service tells the others. `type` is `hemvist.intake.application_qualified.v1`."""

    source: str
    name: str
    version: int
    data: type[EventData]

    @property
    def routing_key(self) -> str:
        return f"{self.name}.v{self.version}"

    @property
    def type(self) -> str:
        return f"hemvist.{self.source}.{self.routing_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The part of a list that is asked for."""

    number: int = 1
    limit: int = 20

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Page":
        loaded = load(PageQuery, values)
        return cls(number=loaded["page"], limit=loaded["limit"])

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.limit


class PageQuery(Schema):
    """Which page, and how long it is."""

    page = fields.Integer(
        load_default=1,
        validate=marshmallow.validate.Range(1, 1_000_000),
        metadata={"description": "The page, from 1. Sidan, från 1."},
    )
    limit = fields.Integer(
        load_default=20,
        validate=marshmallow.validate.Range(1, 100),
        metadata={"description": "Items on a page, 20 unless said, at most 100. Antal per sida, högst 100."},
    )


def load(schema: type[Schema], values: Any) -> dict[str, Any]:
    """`values` through the schema; `InvalidInput` names every field that does not fit."""
    problems = not_text(values)
    if problems:
        raise InvalidInput(errors=problems)
    try:
        return instance(schema).load(values)  # type: ignore[no-any-return]
    except marshmallow.ValidationError as problem:
        raise InvalidInput(errors=pointers(problem.messages)) from None


def dump(schema: type[Schema], values: Any) -> dict[str, Any]:
    """`values` (a dictionary or a mapped row) as JSON's types, by the schema; what is not there is left out.

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
    return [_problem(way, str(message)) for way, message in islice(_messages(messages, ()), _MOST)]


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
                    found.append(_problem(way, "Holds a character that is not text."))
            case dict():
                if any(_NOT_TEXT.search(key) for key in one if isinstance(key, str)):
                    found.append(_problem(way, "Holds a name that is not text."))
                else:
                    waiting += [(below, (way, key)) for key, below in reversed(one.items())]
            case list():
                waiting += [(below, (way, place)) for place, below in reversed(list(enumerate(one)))]
    return found


def _problem(way: _Way, detail: str) -> Problem:
    parts: list[str] = []
    while way:
        way, key = way
        parts.append("/" + str(key).replace("~", "~0").replace("/", "~1"))
    return {"pointer": "".join(reversed(parts))[:_LONGEST], "detail": detail}


def text(longest: int, *, shortest: int = 1, **kwargs: Any) -> fields.String:
    """Text of a limited length, neither empty nor blank unless said."""
    rules: list[marshmallow.validate.Validator] = [marshmallow.validate.Length(shortest, longest)]
    if shortest:
        rules.append(marshmallow.validate.Regexp(r"\s*\S", error="Must not be blank."))
    return fields.String(validate=rules, **kwargs)


def languages(**kwargs: Any) -> fields.List[str]:
    """Language codes (ISO 639), such as `ar`."""
    code = fields.String(validate=marshmallow.validate.Regexp(r"^[a-z]{2,3}$(?!\n)", error="A language code, like sv."))
    return fields.List(code, validate=marshmallow.validate.Length(max=30), **kwargs)


def one_of(choices: type[StrEnum], **kwargs: Any) -> fields.String:
    """A field that holds one of the values of an enumeration, as text."""
    return fields.String(validate=marshmallow.validate.OneOf([str(choice) for choice in choices]), **kwargs)


class Day(fields.Date):
    """A date as `YYYY-MM-DD` and in no other of ISO 8601's forms (DIGG's profile, DOT.01)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(fields.Boolean):
    """JSON's true or false, and nothing that could be taken for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return bool(value)


class Instant(fields.AwareDateTime):
    """An instant in UTC, RFC 3339 with `Z`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else clock.rfc3339(value)


class Money(fields.Field[str]):
    """Kronor as a string with at most two decimals, `"11417.00"`; `Decimal` in Python, never a float."""

    default_error_messages = {"invalid": "Not an amount of kronor like 11417.00."}

    def __init__(self, **kwargs: Any) -> None:
        # What OpenAPI says of it: it knows the types of marshmallow's own fields only.
        written = {"type": "string", "pattern": r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"}
        super().__init__(**{**kwargs, "metadata": {**written, **kwargs.get("metadata", {})}})

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f"{Decimal(value):.2f}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        try:
            return kronor(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None


_PERSONAL_NUMBER = re.compile("[0-9]{8}-?[0-9]{4}")


class PersonalNumber(fields.String):
    """A Swedish personal identity number (personnummer) or coordination number (samordningsnummer): twelve digits
    `yyyymmddnnnn` with a right check digit; a coordination number has 60 added to its day. A hyphen before the last
    four is accepted."""

    default_error_messages = {"personal_number": "Not a personal identity number of twelve digits."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        digits = text.replace("-", "")
        if not _PERSONAL_NUMBER.fullmatch(text) or not luhn.is_valid(digits[2:]):
            raise self.make_error("personal_number")
        try:
            birth_date(digits)
        except ValueError:
            raise self.make_error("personal_number") from None
        return digits


def birth_date(personal_number: str) -> date:
    """The day of birth that a personal or coordination number of twelve digits begins with."""
    day = int(personal_number[6:8])
    return date(int(personal_number[:4]), int(personal_number[4:6]), day - 60 if day > 60 else day)


class Sealed(fields.Field[Any]):
    """A part of an event that is personal: encrypted with the tenant's key while it travels and lies in queues.

    Inside a unit of work only; the purpose is the field's name.
    """

    def __init__(self, inner: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        plain = json.dumps(self.inner._serialize(value, attr, obj, **kwargs))
        return current_keyring.get().seal_text(plain, f"event:{attr}")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return self.inner.deserialize(json.loads(current_keyring.get().open_text(value, f"event:{attr}")), attr, data)
