"""What is known of SKR's recommendations, figure by figure with its source: `recommended.csv`. What no source says is
not there. A municipality takes over what it wants, as its own tariff.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("recommended.csv")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, and how it is known: `printed` in a source, `computed` from what was printed, or `unknown`."""

    year: int
    field: str
    value: str | None
    status: str
    source: str | None


@cache
def _known() -> tuple[Figure, ...]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(Figure(int(year), *said) for year, *said in list(csv.reader(lines, delimiter=";"))[1:])


def figures_of(year: int) -> list[Figure]:
    """The figures of a year, and then the fields that are known of some other year only."""
    found = [one for one in _known() if one.year == year]
    there = {one.field for one in found}
    missing = dict.fromkeys(one.field for one in _known() if one.field not in there)
    return found + [Figure(year, field, None, "unknown", None) for field in missing]


def written(figures: Iterable[Figure]) -> bytes:
    """A table of figures, whose first two columns are a tariff as a table."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(("field", "value", "status", "source"))
    lines.writerows((one.field, one.value or "", one.status, one.source or "") for one in figures)
    return text.getvalue().encode()
