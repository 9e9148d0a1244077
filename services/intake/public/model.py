"""What a municipality says of itself, drafts that nobody here can open, and challenges that have been used."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.base import Base
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import ForEver, Platform
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned


class Profile(Versioned, Base):
    """What the municipality says of itself: one row."""

    __tablename__ = "profile"
    keep = ForEver("the municipality's own: published, of nobody")
    about = Nobody("what the municipality says of itself")

    said: Mapped[dict[str, Any]] = mapped_column(JSONB)  #: a loaded `SetProfile`


class Draft(Versioned, Base):
    """A draft of the open form: its id is the keyed hash of the key that the applicant has."""

    __tablename__ = "draft"
    __table_args__ = (Index(None, "tenant", "kept_until"),)
    keep = Platform("30 days after it was last sent: sealed by whoever wrote it, and no key is here")
    about = Nobody("sealed by whoever wrote it: nobody here knows who that is")

    sealed: Mapped[str] = mapped_column(SealedJson("draft.sealed"))
    kept_until: Mapped[date]

    def has_expired(self, day: date) -> bool:
        """Whether it is gone for whoever asks, though perhaps not swept yet."""
        return self.kept_until < day


class SpentChallenge(Tenanted, Base):
    """A challenge that a form was sent with: its id is a keyed hash of it."""

    __tablename__ = "spent_challenge"
    __table_args__ = (Index(None, "tenant", "spent_on"),)
    keep = Platform("until the second night after: a keyed hash")
    about = Nobody("that a challenge was used, not by whom")

    spent_on: Mapped[date]
