"""What investigation shows: lists and single investigations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from services.investigation import protection
from services.investigation.checks.status import Register
from services.investigation.contract.common import Kind
from services.investigation.contract.investigations import WarningCode
from services.investigation.homes.model import Adult, Home
from services.investigation.homes.trainings import HomeTraining
from services.investigation.investigations import documents
from services.investigation.investigations.blockers import Area
from services.investigation.investigations.demands import demands_of
from services.investigation.investigations.files import InvestigationFile
from services.investigation.investigations.model import Investigation
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.contracts.hiding import is_hidden_staff
from services.kernel.files.documents import Frame, typeset
from services.kernel.rows.listing import Listing, gathered
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_REGISTERS = {str(register): place for place, register in enumerate(Register)}
_AREAS = {str(area): place for place, area in enumerate(Area)}


class _Listed:
    """What a row of the list knows of itself as an investigation does."""

    __slots__ = ()
    name = Investigation.name


_INVESTIGATIONS = Listing(
    select(
        Investigation.id,
        Investigation.kind,
        Investigation.home_id,
        Investigation.application_id,
        Investigation.status,
        Investigation.assignments,
        Home.protected_identity,
        Investigation.opened_at,
        gathered(
            Adult.person, (Adult.home_id == Investigation.home_id) & Adult.left_at.is_(None), order=Adult.id
        ).label("people"),
    ).join(Home, Home.id == Investigation.home_id),
    order=(Investigation.opened_at, Investigation.id),
    row=_Listed,
    status=Investigation.status == bindparam("status"),
)


def list_investigations(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The municipality's investigations, the oldest first."""
    return paged(*unit.list(_INVESTIGATIONS, page, query))


def get_investigation(unit: Unit, investigation_id: str) -> Answer:
    """One investigation."""
    return answer(unit, unit.read(Investigation, investigation_id))


def get_investigation_document(unit: Unit, investigation_id: str) -> Answer:
    """One investigation as PDF."""
    investigation = unit.read(Investigation, investigation_id)
    frame = Frame(
        municipality=unit.municipality,
        title=documents.title_of(investigation),
        reference=investigation.id,
        dated=unit.today,
    )
    pdf = typeset(
        documents.TEMPLATE,
        frame,
        documents.document_of(investigation, unit.today, _reader(unit, investigation), demands_of(unit)),
    )
    # No row will refer to it: who asked gets the key with the answer, and what lies in the store is swept.
    return Answer({}, file=unit.shelf.put([pdf], name=f"utredning-{investigation.id}.pdf", media_type=MediaType.PDF))


def _reader(unit: Unit, investigation: Investigation) -> documents.Reader:
    """What whoever asks for the document may see."""
    children = [proposal.texts.get("child_personal_number") for proposal in investigation.proposals]
    return documents.Reader(
        sees_home=unit.sees_protected or not investigation.protected_identity,
        sees_child=unit.sees_protected or not protection.protected_children(unit, children),
        hides_staff=is_hidden_staff,
    )


#: What proposals and assessments said nothing of that were made before it was asked for.
_NOT_SAID: dict[str, Any] = {
    "suited_for": [],
    "experience": None,
    "why_near": "",
    "investigated_by": "own",
    "board": None,
}
_NO_FACTORS = {"risk_factors": [], "protective_factors": [], "resources": [], "conditions": ""}


def get_investigation_attachment(unit: Unit, investigation_id: str, attachment_id: str) -> Answer:
    """One file of an investigation."""
    attachment = unit.read(InvestigationFile, attachment_id)
    if attachment.investigation_id != investigation_id:
        raise NotFound
    unit.must_see(is_protected=unit.read(Investigation, investigation_id).protected_identity)
    return Answer({}, file=attachment.in_store)


_TRAININGS = (
    select(HomeTraining)
    .where(HomeTraining.home_id == bindparam("home_id"))
    .order_by(HomeTraining.held_on, HomeTraining.id)
)


def _warnings(investigation: Investigation, trainings: Sequence[HomeTraining]) -> list[dict[str, str]]:
    """What is to be thought of while it is open: training is offered to whoever takes in somebody (SoL 22:3)."""
    is_new = investigation.is_open and investigation.kind == Kind.APPLICATION
    if not is_new or any(one.attended for one in trainings):
        return []
    detail = f"The home has attended none of {len(trainings)} offered trainings."
    return [{"code": WarningCode.TRAINING_MISSING, "detail": detail}]


def answer(unit: Unit, investigation: Investigation) -> Answer:
    """The whole investigation as it stands today, with its ETag."""
    household = {adult.id: place for place, adult in enumerate(investigation.household)}
    checks = sorted(
        investigation.household_checks, key=lambda check: (household[check.adult_id], _REGISTERS[check.register])
    )
    assessments = sorted(investigation.assessments, key=lambda assessment: _AREAS[assessment.area])
    trainings = unit.session.scalars(_TRAININGS, {"home_id": investigation.home_id}).all()
    proposal = investigation.proposal
    children = [proposal.texts.get("child_personal_number")] if proposal else []
    child = {"child_is_protected": bool(protection.protected_children(unit, children))}
    shown = Shown(
        investigation,
        adults=[Shown(adult, **adult.person) for adult in investigation.household],
        register_checks=[Shown(check, status=check.status_on(unit.today)) for check in checks],
        assessments=[Shown(assessment, **{**_NO_FACTORS, **assessment.judgement}) for assessment in assessments],
        meetings=[Shown(meeting, **meeting.account) for meeting in investigation.meetings],
        references=[Shown(reference, **reference.account) for reference in investigation.references],
        objections=[Shown(one, about=one.disputes, about_id=one.disputes_id) for one in investigation.objections],
        trainings=trainings,
        blockers=investigation.blockers_on(unit.today, demands_of(unit)),
        warnings=_warnings(investigation, trainings),
        proposal=Shown(proposal, **{**_NOT_SAID, **proposal.texts}, **child) if proposal else None,
        decision=proposal.decision if proposal else None,
        broken_off=Shown(investigation, **investigation.broken_off) if investigation.broken_off else None,
        **child,
    )
    return Answer(shown, version_of=investigation)
