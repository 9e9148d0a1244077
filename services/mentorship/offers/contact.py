"""Contacts between a home and its mentor, as they are kept."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped

from services.kernel.contracts.about import About, By
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import Tenanted
from services.mentorship.base import Base
from services.mentorship.contract.contacts import NoFollowUpWanted


class Contact(Tenanted, Base):
    """That a home and its mentor were in touch; nothing of what was said."""

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "mentorship_id"], ["mentorship.tenant", "mentorship.id"]),
        Index(None, "tenant", "mentorship_id", "on", "id"),
        Index(None, "tenant", "on"),
        Index(
            "ix_contact_to_follow_up",
            "tenant",
            "created_at",
            postgresql_where=text("follow_up and followed_up_at is null"),
        ),
    )
    keep = With("mentorship", "mentorship_id")
    about = About(
        (
            By(
                column="mentorship_id",
                of="mentorship",
                tells=(
                    *("on", "way", "part_of_day", "minutes", "follow_up", "followed_up_at", "by_mentor"),
                    "created_at",
                ),
            ),
        )
    )

    mentorship_id: Mapped[str]
    on: Mapped[date]
    way: Mapped[str]
    part_of_day: Mapped[str]
    minutes: Mapped[int]
    follow_up: Mapped[bool]
    followed_up_at: Mapped[datetime | None]
    by_mentor: Mapped[bool | None]  #: which side wrote it down; none: the coordinator
    created_at: Mapped[datetime]

    def settle(self, at: datetime) -> None:
        """Somebody has followed it up. Raises `NoFollowUpWanted`."""
        if not self.follow_up or self.followed_up_at is not None:
            raise NoFollowUpWanted
        self.followed_up_at = at
