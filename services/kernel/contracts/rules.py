"""The rules of contracts: what a value must be, each with a code and parameters by which a page says it in its own
words, and a text in English.

A rule is the text of its own violation, so that marshmallow carries it through as it carries any message. Its own
messages are mapped to rules here, once.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import marshmallow
from marshmallow import fields, validate

from services.kernel.contracts.faults import InvalidInput, Problem

_PARAMETER = re.compile(r"\{(\w+)\}")


class Rule(str):
    """`Rule("ages_in_order", "{lower} is above {upper}.")`; what stands in braces is a parameter."""

    __slots__ = ("code", "parameters")

    code: str
    parameters: dict[str, Any]

    def __new__(cls, code: str, text: str, parameters: dict[str, Any] | None = None) -> "Rule":
        made = super().__new__(cls, text)
        made.code = code
        made.parameters = parameters or {}
        return made

    def format(self, *_: object, **given: Any) -> "Rule":
        """The violation with its parameters. What else is given is not repeated: marshmallow gives the value itself."""
        named = {name: given[name] for name in _PARAMETER.findall(self)}
        return Rule(self.code, str(self).format(**named), named)

    def at(self, pointer: str, **parameters: Any) -> Problem:
        """The violation at a place of the input, as a problem names it."""
        return self.format(**parameters)._problem(pointer)

    def refusal(self, pointer: str, **parameters: Any) -> InvalidInput:
        """The fault for an input that breaks this one rule."""
        return InvalidInput(errors=[self.at(pointer, **parameters)])

    def _problem(self, pointer: str) -> Problem:
        return {"pointer": pointer, "code": self.code, "parameters": self.parameters, "detail": str(self)}


REQUIRED = Rule("required", "Missing data for required field.")
UNKNOWN_FIELD = Rule("unknown_field", "Unknown field.")
NOT_TEXT = Rule("not_text", "Holds a character that is not text.")
NAME_NOT_TEXT = Rule("name_not_text", "Holds a name that is not text.")
GIVEN_TWICE = Rule("given_twice", "Given more than once.")
NOT_FOUND = Rule("not_found", "There is no such thing.")
AGES_IN_ORDER = Rule("ages_in_order", "age_from is above age_to.")

_LENGTHS = (
    Rule("length", "Length must be between {min} and {max}."),
    Rule("too_short", "Shorter than minimum length {min}."),
    Rule("too_long", "Longer than maximum length {max}."),
)
_RANGES = (
    Rule("out_of_range", "Must be greater than or equal to {min} and less than or equal to {max}."),
    Rule("too_small", "Must be greater than or equal to {min}."),
    Rule("too_large", "Must be less than or equal to {max}."),
)
_NOT_ONE_OF = Rule("not_one_of", "Must be one of: {choices}.")
_NOT_AN_EMAIL = Rule("not_an_email", "Not a valid email address.")
_NOT_AN_OBJECT = Rule("not_an_object", "Invalid input type.")
_MARSHMALLOWS = (
    REQUIRED,
    UNKNOWN_FIELD,
    *_LENGTHS,
    *_RANGES,
    _NOT_ONE_OF,
    _NOT_AN_EMAIL,
    _NOT_AN_OBJECT,
    Rule("null", "Field may not be null."),
    Rule("not_a_string", "Not a valid string."),
    Rule("not_a_string", "Not a valid utf-8 string."),
    Rule("not_a_number", "Not a valid number."),
    Rule("not_a_number", "Special numeric values (nan or infinity) are not permitted."),
    Rule("not_a_number", "Number too large."),
    Rule("not_an_integer", "Not a valid integer."),
    Rule("not_a_flag", "Not a valid boolean."),
    Rule("not_a_day", "Not a valid date."),
    Rule("not_a_list", "Not a valid list."),
    Rule("not_an_object", "Invalid type."),
    Rule("not_an_object", "Not a valid mapping type."),
)
_PATTERNS = [(rule, re.compile(_PARAMETER.sub(r"(?P<\1>.*)", re.escape(rule).replace(r"\{", "{").replace(r"\}", "}"))))
             for rule in _MARSHMALLOWS]  # fmt: skip


def rule_of(message: str) -> Rule:
    """The rule that a message of marshmallow's says is broken, with its parameters; `KeyError` for an unknown one."""
    return message if isinstance(message, Rule) else _known(message)


@cache
def _known(message: str) -> Rule:
    for rule, pattern in _PATTERNS:
        found = pattern.fullmatch(message)
        if found:
            return Rule(rule.code, message, {name: _value(name, text) for name, text in found.groupdict().items()})
    raise KeyError(message)


def _value(name: str, text: str) -> Any:
    """A parameter as JSON says it: a number where it is one, the choices as a list."""
    if name == "choices":
        return text.split(", ")
    if re.fullmatch("-?[0-9]+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def problem(pointer: str, message: str) -> Problem:
    """A message at a place of the input, as a problem names it."""
    try:
        rule = rule_of(message)
    except KeyError:  # no caller is to suffer from a message that a library has changed
        rule = Rule("invalid", "This is not right.")
    return rule._problem(pointer)


def rules_of(schema: type[marshmallow.Schema]) -> dict[str, Rule]:
    """Every rule that an input of this form can break, by its code: of each field, what it holds, and the whole."""
    found: dict[str, Rule] = {}
    for rule in _of_schema(schema):
        found.setdefault(rule.code, rule)
    return found


def _of_schema(schema: type[marshmallow.Schema]) -> Iterator[Rule]:
    yield _NOT_AN_OBJECT
    yield UNKNOWN_FIELD
    yield from getattr(schema, "rules", ())
    for field in schema().load_fields.values():
        yield from _of_field(field)


def _of_field(field: Any) -> Iterator[Rule]:
    for name in _said(field):
        yield rule_of(field.error_messages[name])
    for validator in field.validators:
        yield from _of_validator(validator)
    match field:
        case fields.Nested():
            yield from _of_schema(type(field.schema))
        case fields.List():
            yield from _of_field(field.inner)
        case fields.Dict():
            yield from _of_field(field.value_field)


def _said(field: fields.Field[Any]) -> Iterable[str]:
    """The names of the messages that a field can say."""
    own = {name for kind in type(field).__mro__ for name in vars(kind).get("default_error_messages", {})}
    unsaid = {"validator_failed", "format", "invalid_awareness"} | (set() if field.required else {"required"})
    return sorted(own - unsaid - ({"null"} if field.allow_none else set()))


def _of_validator(validator: Any) -> Iterator[Rule]:
    match validator:
        case validate.Length() | validate.Range():
            both, least, most = _LENGTHS if isinstance(validator, validate.Length) else _RANGES
            yield both if None not in (validator.min, validator.max) else most if validator.min is None else least
        case validate.OneOf():
            yield _NOT_ONE_OF
        case validate.Email():
            yield _NOT_AN_EMAIL
        case validate.Regexp():
            yield rule_of(validator.error)
        case _:
            raise TypeError(f"no rule is known for the validator {type(validator).__name__}")
