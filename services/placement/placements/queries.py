"""What placement shows of placements."""

from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged
from services.placement.contract.placements import Flag
from services.placement.homes.concerns import with_concern
from services.placement.homes.listed import OWN, PEOPLE, own
from services.placement.homes.model import Home
from services.placement.placements.model import Placement
from services.placement.requests.model import PlacementRequest


class _ListedPlacement:
    """What a row of the list knows of itself as a placement does."""

    __slots__ = ()
    home_name, person_name = Home.name, PlacementRequest.name
    status_on, stay = Placement.status_on, Placement.stay
    home_is_protected: bool
    person: dict[str, Any]
    person_is_protected = PlacementRequest.protected_identity
    protected_identity = Placement.protected_identity


_PLACEMENTS = Listing(
    select(
        Placement.id,
        Placement.placement_request_id,
        Placement.home_id,
        Placement.assignment,
        Placement.kind,
        Placement.starts_on,
        Placement.ends_on,
        PlacementRequest.person,
        Home.protected_identity.label("home_is_protected"),
        PEOPLE,
    )
    .join(Home, Home.id == Placement.home_id)
    .join(PlacementRequest, PlacementRequest.id == Placement.placement_request_id),
    order=(Placement.starts_on.desc(), Placement.id.desc()),
    row=_ListedPlacement,
    home_id=Placement.home_id == bindparam("home_id"),
    placement_request_id=Placement.placement_request_id == bindparam("placement_request_id"),
    own=Placement.home_id == OWN,
)


def list_placements(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The placements, those that start latest first."""
    found, total = unit.list(_PLACEMENTS, page, query | own(unit))
    return paged((_placement(unit, one) for one in found), total)


def get_placement(unit: Unit, placement_id: str) -> Answer:
    """One placement."""
    return placement_answer(unit, unit.read(Placement, placement_id))


def placement_answer(unit: Unit, placement: Placement) -> Answer:
    """The whole placement with its ETag."""
    return Answer(_placement(unit, placement, flags=_flags(unit, placement)), version_of=placement)


def _flags(unit: Unit, placement: Placement) -> list[Flag]:
    """What staff have to look at; a home is not shown it."""
    if unit.for_home:
        return []
    flags = placement.flags_on(unit.today)
    is_over = placement.status_on(unit.today).is_over
    return flags if is_over or not with_concern(unit, [placement.home_id]) else [*flags, Flag.OPEN_CONCERN]


_STAFFS_OWN = {
    **dict.fromkeys(("end_code", "end_reason", "started_by", "ended_by")),
    **dict.fromkeys(("care_decisions", "said_ends", "reviews"), ()),
}  #: of a placement, what its home is not shown


def _placement(unit: Unit, placement: Any, **beside: Any) -> Shown:
    """A placement, or a row of the list. A home is shown what it needs: who is placed there, until it has ended."""
    status = placement.status_on(unit.today)
    if not unit.for_home:
        return Shown(placement, status=status, **beside)
    over = dict.fromkeys(("person_name", "person", "plan")) if status.is_over else {}
    return Shown(placement, status=status, **_STAFFS_OWN, **over, **beside)
