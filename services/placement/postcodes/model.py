"""Where postcodes have their middle, as the municipality has said it, and who said it when."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.kernel.basics.geo import Place
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import ForEver
from services.kernel.rows.tables import Tenanted, Versioned
from services.placement.base import Base

_NOBODYS = ForEver("the municipality's own table: nobody's file")

_A_TABLE = Nobody("the municipality's own table of postcodes, and who of the staff set it")


class Postcode(Tenanted, Base):
    """A postcode by its middle; its id is the five digits."""

    __tablename__ = "postcode"
    keep = _NOBODYS
    about = _A_TABLE

    latitude: Mapped[float]
    longitude: Mapped[float]

    @property
    def place(self) -> Place:
        return Place(self.latitude, self.longitude)


class PostcodeTable(Versioned, Base):
    """That there are postcodes: one row, which is locked by whoever sets them. Version 0: nobody has."""

    __tablename__ = "postcode_table"
    keep = _NOBODYS
    about = _A_TABLE


class PostcodeChange(Tenanted, Base):
    """A time at which they were set. Never rewritten."""

    __tablename__ = "postcode_change"
    __table_args__ = (Index(None, "tenant", "at", "id"),)
    keep = _NOBODYS
    about = _A_TABLE

    postcodes: Mapped[int]
    by: Mapped[str]
    at: Mapped[datetime]
