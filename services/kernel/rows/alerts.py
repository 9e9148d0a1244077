"""What was unusual in the log of access, and when the log was checked."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from services.kernel.basics.clock import SWEDEN
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.access import Way
from services.kernel.contracts.alerts import AlertSettled, OwnAlert
from services.kernel.contracts.keep import ForEver, Platform
from services.kernel.rows.tables import KernelBase, SealedJson, Tenanted, Versioned

CHECKED = ForEver("Act 2001:454, section 10: that the log is checked is shown")


class AccessAlert(Versioned, KernelBase):
    """Unusual reading of one person in one day. Only how it was settled is ever rewritten."""

    __tablename__ = "access_alert"
    keep = CHECKED
    about = Nobody("it names who acted by their login, and never a number: auditors read it")

    kind: Mapped[str]
    actor: Mapped[str]
    actor_name: Mapped[str | None] = mapped_column(SealedJson("access_alert.actor_name"))
    happened_on: Mapped[date]
    count: Mapped[int] = mapped_column(sqlalchemy.BigInteger)
    usual: Mapped[int | None] = mapped_column(sqlalchemy.BigInteger)
    subjects: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    raised_at: Mapped[datetime]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(SealedJson("access_alert.note"))

    def settle(self, note: str, *, by: str, at: datetime) -> None:
        """Raises `OwnAlert`, `AlertSettled`."""
        if by == self.actor:
            raise OwnAlert
        if self.settled_at is not None:
            raise AlertSettled
        self.note, self.settled_by, self.settled_at = note, by, at
        self.touch(at)

    @property
    def settled(self) -> dict[str, Any] | None:
        """How it was."""
        if self.settled_at is None:
            return None
        return {"by": self.settled_by, "at": self.settled_at, "note": self.note}


class AccessReview(Tenanted, KernelBase):
    """A check of the log."""

    __tablename__ = "access_review"
    keep = CHECKED
    about = Nobody("it names who acted by their login, and never a number: auditors read it")

    since: Mapped[datetime]
    until: Mapped[datetime]
    note: Mapped[str] = mapped_column(SealedJson("access_review.note"))
    by: Mapped[str]
    at: Mapped[datetime]
    lines: Mapped[int] = mapped_column(sqlalchemy.BigInteger)
    alerts: Mapped[int] = mapped_column(sqlalchemy.BigInteger)
    open_alerts: Mapped[int] = mapped_column(sqlalchemy.BigInteger)


class AccessWatch(Tenanted, KernelBase):
    """Until when the log has been looked through for unusual reading."""

    __tablename__ = "access_watch"
    keep = Platform("an instant: no personal data")
    about = Nobody("an instant")

    looked_until: Mapped[datetime | None]


AT_ONCE = 5_000  #: openings that are read at once: others of the process have their turn between


class Log:
    """What the log says of who opened what, for finding what is unusual. Without who acts for a home, and the open
    form: they see their own."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def readers(self, since: datetime, until: datetime) -> list[str]:
        """Whoever opened something then."""
        return [row.actor for row in self._ask(_READERS, since=since, until=until)]

    def reader(self, actor: str, since: datetime, until: datetime) -> Any:
        """Who one person was then: `actor_name` (the last one), `roles` and `lookups`, all that there were."""
        (row,) = self._ask(_READER, actor=actor, since=since, until=until)
        return row

    def opened(self, actor: str, since: datetime, until: datetime) -> Iterator[Sequence[Any]]:
        """What one person opened then, about in the order of time, a part after the other: of each opening when, the
        kind and id of the file, and whether it was by the right to see protected identities; last the line's own id."""
        after = ""
        while part := self._ask(_OPENED, actor=actor, since=since, until=until, after=after, most=AT_ONCE):
            yield part
            after = part[-1].line_id

    def busiest_hours(self, actor: str, roles: list[str], since: datetime, until: datetime) -> list[int]:
        """How many files each other person with one of these roles opened in their busiest hour."""
        return [row.files for row in self._ask(_BUSIEST, actor=actor, roles=roles, since=since, until=until)]

    def nights(self, actor: str, since: datetime, until: datetime) -> int:
        """In how many nights one person opened something."""
        (row,) = self._ask(_NIGHTS, actor=actor, since=since, until=until, zone=SWEDEN.key)
        return int(row.nights)

    def worked_in(self, actor: str, files: Iterable[str], since: datetime) -> tuple[set[str], set[str]]:
        """In which of the files one person has changed something, and in which somebody else has."""
        rows = self._ask(_WORKED, actor=actor, files=list(files), since=since)
        return {row.id for row in rows if row.by_them}, {row.id for row in rows if row.by_others}

    def naming(self, actor: str, words: Sequence[int], since: datetime, until: datetime) -> set[str]:
        """The files opened then by one person in which somebody is found by one of these hashed words."""
        if not words:
            return set()
        return {row.id for row in self._ask(_NAMING, actor=actor, words=list(words), since=since, until=until)}

    def _ask(self, statement: sqlalchemy.Executable, **values: Any) -> Sequence[Any]:
        return self._session.execute(statement, values).all()


