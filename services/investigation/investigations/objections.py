"""What somebody disputes of what stands in an investigation."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.investigation.base import Base, below
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted


class Objection(Tenanted, Base):
    """What an adult disputes. It stands beside what it is about, which stays as it is (SoL 14:6)."""

    __tablename__ = "objection"
    __table_args__ = (
        below("investigation"),
        below("adult"),
        Index(None, "tenant", "investigation_id"),
        Index(None, "tenant", "adult_id"),
    )
    keep = With("investigation", "investigation_id")
    about = About(
        (
            By(
                column="adult_id",
                of="adult",
                tells=(
                    *("investigation_id", "disputes", "disputes_id", "said_on", FreeText("text")),
                    *(Official("noted_by"), "noted_at"),
                ),
            ),
        )
    )

    investigation_id: Mapped[str]
    adult_id: Mapped[str]
    disputes: Mapped[str]  #: a kind of thing
    disputes_id: Mapped[str | None]
    said_on: Mapped[date]
    text: Mapped[str] = mapped_column(SealedJson("objection.text"))
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]
