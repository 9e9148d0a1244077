"""What may become of an offered mentor."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Versioned
from services.mentorship.base import Base
from services.mentorship.contract.common import Band, band_of
from services.mentorship.contract.mentorships import (
    MentorshipAnswered,
    MentorshipNotAccepted,
    MentorshipNotOffered,
    NotTheOfferedHome,
    Status,
)
from services.mentorship.homes.model import Home, place_of
from services.mentorship.mentors import nearest
from services.mentorship.mentors.model import Mentor

#: A home has at most one of these; it asks for another when none is left.
OPEN = (Status.WAITING, Status.OFFERED, Status.ACCEPTED)
#: What takes a place of a mentor.
TAKING = (Status.OFFERED, Status.ACCEPTED)


class Mentorship(OfHome, Versioned, Base):
    """A home and its mentor, from the wait or the offer to the end."""

    __tablename__ = "mentorship"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        ForeignKeyConstraint(["tenant", "mentor_id"], ["mentor.tenant", "mentor.id"]),
        Index(None, "tenant", "mentor_id", "status"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "created_at", "id"),
        Index(None, "tenant", "status", "created_at", "id"),
        Index(
            None,
            "tenant",
            "answered_at",
            postgresql_include=["offered_at", "status"],
            postgresql_where=text("answered_at is not null"),
        ),
        Index(
            "ix_mentorship_unapproved",
            "tenant",
            "unapproved_since",
            "id",
            postgresql_where=text("unapproved_since is not null"),
        ),
        Index(
            "uq_mentorship_open_home",
            "tenant",
            "home_id",
            unique=True,
            postgresql_where=text("status in ('waiting', 'offered', 'accepted')"),
        ),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "status", "created_at", "offered_at", "answered_at", FreeText("reason")),
                    *("ways", "parts_of_day", "home_agrees", "home_shares_phone", "unapproved_since", "ended_at"),
                ),
            ),
            # to the mentor: not which home it is, nor why that one said no
            By(
                column="mentor_id",
                of="mentor",
                tells=(
                    *("status", "created_at", "offered_at", "answered_at", "ways", "parts_of_day"),
                    *("mentor_agrees", "mentor_shares_phone", "ended_at"),
                ),
            ),
        ),
        leaves_out={
            "answered_by": "the login of whoever answered, perhaps another adult",
            "ended_by": "the login of whoever ended it, perhaps of the other home",
            "end_reason": "why the other home may have ended it",
        },
    )

    home_id: Mapped[str]
    mentor_id: Mapped[str | None]  #: none while the home waits
    status: Mapped[str]
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(SealedJson("mentorship.reason"))  #: of a no
    ways: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    parts_of_day: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    home_agrees: Mapped[bool] = mapped_column(default=False)
    mentor_agrees: Mapped[bool] = mapped_column(default=False)
    home_shares_phone: Mapped[bool] = mapped_column(default=False)
    mentor_shares_phone: Mapped[bool] = mapped_column(default=False)
    #: the night in which it was found that its home has no approval that holds, and nobody lives there
    unapproved_since: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None] = mapped_column(SealedJson("mentorship.end_reason"))

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    mentor: Mapped[Mentor | None] = relationship(viewonly=True, lazy="joined")

    @property
    def of_homes(self) -> tuple[str | None, ...]:
        """The home that is mentored and the one that is the mentor."""
        return (self.home_id, self.mentor_home_id)

    @property
    def home_people(self) -> list[Any]:
        """Who lives in the home."""
        return [adult.person for adult in self.home.adults]

    @property
    def mentor_people(self) -> list[Any]:
        """Who lives in the mentor's home, once there is one."""
        return [adult.person for adult in self.mentor.home.adults] if self.mentor else []

    @property
    def mentor_home_id(self) -> str | None:
        """The home that is the mentor."""
        return self.mentor.home_id if self.mentor else None

    @property
    def home_position(self) -> dict[str, float] | None:
        """Where the home lies."""
        return self.home.position

    @property
    def mentor_position(self) -> dict[str, float] | None:
        """Where the mentor lives, once there is one."""
        return self.mentor.home.position if self.mentor else None

    @property
    def home_locality(self) -> str | None:
        """The part of the municipality in which the home lies."""
        return self.home.locality

    @property
    def mentor_locality(self) -> str | None:
        """The part of the municipality in which the mentor lives, once there is one."""
        return self.mentor.home.locality if self.mentor else None

    @property
    def home_number(self) -> str | None:
        """The home's phone number."""
        return self.home.phone

    @property
    def mentor_number(self) -> str | None:
        """The mentor's phone number, once there is one."""
        return self.mentor.home.phone if self.mentor else None

    @property
    def home_is_protected(self) -> bool:
        """Whether the home has a protected identity (skyddade personuppgifter)."""
        return self.home.protected_identity

    @property
    def mentor_is_protected(self) -> bool:
        """Whether the mentor's home has one, once there is a mentor."""
        return self.mentor is not None and self.mentor.home.protected_identity

    @property
    def protected_identity(self) -> bool:
        """Whether either has a protected identity."""
        return self.home_is_protected or bool(self.mentor_is_protected)

    @property
    def distance(self) -> float | None:
        """Kilometres as the crow flies, when it is known where both are."""
        return nearest.distance_between(place_of(self.home_position), place_of(self.mentor_position))

    @property
    def distance_km(self) -> float | None:
        """The distance with one decimal."""
        distance = self.distance
        return None if distance is None else round(distance, 1)

    @property
    def distance_band(self) -> Band | None:
        """How far about: what may be said of a protected identity too."""
        return band_of(self.distance)

    def offer(self, mentor_id: str, *, at: datetime) -> None:
        """Ends the wait: a mentor has room."""
        self.mentor_id, self.status, self.offered_at = mentor_id, Status.OFFERED, at
        self.touch(at)

    def wait_again(self, *, at: datetime) -> None:
        """The mentor that was offered is none any more."""
        self.mentor_id, self.status, self.offered_at = None, Status.WAITING, None
        self.touch(at)

    def must_be_answerable_from(self, own_homes: Iterable[str]) -> None:
        """Raises `NotTheOfferedHome` for the mentor's own user: nobody says yes or no for another home."""
        if self.home_id not in own_homes:
            raise NotTheOfferedHome

    def must_be_accepted(self) -> None:
        """Raises `MentorshipNotAccepted` where the two do not belong together."""
        if self.status != Status.ACCEPTED:
            raise MentorshipNotAccepted

    def accept(self, *, by: str, at: datetime) -> dict[str, Any]:
        """The home says yes; returns the data of `mentorship_accepted`. Raises as `decline`."""
        self._answer(Status.ACCEPTED, by=by, at=at)
        return self.accepted()

    def accepted(self) -> dict[str, Any]:
        """The event `mentorship_accepted`."""
        return {
            "mentorship_id": self.id,
            "mentor_id": self.mentor_id,
            "home_id": self.home_id,
            "mentor_home_id": self.mentor_home_id,
        }

    def decline(self, reason: str | None, *, by: str, at: datetime) -> None:
        """The home says no, which is fine; the mentor has its place again.

        Raises `MentorshipNotOffered`, `MentorshipAnswered`.
        """
        self._answer(Status.DECLINED, by=by, at=at)
        self.reason = reason

    def agree(self, said: dict[str, Any], sides: Collection[str], *, at: datetime) -> None:
        """One side, or both, says how they meet; what is said anew has to be agreed to anew by the other. Raises
        `MentorshipNotAccepted`."""
        self.must_be_accepted()
        meetings = (sorted(set(said["ways"])), sorted(set(said["parts_of_day"])))
        is_same = meetings == (self.ways, self.parts_of_day)
        self.ways, self.parts_of_day = meetings
        self.home_agrees = "home" in sides or (is_same and self.home_agrees)
        self.mentor_agrees = "mentor" in sides or (is_same and self.mentor_agrees)
        if "home" in sides:
            self.home_shares_phone = said["share_phone"]
        if "mentor" in sides:
            self.mentor_shares_phone = said["share_phone"]
        self.touch(at)

    def end(self, reason: str | None, *, by: str, at: datetime) -> dict[str, Any]:
        """Either side has had enough; returns the data of `mentorship_ended`. Raises `MentorshipNotAccepted`."""
        self.must_be_accepted()
        self.status, self.ended_at, self.ended_by, self.end_reason = Status.ENDED, at, by, reason
        self.touch(at)
        return self.ended()

    def ended(self) -> dict[str, Any]:
        """The event `mentorship_ended`."""
        assert self.ended_at is not None  # noqa: S101  # of one that has ended
        return {**self.accepted(), "ended_on": clock.local_date(self.ended_at)}

    def _answer(self, status: Status, *, by: str, at: datetime) -> None:
        if self.status == Status.WAITING:
            raise MentorshipNotOffered
        if self.status != Status.OFFERED:
            raise MentorshipAnswered
        self.status, self.answered_by, self.answered_at = status, by, at
        self.touch(at)


def wait(home_id: str, *, at: datetime) -> Mentorship:
    """A mentorship of a home that has no mentor yet."""
    nothing: dict[str, Any] = {"ways": [], "parts_of_day": []}
    nothing |= dict.fromkeys(("home_agrees", "mentor_agrees", "home_shares_phone", "mentor_shares_phone"), False)
    return Mentorship(id=new_id(), home_id=home_id, status=Status.WAITING, created_at=at, changed_at=at, **nothing)
