"""Placement's tables, and what may become of a home, a placement request, an inquiry and a placement."""

from services.placement.model.base import Base
from services.placement.model.homes import Approval, Home, HomeAdult
from services.placement.model.inquiries import Inquiry, ask
from services.placement.model.placements import Placement, start
from services.placement.model.postcodes import Postcode, PostcodeChange, PostcodeTable
from services.placement.model.requests import PlacementRequest, open_request

__all__ = [
    "Approval",
    "Base",
    "Home",
    "HomeAdult",
    "Inquiry",
    "Placement",
    "PlacementRequest",
    "Postcode",
    "PostcodeChange",
    "PostcodeTable",
    "ask",
    "open_request",
    "start",
]
