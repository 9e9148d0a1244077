"""Intake's tables, and what may become of an application."""

import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, column_property, mapped_column, relationship
from sqlalchemy.types import Text

from services.intake import deadlines, own_data
from services.intake.contract.applications import (
    NOT_THEIR_HOME,
    ApplicationAlreadyClosed,
    ApplicationWithoutAdult,
    Kind,
    Status,
    Way,
)
from services.intake.contract.attachments import MOST as MOST_ATTACHMENTS
from services.intake.contract.attachments import TooManyAttachments
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id, new_reference
from services.kernel.contracts.about import About, By, ByNumber, FreeText, Nobody, Official, Part
from services.kernel.contracts.keep import Copy, Keep, With
from services.kernel.files.stored import StoredFile
from services.kernel.rows.long_work import LongWork
from services.kernel.rows.people import Findable
from services.kernel.rows.search import KnownBy, Lookup, Searchable
from services.kernel.rows.tables import TYPES, SealedJson, Tenanted, Versioned, new_metadata
from services.vocabulary.people import full_name, must_be_of_age
from services.vocabulary.places import position_of


class Base(DeclarativeBase):
    """Intake's own tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class Applicant(Findable, Base):
    """By which personal number an application is found: each adult's keyed hash. Who it is lies in the details."""

    __tablename__ = "applicant"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "application_id"], ["application.tenant", "application.id"]),
        Index(None, "tenant", "application_id"),
        Index(None, "tenant", "lookup"),
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


class Application(Searchable, Versioned, Base):
    """An interest (intresseanmälan), from its receipt to its decision."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("tenant", "reference"),
        Index(None, "tenant", "contact_by", "id"),
        Index(None, "tenant", "status", "contact_by", "id"),
        Index(None, "tenant", "home_id"),
    )
    keep = Keep(years=5, after="the last entry; a qualified one goes with its home", law="SoL 16:1")
    about = About(
        (
            By(
                column="id",
                of="applicant",
                at="application_id",
                tells=(
                    *("id", "home_id", "reference", "kind", "status", "assignments", "protected_identity"),
                    *("received_at", "contact_by", Part("details", own_data.details, free_text=True)),
                ),
                protected="is_protected",
            ),
        ),
        leaves_out={"has_attachments": "they are told by themselves"},
    )

    found_as = "application"
    searched_by = ("details", "reference")

    home_id: Mapped[str]
    reference: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    protected_identity: Mapped[bool]
    received_at: Mapped[datetime]
    contact_by: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(SealedJson("application.details"))
    #: so that the many without any are read without asking for them
    has_attachments: Mapped[bool] = mapped_column(default=False, server_default=false())

    if TYPE_CHECKING:
        is_repeated: Mapped[bool]
        names_protected: Mapped[bool]

    contacts: Mapped[list[ContactAttempt]] = relationship(lazy="joined", order_by=ContactAttempt.id)
    _attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id)

    @property
    def attachments(self) -> list[Attachment]:
        """The files that belong to it, the oldest first."""
        return list(self._attachments) if self.has_attachments else []

    @property
    def adults(self) -> list[dict[str, str]]:
        """The adults of the household, the first one applying: id, names, personal number, relation."""
        return list(self.details["adults"])

    @property
    def name(self) -> str | None:
        """The first adult's name for lists."""
        adults = self.details["adults"]
        return full_name(adults[0]) if adults else None

    @property
    def locality(self) -> str | None:
        """Where the family lives, for lists."""
        address = self.details["address"]
        return address["locality"] if address else None

    @property
    def is_protected(self) -> bool:
        """Whether the family's identity is protected (skyddade personuppgifter): it has said so, or one of its adults
        is known to be."""
        return self.protected_identity or self.names_protected

    def known_by(self, lookup: Lookup) -> KnownBy:
        """Its adults and its reference."""
        numbers = tuple(lookup(adult["personal_number"]) for adult in self.adults if adult.get("personal_number"))
        return KnownBy(names=tuple(map(full_name, self.adults)), lookups=numbers, reference=self.reference)

    @property
    def is_open(self) -> bool:
        """Whether the municipality has still to do something."""
        return self.status in (Status.RECEIVED, Status.CONTACTED)

    def is_overdue(self, today: date) -> bool:
        """Whether nobody has reached the family though the last day has passed."""
        return self.status == Status.RECEIVED and deadlines.is_overdue(self.contact_by, today)

    def overdue(self) -> dict[str, Any]:
        """The event `contact_overdue`."""
        return {"application_id": self.id, "home_id": self.home_id, "contact_by": self.contact_by}

    def record_contact(self, way: Way, *, reached: bool, note: str, by: str, at: datetime) -> None:
        """Logs an attempt; the first that reaches the family stops the clock.

        Raises `ApplicationAlreadyClosed` when there is nothing more to get in touch about.
        """
        self._must_be_open()
        self.contacts.append(ContactAttempt(id=new_id(), at=at, by=by, way=way, reached=reached, note=note))
        if reached:
            self.status = Status.CONTACTED
        self.touch(at)

    def is_of(self, phone_last_four: str) -> bool:
        """Whether its phone number ends with these digits; takes as long for wrong ones as for right ones."""
        digits = re.sub("[^0-9]", "", self.details["phone"])
        return hmac.compare_digest(digits[-4:], phone_last_four)

    def attach(self, attachment: Attachment, *, at: datetime) -> None:
        """Keeps a file. Raises `ApplicationAlreadyClosed`, `TooManyAttachments`."""
        self._must_be_open()
        if len(self.attachments) >= MOST_ATTACHMENTS:
            raise TooManyAttachments
        self._attachments.append(attachment)
        self.has_attachments = True
        self.touch(at)

    def protect(self, *, is_protected: bool, at: datetime) -> None:
        """Whether the family's identity is protected has been said elsewhere."""
        self.protected_identity = is_protected
        self.touch(at)

    def join(self, home_id: str, *, known: Iterable[str]) -> None:
        """The family is a home already: one of those that are known of its people. `InvalidInput` for another one.

        Somebody who has never applied for a home does not come to live in it, and act for it, by a recruiter's slip.
        """
        if home_id not in known:
            raise NOT_THEIR_HOME.refusal("/home_id")
        self.home_id = home_id

    def qualify(self, *, at: datetime) -> dict[str, Any]:
        """Lets the application go on to an investigation; returns the data of `application_qualified`.

        A family that was reached by other means than a logged contact may be qualified too: the decision is the answer.
        Raises `ApplicationAlreadyClosed`, `ApplicationWithoutAdult`.
        """
        self._must_be_open()
        if not self.adults:
            raise ApplicationWithoutAdult
        self.status = Status.QUALIFIED
        self.touch(at)
        return self.qualified()

    def qualified(self) -> dict[str, Any]:
        """The event `application_qualified`."""
        details = self.details
        return {
            "application_id": self.id,
            "home_id": self.home_id,
            "assignments": self.assignments,
            "adults": self.adults,
            "children_birth_years": [child["birth_year"] for child in details["children_at_home"]],
            "household_complete": details["household_complete"],
            **{name: details.get(name) for name in ("phone", "email", "address")},
            "position": position_of(details.get("address")),
            "languages": details["languages"],
            "protected_identity": self.is_protected,
        }

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise ApplicationAlreadyClosed


