"""What mentorship does when another service tells a fact: one function per event."""

from typing import Any

from sqlalchemy import select

from services.kernel.contracts.faults import TooEarly
from services.kernel.rows.unit import Unit
from services.mentorship import offers
from services.mentorship.model import Home


def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the service's own copy of the home."""
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.approval_id = ""
    home.learn(data, lookups=[unit.lookup_person(adult["personal_number"]) for adult in data["adults"]])


def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Offers the home a mentor as a part of the basic support."""
    offers.choose_alone(unit)
    home = _find(unit, data["home_id"])
    if home is None:
        raise TooEarly
    offers.offer_to(unit, home)


def _find(unit: Unit, home_id: str) -> Home | None:
    return unit.session.scalars(select(Home).where(Home.id == home_id)).one_or_none()
