"""What can be done with an investigation: one function per use case, each one unit of work."""

from typing import Any

from services.investigation.approvals import duties
from services.investigation.contract import events
from services.investigation.contract.common import Status
from services.investigation.homes.model import Home
from services.investigation.homes.telling import tell
from services.investigation.investigations import queries
from services.investigation.investigations.blockers import Area
from services.investigation.investigations.model import Investigation
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def record_register_check(unit: Unit, investigation_id: str, check_id: str, body: dict[str, Any]) -> Answer:
    """Records by hand what a register check came to."""
    investigation = unit.lock_matching(Investigation, investigation_id)
    months = unit.settings.register_check_months
    investigation.record_check(check_id, **body, months=months, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def assess_area(unit: Unit, investigation_id: str, area: str, body: dict[str, Any]) -> Answer:
    """Assesses one of the seven areas."""
    if area not in list(Area):
        raise NotFound
    investigation = unit.lock_matching(Investigation, investigation_id)
    investigation.assess(Area(area), **body, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def propose_decision(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Proposes to approve or to reject."""
    investigation = unit.lock(Investigation, investigation_id)
    investigation.propose(body, years=unit.settings.approval_years, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def decide_investigation(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Decides as proposed, or gives the investigation back."""
    home = unit.lock(Home, unit.read(Investigation, investigation_id).home_id)
    investigation = unit.lock(Investigation, investigation_id)
    approval = investigation.decide(body["outcome"], reasons=body["reasons"], by=unit.actor, at=unit.now)
    if approval is not None:
        unit.add(approval)
        duties.plan_expiry(unit, approval)
        unit.record(events.HOME_APPROVED, subject=approval, data=investigation.approved(approval))
    if investigation.status == Status.APPROVED:
        tell(unit, home)
    return queries.answer(unit, investigation)
