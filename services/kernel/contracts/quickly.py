"""What is right is loaded in a third of the time; of what is not, marshmallow says why.

Each request's input is checked twice, by the gateway and by the service, and most of it is right. What marshmallow does
for each field (keeping errors, partial loading, collections of schemas) costs more than the checks themselves.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import marshmallow
from marshmallow import fields, missing
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA


class NotSure(Exception):
    """The values may be wrong, or are of a kind that only marshmallow knows."""


_Read: TypeAlias = Callable[[Any, str, Any], Any]  #: value, its name and what holds it


class _Part(NamedTuple):
    name: str
    key: str
    read: _Read
    field: "fields.Field[Any]"


_parts: dict[marshmallow.Schema, tuple[list[_Part], set[str], list[Callable[..., Any]]]] = {}


def quickly(schema: marshmallow.Schema, values: Any) -> dict[str, Any]:
    """What `schema.load(values)` would give; `NotSure` where it might raise."""
    parts, names, rules = _parts.get(schema) or _learn(schema)
    if type(values) is not dict or not names.issuperset(values):
        raise NotSure
    found: dict[str, Any] = {}
    for name, key, read, field in parts:
        value = values.get(name, missing)
        if value is missing:
            if field.required:
                raise NotSure
            if field.load_default is not missing:
                found[key] = field.load_default() if callable(field.load_default) else field.load_default
        elif value is None:
            if not field.allow_none:
                raise NotSure
            found[key] = None
        else:
            found[key] = read(value, name, values)
    _check(rules, found, partial=None, unknown=schema.unknown, many=False)
    return found


def _check(rules: list[Callable[..., Any]], value: Any, **said: Any) -> None:
    try:
        for rule in rules:
            rule(value, **said)
    except marshmallow.ValidationError:
        raise NotSure from None


def _learn(schema: marshmallow.Schema) -> tuple[list[_Part], set[str], list[Callable[..., Any]]]:
    """How the schema's fields are read, their names, and its own rules."""
    if any(schema._hooks[one] for one in (PRE_LOAD, POST_LOAD, VALIDATES)):
        raise NotSure
    parts = [
        _Part(field.data_key or name, field.attribute or name, _checked(field), field)
        for name, field in schema.load_fields.items()
    ]
    rules = [getattr(schema, name) for name, _, _ in schema._hooks[VALIDATES_SCHEMA]]
    _parts[schema] = parts, {part.name for part in parts}, rules
    return _parts[schema]


def _checked(field: "fields.Field[Any]") -> _Read:
    """How a value of a field, which is not None, is read and checked."""
    read, rules = _way(field), list(field.validators)
    if not rules:
        return read

    def checked(value: Any, name: str, values: Any) -> Any:
        found = read(value, name, values)
        _check(rules, found)
        return found

    return checked


def _way(field: "fields.Field[Any]") -> _Read:
    make: Callable[[Any], _Read] = _WAYS.get(
        type(field), _as_marshmallow_does
    )  # one of the house's own has its own way
    return make(field)


def _text(_field: Any) -> _Read:
    return _a_text


def _a_text(value: Any, _name: str, _values: Any) -> Any:
    if type(value) is not str:
        raise NotSure
    return value


def _nested(field: fields.Nested) -> _Read:
    schema = field.schema
    if schema.many or field.many:
        return lambda values, _name, _values: [quickly(schema, one) for one in _a_list(values)]
    return lambda value, _name, _values: quickly(schema, value)


def _list(field: "fields.List[Any]") -> _Read:
    read, allows_none = _checked(field.inner), field.inner.allow_none

    def each(values: Any, name: str, whole: Any) -> list[Any]:
        if None in _a_list(values) and not allows_none:
            raise NotSure
        return [None if one is None else read(one, name, whole) for one in values]

    return each


def _a_list(values: Any) -> list[Any]:
    if type(values) is not list:
        raise NotSure
    return values


def _as_marshmallow_does(field: "fields.Field[Any]") -> _Read:
    def read(value: Any, name: str, values: Any) -> Any:
        try:
            return field._deserialize(value, name, values)
        except marshmallow.ValidationError:
            raise NotSure from None

    return read


_WAYS: dict[type, Callable[[Any], _Read]] = {fields.String: _text, fields.Nested: _nested, fields.List: _list}
