"""What is proposed, and what is decided on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.investigation import own_data
from services.investigation.base import Base, below
from services.investigation.investigations.rules import Wanted
from services.kernel.contracts.about import About, By, FreeText, Official, Part
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted


class Decision(Tenanted, Base):
    """The decision on a proposal."""

    __tablename__ = "decision"
    __table_args__ = (
        below("proposal"),
        UniqueConstraint("tenant", "proposal_id"),
        Index(
            "ix_decision_to_tell",
            "tenant",
            "decided_at",
            postgresql_where=text("outcome = 'reject' and told_on is null"),
        ),
    )
    keep = With("proposal", "proposal_id")
    about = About(
        (
            By(
                column="proposal_id",
                of="proposal",
                tells=(
                    *("outcome", FreeText("reasons"), Official("decided_by"), "decided_at"),
                    *("told_on", "told_way", Official("told_by")),
                ),
            ),
        )
    )

    proposal_id: Mapped[str]
    outcome: Mapped[str]
    reasons: Mapped[str] = mapped_column(SealedJson("decision.reasons"))
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    told_on: Mapped[date | None]  #: when the family was told of a refusal
    told_way: Mapped[str | None]
    told_by: Mapped[str | None]


class Proposal(Tenanted, Base):
    """What an investigator proposes. A returned proposal stays; the next one has the next number."""

    __tablename__ = "proposal"
    __table_args__ = (below("investigation"), UniqueConstraint("tenant", "investigation_id", "number"))
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="investigation_id",
                of="investigation",
                tells=(
                    *("number", "outcome", "assignments", "age_from", "age_to", "places", "valid_until"),
                    *(Part("texts", own_data.texts, free_text=True), Official("proposed_by"), "proposed_at"),
                ),
            ),
        )
    )

    investigation_id: Mapped[str]
    number: Mapped[int]
    outcome: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    places: Mapped[int | None]
    valid_until: Mapped[date | None]
    texts: Mapped[dict[str, Any]] = mapped_column(SealedJson("proposal.texts"))
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]

    decision: Mapped[Decision | None] = relationship(lazy="selectin")

    @property
    def wanted(self) -> Wanted:
        """What it asks for, and what it says for that."""
        return wanted_by({"assignments": self.assignments, **self.texts})


def wanted_by(said: dict[str, Any]) -> Wanted:
    """What a loaded `ProposeDecision`, or the row of one, asks for."""
    return Wanted(
        assignments=tuple(said["assignments"]),
        is_proposed=True,
        experience=(said.get("experience") or {}).get("text", ""),
        why_near=said.get("why_near") or "",
    )
