"""Finding by name, personal number or reference, and the words of rows that were there before there were words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, Select, any_, bindparam, exists, func, or_, select
from sqlalchemy.orm import DeclarativeBase, lazyload

from services.kernel.contracts.duty import Duty
from services.kernel.contracts.search import sought_in
from services.kernel.rows import search
from services.kernel.rows.search import SEARCH_WORD, Searchable
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

COUNTED = 50  #: things of a kind that are counted
SHOWN = 10  #: things of a kind that are shown, the newest
WRITE_SEARCH_WORDS = Duty(name="write_search_words", each_night_at=2)
_AT_ONCE = 500  #: rows whose words one unit writes
Hit = Mapping[str, Any]


def counted(found: Select[Any], row_id: Any) -> Any:
    """A statement that finds rows of a kind, as `Finder.take` asks it: the newest, and among how many. All that are
    found are looked up first, by themselves: to read them in order would be to read the table."""
    matched = found.with_only_columns(row_id.label("id"), maintain_column_froms=True).cte("matched")
    newest = select(matched.c.id).order_by(matched.c.id.desc()).limit(SHOWN).scalar_subquery()
    among = select(func.count()).select_from(matched).scalar_subquery().label("among")
    return found.where(row_id == any_(func.array(newest))).add_columns(among).order_by(row_id.desc())


def may_be_found(is_protected: Any) -> Any:
    """The condition by which a protected identity is found by those only who may."""
    return or_(bindparam("shows_protected", type_=Boolean), ~is_protected)


class Finder:
    """What one search finds in a service, kind by kind."""

    def __init__(self, unit: Unit, text: str) -> None:
        self._unit = unit
        self._sought = sought_in(text)
        self._hits: list[Hit] = []
        self._total, self._is_exact = 0, True

    @property
    def by_number(self) -> bool:
        return bool(self._sought.numbers)

    @property
    def shows_protected(self) -> bool:
        """Whether protected identities (skyddade personuppgifter) are found, too."""
        return self.by_number and self._unit.sees_protected

    def ids(self, kind: str) -> Sequence[str]:
        """The ids of what is found of a kind, the newest first; one more than is counted where there are more."""
        found = search.ids(self._unit.session, self._unit.keyring, kind, self._sought, COUNTED + 1)
        self._is_exact = self._is_exact and len(found) <= COUNTED
        return sorted(found, reverse=True)[:COUNTED]

    def take(self, statement: Any, view: Callable[[Any], Hit], **values: Any) -> None:
        """The rows of a kind that a `counted` statement finds; of the newest what `view` makes of them."""
        given = {"shows_protected": self.shows_protected, **values}
        rows = self._unit.session.execute(statement, given).all()
        self._add(map(view, rows), rows[0].among if rows else 0)

    def take_open(self, hits: Iterable[Hit]) -> list[str]:
        """Things of a kind whose protection is sealed with them; the ids of those that may be found."""
        found = [hit for hit in hits if self.shows_protected or not hit["protected_identity"]]
        self._add(found[:SHOWN], len(found))
        return [hit["id"] for hit in found]

    def _add(self, hits: Iterable[Hit], among: int) -> None:
        self._total += min(among, COUNTED)
        self._is_exact = self._is_exact and among <= COUNTED
        self._hits += hits

    def answer(self) -> Answer:
        """All of it."""
        return Answer({"items": self._hits, "total": self._total, "total_is_exact": self._is_exact})


def writer_of(base: type[DeclarativeBase]) -> Callable[[Unit, str], None]:
    """The function of `WRITE_SEARCH_WORDS` in a service with these mapped classes."""

    def write_search_words(unit: Unit, subject: str) -> None:
        """Writes the words of rows that have none: of those that were there before, or that an older process of the
        service has written. The subject says from which row of which table on; the night begins with the first."""
        classes = searchable(base)
        names = [one.__tablename__ for one in classes]
        name, _, after = subject.partition(" ")
        place = names.index(name) if name in names else 0
        found = _without_words(unit, classes[place], after)
        for row in found:
            search.renew(row)
        if len(found) == _AT_ONCE:
            unit.plan(WRITE_SEARCH_WORDS, subject=f"{names[place]} {found[-1].id}", at=unit.now)
        elif place + 1 < len(names):
            unit.plan(WRITE_SEARCH_WORDS, subject=f"{names[place + 1]} ", at=unit.now)

    return write_search_words


def searchable(base: type[DeclarativeBase]) -> list[Any]:
    """The mapped classes of a service whose rows are found, in the order of their tables' names."""
    found = [mapper.class_ for mapper in base.registry.mappers if issubclass(mapper.class_, Searchable)]
    return sorted(found, key=lambda one: str(one.__tablename__))


def _without_words(unit: Unit, row_type: Any, after: str) -> Sequence[Any]:
    """The next rows of a class that have no words. Who changes one meanwhile waits for its words."""
    known = exists().where(SEARCH_WORD.c.kind == row_type.found_as, SEARCH_WORD.c.row_id == row_type.id)
    rows = select(row_type).where(row_type.id > after, ~known).order_by(row_type.id).limit(_AT_ONCE)
    rows = rows.options(lazyload("*")).with_for_update(of=row_type)
    return unit.session.scalars(rows).unique().all()
