"""How a new mapped row is written without the ORM's machinery, in one message with other statements."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy

from services.kernel.rows.tables import DIALECT, Tenanted


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a mapped class is written, as SQLAlchemy would write it."""

    table: str
    columns: list[tuple[str, str, Any]]  #: attribute, column, and how its type binds a value (None: as it is)
    defaults: list[tuple[str, Callable[[None], Any]]]  #: the attributes with a default in Python


_shapes: dict[type, _Shape] = {}


def _shape(row_type: type[Tenanted]) -> _Shape:
    if row_type not in _shapes:
        mapper = sqlalchemy.inspect(row_type)
        kept = [(name, one) for name, one in mapper.columns.items() if isinstance(one, sqlalchemy.Column)]
        columns = [
            (name, column.name, column.type.dialect_impl(DIALECT).bind_processor(DIALECT)) for name, column in kept
        ]
        defaults: list[tuple[str, Callable[[None], Any]]] = []
        for name, column in kept:
            default = column.default
            if isinstance(default, sqlalchemy.ColumnDefault) and (default.is_callable or default.is_scalar):
                defaults.append((name, default.arg if default.is_callable else partial(_constant, default.arg)))
        _shapes[row_type] = _Shape(mapper.local_table.name, columns, defaults)
    return _shapes[row_type]


def _constant(value: Any, _: None) -> Any:
    return value


def fill_defaults(row: Tenanted) -> None:
    """Sets what was not set and has a default in Python."""
    for attribute, default in _shape(type(row)).defaults:
        if attribute not in row.__dict__:
            setattr(row, attribute, default(None))


def insert(row: Tenanted) -> tuple[str, list[Any]]:
    """The INSERT of a mapped row, with the values as its column types bind them; what was not set is the database's."""
    shape = _shape(type(row))
    names, given = [], []
    for attribute, column, bind in shape.columns:
        if attribute in row.__dict__:
            value = row.__dict__[attribute]
            names.append(column)
            given.append(bind(value) if bind else value)
    marks = ", ".join(["%s"] * len(names))
    return f"insert into {shape.table} ({', '.join(names)}) values ({marks})", given  # noqa: S608  # names are our own
