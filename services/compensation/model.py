"""The tables of compensation."""

from sqlalchemy.orm import DeclarativeBase

from services.kernel.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    """The own tables of compensation."""

    metadata = new_metadata()
    type_annotation_map = TYPES
