"""What inspectors find missing, counted from the house's own data, with what stands behind each figure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, any_, exists, func, or_, select
from sqlalchemy.orm import aliased

from services.kernel.basics.days import add_months
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.clocks.model import Deadline
from services.placement.contract.common import CASEWORKER
from services.placement.contract.placements import EndReason
from services.placement.contract.plans import ReviewKind
from services.placement.contract.reports import FigureCode
from services.placement.contract.requests import NetworkResult, RequestStatus
from services.placement.contract.visits import VisitStatus
from services.placement.follow_up.model import Review
from services.placement.homes.concerns import Concern
from services.placement.homes.model import Approval, Home
from services.placement.homes.told import Training
from services.placement.informal.model import InformalStay
from services.placement.inquiries.model import Inquiry
from services.placement.matching.model import Weighing
from services.placement.placements.model import Placement
from services.placement.placements.papers import CareDecision
from services.placement.requests.model import PlacementRequest
from services.placement.visits.model import Visit
from services.vocabulary.across import DeadlineKind
from services.vocabulary.assignments import LIVING, Assignment

_MOST, _SHOWN = 10_000, 100
_FOLLOWED_MONTHS = 6
_EMERGENCY = (Assignment.EMERGENCY_HOME, Assignment.CONTRACTED_EMERGENCY_HOME)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Period:
    """The day it is, and the year that is asked for."""

    today: date
    municipality_code: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """What one figure counts: things of a kind, by their ids."""

    code: FigureCode
    kind: str
    ids: Callable[[_Period], Select[Any]]
    law: str | None = None


def report_self_monitoring(unit: Unit, query: dict[str, Any]) -> Answer:
    """Each figure, and for caseworkers what stands behind it."""
    year = query.get("year", unit.today.year)
    period = _Period(
        today=unit.today, municipality_code=unit.municipality_code, first=date(year, 1, 1), last=date(year, 12, 31)
    )
    shows = not CASEWORKER.isdisjoint(unit.context.roles)
    return Answer({"year": year, "figures": [_counted(unit, one, period, shows=shows) for one in FIGURES]})


def _counted(unit: Unit, figure: _Figure, period: _Period, *, shows: bool) -> dict[str, Any]:
    ids = figure.ids(period)
    count = unit.session.scalar(select(func.count()).select_from(ids.limit(_MOST).subquery()))
    found = unit.session.scalars(ids.limit(_SHOWN)).all() if shows else []
    items = [{"kind": figure.kind, "id": one} for one in found]
    return {"code": figure.code, "law": figure.law, "count": count, "items": items}


def _running(today: date) -> Select[Any]:
    """The stays that go on of whoever lives in a home."""
    return (
        select(Placement.id)
        .where(Placement.runs_on(today), Placement.is_stay(), Placement.assignment.in_(LIVING))
        .order_by(Placement.id)
    )


def _overdue(kind: DeadlineKind) -> Callable[[_Period], Select[Any]]:
    """The stays that go on of which something of that kind is overdue."""

    def ids(period: _Period) -> Select[Any]:
        due = exists().where(
            Deadline.placement_id == Placement.id, Deadline.kind == kind, Deadline.due_on < period.today
        )
        return _running(period.today).where(due)

    return ids


def _without_decision(period: _Period) -> Select[Any]:
    return _running(period.today).where(~exists().where(CareDecision.placement_id == Placement.id))


def _without_worker(period: _Period) -> Select[Any]:
    return _running(period.today).where(Placement.child_social_worker.is_(None))


def _without_limit(period: _Period) -> Select[Any]:
    known = exists().where(Deadline.placement_id == Placement.id, Deadline.kind == DeadlineKind.EMERGENCY_STAY_LIMIT)
    return _running(period.today).where(Placement.assignment.in_(_EMERGENCY), ~known)


def _lost(period: _Period) -> Select[Any]:
    """Of homes whose approval is gone; one that has run out is not where the home has been approved anew."""
    has_run_out = and_(Approval.valid_until < period.today, ~_anew(period.today))
    gone = or_(Approval.suspended, Approval.revoked_on <= period.today, has_run_out)
    return _running(period.today).where(exists().where(Approval.id == Placement.approval_id, gone))


def _anew(today: date) -> ColumnElement[bool]:
    """Whether another approval holds under which the person may be there: asked of those only whose own has run out."""
    other = aliased(Approval)
    holds = (
        other.home_id == Placement.home_id,
        other.holds_on(today),
        Placement.assignment == any_(other.assignments),
        PlacementRequest.id == Placement.placement_request_id,
        or_(
            and_(other.child_lookup.is_(None), other.child_name.is_(None)),
            other.child_lookup == PlacementRequest.lookup,
        ),
    )
    return exists().where(*holds).correlate(Placement)


def _concerned(period: _Period) -> Select[Any]:
    return _running(period.today).where(
        exists().where(Concern.home_id == Placement.home_id, Concern.settled_on.is_(None))
    )


def _started(period: _Period) -> Select[Any]:
    """The stays that began in the year."""
    return (
        select(Placement.id)
        .where(
            Placement.starts_on.between(period.first, period.last),
            Placement.is_stay(),
            Placement.assignment.in_(LIVING),
        )
        .order_by(Placement.id)
    )


def _nothing_told(period: _Period) -> Select[Any]:
    told = exists().where(
        Inquiry.placement_request_id == Placement.placement_request_id,
        Inquiry.home_id == Placement.home_id,
        Inquiry.is_told,
    )
    return _started(period).where(~told)


def _network_not_asked(period: _Period) -> Select[Any]:
    asked = exists().where(
        PlacementRequest.id == Placement.placement_request_id,
        PlacementRequest.network_result.is_not(None),
        PlacementRequest.network_result != NetworkResult.NOT_ASKED,
    )
    return _started(period).where(~asked)


def _untrained(period: _Period) -> Select[Any]:
    """Of homes none of whose training was told; where nobody tells of training nothing is known of any."""
    attended = exists().where(Training.home_id == Placement.home_id, Training.attended)
    return _running(period.today).where(exists(select(Training.id)), ~attended)


def _host_not_consulted(period: _Period) -> Select[Any]:
    elsewhere = exists().where(
        Home.id == Placement.home_id, Home.host_code != period.municipality_code, Home.host_consulted_on.is_(None)
    )
    return _running(period.today).where(elsewhere)


def _not_followed_up(period: _Period) -> Select[Any]:
    """Those that have gone on for six months, of which nobody has written down a visit or a talk in six months: the law
    says regularly, and the care is considered as often."""
    since = add_months(period.today, -_FOLLOWED_MONTHS)
    seen = exists().where(
        Review.placement_id == Placement.id, Review.kind == ReviewKind.FOLLOW_UP, Review.held_on > since
    )
    return _running(period.today).where(Placement.starts_on <= since, ~seen)


def _not_weighed(period: _Period) -> Select[Any]:
    """Those that began with a need for which the homes were never weighed; not those that go on in the same home."""
    weighed = exists().where(Weighing.placement_request_id == Placement.placement_request_id)
    return _started(period).where(Placement.continues.is_(None), ~weighed)


def _unconfirmed(period: _Period) -> Select[Any]:
    late = select(Visit.placement_id).where(Visit.status == VisitStatus.REPORTED, Visit.confirm_by < period.today)
    return select(Placement.id).where(Placement.id.in_(late)).order_by(Placement.id)


def _breakdowns(period: _Period) -> Select[Any]:
    return (
        select(Placement.id)
        .where(
            Placement.ends_on.between(period.first, period.last),
            Placement.end_code == EndReason.BREAKDOWN,
            Placement.is_stay(),
        )
        .order_by(Placement.id)
    )


def _informal(period: _Period) -> Select[Any]:
    too_long = and_(InformalStay.outcome.is_(None), InformalStay.decision_due_on < period.today)
    return select(InformalStay.id).where(too_long).order_by(InformalStay.id)


def _unexecuted(period: _Period) -> Select[Any]:
    late = and_(PlacementRequest.status == RequestStatus.OPEN, PlacementRequest.execution_due_on < period.today)
    return select(PlacementRequest.id).where(late).order_by(PlacementRequest.id)


def _of_placements(code: FigureCode, ids: Callable[[_Period], Select[Any]], law: str | None) -> _Figure:
    return _Figure(code=code, kind="placement", ids=ids, law=law)


FIGURES = (
    _of_placements(FigureCode.WITHOUT_DECISION, _without_decision, "SoL 22:2"),
    _of_placements(
        FigureCode.CHAIR_NOT_FOLLOWED_UP, _overdue(DeadlineKind.CHAIR_DECISION_FOLLOW_UP), "KL 6:39, SoL 30:6"
    ),
    _of_placements(FigureCode.NOTHING_TOLD, _nothing_told, None),
    _of_placements(FigureCode.NETWORK_NOT_ASKED, _network_not_asked, "SoL 22:1"),
    _of_placements(FigureCode.PLANS_MISSING, _overdue(DeadlineKind.PLAN_MISSING), "SoL 9:12, SoF 10:2-3"),
    _of_placements(FigureCode.CARE_NOT_CONSIDERED, _overdue(DeadlineKind.CARE_CONSIDERATION), "SoL 22:13"),
    _of_placements(FigureCode.CUSTODY_NOT_CONSIDERED, _overdue(DeadlineKind.CUSTODY_CONSIDERATION), "SoL 22:14"),
    _of_placements(FigureCode.CARE_PLAN_NOT_REVISED, _overdue(DeadlineKind.CARE_PLAN_REVISION), "SoL 9:13"),
    _of_placements(FigureCode.EMERGENCY_TOO_LONG, _overdue(DeadlineKind.EMERGENCY_STAY_LIMIT), "SoL 22:4"),
    _of_placements(FigureCode.EMERGENCY_WITHOUT_LIMIT, _without_limit, "SoL 22:4"),
    _of_placements(FigureCode.MORE_THAN_THREE_UNTOLD, _overdue(DeadlineKind.MORE_THAN_THREE), "SoF 16:2"),
    _Figure(code=FigureCode.INFORMAL_TOO_LONG, kind="informal_stay", ids=_informal, law="SoL 22:2"),
    _of_placements(FigureCode.APPROVAL_LOST, _lost, "SoL 22:2"),
    _of_placements(FigureCode.OPEN_CONCERN, _concerned, None),
    _Figure(code=FigureCode.NOT_EXECUTED, kind="placement_request", ids=_unexecuted, law="SoL 34:1"),
    _of_placements(FigureCode.UNTRAINED, _untrained, "SoL 22:3-4"),
    _of_placements(FigureCode.HOST_NOT_CONSULTED, _host_not_consulted, "SoL 22:6"),
    _of_placements(FigureCode.NOT_FOLLOWED_UP, _not_followed_up, "SoL 22:11"),
    _of_placements(FigureCode.NOT_WEIGHED, _not_weighed, None),
    _of_placements(FigureCode.VISITS_UNCONFIRMED, _unconfirmed, None),
    _of_placements(FigureCode.WITHOUT_SOCIAL_WORKER, _without_worker, "SoL 22:12"),
    _of_placements(FigureCode.BREAKDOWNS, _breakdowns, None),
)
