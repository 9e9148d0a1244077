"""What intake does when something has happened in another service."""

from typing import Any

from sqlalchemy import delete, select

from services.intake.applications.model import Application
from services.intake.applications.parts import ProtectedPerson
from services.intake.contract.applications import Status
from services.kernel.rows import staff, weeding
from services.kernel.rows.unit import Unit
from services.kernel.work.reactions import newest


@newest
def on_home_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Takes over whether a home's identity is protected, and who lives there while it is: they are found in every
    application, also in one that comes later."""
    home_id, is_protected = data["home_id"], data["protected_identity"]
    _forget_people(unit, home_id)
    for adult in data["adults"] if is_protected else ():
        lookup = unit.lookup_person(adult["personal_number"])
        unit.add(ProtectedPerson(id=adult["id"], home_id=home_id, lookup=lookup))
    changed = select(Application).where(
        Application.home_id == home_id, Application.protected_identity.is_not(is_protected)
    )
    for application in unit.session.scalars(changed.order_by(Application.id).with_for_update(of=Application)).unique():
        application.protect(is_protected=is_protected, at=unit.now)


@newest
def on_home_weeded(unit: Unit, data: dict[str, Any]) -> None:
    """The applications that led to the home's investigations go with its file, and what was known of its people."""
    _forget_people(unit, data["home_id"])
    asked = select(Application).where(Application.id.in_(data["application_ids"]))
    qualified = asked.where(Application.status == Status.QUALIFIED).order_by(Application.id)
    for one in unit.session.scalars(qualified.with_for_update(of=Application)).unique().all():
        weeding.weed(unit, weeding.tree_of(unit, one), ())
    weeding.remember(unit, dict.fromkeys(weeding.ids_in(data), 0))


@newest
def on_staff_changed(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps whether the identity of one of the staff is protected."""
    staff.learn(unit, data["staff_id"], data["actor"], is_protected=data["protected_identity"])


def _forget_people(unit: Unit, home_id: str) -> None:
    unit.session.execute(delete(ProtectedPerson).where(ProtectedPerson.home_id == home_id))
