"""Waiting for what comes by itself: a condition with a deadline, never a fixed pause."""

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

Found = TypeVar("Found")


def eventually(condition: Callable[[], Found], seconds: float = 60) -> Found:
    """What the condition returns as soon as it is true; `TimeoutError` when it does not become so."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > until:
            raise TimeoutError("what was waited for did not come")
        Event().wait(0.02)
    return found
