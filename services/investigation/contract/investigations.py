"""Investigations as they are listed and shown."""

from enum import StrEnum
from typing import ClassVar

from services.investigation.contract.assessments import AssessmentView
from services.investigation.contract.checks import ConsentView, RegisterCheckView
from services.investigation.contract.common import ADULT_ID, READERS, Kind, Status
from services.investigation.contract.decisions import BrokenOff, DecisionView, ProposalView
from services.investigation.contract.home_files import UnnumberedAdult
from services.investigation.contract.objections import ObjectionView
from services.investigation.contract.steps import MeetingView, ReferenceView
from services.investigation.investigations.blockers import BlockerCode
from services.kernel.contracts import Hides, Nothing, Operation, Schema, fields
from services.kernel.contracts.files import FileView, MediaType
from services.vocabulary.assignments import Assignment


class InvestigationFilter(Schema):
    """Which investigations of the municipality."""

    status = fields.one_of(Status, metadata={"description": "Only of this status. Bara med denna status."})


class InvestigationSummary(Schema):
    """An investigation in a list. The name is hidden for a protected identity (skyddade personuppgifter)."""

    id = fields.String(required=True)
    kind = fields.one_of(Kind, required=True)
    home_id = fields.String(required=True)
    application_id = fields.String(required=True, allow_none=True)  #: none of a renewal
    status = fields.one_of(Status, required=True)
    name = fields.String(required=True, allow_none=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    protected_identity = fields.Boolean(required=True)
    opened_at = fields.Instant(required=True)

    shows = {"investigation": "id", "home": "home_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name",)),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000005",
        "kind": "application",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "application_id": "019a0000-0000-7000-8000-000000000001",
        "status": "open",
        "name": "Anna Andersson",
        "assignments": ["family_home", "emergency_home"],
        "protected_identity": False,
        "opened_at": "2026-04-08T09:00:00.000000Z",
    }


class HouseholdAdult(Schema):
    """An adult whom the investigation is about, under the id by which every service knows the person."""

    id = fields.String(required=True)
    given_name = fields.String(required=True, allow_none=True)
    family_name = fields.String(required=True, allow_none=True)

    example = {"id": ADULT_ID, "given_name": "Anna", "family_name": "Andersson"}


class BlockerView(Schema):
    """Something that stands in the way of an approval."""

    code = fields.one_of(BlockerCode, required=True)
    detail = fields.String(required=True)

    example = {"code": "area_not_assessed", "detail": "The area economy is not assessed."}


class TrainingKind(StrEnum):
    """What homes are trained by."""

    COURSE = "course"
    THEME_DAY = "theme_day"
    SUPERVISION = "supervision"


class WarningCode(StrEnum):
    """What is to be thought of, and stands in the way of nothing."""

    TRAINING_MISSING = "training_missing"  #: the home has attended no training that it was offered, or was offered none


class WarningView(Schema):
    """Something to be thought of before an approval."""

    code = fields.one_of(WarningCode, required=True)
    detail = fields.String(required=True)

    example = {"code": "training_missing", "detail": "The home has attended none of 1 offered trainings."}


class TrainingView(Schema):
    """A training that the home was offered: a course, a theme day, supervision."""

    id = fields.String(required=True)
    course_id = fields.String(required=True)
    kind = fields.one_of(TrainingKind, required=True)
    attended = fields.Boolean(required=True)
    held_on = fields.Day(required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000041",
        "course_id": "019a0000-0000-7000-8000-000000000042",
        "kind": "course",
        "attended": True,
        "held_on": "2026-04-18",
    }


