"""Reads a JSON body so that nothing behind the gateway stumbles over it: strict JSON, text that a database keeps."""

import json
import re
from collections.abc import Iterator
from typing import Any

from gateway.problems import MalformedRequest
from services.kernel.errors import InvalidInput, Problem

#: NUL, which PostgreSQL refuses in text, and halves of surrogate pairs, which have no UTF-8
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def read(data: bytes) -> Any:
    """The value that the bytes are; `MalformedRequest`, or `InvalidInput` with a pointer to what is no text."""
    try:
        value = json.loads(data.decode(), parse_constant=_no_constant)
        # Both come through an escape only: UTF-8 has no surrogates and JSON no bare control characters.
        problems = list(_problems(value, "")) if b"\\u" in data else []
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if problems:
        raise InvalidInput(errors=problems)
    return value


def is_text(value: str) -> bool:
    """Whether every character is one that can be stored."""
    return _NOT_TEXT.search(value) is None


def _no_constant(_name: str) -> Any:
    raise ValueError  # NaN and Infinity are Python's, not JSON's


def _problems(value: Any, at: str) -> Iterator[Problem]:
    match value:
        case str() if not is_text(value):
            yield {"pointer": at or "/", "detail": "Holds a character that is not text."}
        case list():
            for number, item in enumerate(value):
                yield from _problems(item, f"{at}/{number}")
        case dict():
            for name, item in value.items():
                if is_text(name):
                    yield from _problems(item, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")
                else:
                    yield {"pointer": at or "/", "detail": "Holds a name that is not text."}
