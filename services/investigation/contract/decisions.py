"""What is proposed, decided and told: the forms of what is sent and shown, and what is refused."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.investigation.contract.common import free_text
from services.kernel.contracts import Fault, Hides, Rule, Schema, fields, rules
from services.vocabulary.assignments import Assignment

_OLDEST = 120  #: years; a contact person can be for an adult of any age


class ProposedOutcome(StrEnum):
    """What the investigator proposes."""

    APPROVE = "approve"
    REJECT = "reject"


class DecidedOutcome(StrEnum):
    """What the decider says; `return` gives the investigation back to the investigator."""

    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


class Investigator(StrEnum):
    """Which board investigated the home."""

    OWN = "own"
    OTHER_BOARD = "other_board"  #: whose report was read and assessed here
    AGENCY = "agency"  #: a consultancy: its report is never enough


class ExperienceKind(StrEnum):
    """What a contracted emergency home builds on."""

    EARLIER_ASSIGNMENT = "earlier_assignment"
    OTHER = "other"


class AgeGroup(StrEnum):
    """For whom a home is suited."""

    CHILD = "child"
    YOUTH = "youth"
    ADULT = "adult"


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


CHILD_NOT_NAMED = Rule("child_not_named", "A network home is approved for a named child only.")
CHILD_WITHOUT_NUMBER = Rule("child_without_number", "A network home is approved for one child, found by its number.")
CHILD_NAMED = Rule("child_named", "Only a network home is approved for a named child.")
RENEWAL_HAS_NO_BOUNDS = Rule("renewal_has_no_bounds", "A renewal keeps the bounds of the home's approvals.")
LAST_DAY = Rule("last_day", "The last day is after today and at most {years} years away.")


class AgencyNotEnough(Fault):
    """A home is investigated by a social board (SoL 22:2): an agency's report is read, and never enough by itself."""


class RefusalNotDecided(Fault):
    """Only a refusal that has been decided, and that the family has not been told yet, is told."""


class Experience(Schema):
    """What a contracted emergency home has done before."""

    kind = fields.one_of(ExperienceKind, required=True)
    text = fields.text(2_000, required=True)

    example = {"kind": "earlier_assignment", "text": "Emergency home in Kumla since 2019."}


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
    suited_for = fields.List(fields.one_of(AgeGroup), validate=validate.Length(max=3), load_default=list)
    experience = fields.Nested(Experience, allow_none=True, load_default=None)
    why_near = free_text()  #: why it is near enough, where the distance does not say it
    investigated_by = fields.one_of(Investigator, load_default=Investigator.OWN)
    board = fields.text(200, allow_none=True, load_default=None)  #: the other board, by its name

    rules = (rules.REQUIRED, rules.AGES_IN_ORDER, CHILD_NOT_NAMED, CHILD_WITHOUT_NUMBER, CHILD_NAMED)

    @validates_schema
    def _refusal_is_reasoned(self, values: dict[str, Any], **_: object) -> None:
        if values["outcome"] == ProposedOutcome.REJECT and not values["reasons"].strip():
            raise ValidationError(rules.REQUIRED, "reasons")

    @validates_schema
    def _other_board_is_named(self, values: dict[str, Any], **_: object) -> None:
        if values["investigated_by"] == Investigator.OTHER_BOARD and not values["board"]:
            raise ValidationError(rules.REQUIRED, "board")

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
        "suited_for": ["child"],
        "experience": None,
        "why_near": "",
        "investigated_by": "own",
        "board": None,
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


class Told(StrEnum):
    """How the family was told."""

    MEETING = "meeting"
    PHONE = "phone"
    LETTER = "letter"
    DIGITAL = "digital"


class TellFamily(Schema):
    """When and how the family was told of a refusal, with its reasons."""

    told_on = fields.Day(required=True)
    way = fields.one_of(Told, required=True)

    example = {"told_on": "2026-05-06", "way": "meeting"}


class EndedBy(StrEnum):
    """Who does not want to go on."""

    FAMILY = "family"
    BOARD = "board"


class BreakOff(Schema):
    """Who does not want to go on, and why."""

    by = fields.one_of(EndedBy, required=True)
    reason = fields.text(10_000, required=True)

    example = {"by": "family", "reason": "They are moving abroad."}


class ProposalView(ProposeDecision):
    """The latest proposal. The child of a network home may have a protected identity of its own."""

    conditions = fields.String(required=True, allow_none=True)
    reasons = fields.String(required=True, allow_none=True)
    proposed_by = fields.Staff(required=True)
    proposed_at = fields.Instant(required=True)

    why_near = fields.String(required=True, allow_none=True)
    board = fields.String(required=True, allow_none=True)

    hides = (
        Hides("child_is_protected", ("child_name", "child_personal_number", "conditions", "reasons")),
        Hides("child_is_protected", ("experience", "why_near")),
    )

    example = {**ProposeDecision.example, "proposed_by": "ivar", "proposed_at": "2026-05-02T09:00:00.000000Z"}


class DecisionView(Schema):
    """The decision on the latest proposal."""

    outcome = fields.one_of(DecidedOutcome, required=True)
    reasons = fields.String(required=True, allow_none=True)
    decided_by = fields.Staff(required=True)
    decided_at = fields.Instant(required=True)
    told_on = fields.Day(required=True, allow_none=True)  #: when the family was told of a refusal and its reasons
    told_by = fields.Staff(required=True)
    told_way = fields.one_of(Told, required=True, allow_none=True)

    example = {
        **DecideInvestigation.example,
        "decided_by": "dagny",
        "decided_at": "2026-05-04T09:00:00.000000Z",
        "told_on": None,
        "told_by": None,
        "told_way": None,
    }


class BrokenOff(Schema):
    """Why an investigation was broken off, and by whom: it ends without a decision."""

    by = fields.one_of(EndedBy, required=True)
    reason = fields.String(required=True, allow_none=True)
    ended_by = fields.Staff(required=True)
    ended_at = fields.Instant(required=True)

    example = {**BreakOff.example, "ended_by": "ivar", "ended_at": "2026-05-04T09:00:00.000000Z"}
