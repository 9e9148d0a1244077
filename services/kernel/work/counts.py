"""What waits and what has a day, read in the same way in every service: a statement for each kind of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import DateTime, Float, Select, and_, cast, func, literal_column, null, select

from services.kernel.basics import clock
from services.kernel.contracts.page import MOST, PAGE_TOO_FAR, PageTooFar
from services.kernel.contracts.settings import ADMINS, ChangeStatus
from services.kernel.rows.settings import SettingChange
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

Expression: TypeAlias = Any  #: a column, mapped or worked out
_ONE: Any = literal_column("1")
SOON = timedelta(days=14)  #: within which a day is said to come soon


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What has a day of one kind: rows with a day or an instant, and what is shown of one."""

    kind: str
    roles: frozenset[str]  #: who may see what it is about
    #: of each what `view` asks for; the column that is due is one of them, labelled `due`. What is only shown is joined
    #: by an outer join: whoever counts the rows does not read it
    rows: Select[Any]
    due: Expression  #: a date, or an instant
    order: Expression  #: what tells rows of one day apart: an id
    view: Callable[[Any], dict[str, Any]]  #: of a row: subject, detail, responsible, law
    responsible: Expression | None = None  #: whose it is; nobody's unless said

    def is_for(self, unit: Unit) -> bool:
        return not self.roles.isdisjoint(unit.context.roles)

    def before(self, day: date) -> Expression:
        """That it is due before a day."""
        is_instant = isinstance(self.due.type, DateTime)
        return self.due < (clock.at_local(day, 0) if is_instant else day)

    def of(self, actor: str, *, mine: bool) -> Expression:
        """That it is somebody's, or is not."""
        if self.responsible is None:
            return literal_column("false" if mine else "true")
        return self.responsible == actor if mine else self.responsible.is_distinct_from(actor)


def soonest(unit: Unit, kinds: Iterable[Dated], query: Mapping[str, Any], *, most: int) -> Answer:
    """The page that is asked for, from the first item on, so that the pages of several services can be one."""
    reach = query["page"] * query["limit"]
    if reach - query["limit"] >= most:
        raise PageTooFar(errors=[PAGE_TOO_FAR.at("/page", most=most)])
    wanted = [one for one in kinds if one.is_for(unit) and query.get("kind", one.kind) == one.kind]
    items = [item for one in wanted for item in _items(unit, one, query, reach)]
    items.sort(key=lambda item: (item["due_on"], item["kind"], item["subject"]["id"]))
    counts: Counter[str] = Counter()
    for one in wanted:  # of a kind there may be two, as of what is kept in two tables
        counts[one.kind] += _count(unit, _narrowed(unit, one, query))
    return Answer(
        {
            "items": items[:reach],
            "counts": [{"kind": kind, "count": min(count, MOST)} for kind, count in counts.items() if count],
            "page": query["page"],
            "limit": query["limit"],
            "total": sum(min(count, MOST) for count in counts.values()),
            "total_is_exact": all(count <= MOST for count in counts.values()),
        }
    )


def _narrowed(unit: Unit, one: Dated, query: Mapping[str, Any]) -> Select[Any]:
    conditions = [one.before(query["before"])] if "before" in query else []
    if "mine" in query:
        conditions.append(one.of(unit.actor, mine=query["mine"]))
    return one.rows.where(*conditions)


def _items(unit: Unit, one: Dated, query: Mapping[str, Any], reach: int) -> Iterable[dict[str, Any]]:
    rows = unit.session.execute(_narrowed(unit, one, query).order_by(one.due, one.order).limit(reach))
    for row in rows:
        due_on = clock.local_date(row.due) if isinstance(row.due, datetime) else row.due
        overdue = row.due <= unit.now if isinstance(row.due, datetime) else due_on < unit.today
        yield {
            "kind": one.kind,
            "due_on": due_on,
            "overdue": overdue,
            "responsible": None,
            "law": None,
            **one.view(row),
        }


