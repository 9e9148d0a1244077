"""The rows of a municipality in each service's tables, such as the services write them.

Of each table its columns and its rows, one after the other: to be copied. What is sealed is sealed once for each
municipality; look-ups and words are each person's own.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeAlias

import orjson
from psycopg.types.json import Jsonb

from services.kernel.rows.search import KnownBy, of_number, words_of
from services.kernel.secrecy.crypto import Keyring, Purpose
from tests.bench import filling
from tests.bench.nation.people import Person, people
from tests.bench.nation.sizes import YEARS, Municipality, named

Copied: TypeAlias = tuple[str, Iterator[Sequence[Any]]]
WORDS = "search_word word, kind, id, row_id"
Made: TypeAlias = "Callable[[Rows], Iterator[Copied]]"

SEALED: dict[str, Any] = filling.SEALED | {
    "contact_attempt.note": "Glad to be called.",
    "register_check.outcome": {"status": "clear", "assessment": ""},
    "assessment.judgement": {
        "rating": "met", "note": "Seen on two visits.", "risk_factors": [], "protective_factors": [], "resources": [],
        "conditions": "",
    },
    "proposal.texts": {
        "child_name": None, "child_personal_number": None, "conditions": "", "reasons": "Warm and stable.",
        "suited_for": [], "experience": None, "why_near": "", "investigated_by": "own", "board": None,
    },
    "decision.reasons": "A stable home.",
    "home.contact": {"phone": "+46701740605", "email": None},
    "care_decision.reference": "SN 41",
    "care_decision.child_assessment": "The child knows the school.",
    "placement_request.place": filling.POSITION,
    "placement_request.not_near": [],
    "placement_request.family_contact": "",
    "inquiry.told": [],
    "agreement_terms.private": {},
    "claim.description": "Glasögon.",
}  # fmt: skip


class Rows:
    """What the rows of one municipality are made of. `now` is when its years end."""

    def __init__(self, one: Municipality, keyring: Keyring, *, now: datetime, lines: int) -> None:
        self.one, self.now, self.lines = one, now, lines
        self.today = now.date()
        self.keyring = keyring
        self.people = people(one.applications)[: one.applications]
        self._sealed = {purpose: keyring.seal(orjson.dumps(value), purpose) for purpose, value in SEALED.items()}

    def sealed(self, purpose: str) -> bytes:
        """What every row has in a sealed column."""
        return self._sealed[purpose]

    def lookup(self, number: str) -> bytes:
        """The keyed hash of a personal number."""
        return self.keyring.lookup(number, Purpose.PERSONAL_NUMBER)

    def at(self, number: int, of: int) -> datetime:
        """When the n-th of so many was made: they are spread over the years."""
        return self.now - timedelta(days=YEARS * 365 * (1 - number / (of + 1)))

    def table(self, columns: str, rows: Iterator[Sequence[Any]]) -> Copied:
        """A table with its columns; each row has the municipality before it."""
        name, _, rest = columns.partition(" ")
        return f"{name} (tenant, {rest})", ((self.one.slug, *row) for row in rows)

    def words(self, kind: str, of: str, row: str, persons: Sequence[Person]) -> Iterator[Sequence[Any]]:
        """The words by which the people of a kind of rows are found."""
        by_name = cache(lambda name: words_of(self.keyring, KnownBy(names=(name,))))
        for number, person in enumerate(persons, 1):
            found, same = named(of, number), named(row, number)
            known = {*by_name(person.given), *by_name(person.family), of_number(self.lookup(person.number))}
            yield from ((word, kind, found, same) for word in known)

    def log(self, operation: str, kind: str, count: int) -> Iterator[Copied]:
        """The log of access: who was shown which of so many things, over the years; each line names a home beside."""
        lines = [(f"{n:012x}-line", self.at(n, self.lines), 1 + n * 7919 % count) for n in range(1, self.lines + 1)]
        yield self.table(
            "access_line id, at, actor, roles, operation, way, subjects, request_id",
            (
                (line, at, f"worker-{n % 50}", ["recruiter"], operation, "opened",
                 Jsonb([{"kind": kind, "id": named(kind, n)}, {"kind": "home", "id": named("home", n)}]), line)
                for line, at, n in lines
            ),
        )  # fmt: skip
        yield self.table(
            "access_subject id, line_id, at",
            ((named(what, n), line, at) for line, at, n in lines for what in dict.fromkeys((kind, "home"))),
        )


def stays(rows: Rows) -> Iterator[tuple[int, int, date, date | None]]:
    """Each stay: its number, its home, and its first and last day. The first half has ended."""
    count = len(rows.one.approved)
    for n in range(1, 2 * count + 1):
        started = rows.at(n, 2 * count).date()
        yield n, (n - 1) % count + 1, started, started + timedelta(300) if n <= count else None


def of_homes(rows: Rows) -> Copied:
    """The words by which homes are found."""
    words = rows.words("home", "home", "adult", rows.people[: rows.one.homes])
    return rows.table(WORDS, words)
