"""Respite as it is kept, and what may become of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from services.kernel.contracts.about import About, By, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import Versioned
from services.mentorship.base import Base
from services.mentorship.contract.respite import (
    NotTheAskingHome,
    OfferStatus,
    RespiteBegun,
    RespiteNotAccepted,
    RespiteNotOffered,
    RespiteNotOpen,
    RespiteNotOver,
    RespiteOffered,
    RespiteStatus,
    RespiteTaken,
)
from services.mentorship.homes.model import Home
from services.mentorship.respite.nights import Span


class RespiteOffer(Versioned, Base):
    """That a home was asked to give respite, and what it has said. What a home is told of is its own of these: of news
    about one thing the newest alone reaches somebody."""

    __tablename__ = "respite_offer"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "respite_id"], ["respite_request.tenant", "respite_request.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        UniqueConstraint("tenant", "respite_id", "home_id"),
        Index(None, "tenant", "home_id"),
    )
    keep = With("respite_request", "respite_id")
    about = About(
        (By(column="home_id", of="home", tells=("home_id", "status", "asked_at", "answered_at")),),
        leaves_out={"respite_id": "what another home has asked for"},
    )

    respite_id: Mapped[str]
    home_id: Mapped[str]
    status: Mapped[str]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    def offer(self, at: datetime) -> None:
        """The home says that it can give it. Raises `RespiteOffered`."""
        if self.status == OfferStatus.OFFERED:
            raise RespiteOffered
        self.answered_at = at
        self.turn(OfferStatus.OFFERED, at)

    def turn(self, status: OfferStatus, at: datetime) -> None:
        """It stands so from now on."""
        self.status = status
        self.touch(at)


class RespiteRequest(OfHome, Versioned, Base):
    """That a home asks for respite, who was asked, and who gives it."""

    __tablename__ = "respite_request"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        ForeignKeyConstraint(["tenant", "given_by"], ["home.tenant", "home.id"], name="fk_respite_request_given_by"),
        CheckConstraint("starts_on < ends_on", name="in_order"),
        Index(None, "tenant", "home_id"),
        Index(None, "tenant", "given_by"),
        Index(None, "tenant", "created_at", "id"),
        Index(None, "tenant", "status", "created_at", "id"),
    )
    keep = With("home", "home_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "starts_on", "ends_on", "children", "age_from", "age_to", "status", "created_at"),
                    *("completed_at", Official("completed_by")),
                ),
            ),
            # to the home that gave it: how many nights, not to whom
            By(
                column="given_by",
                of="home",
                tells=("starts_on", "ends_on", "children", "status", "completed_at", Official("completed_by")),
            ),
        )
    )

    home_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    children: Mapped[int]
    age_from: Mapped[int]
    age_to: Mapped[int]
    status: Mapped[str]
    given_by: Mapped[str | None]
    created_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]

    home: Mapped[Home] = relationship(
        viewonly=True, lazy="joined", innerjoin=True, foreign_keys="[RespiteRequest.tenant, RespiteRequest.home_id]"
    )
    offers: Mapped[list[RespiteOffer]] = relationship(viewonly=True, lazy="selectin", order_by=RespiteOffer.id)

    @property
    def of_homes(self) -> Sequence[str]:
        """The home that asks, and those that were asked."""
        return (self.home_id, *(offer.home_id for offer in self.offers))

    @property
    def span(self) -> Span:
        """Its nights."""
        return Span(self.starts_on, self.ends_on)

    @property
    def nights(self) -> int:
        """How many."""
        return self.span.nights

    @property
    def protected_identity(self) -> bool:
        """Whether the home that asks has one."""
        return self.home.protected_identity

    def must_be_of(self, own_homes: Any) -> None:
        """Raises `NotTheAskingHome`."""
        if self.home_id not in own_homes:
            raise NotTheAskingHome

    def must_be_answerable(self, today: date, *, by_home: bool) -> None:
        """Raises `RespiteTaken`, `RespiteNotOpen`, and for a home `RespiteBegun`."""
        if self.status == RespiteStatus.ACCEPTED:
            raise RespiteTaken
        if self.status != RespiteStatus.ASKED:
            raise RespiteNotOpen
        if by_home and self.starts_on < today:
            raise RespiteBegun

    def accept(self, offer: RespiteOffer | None, at: datetime) -> RespiteOffer:
        """A home that has offered it gives it; its offer. Raises `RespiteNotOffered`."""
        if offer is None or offer.status != OfferStatus.OFFERED:
            raise RespiteNotOffered
        for one in self.offers:
            one.turn(OfferStatus.ACCEPTED if one is offer else OfferStatus.NOT_NEEDED, at)
        self.status, self.given_by = RespiteStatus.ACCEPTED, offer.home_id
        self.touch(at)
        return offer

    def cancel(self, *, by_home: bool, today: date, at: datetime) -> None:
        """It is not needed, also when somebody has been chosen. Raises `RespiteNotOpen`, and for a home `RespiteBegun`
        where somebody gives it already: whether that is paid, and counts among its nights, is not the home's to say."""
        if self.status not in (RespiteStatus.ASKED, RespiteStatus.ACCEPTED):
            raise RespiteNotOpen
        if by_home and self.status == RespiteStatus.ACCEPTED and self.starts_on < today:
            raise RespiteBegun
        self.status = RespiteStatus.CANCELLED
        for one in self.offers:
            one.turn(OfferStatus.NOT_NEEDED, at)
        self.touch(at)

    def complete(self, *, by: str, today: date, at: datetime) -> dict[str, Any]:
        """It has been given; returns the data of `respite_completed`. Raises `RespiteNotAccepted`, `RespiteNotOver`."""
        if self.status != RespiteStatus.ACCEPTED:
            raise RespiteNotAccepted
        if today < self.ends_on:
            raise RespiteNotOver
        self.status, self.completed_at, self.completed_by = RespiteStatus.DONE, at, by
        self.touch(at)
        return self.completed()

    def completed(self) -> dict[str, Any]:
        """The event `respite_completed`."""
        return {
            "respite_id": self.id,
            "home_id": self.given_by,
            "asking_home_id": self.home_id,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "nights": self.nights,
            "children": self.children,
        }
