"""Visits, and what was said of them before they were corrected."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics import clock
from services.kernel.basics.days import month_with
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Tenanted, Versioned
from services.placement.base import Base
from services.placement.contract.visits import (
    MEETING_ONE_DAY,
    VISIT_NOT_COME,
    VISIT_OUTSIDE,
    VisitAlreadyConfirmed,
    VisitOutsidePlacement,
    VisitOverlaps,
    VisitsOfContactsOnly,
    VisitStatus,
    VisitWithdrawn,
)
from services.placement.homes.model import Home
from services.placement.placements.model import Placement
from services.placement.requests.model import PlacementRequest
from services.placement.visits import rules
from services.placement.visits.rules import Days
from services.vocabulary.assignments import Assignment

_SAID = ("starts_on", "ends_on", "half_first_day", "half_last_day", "note")


class Visit(OfHome, Versioned, Base):
    """That somebody was with a contact family, or met a contact person."""

    __tablename__ = "visit"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_id"], ["placement.tenant", "placement.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        ForeignKeyConstraint(["tenant", "placement_request_id"], ["placement_request.tenant", "placement_request.id"]),
        Index(None, "tenant", "starts_on", "id"),
        Index(None, "tenant", "placement_id", "starts_on", "id"),
        Index(None, "tenant", "status", "starts_on", "id"),
        Index(None, "tenant", "month", "starts_on", "id"),
        Index(None, "tenant", "month", "status", "starts_on", "id"),
        Index(None, "tenant", "home_id", "starts_on", "id"),
        Index(None, "tenant", "confirm_by", "id", postgresql_where=text("status = 'reported'")),
    )
    keep = With("placement", "placement_id")
    about = About(
        (
            By(
                column="placement_request_id",
                of="placement_request",
                tells=("assignment", "starts_on", "ends_on", "half_first_day", "half_last_day", "status"),
            ),
            By(
                column="home_id",
                of="home",
                tells=(
                    *("assignment", "starts_on", "ends_on", "half_first_day", "half_last_day", "status"),
                    *(FreeText("note"), "reported_at", "reported_by_home", "confirmed_at", Official("confirmed_by")),
                ),
            ),
        ),
        leaves_out={
            "placement_id": "the placement is told by itself",
            "reported_by": "the login of whoever reported, perhaps another adult",
            "month": "the month of the first day",
            "confirm_by": "when staff are reminded",
            "corrected": "what was said before is told by itself",
        },
    )

    placement_id: Mapped[str]
    placement_request_id: Mapped[str]
    home_id: Mapped[str]
    assignment: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    month: Mapped[str]  #: of the first day, `2026-06`
    half_first_day: Mapped[bool]
    half_last_day: Mapped[bool]
    note: Mapped[str] = mapped_column(SealedJson("visit.note"))
    status: Mapped[str]
    reported_at: Mapped[datetime]
    reported_by: Mapped[str]
    reported_by_home: Mapped[bool]
    confirm_by: Mapped[date]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    corrected: Mapped[bool]

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    placement_request: Mapped[PlacementRequest] = relationship(viewonly=True, lazy="joined", innerjoin=True)

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
    def days(self) -> Days:
        """From when to when."""
        return Days(self.starts_on, self.ends_on)

    def say(self, said: dict[str, Any]) -> None:
        """Takes over what is said of it."""
        for name in _SAID:
            setattr(self, name, said[name])
        self.month = month_with(self.starts_on).text

    def confirm(self, placement: Placement, *, by: str, at: datetime) -> dict[str, Any]:
        """Staff have confirmed it; returns the data of `visit_confirmed`. Raises `VisitAlreadyConfirmed`,
        `VisitWithdrawn`, and `VisitOutsidePlacement` where the placement has been said to end before it."""
        self._must_stand()
        if self.status == VisitStatus.CONFIRMED:
            raise VisitAlreadyConfirmed
        if not _is_within(self.days, placement):
            raise VisitOutsidePlacement
        self.status, self.confirmed_by, self.confirmed_at = VisitStatus.CONFIRMED, by, at
        self.touch(at)
        return self.told()

    def correct(self, said: dict[str, Any], *, by: str, by_home: bool, at: datetime) -> "VisitChange":
        """It was otherwise, or there was none; returns what was said before. Raises `VisitWithdrawn`, and
        `VisitAlreadyConfirmed` to the home."""
        self._must_stand()
        if by_home and self.status == VisitStatus.CONFIRMED:
            raise VisitAlreadyConfirmed
        before = {name: getattr(self, name) for name in (*_SAID, "home_id", "placement_request_id")}
        change = VisitChange(id=new_id(), visit_id=self.id, by=by, at=at, **before)
        if said["withdrawn"]:
            self.status = VisitStatus.WITHDRAWN
        self.say(said)
        self.corrected = True
        self.touch(at)
        return change

    def told(self) -> dict[str, Any]:
        """The event `visit_confirmed`."""
        names = ("placement_id", "home_id", "assignment", "starts_on", "ends_on", "half_first_day", "half_last_day")
        return {
            "visit_id": self.id,
            **{name: getattr(self, name) for name in names},
            "reported_on": clock.local_date(self.reported_at),
        }

    def withdrawn(self) -> dict[str, Any]:
        """The event `visit_withdrawn`."""
        return {"visit_id": self.id, "placement_id": self.placement_id, "home_id": self.home_id}

    def _must_stand(self) -> None:
        if self.status == VisitStatus.WITHDRAWN:
            raise VisitWithdrawn


class VisitChange(Tenanted, Base):
    """What was said of a visit before it was corrected, and who corrected it. Never changed."""

    __tablename__ = "visit_change"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "visit_id"], ["visit.tenant", "visit.id"]),
        Index(None, "tenant", "visit_id"),
    )
    keep = With("visit", "visit_id")
    about = About(
        (
            By(
                column="home_id",
                of="home",
                tells=("starts_on", "ends_on", "half_first_day", "half_last_day", FreeText("note"), "at"),
            ),
            By(column="placement_request_id", of="placement_request", tells=("starts_on", "ends_on", "at")),
        ),
        leaves_out={"visit_id": "the visit is told by itself", "by": "the login of whoever corrected it"},
    )

    visit_id: Mapped[str]
    home_id: Mapped[str]
    placement_request_id: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    half_first_day: Mapped[bool]
    half_last_day: Mapped[bool]
    note: Mapped[str] = mapped_column(SealedJson("visit_change.note"))
    by: Mapped[str]
    at: Mapped[datetime]


def report(
    placement: Placement,
    said: dict[str, Any],
    *,
    others: Iterable[Visit],
    confirm_days: int,
    by: str,
    by_home: bool,
    at: datetime,
    today: date,
) -> Visit:
    """A visit from a loaded `ReportVisit`; `others` are those of the placement. Raises what `REPORT_VISIT` lists."""
    if not rules.is_reported(Assignment(placement.assignment)):
        raise VisitsOfContactsOnly
    must_have_been(placement, said, others=others, today=today)
    visit = Visit(
        id=new_id(),
        placement_id=placement.id,
        placement_request_id=placement.placement_request_id,
        home_id=placement.home_id,
        assignment=placement.assignment,
        status=VisitStatus.REPORTED,
        reported_at=at,
        reported_by=by,
        reported_by_home=by_home,
        confirm_by=today + timedelta(days=confirm_days),
        corrected=False,
        changed_at=at,
    )
    visit.say(said)
    return visit


def must_have_been(placement: Placement, said: dict[str, Any], *, others: Iterable[Visit], today: date) -> None:
    """Raises `VisitOverlaps`, and `InvalidInput` for days on which it can not have been."""
    days = Days(said["starts_on"], said["ends_on"])
    if days.last > today:
        raise VISIT_NOT_COME.refusal("/ends_on")
    if rules.is_meeting(Assignment(placement.assignment)) and days.first != days.last:
        raise MEETING_ONE_DAY.refusal("/ends_on")
    if not _is_within(days, placement):
        raise VISIT_OUTSIDE.refusal("/starts_on", starts_on=placement.starts_on.isoformat())
    if rules.meets_another(days, (one.days for one in others if one.status != VisitStatus.WITHDRAWN)):
        raise VisitOverlaps


def _is_within(days: Days, placement: Placement) -> bool:
    return placement.stay.occupies(days.first) and placement.stay.occupies(days.last)
