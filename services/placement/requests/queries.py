"""What placement shows of needs."""

from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.requests.model import PlacementRequest


class _ListedRequest:
    """What a row of the list knows of itself as a placement request does."""

    __slots__ = ()
    name, protected_identity = PlacementRequest.name, PlacementRequest.protected_identity
    birth_date, age, age_on = PlacementRequest.birth_date, PlacementRequest.age, PlacementRequest.age_on


_REQUESTS = Listing(
    select(
        PlacementRequest.id,
        PlacementRequest.assignment,
        PlacementRequest.status,
        PlacementRequest.person,
        PlacementRequest.needed_from,
        PlacementRequest.urgent,
        PlacementRequest.opened_at,
    ),
    order=(PlacementRequest.urgent.desc(), PlacementRequest.needed_from, PlacementRequest.id),
    row=_ListedRequest,
    status=PlacementRequest.status == bindparam("status"),
)


def list_placement_requests(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The placement requests, the most pressing first."""
    return paged(*unit.list(_REQUESTS, page, query))


def get_placement_request(unit: Unit, placement_request_id: str) -> Answer:
    """One placement request."""
    return Answer(unit.read(PlacementRequest, placement_request_id))
