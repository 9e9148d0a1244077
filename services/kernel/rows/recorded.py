"""The events that a unit records about its rows. They are stored with its commit, each with the version that the row
has then: of two events about a row the readers know the newer one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

import sqlalchemy
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from services.kernel.contracts import Event
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import envelope
from services.kernel.rows.tables import Versioned


@dataclass(slots=True)
class _Recorded:
    """An event that is stored with the commit."""

    event: Event
    subject: Versioned
    data: dict[str, Any]
    to: str | None  #: another municipality, which it is told to
    version: int | None = None  #: of its subject, where that is not the last one of the unit


class Recorded:
    """The events of one unit, in their order."""

    def __init__(self, session: Session, context: Context, *, now: datetime) -> None:
        self._session, self._context, self._now = session, context, now
        self._all: list[_Recorded] = []

    def add(self, event: Event, subject: Versioned, data: dict[str, Any], *, to: str | None) -> None:
        """One more, with its data as they travel. The row gets a version that no event before it has."""
        self._count(subject)
        self._all.append(_Recorded(event, subject, data, to))

    def statements(self) -> Iterator[tuple[str, Sequence[Any]]]:
        """What stores them, each statement with its values."""
        if self._all:
            rows = ", ".join(["(%s, %s)"] * len(self._all))
            told = [(one.event.routing_key, Jsonb(self._envelope(one))) for one in self._all]
            yield f"insert into outbox (routing_key, envelope) values {rows}", list(chain(*told))  # noqa: S608
            yield "notify outbox", ()

    def _count(self, subject: Versioned) -> None:
        earlier = [one for one in self._all if one.subject is subject and one.version is None]
        if earlier:
            self._session.flush()
        for one in earlier:
            one.version = subject.version
        if sqlalchemy.inspect(subject).persistent:
            subject.touch(self._now)
        elif earlier:  # a row that is written with the commit
            subject.version += 1

    def _envelope(self, one: _Recorded) -> dict[str, Any]:
        version = one.subject.version if one.version is None else one.version
        context = self._context if one.to is None else replace(self._context, tenant=one.to, actor="")
        return envelope(one.event, context, version=version, data=one.data, now=self._now)
