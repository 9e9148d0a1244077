"""The routes of placement."""

from gateway.endpoints import Route
from services.placement import contract

_M = "/<municipality>"
_REQUESTS = f"{_M}/placement-requests"
_REQUEST = f"{_REQUESTS}/<placement_request_id>"
_INQUIRY = f"{_M}/inquiries/<inquiry_id>"
_PLACEMENTS = f"{_M}/placements"
_PLACEMENT = f"{_PLACEMENTS}/<placement_id>"

ROUTES: tuple[Route, ...] = (
    Route(method="GET", path=f"{_M}/homes", service="placement", operation=contract.LIST_HOMES),
    Route(method="GET", path=f"{_M}/homes/<home_id>", service="placement", operation=contract.GET_HOME),
    Route(
        method="POST",
        path=_REQUESTS,
        service="placement",
        operation=contract.OPEN_PLACEMENT_REQUEST,
        status=201,
        location="/placement-requests/{id}",
    ),
    Route(method="GET", path=_REQUESTS, service="placement", operation=contract.LIST_PLACEMENT_REQUESTS),
    Route(method="GET", path=_REQUEST, service="placement", operation=contract.GET_PLACEMENT_REQUEST),
    Route(method="GET", path=f"{_REQUEST}/candidates", service="placement", operation=contract.LIST_CANDIDATES),
    Route(
        method="POST",
        path=f"{_REQUEST}/inquiries",
        service="placement",
        operation=contract.SEND_INQUIRY,
        status=201,
    ),
    Route(method="GET", path=f"{_M}/inquiries", service="placement", operation=contract.LIST_INQUIRIES),
    Route(method="POST", path=f"{_INQUIRY}/accept", service="placement", operation=contract.ACCEPT_INQUIRY),
    Route(method="POST", path=f"{_INQUIRY}/decline", service="placement", operation=contract.DECLINE_INQUIRY),
    Route(
        method="POST",
        path=_PLACEMENTS,
        service="placement",
        operation=contract.START_PLACEMENT,
        status=201,
        location="/placements/{id}",
    ),
    Route(method="GET", path=_PLACEMENTS, service="placement", operation=contract.LIST_PLACEMENTS),
    Route(method="GET", path=_PLACEMENT, service="placement", operation=contract.GET_PLACEMENT),
    Route(method="POST", path=f"{_PLACEMENT}/end", service="placement", operation=contract.END_PLACEMENT),
)
