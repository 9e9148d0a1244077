"""A unit of work: what a service's code holds while it works for one tenant.

Everything that a unit changes and records is stored with its commit, or nothing of it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import After, Event, Operation, Page, Total
from services.kernel.contracts.access import Subject
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import (
    AlreadyExists,
    IdentityProtected,
    NotFound,
    PreconditionRequired,
    Stale,
    TooEarly,
)
from services.kernel.contracts.files import Shelf
from services.kernel.contracts.schema import dump
from services.kernel.messages.context import Context
from services.kernel.messages.outlets import NOTHING, Outlets
from services.kernel.rows import access, colleagues, cursors, search
from services.kernel.rows.homes import OfHome, homes_of_resident
from services.kernel.rows.inserts import fill_defaults, insert
from services.kernel.rows.known import Known
from services.kernel.rows.listing import OWN, Fetch, Listing, Reading
from services.kernel.rows.recorded import Recorded
from services.kernel.rows.tables import Tenanted, Versioned
from services.kernel.rows.writing import Idempotency, Writing
from services.kernel.secrecy import crypto

Row = TypeVar("Row", bound=Tenanted)
VersionedRow = TypeVar("VersionedRow", bound=Versioned)


class Unit:
    """One unit of work of one tenant: the session, the caller, the time, and the events to be stored."""

    def __init__(
        self,
        session: Session,
        context: Context,
        known: Known,
        *,
        now: datetime,
        fetch: Fetch | None = None,
        for_home: bool = False,
        idempotency_days: int = 7,
        told_days: int = 35,
        service: str,
        shelf: Shelf | None = None,
        in_production: bool = True,
        outlets: Outlets = NOTHING,
        neighbour: Callable[[str], Known] | None = None,
    ) -> None:
        self.session = session
        self._fetch = fetch
        self.for_home = for_home  #: the caller acts for a home: then only that home's rows are there
        self._own_homes: frozenset[str] | None = None
        self.context = context
        self.municipality = known.name
        self.municipality_code = known.municipality_code
        self.service = service  #: whose unit it is
        self.settings = known.settings
        self.declared_settings = known.declared
        self.changes_known = False  #: so that the process reads it anew when this unit has ended
        self.now = now
        self.protected_staff = known.protected_staff
        self._keyring = known.keyring
        self.idempotency_days = idempotency_days  #: for which the answer to a request is kept
        self.told_days = told_days  #: for which an event that was told is kept
        self.in_production = in_production  #: where nothing may lead to this machine itself
        self.outlets = outlets  #: by what people outside of the house are reached
        self._shelf = shelf
        self._neighbour = neighbour
        self._request_key = new_id()
        self._recorded = Recorded(session, context, now=now)
        self._plans: dict[tuple[str, str], datetime | None] = {}
        self._stored: list[Tenanted] = []
        self._access: tuple[str, list[Any]] | None = None
        self._colleague: tuple[str, list[Any]] | None = None

    @property
    def shelf(self) -> Shelf:
        """Where this service's files for the tenant lie."""
        assert self._shelf is not None  # noqa: S101  # by the process
        return self._shelf

    @property
    def keyring(self) -> crypto.Keyring:
        """The tenant's keys."""
        return self._keyring

    @property
    def today(self) -> date:
        """The day it is in Sweden."""
        return clock.local_date(self.now)

    @property
    def actor(self) -> str:
        """Who acts: the token's subject; empty for the public form."""
        return self.context.actor

    @property
    def sees_protected(self) -> bool:
        """Whether the caller is shown protected identities."""
        return self.context.sees_protected

    def must_see(self, *, is_protected: bool) -> None:
        """Raises `IdentityProtected` where what can not be hidden in part would show a protected identity."""
        if is_protected and not self.sees_protected:
            raise IdentityProtected

    @property
    def homes_known(self) -> frozenset[str]:
        """The caller's own homes, as far as this unit has asked for them."""
        return self._own_homes or frozenset()

    def own_homes(self, row_type: type[Tenanted]) -> frozenset[str]:
        """The homes in which the caller lives, as the service of `row_type` knows them; none without a personal number
        in the token."""
        if self._own_homes is None:
            number = self.context.personal_number
            found = self.session.scalars(homes_of_resident(row_type, self.lookup_person(number))) if number else ()
            self._own_homes = frozenset(found)
        return self._own_homes

    @property
    def request_key(self) -> str:
        """What all services that are asked this very request know of it: the gateway gives each a key."""
        return self.context.idempotency_key or self._request_key

    def common_id(self, purpose: crypto.Purpose) -> str:
        """An id for what is made by this very request in several services, the same in each."""
        return str(UUID(bytes=self.lookup(f"{self.actor}\0{self.request_key}", purpose)[:16]))

    def lookup(self, value: str, purpose: crypto.Purpose) -> bytes:
        """The keyed hash by which an encrypted value is found again."""
        return self._keyring.lookup(value, purpose)

    def lookup_person(self, personal_number: str) -> bytes:
        """The keyed hash by which a person is found again."""
        return self.lookup(personal_number, crypto.Purpose.PERSONAL_NUMBER)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Bytes under the tenant's key."""
        return self._keyring.seal(plain, purpose)

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The opposite of `seal`."""
        return self._keyring.open(sealed, purpose)

    def add(self, row: Tenanted) -> None:
        """A new row, which later queries of this unit find."""
        self.session.add(row)

    def add_at_commit(self, row: Tenanted) -> None:
        """A new row that is written with the commit itself, in the same message to the database.

        Cheaper than `add`, for rows that nothing in this unit queries again; relationships are not followed.
        """
        row.tenant = self.context.tenant
        fill_defaults(row)
        self._stored.append(row)

    def read(self, row_type: type[Row], row_id: str) -> Row:
        """The row as it is now, for showing it; `NotFound` when this tenant has none of that id."""
        return _found(self._by_id(row_type, row_id, lock=False))

    def lock(self, row_type: type[Row], row_id: str) -> Row:
        """The row, kept from others until the unit ends, for changing it; `NotFound` when this tenant has none."""
        return _found(self._by_id(row_type, row_id, lock=True))

    def lock_matching(self, row_type: type[VersionedRow], row_id: str) -> VersionedRow:
        """As `lock`, for a conditional change: `Stale` when the row is no longer the version that the caller read."""
        row = self.lock(row_type, row_id)
        self.match(row)
        return row

    def ensure(self, row_type: type[Row], row_id: str) -> tuple[Row, bool]:
        """The locked row of that id and False; when there is none, one that is made with it, to be filled in, and True.

        Of two units that make the same row the second waits and finds it.
        """
        self.alone(f"{row_type.__name__} {row_id}")
        row = self._by_id(row_type, row_id, lock=True)
        if row is not None:
            return row, False
        made = row_type()
        made.id = row_id
        self.add(made)
        return made, True

    def alone(self, name: str) -> None:
        """Waits until no other unit of this tenant is alone with `name`, and keeps others waiting until this one ends.

        For choices that no row's lock can order, because what would be locked is not there yet. Take it before any row.
        """
        self.session.execute(_ALONE, {"name": f"{self.context.tenant}\x1f{name}"})

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

    def _by_id(self, row_type: type[Row], row_id: str, *, lock: bool) -> Row | None:
        found: Row | None = self.session.scalars(_by_id(row_type, lock=lock), {"row_id": row_id}).unique().one_or_none()
        return None if self.for_home and found is not None and not self._is_own(found) else found

    def _is_own(self, row: Tenanted) -> bool:
        """Whether a row is of the caller's home. One that does not say whose it is, is nobody's."""
        return isinstance(row, OfHome) and not self.own_homes(type(row)).isdisjoint(row.of_homes)

    def list(
        self, listing: Listing, page: Page, given: Mapping[str, Any], **values: Any
    ) -> tuple[Sequence[Any], Total]:
        """The plain rows of a page of a listing, and how many there are in all; only in a unit that reads."""
        return listing.page(self._reader, page, self._of_own(given), tenant=self.context.tenant, **values)

    def rows(self, reading: Reading, **values: Any) -> Sequence[Any]:
        """The plain rows of a statement that was made once."""
        if self._fetch is not None:
            return reading.rows(self._fetch, values)
        self.session.flush()
        connection = self.session.connection()
        return reading.rows(lambda statement, given: [*connection.exec_driver_sql(statement, given)], values)

    def follow(
        self, listing: Listing, after: After, given: Mapping[str, Any], **values: Any
    ) -> tuple[Sequence[Any], str | None]:
        """The plain rows of a listing after a cursor, and the cursor after them: the same one when there are none, so
        that a feed can be asked again for what comes then. Only in a unit that reads.

        A cursor is sealed for its tenant and its list; `InvalidInput` for any other.
        """
        place = None if after.cursor is None else cursors.read(self._keyring, listing.kind, after.cursor)
        rows, last = listing.after(self._reader, place, after.limit, self._of_own(given), **values)
        return rows, after.cursor if last is None else cursors.written(self._keyring, listing.kind, last)

    def cursor(self, kind: str, place: Any) -> str:
        """A place in the lists of that kind, sealed for this tenant."""
        return cursors.written(self._keyring, kind, place)

    def place(self, kind: str, cursor: str) -> Any:
        """The opposite of `cursor`; `InvalidInput` for any other."""
        return cursors.read(self._keyring, kind, cursor)

    def _of_own(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same filters; whoever acts for a home is shown no list that is not narrowed to what is its own."""
        if self.for_home and OWN not in given:
            raise TypeError(f"a list that a home may ask for is narrowed by its filter `{OWN}`")
        return given

    @property
    def _reader(self) -> Fetch:
        assert self._fetch is not None  # noqa: S101  # by `carry_out`, for operations that read
        return self._fetch

    def neighbour(self, tenant: str) -> Known:
        """What is known of another municipality; `NotFound` when there is none of that name, or it is this one."""
        if self._neighbour is None or tenant == self.context.tenant:
            raise NotFound
        return self._neighbour(tenant)

    def record(self, event: Event, *, subject: Versioned, data: dict[str, Any], to: str | None = None) -> None:
        """Records an event about a row for the other services, in the same transaction as what has happened.

        One that is told to another municipality (`to`) goes to that one's services, its personal parts sealed with
        that one's key; it does not say who did it.

        The event carries the version that the row is stored with. That is a new one, also where nothing else of the
        row changes, and one for each event: of two events about a row the readers know the newer one.
        """
        if event.to_neighbour != (to is not None):
            raise ValueError(f"{event.name} is told to another municipality, or it is not")
        dumped = dump(event.data, data) if to is None else self._sealed_for(to, event, data)
        if dumped[event.subject] != subject.id:
            raise ValueError(f"{event.name} is about another {event.subject} than the row")
        self._recorded.add(event, subject, dumped, to=to)

    def _sealed_for(self, tenant: str, event: Event, data: dict[str, Any]) -> dict[str, Any]:
        token = crypto.current_keyring.set(self.neighbour(tenant).keyring)
        try:
            return dump(event.data, data)
        finally:
            crypto.current_keyring.reset(token)

    def show(self, operation: Operation, subjects: Sequence[Subject]) -> None:
        """Writes with the commit whose data the answer shows, and that protected identities may be among it."""
        if subjects or self.sees_protected:
            self._access = access.line(self._keyring, self.context, operation, subjects, at=self.now)

    def write_down_caller(self) -> None:
        """Writes with the commit who of the staff works here today."""
        self._colleague = colleagues.written(self._keyring, self.context, self.today)

    def plan(self, duty: Duty, *, at: datetime, subject: str = "") -> None:
        """Sees to it that the duty is carried out at that instant; one that is planned for the subject is moved."""
        self._plans[duty.name, subject] = at

    def cancel(self, duty: Duty, *, subject: str = "") -> None:
        """Takes back what was planned, if it was."""
        self._plans[duty.name, subject] = None

    def known(self, row_type: type[Row], row_id: str) -> Row:
        """As `lock`, in a reaction: what an earlier event has brought. `TooEarly` when that has not come yet."""
        row = self._by_id(row_type, row_id, lock=True)
        if row is None:
            raise TooEarly(row_type.__name__)
        return row

    @property
    def _writer(self) -> Writing:
        assert isinstance(self.session, Writing)  # noqa: S101  # by `Database`, for a unit that changes something
        return self.session

    def begin(self) -> None:
        """Opens the transaction now, where it is not open yet. `AnsweredBefore` when the request was."""
        if not self.session.in_transaction():
            self.session.connection()

    def commit(self, idempotency: Idempotency | None = None, answer: bytes = b"") -> None:
        """Ends the unit: everything of it is stored, or nothing."""
        if self.session.new or self.session.dirty or self.session.deleted:
            self.session.flush()
        self._writer.end(list(self._left(idempotency, answer)))

    def _left(self, idempotency: Idempotency | None, answer: bytes) -> Iterator[tuple[str, Sequence[Any]]]:
        """The statements that are left for the commit, in their order, each with its values."""
        if idempotency is not None:  # first, so that a second request with its key breaks no other rule before
            sealed = self.seal(answer, "idempotency.answer")
            asked = (idempotency.operation, idempotency.key, idempotency.request_hash)
            yield _ANSWERED, (self.actor, *asked, sealed, self.now)
        if self._access is not None:
            yield self._access
        yield from map(insert, self._stored)
        yield from search.writing(self._keyring, self.session, self._stored)
        yield from self._recorded.statements()
        for (name, subject), at in self._plans.items():
            yield (_CANCEL, (name, subject)) if at is None else (_PLAN, (name, subject, at))
            if at is not None and at <= self.now + WAKES:
                yield "notify duty", ()
        if self._colleague is not None:  # last: whoever holds its row waits for nothing more
            yield self._colleague


WAKES = timedelta(seconds=15)  #: what is planned for sooner than this wakes the clockwork, which sleeps no longer
_ANSWERED = (
    "insert into idempotency (actor, operation, key, request_hash, answer, created_at) values (%s, %s, %s, %s, %s, %s)"
)
_PLAN = """insert into duty (name, subject, due_at) values (%s, %s, %s) on conflict (tenant, name, subject)
    do update set due_at = excluded.due_at, attempts = 0, reason_parked = null"""
_CANCEL = "delete from duty where name = %s and subject = %s"
_ALONE = sqlalchemy.text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")
_statements: dict[tuple[type, bool], Any] = {}


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound
    return row


def _by_id(row_type: type[Row], *, lock: bool = False) -> Any:
    """The statement that finds a row; made once, because making and hashing it costs as much as running it."""
    if (row_type, lock) not in _statements:
        statement = select(row_type).where(row_type.id == sqlalchemy.bindparam("row_id"))
        if lock:
            statement = statement.with_for_update(of=row_type).execution_options(populate_existing=True)
        _statements[row_type, lock] = statement
    return _statements[row_type, lock]
