"""The approval that comes of an investigation."""

from datetime import date
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from services.investigation import own_data
from services.investigation.base import Base, below
from services.kernel.contracts.about import About, By, Part
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Versioned


class Approval(Versioned, Base):
    """What a home is investigated and approved for (godkännande).

    The legal acts are the decision on a child's care and the consent (medgivande, Social Services Act 2025:400, 22:2);
    this is what they stand on.
    """

    __tablename__ = "approval"
    __table_args__ = (
        below("investigation"),
        UniqueConstraint("tenant", "investigation_id"),
        Index(None, "tenant", "valid_until", "id"),
        Index(None, "tenant", "home_id"),
    )
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="investigation_id",
                of="investigation",
                tells=(
                    *("id", "home_id", "assignments", "age_from", "age_to", "places"),
                    *(Part("texts", own_data.texts, free_text=True), "decided_on", "valid_until"),
                ),
            ),
        )
    )

    investigation_id: Mapped[str]
    home_id: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_from: Mapped[int]
    age_to: Mapped[int]
    places: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(SealedJson("approval.texts"))
    decided_on: Mapped[date]
    valid_until: Mapped[date]

    def ending(self) -> dict[str, Any]:
        """What the events of its end say."""
        return {"approval_id": self.id, "home_id": self.home_id, "valid_until": self.valid_until}
