"""Identifiers: time-ordered UUIDs for rows and events, short references for people."""

import secrets

from uuid_utils import uuid7

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> str:
    """A UUID version 7 as text; it sorts by time of creation."""
    return str(uuid7())


def new_reference() -> str:
    """Twelve unambiguous characters, `ABCD-EFGH-JKMN`: 59 random bits that nobody guesses and all can read aloud."""
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
