"""What intake does when an event of another service comes."""

from typing import Any

from sqlalchemy import or_, select

from services.intake.model import Applicant, Application
from services.kernel.rows import staff
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import newest


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Takes over whether a home's identity is protected. Where it is, every application is in which one of its adults
    is named, whichever home that is for."""
    is_protected = data["protected_identity"]
    of_home = Application.home_id == data["home_id"]
    if is_protected:
        lookups = [unit.lookup_person(adult["personal_number"]) for adult in data["adults"]]
        of_home = or_(
            of_home, Application.id.in_(select(Applicant.application_id).where(Applicant.lookup.in_(lookups)))
        )
    changed = select(Application).where(of_home, Application.protected_identity.is_not(is_protected))
    for application in unit.session.scalars(changed.order_by(Application.id).with_for_update(of=Application)).unique():
        application.protect(is_protected=is_protected, at=unit.now)


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])
