"""Quarters, and what stands in the file of placed children. Values in, values out."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

from services.kernel.basics.days import add_months

YEAR = re.compile("20[0-9]{2}")  #: as a path names it
HEADER = (
    *("personnummer", "namn", "uppdrag", "lagrum", "beslutad", "placerad_fran", "placerad_till"),
    "hem",
)


def quarter_of(text: str) -> tuple[date, date]:
    """The first and the last day of a quarter that is written `2026-Q3`."""
    year, number = int(text[:4]), int(text[-1])
    first = date(year, 3 * number - 2, 1)
    return first, date.fromordinal(add_months(first, 3).toordinal() - 1)


def quarter_with(day: date) -> str:
    """The quarter in which a day lies."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The file, with a mark by which a spreadsheet knows its character set. What would be read as a formula is text."""
    written = StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return ("\ufeff" + written.getvalue()).encode()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
