"""Of whom that placement's events are about it may be spoken: their identity is not protected now."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from services.kernel.rows.unit import Unit
from services.placement.model import Home, InformalStay, PlacementRequest


def home(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the homes whose identity is not protected."""
    return set(unit.session.scalars(select(Home.id).where(Home.id.in_(ids), Home.protected_identity.is_(False))))


def placement_request(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the requests whose person's identity is not protected."""
    found = unit.session.scalars(select(PlacementRequest).where(PlacementRequest.id.in_(ids)))
    return {request.id for request in found if not request.protected_identity}


def protected_people(unit: Unit, lookups: Iterable[bytes | None]) -> set[bytes]:
    """Those of the people, by their numbers' hashes, whose identity is protected in a request or an informal stay."""
    wanted = {lookup for lookup in lookups if lookup is not None}
    if not wanted:
        return set()
    kinds: tuple[Any, ...] = (PlacementRequest, InformalStay)
    found = (one for kind in kinds for one in unit.session.scalars(select(kind).where(kind.lookup.in_(wanted))))
    return {one.lookup for one in found if one.protected_identity}
