"""By which words a row is found: one table of keyed hashes, written with the commit of the row that they are of.

A mapped class whose rows name people says so (`Searchable`). The hashes of one municipality have nothing in common with
another's, and say nothing without its key. They go with the row: the database takes them away itself.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, ClassVar, TypeAlias

import sqlalchemy
from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text, event, text
from sqlalchemy.orm import Session, object_session

from services.kernel.basics.words import beginnings, words_in
from services.kernel.contracts.keep import Platform
from services.kernel.contracts.search import Sought
from services.kernel.rows.tables import KEEP, KernelBase, Tenanted
from services.kernel.secrecy.crypto import Keyring, Purpose

_CHANGED = "hemvist_searchable"  #: of a session: the rows whose words are to be written
_BYTES = 8  #: of a hash: among the names of a municipality no two are the same by chance

SEARCH_WORD = Table(
    "search_word",
    KernelBase.metadata,
    Column("tenant", Text, nullable=False, server_default=text("current_tenant()")),
    Column("word", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "word", "kind", "id", "row_id"),
    Index(None, "tenant", "kind", "row_id"),
    info={KEEP: Platform("as long as the row that is found by it: keyed hashes only")},
)


Lookup: TypeAlias = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBy:
    """What a row is found by."""

    names: tuple[str, ...] = ()
    lookups: tuple[bytes, ...] = ()  #: keyed hashes of personal numbers
    reference: str | None = None


class Searchable(Tenanted):
    """A row that is found by the people whom it names. Its table forgets its words with it (`migration.search_by`)."""

    found_as: ClassVar[str]  #: the kind of what is found by it: `home`
    searched_by: ClassVar[tuple[str, ...]]  #: the attributes that its words follow from

    @property
    def found_id(self) -> str:
        """The id of what is found by it: itself, or the home whose adult it is."""
        return self.id

    @abstractmethod
    def known_by(self, lookup: Lookup) -> KnownBy:
        """What it is found by; the class says it. `lookup` makes the keyed hash of a personal number."""


def words_of(keyring: Keyring, known: KnownBy) -> list[int]:
    """The hashes under which something is found."""
    found = {_name(keyring, word) for word in beginnings(known.names)}
    found.update(_number(lookup) for lookup in known.lookups)
    if known.reference is not None:
        found.add(_reference(keyring, known.reference))
    return sorted(found)


def _name(keyring: Keyring, word: str) -> int:
    return _number(keyring.lookup(word, Purpose.SEARCH_WORD))


def _reference(keyring: Keyring, reference: str) -> int:
    return _number(keyring.lookup(reference, Purpose.SEARCH_REFERENCE))


def _number(lookup: bytes) -> int:
    """A hash as the database keeps it."""
    return int.from_bytes(lookup[:_BYTES], "big", signed=True)


def of_name(keyring: Keyring, name: str) -> list[int]:
    """The hashes under which somebody is found one of whose names begins with each word of this one."""
    return [_name(keyring, word) for word in words_in(name)]


def of_number(lookup: bytes) -> int:
    """The hash under which somebody of this personal number's keyed hash is found."""
    return _number(lookup)


# --- written --------------------------------------------------------------------------------------------------------


@event.listens_for(Searchable, "after_insert", propagate=True)
def _added(_mapper: Any, _connection: Any, row: Searchable) -> None:
    _written(row)[row.found_as, row.id] = (row, True)


@event.listens_for(Searchable, "after_update", propagate=True)
def _changed(_mapper: Any, _connection: Any, row: Searchable) -> None:
    attributes = sqlalchemy.inspect(row).attrs
    if any(attributes[name].history.has_changes() for name in row.searched_by):
        renew(row)


def renew(row: Searchable) -> None:
    """The words of a row of a session are written anew with the unit's commit."""
    _written(row).setdefault((row.found_as, row.id), (row, False))


