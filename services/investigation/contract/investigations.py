"""What investigation offers: its operations, the form of their bodies and views, and the events it records."""

from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validate, validates_schema

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.investigations.blockers import Area, BlockerCode, Rating
from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields, rules
from services.kernel.contracts.files import MediaType
from services.vocabulary.assignments import Assignment

INVESTIGATOR = frozenset({"investigator"})
DECIDER = frozenset({"decider"})
READERS = INVESTIGATOR | DECIDER

_OLDEST = 120  #: years; a contact person can be for an adult of any age


class Status(StrEnum):
    """Where an investigation stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What an investigation is about."""

    APPLICATION = "application"  #: a home that has applied
    RENEWAL = "renewal"  #: an approved home in which somebody new lives: that adult, under the approvals there are


class ProposedOutcome(StrEnum):
    """What the investigator proposes."""

    APPROVE = "approve"
    REJECT = "reject"


class DecidedOutcome(StrEnum):
    """What the decider says; `return` gives the investigation back to the investigator."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


# --- refusals -------------------------------------------------------------------------------------------------------


class InvestigationNotOpen(Fault):
    """Only an open investigation can be worked on; one that is proposed must be returned first."""


class InvestigationNotProposed(Fault):
    """There is no proposal to decide on."""


class InvestigationBlocked(Fault):
    """Something stands in the way of an approval."""


class ProposalOutdated(Fault):
    """The last day that was proposed has come: return the investigation for a new proposal."""


class DecisionDiffersFromProposal(Fault):
    """The decision is not what was proposed: return the investigation instead."""


class ProposerMayNotDecide(Fault):
    """Who proposed may not decide: a decision needs two people."""

    status = 403


# --- rules ----------------------------------------------------------------------------------------------------------

REMARK_NOT_ASSESSED = Rule("remark_not_assessed", "A remark needs an assessment.")
CHILD_NOT_NAMED = Rule("child_not_named", "A network home is approved for a named child only.")
CHILD_WITHOUT_NUMBER = Rule("child_without_number", "A network home is approved for one child, found by its number.")
CHILD_NAMED = Rule("child_named", "Only a network home is approved for a named child.")
DAY_NOT_COME = Rule("day_not_come", "The day has not come yet.")
RENEWAL_HAS_NO_BOUNDS = Rule("renewal_has_no_bounds", "A renewal keeps the bounds of the home's approvals.")
LAST_DAY = Rule("last_day", "The last day is after today and at most {years} years away.")

# --- bodies ---------------------------------------------------------------------------------------------------------


def free_text() -> fields.String:
    """Text that may be empty."""
    return fields.String(validate=validate.Length(max=10_000), load_default="")


class InvestigationFilter(Schema):
    """Which investigations of the municipality."""

    status = fields.one_of(Status, metadata={"description": "Only of this status. Bara med denna status."})


class RecordRegisterCheck(Schema):
    """What a register check came to, and how it is assessed. The extract itself is never stored."""

    status = fields.String(
        required=True, validate=validate.OneOf([CheckStatus.CLEAR, CheckStatus.REMARK, CheckStatus.FAILED])
    )
    checked_on = fields.Day(required=True)
    assessment = free_text()

    rules = (REMARK_NOT_ASSESSED,)

    @validates_schema
    def _remark_is_assessed(self, values: dict[str, Any], **_: object) -> None:
        if values["status"] == CheckStatus.REMARK and not values["assessment"].strip():
            raise ValidationError(REMARK_NOT_ASSESSED, "assessment")

    example = {"status": "remark", "checked_on": "2026-04-10", "assessment": "A fine for speeding nine years ago."}


class AssessArea(Schema):
    """How well the home meets what an area asks for, and why."""

    rating = fields.one_of(Rating, required=True)
    note = free_text()

    example = {"rating": "met", "note": "A room of its own for each child."}


class ProposeDecision(Schema):
    """What is proposed. An approval states its bounds, unless it is a renewal's, which keeps those of the home's
    approvals; a refusal states its reasons."""

    outcome = fields.one_of(ProposedOutcome, required=True)
    assignments = fields.List(fields.one_of(Assignment), validate=validate.Length(max=6), load_default=list)
    age_from = fields.Integer(strict=True, validate=validate.Range(0, _OLDEST), allow_none=True, load_default=None)
    age_to = fields.Integer(strict=True, validate=validate.Range(0, _OLDEST), allow_none=True, load_default=None)
    places = fields.Integer(strict=True, validate=validate.Range(1, 10), allow_none=True, load_default=None)
    child_name = fields.String(validate=validate.Length(1, 200), allow_none=True, load_default=None)
    child_personal_number = fields.PersonalNumber(allow_none=True, load_default=None)  #: the name is for reading
    conditions = free_text()
    valid_until = fields.Day(allow_none=True, load_default=None)
    reasons = free_text()

    rules = (rules.REQUIRED, rules.AGES_IN_ORDER, CHILD_NOT_NAMED, CHILD_WITHOUT_NUMBER, CHILD_NAMED)

    @validates_schema
    def _refusal_is_reasoned(self, values: dict[str, Any], **_: object) -> None:
        if values["outcome"] == ProposedOutcome.REJECT and not values["reasons"].strip():
            raise ValidationError(rules.REQUIRED, "reasons")

    @validates_schema
    def _ages_in_order(self, values: dict[str, Any], **_: object) -> None:
        age_from, age_to = values["age_from"], values["age_to"]
        if age_from is not None and age_to is not None and age_from > age_to:
            raise ValidationError(rules.AGES_IN_ORDER, "age_from")

    @validates_schema
    def _network_home_is_for_a_named_child(self, values: dict[str, Any], **_: object) -> None:
        named = bool((values["child_name"] or "").strip())
        network = Assignment.NETWORK_HOME in values["assignments"]
        if values["outcome"] == ProposedOutcome.APPROVE and network and not named:
            raise ValidationError(CHILD_NOT_NAMED, "child_name")
        if values["outcome"] == ProposedOutcome.APPROVE and network and values["child_personal_number"] is None:
            raise ValidationError(CHILD_WITHOUT_NUMBER, "child_personal_number")
        if named and not network:
            raise ValidationError(CHILD_NAMED, "child_name")
        if values["child_personal_number"] is not None and not network:
            raise ValidationError(CHILD_NAMED, "child_personal_number")

    example = {
        "outcome": "approve",
        "assignments": ["family_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "child_name": None,
        "child_personal_number": None,
        "conditions": "",
        "valid_until": "2028-05-31",
        "reasons": "A calm home with room and time.",
    }


class DecideInvestigation(Schema):
    """The decision on a proposal. A refusal states its reasons."""

    outcome = fields.one_of(DecidedOutcome, required=True)
    reasons = free_text()

    rules = (rules.REQUIRED,)

    @validates_schema
    def _refusal_is_reasoned(self, values: dict[str, Any], **_: object) -> None:
        if values["outcome"] == DecidedOutcome.REJECT and not values["reasons"].strip():
            raise ValidationError(rules.REQUIRED, "reasons")

    example = {"outcome": "approve", "reasons": "As proposed."}


# --- views ----------------------------------------------------------------------------------------------------------

_ADULT_ID = "019a0000-0000-7000-8000-000000000004"


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

    example = {"id": _ADULT_ID, "given_name": "Anna", "family_name": "Andersson"}


class RegisterCheckView(Schema):
    """One adult in one register."""

    id = fields.String(required=True)
    adult_id = fields.String(required=True)
    register = fields.one_of(Register, required=True)
    status = fields.one_of(CheckStatus, required=True)
    checked_on = fields.Day(required=True, allow_none=True)
    valid_until = fields.Day(required=True, allow_none=True)
    assessment = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "adult_id": _ADULT_ID,
        "register": "police",
        **RecordRegisterCheck.example,
        "valid_until": "2026-10-10",
        "recorded_by": "ivar",
    }


class AssessmentView(AssessArea):
    """The assessment of an area."""

    area = fields.one_of(Area, required=True)
    note = fields.String(required=True, allow_none=True)
    assessed_by = fields.Staff(required=True)

    example = {"area": "housing", **AssessArea.example, "assessed_by": "ivar"}


class BlockerView(Schema):
    """Something that stands in the way of an approval."""

    code = fields.one_of(BlockerCode, required=True)
    detail = fields.String(required=True)

    example = {"code": "area_not_assessed", "detail": "The area economy is not assessed."}


class ProposalView(ProposeDecision):
    """The latest proposal. The child of a network home may have a protected identity of its own."""

    conditions = fields.String(required=True, allow_none=True)
    reasons = fields.String(required=True, allow_none=True)
    proposed_by = fields.Staff(required=True)
    proposed_at = fields.Instant(required=True)

    hides = (Hides("child_is_protected", ("child_name", "child_personal_number", "conditions", "reasons")),)

    example = {**ProposeDecision.example, "proposed_by": "ivar", "proposed_at": "2026-05-02T09:00:00.000000Z"}


class DecisionView(Schema):
    """The decision on the latest proposal."""

    outcome = fields.one_of(DecidedOutcome, required=True)
    reasons = fields.String(required=True, allow_none=True)
    decided_by = fields.Staff(required=True)
    decided_at = fields.Instant(required=True)

    example = {**DecideInvestigation.example, "decided_by": "dagny", "decided_at": "2026-05-04T09:00:00.000000Z"}


class InvestigationView(InvestigationSummary):
    """The whole investigation; `blockers` says what stands in the way of an approval today. Of a protected identity
    (skyddade personuppgifter) names and what was written are null."""

    adults = fields.List(fields.Nested(HouseholdAdult), required=True)
    household_complete = fields.Boolean(required=True)
    register_checks = fields.List(fields.Nested(RegisterCheckView), required=True)
    assessments = fields.List(fields.Nested(AssessmentView), required=True)
    blockers = fields.List(fields.Nested(BlockerView), required=True)
    proposal = fields.Nested(ProposalView, required=True, allow_none=True)
    decision = fields.Nested(DecisionView, required=True, allow_none=True)

    shows = {**InvestigationSummary.shows, "adult": "adults.id"}
    hides = (
        *InvestigationSummary.hides,
        Hides("protected_identity", ("adults.given_name", "adults.family_name")),
        Hides("protected_identity", ("register_checks.assessment", "assessments.note", "decision.reasons")),
        Hides("protected_identity", ("proposal.child_name", "proposal.child_personal_number")),
        Hides("protected_identity", ("proposal.conditions", "proposal.reasons")),
        Hides("child_is_protected", ("decision.reasons",)),
    )
    example = {
        **InvestigationSummary.example,
        "adults": [HouseholdAdult.example],
        "household_complete": True,
        "register_checks": [RegisterCheckView.example],
        "assessments": [AssessmentView.example],
        "blockers": [BlockerView.example],
        "proposal": None,
        "decision": None,
    }


# --- operations -----------------------------------------------------------------------------------------------------

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
RECORD_REGISTER_CHECK = Operation(
    name="record_register_check",
    route="PUT /investigations/<investigation_id>/register-checks/<check_id>",
    en="Record by hand what a register check came to. It replaces the earlier outcome, which is kept. "
    "The extract itself is never stored. If-Match takes the investigation's ETag.",
    sv="Anteckna utfallet av en registerkontroll. Det ersätter det tidigare, som sparas. "
    "Själva registerutdraget lagras aldrig. If-Match tar utredningens ETag.",
    roles=INVESTIGATOR,
    body=RecordRegisterCheck,
    answer=InvestigationView,
    conditional=True,
    faults=(InvestigationNotOpen,),
    rules=(DAY_NOT_COME,),
)
ASSESS_AREA = Operation(
    name="assess_area",
    route="PUT /investigations/<investigation_id>/assessments/<area>",
    en="Assess one of the seven areas. It replaces the earlier assessment, which is kept. "
    "If-Match takes the investigation's ETag.",
    sv="Bedöm ett av de sju områdena. Det ersätter den tidigare bedömningen, som sparas. "
    "If-Match tar utredningens ETag.",
    roles=INVESTIGATOR,
    body=AssessArea,
    answer=InvestigationView,
    conditional=True,
    faults=(InvestigationNotOpen,),
)
PROPOSE_DECISION = Operation(
    name="propose_decision",
    route="POST /investigations/<investigation_id>/proposal",
    en="Propose to approve the home within bounds, or to reject it with reasons. "
    "An approval is refused with the list of what stands in its way.",
    sv="Föreslå att hemmet godkänns inom vissa ramar, eller avslås med skäl. "
    "Ett godkännande nekas med en lista över det som hindrar det.",
    roles=INVESTIGATOR,
    body=ProposeDecision,
    answer=InvestigationView,
    faults=(InvestigationNotOpen, InvestigationBlocked),
    rules=(LAST_DAY, RENEWAL_HAS_NO_BOUNDS),
)
DECIDE_INVESTIGATION = Operation(
    name="decide_investigation",
    route="POST /investigations/<investigation_id>/decision",
    en="Decide as proposed, or return the investigation. By another person than the proposer. "
    "What stands in the way of an approval is looked at again.",
    sv="Besluta enligt förslaget, eller lämna tillbaka utredningen. Av en annan person än den som föreslog. "
    "Det som hindrar ett godkännande prövas igen.",
    roles=DECIDER,
    body=DecideInvestigation,
    answer=InvestigationView,
    faults=(
        InvestigationNotProposed,
        ProposerMayNotDecide,
        DecisionDiffersFromProposal,
        InvestigationBlocked,
        ProposalOutdated,
    ),
)
