"""Homes and their adults, and what is read of them."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics.geo import Place
from services.kernel.contracts.about import About, By, ByNumber
from services.kernel.contracts.keep import Copy, With
from services.kernel.rows.homes import Resident
from services.kernel.rows.tables import SealedJson, Tenanted
from services.mentorship.base import Base
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


def name_of(people: Iterable[dict[str, Any] | None] | None) -> str | None:
    """A home's name, as far as its people's names have been told."""
    return household_name(person for person in people or () if person is not None)


def place_of(position: dict[str, float] | None) -> Place | None:
    """A stored position as geometry reads it."""
    return Place(**position) if position else None
