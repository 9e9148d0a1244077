"""Investigation's part of what is asked of all services at once."""

from services.investigation.contract.approvals import ApprovalState
from services.investigation.contract.common import READERS, Kind, Status
from services.investigation.contract.concerns import SEERS
from services.investigation.contract.home_files import KEEPERS
from services.kernel.contracts import Hides, Schema, fields
from services.vocabulary import across, staff
from services.vocabulary.across import Clock, Step
from services.vocabulary.assignments import Assignment


class JourneyInvestigation(Schema):
    """An investigation on a home's way."""

    id = fields.String(required=True)
    kind = fields.one_of(Kind, required=True)
    status = fields.one_of(Status, required=True)
    opened_at = fields.Instant(required=True)
    decided_at = fields.Instant(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000003",
        "kind": "application",
        "status": "approved",
        "opened_at": "2026-04-10T08:00:00Z",
        "decided_at": "2026-05-20T08:00:00Z",
    }


class JourneyApproval(Schema):
    """An approval on a home's way."""

    id = fields.String(required=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    places = fields.Integer(required=True)
    decided_on = fields.Day(required=True)
    valid_until = fields.Day(required=True)
    state = fields.one_of(ApprovalState, required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000004",
        "assignments": ["family_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "decided_on": "2026-05-20",
        "valid_until": "2028-05-31",
        "state": "valid",
    }


class InvestigationJourney(Schema):
    """A home as its file names it, with its investigations and approvals, the first ones first."""

    name = fields.String(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)
    approvals_wait = fields.Boolean(required=True)
    open_concerns = fields.Integer(required=True)
    investigations = fields.List(fields.Nested(JourneyInvestigation), required=True)
    approvals = fields.List(fields.Nested(JourneyApproval), required=True)

    shows = {"investigation": "investigations.id"}
    hides = (Hides("protected_identity", ("name",)),)
    example = {
        "name": "Anna Andersson",
        "protected_identity": False,
        "approvals_wait": False,
        "open_concerns": 0,
        "investigations": [JourneyInvestigation.example],
        "approvals": [JourneyApproval.example],
    }


class InvestigationOverview(Schema):
    """How many investigations were opened and decided, and how many homes approved; and what runs out."""

    funnel = fields.List(fields.Nested(Step), required=True)
    clocks = fields.List(fields.Nested(Clock), required=True)

    shows = {}
    example = {
        "funnel": [{"step": "decision", "count": 7, "median_days": 40.0}],
        "clocks": [{"kind": "approval_expires", "overdue": 0, "soon": 1}],
    }


SEARCH = across.search(READERS | KEEPERS)
LIST_DEADLINES = across.list_deadlines(READERS)
VIEW_WAITING = across.view_waiting(SEERS)
VIEW_JOURNEY = across.view_journey(InvestigationJourney, READERS | KEEPERS)
VIEW_OVERVIEW = across.view_overview(InvestigationOverview)
LIST_STAFF = staff.LIST_STAFF
