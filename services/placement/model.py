"""Placement's tables, and what may become of a home, a placement request, an inquiry and a placement."""

from services.placement.base import Base
from services.placement.clocks.model import Deadline
from services.placement.follow_up.model import PlacementPlan, Review
from services.placement.homes.concerns import Concern
from services.placement.homes.model import Approval, Home, HomeAdult
from services.placement.homes.told import HomeContract, Leave, Training
from services.placement.informal.model import InformalStay
from services.placement.inquiries.model import Inquiry, ask
from services.placement.matching.model import Weighing
from services.placement.need_codes.model import NeedCodeChange, NeedCodeTable
from services.placement.placements.entry import start
from services.placement.placements.model import Placement
from services.placement.placements.papers import CareDecision, SaidEnd
from services.placement.postcodes.model import Postcode, PostcodeChange, PostcodeTable
from services.placement.requests.model import PlacementRequest, open_request
from services.placement.visits.model import Visit, VisitChange

__all__ = [
    "Approval",
    "Base",
    "CareDecision",
    "Concern",
    "Deadline",
    "Home",
    "HomeAdult",
    "HomeContract",
    "InformalStay",
    "Inquiry",
    "Leave",
    "NeedCodeChange",
    "NeedCodeTable",
    "Placement",
    "PlacementPlan",
    "PlacementRequest",
    "Postcode",
    "PostcodeChange",
    "PostcodeTable",
    "Review",
    "SaidEnd",
    "Training",
    "Visit",
    "VisitChange",
    "Weighing",
    "ask",
    "open_request",
    "start",
]
