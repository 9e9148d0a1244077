"""Homes as they are known here: who lives in them, and who of them is paid."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.compensation.model.base import Base
from services.kernel.contracts.about import About, By, ByNumber
from services.kernel.contracts.keep import Keep, With
from services.kernel.rows.homes import Resident
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned
from services.vocabulary.found import FoundInHome
from services.vocabulary.people import full_name


class Home(Tenanted, Base):
    """A home whose people are known, approved or not."""

    __tablename__ = "home"
    keep = Keep(years=0, after="its original and its last agreement here are gone", law="SoL 16:1")
    about = About(
        (
            By(
                column="id",
                of="home_adult",
                at="home_id",
                tells=("id", "protected_identity"),
                protected="protected_identity",
            ),
        ),
        leaves_out={"weeded_on": "when another copy of it was weeded"},
    )

    protected_identity: Mapped[bool]
    weeded_on: Mapped[date | None]  #: investigation has nothing of it any more; here it is named by agreements still

    adults: Mapped[list["HomeAdult"]] = relationship(cascade="all, delete-orphan", back_populates="home")

    def learn(self, changed: dict[str, Any], *, lookup: Callable[[str], bytes]) -> None:
        """Takes over what `home_changed` says. Who has moved out is not kept."""
        self.protected_identity = changed["protected_identity"]
        names = ("given_name", "family_name", "personal_number")
        self.adults = [
            HomeAdult(
                id=adult["id"],
                lookup=lookup(adult["personal_number"]),
                person={name: adult[name] for name in names},
            )
            for adult in changed["adults"]
        ]


class Approval(Tenanted, Base):
    """Until when a home may take children as a contracted emergency home: on that its contract rests."""

    __tablename__ = "approval"
    __table_args__ = (Index(None, "tenant", "home_id"),)
    keep = With("home", "home_id")
    about = About((By(column="home_id", of="home", tells=("home_id", "contracted_until", "revoked_on")),))

    home_id: Mapped[str]
    contracted_until: Mapped[date | None]  #: its last day as it was decided; None of one for something else
    revoked_on: Mapped[date | None]  #: from that day on it does not hold any more


class HomeAdult(FoundInHome, Resident, Base):
    """An adult who lives in a home, and can be paid."""

    __tablename__ = "home_adult"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "lookup"),
    )
    keep = With("home", "home_id")
    about = About((ByNumber(tells=("home_id", "person"), names={"home": "home_id", "adult": "id"}),))

    home: Mapped[Home] = relationship(back_populates="adults", lazy="joined", innerjoin=True)


class Payee(Versioned, Base):
    """Whoever is paid by an agreement, also once they live there no more: who it is, and how payroll knows them. Its id
    is the adult's."""

    __tablename__ = "payee"
    __table_args__ = (Index(None, "tenant", "home_id"), Index(None, "tenant", "lookup"))
    keep = With("home", "home_id")
    about = About(
        (
            ByNumber(
                tells=("home_id", "person", "payroll_id", "channel"),
                names={"home": "home_id", "adult": "id"},
            ),
        )
    )

    home_id: Mapped[str]
    lookup: Mapped[bytes] = mapped_column(LargeBinary)
    person: Mapped[dict[str, Any]] = mapped_column(SealedJson("home_adult.person"))  #: as the adult's was, unopened
    payroll_id: Mapped[str | None]  #: payroll's own number of the person
    channel: Mapped[str]

    home: Mapped[Home | None] = relationship(
        viewonly=True,
        primaryjoin="and_(Home.tenant == foreign(Payee.tenant), Home.id == foreign(Payee.home_id))",
    )

    @property
    def name(self) -> str:
        return full_name(self.person)

    @property
    def protected_identity(self) -> bool:
        """Whether the home's identity is protected (skyddade personuppgifter)."""
        return self.home is not None and self.home.protected_identity


def payee_name(person: dict[str, Any] | None) -> str | None:
    """The name of whoever is paid, as far as it is known."""
    return None if person is None else full_name(person)
