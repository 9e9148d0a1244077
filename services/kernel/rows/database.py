"""Sessions and units of work. There is no way to get a session without a tenant.

A unit of work that changes something is one transaction (`writing`).

A unit that only reads sends each statement together with its tenant, as a transaction of its own: of three round trips
one remains. Nothing is lost: under "read committed" a statement sees what is committed when it begins anyway.

The connections are in the driver's autocommit mode, because transactions are opened and closed here.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from services.kernel.basics import clock
from services.kernel.basics.log import failed, logger
from services.kernel.contracts import hiding
from services.kernel.contracts.faults import NotFound, ServiceUnavailable
from services.kernel.contracts.files import Shelf
from services.kernel.contracts.settings import Declared
from services.kernel.messages.context import Context
from services.kernel.messages.outlets import NOTHING, Outlets
from services.kernel.rows import giving_up, green, settings
from services.kernel.rows.colleagues import Noticed
from services.kernel.rows.giving_up import AS_READER, Terms
from services.kernel.rows.known import Known
from services.kernel.rows.together import Together
from services.kernel.rows.unit import Unit
from services.kernel.rows.writing import TERMS, Idempotency, Writing
from services.kernel.secrecy import crypto

_NOBODY = Terms("", deadline=0, reads=True)  #: for what belongs to no tenant
#: A server that is gone without a goodbye is noticed within half a minute, also while its answer is waited for.
_ALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
_KNOWN_FOR = 30.0  #: seconds for which a tenant's keys and settings are kept in the process
#: One statement: among many municipalities most requests find that theirs was asked longer ago than that.
_KNOWN = sqlalchemy.text("""
    select name, municipality_code,
        array(select version from tenant_key order by version) as versions,
        array(select wrapped from tenant_key order by version) as wrapped,
        array(select actor from staff_member where is_protected) as staff,
        (select coalesce(jsonb_object_agg(id, value), '{}') from setting where value is not null) as settings
    from tenant where slug = :tenant""")


class Database:
    """One service's database. Thread-safe."""

    def __init__(
        self,
        url: str,
        master_keys: Sequence[bytes],
        *,
        service: str,
        connections: int = 10,
        idempotency_days: int = 7,
        told_days: int = 35,
        shelf_of: Callable[[str], Shelf] | None = None,
        declared: Declared | None = None,
        in_production: bool = True,
        outlets: Outlets = NOTHING,
    ) -> None:
        self._service = service
        self._master_keys = tuple(master_keys)
        self._idempotency_days = idempotency_days
        self._told_days = told_days
        self._in_production = in_production
        self._outlets = outlets
        self._shelf_of = shelf_of
        self._declared: Declared = declared or {}
        self.noticed = Noticed()
        self._known: dict[str, Known] = {}
        self._forgotten = 0
        self._said: set[tuple[str, str]] = set()  #: the settings of tenants that were said to be wrong
        self._engine = _engine_to(url, pool_size=connections, pool_timeout=3, max_overflow=0, pool_use_lifo=True)
        #: for what is asked, seldom, by whoever has a connection of the pool: who waited there for a second one would
        #: wait for others who do the same
        self._aside = _engine_to(url, poolclass=NullPool)
        self._together = Together(self._lent)

    @contextmanager
    def unit(
        self,
        context: Context,
        *,
        idempotency: Idempotency | None = None,
        reads: bool = False,
        for_home: bool = False,
        now: datetime | None = None,
    ) -> Iterator[Unit]:
        """A unit of work for the context's tenant. Without `commit` nothing of it remains.

        With `for_home` it reaches only rows of the home in which the caller lives.

        Raises `NotFound` for a tenant that is unknown here, `ServiceUnavailable` when the database does not answer.
        """
        known = self.known(context.tenant)
        with self._session(context, idempotency, reads=reads) as session:
            token = crypto.current_keyring.set(known.keyring)
            unit: Unit | None = None
            try:
                terms = Terms(context.tenant, context.deadline, reads=True)
                fetch = partial(self._fetch, session, terms) if reads else None
                unit = Unit(
                    session,
                    context,
                    known,
                    now=now or clock.now(),
                    fetch=fetch,
                    for_home=for_home,
                    idempotency_days=self._idempotency_days,
                    told_days=self._told_days,
                    shelf=self._shelf_of(context.tenant) if self._shelf_of else None,
                    service=self._service,
                    in_production=self._in_production,
                    outlets=self._outlets,
                    neighbour=partial(self.known, engine=self._aside),
                )
                viewer = hiding.viewer.set(unit)
                try:
                    yield unit
                finally:
                    hiding.viewer.reset(viewer)
            finally:
                crypto.current_keyring.reset(token)
                if unit is not None and unit.changes_known:
                    self._forget(context.tenant)

    def _fetch(self, session: Session, terms: Terms, statement: str, values: dict[str, Any]) -> list[Any]:
        """The rows of one statement that reads; on the session's own connection when it has one, so that nobody who
        holds one waits for a second."""
        if session.in_transaction():
            return _rows_on(terms, green.driver_of(session.connection().connection), statement, values)
        with self._lent() as connection:
            return _rows_on(terms, connection, statement, values)

    @contextmanager
    def _lent(self) -> Iterator[green.Connection]:
        """A connection of the pool, the driver's own."""
        pooled = self._engine.raw_connection()
        try:
            yield green.driver_of(pooled)
        finally:
            pooled.close()

    def keep(self, context: Context, statement: str, values: Sequence[Any]) -> None:
        """Carries out one statement of the kernel's own for the context's tenant, in one round trip."""
        with self._troubles(context):
            self._together.write(Terms(context.tenant, context.deadline, reads=False), statement, values)

    def known(self, tenant: str, *, engine: sqlalchemy.Engine | None = None) -> Known:
        """The tenant's name, keys and settings; `NotFound` when there is no such tenant here."""
        known = self._known.get(tenant)
        if known is None or known.until < time.monotonic():
            forgotten = self._forgotten
            known = self._learn(tenant, engine or self._engine)
            if forgotten == self._forgotten:  # otherwise it may be older than what was changed meanwhile
                self._known[tenant] = known
        return known

    def _forget(self, tenant: str) -> None:
        """What is known of a tenant is read anew."""
        self._forgotten += 1
        self._known.pop(tenant, None)

    def municipalities(self) -> list[dict[str, Any]]:
        """The public directory: slug, code, name and contact of each."""
        return self._read("select slug, municipality_code, name, contact from tenant order by name")

    def ping(self) -> None:
        """Raises `ServiceUnavailable` when the database does not answer."""
        self._read("select 1")

    def _read(self, statement: str) -> list[dict[str, Any]]:
        """Rows that belong to no tenant."""
        try:
            with self._engine.connect().execution_options(**{TERMS: _NOBODY}) as connection:
                return [dict(row._mapping) for row in connection.execute(sqlalchemy.text(statement))]
        except (sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError):
            raise ServiceUnavailable from None

    def close(self) -> None:
        """Gives every idle connection back."""
        self._engine.dispose()

    def _learn(self, tenant: str, engine: sqlalchemy.Engine) -> Known:
        context = Context(tenant=tenant, actor="", request_id="", deadline=0)
        with self._session(context, None, reads=True, engine=engine) as session:
            found = session.execute(_KNOWN, {"tenant": tenant}).one_or_none()
        if found is None or not found.versions:
            self._known.pop(tenant, None)
            raise NotFound
        keys = {
            version: crypto.unwrap(self._master_keys, key, tenant=tenant)
            for version, key in zip(found.versions, found.wrapped, strict=True)
        }
        return Known(
            found.name,
            found.municipality_code,
            crypto.Keyring(tenant, keys),
            self._in_force(tenant, found.settings),
            self._declared,
            time.monotonic() + _KNOWN_FOR,
            frozenset(found.staff),
        )

    def _in_force(self, tenant: str, kept: dict[str, Any]) -> settings.Settings:
        """The tenant's settings; of a value that is no longer accepted it is said once that the default is in force."""
        found, wrong = settings.in_force(self._declared, kept)
        for name in wrong:
            if (tenant, name) not in self._said:
                self._said.add((tenant, name))
                logger.error("setting_has_its_default", tenant=tenant, setting=name)
        return found

    @contextmanager
    def _session(
        self, context: Context, idempotency: Idempotency | None, *, reads: bool, engine: sqlalchemy.Engine | None = None
    ) -> Iterator[Session]:
        if not context.tenant:
            raise NotFound
        terms = Terms(context.tenant, context.deadline, reads)
        if reads:
            session = Session(engine or self._engine, expire_on_commit=False, execution_options={TERMS: terms})
        else:
            session = Writing(self._engine, terms, context.actor, idempotency)
        with self._troubles(context):
            try:
                yield session
            finally:
                session.close()  # sends what is left to take back, and may find the connection lost

    @contextmanager
    def _troubles(self, context: Context) -> Iterator[None]:
        """What the database's trouble means to the caller."""
        try:
            yield
        except (psycopg.OperationalError, sqlalchemy.exc.OperationalError, sqlalchemy.exc.TimeoutError) as problem:
            if fault := giving_up.fault_of(problem):
                raise fault from None
            if not giving_up.is_lost(problem):
                raise
            failed("database_lost", problem, tenant=context.tenant, request_id=context.request_id)
            raise ServiceUnavailable from None


