"""The trace that a request belongs to (W3C Trace Context): handed on to the services, and said in the answer."""

import re
import secrets

HEADER = "traceparent"
FORM = r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
_GOOD = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def of(given: str | None) -> str:
    """The trace that is named; a new one, which nobody has asked to record, where none is or it has not the form."""
    if given is not None and _GOOD.fullmatch(given):
        return given
    return f"00-{_some(16)}-{_some(8)}-00"


def _some(length: int) -> str:
    """An id of so many bytes, of which not all are nought."""
    return (secrets.token_bytes(length - 1) + b"\1").hex()
