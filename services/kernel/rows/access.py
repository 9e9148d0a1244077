"""The log of who was shown whose data: a line that a service can add and nobody can change, kept apart by month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import orjson
from psycopg.types.json import Jsonb
from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Operation
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.access import Subject, Way
from services.kernel.contracts.keep import Keep
from services.kernel.messages.context import Context
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted
from services.kernel.secrecy.crypto import Keyring, Purpose

YEARS = 10  #: for which lines are kept: as long as a claim for damages can be raised
KEPT = Keep(years=YEARS, after="the month", law="Act 2001:454, section 10; Limitation Act 1981:130, section 2")
_BY_MONTH = {"postgresql_partition_by": "RANGE (at)"}
_ACTOR_NAME, _REASON = "access_line.actor_name", "access_line.reason"


class AccessLine(Tenanted, KernelBase):
    """Who was shown whose data, when and why. Its id sorts by the time at which it was written."""

    __tablename__ = "access_line"
    __table_args__ = (Index(None, "tenant", "actor", "id"), _BY_MONTH)
    keep = KEPT
    about = Nobody("it names who acted by their login, and never a number: auditors read it")

    at: Mapped[datetime] = mapped_column(primary_key=True)
    actor: Mapped[str]
    actor_name: Mapped[str | None] = mapped_column(SealedJson(_ACTOR_NAME))
    actor_lookup: Mapped[bytes | None]  #: the keyed hash of the personal number that the login says, where it does
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    operation: Mapped[str]
    way: Mapped[str] = mapped_column(server_default=Way.LISTED)
    subjects: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(SealedJson(_REASON))
    request_id: Mapped[str]


class AccessSubject(Tenanted, KernelBase):
    """By whose data a line is found: its id is the one of the home, adult, application …, and the line's own beside
    it."""

    __tablename__ = "access_subject"
    __table_args__ = (_BY_MONTH,)
    keep = KEPT
    about = Nobody("ids by which a line of the log is found")

    line_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)


def line(
    keyring: Keyring, context: Context, operation: Operation, subjects: Sequence[Subject], *, at: datetime
) -> tuple[str, list[Any]]:
    """The statement that writes a line, and its values."""
    line_id, number = new_id(), context.personal_number
    return _LINE, [
        *(line_id, at, context.actor, _sealed(keyring, context.actor_name, _ACTOR_NAME)),
        *(number and keyring.lookup(number, Purpose.PERSONAL_NUMBER), list(context.roles)),
        *(
            operation.name,
            way_of(operation),
            Jsonb([{"kind": one.kind, "id": one.id} for one in subjects], orjson.dumps),
        ),
        *(_sealed(keyring, context.reason, _REASON), context.request_id),
        *(context.tenant, _SEPARATOR.join(dict.fromkeys(one.id for one in subjects)), line_id, at),
    ]


_SEPARATOR = "\x1f"  #: of ids in one text, which is read and written in a tenth of an array's time; no id holds it
_LINE = (
    "with line as ("  # noqa: S608  # a sign of our own
    "insert into access_line "
    "(id, at, actor, actor_name, actor_lookup, roles, operation, way, subjects, reason, request_id) "
    "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)) "
    f"insert into access_subject (tenant, id, line_id, at) select %s, string_to_table(%s, '{_SEPARATOR}'), %s, %s"
)


def way_of(operation: Operation) -> Way:
    """In which way somebody is shown what the operation answers."""
    if not operation.reads:
        return Way.CHANGED
    return Way.OPENED if operation.part is None else Way.LISTED


def _sealed(keyring: Keyring, text: str | None, purpose: str) -> bytes | None:
    return None if text is None else keyring.seal(orjson.dumps(text), purpose)


def is_over(name: str, today: date) -> bool:
    """Whether the time of a month's table (`access_line_2026_05`) has passed: the month lies so many years back."""
    year, month = map(int, name.split("_")[-2:])
    return today.year * 12 + today.month - (year * 12 + month) > YEARS * 12


def months(today: date, ahead: int) -> list[tuple[str, datetime, datetime]]:
    """The month before this one and so many after it: the name of each, its first instant and the first of the next,
    in UTC."""
    first = today.year * 12 + today.month - 2
    starts = [datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC) for number in range(first, first + ahead + 3)]
    return [(f"{start:%Y_%m}", start, end) for start, end in pairwise(starts)]
