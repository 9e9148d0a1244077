"""How placement's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from sqlalchemy import true
from sqlalchemy.orm import selectinload

from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, OnlyWhileKept, from_rows
from services.placement.model import Home, Placement, PlacementRequest


@from_rows(Placement, selectinload(Placement.home).selectinload(Home.adults), where=Placement.is_stay())
def placement_started(_unit: Unit, placements: Sequence[Placement]) -> Happened:
    """Each placement, with the adults that its home has today."""
    return [(placement, placement.started()) for placement in placements]


@from_rows(Placement, where=Placement.ends_on.is_not(None) & Placement.is_stay())
def placement_ended(_unit: Unit, placements: Sequence[Placement]) -> Happened:
    """Each placement whose last day is known."""
    return [(placement, placement.ended()) for placement in placements]


@from_rows(PlacementRequest, where=true())
def placed_person_changed(_unit: Unit, requests: Sequence[PlacementRequest]) -> Happened:
    """Each request of somebody whose identity is protected; of whom nothing is told, it is not."""
    return [(request, request.protection()) for request in requests if request.protected_identity]


placement_weeded = OnlyWhileKept("What is gone is in nothing that is told again.")
inquiry_unanswered = OnlyWhileKept("It reminds of an answer: whoever still owes one is on the list of inquiries.")
