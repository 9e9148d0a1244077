"""Staff with a protected identity, said and seen."""

from typing import Any

from sqlalchemy import select

from services.investigation.contract import events
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Page
from services.kernel.rows import staff
from services.kernel.rows.listing import Listing
from services.kernel.rows.staff import StaffMember
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_STAFF = Listing(
    select(StaffMember.id, StaffMember.actor, StaffMember.is_protected.label("protected_identity")),
    order=(StaffMember.id,),
)


def protect_staff(unit: Unit, body: dict[str, Any]) -> Answer:
    """Says whether somebody's identity is protected; the other services learn it."""
    known = staff.known(unit, body["actor"])
    staff_id = known.id if known else new_id()
    member = staff.learn(unit, staff_id, body["actor"], is_protected=body["protected_identity"])
    unit.record(events.STAFF_CHANGED, subject=member, data=changed(member))
    unit.session.flush()
    return Answer(changed(member) | {"id": member.id}, version_of=member)


def list_protected_staff(unit: Unit, page: Page) -> Answer:
    """Of whom it has been said, those first of whom it was said first."""
    return paged(*unit.list(_STAFF, page, {}))


def changed(member: StaffMember) -> dict[str, Any]:
    """The event `staff_changed`."""
    return {"staff_id": member.id, "actor": member.actor, "protected_identity": member.is_protected}