class InvestigationView(InvestigationSummary):
    """The whole investigation; `blockers` says what stands in the way of an approval today. Of a protected identity
    (skyddade personuppgifter) names and what was written are null."""

    adults = fields.List(fields.Nested(HouseholdAdult), required=True)
    unnumbered_adults = fields.List(fields.Nested(UnnumberedAdult), required=True)  #: to be asked before the proposal
    household_complete = fields.Boolean(required=True)
    register_checks = fields.List(fields.Nested(RegisterCheckView), required=True)
    assessments = fields.List(fields.Nested(AssessmentView), required=True)
    meetings = fields.List(fields.Nested(MeetingView), required=True)
    references = fields.List(fields.Nested(ReferenceView), required=True)
    consents = fields.List(fields.Nested(ConsentView), required=True)
    objections = fields.List(fields.Nested(ObjectionView), required=True)
    attachments = fields.List(fields.Nested(FileView), required=True)
    trainings = fields.List(fields.Nested(TrainingView), required=True)
    blockers = fields.List(fields.Nested(BlockerView), required=True)
    warnings = fields.List(fields.Nested(WarningView), required=True)
    proposal = fields.Nested(ProposalView, required=True, allow_none=True)
    decision = fields.Nested(DecisionView, required=True, allow_none=True)
    broken_off = fields.Nested(BrokenOff, required=True, allow_none=True)

    shows = {**InvestigationSummary.shows, "adult": "adults.id"}
    hides = (
        *InvestigationSummary.hides,
        Hides("protected_identity", ("adults.given_name", "adults.family_name")),
        Hides("protected_identity", ("unnumbered_adults.given_name", "unnumbered_adults.family_name")),
        Hides("protected_identity", ("register_checks.assessment", "assessments.note", "decision.reasons")),
        Hides("protected_identity", ("proposal.child_name", "proposal.child_personal_number")),
        Hides("protected_identity", ("proposal.conditions", "proposal.reasons")),
        Hides(
            "protected_identity", ("proposal.experience", "proposal.why_near", "proposal.board", "broken_off.reason")
        ),
        Hides("protected_identity", ("assessments.risk_factors", "assessments.protective_factors")),
        Hides("protected_identity", ("assessments.resources", "assessments.conditions")),
        Hides("protected_identity", ("meetings.place", "meetings.present", "meetings.notes")),
        Hides("protected_identity", ("references.name", "references.relation", "references.way")),
        Hides("protected_identity", ("references.summary", "consents.way", "objections.text", "attachments.name")),
        Hides("child_is_protected", ("decision.reasons",)),
    )
    example = {
        **InvestigationSummary.example,
        "adults": [HouseholdAdult.example],
        "unnumbered_adults": [],
        "household_complete": True,
        "register_checks": [RegisterCheckView.example],
        "assessments": [AssessmentView.example],
        "meetings": [MeetingView.example],
        "references": [ReferenceView.example],
        "consents": [ConsentView.example],
        "objections": [ObjectionView.example],
        "attachments": [FileView.example],
        "trainings": [],
        "blockers": [BlockerView.example],
        "warnings": [WarningView.example],
        "proposal": None,
        "decision": None,
        "broken_off": None,
    }


LIST_INVESTIGATIONS = Operation(
    name="list_investigations",
    route="GET /investigations",
    en="The municipality's investigations (utredningar), the oldest first.",
    sv="Kommunens utredningar, den äldsta först.",
    roles=READERS,
    query=InvestigationFilter,
    answer=InvestigationSummary,
    reads=True,
    paged=True,
)
GET_INVESTIGATION = Operation(
    name="get_investigation",
    route="GET /investigations/<investigation_id>",
    en="One investigation with its register checks, assessments, and what stands in the way of an approval.",
    sv="En utredning med registerkontroller, bedömningar och det som hindrar ett godkännande.",
    roles=READERS,
    answer=InvestigationView,
    reads=True,
)
GET_INVESTIGATION_DOCUMENT = Operation(
    name="get_investigation_document",
    route="GET /investigations/<investigation_id>/document",
    en="The investigation as it stands today, written down: an accessible PDF in Swedish. "
    "Of a protected identity neither names nor what was written are shown, but with the role `protected` and a reason.",
    sv="Utredningen som den ser ut i dag, som dokument: en tillgänglig PDF på svenska. Om den som har skyddade "
    "personuppgifter visas varken namn eller fritext, utom med rollen `protected` och ett skäl.",
    roles=READERS,
    gives_file=frozenset({MediaType.PDF}),
    shows={"investigation": "investigation_id"},
    answer=Nothing,
    reads=True,
)
