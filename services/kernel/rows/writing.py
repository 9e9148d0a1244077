"""The transaction of a unit that changes something. It is opened with the unit's first statement and ends with its
commit, in one message to the database each: with BEGIN go the tenant, the time there is, and the look whether the
request was answered before; with COMMIT everything that the unit left for then.

A unit whose first statement is its commit goes to the database once. It has not looked whether the request was answered
before: the unique key of the answers tells.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg
import psycopg.errors
import sqlalchemy
from sqlalchemy.orm import Session

from services.kernel.contracts.faults import RequestInProgress
from services.kernel.rows import giving_up
from services.kernel.rows.giving_up import AS_WRITER, Terms
from services.kernel.rows.green import Connection, driver_of

TERMS = "hemvist_terms"  #: execution option: the terms of a unit's session


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """The key under which an operation's answer is kept, and a keyed hash of its request."""

    operation: str
    key: str
    request_hash: bytes


Statement: TypeAlias = tuple[str, Sequence[Any]]  #: of the kernel's own, with its values
_COMMIT: Statement = ("commit", ())


class AnsweredBefore(Exception):  # it is no error
    """The request was answered: the hash of what was asked then, and its sealed answer."""

    def __init__(self, request_hash: bytes, answer: bytes) -> None:
        super().__init__()
        self.request_hash, self.answer = request_hash, answer


class KeyTaken(Exception):
    """While this unit was at work, another has answered a request with its key. Nothing of this one was done."""


class Writing(Session):
    """The session of a unit that changes something."""

    def __init__(self, engine: sqlalchemy.Engine, terms: Terms, actor: str, idempotency: Idempotency | None) -> None:
        super().__init__(engine, expire_on_commit=False, execution_options={TERMS: terms})
        self._engine, self._terms, self._actor, self._idempotency = engine, terms, actor, idempotency

    def end(self, left: Sequence[Statement]) -> None:
        """Carries out what the unit has left for its end, and commits."""
        try:
            if self.in_transaction():
                _send(driver_of(self.connection().connection), [*left, _COMMIT])
            else:
                self._begin_and_end(left)
        except psycopg.errors.UniqueViolation as problem:
            if problem.diag.table_name != "idempotency":
                raise
            raise KeyTaken from None

    def _begin_and_end(self, left: Sequence[Statement]) -> None:
        patience = giving_up.KEY_PATIENCE if self._idempotency else giving_up.LOCK_PATIENCE
        terms = AS_WRITER, self._terms.for_writing(patience)
        pooled = self._engine.raw_connection()
        try:
            with self._in_progress():
                _send(driver_of(pooled), [terms, *left])
        finally:
            pooled.close()

    def open(self, cursor: "psycopg.ClientCursor[Any]") -> None:
        """Opens the transaction on the unit's terms. Raises `AnsweredBefore`."""
        if self._idempotency is None:
            cursor.execute(_BEGIN, self._terms.for_writing(giving_up.LOCK_PATIENCE))
            return
        # The lock lets a second request with the same key wait for the first one's answer, a moment long.
        name = (self._actor, self._idempotency.operation, self._idempotency.key)
        values = (
            *self._terms.for_writing(giving_up.KEY_PATIENCE),
            "\x1f".join((self._terms.tenant, *name)),
            giving_up.milliseconds(giving_up.LOCK_PATIENCE),
            *name,
        )
        with self._in_progress():
            cursor.execute(_BEGIN_WITH_KEY, values)
        while cursor.nextset():
            pass
        if row := cursor.fetchone():
            raise AnsweredBefore(bytes(row[0]), bytes(row[1]))

    @contextmanager
    def _in_progress(self) -> Iterator[None]:
        """A lock that is not had in time is the key's, where there is one: an earlier request is still at work."""
        try:
            yield
        except psycopg.errors.LockNotAvailable:
            if self._idempotency is None:
                raise
            raise RequestInProgress(extra={"headers": {"Retry-After": "1"}}) from None


@sqlalchemy.event.listens_for(Writing, "after_begin")
def _opened(session: Writing, _transaction: Any, connection: sqlalchemy.Connection) -> None:
    session.open(cursor_of(connection.connection))


_BEGIN = f"begin; {AS_WRITER}"
_BEGIN_WITH_KEY = (
    f"{_BEGIN}; select pg_advisory_xact_lock(hashtextextended(%s, 0)); select set_config('lock_timeout', %s, true); "  # noqa: S608
    "select request_hash, answer from idempotency where actor = %s and operation = %s and key = %s"
)


def _send(connection: Connection, statements: Sequence[Statement]) -> None:
    """In one message: either all of them are carried out, or none."""
    with connection.one_message():
        for statement, values in statements:
            connection.execute(statement, values)


def cursor_of(pooled: Any) -> "psycopg.ClientCursor[Any]":
    """The driver's own cursor, which sends several statements with their values in one message."""
    return psycopg.ClientCursor(driver_of(pooled))
