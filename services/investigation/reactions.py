"""What investigation does when an event of another service comes."""

from typing import Any

from sqlalchemy import select

from services.investigation import homes
from services.investigation.model import Home, Investigation, PlacedPerson, open_investigation
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each, newest


@each
def on_application_qualified(unit: Unit, data: dict[str, Any]) -> None:
    """Opens the investigation of an application: one, however often and under whatever ids the event comes. A home that
    is known already gets another one, and keeps its people."""
    application_id = data["application_id"]
    unit.alone(f"application {application_id}")
    known = unit.session.scalar(select(Investigation.id).where(Investigation.application_id == application_id))
    if known is not None:
        return
    home, is_new = unit.ensure(Home, data["home_id"])
    if is_new:
        home.begin(unit.now)
    home.join(data, lookup=unit.lookup_person, at=unit.now)
    unit.session.flush()  # the checks refer to the adults
    opened = open_investigation(home, data, at=unit.now)
    homes.follow_up(unit, home, opened=opened)
    unit.add(opened)
    homes.tell(unit, home)


@newest
def on_placed_person_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether a child, for whom a network home may be approved, has a protected identity."""
    person, _ = unit.ensure(PlacedPerson, data["placement_request_id"])
    person.lookup = unit.lookup_person(data["personal_number"])
    person.is_protected = data["protected_identity"]