def _count(unit: Unit, rows: Select[Any]) -> int:
    return int(unit.session.scalar(number(rows)) or 0)


def number(rows: Select[Any]) -> Select[Any]:
    """How many rows there are, up to one more than is counted."""
    some = rows.with_only_columns(_ONE, maintain_column_froms=True).order_by(None).limit(MOST + 1).subquery()
    return select(func.count()).select_from(some)


def at_risk(unit: Unit, kinds: Iterable[Dated]) -> list[dict[str, Any]]:
    """Of each kind how many days have passed, and how many come soon; whoever asks, for these are numbers."""

    def counted(one: Dated) -> dict[str, Any]:
        passed = _count(unit, one.rows.where(one.before(unit.today)))
        coming = _count(unit, one.rows.where(and_(~one.before(unit.today), one.before(unit.today + SOON))))
        return {"kind": one.kind, "overdue": passed, "soon": coming}

    return [counted(one) for one in kinds]


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits of one kind."""

    kind: str
    roles: frozenset[str]  #: for whom it waits
    rows: Select[Any]  #: of each the instant from which on it waits, labelled `since`


SETTING_CHANGES = Queue(
    kind="setting_change",
    roles=ADMINS,
    rows=select(SettingChange.at.label("since")).where(SettingChange.status == ChangeStatus.WAITING),
)  #: that wait for another administrator


def waiting(unit: Unit, service: str, queues: Sequence[Queue]) -> Answer:
    """How much of each kind waits for the caller's roles in a service, and since when."""
    asked = [one for one in (*queues, SETTING_CHANGES) if not one.roles.isdisjoint(unit.context.roles)]
    found = ((one.kind, *_waits(unit, one)) for one in asked)
    items = [
        {"kind": kind, "service": service, "count": count, "oldest": since} for kind, count, since in found if count
    ]
    return Answer({"items": items})


def _waits(unit: Unit, one: Queue) -> tuple[int, Any]:
    row = unit.session.execute(waits(one.rows)).one()
    return row[0], row[1]


def waits(rows: Select[Any]) -> Select[int, Any]:
    """How many wait, as far as they are counted, and since when the first."""
    some = rows.order_by("since").limit(MOST).subquery()
    return select(func.count(), func.min(some.c.since))


# --- steps ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Days:
    """A period: its first day and its last, both included."""

    first: date
    last: date

    def hold(self, column: Expression) -> Expression:
        """That a date or an instant lies in it."""
        if isinstance(column.type, DateTime):
            return (column >= clock.at_local(self.first, 0)) & (column < clock.at_local(self.last + _DAY, 0))
        return column.between(self.first, self.last)


_DAY = timedelta(days=1)
_A_YEAR = timedelta(days=365)


def days_of(unit: Unit, query: Mapping[str, Any]) -> Days:
    """The period that is asked for: up to today, and a year long, unless it says otherwise."""
    last = query.get("until", unit.today)
    return Days(query.get("since", last - _A_YEAR), last)


def step(unit: Unit, name: str, rows: Select[Any]) -> dict[str, Any]:
    """How many came to a step, and the median of the days that they needed: `rows` have for each the days, labelled
    `days`, or None where nobody knows."""
    some = rows.subquery()
    median = func.percentile_cont(0.5).within_group(some.c.days)
    count, days = unit.session.execute(select(func.count(), median).select_from(some)).one()
    return {"step": name, "count": count, "median_days": None if days is None else round(float(days), 1)}


def days_between(earlier: Expression, later: Expression) -> Expression:
    """The days from one to the other, both dates or both instants."""
    if isinstance(later.type, DateTime):
        return (func.extract("epoch", later - earlier) / 86_400).label("days")
    return cast(later - earlier, Float).label("days")


NOBODY_KNOWS = cast(null(), Float).label("days")
