"""An emergency stay becomes a family home stay in the same home."""

from services.kernel.contracts import Fault, Operation, Rule, Schema, fields
from services.placement.contract.care import (
    DECISION_NOT_COME,
    AuthorityNotCompetent,
    CareDecision,
    LegalGroundNotForAge,
    PlacedBeforeDecision,
)
from services.placement.contract.common import CASEWORKER
from services.placement.contract.obstacles import OBSTACLES
from services.placement.contract.placements import (
    ENDS_BEFORE_START,
    PersonAlreadyPlaced,
    PlacementAlreadyEnded,
    PlacementView,
)


class NotAnEmergencyStay(Fault):
    """Only a stay in an emergency home becomes one in a family home."""


AGREED_NOT_COME = Rule("agreed_not_come", "The day has not come yet.")


class BecomeFamilyHome(Schema):
    """From when it is a family home stay, who decided on it, and when the home said yes to it."""

    starts_on = fields.Day(required=True)
    home_agreed_on = fields.Day(required=True)
    care_decision = fields.Nested(CareDecision, required=True)

    example = {"starts_on": "2026-08-01", "home_agreed_on": "2026-05-20", "care_decision": CareDecision.example}


BECOME_FAMILY_HOME = Operation(
    name="become_family_home",
    route="POST /placements/<placement_id>/become-family-home",
    en="Let an emergency stay become a family home stay in the same home: it ends on the day before, and the other one "
    "begins, under an approval as family home and a decision of its own. Plans and team go on, and so do the clocks.",
    sv="Låt en jourhemsvistelse övergå i en familjehemsvistelse i samma hem: den upphör dagen före, och den andra "
    "börjar, med ett godkännande som familjehem och ett eget beslut. Planer och ansvariga följer med, och klockorna "
    "går vidare.",
    roles=CASEWORKER,
    body=BecomeFamilyHome,
    answer=PlacementView,
    status=201,
    location="/placements/{id}",
    faults=(
        NotAnEmergencyStay,
        PlacementAlreadyEnded,
        *OBSTACLES,
        PersonAlreadyPlaced,
        PlacedBeforeDecision,
        AuthorityNotCompetent,
        LegalGroundNotForAge,
    ),
    rules=(DECISION_NOT_COME, ENDS_BEFORE_START, AGREED_NOT_COME),
)
