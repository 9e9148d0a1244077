"""Sessions and units of work. There is no way to get a session without a tenant.

A unit of work that changes something is one transaction. Its begin and its end are one message each to the database:
the tenant, the idempotency look-up and BEGIN go together, and so do the outbox, the idempotency answer and COMMIT.

A unit that only reads sends each statement together with its tenant, as a transaction of its own: of three round trips
one remains. Nothing is lost: under "read committed" a statement sees what is committed when it begins anyway.

The connections are in the driver's autocommit mode, because transactions are opened and closed here.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

import psycopg
import sqlalchemy
from psycopg.types.json import Jsonb
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.kernel.basics import clock
from services.kernel.basics.log import failed
from services.kernel.contracts import Event, Page
from services.kernel.contracts.faults import AlreadyExists, NotFound, PreconditionRequired, ServiceUnavailable, Stale
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import envelope
from services.kernel.rows import green
from services.kernel.rows.inserts import fill_defaults, insert
from services.kernel.rows.listing import Fetch, Listing
from services.kernel.rows.tables import Tenanted, Versioned
from services.kernel.secrecy import crypto

Row = TypeVar("Row", bound=Tenanted)
VersionedRow = TypeVar("VersionedRow", bound=Versioned)
_READS_FOR = "hemvist_reads_for"  #: execution option: the tenant for which a session reads
_AS_READER = "select set_config('hemvist.tenant', %s, true), set_config('transaction_read_only', 'on', true)"
_KNOWN_FOR = 30.0  #: seconds for which a tenant's keys and settings are kept in the process


@dataclass(frozen=True, slots=True)
class Known:
    """What a process keeps of a tenant."""

    keyring: crypto.Keyring
    settings: dict[str, Any]
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """The key under which an operation's answer is kept, and a keyed hash of its request."""

    operation: str
    key: str
    request_hash: bytes


