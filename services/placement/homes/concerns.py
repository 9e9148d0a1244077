"""That there is, or was, a concern about a home: a copy of what investigation tells, without what it is about."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Index, select, text
from sqlalchemy.orm import Mapped

from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Tenanted
from services.kernel.rows.unit import Unit
from services.placement.base import Base, is_among


class Concern(Tenanted, Base):
    """A concern about a home (oro). It warns wherever the home is considered, until somebody has settled it."""

    __tablename__ = "concern"
    __table_args__ = (
        Index(None, "tenant", "home_id"),
        Index("ix_concern_open", "tenant", "home_id", postgresql_where=text("settled_on is null")),
    )
    keep = With("home", "home_id")
    about = Nobody("that there is one, and what it says, is told by investigation")

    home_id: Mapped[str]
    reported_on: Mapped[date | None]  #: None where that it is settled came first
    settled_on: Mapped[date | None]


def with_concern(unit: Unit, ids: Collection[str]) -> frozenset[str]:
    """Those of the homes about which there is a concern that has not been settled."""
    concerned = select(Concern.home_id).where(is_among(Concern.home_id, ids), Concern.settled_on.is_(None))
    return frozenset(unit.session.scalars(concerned))
