"""A concern about a home: what was said, what was done to look into it, and how it was settled."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.investigation.base import Base, below
from services.investigation.contract.concerns import (
    ConcernKind,
    ConcernOutcome,
    ConcernSettled,
    ConcernSource,
    ConcernStatus,
    ReporterMayNotSettle,
)
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned


class ConcernNote(Tenanted, Base):
    """What was done to look into a concern."""

    __tablename__ = "concern_note"
    __table_args__ = (below("concern"), Index(None, "tenant", "concern_id"))
    keep = With("concern", "concern_id")
    about = About(
        (By(column="concern_id", of="concern", tells=(Official("noted_by"), "noted_at")),),
        leaves_out={"text": "it may say who spoke in confidence (OSL 26:5)"},
    )

    concern_id: Mapped[str]
    text: Mapped[str] = mapped_column(SealedJson("concern_note.text"))
    noted_by: Mapped[str]
    noted_at: Mapped[datetime]


class Concern(Versioned, Base):
    """A concern (oro). What was said and what it came to is sealed."""

    __tablename__ = "concern"
    __table_args__ = (
        below("home"),
        Index(None, "tenant", "reported_at", "id"),
        Index(None, "tenant", "status", "reported_at", "id"),
        Index(None, "tenant", "home_id", "reported_at", "id"),
        Index(None, "tenant", "home_id", "status", "reported_at", "id"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="adult",
                at="home_id",
                unless="left_at",
                tells=("status", "reported_at", FreeText("settlement"), Official("settled_by"), "settled_at"),
            ),
        ),
        leaves_out={
            "report": "it may say who spoke in confidence (OSL 26:5)",
            "reported_by": "it may say who spoke in confidence (OSL 26:5)",
        },
    )

    home_id: Mapped[str]
    status: Mapped[str]
    report: Mapped[dict[str, str]] = mapped_column(SealedJson("concern.report"))  #: kind, source, text
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]
    settlement: Mapped[dict[str, str] | None] = mapped_column(SealedJson("concern.settlement"))  #: outcome, text
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]

    notes: Mapped[list[ConcernNote]] = relationship(lazy="selectin", order_by=ConcernNote.id)

    @property
    def kind(self) -> ConcernKind:
        """What it is about."""
        return ConcernKind(self.report["kind"])

    @property
    def source(self) -> ConcernSource:
        """From whom it comes."""
        return ConcernSource(self.report["source"])

    def note(self, text: str, *, by: str, at: datetime) -> None:
        """What was done to look into it. Raises `ConcernSettled`."""
        self._must_be_open()
        self.notes.append(ConcernNote(id=new_id(), text=text, noted_by=by, noted_at=at))
        self.touch(at)

    def settle(self, outcome: ConcernOutcome, text: str, *, by: str, at: datetime) -> None:
        """It has come to this, says another person than who wrote it down. Raises `ConcernSettled`,
        `ReporterMayNotSettle`."""
        self._must_be_open()
        if by == self.reported_by:
            raise ReporterMayNotSettle
        self.status = ConcernStatus.SETTLED
        self.settlement = {"outcome": outcome, "text": text}
        self.settled_by, self.settled_at = by, at
        self.touch(at)

    def named(self) -> dict[str, Any]:
        """What it is, as events say it."""
        return {"concern_id": self.id, "home_id": self.home_id}

    def _must_be_open(self) -> None:
        if self.status != ConcernStatus.OPEN:
            raise ConcernSettled


def report(said: dict[str, Any], *, by: str, at: datetime) -> Concern:
    """A new concern from a loaded `ReportConcern`."""
    return Concern(
        id=new_id(),
        home_id=said["home_id"],
        status=ConcernStatus.OPEN,
        report={name: said[name] for name in ("kind", "source", "text")},
        reported_by=by,
        reported_at=at,
        changed_at=at,
        notes=[],
    )
