"""The file of postcodes and where each has its middle. Pure; knows no store and no table."""

import re
from collections.abc import Iterable, Iterator

from services.kernel.basics.geo import Place
from services.kernel.contracts import Rule
from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.schema import MOST_PROBLEMS
from services.kernel.files import tables
from services.placement.contract.postcodes import (
    COLUMNS,
    LATITUDE,
    LATITUDES,
    LONGITUDE,
    LONGITUDES,
    MOST_POSTCODES,
    NOT_A_POSTCODE,
    POSTCODE_TWICE,
    TOO_MANY_CELLS,
)

_POSTCODE = re.compile("[0-9]{3} ?[0-9]{2}")
_DEGREES = re.compile("[0-9]{2}([.,][0-9]{1,12})?")  # with a comma as Swedish programs write it


def postcodes(pieces: Iterable[bytes], charset: str) -> dict[str, Place]:
    """Where each postcode, five digits, has its middle; `InvalidInput` names what is wrong line by line."""
    found: dict[str, Place] = {}
    problems: list[Problem] = []
    rows = tables.rows(pieces, charset, columns=COLUMNS, needed=COLUMNS)
    for row in tables.some(rows, most=MOST_POSTCODES):
        wrong = list(_problems(row, found))
        problems += wrong[: MOST_PROBLEMS - len(problems)]
        if not wrong:
            found[_postcode(row)] = Place(*(_degrees(row, name) for name in ("latitude", "longitude")))
    if problems:
        raise InvalidInput(errors=problems)
    return found


def _problems(row: tables.Row, above: Iterable[str]) -> Iterator[Problem]:
    if row.too_long:
        yield TOO_MANY_CELLS.at(f"/{row.line}", line=row.line)
    if not _POSTCODE.fullmatch(row.cells.get("postcode", "")):
        yield _at(row, "postcode", NOT_A_POSTCODE)
    elif _postcode(row) in above:
        yield _at(row, "postcode", POSTCODE_TWICE)
    for name, rule, (least, most) in (("latitude", LATITUDE, LATITUDES), ("longitude", LONGITUDE, LONGITUDES)):
        if not (_DEGREES.fullmatch(row.cells.get(name, "")) and least <= _degrees(row, name) <= most):
            yield _at(row, name, rule)


def _at(row: tables.Row, column: str, rule: Rule) -> Problem:
    return rule.at(f"/{row.line}/{column}", line=row.line)


def _postcode(row: tables.Row) -> str:
    return row.cells["postcode"].replace(" ", "")


def _degrees(row: tables.Row, name: str) -> float:
    return float(row.cells[name].replace(",", "."))
