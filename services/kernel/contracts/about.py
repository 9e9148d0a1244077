"""Whose data a row holds: every mapped class says it as its `about`, beside `keep`. By it a person is told what is kept
of them (registerutdrag; GDPR article 15), and nothing of others (OSL 2009:400, chapter 26).

A class lists each of its columns: what a person is told, in which way the row is about them, and what nobody is told
so, with the reason. Knows no database and no law beyond that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Whose:
    """The person who is told: known by the keyed hash of the personal number, and by nothing else."""

    lookup: bytes
    hash_of: Callable[[str], bytes]

    def has(self, personal_number: str | None) -> bool:
        """Whether the number is this person's."""
        return personal_number is not None and self.hash_of(personal_number) == self.lookup


@dataclass(frozen=True, slots=True)
class FreeText:
    """A column in which staff or others wrote: it may speak of somebody else, so that a person has to read it before it
    is handed out."""

    column: str


@dataclass(frozen=True, slots=True)
class Official:
    """A column that says who of the staff did something: public, unless their own identity is protected."""

    column: str


@dataclass(frozen=True, slots=True)
class Part:
    """A column that holds more than this person's data: what of it is theirs."""

    column: str
    of: Callable[[Any, Whose], Any]  #: of the row and the person
    free_text: bool = False  #: texts are among it


Told: TypeAlias = str | FreeText | Official | Part  #: a bare name is a column that is told as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class ByNumber:
    """The row is about whoever's keyed hash it holds."""

    column: str = "lookup"
    tells: tuple[Told, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict, hash=False)  #: as whom the log of access knows them
    protected: str | None = None  #: the attribute that says whether their identity is protected


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """The row is about the person because a row of another table is: this column holds what stands there."""

    column: str
    of: str  #: the other table
    at: str = "id"  #: the column of it
    unless: str | None = None  #: a column of it: where that says something the other row does not count
    tells: tuple[Told, ...] = ()
    protected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    """The row is about the person because this column holds an id under which the service knows them (`names`), as one
    of these kinds: for tables of the kernel, which knows no others."""

    column: str
    kinds: tuple[str, ...]
    tells: tuple[Told, ...] = ()
    protected: str | None = None


Way: TypeAlias = ByNumber | By | ByName


@dataclass(frozen=True, slots=True)
class About:
    """In which ways rows are about a person; where several hold the first counts."""

    ways: tuple[Way, ...]
    leaves_out: Mapping[str, str] = field(default_factory=dict)  #: columns that are told in no way, each with why


@dataclass(frozen=True, slots=True)
class Nobody:
    """Rows that nobody is told of by their number, and why."""

    why: str


Belongs: TypeAlias = About | Nobody


def column_of(told: Told) -> str:
    """The column that is told."""
    return told if isinstance(told, str) else told.column


def untold(belongs: About, columns: set[str]) -> set[str]:
    """The columns of which a class neither tells nor says why it does not."""
    said = {column_of(told) for way in belongs.ways for told in way.tells}
    return columns - said - belongs.leaves_out.keys() - {way.column for way in belongs.ways}
