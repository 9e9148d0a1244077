"""The base of compensation's mapped classes, and the types of their columns."""

from sqlalchemy import Numeric
from sqlalchemy.orm import DeclarativeBase

from services.kernel.rows.tables import TYPES, new_metadata

AMOUNT = Numeric(14, 2)  #: kronor
TOTAL = Numeric(20, 2)  #: kronor, of any number of amounts
QUANTITY = Numeric(15, 12)  #: months, days, or other units


class Base(DeclarativeBase):
    """The own tables of compensation."""

    metadata = new_metadata()
    type_annotation_map = TYPES
