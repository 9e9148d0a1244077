"""Mentor families as they are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics.geo import Place
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Versioned
from services.mentorship.base import Base
from services.mentorship.contract.mentors import CAPACITY_ABOVE_MOST, MOST_EVER
from services.mentorship.homes.model import Home
from services.mentorship.mentors import nearest
from services.mentorship.mentors.experience import MentorModel


class Mentor(Versioned, Base):
    """A mentor family (mentorsfamilj): an experienced home that supports others."""

    __tablename__ = "mentor"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "home_id"),
        CheckConstraint(f"capacity between 1 and {MOST_EVER}", name="capacity"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "capacity", FreeText("capacity_reason"), "area", "paused", "available", "model"),
                    *(FreeText("exception_reason"), Official("registered_by"), "registered_at", "agreement_id"),
                ),
            ),
        )
    )

    home_id: Mapped[str]
    capacity: Mapped[int]
    capacity_reason: Mapped[str | None] = mapped_column(SealedJson("mentor.capacity_reason"))
    area: Mapped[str | None]
    paused: Mapped[bool]
    available: Mapped[bool]  #: its own approval holds
    model: Mapped[str]
    #: why a home is one that is not experienced as the municipality asks
    exception_reason: Mapped[str | None] = mapped_column(SealedJson("mentor.exception_reason"))
    registered_by: Mapped[str | None]
    registered_at: Mapped[datetime | None]
    agreement_id: Mapped[str | None]  #: of a contracted one, once it is signed

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    @property
    def home_name(self) -> str | None:
        """The name of its home."""
        return self.home.name

    @property
    def protected_identity(self) -> bool:
        """Whether its home has one."""
        return self.home.protected_identity

    def must_have_room_with_reason(self, most: int) -> None:
        """`InvalidInput` where it takes more homes than the municipality has set, and nobody wrote down why."""
        if self.capacity > most and not self.capacity_reason:
            raise CAPACITY_ABOVE_MOST.refusal("/capacity", most=most)

    def contract(self, agreement_id: str, at: datetime) -> bool:
        """Its agreement as a mentor family has been signed; says whether it was a voluntary one before."""
        was_voluntary = self.model != MentorModel.CONTRACTED
        self.agreement_id, self.model = agreement_id, MentorModel.CONTRACTED
        self.touch(at)
        return was_voluntary

    def changed(self) -> dict[str, Any]:
        """The event `mentor_changed`."""
        return {
            "mentor_id": self.id,
            "home_id": self.home_id,
            "active": self.available,
            "contracted": self.model == MentorModel.CONTRACTED,
        }

    def candidate(self, current: int, middle: Place | None = None) -> nearest.Mentor:
        """The mentor as the choice of the nearest sees it; `current` homes have been offered it or have it, `middle`
        stands in for a position that is not known."""
        return nearest.Mentor(
            mentor_id=self.id,
            home_id=self.home_id,
            place=self.home.place or middle,
            capacity=self.capacity,
            current=current,
            paused=self.paused,
            available=self.available,
            is_placed=self.home.place is not None,
        )