def _written(row: Searchable) -> dict[tuple[str, str], tuple[Searchable, bool]]:
    """The rows of its session whose words are written with the commit, and whether each is new."""
    session = object_session(row)
    assert session is not None  # noqa: S101  # a row that is being written has one
    found: dict[tuple[str, str], tuple[Searchable, bool]] = session.info.setdefault(_CHANGED, {})
    return found


def writing(keyring: Keyring, session: Session, stored: Iterable[Tenanted]) -> Iterator[tuple[str, Sequence[Any]]]:
    """The statements that write the words of what a unit has changed, and of its new rows, each with its values."""
    for row, is_new in session.info.pop(_CHANGED, {}).values():
        if not sqlalchemy.inspect(row).persistent:  # it was deleted with the same unit
            continue
        if not is_new:
            yield _FORGET, (row.found_as, row.id)
        yield _KEEP, _kept(keyring, row)
    yield from ((_KEEP, _kept(keyring, new)) for new in stored if isinstance(new, Searchable))


def _kept(keyring: Keyring, row: Searchable) -> list[Any]:
    known = row.known_by(partial(keyring.lookup, purpose=Purpose.PERSONAL_NUMBER))
    return [keyring.tenant, words_of(keyring, known), row.found_as, row.found_id, row.id]


_FORGET = "delete from search_word where kind = %s and row_id = %s"
_KEEP = (
    "insert into search_word (tenant, word, kind, id, row_id) select %s, unnest(%s::bigint[]), %s, %s, %s "
    "on conflict do nothing"
)


# --- found ----------------------------------------------------------------------------------------------------------


def ids(session: Session, keyring: Keyring, kind: str, sought: Sought, most: int) -> set[str]:
    """The ids of a kind under which somebody is found: of whoever has all words, and of whoever has one of the numbers
    or the reference; of each the newest, so many at most."""
    found: set[str] = set()
    exact = [_number(keyring.lookup(number, Purpose.PERSONAL_NUMBER)) for number in sought.numbers]
    if sought.reference is not None:
        exact.append(_reference(keyring, sought.reference))
    if exact:
        found.update(session.scalars(_WITH_ONE, {"words": exact, "kind": kind, "most": most}))
    if sought.words:
        longest_first = sorted(sought.words, key=len, reverse=True)
        words = _rarest_first(session, kind, [_name(keyring, word) for word in longest_first])
        given = {f"word_{place}": word for place, word in enumerate(words)}
        found.update(session.scalars(_with_all(len(words)), {**given, "kind": kind, "most": most}))
    return found


_WITH_ONE = sqlalchemy.text(
    "select distinct id from search_word where word = any(:words) and kind = :kind order by id desc limit :most"
)


def _rarest_first(session: Session, kind: str, words: list[int]) -> list[int]:
    """The words in the order in which they are best asked for, those that are common as they come: the database knows
    of no word how common it is."""
    if len(words) == 1:
        return words
    number = {row.word: row.number for row in session.execute(_HOW_COMMON, {"words": words, "kind": kind})}
    return sorted(words, key=lambda word: number[word])


_COMMON = 500  #: entries of a word that are counted
_HOW_COMMON = sqlalchemy.text(
    "select asked.word, (select count(*) from (select from search_word where word = asked.word and kind = :kind "  # noqa: S608
    f"limit {_COMMON}) entries) as number from unnest(cast(:words as bigint[])) asked (word)"
)


@cache
def _with_all(number: int) -> Any:
    """Whoever has the first word is looked at in order until there are enough, and asked for the others."""
    others = "".join(
        f", lateral (select 1 from search_word where word = :word_{place} and kind = :kind and id = first.id limit 1) "  # noqa: S608
        f"other_{place}"
        for place in range(1, number)
    )
    return sqlalchemy.text(
        "select distinct first.id from search_word first"  # noqa: S608  # names of our own
        f"{others} where first.word = :word_0 and first.kind = :kind order by first.id desc limit :most"
    )
