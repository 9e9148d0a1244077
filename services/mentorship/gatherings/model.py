"""Gatherings and who is invited to them, as they are kept, and the rules of answering."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, Nobody
from services.kernel.contracts.keep import ForEver, With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.long_work import LongWork
from services.kernel.rows.tables import Tenanted, Versioned
from services.mentorship.base import Base
from services.mentorship.contract.gatherings import GatheringNotBegun, GatheringStatus
from services.mentorship.contract.invitations import (
    Answered,
    GatheringAnswersClosed,
    GatheringCancelled,
    GatheringHasBegun,
    NoSeatsForMore,
)
from services.mentorship.gatherings.calendars import Entry
from services.mentorship.gatherings.seats import NONE, Seats, Waits, moved_up
from services.mentorship.homes.model import Home

#: Who is told of what: of a reminder to answer, of the day before, and that it does not take place.
UNANSWERED, COMING, ALL = (Answered.INVITED,), (Answered.COMING,), (Answered.INVITED, Answered.COMING, Answered.WAITING)


class Gathering(Versioned, Base):
    """A gathering of homes. Its row is locked by whoever answers, so that no seat is given away twice."""

    __tablename__ = "gathering"
    __table_args__ = (
        Index(None, "tenant", "starts_at", "id"),
        Index(None, "tenant", "status", "starts_at", "id"),
    )
    keep = ForEver("what the municipality arranged, and when: nobody's file")
    about = Nobody("what the municipality arranged: who was invited stands in the invitations")

    kind: Mapped[str]
    title: Mapped[str]
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    seats_adults: Mapped[int]
    seats_children: Mapped[int]
    taken_adults: Mapped[int]
    taken_children: Mapped[int]
    status: Mapped[str]
    cancel_reason: Mapped[str | None]
    is_joint: Mapped[bool]
    area: Mapped[str | None]  #: whose homes are invited, where not all are
    mentor_id: Mapped[str | None]
    planned_by: Mapped[str]
    #: how often those invited have been told of something, and whom the last time was for
    told_rounds: Mapped[int]
    told_to: Mapped[list[str]] = mapped_column(ARRAY(Text))

    @property
    def free(self) -> Seats:
        """Seats that nobody has."""
        return Seats(self.seats_adults - self.taken_adults, self.seats_children - self.taken_children)

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.status == GatheringStatus.CANCELLED

    def must_stand(self) -> None:
        """Raises `GatheringCancelled`."""
        if self.is_cancelled:
            raise GatheringCancelled

    def must_be_ahead(self, now: datetime) -> None:
        """Raises `GatheringCancelled`, `GatheringHasBegun`."""
        self.must_stand()
        if now >= self.starts_at:
            raise GatheringHasBegun

    def must_be_answerable(self, now: datetime, *, by_home: bool) -> None:
        """Raises `GatheringCancelled`, `GatheringHasBegun`, and for a home `GatheringAnswersClosed`."""
        self.must_be_ahead(now)
        if by_home and now > self.answer_by:
            raise GatheringAnswersClosed

    def must_have_begun(self, now: datetime) -> None:
        """Raises `GatheringCancelled`, `GatheringNotBegun`."""
        self.must_stand()
        if now < self.starts_at:
            raise GatheringNotBegun

    def seat(self, invitation: "Invitation", wanted: Seats, at: datetime) -> None:
        """The home of an invitation comes with so many: it gets the seats, or waits for them. One that has seats and
        wants more than there are keeps what it has: `NoSeatsForMore`."""
        had = invitation.seats
        if (self.free + had).hold(wanted):
            self._take(wanted - had)
            invitation.turn(Answered.COMING, wanted, at)
        elif had != NONE:
            raise NoSeatsForMore
        else:
            invitation.turn(Answered.WAITING, wanted, at)
        self.touch(at)

    def leave(self, invitation: "Invitation", at: datetime) -> None:
        """The home does not come: its seats are free."""
        self._take(NONE - invitation.seats)
        invitation.turn(Answered.NOT_COMING, NONE, at)
        self.touch(at)

    def move_up(self, waiting: Sequence["Invitation"], at: datetime) -> list["Invitation"]:
        """Gives free seats to those that wait, the first of them first; whom."""
        line = [Waits(one.id, one.wanted) for one in waiting]
        chosen = set(moved_up(self.free, line))
        moved = [one for one in waiting if one.id in chosen]
        for one in moved:
            self._take(one.wanted)
            one.turn(Answered.COMING, one.wanted, at)
        return moved

    def cancel(self, reason: str | None, at: datetime) -> None:
        """It does not take place."""
        self.status, self.cancel_reason = GatheringStatus.CANCELLED, reason
        self.tell_again(ALL, at)

    def tell_again(self, whom: Iterable[Answered], at: datetime) -> None:
        """Begins a round of telling those invited who have answered so."""
        self.told_rounds, self.told_to = self.told_rounds + 1, list(whom)
        self.touch(at)

    def entry(self, *, is_certain: bool) -> Entry:
        """The gathering as a calendar shows it."""
        return Entry(
            id=self.id,
            title=self.title,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            changed_at=self.changed_at,
            version=self.version,
            is_cancelled=self.is_cancelled,
            is_certain=is_certain,
        )

    def _take(self, seats: Seats) -> None:
        self.taken_adults += seats.adults
        self.taken_children += seats.children


class Invitation(OfHome, Versioned, Base):
    """That a home is invited to a gathering, what it has answered, and who was there."""

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "gathering_id"], ["gathering.tenant", "gathering.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "gathering_id", "home_id"),
        Index(None, "tenant", "gathering_id", "id"),
        Index(None, "tenant", "gathering_id", "status", "id"),
        Index(None, "tenant", "home_id"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "gathering_id", "status", "adults", "children", "needs", "answered_at"),
                    *("attended_adults", "attended_children", "created_at"),
                ),
            ),
        ),
        leaves_out={"told_rounds": "how often it was told of something"},
    )

    gathering_id: Mapped[str]
    home_id: Mapped[str]
    status: Mapped[str]
    adults: Mapped[int]
    children: Mapped[int]
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]  #: of those that wait also since when
    attended_adults: Mapped[int | None]
    attended_children: Mapped[int | None]
    told_rounds: Mapped[int]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    @property
    def home_name(self) -> str | None:
        """The name of the home."""
        return self.home.name

    @property
    def protected_identity(self) -> bool:
        """Whether the home has one."""
        return self.home.protected_identity

    @property
    def wanted(self) -> Seats:
        """With how many the home comes, or wants to come."""
        return Seats(self.adults, self.children)

    @property
    def seats(self) -> Seats:
        """What it has of the seats."""
        return self.wanted if self.status == Answered.COMING else NONE

    def turn(self, status: Answered, wanted: Seats, at: datetime) -> None:
        """What the home has answered stands so from now on. Whoever waits and answers anew keeps its place."""
        waits_on = self.status == Answered.WAITING and status is Answered.WAITING
        if not waits_on:
            self.answered_at = at
        self.status, self.adults, self.children = status, wanted.adults, wanted.children
        self.touch(at)

    def attend(self, adults: int, children: int, at: datetime) -> None:
        """So many of the home were there."""
        self.attended_adults, self.attended_children = adults, children
        self.touch(at)


class InvitationRun(LongWork, Base):
    """How far the invitations to a gathering are."""

    __tablename__ = "invitation_run"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "gathering_id"], ["gathering.tenant", "gathering.id"]),
        UniqueConstraint("tenant", "gathering_id"),
    )
    keep = With("gathering", "gathering_id")
    about = Nobody("how far invitations are: counts")

    gathering_id: Mapped[str]
    after: Mapped[str]  #: the last home that was come to; homes are taken in the order of their ids
    done: Mapped[int] = mapped_column(BigInteger)


class HomeCalendar(OfHome, Tenanted, Base):
    """That a home has a private calendar: its id is the home's, and of its address only a keyed hash is kept."""

    __tablename__ = "home_calendar"
    __table_args__ = (ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),)
    keep = With("home", "home_id")
    about = About(
        (By(column="home_id", of="home", tells=("home_id", "created_at")),),
        leaves_out={"key_hash": "what opens it"},
    )

    home_id: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


def invite(gathering: Gathering, home_id: str, at: datetime) -> Invitation:
    """An invitation of a home."""
    nothing: dict[str, Any] = {"adults": 0, "children": 0, "needs": [], "told_rounds": gathering.told_rounds}
    return Invitation(
        id=new_id(),
        gathering_id=gathering.id,
        home_id=home_id,
        status=Answered.INVITED,
        created_at=at,
        changed_at=at,
        **nothing,
    )
