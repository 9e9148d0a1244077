"""Showing the processes' logs, each line under its process's name. Reads files only."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_cyan", "bright_green", "bright_magenta")


def last_lines(path: Path, count: int) -> list[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in deque(file, maxlen=count)]
    except FileNotFoundError:
        return []


@dataclass
class Follower:
    """Gives the complete lines added to a log since the last call; goes on in the new file after a rotation."""

    path: Path
    _inode: int = 0
    _offset: int = 0

    @classmethod
    def from_end(cls, path: Path) -> "Follower":
        try:
            found = path.stat()
        except FileNotFoundError:
            return cls(path)
        return cls(path, found.st_ino, found.st_size)

    def new_lines(self) -> Iterator[str]:
        try:
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                if found.st_ino != self._inode or found.st_size < self._offset:
                    self._inode, self._offset = found.st_ino, 0
                file.seek(self._offset)
                added = file.read()
        except FileNotFoundError:
            return
        complete = added[: added.rfind(b"\n") + 1]
        self._offset += len(complete)
        yield from complete.decode(errors="replace").splitlines()


class Screen:
    """Prints lines of several processes so that they can be told apart."""

    def __init__(self, console: Console, names: Sequence[str]) -> None:
        self._console = console
        self._width = max((len(name) for name in names), default=0)
        self._colours = {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(names)}

    def show(self, name: str, line: str) -> None:
        head = Text(f"{name:<{self._width}} │ ", style=self._colours[name])
        self._console.print(head.append(line, style="default"), soft_wrap=True, highlight=False)