class Unit:
    """One unit of work of one tenant: the session, the caller, the time, and the events to be told."""

    def __init__(
        self, session: Session, context: Context, known: Known, *, now: datetime, fetch: Fetch | None = None
    ) -> None:
        self.session = session
        self._fetch = fetch
        self.context = context
        self.settings = known.settings
        self.now = now
        self._keyring = known.keyring
        self._outbox: list[tuple[str, dict[str, Any]]] = []
        self._stored: list[Tenanted] = []
        self.stored_answer: tuple[bytes, bytes] | None = None  #: request hash and sealed answer of the first time

    @property
    def today(self) -> date:
        """The day it is in Sweden."""
        return clock.local_date(self.now)

    @property
    def actor(self) -> str:
        """Who acts: the token's subject; empty for the public form."""
        return self.context.actor

    @property
    def own_lookup(self) -> bytes | None:
        """The keyed hash of the caller's own personal number, when the caller is a home's own user."""
        number = self.context.personal_number
        return self.lookup(number) if number else None

    def acts_for_itself(self, *staff: str) -> bool:
        """Whether the caller is a home's own user and has none of the staff roles: then only its own home is there."""
        return "home" in self.context.roles and not set(staff) & set(self.context.roles)

    def lookup(self, value: str) -> bytes:
        """The keyed hash by which an encrypted value (a personal number) is found again."""
        return self._keyring.lookup(value)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Bytes under the tenant's key."""
        return self._keyring.seal(plain, purpose)

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The opposite of `seal`."""
        return self._keyring.open(sealed, purpose)

    def add(self, row: Tenanted) -> None:
        """Writes a new row with this unit."""
        self.session.add(row)

    def store(self, row: Tenanted) -> None:
        """Writes a new row with the commit itself, in the same message to the database.

        Cheaper than `add`, for rows that nothing in this unit queries again; relationships are not followed.
        """
        if isinstance(row, Versioned):
            row.version = 1
        row.tenant = self.context.tenant
        fill_defaults(row)
        self._stored.append(row)

    def load(self, row_type: type[Row], row_id: str) -> Row:
        """The row, locked until the unit ends; `NotFound` when this tenant has none of that id."""
        row: Row | None = self.session.scalars(_by_id(row_type, lock=True), {"row_id": row_id}).unique().one_or_none()
        if row is None:
            raise NotFound
        return row

    def load_matching(self, row_type: type[VersionedRow], row_id: str) -> VersionedRow:
        """As `load`, for a conditional change: `Stale` when the row is no longer the version that the caller read."""
        row = self.load(row_type, row_id)
        self.match(row)
        return row

    def match(self, row: Versioned | None) -> None:
        """Compares If-Match with the row; without a row, If-None-Match: * is what lets the caller create."""
        if row is None:
            if not self.context.if_none_match:
                raise (PreconditionRequired if self.context.if_match is None else Stale)
        elif self.context.if_none_match:
            raise AlreadyExists
        elif self.context.if_match is None:
            raise PreconditionRequired
        elif self.context.if_match != "*" and str(row.version) not in self.context.if_match.split(","):
            raise Stale

    def get(self, row_type: type[Row], row_id: str) -> Row:
        """The row without a lock, for reading; `NotFound` when this tenant has none of that id."""
        row: Row | None = self.session.scalars(_by_id(row_type), {"row_id": row_id}).unique().one_or_none()
        if row is None:
            raise NotFound
        return row

    def rows(self, listing: Listing, page: Page, given: Mapping[str, Any], **values: Any) -> tuple[Sequence[Any], int]:
        """The plain rows of a page of a listing, and how many there are in all; only in a unit that reads."""
        assert self._fetch is not None  # noqa: S101  # by `carry_out`, for operations that read
        return listing.page(self._fetch, page, given, **values)

    def page(self, statement: sqlalchemy.Select[Any], page: Page) -> tuple[Sequence[Any], int]:
        """As `rows`, of mapped objects: for what shows parts of other tables too."""
        counted = statement.with_only_columns(sqlalchemy.func.count(), maintain_column_froms=True).order_by(None)
        asked = statement.add_columns(counted.correlate(None).scalar_subquery()).limit(page.limit).offset(page.offset)
        found = self.session.execute(asked).unique().all()
        if found:
            return [row[0] for row in found], found[0][1]
        return [], 0 if page.number == 1 else self.session.execute(counted).scalar_one()

    def record(self, event: Event, *, subject: str, data: dict[str, Any]) -> None:
        """Tells the other services of a fact, in the same transaction as the fact itself."""
        self._outbox.append(
            (event.routing_key, envelope(event, self.context, subject=subject, data=data, now=self.now))
        )

    def notice(self, reaction: str, event_id: str) -> bool:
        """Writes an event's id into the inbox; False when this reaction has had it before."""
        result = self.session.execute(
            sqlalchemy.text(
                "insert into inbox (reaction, event_id) values (:reaction, :event_id) "
                "on conflict do nothing returning true"
            ),
            {"reaction": reaction, "event_id": event_id},
        )
        return result.one_or_none() is not None

    def commit(self, idempotency: Idempotency | None = None, answer: bytes = b"") -> None:
        """Ends the unit: everything of it is stored, or nothing."""
        if self.session.new or self.session.dirty or self.session.deleted:
            self.session.flush()
        statements: list[str] = []
        values: list[Any] = []
        for row in self._stored:
            statement, given = insert(row)
            statements.append(statement)
            values += given
        if self._outbox:
            rows = ", ".join(["(%s, %s)"] * len(self._outbox))
            statements.append(f"insert into outbox (routing_key, envelope) values {rows}; notify outbox")  # noqa: S608
            values += [value for key, told in self._outbox for value in (key, Jsonb(told))]
        if idempotency is not None:
            statements.append(
                "insert into idempotency (actor, operation, key, request_hash, answer) values (%s, %s, %s, %s, %s)"
            )
            sealed = self.seal(answer, "idempotency.answer")
            values += [self.actor, idempotency.operation, idempotency.key, idempotency.request_hash, sealed]
        statements.append("commit")
        raw_cursor(self.session).execute("; ".join(statements), values)


