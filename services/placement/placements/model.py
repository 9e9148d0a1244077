"""Placements: the one way into a home, and the way out of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Versioned
from services.placement.base import Base
from services.placement.contract.placements import (
    ENDS_BEFORE_START,
    AgeOutsideApproval,
    ApprovalWaits,
    ApprovedForAnotherChild,
    HomeHasNotAccepted,
    NoFreePlace,
    NoValidApproval,
    PersonAlreadyPlaced,
    PlacementAlreadyEnded,
    PlacementStatus,
    StartsBeforeApproval,
)
from services.placement.contract.requests import NOT_BORN, RequestStatus
from services.placement.homes.model import Home
from services.placement.inquiries.model import Inquiry
from services.placement.matching import rules
from services.placement.matching.rules import ObstacleCode
from services.placement.placements.occupancy import Stay, lives_elsewhere
from services.placement.requests.model import PlacementRequest
from services.vocabulary.assignments import LIVING

_REFUSALS: dict[ObstacleCode, type[Fault]] = {
    ObstacleCode.NO_VALID_APPROVAL: NoValidApproval,
    ObstacleCode.STARTS_BEFORE_APPROVAL: StartsBeforeApproval,
    ObstacleCode.APPROVED_FOR_ANOTHER_CHILD: ApprovedForAnotherChild,
    ObstacleCode.APPROVAL_WAITS: ApprovalWaits,
    ObstacleCode.AGE_OUTSIDE_APPROVAL: AgeOutsideApproval,
    ObstacleCode.NO_FREE_PLACE: NoFreePlace,
}


class Placement(OfHome, Versioned, Base):
    """A person in a home, from the first day to the last, both included."""

    __tablename__ = "placement"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_request_id"], ["placement_request.tenant", "placement_request.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        ForeignKeyConstraint(["tenant", "approval_id"], ["approval.tenant", "approval.id"]),
        UniqueConstraint("tenant", "placement_request_id"),
        Index(None, "tenant", "home_id", "ends_on"),
        Index(None, "tenant", "starts_on", "id"),
        Index(None, "tenant", "home_id", "starts_on", "id"),
    )
    keep = With("placement_request", "placement_request_id")
    about = About(
        (
            By(
                column="placement_request_id",
                of="placement_request",
                tells=(
                    *("home_id", "assignment", "starts_on", "ends_on", FreeText("end_reason")),
                    *(Official("started_by"), Official("ended_by")),
                ),
            ),
            By(column="home_id", of="home", tells=("home_id", "assignment", "starts_on", "ends_on")),  # not who it is
        ),
        leaves_out={"approval_id": "the approval is told by itself"},
    )

    placement_request_id: Mapped[str]
    home_id: Mapped[str]
    approval_id: Mapped[str]
    assignment: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(SealedJson("placement.end_reason"))
    started_by: Mapped[str]
    ended_by: Mapped[str | None]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    placement_request: Mapped[PlacementRequest] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    @property
    def home_name(self) -> str | None:
        """The home's name for lists."""
        return self.home.name

    @property
    def person_name(self) -> str | None:
        """The person's name for lists."""
        return self.placement_request.name

    @property
    def home_is_protected(self) -> bool:
        """Whether the home's identity is protected (skyddade personuppgifter)."""
        return self.home.protected_identity

    @property
    def person_is_protected(self) -> bool:
        """Whether the person's identity is protected."""
        return self.placement_request.protected_identity

    @property
    def protected_identity(self) -> bool:
        """Whether the identity of either is protected."""
        return self.home_is_protected or self.person_is_protected

    @property
    def person(self) -> dict[str, Any]:
        """Who is placed."""
        return self.placement_request.person

    @property
    def stay(self) -> Stay:
        """Its days."""
        return Stay(starts_on=self.starts_on, ends_on=self.ends_on)

    def status_on(self, day: date) -> PlacementStatus:
        """Where it stands on that day; a placement still runs on its last."""
        if day < self.starts_on:
            return PlacementStatus.PLANNED
        return PlacementStatus.RUNNING if self.stay.occupies(day) else PlacementStatus.ENDED

    @classmethod
    def runs_on(cls, day: date) -> ColumnElement[bool]:
        """As `status_on`, where the database is asked: whether it runs on that day."""
        return and_(cls.starts_on <= day, or_(cls.ends_on.is_(None), cls.ends_on >= day))

    def end(self, ends_on: date, *, reason: str, by: str, at: datetime) -> dict[str, Any]:
        """Says the last day, passed or coming; returns the data of `placement_ended`.

        Raises `PlacementAlreadyEnded`, and `InvalidInput` for a day before the first.
        """
        if self.ends_on is not None:
            raise PlacementAlreadyEnded
        if ends_on < self.starts_on:
            raise ENDS_BEFORE_START.refusal("/ends_on", starts_on=self.starts_on.isoformat())
        self.ends_on = ends_on
        self.end_reason = reason
        self.ended_by = by
        self.touch(at)
        return self.ended()

    def ended(self) -> dict[str, Any]:
        """The event `placement_ended`."""
        return {"placement_id": self.id, "home_id": self.home_id, "ends_on": self.ends_on}

    def started(self) -> dict[str, Any]:
        """The event `placement_started` of a placement that is stored."""
        return _told(self, self.placement_request, self.home)


