"""What every mapped class of mentorship is built from."""

from sqlalchemy.orm import DeclarativeBase

from services.kernel.rows.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    """Mentorship's own tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES
