"""The approvals that have come of investigations: what can be asked of them."""

from enum import StrEnum

from services.investigation.contract.investigations import READERS
from services.kernel.contracts import Operation, Schema, fields
from services.vocabulary.assignments import Assignment


class ApprovalState(StrEnum):
    """Where an approval stands today."""

    VALID = "valid"
    WAITING = "waiting"  #: the household has changed: the home takes nobody more until that has been looked at
    EXPIRED = "expired"


class ApprovalFilter(Schema):
    """Which approvals of the municipality."""

    expiring_before = fields.Day(
        metadata={
            "description": "Only those whose last day is before this day and has not passed. "
            "Bara de vars sista dag är före denna dag och inte har passerat."
        }
    )


class ApprovalView(Schema):
    """What a home is approved for (godkännande), and until when."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    investigation_id = fields.String(required=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    places = fields.Integer(required=True)
    decided_on = fields.Day(required=True)
    valid_until = fields.Day(required=True)
    state = fields.one_of(ApprovalState, required=True)

    shows = {"approval": "id", "home": "home_id"}
    example = {
        "id": "019a0000-0000-7000-8000-000000000013",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "investigation_id": "019a0000-0000-7000-8000-000000000005",
        "assignments": ["family_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "decided_on": "2026-05-04",
        "valid_until": "2028-05-31",
        "state": "valid",
    }


LIST_APPROVALS = Operation(
    name="list_approvals",
    route="GET /approvals",
    en="The approvals of homes, those that end first first.",
    sv="Godkännandena av hem, de som går ut först först.",
    roles=READERS,
    query=ApprovalFilter,
    answer=ApprovalView,
    reads=True,
    paged=True,
)
