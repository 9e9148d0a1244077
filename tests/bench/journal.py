"""What a run measures, kept as it comes: a crash in one step loses nothing of the others. And whether each goal was
held."""

import json
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.figures import table


class OutOfTime(BaseException):
    """The run has taken as long as it may: no step goes on, everything is taken down."""


@dataclass(frozen=True)
class Goal:
    """A figure, and what is wanted of it: at most so much, or at least."""

    name: str
    measured: float
    wanted: float
    at_least: bool = False

    @property
    def is_held(self) -> bool:
        """Whether it is as wanted."""
        return self.measured >= self.wanted if self.at_least else self.measured <= self.wanted


class Journal:
    """Of one run; its file is JSON, written anew with each figure."""

    def __init__(self, file: Path, about: Mapping[str, Any]) -> None:
        self.file = file
        self.goals: list[Goal] = []
        self.failed: dict[str, str] = {}
        self._about = dict(about)
        self._kept: dict[str, Any] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What goes wrong in the block is said and kept, and is no hindrance to what comes next."""
        try:
            yield
        except Exception as problem:
            self.failed[name] = f"{type(problem).__name__}: {problem}"
            traceback.print_exc()
            self._write()

    def keep(self, name: str, figures: Any) -> None:
        """Figures that have just been measured."""
        self._kept[name] = figures
        self._write()

    def hold(self, *goals: Goal) -> None:
        """What was wanted of them."""
        self.goals += goals
        self._write()

    @property
    def is_good(self) -> bool:
        """Whether every step came to its end and every goal is held."""
        return not self.failed and all(goal.is_held for goal in self.goals)

    def closing(self) -> str:
        """Each goal with what was measured, and what went wrong."""
        goals = table(
            ["goal", "measured", "wanted", "held"],
            (
                [one.name, f"{one.measured:.2f}", f"{'at least' if one.at_least else 'at most'} {one.wanted:g}",
                 "yes" if one.is_held else "NO"]
                for one in self.goals
            ),
        )  # fmt: skip
        held = f"{sum(one.is_held for one in self.goals)} of {len(self.goals)} goals held."
        return "\n".join([goals, "", held, *(f"FAILED: {name}: {what}" for name, what in self.failed.items())])

    def _write(self) -> None:
        kept = {**self._about, "goals": [asdict(one) | {"held": one.is_held} for one in self.goals]}
        kept |= {"failed": self.failed, "figures": self._kept}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        beside = self.file.with_suffix(".new")
        beside.write_text(json.dumps(kept, indent=1, default=str), encoding="utf-8")
        beside.replace(self.file)
