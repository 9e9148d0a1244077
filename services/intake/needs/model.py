"""A need that a municipality has published."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.base import Base
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.keep import ForEver
from services.kernel.rows.tables import Versioned


class Need(Versioned, Base):
    """A need, for anybody to read until its last day; its id is the municipality's own name of it."""

    __tablename__ = "need"
    __table_args__ = (Index(None, "tenant", "changed_at", "id"),)
    keep = ForEver("until the municipality takes it back: published, of nobody")
    about = Nobody("what the municipality tells everybody that it needs")

    title: Mapped[str]
    text: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    until: Mapped[date | None]  #: the last day on which it is shown
    published_at: Mapped[datetime]
