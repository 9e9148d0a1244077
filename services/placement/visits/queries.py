"""What placement shows of visits."""

from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.homes.listed import OWN, own
from services.placement.homes.model import Home
from services.placement.requests.model import PlacementRequest
from services.placement.visits.model import Visit


class _ListedVisit:
    """What a row of the list knows of itself as a visit does."""

    __slots__ = ()
    home_is_protected: bool
    person: dict[str, Any]
    person_is_protected = PlacementRequest.protected_identity
    protected_identity = Visit.protected_identity


_VISITS = Listing(
    select(
        Visit.id,
        Visit.placement_id,
        Visit.home_id,
        Visit.assignment,
        Visit.status,
        Visit.starts_on,
        Visit.ends_on,
        Visit.half_first_day,
        Visit.half_last_day,
        Visit.note,
        Visit.reported_at,
        Visit.reported_by_home,
        Visit.confirmed_at,
        Visit.corrected,
        PlacementRequest.person,
        Home.protected_identity.label("home_is_protected"),
    )
    .join(Home, Home.id == Visit.home_id)
    .join(PlacementRequest, PlacementRequest.id == Visit.placement_request_id),
    order=(Visit.starts_on.desc(), Visit.id.desc()),
    row=_ListedVisit,
    placement_id=Visit.placement_id == bindparam("placement_id"),
    month=Visit.month == bindparam("month"),
    status=Visit.status == bindparam("status"),
    own=Visit.home_id == OWN,
)


def list_visits(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The visits, the latest first."""
    return paged(*unit.list(_VISITS, page, query | own(unit)))
