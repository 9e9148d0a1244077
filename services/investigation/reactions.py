"""What investigation does when an event of another service comes."""

from typing import Any

from sqlalchemy import select

from services.investigation.model import Investigation, open_investigation
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import each


@each
def on_application_qualified(unit: Unit, data: dict[str, Any]) -> None:
    """Opens the investigation of an application: one, however often and under whatever ids the event comes."""
    application_id = data["application_id"]
    unit.alone(f"application {application_id}")
    known = unit.session.scalar(select(Investigation.id).where(Investigation.application_id == application_id))
    if known is None:
        lookups = {adult["id"]: unit.lookup_person(adult["personal_number"]) for adult in data["adults"]}
        unit.add(open_investigation(data, lookups=lookups, at=unit.now))
