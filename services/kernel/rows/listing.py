"""Lists for screens: plain rows of a statement that was made once.

A list of twenty costs more as twenty mapped objects than everything else about the request. A listing is written with
SQLAlchemy, becomes SQL the first time it is asked for, and gives named tuples with the columns' own types: sealed
columns are opened, relationships do not exist.

However much a municipality has, a list reads as many rows as it shows. That takes an index for each filter, of the
tenant, the filter's columns and the order: `tests.bench.growth` shows where one is missing.
"""

import time
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import orjson
import psycopg
from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from services.kernel.contracts import Page, Total
from services.kernel.contracts.page import MOST
from services.kernel.rows.tables import DIALECT, SealedJson

_ONE: Any = literal_column("1").label("one")
_NUMERIC = psycopg.adapters.types["numeric"].oid  #: the one type whose conversion depends on how the database sends it
_LONG_FOR = 60.0  #: seconds for which a list that was found to be longer than is counted is not counted again
OWN = "own"  #: the filter of a list that a home may ask for, by which it is shown what is its own
_LONG_ONES = 1_000  #: such lists that are remembered at most

Fetch: TypeAlias = Callable[[str, dict[str, Any]], list[Any]]  #: runs SQL with named values
_Condition: TypeAlias = ColumnElement[bool]
#: What narrows a list: a condition with a `bindparam` of the filter's own name; or, where a value means several ranges
#: of an index at once, what each value means: conditions of which no row meets two.
Filter: TypeAlias = _Condition | Mapping[Any, Sequence[_Condition]]


def gathered(column: Any, of: _Condition, *, order: Any) -> ColumnElement[Any]:
    """A column of the rows that belong to a row of the list (`of`), as an array in that order; None when there are
    none."""
    every = func.array_agg(aggregate_order_by(column, order), type_=ARRAY(column.type))
    return select(every).where(of).scalar_subquery()


