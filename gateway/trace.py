"""The trace that a request belongs to (W3C Trace Context): handed on to the services, and said in the answer."""

import random
import re

HEADER = "traceparent"
FORM = r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
_GOOD = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def of(given: str | None) -> str:
    """The trace that is named; a new one, which nobody has asked to record, where none is or it has not the form."""
    if given is not None and _GOOD.fullmatch(given):
        return given
    drawn = random.randbytes(22).hex()  # noqa: S311  # a name, no secret: the system is not asked for it
    return f"00-{drawn[:30]}01-{drawn[30:]}01-00"  # of neither id all digits may be nought
