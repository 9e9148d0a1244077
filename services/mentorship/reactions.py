"""What mentorship does when an event of another service comes: one function per event."""

from typing import Any

from services.kernel.rows import staff
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest
from services.mentorship import offers
from services.mentorship.model import Home


@newest
def on_home_approved(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps that the home is approved, and of one whose people nobody has told of who lives there."""
    _home(unit, data["home_id"]).learn(data, lookup=unit.lookup_person)


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps who lives in a home and where it is."""
    _home(unit, data["home_id"]).follow(data, lookup=unit.lookup_person)


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


def _home(unit: Unit, home_id: str) -> Home:
    home, is_new = unit.ensure(Home, home_id)
    if is_new:
        home.begin()
    return home


@each
def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Offers the home a mentor as a part of the basic support."""
    offers.choose_alone(unit)
    offers.offer_to(unit, unit.known(Home, data["home_id"]))
