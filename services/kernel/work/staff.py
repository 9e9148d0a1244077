"""Protecting the identity of one of the staff: an operation that every service has."""

from typing import Any

from sqlalchemy.dialects import postgresql

from services.kernel.rows.staff import ProtectedStaff
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def protect_staff(unit: Unit, body: dict[str, Any]) -> Answer:
    """Says whether somebody's identity is protected, as often as one likes."""
    said = {"is_protected": body["protected_identity"], "set_by": unit.actor, "set_at": unit.now}
    kept = postgresql.insert(ProtectedStaff).values(id=body["actor"], **said)
    unit.session.execute(kept.on_conflict_do_update(index_elements=["tenant", "id"], set_=said))
    unit.changes_known = True
    return Answer({"protected_identity": body["protected_identity"]})
