"""What investigation shows: lists and single investigations."""

from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, case, select
from sqlalchemy.orm import raiseload

from services.investigation import documents
from services.investigation.blockers import Area, Register
from services.investigation.model import Approval, Assessment, Investigation, Proposal, RegisterCheck
from services.kernel.contracts import Page
from services.kernel.contracts.files import MediaType
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_REGISTERS = {str(register): place for place, register in enumerate(Register)}
_AREAS = {str(area): place for place, area in enumerate(Area)}


def list_investigations(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The municipality's investigations, the oldest first."""
    statement = select(Investigation).options(
        raiseload(Investigation.register_checks),
        raiseload(Investigation.assessments),
        raiseload(Investigation.proposals),
    )
    if "status" in query:
        statement = statement.where(Investigation.status == query["status"])
    found, total = unit.page(statement.order_by(Investigation.opened_at, Investigation.id), page)
    return paged([summary(investigation) for investigation in found], total)


_APPROVALS = Listing(
    select(
        Approval.id,
        Approval.home_id,
        Approval.investigation_id,
        Approval.assignments,
        Approval.age_from,
        Approval.age_to,
        Approval.places,
        Approval.decided_on,
        Approval.valid_until,
        case((Approval.valid_until < bindparam("today", type_=Date), "expired"), else_="valid").label("state"),
    ).order_by(Approval.valid_until, Approval.id),
    expiring_before=(Approval.valid_until < bindparam("expiring_before"))
    & (Approval.valid_until >= bindparam("today", type_=Date)),
)


def list_approvals(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The approvals, those that end first first."""
    found, total = unit.list(_APPROVALS, page, query, today=unit.today)
    return paged([approval._asdict() for approval in found], total)


def get_investigation(unit: Unit, investigation_id: str) -> Answer:
    """One investigation."""
    return answer(unit.read(Investigation, investigation_id), unit.today)


def get_investigation_document(unit: Unit, investigation_id: str) -> Answer:
    """One investigation as PDF."""
    investigation = unit.read(Investigation, investigation_id)
    frame = Frame(
        municipality=unit.municipality,
        title=documents.title_of(investigation),
        reference=investigation.id,
        dated=unit.today,
    )
    pdf = typeset(documents.TEMPLATE, frame, documents.document_of(investigation, unit.today))
    # No row will refer to it: who asked gets the key with the answer, and what lies in the store is swept.
    return Answer({}, file=unit.shelf.put([pdf], name=f"utredning-{investigation.id}.pdf", media_type=MediaType.PDF))


def answer(investigation: Investigation, today: date) -> Answer:
    """The whole investigation with its ETag."""
    return Answer(view(investigation, today), version_of=investigation)


def summary(investigation: Investigation) -> dict[str, Any]:
    """An investigation in a list; a protected identity shows no name."""
    first = investigation.household[0].person if investigation.adults else None
    hidden = investigation.protected_identity
    return {
        "id": investigation.id,
        "home_id": investigation.home_id,
        "application_id": investigation.application_id,
        "status": investigation.status,
        "name": f"{first['given_name']} {first['family_name']}" if first and not hidden else None,
        "assignments": investigation.assignments,
        "protected_identity": hidden,
        "opened_at": investigation.opened_at,
    }


def view(investigation: Investigation, today: date) -> dict[str, Any]:
    """The whole investigation as it stands today."""
    household = {adult.id: place for place, adult in enumerate(investigation.household)}
    checks = sorted(
        investigation.register_checks, key=lambda check: (household[check.adult_id], _REGISTERS[check.register])
    )
    assessments = sorted(investigation.assessments, key=lambda assessment: _AREAS[assessment.area])
    proposal = investigation.proposal
    return {
        **summary(investigation),
        "adults": [{"id": adult.id, **adult.person} for adult in investigation.household],
        "household_complete": investigation.household_complete,
        "register_checks": [_check(check, today) for check in checks],
        "assessments": [_assessment(assessment) for assessment in assessments],
        "blockers": investigation.blockers_on(today),
        "proposal": _proposal(proposal) if proposal else None,
        "decision": proposal.decision if proposal else None,
    }


def _check(check: RegisterCheck, today: date) -> dict[str, Any]:
    return {
        "id": check.id,
        "adult_id": check.adult_id,
        "register": check.register,
        "status": check.status_on(today),
        "checked_on": check.checked_on,
        "valid_until": check.valid_until,
        "assessment": check.outcome["assessment"] if check.outcome else None,
        "recorded_by": check.recorded_by,
    }


def _assessment(assessment: Assessment) -> dict[str, Any]:
    return {"area": assessment.area, **assessment.judgement, "assessed_by": assessment.assessed_by}


def _proposal(proposal: Proposal) -> dict[str, Any]:
    plain = ("outcome", "assignments", "age_from", "age_to", "places", "valid_until", "proposed_by", "proposed_at")
    return {**{name: getattr(proposal, name) for name in plain}, **proposal.texts}
