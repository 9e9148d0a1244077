"""An import's file: its header, its rows, and what a row says of an application. Pure; knows no store and no table.

The rows come one by one, so that a file takes the memory of a row.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.intake.contract.form import Kind, SubmitApplication
from services.intake.contract.imports import MOST_ROWS
from services.intake.contract.mappings import ImportField
from services.intake.imports.mapping import PLAIN, Reading
from services.kernel.basics import clock
from services.kernel.contracts import Rule
from services.kernel.contracts.faults import InvalidInput, Problem
from services.kernel.contracts.schema import load
from services.kernel.files import tables
from services.kernel.files.tables import Place

TOO_MANY_CELLS = Rule("too_many_cells", "The row has more cells than the header.")
NOT_RECEIVED_YET = Rule("not_received_yet", "A day like 2026-04-01, or an instant, that has come.")

_YES, _NO = ("true", "yes", "ja", "1"), ("false", "no", "nej", "0")
_FIRST_YEAR = 1960  #: as of any day
_PERSON = ("given_name", "family_name", "personal_number")
_ADDRESS = ("street", "postcode", "locality")
_WISHES = ("age_from", "age_to", "places")
#: where a rule finds fault with what is not there at all → the field that should have said it
_INSTEAD = {"adults": "given_name", "address": "street", "wishes": "age_from"}
_ORDER = {str(field): place for place, field in enumerate(ImportField)}


@dataclass(frozen=True, slots=True)
class Row(tables.Row):
    """A row of the file that holds something."""

    reading: Reading = PLAIN

    @property
    def said(self) -> dict[str, str]:
        """What it says, by field."""
        return self.reading.said(self.cells)

    @property
    def identity(self) -> str:
        """What makes it the same row next time: kept as a hash for years, so that its form stays as it is."""
        source = "" if self.reading.source is None else f"{self.reading.source} "
        named = self.said.get("external_id", "")
        whole = "\x1f".join(f"{column}={value}" for column, value in sorted(self.cells.items()) if value)
        if named and not source and " " in named:
            return f"id \x1f{named}"  # without it, what comes before the blank would be a source
        return f"id {source}{named}" if named else f"row {source}{whole}"

    def body(self, today: date) -> dict[str, Any]:
        """The application that it says on that day, loaded, with the rest as questions and answers; `InvalidInput`
        where it is not right."""
        if self.too_long:
            raise TOO_MANY_CELLS.refusal("")
        loaded = load(SubmitApplication, self._form(today))
        rest = self.reading.rest(self.cells)
        return {**loaded, "answers": rest} if rest else loaded

    def received_at(self, now: datetime) -> datetime:
        """When the family sent it: as it says, else now. Of a day its first instant, of a time without a zone the
        Swedish one. `InvalidInput` for what is none, or has not come."""
        text = self.said.get("received")
        if text is None:
            return now
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise NOT_RECEIVED_YET.refusal("/received") from None
        found = found if found.tzinfo else found.replace(tzinfo=clock.SWEDEN)
        if found.year < _FIRST_YEAR or found > now:
            raise NOT_RECEIVED_YET.refusal("/received")
        return found

    def _form(self, today: date) -> dict[str, Any]:
        said = self.said
        form: dict[str, Any] = {"kind": said.get("kind") or str(Kind.FORM), **_of(said, "phone", "email", "message")}
        form |= {name: self.reading.parts(name, text) for name, text in _of(said, "assignments", "languages").items()}
        if person := _of(said, *_PERSON):
            form["adults"] = [{**person, "relation": "applicant", **_number(person, today)}]
        if address := _of(said, *_ADDRESS):
            form["address"] = address
        if wishes := _of(said, *_WISHES):
            form["wishes"] = {name: int(text) if text.isdecimal() else text for name, text in wishes.items()}
        return form | {name: _flag(text) for name, text in _of(said, "consent").items()}

    def problems(self, refused: InvalidInput) -> list[dict[str, Any]]:
        """What is wrong with it, as an import lists it, in the order of the fields: nothing that stands in the row."""
        found = [(_field(one["pointer"]), one) for one in refused.errors]
        found.sort(key=lambda one: _ORDER.get(one[0] or "", -1))
        return [self._problem(field, one) for field, one in found]

    def _problem(self, field: str | None, problem: Problem) -> dict[str, Any]:
        said = {name: problem[name] for name in ("code", "parameters", "detail")}
        return {"line": self.line, "field": field and self.reading.column_of(field), **said}


def checked_rows(pieces: Iterable[bytes], charset: str, reading: Reading = PLAIN) -> int:
    """How many rows a whole file has; `InvalidInput` when its header or its form is not right, or there are none, or
    more than can be imported at once."""
    return sum(1 for _ in tables.some(rows(pieces, charset, reading), most=MOST_ROWS))


def rows(
    pieces: Iterable[bytes],
    charset: str,
    reading: Reading = PLAIN,
    *,
    rest: tuple[Place, Iterable[bytes]] | None = None,
) -> Iterator[Row]:
    """The rows that hold something, below a header that is checked first; with `rest` those from a place on."""
    for found in tables.rows(pieces, charset, columns=reading.header, needed=reading.needed, rest=rest):
        yield Row(found.line, found.cells, found.too_long, found.after, reading)


def _of(said: dict[str, str], *names: str) -> dict[str, str]:
    return {name: said[name] for name in names if said.get(name)}


def _flag(text: str) -> bool | str:
    if text.lower() in _YES:
        return True
    return False if text.lower() in _NO else text


def _number(person: dict[str, str], today: date) -> dict[str, str]:
    """A personal number that is written with ten digits: of somebody who is not a hundred years old in that year, or,
    with `+`, who is (Population Registration Act 1991:481, section 18). Any other is left as it is."""
    found = re.fullmatch("([0-9]{2})([0-9]{4})([-+]?)([0-9]{4})", person.get("personal_number", ""))
    if found is None:
        return {}
    year, day, sign, last = found.groups()
    born = today.year - (today.year - int(year)) % 100 - (100 if sign == "+" else 0)
    return {"personal_number": f"{born}{day}{last}"}


def _field(pointer: str) -> str | None:
    """The field that a place of the application is; none for the row as a whole."""
    named = [part for part in pointer.split("/") if part and not re.fullmatch("[0-9]+", part)]
    return _INSTEAD.get(named[-1], named[-1]) if named else None