_MINE, _OTHERS = aliased(Applicant), aliased(Applicant)


def _has_adult(*known: Any) -> ColumnElement[bool]:
    """Whether there is a row of `known` for one of an application's adults (`_MINE`). It is looked up for each adult by
    itself: of a join or of EXISTS the database would at times begin with all that is known in the municipality."""
    one: Any = select(literal(1)).where(*known).limit(1).correlate(_MINE).lateral()
    adults = select(_MINE.id).join(one, true()).where(_MINE.application_id == Application.id).limit(1)
    return adults.correlate_except(_MINE, one).scalar_subquery().is_not(None)


#: Whether one of its adults has applied before: found together with the application, because most have not.
Application.is_repeated = column_property(
    _has_adult(_OTHERS.lookup == _MINE.lookup, _OTHERS.application_id < _MINE.application_id)
)
#: Whether one of its adults lives in a protected home, whichever home the application is for.
Application.names_protected = column_property(_has_adult(ProtectedPerson.lookup == _MINE.lookup))


class ImportFile(StoredFile, Base):
    """The file of an import, as long as the import goes on."""

    __tablename__ = "import_file"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "import_id"], ["application_import.tenant", "application_import.id"]),
        UniqueConstraint("tenant", "import_id"),
    )
    keep = With("application_import", "import_id")
    about = Nobody("many people's rows, as long as they are read: each becomes an application of its own")

    import_id: Mapped[str]


class ApplicationImport(LongWork, Base):
    """A file of applications, and how far it has been worked off."""

    __tablename__ = "application_import"
    keep = Keep(years=1, after="its last step", law="GDPR 5.1 e")
    about = Nobody("how an import went: counts and rules")

    charset: Mapped[str]
    accepted: Mapped[int] = mapped_column(BigInteger)
    rejected: Mapped[int] = mapped_column(BigInteger)

    file: Mapped[ImportFile | None] = relationship(cascade="all, delete-orphan", single_parent=True)

    @property
    def rows(self) -> int:
        """How many its file has."""
        return self.total

    @property
    def repeated(self) -> int:
        """How many had been accepted before."""
        return self.done - self.accepted - self.rejected


class ImportedRow(Tenanted, Base):
    """A row that was accepted once: its id is the keyed hash of what makes it the same row next time. It stays when its
    application is gone, so that an old file brings nobody back."""

    __tablename__ = "imported_row"
    keep = Keep(years=10, after="the import: a keyed hash and nothing else", law="GDPR 5.1 e")
    about = Nobody("that a row of a file was imported once: a hash of the row, which is no person's number")

    imported_at: Mapped[datetime]


def receive(body: dict[str, Any], *, at: datetime, contact_days: int) -> Application:
    """A new application from a loaded `SubmitApplication`; `InvalidInput` when an adult of it is not of age."""
    today = clock.local_date(at)
    must_be_of_age(body.get("adults", []), today)
    return Application(
        id=new_id(),
        home_id=new_id(),
        reference=new_reference(),
        kind=body["kind"],
        status=Status.RECEIVED,
        assignments=body.get("assignments", []),
        protected_identity=body.get("protected_identity", False),
        received_at=at,
        contact_by=deadlines.contact_by(today, contact_days),
        changed_at=at,
        details={
            "adults": [{"id": new_id(), **adult} for adult in body.get("adults", [])],
            "phone": body["phone"],
            "email": body.get("email"),
            "address": body.get("address"),
            "children_at_home": body.get("children_at_home", []),
            # A household that was not said to be complete is not: an unknown adult would stay unchecked.
            "household_complete": body["kind"] == Kind.FORM and body.get("household_complete", False),
            "languages": body.get("languages", []),
            "wishes": body.get("wishes", {}),
            "experience": body.get("experience"),
            "knows_child": body.get("knows_child"),
            "message": body.get("message"),
        },
    )
