"""How placement's events are told again when they are older than what is kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, true
from sqlalchemy.orm import selectinload

from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, OnlyWhileKept, from_rows
from services.placement.contract.plans import ReviewKind
from services.placement.contract.visits import VisitStatus
from services.placement.follow_up.model import last_considered
from services.placement.model import Home, Placement, PlacementRequest, Review, Visit
from services.placement.placements.care import PlacementKind

_CONSIDERED = Review.kind == ReviewKind.CARE_CONSIDERATION
_IS_TOLD = Placement.kind == PlacementKind.STAY


@from_rows(Placement, selectinload(Placement.home).selectinload(Home.adults), where=_IS_TOLD)
def placement_started(_unit: Unit, placements: Sequence[Placement]) -> Happened:
    """Each placement, with the adults that its home has today."""
    return [(placement, placement.started()) for placement in placements]


@from_rows(Placement, where=Placement.ends_on.is_not(None) & _IS_TOLD)
def placement_ended(_unit: Unit, placements: Sequence[Placement]) -> Happened:
    """Each placement whose last day is known, also of one that was cancelled."""
    return [(placement, placement.ended()) for placement in placements]


@from_rows(PlacementRequest, where=true())
def placed_person_changed(_unit: Unit, requests: Sequence[PlacementRequest]) -> Happened:
    """Each request of somebody whose identity is protected; of whom nothing is told, it is not."""
    return [(request, request.protection()) for request in requests if request.protected_identity]


@from_rows(Placement, where=Placement.family_home_worker.is_not(None) | Placement.child_social_worker.is_not(None))
def team_changed(unit: Unit, placements: Sequence[Placement]) -> Happened:
    """Who looks after each placement."""
    return [(placement, placement.team(unit.today)) for placement in placements]


@from_rows(Home, where=Home.others_children > 0)
def others_children_said(_unit: Unit, homes: Sequence[Home]) -> Happened:
    """Each home in which others have placed somebody; of which nothing is told, in it nobody is."""
    return [(home, home.others_said()) for home in homes]


@from_rows(Visit, where=Visit.status == VisitStatus.CONFIRMED)
def visit_confirmed(_unit: Unit, visits: Sequence[Visit]) -> Happened:
    """Each visit that is confirmed, as it is said now."""
    return [(visit, visit.told()) for visit in visits]


@from_rows(Placement, where=exists().where(Review.placement_id == Placement.id, _CONSIDERED))
def care_considered(_unit: Unit, placements: Sequence[Placement]) -> Happened:
    """The last time at which the care of each placement was considered."""
    return [(placement, _last_considered(placement)) for placement in placements]


def _last_considered(placement: Placement) -> dict[str, Any]:
    considered_on = last_considered(placement.reviews)
    return {"placement_id": placement.id, "home_id": placement.home_id, "considered_on": considered_on}


visit_withdrawn = OnlyWhileKept("What was taken back is not told again: it is as if it had never been confirmed.")
deadline_approaching = OnlyWhileKept("It warns of a day: what is due is on the list of deadlines.")
placement_weeded = OnlyWhileKept("What is gone is in nothing that is told again.")
inquiry_unanswered = OnlyWhileKept("It reminds of an answer: whoever still owes one is on the list of inquiries.")
