"""Homes and their adults, what they are approved for and were used for, and what is read of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, Select, false, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from services.kernel.basics.geo import Place
from services.kernel.contracts.about import About, By, ByNumber
from services.kernel.contracts.keep import Copy, With
from services.kernel.rows.homes import OfHome, Resident
from services.kernel.rows.tables import SealedJson, Tenanted
from services.mentorship.base import Base
from services.vocabulary.assignments import LIVING
from services.vocabulary.found import FoundInHome
from services.vocabulary.people import household_name
from services.vocabulary.places import position_of


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


class Approval(Tenanted, Base):
    """What a home has been approved for, as far as support between homes asks for it; nothing about any child."""

    __tablename__ = "approval"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "assignments", "age_from", "age_to", "places", "decided_on", "valid_until"),
                    "holds",
                ),
            ),
        )
    )

    home_id: Mapped[str]
    assignments: Mapped[list[str]] = mapped_column(ARRAY(Text))
    age_from: Mapped[int]
    age_to: Mapped[int]
    places: Mapped[int]
    decided_on: Mapped[date]
    valid_until: Mapped[date]
    holds: Mapped[bool]  #: neither suspended nor revoked

    def is_valid_on(self, day: date) -> bool:
        """Whether the home may be used by it on a day."""
        return self.holds and self.decided_on <= day <= self.valid_until

    @classmethod
    def lost_on(cls, day: date, *which: ColumnElement[bool]) -> Select[str]:
        """Of such approvals the homes that can not be used on a day, for none of theirs is valid."""
        is_valid = cls.holds & (cls.decided_on <= day) & (cls.valid_until >= day)
        return select(cls.home_id).where(*which).group_by(cls.home_id).having(~func.bool_or(is_valid))


class Support(Tenanted, Base):
    """That a home has an assignment: since when and until when, and which need of a sibling it belongs to. Who lives
    there is known to placement alone."""

    __tablename__ = "support"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "request_id"),
    )
    keep = With("home", "home_id")
    about = About(
        (By(column="home_id", of="home", tells=("home_id", "assignment", "starts_on", "ends_on", "broke_down")),),
        leaves_out={
            "request_id": "the id of somebody else's need",
            "sibling_of": "the id of somebody else's need",
        },
    )

    home_id: Mapped[str]
    request_id: Mapped[str]  #: the need that the placement meets
    sibling_of: Mapped[str | None]  #: the need of a sibling
    assignment: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    broke_down: Mapped[bool]

    def learn(self, started: dict[str, Any], *, is_new: bool) -> None:
        """Takes over what `placement_started` says."""
        self.home_id, self.request_id = started["home_id"], started["placement_request_id"]
        self.sibling_of = started.get("sibling_of")
        self.assignment, self.starts_on = started["assignment"], started["starts_on"]
        if is_new:
            self.broke_down = False

    def end(self, home_id: str, ended: dict[str, Any], *, is_new: bool) -> None:
        """Takes over what `placement_ended` says; of one that is not known otherwise that it was."""
        if is_new:
            self.home_id, self.request_id, self.assignment = home_id, "", ""
            self.starts_on = ended["ends_on"]
        self.ends_on = ended["ends_on"]
        self.broke_down = ended.get("reason") == "breakdown"

    @property
    def is_stay(self) -> bool:
        """Whether somebody lives in the home, will, or did: not where it ended before it began."""
        return self.assignment in LIVING and self.came

    @property
    def came(self) -> bool:
        """Whether it has a day: not where it ended before it began."""
        return self.ends_on is None or self.starts_on <= self.ends_on


class Home(OfHome, Tenanted, Base):
    """The service's own copy of a home: where it lies and who lives in it; nothing about any child."""

    __tablename__ = "home"
    __table_args__ = (
        Index(
            "ix_home_untrained",
            "tenant",
            "lived_in_since",
            "id",
            postgresql_where=text("trained_on is null and lived_in_since is not null"),
        ),
    )
    keep = Copy("investigation.home_weeded")
    about = About(
        (
            By(
                column="id",
                of="adult",
                at="home_id",
                tells=(
                    *("id", "approval_id", "decided_on", "protected_identity", "position", "phone", "locality"),
                    *("lived_in_since", "lived_in_until", "others_children", "trained_on", "approvals_wait"),
                ),
                protected="protected_identity",
            ),
        ),
        leaves_out={"is_followed": "how the copy is kept"},
    )

    approval_id: Mapped[str | None]  #: the one that was decided last; none of a home that is not approved yet
    decided_on: Mapped[date | None]
    #: its people are known by what is told of them alone, and no longer by its approvals
    is_followed: Mapped[bool] = mapped_column(server_default=false())
    approvals_wait: Mapped[bool] = mapped_column(server_default=false())  #: its people have to be looked at first
    protected_identity: Mapped[bool]
    position: Mapped[dict[str, float] | None] = mapped_column(SealedJson("home.position"))
    phone: Mapped[str | None] = mapped_column(SealedJson("home.phone"))
    locality: Mapped[str | None] = mapped_column(SealedJson("home.locality"))  #: the part of the municipality
    lived_in_since: Mapped[date | None]  #: when somebody moved in first
    lived_in_until: Mapped[date | None]  #: the last day of the last of them; none while somebody stays on
    others_children: Mapped[int] = mapped_column(server_default="0")  #: whom others than the municipality have placed
    trained_on: Mapped[date | None]  #: the first day of training that it attended (SoL 22:3)

    adults: Mapped[list[Adult]] = relationship(cascade="all, delete-orphan", order_by=Adult.id)
    approvals: Mapped[list[Approval]] = relationship(order_by=Approval.id, viewonly=True)
    supports: Mapped[list[Support]] = relationship(order_by=Support.id, viewonly=True)

    @property
    def of_homes(self) -> tuple[str]:
        """Itself."""
        return (self.id,)

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

    @property
    def first_names(self) -> str | None:
        """The adults' first names: what another home is told."""
        return first_names_of([adult.person for adult in self.adults])

    @property
    def lookups(self) -> frozenset[bytes]:
        """What its adults are found by."""
        return frozenset(adult.lookup for adult in self.adults)

    @property
    def first_approved_on(self) -> date | None:
        """The day on which it was first approved, as far as is known."""
        known = [approval.decided_on for approval in self.approvals]
        return min([*known, *([self.decided_on] if self.decided_on else [])], default=None)

    def may_be_used_on(self, day: date) -> bool:
        """Whether an approval holds on a day. One that is only known by its decision is believed."""
        return self.is_approved and (
            not self.approvals or any(approval.is_valid_on(day) for approval in self.approvals)
        )

    def is_lived_in(self, supports: Iterable[Support]) -> None:
        """Takes over, from all that is known of its assignments, when somebody lives there."""
        stays = [one for one in supports if one.is_stay]
        ends = [one.ends_on for one in stays if one.ends_on is not None]
        self.lived_in_since = min((one.starts_on for one in stays), default=None)
        self.lived_in_until = max(ends, default=None) if len(ends) == len(stays) else None

    def begin(self) -> None:
        """A home of which nothing is known yet."""
        self.protected_identity = True
        self.is_followed = self.approvals_wait = False

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
        self.approvals_wait = changed["approvals_wait"]
        self.phone = changed["phone"]
        self.locality = changed["address"]["locality"] if changed["address"] else None
        self._refresh(changed, lookup)

    def _refresh(self, told: dict[str, Any], lookup: Callable[[str], bytes]) -> None:
        self.protected_identity = told["protected_identity"]
        self.position = position_of(told["position"])
        names = ("given_name", "family_name")
        self.adults = [
            Adult(id=adult["id"], lookup=lookup(adult["personal_number"]), person={name: adult[name] for name in names})
            for adult in told["adults"]
        ]


People = Iterable[Mapping[str, Any] | None] | None


def name_of(people: People) -> str | None:
    """A home's name, as far as its people's names have been told."""
    return household_name(person for person in people or () if person is not None)


def first_names_of(people: People) -> str | None:
    """The first names of a home's people, as far as they have been told."""
    return ", ".join(person["given_name"] for person in people or () if person is not None) or None


def place_of(position: Mapping[str, float] | None) -> Place | None:
    """A stored position as geometry reads it."""
    return Place(position["latitude"], position["longitude"]) if position else None
