"""Placements: the one way into a home, and the way out of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, and_, false, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Versioned
from services.placement.base import Base
from services.placement.contract.care import IntroductionNotDecided
from services.placement.contract.placements import (
    ENDS_BEFORE_START,
    Flag,
    PlacementAlreadyEnded,
    PlacementStatus,
)
from services.placement.follow_up.model import PlacementPlan, Review
from services.placement.homes.model import Home, offered
from services.placement.placements.care import PlacementKind
from services.placement.placements.occupancy import Stay
from services.placement.placements.papers import CareDecision, SaidEnd, decide, must_follow
from services.placement.requests.model import PlacementRequest
from services.vocabulary.assignments import Assignment


class Placement(OfHome, Versioned, Base):
    """A person in a home, from the first day to the last, both included."""

    __tablename__ = "placement"
    __table_args__ = (
        ForeignKeyConstraint(["tenant", "placement_request_id"], ["placement_request.tenant", "placement_request.id"]),
        ForeignKeyConstraint(["tenant", "home_id"], ["home.tenant", "home.id"]),
        ForeignKeyConstraint(["tenant", "approval_id"], ["approval.tenant", "approval.id"]),
        Index(
            "uq_placement_stay",
            "tenant",
            "placement_request_id",
            unique=True,
            postgresql_where=text("kind = 'stay' and (ends_on is null or starts_on <= ends_on)"),
        ),
        Index(None, "tenant", "placement_request_id", "id"),
        Index(  # what counts of a home's placements is read from the index alone
            "ix_placement_occupies",
            "tenant",
            "home_id",
            "ends_on",
            postgresql_include=["kind", "assignment", "starts_on", "end_code"],
        ),
        Index(None, "tenant", "starts_on", "id"),
        Index(None, "tenant", "ends_on", postgresql_include=["kind", "starts_on", "end_code"]),
        Index(
            "ix_placement_supports",
            "tenant",
            "id",
            postgresql_where=text("assignment in ('contact_family', 'contact_person')"),
        ),
        Index(None, "tenant", "home_id", "starts_on", "id"),
    )
    keep = With("placement_request", "placement_request_id")
    about = About(
        (
            By(
                column="placement_request_id",
                of="placement_request",
                tells=(
                    *("home_id", "assignment", "kind", "starts_on", "ends_on", "end_code", FreeText("end_reason")),
                    *(Official("started_by"), Official("ended_by")),
                    *(Official("family_home_worker"), Official("child_social_worker")),
                ),
            ),
            By(  # to the home: not who it is
                column="home_id", of="home", tells=("home_id", "assignment", "kind", "starts_on", "ends_on")
            ),
        ),
        leaves_out={
            "approval_id": "the approval is told by itself",
            "continues": "that placement is told by itself",
            "more_than_three": "of the home as a whole",
        },
    )

    placement_request_id: Mapped[str]
    home_id: Mapped[str]
    approval_id: Mapped[str]
    assignment: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default=PlacementKind.STAY.value)
    continues: Mapped[str | None]  #: the stay in the same home that became this one
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    end_code: Mapped[str | None]  #: why, as one of `EndReason`; None of one that ended before there were codes
    end_reason: Mapped[str | None] = mapped_column(SealedJson("placement.end_reason"))
    started_by: Mapped[str]
    ended_by: Mapped[str | None]
    family_home_worker: Mapped[str | None]  #: familjehemssekreterare: the subject of a login
    child_social_worker: Mapped[str | None]  #: barnets socialsekreterare (SoL 22:12)
    more_than_three: Mapped[bool] = mapped_column(server_default=false())  #: with it there were (SoF 16:2)

    home: Mapped[Home] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    placement_request: Mapped[PlacementRequest] = relationship(viewonly=True, lazy="joined", innerjoin=True)
    care_decisions: Mapped[list[CareDecision]] = relationship(
        lazy="selectin", order_by=(CareDecision.decided_on, CareDecision.id)
    )
    said_ends: Mapped[list[SaidEnd]] = relationship(lazy="selectin", order_by=SaidEnd.id)
    plans: Mapped[list[PlacementPlan]] = relationship(lazy="selectin", order_by=PlacementPlan.id)
    reviews: Mapped[list[Review]] = relationship(lazy="selectin", order_by=(Review.held_on, Review.id))

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
    def plan(self) -> PlacementPlan | None:
        """Its plans as they are now."""
        return self.plans[-1] if self.plans else None

    def team(self, today: date) -> dict[str, Any]:
        """The event `team_changed`; of one that is over nobody looks after it."""
        is_over = self.status_on(today).is_over
        members = [] if is_over else [one for one in (self.family_home_worker, self.child_social_worker) if one]
        return {"placement_id": self.id, "home_id": self.home_id, "members": list(dict.fromkeys(members))}

    def flags_on(self, day: date) -> list[Flag]:
        """What has changed of the home's approval since somebody was placed there, as long as the placement goes on."""
        if self.status_on(day).is_over:
            return []
        approval = next((one for one in self.home.approvals if one.id == self.approval_id), None)
        has_run_out = approval is not None and approval.valid_until < day
        found = {
            Flag.APPROVAL_SUSPENDED: approval is not None and approval.suspended,
            Flag.APPROVAL_REVOKED: approval is not None and approval.revoked_on is not None,
            Flag.APPROVAL_EXPIRED: has_run_out and not self._is_approved_on(day),
            Flag.APPROVAL_WAITS: self.home.approvals_wait,
        }
        return [flag for flag, is_so in found.items() if is_so]

    def _is_approved_on(self, day: date) -> bool:
        """Whether another approval holds under which the person may be there: the home has been approved anew."""
        assignment, person = Assignment(self.assignment), self.placement_request.lookup
        found = (one for one in map(offered, self.home.approvals) if one.is_for(assignment, person))
        return any(one.is_valid_on(day) for one in found)

    @property
    def stay(self) -> Stay:
        """Its days."""
        return Stay(starts_on=self.starts_on, ends_on=self.ends_on)

    def status_on(self, day: date) -> PlacementStatus:
        """Where it stands on that day; a placement still runs on its last."""
        if not self.stay.came:
            return PlacementStatus.CANCELLED
        if day < self.starts_on:
            return PlacementStatus.PLANNED
        return PlacementStatus.RUNNING if self.stay.occupies(day) else PlacementStatus.ENDED

    @classmethod
    def runs_on(cls, day: date) -> ColumnElement[bool]:
        """As `status_on`, where the database is asked: whether it runs on that day."""
        return and_(cls.starts_on <= day, or_(cls.ends_on.is_(None), cls.ends_on >= day))

    @classmethod
    def is_stay(cls) -> ColumnElement[bool]:
        """Where the database is asked: whether somebody lives there, or is supported by it, did or will: not one that
        was cancelled."""
        return and_(cls.kind == PlacementKind.STAY.value, or_(cls.ends_on.is_(None), cls.starts_on <= cls.ends_on))

    def end(self, ends_on: date, *, reason: str, note: str, by: str, at: datetime) -> dict[str, Any]:
        """Says the last day, passed or coming; returns the data of `placement_ended`. Raises `PlacementAlreadyEnded`,
        and what `say_end` does."""
        if self.ends_on is not None:
            raise PlacementAlreadyEnded
        self.say_end(ends_on, note, by, at)
        self.end_code, self.end_reason, self.ended_by = reason, note, by
        return self.ended()

    def say_end(self, ends_on: date, note: str, by: str, at: datetime) -> None:
        """Another last day is said; one before the first cancels what has not begun. `InvalidInput` for such a day of
        what has."""
        if ends_on < self.starts_on <= clock.local_date(at):
            raise ENDS_BEFORE_START.refusal("/ends_on", starts_on=self.starts_on.isoformat())
        self._add_end(ends_on, note, by, at)

    def cut_off(self, day: date, *, by: str, at: datetime) -> None:
        """Of an introduction: nobody gets to know the home after that day. One that has not begun by then is
        cancelled: its last day lies before its first."""
        if self.ends_on is None or self.ends_on > day:
            self._add_end(day, "", by, at)

    def _add_end(self, ends_on: date, note: str, by: str, at: datetime) -> None:
        self.ends_on = ends_on
        of = {"placement_request_id": self.placement_request_id}
        said = SaidEnd(id=new_id(), ends_on=ends_on, note=note, by=by, at=at, **of)
        self.said_ends.append(said)
        self.touch(at)

    def record_decision(self, body: dict[str, Any], *, by: str, at: datetime, today: date) -> CareDecision:
        """Adds a later decision on care from a loaded `CareDecision`. The chair's urgent one only begins a stay. Raises
        `IntroductionNotDecided`, `AuthorityNotCompetent`, `LegalGroundNotForAge`, `InvalidInput`.
        """
        if self.kind == PlacementKind.INTRODUCTION:
            raise IntroductionNotDecided
        age = self.placement_request.age_on(max(self.starts_on, body["decided_on"]))
        said: dict[str, Any] = {"assignment": Assignment(self.assignment), "urgent": False, "age": age}
        decision = decide(body, pointer="", **said, by=by, at=at, today=today)
        must_follow(decision, self.care_decisions)
        decision.placement_request_id = self.placement_request_id
        self.care_decisions.append(decision)
        self.touch(at)
        return decision

    def ended(self) -> dict[str, Any]:
        """The event `placement_ended`."""
        return {
            "placement_id": self.id,
            "home_id": self.home_id,
            "ends_on": self.ends_on,
            "reason": self.end_code,
        }

    def started(self) -> dict[str, Any]:
        """The event `placement_started` of a placement that is stored."""
        return self.start_of(self.placement_request, self.home)

    def start_of(self, request: PlacementRequest, home: Home) -> dict[str, Any]:
        """The same, of one that is stored with the commit."""
        return {
            "placement_id": self.id,
            "placement_request_id": request.id,
            "approval_id": self.approval_id,
            "home_id": self.home_id,
            "assignment": self.assignment,
            "birth_date": request.birth_date,
            "starts_on": self.starts_on,
            "adult_ids": [adult.id for adult in home.adults],
            "sibling_of": request.sibling_of,
            "personal_number": request.person["personal_number"],
        }