_statements: dict[tuple[type, bool], Any] = {}


def _by_id(row_type: type[Row], *, lock: bool = False) -> Any:
    """The statement that finds a row; made once, because making and hashing it costs as much as running it."""
    if (row_type, lock) not in _statements:
        statement = select(row_type).where(row_type.id == sqlalchemy.bindparam("row_id"))
        if lock:
            statement = statement.with_for_update(of=row_type).execution_options(populate_existing=True)
        _statements[row_type, lock] = statement
    return _statements[row_type, lock]


def raw_cursor(session: Session) -> "psycopg.ClientCursor[Any]":
    """The driver's own cursor, which sends several statements with their values in one message."""
    connection = session.connection().connection.dbapi_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101  # the dialect is psycopg, by `Database`
    return psycopg.ClientCursor(connection)


def _is_lost(problem: Exception) -> bool:
    """Whether it is the connection that failed (or none was free), and not what was asked of it. Whether a commit that
    was under way has been done is then not known."""
    original = problem.orig if isinstance(problem, sqlalchemy.exc.DBAPIError) else problem
    state = original.sqlstate if isinstance(original, psycopg.Error) else None
    return state is None or state.startswith(("08", "57P"))


class Database:
    """One service's database. Thread-safe."""

    def __init__(self, url: str, master_keys: Sequence[bytes], *, connections: int = 10) -> None:
        self._master_keys = tuple(master_keys)
        self._known: dict[str, Known] = {}
        self._engine = engine = sqlalchemy.create_engine(
            "postgresql+psycopg://",
            creator=lambda: green.Connection.connect(url, connect_timeout=3, application_name="hemvist"),
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            pool_size=connections,
            pool_timeout=3,
            max_overflow=0,
            pool_use_lifo=True,
        )
        sqlalchemy.event.listen(engine, "checkout", _check_alive)
        sqlalchemy.event.listen(engine, "do_execute", _read_for_tenant)

    @contextmanager
    def unit(
        self,
        context: Context,
        *,
        idempotency: Idempotency | None = None,
        reads: bool = False,
        now: datetime | None = None,
    ) -> Iterator[Unit]:
        """A unit of work for the context's tenant. Without `commit` nothing of it remains.

        Raises `NotFound` for a tenant that is unknown here, `ServiceUnavailable` when the database does not answer.
        """
        known = self.known(context.tenant)
        with self._session(context, idempotency, reads=reads) as (session, stored):
            token = crypto.current_keyring.set(known.keyring)
            try:
                fetch = partial(self._fetch, session, context.tenant) if reads else None
                unit = Unit(session, context, known, now=now or clock.now(), fetch=fetch)
                unit.stored_answer = stored
                yield unit
            finally:
                crypto.current_keyring.reset(token)

    def _fetch(self, session: Session, tenant: str, statement: str, values: dict[str, Any]) -> list[Any]:
        """The rows of one statement for a tenant; on the session's own connection when it has one, so that nobody who
        holds one waits for a second."""
        if session.in_transaction():
            return _rows_as(tenant, session.connection().connection, statement, values)
        pooled = self._engine.raw_connection()
        try:
            return _rows_as(tenant, pooled, statement, values)
        finally:
            pooled.close()

    def known(self, tenant: str) -> Known:
        """The tenant's keys and settings; `NotFound` when there is no such tenant here."""
        known = self._known.get(tenant)
        if known is None or known.until < time.monotonic():
            known = self._known[tenant] = self._learn(tenant)
        return known

    def municipalities(self) -> list[dict[str, Any]]:
        """The public directory: slug, code, name and contact of each."""
        return self._read("select slug, municipality_code, name, contact from tenant order by name")

    def ping(self) -> None:
        """Raises `ServiceUnavailable` when the database does not answer."""
        self._read("select 1")

    def _read(self, statement: str) -> list[dict[str, Any]]:
        """Rows that belong to no tenant."""
        try:
            with self._engine.connect() as connection:
                return [dict(row._mapping) for row in connection.execute(sqlalchemy.text(statement))]
        except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError):
            raise ServiceUnavailable from None

    def close(self) -> None:
        """Gives every idle connection back."""
        self._engine.dispose()

    def _learn(self, tenant: str) -> Known:
        context = Context(tenant=tenant, actor="", request_id="", deadline=0)
        with self._session(context, None, reads=True) as (session, _):
            settings = session.execute(sqlalchemy.text("select settings from tenant_settings")).scalar_one_or_none()
            rows = session.execute(sqlalchemy.text("select version, wrapped from tenant_key")).all()
        keys = {row.version: crypto.unwrap(self._master_keys, row.wrapped, tenant=tenant) for row in rows}
        if not keys:
            self._known.pop(tenant, None)
            raise NotFound
        return Known(crypto.Keyring(tenant, keys), settings or {}, time.monotonic() + _KNOWN_FOR)

    @contextmanager
    def _session(
        self, context: Context, idempotency: Idempotency | None, *, reads: bool
    ) -> Iterator[tuple[Session, tuple[bytes, bytes] | None]]:
        if not context.tenant:
            raise NotFound
        options = {_READS_FOR: context.tenant} if reads else {}
        session = Session(self._engine, expire_on_commit=False, execution_options=options)
        try:
            try:
                yield session, None if reads else _begin(session, context, idempotency)
            finally:
                session.close()  # sends what is left to take back, and may find the connection lost
        except (psycopg.OperationalError, sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError) as problem:
            if not _is_lost(problem):
                raise
            failed("database_lost", problem, tenant=context.tenant, request_id=context.request_id)
            raise ServiceUnavailable from None


