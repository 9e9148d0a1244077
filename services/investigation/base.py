"""What investigation's tables have in common."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase

from services.kernel.rows.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    """Investigation's own tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES


def below(parent: str) -> ForeignKeyConstraint:
    """The foreign key to a parent of the same tenant."""
    return ForeignKeyConstraint(["tenant", f"{parent}_id"], [f"{parent}.tenant", f"{parent}.id"])
