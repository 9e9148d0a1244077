"""The one exception of the launcher: what went wrong and what the reader does next."""

from collections.abc import Sequence
from pathlib import Path

TAIL_LINES = 15


class Trouble(Exception):
    """Something the reader of the terminal has to act on."""

    def __init__(self, what: str, then: str) -> None:
        super().__init__(f"{what}\nWhat to do next: {then}")
        self.what = what
        self.then = then


def from_log(what: str, log: Path, *, then: str = "") -> Trouble:
    """Trouble of a process: the end of its log, and where the rest lies."""
    tail = _last_lines(log)
    shown = "".join(f"\n  | {line}" for line in tail) or "\n  | (the log is empty)"
    return Trouble(f"{what}{shown}", " ".join(filter(None, [then, f"The whole log: {log}"])))


def _last_lines(log: Path) -> Sequence[str]:
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    except OSError:
        return []
