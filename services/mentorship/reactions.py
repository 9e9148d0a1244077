"""What mentorship does when an event of another service comes: one function per event."""

from typing import Any

from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest
from services.mentorship import offers
from services.mentorship.model import Home


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the service's own copy of the home."""
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.approval_id = ""
    home.learn(data, lookups=[unit.lookup_person(adult["personal_number"]) for adult in data["adults"]])


@each
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Offers the home a mentor as a part of the basic support."""
    offers.choose_alone(unit)
    offers.offer_to(unit, unit.known(Home, data["home_id"]))
