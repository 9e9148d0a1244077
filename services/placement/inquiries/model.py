"""Inquiries: a home is asked for a person, and says yes or no."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Versioned
from services.placement.base import Base
from services.placement.contract.inquiries import (
    ANSWER_BY_PASSED,
    ContractedHomeMustAccept,
    HomeAlreadyAsked,
    InquiryAlreadyAnswered,
    InquiryClosed,
    InquiryStatus,
)
from services.placement.homes.model import Home
from services.placement.matching import rules
from services.placement.requests.model import PlacementRequest
from services.vocabulary.assignments import Assignment


class Inquiry(OfHome, Versioned, Base):
    """The question to a home whether it can take a person, and the answer."""

    __tablename__ = "inquiry"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_request_id"], ["placement_request.tenant", "placement_request.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        # The request's row is locked when a home is asked; this is the database's own word for the same rule.
        Index(
            "uq_inquiry_standing",
            "tenant",
            "placement_request_id",
            "home_id",
            unique=True,
            postgresql_where=text("status in ('sent', 'accepted')"),
        ),
        Index(None, "tenant", "sent_at", "id"),
        Index(None, "tenant", "status", "sent_at", "id"),
        Index(None, "tenant", "placement_request_id", "sent_at", "id"),
        Index(None, "tenant", "home_id", "sent_at", "id"),
        Index(None, "tenant", "answer_by", "id", postgresql_where=text("status = 'sent'")),
    )
    keep = With("placement_request", "placement_request_id")
    about = About(
        (
            By(  # to the person for whom it is asked: not what the home says of itself
                column="placement_request_id",
                of="placement_request",
                tells=(
                    "assignment",
                    FreeText("message"),
                    FreeText("told"),
                    "status",
                    "sent_at",
                    Official("sent_by"),
                    "answered_at",
                ),
            ),
            By(  # to the home: not who it is asked for
                column="home_id",
                of="home",
                tells=(
                    *("home_id", "assignment", "status", "answer_by", "sent_at", Official("sent_by"), "answered_at"),
                    *("answered_by_home", FreeText("reason")),
                ),
            ),
        ),
        leaves_out={
            "answered_by": "the login of whoever answered, perhaps another adult",
            "is_told": "what was told is told by itself",
        },
    )

    placement_request_id: Mapped[str]
    home_id: Mapped[str]
    assignment: Mapped[str]
    message: Mapped[str] = mapped_column(SealedJson("inquiry.message"))
    answer_by: Mapped[datetime | None]
    status: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    answered_by_home: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(SealedJson("inquiry.reason"))
    #: what the home was told before its answer, by whom and when: `{"topic", "text", "by", "at"}`
    told: Mapped[list[dict[str, str]] | None] = mapped_column(SealedJson("inquiry.told"))
    is_told: Mapped[bool] = mapped_column(server_default=false())  #: whether it was told anything

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    placement_request: Mapped[PlacementRequest] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    @property
    def home_name(self) -> str | None:
        """The home's name for lists."""
        return self.home.name

    @property
    def home_is_protected(self) -> bool:
        """Whether the home's identity is protected (skyddade personuppgifter)."""
        return self.home.protected_identity

    @property
    def person_is_protected(self) -> bool:
        """Whether the identity of the person whom it is asked for is protected."""
        return self.placement_request.protected_identity

    @property
    def protected_identity(self) -> bool:
        """Whether the home's identity is protected, or that of the person whom it is asked for."""
        return self.home_is_protected or self.person_is_protected

    @property
    def needed_from(self) -> date:
        """From when the home is needed."""
        return self.placement_request.needed_from

    @property
    def stands(self) -> bool:
        """Whether the home has been asked and has not said no."""
        return self.status in (InquiryStatus.SENT, InquiryStatus.ACCEPTED)

    @property
    def may_decline(self) -> bool:
        """Whether the home may say no."""
        return rules.may_decline(Assignment(self.assignment))

    @property
    def lets_start(self) -> bool:
        """Whether the person may come: the home has said yes, or has been asked and can not say no."""
        return self.status == InquiryStatus.ACCEPTED or (self.status == InquiryStatus.SENT and not self.may_decline)

    def is_overdue(self, at: datetime) -> bool:
        """Whether the home has not answered in time; an answer still counts."""
        return self.status == InquiryStatus.SENT and self.answer_by is not None and self.answer_by <= at

    def unanswered(self) -> dict[str, Any]:
        """The event `inquiry_unanswered`."""
        names = ("home_id", "placement_request_id", "answer_by")
        return {"inquiry_id": self.id, **{name: getattr(self, name) for name in names}}

    @property
    def waits(self) -> bool:
        """Whether the home has still to answer."""
        return self.status == InquiryStatus.SENT

    def tell(self, said: list[dict[str, str]], *, at: datetime) -> None:
        """The home is told more before its answer."""
        self.told = [*(self.told or ()), *said]
        self.is_told = bool(self.told)
        self.touch(at)

    def miss(self, note: str, *, at: datetime) -> None:
        """Nobody answered the call."""
        self.status, self.reason = InquiryStatus.NO_ANSWER, note
        self.touch(at)

    def accept(self, *, by: str, by_home: bool, at: datetime, note: str = "") -> None:
        """The home says yes, also after the day that was asked for.

        Raises `InquiryAlreadyAnswered`, `InquiryClosed`.
        """
        self._must_be_waiting()
        self.reason = note or None
        self._answer(InquiryStatus.ACCEPTED, by=by, by_home=by_home, at=at)

    def decline(self, reason: str, *, by: str, by_home: bool, at: datetime) -> None:
        """The home says no. Raises `InquiryAlreadyAnswered`, `InquiryClosed`, `ContractedHomeMustAccept`."""
        self._must_be_waiting()
        if not self.may_decline:
            raise ContractedHomeMustAccept
        self.reason = reason
        self._answer(InquiryStatus.DECLINED, by=by, by_home=by_home, at=at)

    def close(self, *, at: datetime) -> None:
        """The person has been placed: who has not answered need not."""
        if self.status == InquiryStatus.SENT:
            self.status = InquiryStatus.CLOSED
            self.touch(at)

    def _must_be_waiting(self) -> None:
        if self.status == InquiryStatus.CLOSED:
            raise InquiryClosed
        if self.status != InquiryStatus.SENT:
            raise InquiryAlreadyAnswered

    def _answer(self, status: InquiryStatus, *, by: str, by_home: bool, at: datetime) -> None:
        self.status = status
        self.answered_at = at
        self.answered_by = by
        self.answered_by_home = by_home
        self.touch(at)


