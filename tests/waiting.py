"""Waiting for what happens by itself."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object], seconds: float = 10) -> None:
    """Returns as soon as the condition is true; fails when it is not by then."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            message = f"not within {seconds} seconds"
            raise AssertionError(message)
        time.sleep(0.02)
