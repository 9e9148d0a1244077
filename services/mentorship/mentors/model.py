"""Mentor families as they are kept."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Versioned
from services.mentorship.base import Base
from services.mentorship.homes.model import Home
from services.mentorship.mentors import nearest


class Mentor(Versioned, Base):
    """A mentor family (mentorsfamilj): an experienced home that supports at most ten others."""

    __tablename__ = "mentor"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "home_id"),
        CheckConstraint(f"capacity between 1 and {nearest.MOST_HOMES}", name="capacity"),
    )
    keep = With("home", "home_id")
    about = About((By(column="home_id", of="home", tells=("home_id", "capacity", "area", "paused")),))

    home_id: Mapped[str]
    capacity: Mapped[int]
    area: Mapped[str | None]
    paused: Mapped[bool]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    def candidate(self, current: int) -> nearest.Mentor:
        """The mentor as the choice of the nearest sees it; `current` homes have been offered it or have it."""
        return nearest.Mentor(
            mentor_id=self.id,
            home_id=self.home_id,
            place=self.home.place,
            capacity=self.capacity,
            current=current,
            paused=self.paused,
        )
