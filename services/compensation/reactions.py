"""What compensation does when another service tells a fact."""

from typing import Any

from sqlalchemy import select

from services.compensation.model import Agreement, Placement, draft
from services.kernel.contracts.faults import NotFound, TooEarly
from services.kernel.rows.unit import Unit
from services.vocabulary.assignments import Assignment

#: The assignments that the tariff's family home part pays. SKR has no table of its own for the emergency home
#: (jourhem); the others come with their own parts of the tariff.
PAID_AS_FAMILY_HOME = frozenset({Assignment.FAMILY_HOME, Assignment.NETWORK_HOME, Assignment.EMERGENCY_HOME})


def on_placement_started(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the placement, and drafts its agreement where the family home tariff pays. A placement told again changes
    nothing."""
    placement, is_new = unit.ensure(Placement, data["placement_id"])
    if not is_new:
        return
    placement.learn(data)
    if data["assignment"] in PAID_AS_FAMILY_HOME:
        unit.session.flush()  # the agreement refers to it
        levels = {"fee_level": unit.settings.default_fee_level, "cost_level": unit.settings.default_cost_level}
        unit.add(draft(data, **levels, at=unit.now))


def on_placement_ended(unit: Unit, data: dict[str, Any]) -> None:
    """Ends the placement's agreement on the placement's last day."""
    try:
        placement = unit.lock(Placement, data["placement_id"])
    except NotFound:
        raise TooEarly("the placement is not known yet") from None
    placement.end(data["ends_on"])
    agreement = unit.session.scalars(
        select(Agreement).where(Agreement.placement_id == placement.id).with_for_update()
    ).one_or_none()
    if agreement is not None:
        agreement.end(data["ends_on"], at=unit.now)
