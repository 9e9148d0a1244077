"""Keeps what is due of a person's placements as it is worked out, and sees to it that each deadline is warned of once.

Called by whoever has changed something about the person's placements, while the person's requests are locked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.placement.clocks import rules
from services.placement.clocks.model import Deadline
from services.placement.clocks.rules import Followed, Stayed, Terms
from services.placement.contract.plans import ReviewKind
from services.placement.follow_up.model import PlacementPlan, Review
from services.placement.placements.care import LegalGround, PlacementKind, waits_for_committee
from services.placement.placements.model import Placement
from services.placement.requests.model import PlacementRequest
from services.vocabulary.across import DeadlineKind
from services.vocabulary.assignments import LIVING, Assignment

DEADLINE_APPROACHING = Duty(name="deadline_approaching")  #: its subject is what it is about, and the deadline's kind
FORGET_CLOCKS = Duty(name="forget_clocks")  #: its subject is a placement that is over then
_DAY = timedelta(days=1)
_IS_KEPT = Placement.kind == PlacementKind.STAY  # also one that was cancelled: nothing is due of it any more


def keep_clocks(unit: Unit, lookup: bytes) -> None:
    """Works out anew what is due of all stays of a person."""
    unit.session.flush()
    placements = _stays_of(unit, lookup)
    said = _said_of(unit, placements)
    stays = {one.id: _stayed(one) for one in placements}
    terms = Terms(plan_days=unit.settings.plan_days, chair_days=unit.settings.chair_days)
    known = _known(unit, placements)
    for placement in placements:
        followed = _followed(placement, stays, said)
        wanted = rules.left(rules.deadlines(followed, terms), placement.ends_on, unit.today)
        _store(unit, placement, followed, known[placement.id], wanted)
        if placement.ends_on is not None and not wanted.keys() <= rules.OUTLASTS:
            unit.plan(FORGET_CLOCKS, subject=placement.id, at=clock.at_local(placement.ends_on + _DAY, 0))


def warn(unit: Unit, subject: str, kind: DeadlineKind, due_on: date) -> None:
    """Plans the one warning of a deadline; of one that is near already at once."""
    at = max(unit.now, rules.warned_at(due_on, unit.settings.deadline_warning_days))
    unit.plan(DEADLINE_APPROACHING, subject=f"{subject} {kind}", at=at)


def forget_warning(unit: Unit, subject: str, kind: DeadlineKind) -> None:
    """It has been done, or is not due any more."""
    unit.cancel(DEADLINE_APPROACHING, subject=f"{subject} {kind}")


def _stays_of(unit: Unit, lookup: bytes) -> Sequence[Placement]:
    return (
        unit.session.scalars(
            select(Placement)
            .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id)
            .where(PlacementRequest.lookup == lookup, _IS_KEPT, Placement.assignment.in_(LIVING))
            .order_by(Placement.starts_on, Placement.id)
        )
        .unique()
        .all()
    )


class _Said:
    """The plans, the newest last, and the reviews, of some placements."""

    def __init__(self, plans: Iterable[PlacementPlan], reviews: Iterable[Review]) -> None:
        self._all = list(plans)
        self._plans = {plan.placement_id: plan for plan in self._all}
        self._reviews = list(reviews)

    def plan(self, placement: Placement) -> PlacementPlan | None:
        return self._plans.get(placement.id)

    def investigation_ended_on(self, care: Collection[str]) -> date | None:
        """When the child's own investigation ended, as it was said last in any of these placements: a plan that says
        nothing of it leaves it."""
        said = [one.child_investigation_ended_on for one in self._all if one.placement_id in care]
        return next(filter(None, reversed(said)), None)

    def last(self, kind: ReviewKind, since: date, until: date | None, *, of: Placement | None = None) -> Any:
        """The last review of a kind between two days, of any of the placements or of one."""
        found = [
            one
            for one in self._reviews
            if one.kind == kind
            and one.held_on >= since
            and (until is None or one.held_on <= until)
            and (of is None or one.placement_id == of.id)
        ]
        return max(found, key=lambda one: (one.held_on, one.id), default=None)


def _said_of(unit: Unit, placements: Sequence[Placement]) -> _Said:
    ids = [one.id for one in placements]
    plans = select(PlacementPlan).where(PlacementPlan.placement_id.in_(ids)).order_by(PlacementPlan.id)
    reviews = select(Review).where(Review.placement_id.in_(ids))
    return _Said(unit.session.scalars(plans).all(), unit.session.scalars(reviews).all())


def _stayed(placement: Placement) -> Stayed:
    return Stayed(home_id=placement.home_id, starts_on=placement.starts_on, ends_on=placement.ends_on)


def _followed(placement: Placement, stays: Mapping[str, Stayed], said: _Said) -> Followed:
    all_stays, here = list(stays.values()), stays[placement.id]
    since, in_home = rules.care_since(all_stays, here), rules.in_home_since(all_stays, here)
    care = {other for other, stay in stays.items() if rules.care_since(all_stays, stay) == since}
    plan, decisions = said.plan(placement), [one.decided for one in placement.care_decisions]
    return Followed(
        assignment=Assignment(placement.assignment),
        under_lvu=bool(decisions) and decisions[-1].ground is not LegalGround.SOL_CONSENT,
        born=placement.placement_request.birth_date,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        care_since=since,
        in_home_since=in_home,
        considered_on=_day(said.last(ReviewKind.CARE_CONSIDERATION, since, placement.ends_on)),
        custody_considered_on=_day(said.last(ReviewKind.CUSTODY_CONSIDERATION, in_home, placement.ends_on)),
        plan_revised_on=_day(said.last(ReviewKind.CARE_PLAN_REVISION, since, placement.ends_on)),
        plan_review_on=_review_day(plan, said, placement),
        has_plans=plan is not None and plan.is_whole,
        investigation_ended_on=said.investigation_ended_on(care),
        longer_until=_until(said.last(ReviewKind.EMERGENCY_EXTENSION, since, None, of=placement)),
        chair_decided_on=waits_for_committee(decisions),
        more_than_three=placement.more_than_three,
        ivo_told=said.last(ReviewKind.IVO_TOLD, date.min, None, of=placement) is not None,
    )


def _day(review: Review | None) -> date | None:
    return review.held_on if review else None


def _until(review: Review | None) -> date | None:
    return review.until if review else None


def _review_day(plan: PlacementPlan | None, said: _Said, placement: Placement) -> date | None:
    """By when the plan says that it is looked at, as long as it has not been since that was said."""
    if plan is None or plan.next_review_on is None:
        return None
    revised = _day(said.last(ReviewKind.CARE_PLAN_REVISION, date.min, None, of=placement))
    if revised is not None and (revised > clock.local_date(plan.said_at) or revised >= plan.next_review_on):
        return None
    return plan.next_review_on


def _known(unit: Unit, placements: Sequence[Placement]) -> Mapping[str, dict[DeadlineKind, Deadline]]:
    found: dict[str, dict[DeadlineKind, Deadline]] = defaultdict(dict)
    ids = [one.id for one in placements]
    for row in unit.session.scalars(select(Deadline).where(Deadline.placement_id.in_(ids))):
        found[row.placement_id][DeadlineKind(row.kind)] = row
    return found


def _store(
    unit: Unit,
    placement: Placement,
    followed: Followed,
    known: Mapping[DeadlineKind, Deadline],
    wanted: Mapping[DeadlineKind, date],
) -> None:
    """Makes the rows as they are wanted. What is as it was is left alone, and so is its warning."""
    news, gone = rules.changed({kind: row.due_on for kind, row in known.items()}, wanted)
    for row in known.values():
        row.under_lvu = followed.under_lvu
    for kind in gone:
        unit.session.delete(known[kind])
        forget_warning(unit, placement.id, kind)
    for kind, due_on in news.items():
        if kind in known:
            known[kind].due_on = due_on
        else:
            unit.add(_deadline(placement, followed, kind, due_on))
        warn(unit, placement.id, kind, due_on)


def _deadline(placement: Placement, followed: Followed, kind: DeadlineKind, due_on: date) -> Deadline:
    of = {"placement_id": placement.id, "placement_request_id": placement.placement_request_id}
    return Deadline(id=new_id(), kind=kind, due_on=due_on, under_lvu=followed.under_lvu, **of)