def start(
    request: PlacementRequest,
    home: Home,
    starts_on: date,
    *,
    inquiries: Sequence[Inquiry],
    stays_in_home: Iterable[Stay],
    stays_of_person: Iterable[Stay],
    by: str,
    at: datetime,
) -> tuple[Placement, dict[str, Any]]:
    """Places the person; returns the placement and the data of `placement_started`. There is no other way into a home.

    `inquiries` are those of the request, the person's stays those where the person lives. Raises what `START_PLACEMENT`
    lists, and `InvalidInput` for a day before the person's birth.
    """
    request.must_be_open()
    if starts_on < request.birth_date:
        raise NOT_BORN.refusal("/starts_on")
    if not any(inquiry.lets_start for inquiry in inquiries if inquiry.home_id == home.id):
        raise HomeHasNotAccepted
    approval = _approval_for(request.need_on(starts_on), home.offer_from(starts_on, stays=stays_in_home))
    if request.assignment in LIVING and lives_elsewhere(stays_of_person, starts_on):
        raise PersonAlreadyPlaced
    placement = Placement(
        id=new_id(),
        placement_request_id=request.id,
        home_id=home.id,
        approval_id=approval.approval_id,
        assignment=request.assignment,
        starts_on=starts_on,
        started_by=by,
        changed_at=at,
    )
    request.close(RequestStatus.PLACED, at=at)
    for inquiry in inquiries:
        inquiry.close(at=at)
    return placement, _told(placement, request, home)


def _approval_for(need: rules.Need, offer: rules.HomeOffer) -> rules.ApprovedFor:
    """The approval under which the home takes the person. The first obstacle names the refusal, which lists all."""
    approval = rules.approval_for(need, offer)
    if approval is None:
        obstacles = rules.obstacles_of(need, offer)
        listed = [{"code": obstacle.code.value, "detail": obstacle.detail} for obstacle in obstacles]
        raise _REFUSALS[obstacles[0].code](obstacles[0].detail, extra={"obstacles": listed})
    return approval


def _told(placement: Placement, request: PlacementRequest, home: Home) -> dict[str, Any]:
    return {
        "placement_id": placement.id,
        "placement_request_id": request.id,
        "approval_id": placement.approval_id,
        "home_id": home.id,
        "assignment": placement.assignment,
        "birth_date": request.birth_date,
        "starts_on": placement.starts_on,
        "adult_ids": [adult.id for adult in home.adults],
    }
