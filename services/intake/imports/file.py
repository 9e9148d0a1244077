"""An import's file: its header, its rows, and what a row says of an application. Pure; knows no store and no table.

The rows come one by one, so that a file takes the memory of a row.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from services.intake.contract.form import Kind, SubmitApplication
from services.intake.contract.imports import MOST_ROWS
from services.kernel.contracts import Rule
from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.schema import load
from services.kernel.files import tables

COLUMNS = (
    "external_id", "kind", "assignments", "given_name", "family_name", "personal_number", "phone", "email", "street",
    "postcode", "locality", "languages", "age_from", "age_to", "places", "message", "consent",
)  # fmt: skip
NEEDED = ("phone", "consent")  #: without which no row could be accepted
TOO_MANY_CELLS = Rule("too_many_cells", "The row has more cells than the header.")

_YES, _NO = ("true", "yes", "ja", "1"), ("false", "no", "nej", "0")
_PERSON = ("given_name", "family_name", "personal_number")
_ADDRESS = ("street", "postcode", "locality")
_WISHES = ("age_from", "age_to", "places")
#: where a rule finds fault with what is not there at all → the column that should have said it
_INSTEAD = {"adults": "given_name", "address": "street", "wishes": "age_from"}


class Row(tables.Row):
    """A row of the file that holds something."""

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
    return sum(1 for _ in tables.some(rows(pieces, charset), most=MOST_ROWS))


def rows(pieces: Iterable[bytes], charset: str) -> Iterator[Row]:
    """The rows that hold something, below a header that is checked first."""
    for found in tables.rows(pieces, charset, columns=COLUMNS, needed=NEEDED):
        yield Row(found.line, found.cells, found.too_long)


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
