"""Placement's tables, and what may become of a home, a placement request, an inquiry and a placement."""

from services.placement.base import Base
from services.placement.homes.model import Approval, Home, HomeAdult
from services.placement.inquiries.model import Inquiry, ask
from services.placement.placements.model import Placement, start
from services.placement.placements.papers import CareDecision, SaidEnd
from services.placement.postcodes.model import Postcode, PostcodeChange, PostcodeTable
from services.placement.requests.model import PlacementRequest, open_request

__all__ = [
    "Approval",
    "Base",
    "CareDecision",
    "Home",
    "HomeAdult",
    "Inquiry",
    "Placement",
    "PlacementRequest",
    "Postcode",
    "PostcodeChange",
    "PostcodeTable",
    "SaidEnd",
    "ask",
    "open_request",
    "start",
]
