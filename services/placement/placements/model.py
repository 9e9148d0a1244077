"""Placements: the one way into a home, and the way out of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, and_, false, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kernel.basics.ids import new_id
from services.kernel.contracts.about import About, By, FreeText, Official
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.keep import With
from services.kernel.rows.homes import OfHome
from services.kernel.rows.tables import SealedJson, Versioned
from services.placement.base import Base
from services.placement.clocks import law
from services.placement.contract.care import CareDecisionMissing, IntroductionNotDecided, PlacedBeforeDecision
from services.placement.contract.placements import (
    ENDS_BEFORE_START,
    INTRODUCTION_OF_LIVING,
    AgeOutsideApproval,
    ApprovalSuspended,
    ApprovalWaits,
    ApprovedForAnotherChild,
    Flag,
    HomeHasNotAccepted,
    HomeNotAvailable,
    HostNotConsulted,
    NoFreePlace,
    NoValidApproval,
    OutgrowsApproval,
    PersonAlreadyPlaced,
    PersonOfTheHome,
    PlacementAlreadyEnded,
    PlacementNotEnded,
    PlacementStatus,
    SiblingsDoNotFit,
    StartsBeforeApproval,
    TooNear,
)
from services.placement.contract.requests import NOT_BORN, RequestStatus
from services.placement.follow_up.model import PlacementPlan, Review
from services.placement.homes.model import Home
from services.placement.inquiries.model import Inquiry
from services.placement.matching.codes import ObstacleCode
from services.placement.matching.obstacles import approval_for, obstacles_of
from services.placement.matching.values import ApprovedFor, HomeOffer, Need, Period
from services.placement.placements import care
from services.placement.placements.care import PlacementKind
from services.placement.placements.occupancy import Stay, lives_elsewhere, occupied_from
from services.placement.placements.papers import CareDecision, SaidEnd, decide, must_follow, must_stay_introduction
from services.placement.requests.model import NO_SIBLINGS, PlacementRequest, Siblings
from services.vocabulary.assignments import LIVING, Assignment

_REFUSALS: dict[ObstacleCode, type[Fault]] = {
    ObstacleCode.NO_VALID_APPROVAL: NoValidApproval,
    ObstacleCode.STARTS_BEFORE_APPROVAL: StartsBeforeApproval,
    ObstacleCode.APPROVED_FOR_ANOTHER_CHILD: ApprovedForAnotherChild,
    ObstacleCode.APPROVAL_WAITS: ApprovalWaits,
    ObstacleCode.AGE_OUTSIDE_APPROVAL: AgeOutsideApproval,
    ObstacleCode.NO_FREE_PLACE: NoFreePlace,
    ObstacleCode.APPROVAL_SUSPENDED: ApprovalSuspended,
    ObstacleCode.OUTGROWS_APPROVAL: OutgrowsApproval,
    ObstacleCode.SIBLINGS_DO_NOT_FIT: SiblingsDoNotFit,
    ObstacleCode.HOME_NOT_AVAILABLE: HomeNotAvailable,
    ObstacleCode.HOST_NOT_CONSULTED: HostNotConsulted,
    ObstacleCode.PERSON_OF_THE_HOME: PersonOfTheHome,
    ObstacleCode.TOO_NEAR: TooNear,
}


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
            postgresql_where=text("kind = 'stay'"),
        ),
        Index(None, "tenant", "placement_request_id", "id"),
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
        """The event `team_changed`; of one that has ended nobody looks after it."""
        has_ended = self.status_on(today) is PlacementStatus.ENDED
        members = [] if has_ended else [one for one in (self.family_home_worker, self.child_social_worker) if one]
        return {"placement_id": self.id, "home_id": self.home_id, "members": list(dict.fromkeys(members))}

    def flags_on(self, day: date) -> list[Flag]:
        """What has changed of the home's approval since somebody was placed there, as long as the placement goes on."""
        if self.status_on(day) is PlacementStatus.ENDED:
            return []
        approval = next((one for one in self.home.approvals if one.id == self.approval_id), None)
        found = {
            Flag.APPROVAL_SUSPENDED: approval is not None and approval.suspended,
            Flag.APPROVAL_REVOKED: approval is not None and approval.revoked_on is not None,
            Flag.APPROVAL_EXPIRED: approval is not None and approval.valid_until < day,
            Flag.APPROVAL_WAITS: self.home.approvals_wait,
        }
        return [flag for flag, is_so in found.items() if is_so]

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

    @classmethod
    def is_stay(cls) -> ColumnElement[bool]:
        """Where the database is asked: whether somebody lives there, or is supported by it."""
        return cls.kind == PlacementKind.STAY.value

    def end(self, ends_on: date, *, reason: str, note: str, by: str, at: datetime) -> dict[str, Any]:
        """Says the last day, passed or coming; returns the data of `placement_ended`.

        Raises `PlacementAlreadyEnded`, and `InvalidInput` for a day before the first.
        """
        if self.ends_on is not None:
            raise PlacementAlreadyEnded
        self._say_end(ends_on, note, by, at)
        self.end_code, self.end_reason, self.ended_by = reason, note, by
        return self.ended()

    def correct_end(
        self, ends_on: date, *, note: str, free_until: bool, lives_elsewhere: bool, by: str, at: datetime
    ) -> dict[str, Any]:
        """Says another last day; returns the data of `placement_ended`. `free_until`: the place is free up to that day;
        `lives_elsewhere`: the person has another home before it. An introduction takes no place, and stays one.

        Raises `PlacementNotEnded`, `NoFreePlace`, `PersonAlreadyPlaced`, and `InvalidInput` for a day before the first.
        """
        if self.ends_on is None:
            raise PlacementNotEnded
        if self.kind == PlacementKind.INTRODUCTION:
            must_stay_introduction(self.starts_on, ends_on)
        elif ends_on > self.ends_on and not free_until:
            raise NoFreePlace
        elif ends_on > self.ends_on and lives_elsewhere:
            raise PersonAlreadyPlaced
        self._say_end(ends_on, note, by, at)
        return self.ended()

    def _say_end(self, ends_on: date, note: str, by: str, at: datetime) -> None:
        if ends_on < self.starts_on:
            raise ENDS_BEFORE_START.refusal("/ends_on", starts_on=self.starts_on.isoformat())
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
        return {"placement_id": self.id, "home_id": self.home_id, "ends_on": self.ends_on}

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


