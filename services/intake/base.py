"""The base of intake's tables; each noun's folder has its own in `model.py`."""

from sqlalchemy.orm import DeclarativeBase

from services.kernel.rows.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    """Intake's own tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES
