"""Mentorship's tables, and what may become of an offered mentor."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.kernel.basics.geo import Place
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, ByNumber, FreeText
from services.kernel.contracts.keep import Copy, With
from services.kernel.rows.homes import OfHome, Resident
from services.kernel.rows.tables import TYPES, SealedJson, Tenanted, Versioned, new_metadata
from services.mentorship import nearest
from services.mentorship.contract.mentorships import Band, MentorshipNotOffered, NotTheOfferedHome, Status
from services.vocabulary.found import FoundInHome
from services.vocabulary.people import household_name
from services.vocabulary.places import position_of

#: What keeps a home from being offered a mentor by itself: it has one, is about to get one, or has said no.
SETTLED = (Status.WAITING, Status.OFFERED, Status.ACCEPTED, Status.DECLINED)
#: What takes a place of a mentor.
TAKING = (Status.OFFERED, Status.ACCEPTED)


class Base(DeclarativeBase):
    """Mentorship's own tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class Adult(FoundInHome, Resident, Base):
    """An adult of a home; of those who were known before names were told, only the keyed hash of the number is."""

    __tablename__ = "adult"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "lookup"),
    )
    keep = With("home", "home_id")
    about = About((ByNumber(tells=("home_id", "person"), names={"home": "home_id", "adult": "id"}),))

    person: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("adult.person"))  # type: ignore[assignment]


class Home(Tenanted, Base):
    """The service's own copy of an approved home: where it lies and who lives in it; nothing about any child."""

    __tablename__ = "home"
    keep = Copy("investigation.home_weeded")
    about = About(
        (
            By(
                column="id",
                of="adult",
                at="home_id",
                tells=("id", "approval_id", "decided_on", "protected_identity", "position"),
                protected="protected_identity",
            ),
        ),
        leaves_out={"is_followed": "how the copy is kept"},
    )

    approval_id: Mapped[str | None]  #: the one that was decided last; none of a home that is not approved yet
    decided_on: Mapped[date | None]
    #: its people are known by what is told of them alone, and no longer by its approvals
    is_followed: Mapped[bool] = mapped_column(server_default=false())
    protected_identity: Mapped[bool]
    position: Mapped[dict[str, float] | None] = mapped_column(SealedJson("home.position"))

    adults: Mapped[list[Adult]] = relationship(cascade="all, delete-orphan", order_by=Adult.id)

    @property
    def place(self) -> Place | None:
        """Where the home lies, when somebody has pointed it out."""
        return place_of(self.position)

    @property
    def is_approved(self) -> bool:
        """Whether an approval is known of it."""
        return self.approval_id is not None

    @property
    def name(self) -> str | None:
        """The adults' names."""
        return name_of([adult.person for adult in self.adults])

    def begin(self) -> None:
        """A home of which nothing is known yet."""
        self.protected_identity, self.is_followed = True, False

    def learn(self, approval: dict[str, Any], *, lookup: Callable[[str], bytes]) -> None:
        """Takes over what `home_approved` says, unless an approval is known that was decided later; who lives there
        only until it is told."""
        decided = (approval["decided_on"], approval["approval_id"])
        if self.decided_on is not None and decided < (self.decided_on, self.approval_id):
            return
        self.decided_on, self.approval_id = decided
        if not self.is_followed:
            self._refresh(approval, lookup)

    def follow(self, changed: dict[str, Any], *, lookup: Callable[[str], bytes]) -> None:
        """Takes over what `home_changed` says. Who has moved out is not kept."""
        self.is_followed = True
        self._refresh(changed, lookup)

    def _refresh(self, told: dict[str, Any], lookup: Callable[[str], bytes]) -> None:
        self.protected_identity = told["protected_identity"]
        self.position = position_of(told["position"])
        names = ("given_name", "family_name")
        self.adults = [
            Adult(id=adult["id"], lookup=lookup(adult["personal_number"]), person={name: adult[name] for name in names})
            for adult in told["adults"]
        ]


