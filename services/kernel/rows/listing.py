"""Lists for screens: plain rows of a statement that was made once.

A list of twenty costs more as twenty mapped objects than everything else about the request. A listing is written with
SQLAlchemy, becomes SQL the first time it is asked for, and gives named tuples with the columns' own types: sealed
columns are opened, relationships do not exist.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import psycopg
from sqlalchemy import ColumnElement, Select, bindparam, func, literal_column

from services.kernel.contracts import Page
from services.kernel.rows.tables import DIALECT

_NUMERIC = psycopg.adapters.types["numeric"].oid  #: the one type whose conversion depends on how the database sends it
Fetch: TypeAlias = Callable[[str, dict[str, Any]], list[Any]]  #: runs SQL with named values
_Convert: TypeAlias = Callable[[Any], Any] | None


class Listing:
    """A statement of columns in its order, and the conditions it may be narrowed by, each with a `bindparam` of its
    own name."""

    def __init__(self, statement: Select[*tuple[Any, ...]], **filters: ColumnElement[bool]) -> None:
        self._statement = statement
        self._filters = filters
        columns = [column for column in statement.selected_columns if isinstance(column, ColumnElement)]
        self._row = namedtuple("Row", [str(column.key) for column in columns])  # type: ignore[misc]
        self._opened: list[_Convert] = [
            column.type.dialect_impl(DIALECT).result_processor(DIALECT, _NUMERIC) for column in columns
        ]
        self._made: dict[tuple[frozenset[str], int, bool], tuple[_Sql, _Sql]] = {}

    def page(self, fetch: Fetch, page: Page, given: Mapping[str, Any], **values: Any) -> tuple[list[Any], int]:
        """The rows of a page of what the given filters leave, and how many there are in all. `values` are what the
        conditions hold beside the filters' own."""
        wanted = (frozenset(given), page.limit, page.number == 1)
        if wanted not in self._made:
            self._made[wanted] = self._make(*wanted)
        paged, counted = self._made[wanted]
        found = fetch(paged.text, paged.values({**given, **values, "_offset": page.offset}))
        if found:
            return [self._read(row) for row in found], found[0][-1]
        return [], 0 if page.number == 1 else fetch(counted.text, counted.values({**given, **values}))[0][0]

    def _read(self, row: Iterable[Any]) -> Any:
        pairs = zip(self._opened, row, strict=False)  # the total comes after the columns
        return self._row(*(value if opened is None else opened(value) for opened, value in pairs))

    def _make(self, chosen: frozenset[str], limit: int, first: bool) -> "tuple[_Sql, _Sql]":
        """The limit is part of the text, and a first page has no offset: otherwise the database can not tell how little
        is asked for, and plans every time anew."""
        statement = self._statement.where(*(self._filters[name] for name in sorted(chosen)))
        counted = statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
        paged = statement.add_columns(counted.correlate(None).scalar_subquery()).limit(literal_column(str(limit)))
        return _Sql(paged if first else paged.offset(bindparam("_offset"))), _Sql(counted)


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
