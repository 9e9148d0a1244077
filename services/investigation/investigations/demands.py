"""What this municipality asks for in its investigations."""

from sqlalchemy import select

from services.investigation.investigations.rules import Demands
from services.investigation.steps.model import RequiredSteps
from services.investigation.steps.rules import Requirement
from services.kernel.rows.unit import Unit
from services.vocabulary.centres import centre_of


def demands_of(unit: Unit) -> Demands:
    """As it stands now."""
    said = unit.session.execute(select(RequiredSteps.id, RequiredSteps.steps)).all()
    return Demands(
        near_km=unit.settings.contact_distance_km,
        centre=centre_of(unit.municipality_code),
        steps={one.id: frozenset(map(Requirement, one.steps)) for one in said},
    )
