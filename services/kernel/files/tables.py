"""A table that was sent as a file (CSV): its header, and its rows one by one, so that a file takes the memory of a row.
Pure; knows no store.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.tables import (
    COLUMN_TWICE,
    NO_COLUMN,
    NO_ROWS,
    NOT_A_TABLE,
    TOO_MANY_ROWS,
    UNKNOWN_COLUMN,
)

LONGEST_LINE = 100_000  #: characters
_MARK = "\ufeff"  #: with which some programs begin what is in UTF-8

One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line begins in a file: at which byte from 0, and which line from 1 it is."""

    byte: int = 0
    line: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file that holds something: the line that it begins on, and its cells by their columns."""

    line: int
    cells: dict[str, str]
    too_long: bool  #: there are cells beyond the header
    after: Place  #: where what follows it begins


def some(found: Iterable[One], *, most: int) -> Iterator[One]:
    """The rows of a file; `InvalidInput` when there are none, or more than that."""
    number = 0
    for number, row in enumerate(found, 1):
        if number > most:
            raise TOO_MANY_ROWS.refusal("", most=most)
        yield row
    if not number:
        raise NO_ROWS.refusal("")


def rows(
    pieces: Iterable[bytes],
    charset: str,
    *,
    columns: Sequence[str] | None,
    needed: Sequence[str],
    rest: tuple[Place, Iterable[bytes]] | None = None,
) -> Iterator[Row]:
    """The rows that hold something, below a header that is checked first: it may name these columns (None: any, each as
    it is written), and has to name those that are needed. With `rest` it goes on at a place that a row has given, with
    the pieces from there, and of `pieces` only the header is read. `InvalidInput` where header or form are not right.
    """
    lines = _Lines(pieces, charset)
    header = next(lines, "").removeprefix(_MARK)
    separator = ";" if ";" in header else ","
    named = _columns(next(csv.reader([header], delimiter=separator), []), columns, needed)
    if rest is not None:
        place, pieces = rest
        lines = _Lines(pieces, charset, place)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        line = lines.place.line
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            raise NOT_A_TABLE.refusal("", line=line) from None
        if any(cells):
            yield Row(line, dict(zip(named, cells, strict=False)), any(cells[len(named) :]), lines.place)


class _Lines(Iterator[str]):
    """The lines of a text that comes in pieces, from one of its places on."""

    def __init__(self, pieces: Iterable[bytes], charset: str, place: Place = Place()) -> None:
        self._lines = _split(_decoded(pieces, charset))
        self._charset = charset
        self.place = place  #: where the next one begins

    def __next__(self) -> str:
        line, place = next(self._lines), self.place
        if len(line) > LONGEST_LINE:
            raise NOT_A_TABLE.refusal("", line=place.line)
        self.place = Place(place.byte + len(line.encode(self._charset)), place.line + 1)
        return line


def _decoded(pieces: Iterable[bytes], charset: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(charset)()
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


def _columns(header: list[str], known: Sequence[str] | None, needed: Sequence[str]) -> list[str]:
    """The columns of a header; `InvalidInput` names what is wrong with it by its place."""
    names = [name.strip() if known is None else name.strip().lower() for name in header]
    strange = [known is not None and name not in known for name in names]
    errors = [
        UNKNOWN_COLUMN.at(f"/{number}", number=number)
        if is_strange
        else COLUMN_TWICE.at(f"/{number}", name=str(number) if known is None else name)  # what was sent is no parameter
        for number, (name, is_strange) in enumerate(zip(names, strange, strict=True), 1)
        if is_strange or name in names[: number - 1]
    ]
    errors += [NO_COLUMN.at("", name=name) for name in needed if name not in names]
    if errors:
        raise InvalidInput(errors=errors)
    return names
