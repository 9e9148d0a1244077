"""Decisions on care in a home (beslut om vård): what is said of one, and what refuses it."""

from services.kernel.contracts import Fault, Rule, Schema, fields
from services.placement.contract.common import DECISION_ID
from services.placement.placements.care import Authority, LegalGround

# --- refusals -------------------------------------------------------------------------------------------------------


class CareDecisionMissing(Fault):
    """Nobody lives in a home before it has been decided on care in that home (SoL 22:2, 22:4)."""


class PlacedBeforeDecision(Fault):
    """The decision on care is dated after the first day: nobody moves before it."""


class AuthorityNotCompetent(Fault):
    """This authority may not decide that.

    About where somebody is to live the board decides, or its committee (SoL 30:6); the chair only where it can not
    wait, and never on a planned move; an official about contact persons and families only."""


class LegalGroundNotForAge(Fault):
    """Care can stand on LVU until the twentieth birthday only (Act 1990:52, section 1)."""


class IntroductionNotDecided(Fault):
    """An introduction has no decision on care: it moves nobody."""


# --- rules ----------------------------------------------------------------------------------------------------------

DECISION_NOT_COME = Rule("decision_not_come", "The day of the decision has not come yet.")
BEFORE_THE_LAST = Rule("before_the_last_decision", "The decision before this one is of {decided_on}.")

# --- forms ----------------------------------------------------------------------------------------------------------


class CareDecision(Schema):
    """The decision on care in this home: who decided, on what ground, when, where it stands, and why this home suits
    this person."""

    authority = fields.one_of(Authority, required=True)
    legal_ground = fields.one_of(LegalGround, load_default=LegalGround.SOL_CONSENT.value)
    decided_on = fields.Day(required=True)
    reference = fields.text(200, required=True)
    child_assessment = fields.text(10_000, required=True)

    example = {
        "authority": "committee",
        "legal_ground": "sol_consent",
        "decided_on": "2026-05-20",
        "reference": "SN 2026/112 § 41",
        "child_assessment": "Quiet evenings, no dog, and the school is near.",
    }


class CareDecisionView(Schema):
    """A decision on care, and who wrote it down. Of a protected identity (skyddade personuppgifter) where it stands and
    what was written are null."""

    id = fields.String(required=True)
    authority = fields.one_of(Authority, required=True)
    legal_ground = fields.one_of(LegalGround, required=True)
    decided_on = fields.Day(required=True)
    reference = fields.String(required=True, allow_none=True)
    child_assessment = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)
    recorded_at = fields.Instant(required=True)

    example = {
        **CareDecision.example,
        "id": DECISION_ID,
        "recorded_by": "karin",
        "recorded_at": "2026-05-20T09:00:00.000000Z",
    }
