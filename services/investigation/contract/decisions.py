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
