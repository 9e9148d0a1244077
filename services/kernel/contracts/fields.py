"""The fields of contracts: marshmallow's own under one roof with those of the house."""

import json
import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import marshmallow
from marshmallow.fields import AwareDateTime, Boolean, Date, Dict, Email, Field, Float, Integer, List, Nested, String
from stdnum import luhn

from services.kernel.basics import clock
from services.kernel.basics.money import kronor
from services.kernel.contracts.hiding import is_hidden_staff
from services.kernel.contracts.rules import Rule
from services.kernel.contracts.schema import write_of
from services.kernel.secrecy.crypto import current_keyring

__all__ = [
    "Boolean", "Date", "Day", "Dict", "Email", "Field", "Flag", "Float", "Instant", "Integer", "List", "Money",
    "Nested", "PersonalNumber", "Sealed", "Staff", "String", "birth_date", "form", "languages", "one_of",
    "reference", "text",
]  # fmt: skip


def text(longest: int, *, shortest: int = 1, **kwargs: Any) -> String:
    """Text of a limited length, neither empty nor blank unless said."""
    rules: list[marshmallow.validate.Validator] = [marshmallow.validate.Length(shortest, longest)]
    if shortest:
        rules.append(marshmallow.validate.Regexp(r"\s*\S", error=Rule("blank", "Must not be blank.")))
    return String(validate=rules, **kwargs)


def form(pattern: str, rule: Rule, **kwargs: Any) -> String:
    """Text of a form of its own; `pattern` from its beginning to `$(?!\\n)`."""
    return String(validate=marshmallow.validate.Regexp(pattern, error=rule), **kwargs)


def reference(**kwargs: Any) -> String:
    """The id of something else."""
    return form(r"^[0-9A-Za-z-]{1,64}$(?!\n)", Rule("id_form", "An id, as another answer gave it."), **kwargs)


def languages(**kwargs: Any) -> List[str]:
    """Language codes (ISO 639), such as `ar`."""
    code = form(r"^[a-z]{2,3}$(?!\n)", Rule("language_code", "A language code, like sv."))
    return List(code, validate=marshmallow.validate.Length(max=30), **kwargs)


def one_of(choices: type[StrEnum], **kwargs: Any) -> String:
    """A field that holds one of the values of an enumeration, as text."""
    return String(validate=marshmallow.validate.OneOf([str(choice) for choice in choices]), **kwargs)


_YEARS = ("1960", "2199")  #: the first and the last of which a day or an instant that is sent may be


class Day(Date):
    """A date as `YYYY-MM-DD` and in no other of ISO 8601's forms (DIGG's profile, DOT.01). Of the years 1960 to
    2199: terms are counted from it and back, and holidays are known since 1953. Of any where somebody was born."""

    def __init__(self, *, of_birth: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._years = ("0001", "9999") if of_birth else _YEARS

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        first, last = self._years
        written = isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
        if not written or not first <= value[:4] <= last:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(Boolean):
    """JSON's true or false, and nothing that could be taken for them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:  # noqa: ARG002
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return bool(value)


_NOT_AN_INSTANT = Rule("not_an_instant", "Not an instant like 2026-06-01T20:00:00Z.")


class Instant(AwareDateTime):
    """An instant in UTC, RFC 3339 with `Z`; of the years of which a `Day` may be."""

    default_error_messages = {"invalid": _NOT_AN_INSTANT, "invalid_awareness": _NOT_AN_INSTANT}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else clock.rfc3339(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = super()._deserialize(value, attr, data, **kwargs)
        first, last = _YEARS
        if not int(first) <= found.year <= int(last):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return found


class Money(Field[str]):
    """Kronor as a string with at most two decimals, `"11417.00"`; `Decimal` in Python, never a float."""

    default_error_messages = {"invalid": Rule("kronor", "Not an amount of kronor like 11417.00.")}

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


class Staff(String):
    """Who of the municipality's staff did something, as the login knows them; null where nobody did, and where that
    person's identity is protected."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "allow_none": True})

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return None if is_hidden_staff(value) else value


_PERSONAL_NUMBER = re.compile("[0-9]{8}-?[0-9]{4}")


class PersonalNumber(String):
    """A Swedish personal identity number (personnummer) or coordination number (samordningsnummer): twelve digits
    `yyyymmddnnnn` with a right check digit; a coordination number has 60 added to its day. A hyphen before the last
    four is accepted."""

    default_error_messages = {
        "form": Rule("personal_number_form", "Not a personal identity number of twelve digits."),
        "check_digit": Rule("personal_number_check_digit", "The check digit of the personal identity number is wrong."),
        "date": Rule("personal_number_date", "The personal identity number begins with no date."),
    }

    def __init__(self, **kwargs: Any) -> None:
        written = {"pattern": f"^{_PERSONAL_NUMBER.pattern}$", "maxLength": 13}  # for OpenAPI, as of `Money`
        super().__init__(**{**kwargs, "metadata": {**written, **kwargs.get("metadata", {})}})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        digits = text.replace("-", "")
        if not _PERSONAL_NUMBER.fullmatch(text):
            raise self.make_error("form")
        if not luhn.is_valid(digits[2:]):
            raise self.make_error("check_digit")
        try:
            birth_date(digits)
        except ValueError:
            raise self.make_error("date") from None
        return digits


def birth_date(personal_number: str) -> date:
    """The day of birth that a personal or coordination number of twelve digits begins with."""
    day = int(personal_number[6:8])
    return date(int(personal_number[:4]), int(personal_number[4:6]), day - 60 if day > 60 else day)


class Sealed(Field[Any]):
    """A part of an event that is personal: encrypted with the tenant's key while it travels and lies in queues.

    Inside a unit of work only; the purpose is the field's name.
    """

    def __init__(self, inner: Field[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner
        self._write = write_of(inner)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        plain = json.dumps(value if self._write is None else self._write(value, attr, obj))
        return current_keyring.get().seal_text(plain, f"event:{attr}")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        return self.inner.deserialize(self.opened(value, str(attr)), attr, data)

    @staticmethod
    def opened(value: str, name: str) -> Any:
        """What was sealed under the field's name, as JSON says it."""
        return json.loads(current_keyring.get().open_text(value, f"event:{name}"))