class Listing:
    """What a list shows, in which order, and by what it may be narrowed.

    The first column shown is the id of what is listed. Order and filters are of its own table; what is joined to it is
    only shown, and is there exactly once for each. `row` gives the rows properties.
    """

    def __init__(
        self,
        shown: Select[*tuple[Any, ...]],
        *,
        order: Sequence[Any],
        row: type = object,
        **filters: Filter,
    ) -> None:
        self._shown, self._order, self._filters = shown, tuple(order), filters
        columns = [column for column in shown.selected_columns if isinstance(column, ColumnElement)]
        self._id: Any = columns[0]
        self._of = self._id.table
        self._ordered_by = [_column(one) for one in self._order]
        fields = namedtuple("Row", [str(column.key) for column in columns])  # type: ignore[misc]
        self._row = type("Row", (fields, row), {"__slots__": ()})._make  # type: ignore[attr-defined]
        self._width = len(columns)
        self._openings = _openings(columns)
        self._made: dict[_Wanted, _Sql] = {}
        self._long: dict[Any, float] = {}  #: which lists are longer than is counted, and until when that is believed

    @property
    def filters(self) -> frozenset[str]:
        """By what it may be narrowed."""
        return frozenset(self._filters)

    @property
    def kind(self) -> str:
        """What a cursor belongs to: a place in an order of some rows."""
        return ",".join((self._of.name, *map(str, self._order)))

    def page(
        self, fetch: Fetch, page: Page, given: Mapping[str, Any], *, tenant: str, **values: Any
    ) -> tuple[list[Any], Total]:
        """The rows of a page of what the given filters leave, and how many there are in all. `values` are what the
        conditions hold beside the filters' own."""
        narrowed = self._narrowed(given)
        given = {**given, **values}
        long = (tenant, narrowed, orjson.dumps(given, default=repr, option=orjson.OPT_SORT_KEYS))
        is_long = self._long.get(long, 0.0) > time.monotonic()
        wanted = _Wanted(narrowed, page.limit, page.number > 1, counts=not is_long)
        sql = self._sql(wanted, self._paged)
        found = fetch(sql.text, sql.values({**given, "_offset": page.offset, "_reach": page.offset + page.limit}))
        rows = self._read(found)
        if 0 < len(rows) < page.limit or (not rows and page.number == 1):
            return rows, Total(page.offset + len(rows))
        if is_long and rows:
            return rows, Total.counted(MOST + 1)
        total = Total.counted(found[0][-1] if rows else self._count(fetch, wanted, given))
        if not total.is_exact:
            self._remember(long)
        return rows, total

    def after(
        self, fetch: Fetch, place: Sequence[Any] | None, limit: int, given: Mapping[str, Any], **values: Any
    ) -> tuple[list[Any], list[Any] | None]:
        """The rows after a place, and the place of the last one; from the beginning and to the end None."""
        places = {f"_place_{number}": value for number, value in enumerate(place or ())}
        wanted = _Wanted(self._narrowed(given), limit, goes_on=place is not None, counts=False)
        sql = self._sql(wanted, self._followed)
        rows = self._read(fetch(sql.text, sql.values({**given, **values, **places})))
        return rows, [getattr(rows[-1], str(column.key)) for column in self._ordered_by] if rows else None

    def _narrowed(self, given: Mapping[str, Any]) -> "_Narrowed":
        """Which statement the given filters need: a filter of ranges has one for each value."""
        return frozenset(
            (name, value if isinstance(self._filters[name], Mapping) else None) for name, value in given.items()
        )

    def _count(self, fetch: Fetch, wanted: "_Wanted", given: Mapping[str, Any]) -> int:
        sql = self._sql(wanted._replace(limit=0), lambda one: select(self._counted(one)))
        return int(fetch(sql.text, sql.values(given))[0][0])

    def _remember(self, long: Any) -> None:
        if len(self._long) >= _LONG_ONES:
            self._long.clear()
        self._long[long] = time.monotonic() + _LONG_FOR

    def _read(self, found: Sequence[Any]) -> list[Any]:
        return [self._row(row[: self._width]) for row in _opened(found, self._openings)]  # the total comes after them

    def _sql(self, wanted: "_Wanted", make: "Callable[[_Wanted], Select[*tuple[Any, ...]]]") -> "_Sql":
        if wanted not in self._made:
            self._made[wanted] = _Sql(make(wanted))
        return self._made[wanted]

    def _ranges(self, narrowed: "_Narrowed") -> list[tuple[_Condition, ...]]:
        """The conditions of each range of rows that the filters leave; most often there is one."""
        each: list[Sequence[_Condition]] = []
        for name, value in sorted(narrowed):
            condition = self._filters[name]
            each.append(condition[value] if isinstance(condition, Mapping) else [condition])
        return list(product(*each))

    def _paged(self, wanted: "_Wanted") -> Select[*tuple[Any, ...]]:
        """The limit is part of the text, and a first page has no offset: otherwise the database can not tell how little
        is asked for, and plans every time anew.

        Later pages find their ids first, by the index alone: the rows before them are not looked at. So do the lists of
        whoever acts for a home: with the rows of all its homes at hand there is still to be sorted.
        """
        ranges = self._ranges(wanted.narrowed)
        if wanted.goes_on or len(ranges) > 1 or any(name == OWN for name, _ in wanted.narrowed):
            # As an array, which is found once: where the database knows little of a table that has just grown, it would
            # look for the ids anew for each row.
            ids = func.array(self._ids(ranges, wanted).scalar_subquery())
            paged = self._shown.where(self._id == func.any(ids))
        else:
            paged = self._shown.where(*ranges[0]).limit(literal_column(str(wanted.limit)))
        paged = paged.order_by(*self._order)
        return paged.add_columns(self._counted(wanted)) if wanted.counts else paged

    def _ids(self, ranges: list[tuple[_Condition, ...]], wanted: "_Wanted") -> Select[*tuple[Any, ...]]:
        if len(ranges) == 1:
            ids = select(self._id).where(*ranges[0]).order_by(*self._order)
        else:
            columns = {str(column.key): column for column in (self._id, *self._ordered_by)}.values()
            reach: Any = bindparam("_reach")
            each = (select(*columns).where(*one).order_by(*self._order).limit(reach) for one in ranges)
            merged = union_all(*each).subquery(self._of.name)  # by the table's name the order is said in the same words
            ids = select(merged.c[str(self._id.key)]).order_by(*self._order)
        ids = ids.limit(literal_column(str(wanted.limit)))
        return ids.offset(bindparam("_offset")) if wanted.goes_on else ids

    def _counted(self, wanted: "_Wanted") -> ColumnElement[int]:
        """How many rows the filters leave, as far as they are counted.

        They are counted in the list's order, that is along its index: the database takes every municipality for one of
        average size, and in the order in which they lie would look for the few rows of a small one among everybody's.
        """
        most: Any = literal_column(str(MOST + 1))
        some = [
            select(_ONE).select_from(self._of).where(*one).order_by(*self._order).limit(most)
            for one in self._ranges(wanted.narrowed)
        ]
        counted = some[0] if len(some) == 1 else select(union_all(*some).subquery()).limit(most)
        return select(func.count()).select_from(counted.correlate(None).subquery()).scalar_subquery()

    def _followed(self, wanted: "_Wanted") -> Select[*tuple[Any, ...]]:
        (conditions,) = self._ranges(wanted.narrowed)  # ranges side by side have no one place to go on from
        followed = self._shown.where(*conditions).order_by(*self._order).limit(literal_column(str(wanted.limit)))
        if not wanted.goes_on:
            return followed
        here = tuple_(*self._ordered_by)
        there = tuple_(*(bindparam(f"_place_{number}", type_=one.type) for number, one in enumerate(self._ordered_by)))
        return followed.where(here > there if self._order[0] is self._ordered_by[0] else here < there)


