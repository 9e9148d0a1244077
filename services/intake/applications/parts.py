"""What belongs to an application: who it is of, attempts to get in touch, files, and how it was closed and opened."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.base import Base
from services.kernel.contracts.about import About, By, ByNumber, FreeText, Official
from services.kernel.contracts.keep import Copy, With
from services.kernel.files.stored import StoredFile
from services.kernel.rows.people import Findable
from services.kernel.rows.tables import SealedJson, Tenanted


class Applicant(Findable, Base):
    """By which personal number an application is found: each adult's keyed hash. Who it is lies in the details."""

    __tablename__ = "applicant"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "application_id"], ["application.tenant", "application.id"]),
        Index(None, "tenant", "application_id"),
        Index(None, "tenant", "lookup", "application_id"),
    )
    keep = With("application", "application_id")
    about = About((ByNumber(tells=("application_id",), names={"application": "application_id"}),))

    application_id: Mapped[str]


class ProtectedPerson(Findable, Base):
    """Somebody who lives in a home whose identity is protected (skyddade personuppgifter), as the home's file says."""

    __tablename__ = "protected_person"
    keep = Copy("investigation.home_weeded")
    about = About((ByNumber(tells=("home_id",), names={"home": "home_id"}),))
    __table_args__ = (Index(None, "tenant", "home_id"), Index(None, "tenant", "lookup"))

    home_id: Mapped[str]


class ContactAttempt(Tenanted, Base):
    """An attempt to get in touch."""

    __tablename__ = "contact_attempt"
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
                tells=("at", Official("by"), "way", "reached", FreeText("note")),
            ),
        )
    )

    application_id: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    way: Mapped[str]
    reached: Mapped[bool]
    note: Mapped[str] = mapped_column(SealedJson("contact_attempt.note"))


class Attachment(StoredFile, Base):
    """A file that belongs to an application."""

    __tablename__ = "attachment"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "application_id"], ["application.tenant", "application.id"]),
        UniqueConstraint("tenant", "application_id", "content_hash"),
    )
    keep = With("application", "application_id")
    about = About(
        (
            By(
                column="application_id",
                of="application",
                tells=(FreeText("name"), "media_type", "size", "created_at"),
            ),
        ),
        leaves_out={
            "created_by": "the login of whoever sent it, perhaps another adult",
            "file_key": "what opens the file, which is read by itself",
            "content_hash": "a keyed hash",
        },
    )

    application_id: Mapped[str]


class Turn(Tenanted, Base):
    """That an application was closed, or taken up again, and why."""

    __tablename__ = "application_turn"
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
                tells=("at", Official("by"), "status", FreeText("reason")),
            ),
        )
    )

    application_id: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str | None]  #: nobody of the staff where the applicant did it
    status: Mapped[str]  #: what it turned to
    reason: Mapped[str | None] = mapped_column(SealedJson("application_turn.reason"))
