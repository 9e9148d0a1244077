"""People whom investigation knows of elsewhere."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from services.investigation.base import Base
from services.kernel.contracts.about import About, ByNumber
from services.kernel.contracts.keep import Copy
from services.kernel.rows.people import Findable


class PlacedPerson(Findable, Base):
    """Whether the identity of somebody who is or shall be placed is protected (skyddade personuppgifter), as placement
    says it; its id is the placement request's."""

    __tablename__ = "placed_person"
    keep = Copy("placement.placement_weeded")
    about = About((ByNumber(tells=("is_protected",), names={"placement_request": "id"}, protected="is_protected"),))
    __table_args__ = (Index(None, "tenant", "lookup"),)

    is_protected: Mapped[bool]
