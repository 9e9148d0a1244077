"""Identifiers: time-ordered UUIDs for rows and events, short references for people."""

import re
import secrets

from uuid_utils import uuid7

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_REFERENCE = re.compile(f"([{_LETTERS}]{{4}})-?([{_LETTERS}]{{4}})-?([{_LETTERS}]{{4}})")


def new_id() -> str:
    """A UUID version 7 as text; it sorts by time of creation."""
    return str(uuid7())


def new_reference() -> str:
    """Twelve unambiguous characters, `ABCD-EFGH-JKMN`: 59 random bits that nobody guesses and all can read aloud."""
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


def reference_in(text: str) -> str | None:
    """The reference that a text is, in whatever case and with or without its hyphens."""
    found = _REFERENCE.fullmatch(text.strip().upper())
    return "-".join(found.groups()) if found else None