def start(
    request: PlacementRequest,
    home: Home,
    body: dict[str, Any],
    *,
    inquiries: Sequence[Inquiry],
    stays_in_home: Iterable[Stay],
    stays_of_person: Iterable[Stay],
    young_in_home: Iterable[Stay] = (),
    siblings: Siblings = NO_SIBLINGS,
    municipality_code: str = "",
    leave: tuple[Period, ...] = (),
    by: str,
    at: datetime,
    today: date,
) -> Placement:
    """Places the person as a loaded `StartPlacement` says; there is no other way into a home. An introduction takes no
    place and leaves the request open.

    `inquiries` are those of the request, the person's stays those where the person lives, `young_in_home` the stays of
    children and young people there. Raises what `START_PLACEMENT` lists, and `InvalidInput` for a day before the birth.
    """
    request.must_be_open()
    kind, starts_on = PlacementKind(body["kind"]), body["starts_on"]
    if starts_on < request.birth_date:
        raise NOT_BORN.refusal("/starts_on")
    if not any(inquiry.lets_start for inquiry in inquiries if inquiry.home_id == home.id):
        raise HomeHasNotAccepted
    is_stay = kind is PlacementKind.STAY
    stays = stays_in_home if is_stay else ()
    known: Any = {"person": request.lookup, "municipality_code": municipality_code, "leave": leave}
    offer = home.offer_from(starts_on, stays=stays, **known)
    approval = _approval_for(request.need_on(starts_on, siblings), offer)
    if is_stay and request.assignment in LIVING and lives_elsewhere(stays_of_person, starts_on):
        raise PersonAlreadyPlaced
    decision = _decision_for(request, body, by=by, at=at, today=today)
    placement = Placement(
        id=new_id(),
        placement_request_id=request.id,
        home_id=home.id,
        approval_id=approval.approval_id,
        assignment=request.assignment,
        kind=kind.value,
        starts_on=starts_on,
        ends_on=body["ends_on"],
        started_by=by,
        changed_at=at,
        care_decisions=[decision] if decision else [],
        said_ends=[],
        plans=[],
        reviews=[],
        more_than_three=is_stay and _are_more_than_three(request, starts_on, young_in_home),
    )
    if is_stay:
        _meet(request, inquiries, at=at)
    return placement


def _decision_for(
    request: PlacementRequest, body: dict[str, Any], *, by: str, at: datetime, today: date
) -> CareDecision | None:
    """The decision on care that lets the person come; None where none is needed and none was taken."""
    kind, assignment, starts_on = PlacementKind(body["kind"]), Assignment(request.assignment), body["starts_on"]
    said = body["care_decision"]
    if kind is PlacementKind.INTRODUCTION:
        _must_be_introduction(assignment, said)
        return None
    if said is None:
        if care.needs_decision(assignment, kind):
            raise CareDecisionMissing
        return None
    about: dict[str, Any] = {"assignment": assignment, "urgent": request.urgent, "age": request.age_on(starts_on)}
    decision = decide(said, pointer="/care_decision", **about, by=by, at=at, today=today)
    if decision.decided_on > starts_on:
        raise PlacedBeforeDecision
    decision.placement_request_id = request.id
    return decision


def _are_more_than_three(request: PlacementRequest, starts_on: date, young_in_home: Iterable[Stay]) -> bool:
    """Whether with this child or young person more than three are placed in the home (SoF 2025:468, 16:2)."""
    if request.assignment not in LIVING or request.age_on(starts_on) >= law.YOUNG_UNTIL:
        return False
    return occupied_from(young_in_home, starts_on) >= law.MOST_UNTOLD


def _must_be_introduction(assignment: Assignment, said: dict[str, Any] | None) -> None:
    if assignment not in LIVING:
        raise INTRODUCTION_OF_LIVING.refusal("/kind")
    if said is not None:
        raise IntroductionNotDecided


def _meet(request: PlacementRequest, inquiries: Sequence[Inquiry], *, at: datetime) -> None:
    """The need has been met: nobody has to answer any more."""
    request.close(RequestStatus.PLACED, at=at)
    for inquiry in inquiries:
        inquiry.close(at=at)


def _approval_for(need: Need, offer: HomeOffer) -> ApprovedFor:
    """The approval under which the home takes the person. The first obstacle names the refusal, which lists all."""
    approval = approval_for(need, offer)
    if approval is None:
        obstacles = obstacles_of(need, offer)
        listed = [{"code": obstacle.code.value, "detail": obstacle.detail} for obstacle in obstacles]
        raise _REFUSALS[obstacles[0].code](obstacles[0].detail, extra={"obstacles": listed})
    return approval