def ask(
    request: PlacementRequest,
    home: Home,
    *,
    inquiries: Iterable[Inquiry],
    message: str,
    answer_by: datetime | None,
    told: list[dict[str, str]] | None = None,
    by: str,
    at: datetime,
) -> Inquiry:
    """A new inquiry to a home that has none standing; a home that said no may be asked again.

    `inquiries` are those of the request. Raises `PlacementRequestNotOpen`, `HomeAlreadyAsked`.
    """
    request.must_be_open()
    if answer_by is not None and answer_by <= at:
        raise ANSWER_BY_PASSED.refusal("/answer_by")
    if any(inquiry.stands for inquiry in inquiries if inquiry.home_id == home.id):
        raise HomeAlreadyAsked
    return Inquiry(
        id=new_id(),
        placement_request_id=request.id,
        home_id=home.id,
        assignment=request.assignment,
        message=message,
        answer_by=answer_by,
        status=InquiryStatus.SENT,
        sent_at=at,
        sent_by=by,
        told=told or [],
        is_told=bool(told),
        changed_at=at,
    )


def telling(told: Iterable[dict[str, str]], *, by: str, at: datetime) -> list[dict[str, str]]:
    """What a home is told, with who tells it and when."""
    return [{**one, "by": by, "at": clock.rfc3339(at)} for one in told]


def told_of(inquiry: Any) -> list[dict[str, Any]]:
    """What the home of an inquiry, or of a row of the list, was told, with instants as instants."""
    return [{**one, "at": clock.instant(one["at"])} for one in inquiry.told or ()]
