"""The approvals that have come of investigations: what can be asked of them."""

from enum import StrEnum
from typing import ClassVar

from services.investigation.contract.common import DECIDER, READERS
from services.kernel.contracts import Fault, Hides, Operation, Schema, fields
from services.vocabulary.assignments import Assignment


class Standing(StrEnum):
    """What has been decided of an approval since it was given."""

    STANDS = "stands"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class ApprovalState(StrEnum):
    """Where an approval stands today."""

    VALID = "valid"
    WAITING = "waiting"  #: the household has changed, or checks have run out: nobody more until that is looked at
    SUSPENDED = "suspended"  #: the home takes nobody more until a decider says otherwise; whoever lives there stays
    EXPIRED = "expired"
    REVOKED = "revoked"  #: ended for good, before its last day


class ApprovalEnded(Fault):
    """The approval has been revoked, or its last day has passed."""


class ApprovalSuspendedAlready(Fault):
    """The approval is suspended already."""


class ApprovalNotSuspended(Fault):
    """Only a suspended approval can be reinstated."""


class ConcernNotSettled(Fault):
    """A concern about the home has still to be settled before an approval of it is given or holds again."""


class ChangeStanding(Schema):
    """Why an approval is suspended, reinstated or revoked."""

    reason = fields.text(10_000, required=True)

    example = {"reason": "The home is looked at anew after a concern."}


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


class StandingChangeView(Schema):
    """That an approval was suspended, reinstated (`stands`) or revoked."""

    standing = fields.one_of(Standing, required=True)
    reasons = fields.String(required=True, allow_none=True)
    decided_by = fields.Staff(required=True)
    decided_at = fields.Instant(required=True)

    example = {
        "standing": "suspended",
        "reasons": "The home is looked at anew after a concern.",
        "decided_by": "dagny",
        "decided_at": "2026-09-01T09:00:00.000000Z",
    }


class ApprovalWithHistory(ApprovalView):
    """An approval with its conditions and what has been decided of it since, the first first."""

    protected_identity = fields.Boolean(required=True)
    conditions = fields.String(required=True, allow_none=True)
    changes = fields.List(fields.Nested(StandingChangeView), required=True)

    hides: ClassVar[tuple[Hides, ...]] = (
        Hides("protected_identity", ("conditions", "changes.reasons")),
        Hides("child_is_protected", ("conditions", "changes.reasons")),
    )
    example = {
        **ApprovalView.example,
        "state": "suspended",
        "protected_identity": False,
        "conditions": "",
        "changes": [StandingChangeView.example],
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
GET_APPROVAL = Operation(
    name="get_approval",
    route="GET /approvals/<approval_id>",
    en="One approval with its conditions, and with what has been decided of it since.",
    sv="Ett godkännande med dess villkor, och med det som har beslutats om det sedan dess.",
    roles=READERS,
    answer=ApprovalWithHistory,
    reads=True,
)
SUSPEND_APPROVAL = Operation(
    name="suspend_approval",
    route="POST /approvals/<approval_id>/suspend",
    en="Suspend an approval: the home is asked about nobody and takes nobody more, at once; whoever lives there stays, "
    "and whoever is responsible for them sees it.",
    sv="Ställ in ett godkännande tills vidare: hemmet tillfrågas inte och tar inte emot fler, genast; den som bor där "
    "bor kvar, och den som ansvarar för placeringen ser det.",
    roles=DECIDER,
    body=ChangeStanding,
    answer=ApprovalWithHistory,
    faults=(ApprovalEnded, ApprovalSuspendedAlready),
)
REINSTATE_APPROVAL = Operation(
    name="reinstate_approval",
    route="POST /approvals/<approval_id>/reinstate",
    en="Let a suspended approval hold again. Refused as long as a concern about the home is not settled.",
    sv="Låt ett inställt godkännande gälla igen. Nekas så länge en oro om hemmet inte är avgjord.",
    roles=DECIDER,
    body=ChangeStanding,
    answer=ApprovalWithHistory,
    faults=(ApprovalEnded, ApprovalNotSuspended, ConcernNotSettled),
)
REVOKE_APPROVAL = Operation(
    name="revoke_approval",
    route="POST /approvals/<approval_id>/revoke",
    en="End an approval for good. What goes on in the home is not ended by that: it is decided for each child.",
    sv="Återkalla ett godkännande. Det som pågår i hemmet upphör inte därmed: det beslutas för varje barn.",
    roles=DECIDER,
    body=ChangeStanding,
    answer=ApprovalWithHistory,
    faults=(ApprovalEnded,),
)
