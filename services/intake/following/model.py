"""How often somebody has tried to follow an application with wrong digits."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.base import Base
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import Platform
from services.kernel.rows.tables import Tenanted


class AskedReference(Tenanted, Base):
    """A reference that somebody asked for, whether or not there is one: its id is the keyed hash of it. Of those that
    are there and of others the same is done, so that the time that it takes tells nothing."""

    __tablename__ = "asked_reference"
    __table_args__ = (Index(None, "tenant", "day"),)
    keep = Platform("until the night after: a keyed hash of a reference, and a number")
    about = Nobody("that a reference was tried, not by whom and not whether it is one")

    day: Mapped[date]
    tries: Mapped[int] = mapped_column()  #: wrong ones on that day
