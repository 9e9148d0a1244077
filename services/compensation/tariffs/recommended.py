"""What is known of SKR's recommendations, figure by figure with its source: `recommended.csv`. What no source says is
not there. A municipality takes over what it wants, as its own tariff.
"""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("recommended.csv")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and how it is known: `printed` in a source, or `computed` from what was printed."""

    year: int
    field: str
    value: str
    status: str
    source: str


@cache
def _known() -> tuple[Figure, ...]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(Figure(int(year), *said) for year, *said in list(csv.reader(lines, delimiter=";"))[1:])


def figures_of(year: int) -> list[Figure]:
    """The figures of a year, in the order of the file."""
    return [one for one in _known() if one.year == year]


def missing_in(figures: Iterable[Figure]) -> list[str]:
    """The fields that are known of some year and not of this one, in the order of the file."""
    there: Collection[str] = {one.field for one in figures}
    return list(dict.fromkeys(one.field for one in _known() if one.field not in there))
