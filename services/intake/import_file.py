"""An import's file: its header, its rows, and what a row says of an application. Pure; knows no store and no table.

The rows come one by one, so that a file takes the memory of a row.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.intake.contract.applications import Kind, SubmitApplication
from services.intake.contract.imports import (
    COLUMN_TWICE,
    MOST_ROWS,
    NO_COLUMN,
    NO_ROWS,
    NOT_A_TABLE,
    TOO_MANY_ROWS,
    UNKNOWN_COLUMN,
)
from services.kernel.contracts import Rule
from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.files import CHARSETS
from services.kernel.contracts.schema import load

COLUMNS = (
    "external_id", "kind", "assignments", "given_name", "family_name", "personal_number", "phone", "email", "street",
    "postcode", "locality", "languages", "age_from", "age_to", "places", "message", "consent",
)  # fmt: skip
NEEDED = ("phone", "consent")  #: without which no row could be accepted
TOO_MANY_CELLS = Rule("too_many_cells", "The row has more cells than the header.")
LONGEST_LINE = 100_000  #: characters

_YES, _NO = ("true", "yes", "ja", "1"), ("false", "no", "nej", "0")
_PERSON = ("given_name", "family_name", "personal_number")
_ADDRESS = ("street", "postcode", "locality")
_WISHES = ("age_from", "age_to", "places")
#: where a rule finds fault with what is not there at all → the column that should have said it
_INSTEAD = {"adults": "given_name", "address": "street", "wishes": "age_from"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file that holds something: the line that it begins on, and its cells by their columns."""

    line: int
    cells: dict[str, str]
    too_long: bool  #: there are cells beyond the header

    @property
    def identity(self) -> str:
        """What makes it the same row next time."""
        named = self.cells.get("external_id", "")
        whole = "\x1f".join(f"{column}={value}" for column, value in sorted(self.cells.items()) if value)
        return f"id {named}" if named else f"row {whole}"

    def body(self) -> dict[str, Any]:
        """The application that it says, loaded; `InvalidInput` where it is not right."""
        if self.too_long:
            raise TOO_MANY_CELLS.refusal("")
        return load(SubmitApplication, self._said())

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {"kind": self.cells.get("kind") or str(Kind.FORM)}
        said |= self._of("phone", "email", "message")
        said |= {name: _parts(text) for name, text in self._of("assignments", "languages").items()}
        if person := self._of(*_PERSON):
            said["adults"] = [{**person, "relation": "applicant"}]
        if address := self._of(*_ADDRESS):
            said["address"] = address
        if wishes := self._of(*_WISHES):
            said["wishes"] = {name: int(text) if text.isdecimal() else text for name, text in wishes.items()}
        return said | {name: _flag(text) for name, text in self._of("consent").items()}

    def _of(self, *columns: str) -> dict[str, str]:
        return {column: self.cells[column] for column in columns if self.cells.get(column)}

    def problems(self, refused: InvalidInput) -> list[dict[str, Any]]:
        """What is wrong with it, as an import lists it: nothing that stands in the row."""
        return [self._problem(one) for one in refused.errors]

    def _problem(self, problem: Problem) -> dict[str, Any]:
        column = _column(problem["pointer"])
        said = {name: problem[name] for name in ("code", "parameters", "detail")}
        return {"line": self.line, "field": column, **said}


def checked_rows(pieces: Iterable[bytes], charset: str) -> int:
    """How many rows a whole file has; `InvalidInput` when its header or its form is not right, or there are none, or
    more than can be imported at once."""
    number = 0
    for _ in rows(pieces, charset):
        number += 1
        if number > MOST_ROWS:
            raise TOO_MANY_ROWS.refusal("", most=MOST_ROWS)
    if not number:
        raise NO_ROWS.refusal("")
    return number


def rows(pieces: Iterable[bytes], charset: str) -> Iterator[Row]:
    """The rows that hold something, below a header that is checked first."""
    lines = _lines(pieces, charset)
    header = next(lines, "")
    separator = ";" if ";" in header else ","
    columns = _columns(next(csv.reader([header], delimiter=separator), []))
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 2  # the header is the first
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise NOT_A_TABLE.refusal("", line=line) from None
        if any(cells):
            yield Row(line, dict(zip(columns, cells, strict=False)), too_long=any(cells[len(columns) :]))


def _lines(pieces: Iterable[bytes], charset: str) -> Iterator[str]:
    """The lines of a text that comes in pieces."""
    for number, line in enumerate(_split(_decoded(pieces, charset)), 1):
        if len(line) > LONGEST_LINE:
            raise NOT_A_TABLE.refusal("", line=number)
        yield line


def _decoded(pieces: Iterable[bytes], charset: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig" if charset == CHARSETS[0] else charset)()
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def _split(texts: Iterable[str]) -> Iterator[str]:
    """Lines of a text however it is cut; those that are too long to be one are cut as well."""
    left = ""
    for text in texts:
        *whole, left = (left + text).split("\n")
        for line in whole:
            yield f"{line}\n"
        if len(left) > LONGEST_LINE:
            yield left
            left = ""
    if left:
        yield left


def _columns(header: list[str]) -> list[str]:
    """The columns of a header; `InvalidInput` names what is wrong with it by its place."""
    names = [name.strip().lower() for name in header]
    errors = [
        UNKNOWN_COLUMN.at(f"/{number}", number=number)
        if name not in COLUMNS
        else COLUMN_TWICE.at(f"/{number}", name=name)
        for number, name in enumerate(names, 1)
        if name not in COLUMNS or name in names[: number - 1]
    ]
    errors += [NO_COLUMN.at("", name=name) for name in NEEDED if name not in names]
    if errors:
        raise InvalidInput(errors=errors)
    return names


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split("|") if part.strip()]


def _flag(text: str) -> bool | str:
    if text.lower() in _YES:
        return True
    return False if text.lower() in _NO else text


def _column(pointer: str) -> str | None:
    """The column that a place of the application came from; none for the row as a whole."""
    named = [part for part in pointer.split("/") if part and not re.fullmatch("[0-9]+", part)]
    return _INSTEAD.get(named[-1], named[-1]) if named else None
