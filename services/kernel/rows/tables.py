"""What mapped classes are built from, the column type for personal data, and the kernel's own tables."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import orjson
import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    event,
    text,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.types import TypeDecorator

from services.kernel.contracts.about import Belongs
from services.kernel.contracts.keep import Becomes, ForEver, Platform
from services.kernel.secrecy.crypto import current_keyring

DIALECT = PGDialect_psycopg(dbapi=psycopg)  # type: ignore[no-untyped-call]  # for statements that SQLAlchemy only writes
KEEP = "keep"  #: where a table that is no mapped class says what becomes of its rows
Instant = DateTime(timezone=True)
TYPES: dict[Any, Any] = {datetime: Instant, str: Text}  #: the type_annotation_map of every service's base

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class SealedJson(TypeDecorator[Any]):
    """Any JSON value, encrypted with the current tenant's key; `purpose` is `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect | None) -> bytes | None:  # noqa: ARG002
        if value is None:
            return None
        return current_keyring.get().seal(orjson.dumps(value), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else self.opener()(bytes(value))

    def opener(self) -> Callable[[bytes], Any]:
        """What opens the column's values in the unit that is under way."""
        keyring, purpose = current_keyring.get(), self.purpose
        return lambda sealed: orjson.loads(keyring.open(sealed, purpose))


def _current_tenant() -> str:
    return current_keyring.get().tenant


class Tenanted:
    """A row of a business table. The tenant is never the business code's doing: the kernel fills it in from the unit of
    work, and the database refuses any other (default, row level security). Each class says what becomes of its rows in
    the end, and whose data they are."""

    keep: ClassVar[Becomes]
    about: ClassVar[Belongs]

    tenant: Mapped[str] = mapped_column(
        Text, primary_key=True, default=_current_tenant, server_default=text("current_tenant()"), sort_order=-2
    )
    id: Mapped[str] = mapped_column(Text, primary_key=True, sort_order=-1)


class Versioned(Tenanted):
    """A row that is read with an ETag and changed with If-Match; every change goes through `touch`."""

    version: Mapped[int] = mapped_column(BigInteger, nullable=False, sort_order=1)
    changed_at: Mapped[datetime] = mapped_column(sort_order=1)

    def touch(self, at: datetime) -> None:
        """Counts a change of the row or of one of its parts, so that its ETag is another."""
        self.changed_at = at
        flag_modified(self, "changed_at")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__dict__.get("version") or cls.version}


@event.listens_for(Versioned, "init", propagate=True)
def _begin_counting(_row: Versioned, _arguments: Any, values: dict[str, Any]) -> None:
    """A row has its version from the moment it is made, and not only when the ORM has written it."""
    values.setdefault("version", 1)


class KernelBase(DeclarativeBase):
    """The kernel's own tables, which every service has: those below, and those that are mapped."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


def new_metadata() -> MetaData:
    """A service's metadata: its naming of constraints."""
    return MetaData(naming_convention=NAMING)


def _tenant() -> Column[str]:
    return Column("tenant", Text, nullable=False, server_default=text("current_tenant()"))


# The public directory of municipalities: no personal data; the only table without row level security.
CoreTable(
    "tenant",
    KernelBase.metadata,
    Column("slug", Text, nullable=False),
    Column("municipality_code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", JSONB, nullable=False),
    PrimaryKeyConstraint("slug"),
    info={KEEP: ForEver("public: no personal data")},
)
CoreTable(
    "tenant_settings",
    KernelBase.metadata,
    _tenant(),
    Column("settings", JSONB, nullable=False),
    Column("webhook_hosts", ARRAY(Text), nullable=False, server_default="{}"),
    Column("sms", JSONB),
    PrimaryKeyConstraint("tenant"),
    info={KEEP: Platform("as long as the municipality is known: no personal data")},
)
CoreTable(
    "tenant_key",
    KernelBase.metadata,
    _tenant(),
    Column("version", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "version"),
    info={KEEP: Platform("as long as anything is sealed with it")},
)
CoreTable(
    "outbox",
    KernelBase.metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    _tenant(),
    Column("routing_key", Text, nullable=False),
    Column("envelope", JSONB, nullable=False),
    PrimaryKeyConstraint("tenant", "position"),
    info={KEEP: Platform("until the broker has confirmed it")},
)
CoreTable(
    "told",
    KernelBase.metadata,
    _tenant(),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("routing_key", Text, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("envelope", JSONB, nullable=False),
    PrimaryKeyConstraint("tenant", "position"),
    info={KEEP: Platform("35 days (HEMVIST_TOLD_DAYS), sealed")},
)
CoreTable(
    "inbox",
    KernelBase.metadata,
    _tenant(),
    Column("reaction", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("received_at", Instant, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("tenant", "reaction", "event_id"),
    info={KEEP: Platform("7 days longer than what was told: ids only")},
)
CoreTable(
    "seen_version",
    KernelBase.metadata,
    _tenant(),
    Column("source", Text, nullable=False),
    Column("aspect", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "source", "aspect", "subject"),
    info={KEEP: Platform("as long as its thing is known, and then as long as an event of it may come: ids only")},
)
CoreTable(
    "idempotency",
    KernelBase.metadata,
    _tenant(),
    Column("actor", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("request_hash", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False, server_default=text("now()")),
    PrimaryKeyConstraint("tenant", "actor", "operation", "key"),
    info={KEEP: Platform("7 days (HEMVIST_IDEMPOTENCY_DAYS), sealed")},
)
CoreTable(
    "duty",
    KernelBase.metadata,
    _tenant(),
    Column("name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason_parked", Text),
    PrimaryKeyConstraint("tenant", "name", "subject"),
    Index(None, "due_at", postgresql_where=text("reason_parked is null")),
    Index(None, "tenant", "due_at", postgresql_where=text("reason_parked is null")),
    info={KEEP: Platform("until it is done")},
)
CoreTable(
    "duty_done",
    KernelBase.metadata,
    _tenant(),
    Column("name", Text, nullable=False),
    Column("done_at", Instant, nullable=False),
    Column("done", BigInteger, nullable=False),
    PrimaryKeyConstraint("tenant", "name"),
    info={KEEP: Platform("no personal data")},
)