def _begin(session: Session, context: Context, idempotency: Idempotency | None) -> tuple[bytes, bytes] | None:
    """Opens the transaction for the tenant; returns what is stored under the idempotency key."""
    statement = "begin; select set_config('hemvist.tenant', %s, true)"
    values = [context.tenant]
    if idempotency is not None:
        # The lock makes a second request with the same key wait for the first one's answer.
        name = (context.actor, idempotency.operation, idempotency.key)
        statement += "; select pg_advisory_xact_lock(hashtextextended(%s, 0)); select request_hash, answer from idempotency where actor = %s and operation = %s and key = %s"  # noqa: E501
        values += ["\x1f".join((context.tenant, *name)), *name]
    cursor = raw_cursor(session).execute(statement, values)
    while cursor.nextset():
        pass
    row = cursor.fetchone() if idempotency is not None else None
    return (bytes(row[0]), bytes(row[1])) if row else None


def _check_alive(connection: "psycopg.Connection[Any]", *_: Any) -> None:
    """Lets the pool replace a connection that the server has left while it was idle, without asking the server."""
    try:
        connection.pgconn.consume_input()  # its goodbye
        connection.pgconn.consume_input()  # the end
    except psycopg.OperationalError:
        raise sqlalchemy.exc.DisconnectionError from None


def _read_for_tenant(cursor: "psycopg.Cursor[Any]", statement: str, values: Any, execution: Any) -> bool:
    """Runs a statement of a reading unit's session; False when it is none."""
    tenant = execution.execution_options.get(_READS_FOR)
    if tenant is None:
        return False
    _read_as(tenant, cursor, statement, values)
    return True


def _rows_as(tenant: str, pooled: Any, statement: str, values: dict[str, Any]) -> list[Any]:
    cursor: psycopg.Cursor[Any] = pooled.cursor()
    _read_as(tenant, cursor, statement, values)
    return cursor.fetchall()


def _read_as(tenant: str, cursor: "psycopg.Cursor[Any]", statement: str, values: Any) -> None:
    """One round trip with the tenant and the statement. A pipeline without BEGIN is one transaction: what is set
    locally, as here, ends with it."""
    with cursor.connection.pipeline():
        cursor.connection.execute(_AS_READER, (tenant,))
        cursor.execute(statement, values)
