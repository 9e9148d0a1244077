"""Of whom that investigation's events are about it may be spoken: their identity is not protected now."""

from collections.abc import Collection, Iterable

from sqlalchemy import select

from services.investigation.model import Approval, Home, PlacedPerson
from services.kernel.rows.staff import StaffMember
from services.kernel.rows.unit import Unit


def home(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the homes whose identity is not protected."""
    return set(unit.session.scalars(select(Home.id).where(Home.id.in_(ids), Home.protected_identity.is_(False))))


def approval(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the approvals that are not for a child with a protected identity."""
    found = unit.session.execute(select(Approval.id, Approval.texts).where(Approval.id.in_(ids))).all()
    children = {one.id: one.texts.get("child_personal_number") for one in found}
    hidden = protected_children(unit, children.values())
    return {approval_id for approval_id, number in children.items() if number not in hidden}


def staff(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the staff whose identity is not protected."""
    found = select(StaffMember.id).where(StaffMember.id.in_(ids), StaffMember.is_protected.is_(False))
    return set(unit.session.scalars(found))


def protected_children(unit: Unit, numbers: Iterable[str | None]) -> set[str]:
    """Those of the personal numbers that are of somebody with a protected identity."""
    lookups = {unit.lookup_person(number): number for number in numbers if number is not None}
    if not lookups:
        return set()
    protected = select(PlacedPerson.lookup).where(PlacedPerson.lookup.in_(lookups), PlacedPerson.is_protected)
    return {lookups[lookup] for lookup in unit.session.scalars(protected)}