class Reading:
    """A statement that becomes SQL the first time it is asked for, and gives named tuples with the columns' own types:
    for rows of which there are many, and which are looked at rather than listed. What it is asked with is
    `bindparam`."""

    def __init__(self, shown: Select[*tuple[Any, ...]]) -> None:
        self._shown = shown

    def rows(self, fetch: Fetch, given: Mapping[str, Any]) -> list[Any]:
        """The rows."""
        sql, openings, make = self._made
        return list(map(make, _opened(fetch(sql.text, sql.values(given)), openings)))

    @cached_property
    def _made(self) -> "tuple[_Sql, _Openings, Callable[[Sequence[Any]], Any]]":
        columns = [column for column in self._shown.selected_columns if isinstance(column, ColumnElement)]
        row = namedtuple("Row", [str(column.key) for column in columns])  # type: ignore[misc]
        return _Sql(self._shown), _openings(columns), row._make


_Open: TypeAlias = Callable[[Any], Any]
_Openings: TypeAlias = Sequence[tuple[int, Callable[[], _Open]]]  #: places of columns, and what gives what opens them


def _openings(columns: Sequence[ColumnElement[Any]]) -> _Openings:
    """The columns that do not come as they are read: sealed ones, and those of types that the driver does not know."""
    found = [(place, _opening(column.type)) for place, column in enumerate(columns)]
    return [(place, opening) for place, opening in found if opening is not None]


def _opening(kind: Any) -> Callable[[], _Open] | None:
    """What gives, in a unit, what opens each value of that type; None for what is read as it comes."""
    if isinstance(kind, SealedJson):
        return kind.opener
    if isinstance(kind, ARRAY):
        opening = _opening(kind.item_type)
        return None if opening is None else lambda: _each(opening())
    convert = kind.dialect_impl(DIALECT).result_processor(DIALECT, _NUMERIC)
    return None if convert is None else lambda: convert


def _each(convert: _Open) -> _Open:
    return lambda values: [None if value is None else convert(value) for value in values]


def _opened(rows: Sequence[Sequence[Any]], openings: _Openings) -> Iterable[Sequence[Any]]:
    """The rows with what has to be opened opened, a column at a time: of thousands of rows each step counts."""
    if not openings or not rows:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, opening in openings:
        columns[place] = _each(opening())(columns[place])
    return zip(*columns, strict=True)


_Narrowed: TypeAlias = frozenset[tuple[str, Any]]


class _Wanted(NamedTuple):
    """What a statement depends on."""

    narrowed: _Narrowed
    limit: int
    goes_on: bool  #: not from the beginning
    counts: bool


def _column(one: Any) -> Any:
    """The column of `column`, `column.desc()` or `column.nulls_first()`."""
    while one.key is None:
        one = one.element
    return one


class _Sql:
    """A statement as psycopg takes it."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        compiled = statement.compile(dialect=DIALECT)
        self.text = str(compiled)
        self._own = dict(compiled.params)  #: values that the statement brings itself; None where one is to be given
        self._bound: dict[str, Any] = dict(compiled._bind_processors)

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What stands for each parameter."""
        return {
            name: self._bound[name](value) if name in self._bound else value
            for name, value in ((name, given.get(name, own)) for name, own in self._own.items())
        }
