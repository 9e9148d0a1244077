"""What the parts of the model share: the base of the tables, names, positions, and refusing what can not be."""

from sqlalchemy.orm import DeclarativeBase

from services.kernel.basics.geo import Place
from services.kernel.rows.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    """The own tables of placement."""

    metadata = new_metadata()
    type_annotation_map = TYPES


def place_of(position: dict[str, float] | None) -> Place | None:
    """A stored position as geometry reads it."""
    return None if position is None else Place(position["latitude"], position["longitude"])
