"""What may be searched for: a name, a personal number or the reference of a case, and nothing else (the ordinance
2001:637 on personal data in social services, section 15)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, validate
from stdnum import luhn

from services.kernel.basics.ids import reference_in
from services.kernel.basics.words import LEAST, words_in
from services.kernel.contracts.fields import PersonalNumber, String, birth_date
from services.kernel.contracts.rules import Rule

LONGEST = 200  #: signs of a text
MOST_WORDS = 8
_NUMBER = re.compile("([0-9]{2})?([0-9]{6})[-+ ]?([0-9]{4})")
_CENTURIES = ("18", "19", "20")
_OF_NUMBERS = re.compile("[0-9 +-]*[0-9][0-9 +-]*")
_LENGTH = validate.Length(1, LONGEST)
_OF_NAMES = re.compile(r"(?:[^\W\d_]|[\s.'’´`-])*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a text asks for. A name may look like a reference: then either is meant."""

    words: tuple[str, ...] = ()  #: beginnings of words of a name, all of them
    numbers: tuple[str, ...] = ()  #: personal numbers of twelve digits, any of them
    reference: str | None = None


_SHORT = Rule("search_too_short", f"A name is found by {LEAST} letters of one of its words at least.")
_MANY = Rule("search_too_many_words", f"A name has {MOST_WORDS} words at most.")
_FORM = Rule("search_form", "Neither a name, nor a personal identity number, nor the reference of a case.")
_NUMBERS = PersonalNumber.default_error_messages


class SearchText(String):
    """A name (words or beginnings of words, of two letters at least), a personal identity number or coordination number
    of twelve or ten digits, or the reference of a case."""

    default_error_messages = {**_NUMBERS, "search_form": _FORM, "short": _SHORT, "many": _MANY}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=_LENGTH, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        _LENGTH(text)
        sought_in(text)
        return text


def sought_in(text: str) -> Sought:
    """What a text asks for; `ValidationError` with the rule that it breaks. Of ten digits nobody knows the century:
    each that has such a day is meant."""
    text = text.strip()
    if _OF_NUMBERS.fullmatch(text):
        return Sought(numbers=tuple(_numbers(text)))
    reference = reference_in(text)
    is_name = _OF_NAMES.fullmatch(text) is not None
    words = tuple(words_in(text)) if is_name else ()
    if reference is None and (not words or len(words) > MOST_WORDS):
        raise ValidationError(_MANY if words else _SHORT if is_name else _FORM)
    return Sought(words=words, reference=reference)


def _numbers(text: str) -> Iterator[str]:
    parts = _NUMBER.fullmatch(text)
    if parts is None:
        raise ValidationError(_NUMBERS["form"])
    century, *digits = parts.groups()
    if not luhn.is_valid("".join(digits)):
        raise ValidationError(_NUMBERS["check_digit"])
    possible = ["".join((one, *digits)) for one in ([century] if century else _CENTURIES)]
    found = [number for number in possible if _begins_with_a_date(number)]
    if not found:
        raise ValidationError(_NUMBERS["date"])
    yield from found


def _begins_with_a_date(number: str) -> bool:
    try:
        birth_date(number)
    except ValueError:
        return False
    return True
