"""Who has worked in a service, shown: an operation that every service has."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import any_, literal, select

from services.kernel.contracts.hiding import is_hidden_staff
from services.kernel.rows.colleagues import Colleague
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

MOST = 5_000  #: who are shown: those who worked last


def list_staff(unit: Unit, query: dict[str, Any]) -> Answer:
    """Those who have worked in this service, who did so last first."""
    found = select(Colleague).order_by(Colleague.last_on.desc(), Colleague.id.desc()).limit(MOST)
    if "role" in query:
        found = found.where(literal(query["role"]) == any_(Colleague.roles))
    return Answer({"items": list(_shown(unit, unit.session.scalars(found)))})


def _shown(unit: Unit, colleagues: Any) -> Iterator[dict[str, Any]]:
    for one in colleagues:
        yield {
            "id": one.id,
            "actor": one.actor,
            "name": one.name,
            "roles": one.roles,
            "last_worked_on": one.last_on,
            "protected_identity": one.actor in unit.protected_staff,
            "is_hidden": is_hidden_staff(one.actor),
        }