_THEN = "at >= :since and at < :until"
_LOOKS = f"way = '{Way.OPENED}' and actor <> '' and not roles <@ array['home']"
_FILE = "subjects->0->>'id'"

_READERS = sqlalchemy.text(f"select distinct actor from access_line where {_THEN} and {_LOOKS} order by actor")  # noqa: S608
_READER = sqlalchemy.text(
    f"with lines as (select at, id, roles, actor_name, actor_lookup from access_line "  # noqa: S608
    f"where actor = :actor and {_THEN} and {_LOOKS}) select "
    "(select actor_name from lines order by at desc, id desc limit 1) as actor_name, "
    "array(select distinct role from lines, unnest(roles) role order by role) as roles, "
    "array(select distinct actor_lookup from lines where actor_lookup is not null) as lookups"
).columns(actor_name=SealedJson("access_line.actor_name"))
_OPENED = sqlalchemy.text(
    f"select at, subjects->0->>'kind' as kind, {_FILE} as id, "  # noqa: S608
    "'protected' = any(roles) and reason is not null as by_right, id as line_id from access_line "
    f"where actor = :actor and id > :after and {_THEN} and {_LOOKS} order by access_line.id limit :most"
)
_BUSIEST = sqlalchemy.text(
    "select max(files) as files from ("  # noqa: S608
    f"select actor, count(distinct {_FILE}) as files from access_line "
    f"where {_THEN} and {_LOOKS} and actor <> :actor and roles && :roles "
    "group by actor, date_trunc('hour', at)) hours group by actor"
)
_NIGHTS = sqlalchemy.text(
    "select count(distinct (here - interval '6 hours')::date) as nights from ("  # noqa: S608
    "select at at time zone :zone as here from access_line "
    f"where actor = :actor and {_THEN} and {_LOOKS}) looks where extract(hour from here) >= 22 "
    "or extract(hour from here) < 6"
)
_NAMING = sqlalchemy.text(
    f"select distinct {_FILE} as id from access_line where actor = :actor and {_THEN} and {_LOOKS} and exists ("  # noqa: S608
    "select from access_subject named join search_word on search_word.id = named.id "
    "where named.line_id = access_line.id and named.at = access_line.at and search_word.word = any(:words))"
)
_WORKED = sqlalchemy.text(
    "select found.id, bool_or(line.actor = :actor) as by_them, bool_or(line.actor <> :actor) as by_others "  # noqa: S608
    "from access_subject found join access_line line on line.id = found.line_id and line.at = found.at "
    f"where found.id = any(:files) and found.at >= :since and line.way = '{Way.CHANGED}' group by found.id"
)