def _engine_to(url: str, **pool: Any) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: green.Connection.connect(url, connect_timeout=3, application_name="hemvist", **_ALIVE),
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        **pool,
    )
    sqlalchemy.event.listen(engine, "checkout", _check_alive)
    sqlalchemy.event.listen(engine, "do_execute", _execute)
    return engine


def _check_alive(connection: "psycopg.Connection[Any]", *_: Any) -> None:
    """Lets the pool replace a connection that the server has left while it was idle, without asking the server."""
    try:
        connection.pgconn.consume_input()  # its goodbye
        connection.pgconn.consume_input()  # the end
    except psycopg.OperationalError:
        raise sqlalchemy.exc.DisconnectionError from None


def _execute(cursor: "psycopg.Cursor[Any]", statement: str, values: Any, execution: Any) -> bool:
    """A statement of a session: of a reading unit it is run here, of another the driver runs it while there is time."""
    terms: Terms | None = execution.execution_options.get(TERMS)
    if terms is None:
        return False
    if terms.reads:
        _read_on(terms, green.driver_of(execution.root_connection.connection), cursor, statement, values)
    else:
        terms.left()
    return terms.reads


def _rows_on(terms: Terms, connection: green.Connection, statement: str, values: dict[str, Any]) -> list[Any]:
    cursor = connection.cursor()
    _read_on(terms, connection, cursor, statement, values)
    return cursor.fetchall()


def _read_on(
    terms: Terms, connection: green.Connection, cursor: "psycopg.Cursor[Any]", statement: str, values: Any
) -> None:
    """One round trip with the terms and the statement. A pipeline without BEGIN is one transaction: what is set
    locally, as here, ends with it."""
    given = terms.for_reading()
    with connection.one_message():
        connection.execute(AS_READER, given)
        cursor.execute(statement, values, binary=True)  # as text, what is sealed would be twice as long
