"""What can be done with an investigation: one function per use case, each one unit of work."""

from collections.abc import Callable
from typing import Any

from services.investigation.approvals import duties
from services.investigation.approvals.commands import in_force, suspend_all
from services.investigation.checks.validity import months_of
from services.investigation.contract import events
from services.investigation.contract.common import Status
from services.investigation.homes.model import Home
from services.investigation.homes.telling import tell
from services.investigation.investigations import outcome, queries
from services.investigation.investigations.asking import said_in
from services.investigation.investigations.blockers import Area
from services.investigation.investigations.demands import demands_of
from services.investigation.investigations.files import InvestigationFile
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.newest import note_age
from services.investigation.investigations.renewals import investigations_of, take_over
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import SentFile
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def record_register_check(unit: Unit, investigation_id: str, check_id: str, body: dict[str, Any]) -> Answer:
    """Records by hand what a register check came to."""
    investigation = unit.lock_matching(Investigation, investigation_id)
    months = months_of(unit, investigation.check(check_id).register)
    investigation.record_check(check_id, **body, months=months, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def assess_area(unit: Unit, investigation_id: str, area: str, body: dict[str, Any]) -> Answer:
    """Assesses one of the seven areas."""
    if area not in list(Area):
        raise NotFound
    investigation = unit.lock_matching(Investigation, investigation_id)
    investigation.assess(Area(area), body, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def propose_decision(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Proposes to approve or to reject."""
    investigation = unit.lock(Investigation, investigation_id)
    demands, years = demands_of(unit), unit.settings.approval_years
    outcome.propose(investigation, body, demands=demands, years=years, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def decide_investigation(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Decides as proposed, or gives the investigation back."""
    home = unit.lock(Home, unit.read(Investigation, investigation_id).home_id)
    approvals = in_force(unit, home)
    investigation = unit.lock(Investigation, investigation_id)
    demands, waited = demands_of(unit), home.approvals_wait
    approval = outcome.decide(
        investigation, body["outcome"], demands=demands, reasons=body["reasons"], by=unit.actor, at=unit.now
    )
    if approval is not None:
        unit.add(approval)
        duties.plan_expiry(unit, approval)
        unit.record(events.HOME_APPROVED, subject=approval, data=outcome.approved(investigation, approval))
    note_age(unit, home)
    if investigation.status == Status.APPROVED or home.approvals_wait != waited:
        tell(unit, home)
    if investigation.is_failed_recheck:
        suspend_all(unit, approvals, body["reasons"])
    if investigation.is_failed_application:
        take_over(unit, home)
    return queries.answer(unit, investigation)


def break_off_investigation(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Ends an investigation without a decision."""
    home = unit.lock(Home, unit.read(Investigation, investigation_id).home_id)
    investigation = unit.lock(Investigation, investigation_id)
    outcome.break_off(investigation, body, by=unit.actor, at=unit.now)
    if investigation.is_failed_application:
        take_over(unit, home)
    return queries.answer(unit, investigation)


def tell_family(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Notes that the family knows of a refusal."""
    investigation = unit.lock(Investigation, investigation_id)
    outcome.tell(investigation, body, by=unit.actor, at=unit.now)
    return queries.answer(unit, investigation)


def record_consent(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Notes what an adult says of a register's being asked. A no is heeded in every open investigation of the home."""
    home = unit.lock(Home, unit.read(Investigation, investigation_id).home_id)
    beside = investigations_of(unit, home)
    investigation = unit.lock(Investigation, investigation_id)
    investigation.consent(body, by=unit.actor, at=unit.now)
    unit.session.flush()
    said = said_in(unit, home.id)
    for one in beside:
        if one.is_open:
            one.heed(said, at=unit.now)
    unit.session.flush()
    return queries.answer(unit, investigation)


def record_meeting(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Notes a step that was held."""
    return _noted(unit, investigation_id, Investigation.meet, body)


def record_reference(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Notes what somebody has said of an adult."""
    return _noted(unit, investigation_id, Investigation.refer, body)


def note_objection(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Notes what an adult disputes."""
    return _noted(unit, investigation_id, Investigation.object, body)


def _noted(unit: Unit, investigation_id: str, note: Callable[..., None], body: dict[str, Any]) -> Answer:
    investigation = unit.lock(Investigation, investigation_id)
    note(investigation, body, by=unit.actor, at=unit.now)
    unit.session.flush()
    return queries.answer(unit, investigation)


def attach_to_investigation(unit: Unit, investigation_id: str, file: SentFile) -> Answer:
    """Keeps a file that staff were handed."""
    investigation = unit.lock(Investigation, investigation_id)
    beside = investigation.attachments
    attachment = InvestigationFile.of(file, unit, beside=beside, investigation_id=investigation_id)
    investigation.attach(attachment, at=unit.now)
    return Answer(attachment.view)
