"""How a home meets what the seven areas ask for."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.investigation.base import Base, below
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted


class ReplacedAssessment(Tenanted, Base):
    """How an area was assessed before it was assessed again."""

    __tablename__ = "replaced_assessment"
    __table_args__ = (below("assessment"), Index(None, "tenant", "assessment_id"))
    keep = With("assessment", "assessment_id")
    about = About(
        (
            By(
                column="assessment_id",
                of="assessment",
                tells=(FreeText("judgement"), Official("assessed_by"), "assessed_at"),
            ),
        )
    )

    assessment_id: Mapped[str]
    judgement: Mapped[dict[str, str]] = mapped_column(SealedJson("replaced_assessment.judgement"))
    assessed_by: Mapped[str]
    assessed_at: Mapped[datetime]


class Assessment(Tenanted, Base):
    """The assessment of one area; rating and note are sealed."""

    __tablename__ = "assessment"
    __table_args__ = (below("investigation"), UniqueConstraint("tenant", "investigation_id", "area"))
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="investigation_id",
                of="investigation",
                tells=("area", FreeText("judgement"), Official("assessed_by"), "assessed_at"),
            ),
        )
    )

    investigation_id: Mapped[str]
    area: Mapped[str]
    judgement: Mapped[dict[str, str]] = mapped_column(SealedJson("assessment.judgement"))
    assessed_by: Mapped[str]
    assessed_at: Mapped[datetime]

    earlier: Mapped[list[ReplacedAssessment]] = relationship(order_by=ReplacedAssessment.id)

    def replace(self, judgement: dict[str, str], *, by: str, at: datetime) -> None:
        """Assesses anew, and keeps what was said before."""
        kept = ("judgement", "assessed_by", "assessed_at")
        self.earlier.append(ReplacedAssessment(id=new_id(), **{name: getattr(self, name) for name in kept}))
        self.judgement, self.assessed_by, self.assessed_at = judgement, by, at
