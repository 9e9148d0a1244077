"""Progress lines: what is being done and how long it took. Knows neither what is done nor for whom."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.status import Status

Outcome = Literal["begun", "done", "failed"]
OnStep = Callable[[str, Outcome, float], None]


def silent(_name: str, _outcome: Outcome, _seconds: float) -> None:
    """For callers that want no progress."""


@contextmanager
def step(name: str, on_step: OnStep) -> Iterator[None]:
    begun = time.monotonic()
    on_step(name, "begun", 0.0)
    try:
        yield
    except BaseException:
        on_step(name, "failed", time.monotonic() - begun)
        raise
    on_step(name, "done", time.monotonic() - begun)


class ProgressLines:
    """One line per step on a console; on a terminal with a moving sign while it lasts."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status: Status | None = None

    def __call__(self, name: str, outcome: Outcome, seconds: float) -> None:
        if outcome == "begun":
            self._begin(name)
            return
        if self._status:
            self._status.stop()
            self._status = None
        sign = "[green]✓[/]" if outcome == "done" else "[red]✗[/]"
        lead = f"{sign} {name}" if self._console.is_terminal else sign
        self._console.print(f"{lead} [dim]{seconds:.1f} s[/]", highlight=False)

    def _begin(self, name: str) -> None:
        if self._console.is_terminal:
            self._status = self._console.status(name)
            self._status.start()
        else:
            self._console.print(f"{name} … ", end="", highlight=False)
            self._console.file.flush()
