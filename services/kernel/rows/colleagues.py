"""Who of the municipality's staff has worked in a service: learnt from each day's first work of each.

A process remembers whom it has written down today, so that no further request of theirs costs a statement.
"""

from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

import orjson
from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import Platform
from services.kernel.messages.context import Context
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted
from services.kernel.secrecy.crypto import Keyring, Purpose

YEARS = 10  #: for which somebody is known after the last day: as long as the log of access names them
_NAME = "colleague.name"


class Colleague(Tenanted, KernelBase):
    """Somebody of the staff who has worked in this service. The id follows from the token's subject, in each service
    the same one, and does not give it away."""

    __tablename__ = "colleague"
    __table_args__ = (Index(None, "tenant", "last_on", "id"),)
    keep = Platform("10 years after the last day that somebody worked here: as long as the log of access names them")
    about = Nobody("it names somebody of the staff by their login, and never a number")

    actor: Mapped[str]  #: the token's subject
    name: Mapped[str | None] = mapped_column(SealedJson(_NAME))  #: as the login said it last
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))  #: by which they worked on that day
    last_on: Mapped[date]


def written(keyring: Keyring, context: Context, day: date) -> tuple[str, list[Any]]:
    """The statement that writes down who works here today, and its values. Of two roles of a day both stand there; a
    login that says no name takes none away."""
    name = None if context.actor_name is None else keyring.seal(orjson.dumps(context.actor_name), _NAME)
    colleague_id = str(UUID(bytes=keyring.lookup(context.actor, Purpose.COLLEAGUE)[:16]))
    return _WRITE, [colleague_id, context.actor, name, list(context.staff_roles), day]


_WRITE = (
    "insert into colleague as known (id, actor, name, roles, last_on) values (%s, %s, %s, %s, %s) "
    "on conflict (tenant, id) do update set name = coalesce(excluded.name, known.name), last_on = excluded.last_on, "
    "roles = array(select distinct unnest(excluded.roles || case when known.last_on = excluded.last_on "
    "then known.roles else '{}' end) order by 1) where known.last_on <= excluded.last_on"
)

_Who: TypeAlias = tuple[str, str, str | None, tuple[str, ...]]


class Noticed:
    """Whom a process has written down on the day that it is. Thread-safe."""

    def __init__(self) -> None:
        self._today: tuple[date, set[_Who]] = date.min, set()

    def is_new(self, context: Context, day: date) -> bool:
        """Whether somebody of the staff works who has still to be written down, as the login knows them now."""
        known_on, known = self._today
        return bool(context.actor and context.staff_roles) and not (day == known_on and _who(context) in known)

    def add(self, context: Context, day: date) -> None:
        """It stands in the database."""
        if self._today[0] != day:
            self._today = day, set()
        self._today[1].add(_who(context))


def _who(context: Context) -> _Who:
    return context.tenant, context.actor, context.actor_name, context.staff_roles