class Mentor(Versioned, Base):
    """A mentor family (mentorsfamilj): an experienced home that supports at most ten others."""

    __tablename__ = "mentor"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "home_id"),
        CheckConstraint(f"capacity between 1 and {nearest.MOST_HOMES}", name="capacity"),
    )
    keep = With("home", "home_id")
    about = About((By(column="home_id", of="home", tells=("home_id", "capacity", "area", "paused")),))

    home_id: Mapped[str]
    capacity: Mapped[int]
    area: Mapped[str | None]
    paused: Mapped[bool]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    def candidate(self, current: int) -> nearest.Mentor:
        """The mentor as the choice of the nearest sees it; `current` homes have been offered it or have it."""
        return nearest.Mentor(
            mentor_id=self.id,
            home_id=self.home_id,
            place=self.home.place,
            capacity=self.capacity,
            current=current,
            paused=self.paused,
        )


class Mentorship(OfHome, Versioned, Base):
    """A home and its mentor, from the wait or the offer to the answer."""

    __tablename__ = "mentorship"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        ForeignKeyConstraint(["tenant", "mentor_id"], ["mentor.tenant", "mentor.id"]),
        Index(None, "tenant", "mentor_id", "status"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "created_at", "id"),
        Index(None, "tenant", "status", "created_at", "id"),
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
                tells=("home_id", "status", "created_at", "offered_at", "answered_at", FreeText("reason")),
            ),
            # to the mentor: not which home it is, nor why that one said no
            By(column="mentor_id", of="mentor", tells=("status", "created_at", "offered_at", "answered_at")),
        ),
        leaves_out={"answered_by": "the login of whoever answered, perhaps another adult"},
    )

    home_id: Mapped[str]
    mentor_id: Mapped[str | None]  #: none while the home waits
    status: Mapped[str]
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(SealedJson("mentorship.reason"))

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    mentor: Mapped[Mentor | None] = relationship(viewonly=True, lazy="joined")

    @property
    def of_homes(self) -> tuple[str | None, ...]:
        """The home that is mentored and the one that is the mentor."""
        return (self.home_id, self.mentor_home_id)

    @property
    def home_name(self) -> str | None:
        """The name of the home."""
        return self.home.name

    @property
    def mentor_name(self) -> str | None:
        """The name of the mentor's home, once there is one."""
        return self.mentor.home.name if self.mentor else None

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
        return self.home_is_protected or self.mentor_is_protected

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
        distance = self.distance
        if distance is None:
            return None
        if distance < 10:
            return Band.UNDER_10
        if distance < 30:
            return Band.FROM_10_TO_30
        return Band.FROM_30_TO_100 if distance < 100 else Band.OVER_100

    def offer(self, mentor_id: str, *, at: datetime) -> None:
        """Ends the wait: a mentor has room."""
        self.mentor_id, self.status, self.offered_at = mentor_id, Status.OFFERED, at
        self.touch(at)

    def must_be_answerable_from(self, own_homes: Iterable[str]) -> None:
        """Raises `NotTheOfferedHome` for the mentor's own user: nobody says yes or no for another home."""
        if self.home_id not in own_homes:
            raise NotTheOfferedHome

    def accept(self, *, by: str, at: datetime) -> dict[str, Any]:
        """The home says yes; returns the data of `mentorship_accepted`. Raises `MentorshipNotOffered`."""
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
        """The home says no, which is fine; the mentor has its place again. Raises `MentorshipNotOffered`."""
        self._answer(Status.DECLINED, by=by, at=at)
        self.reason = reason

    def _answer(self, status: Status, *, by: str, at: datetime) -> None:
        if self.status != Status.OFFERED:
            raise MentorshipNotOffered
        self.status, self.answered_by, self.answered_at = status, by, at
        self.touch(at)


def name_of(people: Iterable[dict[str, Any] | None] | None) -> str | None:
    """A home's name, as far as its people's names have been told."""
    return household_name(person for person in people or () if person is not None)


def place_of(position: dict[str, float] | None) -> Place | None:
    """A stored position as geometry reads it."""
    return Place(**position) if position else None


def wait(home_id: str, *, at: datetime) -> Mentorship:
    """A mentorship of a home that has no mentor yet."""
    return Mentorship(id=new_id(), home_id=home_id, status=Status.WAITING, created_at=at, changed_at=at)
