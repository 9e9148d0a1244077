"""Hand-overs: what was sent to another municipality, and what has come from one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.base import Base
from services.intake.contract.transfers import TransferAlreadyAnswered, TransferStatus, TransferStillArriving
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.tables import SealedJson, Versioned


class SentTransfer(Versioned, Base):
    """An application that was handed over to another municipality."""

    __tablename__ = "sent_transfer"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "application_id"], ["application.tenant", "application.id"]),
        Index(None, "tenant", "application_id"),
    )
    keep = With("application", "application_id")
    about = About(
        (
            By(
                column="application_id",
                of="application",
                tells=("to", "sent_at", Official("sent_by"), "consent_given_on", "status", "answered_at"),
            ),
        )
    )

    application_id: Mapped[str]
    to: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    consent_given_on: Mapped[date]
    status: Mapped[str]
    answered_at: Mapped[datetime | None]

    def answer(self, *, accepted: bool, at: datetime) -> None:
        """What the other municipality has said."""
        self.status = TransferStatus.ACCEPTED if accepted else TransferStatus.DECLINED
        self.answered_at = at
        self.touch(at)


class ReceivedTransfer(Versioned, Base):
    """An application that another municipality hands over: it lies here as one that is offered."""

    __tablename__ = "received_transfer"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "application_id"], ["application.tenant", "application.id"]),
        Index(None, "tenant", "application_id"),
        Index(None, "tenant", "sent_at", "id"),
        Index(None, "tenant", "status", "sent_at", "id"),
    )
    keep = With("application", "application_id")
    about = About(
        (
            By(
                column="application_id",
                of="application",
                tells=(
                    *("sender", "from_name", "sent_at", "consent_given_on", "status", "answered_at"),
                    *(Official("answered_by"), FreeText("reason")),
                ),
            ),
        ),
        leaves_out={
            "files": "the keys of files that are still on their way",
            "files_on_their_way": "files are told by themselves",
        },
    )

    application_id: Mapped[str]
    sender: Mapped[str]
    from_name: Mapped[str]
    sent_at: Mapped[datetime]
    consent_given_on: Mapped[date]
    status: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(SealedJson("received_transfer.reason"))
    files: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("received_transfer.files"))
    files_on_their_way: Mapped[int]

    def file_has_come(self, at: datetime) -> None:
        """The first of the files that were on their way is here."""
        self.files = self.files[1:]
        self.files_on_their_way = len(self.files)
        self.touch(at)

    def answer(self, *, accepted: bool, by: str, at: datetime) -> None:
        """What this municipality says. Raises `TransferAlreadyAnswered`, `TransferStillArriving`."""
        if self.status != TransferStatus.WAITING:
            raise TransferAlreadyAnswered
        if accepted and self.files:
            raise TransferStillArriving
        self.status = TransferStatus.ACCEPTED if accepted else TransferStatus.DECLINED
        self.answered_at, self.answered_by = at, by or None
        self.files, self.files_on_their_way = [], 0
        self.touch(at)
