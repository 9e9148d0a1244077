"""What the parts of the model share: the base of the tables, positions, and many ids at once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, any_, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import Text

from services.kernel.basics.geo import Place
from services.kernel.rows.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    """The own tables of placement."""

    metadata = new_metadata()
    type_annotation_map = TYPES


def place_of(position: dict[str, float] | None) -> Place | None:
    """A stored position as geometry reads it."""
    return None if position is None else Place(position["latitude"], position["longitude"])


def is_among(column: Any, ids: Iterable[str]) -> ColumnElement[bool]:
    """Where the database is asked: whether an id is one of these, which may be thousands. They go as one text: the
    driver looks through each item of an array by itself, which takes longer than to find them."""
    found: ColumnElement[bool] = column == any_(func.string_to_array(" ".join(ids), " ", type_=ARRAY(Text)))
    return found
