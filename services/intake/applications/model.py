"""An application, and what may become of it."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Index, LargeBinary, UniqueConstraint, false, literal, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column, relationship, validates
from sqlalchemy.types import Text

from services.intake.applications import deadlines, own_data
from services.intake.applications.parts import Applicant, Attachment, ContactAttempt, ProtectedPerson, Turn
from services.intake.base import Base
from services.intake.contract.applications import (
    NOT_THEIR_ADULT,
    NOT_THEIR_HOME,
    ApplicationAlreadyClosed,
    ApplicationWithoutAdult,
    ApplicationWithoutAssignment,
    Status,
    Way,
)
from services.intake.contract.attachments import MOST as MOST_ATTACHMENTS
from services.intake.contract.attachments import TooManyAttachments
from services.intake.contract.closing import ApplicationNotClosed
from services.intake.contract.form import NOT_APPLIED_FOR, said_of_others
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, Official, Part
from services.kernel.contracts.keep import Keep
from services.kernel.rows.search import KnownBy, Lookup, Searchable
from services.kernel.rows.tables import SealedJson, Versioned
from services.vocabulary.people import full_name, must_be_of_age
from services.vocabulary.places import position_of

#: The family waits for the municipality: to be reached, or for its answer to another one that hands it over.
WAITING = (Status.RECEIVED, Status.OFFERED)


class Application(Searchable, Versioned, Base):
    """An interest (intresseanmälan), from its receipt to its decision."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("tenant", "reference"),
        Index(None, "tenant", "contact_by", "id"),
        Index(None, "tenant", "status", "contact_by", "id"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "own_key"),
        Index(None, "tenant", "received_at"),
        Index("ix_application_unanswered", "tenant", "received_at", postgresql_where=text("status = 'received'")),
        Index(
            None,
            "tenant",
            "reached_at",
            postgresql_include=["received_at"],
            postgresql_where=text("reached_at is not null"),
        ),
        Index(
            None,
            "tenant",
            "qualified_at",
            postgresql_include=["received_at", "reached_at"],
            postgresql_where=text("qualified_at is not null"),
        ),
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
                    *("received_at", "contact_by", "reached_at", "qualified_at"),
                    Part("details", own_data.details, free_text=True),
                    *("source", Official("typed_by"), "transferred_to", "transferred_from"),
                ),
                protected="is_protected",
            ),
        ),
        leaves_out={
            "has_attachments": "they are told by themselves",
            "has_turns": "they are told by themselves",
            "own_key": "a keyed hash, by which the applicant finds it",
            "heading": "it stands in the details",
        },
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
    reached_at: Mapped[datetime | None]  #: when somebody reached the family for the first time, as it was logged
    qualified_at: Mapped[datetime | None]
    details: Mapped[dict[str, Any]] = mapped_column(SealedJson("application.details"))
    #: what of the details a list shows, so that it opens no more; None where it was written before there was one
    heading: Mapped[dict[str, str | None] | None] = mapped_column(SealedJson("application.heading"))
    #: the keyed hash of reference and the phone number's last four digits, by which the applicant finds it
    own_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    source: Mapped[str | None]  #: the mapping that it was imported with
    typed_by: Mapped[str | None]  #: who of the staff wrote it down for a caller
    transferred_to: Mapped[str | None]  #: the municipality to which it was handed over
    transferred_from: Mapped[str | None]  #: the one that has handed it over to this one
    #: so that the many without any are read without asking for them
    has_attachments: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_turns: Mapped[bool] = mapped_column(default=False, server_default=false())

    if TYPE_CHECKING:
        is_repeated: Mapped[bool]
        names_protected: Mapped[bool]

    contacts: Mapped[list[ContactAttempt]] = relationship(lazy="joined", order_by=ContactAttempt.id)
    _attachments: Mapped[list[Attachment]] = relationship(order_by=Attachment.id)
    _turns: Mapped[list[Turn]] = relationship(order_by=Turn.id)

    @validates("details")
    def _head(self, _name: str, details: dict[str, Any]) -> dict[str, Any]:
        self.heading = heading_of(details)
        return details

    @property
    def attachments(self) -> list[Attachment]:
        """The files that belong to it, the oldest first."""
        return list(self._attachments) if self.has_attachments else []

    @property
    def turns(self) -> list[Turn]:
        """How it was closed and taken up again, the first time first."""
        return list(self._turns) if self.has_turns else []

    @property
    def adults(self) -> list[dict[str, str]]:
        """The adults of the household, the first one applying: id, names, personal number, relation."""
        return list(self.details["adults"])

    @property
    def last_four(self) -> str:
        """The last four digits of its phone number, by which the applicant is known."""
        return re.sub("[^0-9]", "", self.details["phone"])[-4:]

    @property
    def numbered(self) -> list[dict[str, str]]:
        """Those of them whose personal number is known."""
        return [adult for adult in self.adults if adult.get("personal_number")]

    @property
    def unnumbered(self) -> list[dict[str, str]]:
        """Those of them whose personal number is still to be asked for: id, names, relation."""
        names = ("id", "given_name", "family_name", "relation")
        return [{name: one[name] for name in names} for one in self.adults if not one.get("personal_number")]

    @property
    def in_lists(self) -> dict[str, str | None]:
        """What a list shows of the details: name, locality."""
        return self.heading or heading_of(self.details)

    @property
    def name(self) -> str | None:
        """The first adult's."""
        return self.in_lists["name"]

    @property
    def locality(self) -> str | None:
        """Where the family lives."""
        return self.in_lists["locality"]

    @property
    def is_protected(self) -> bool:
        """Whether the family's identity is protected (skyddade personuppgifter): it has said so, or one of its adults
        is known to be."""
        return self.protected_identity or self.names_protected

    def known_by(self, lookup: Lookup) -> KnownBy:
        """Its adults and its reference."""
        numbers = tuple(lookup(adult["personal_number"]) for adult in self.numbered)
        return KnownBy(names=tuple(map(full_name, self.adults)), lookups=numbers, reference=self.reference)

    @property
    def is_stub(self) -> bool:
        """Whether it was handed over, so that nobody could be known by what is here."""
        return not self.details["phone"]

    @property
    def is_open(self) -> bool:
        """Whether the municipality has still to do something."""
        return self.status in (Status.RECEIVED, Status.CONTACTED)

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether the family can still say that it does not go on: also while one municipality waits for another's
        answer."""
        return self.is_open or (self.status in (Status.TRANSFERRED, Status.OFFERED) and not self.is_stub)

    def is_overdue(self, today: date) -> bool:
        """Whether nobody has reached the family, or answered the municipality that hands it over, though the last day
        has passed."""
        return self.status in WAITING and deadlines.is_overdue(self.contact_by, today)

    def overdue(self) -> dict[str, Any]:
        """The event `contact_overdue`."""
        return {"application_id": self.id, "home_id": self.home_id, "contact_by": self.contact_by}

    def record_contact(self, way: Way, *, reached: bool, note: str, by: str, at: datetime) -> None:
        """Logs an attempt; the first that reaches the family stops the clock.

        Raises `ApplicationAlreadyClosed` when there is nothing more to get in touch about.
        """
        self.must_be_open()
        self.contacts.append(ContactAttempt(id=new_id(), at=at, by=by, way=way, reached=reached, note=note))
        if reached:
            self.status = Status.CONTACTED
            self.reached_at = self.reached_at or at
        self.touch(at)

    def attach(self, attachment: Attachment, *, at: datetime) -> None:
        """Keeps a file. Raises `ApplicationAlreadyClosed`, `TooManyAttachments`."""
        self.must_be_open()
        if len(self.attachments) >= MOST_ATTACHMENTS:
            raise TooManyAttachments
        self.keep_file(attachment, at=at)

    def keep_file(self, attachment: Attachment, *, at: datetime) -> None:
        """A file is with it from now on."""
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

    def must_be_for(self, said: dict[str, Any]) -> None:
        """Raises `InvalidInput` for what a loaded `AmendApplication` says of an assignment that it is not for."""
        for name, one in said_of_others(said, said.get("assignments", self.assignments)):
            raise NOT_APPLIED_FOR.refusal(f"/{name}/{one}")

    def amend(self, changes: dict[str, Any], *, at: datetime) -> None:
        """What has become known since takes the place of what was known: a loaded `AmendApplication`, its answers as
        they are kept. Raises `ApplicationAlreadyClosed`; `InvalidInput` for an adult under age, or an unknown id."""
        self.must_be_open()
        said = dict(changes)
        if "adults" in said:
            must_be_of_age(said["adults"], clock.local_date(at))
            said["adults"] = [self._amended(place, adult) for place, adult in enumerate(said["adults"])]
        self.assignments = said.pop("assignments", self.assignments)
        self.protected_identity = said.pop("protected_identity", self.protected_identity)
        self.details = {**self.details, **said}
        self.touch(at)

    def _amended(self, place: int, adult: dict[str, Any]) -> dict[str, Any]:
        if "id" in adult and adult["id"] not in {one["id"] for one in self.adults}:
            raise NOT_THEIR_ADULT.refusal(f"/adults/{place}/id")
        return as_kept(adult)

    def decline(self, reason: str, *, by: str, at: datetime) -> None:
        """The municipality does not go on with it. Raises `ApplicationAlreadyClosed`."""
        self.must_be_open()
        self.turn(Status.DECLINED, reason, by=by, at=at)

    def withdraw(self, reason: str | None, *, by: str, at: datetime) -> None:
        """The family does not go on. Raises `ApplicationAlreadyClosed`."""
        if not self.can_be_withdrawn:
            raise ApplicationAlreadyClosed
        self.turn(Status.WITHDRAWN, reason, by=by, at=at)

    def reopen(self, reason: str, *, by: str, at: datetime, contact_days: int) -> bool:
        """It is taken up again; whether its clock begins anew, because nobody had reached the family.

        Raises `ApplicationNotClosed`, also where no more than a stub of it is here, or another municipality has still
        to let it go.
        """
        if self.is_stub or self.transferred_to or self.status not in (Status.DECLINED, Status.WITHDRAWN):
            raise ApplicationNotClosed
        return self.open_again(reason, by=by, at=at, contact_days=contact_days)

    def open_again(self, reason: str | None, *, by: str, at: datetime, contact_days: int) -> bool:
        """It is open as it was; whether its clock begins anew, because nobody had reached the family."""
        was_reached = any(contact.reached for contact in self.contacts)
        self.turn(Status.CONTACTED if was_reached else Status.RECEIVED, reason, by=by, at=at)
        if not was_reached:
            self.contact_by = deadlines.contact_by(clock.local_date(at), contact_days)
        return not was_reached

    def turn(self, status: Status, reason: str | None, *, by: str, at: datetime) -> None:
        """It stands elsewhere from now on, and why; `by` nobody where the applicant did it."""
        self.status = status
        self._turns.append(Turn(id=new_id(), at=at, by=by or None, status=status, reason=reason))
        self.has_turns = True
        self.touch(at)

    def qualify(self, *, at: datetime) -> dict[str, Any]:
        """Lets the application go on to an investigation; returns the data of `application_qualified`.

        A family that was reached by other means than a logged contact may be qualified too: the decision is the answer.
        Raises `ApplicationAlreadyClosed`, `ApplicationWithoutAdult`, `ApplicationWithoutAssignment`.
        """
        self.must_be_open()
        if not self.numbered:
            raise ApplicationWithoutAdult
        if not self.assignments:
            raise ApplicationWithoutAssignment
        self.status, self.qualified_at = Status.QUALIFIED, at
        self.touch(at)
        return self.qualified()

    def qualified(self) -> dict[str, Any]:
        """The event `application_qualified`."""
        details = self.details
        return {
            "application_id": self.id,
            "home_id": self.home_id,
            "assignments": self.assignments,
            "adults": self.numbered,
            "unnumbered_adults": self.unnumbered,
            "children_birth_years": [child["birth_year"] for child in details["children_at_home"]],
            # Whoever has no number yet is unchecked, so that the household is not complete before it is amended.
            "household_complete": details["household_complete"] and not self.unnumbered,
            **{name: details.get(name) for name in ("phone", "email", "address")},
            "position": position_of(details.get("address")),
            "languages": details["languages"],
            "protected_identity": self.is_protected,
        }

    def must_be_open(self) -> None:
        """Raises `ApplicationAlreadyClosed` when the municipality has nothing to do with it any more, or not yet."""
        if not self.is_open:
            raise ApplicationAlreadyClosed


_MINE, _OTHERS = aliased(Applicant), aliased(Applicant)


def _has_adult(*known: Any, first: Any) -> ColumnElement[bool]:
    """Whether there is a row of `known` for one of an application's adults (`_MINE`). It is looked up for each adult by
    itself, the first in the order of the index: of a join, of EXISTS or of any one the database would at times begin
    with all that is known in the municipality."""
    one: Any = select(literal(1)).where(*known).order_by(first).limit(1).correlate(_MINE).lateral()
    adults = select(_MINE.id).join(one, true()).where(_MINE.application_id == Application.id).limit(1)
    return adults.correlate_except(_MINE, one).scalar_subquery().is_not(None)


#: Whether one of its adults has applied before: found together with the application, because most have not.
Application.is_repeated = column_property(
    _has_adult(
        _OTHERS.lookup == _MINE.lookup,
        _OTHERS.application_id < _MINE.application_id,
        first=_OTHERS.application_id,
    )
)
#: Whether one of its adults lives in a protected home, whichever home the application is for.
Application.names_protected = column_property(
    _has_adult(ProtectedPerson.lookup == _MINE.lookup, first=ProtectedPerson.lookup)
)


def heading_of(details: dict[str, Any]) -> dict[str, str | None]:
    """What a list shows of them."""
    adults, address = details["adults"], details.get("address")
    return {"name": full_name(adults[0]) if adults else None, "locality": address["locality"] if address else None}


def as_kept(adult: dict[str, Any]) -> dict[str, Any]:
    """An adult as the details hold it: with an id, and a number or none yet."""
    return {"id": new_id(), "personal_number": None, **adult}
