"""Intake's part of what is asked of all services at once."""

from services.intake.contract.applications import RECRUITER, Status
from services.intake.contract.form import Kind
from services.kernel.contracts import Schema, fields
from services.vocabulary import across, staff
from services.vocabulary.across import Clock, Step
from services.vocabulary.assignments import Assignment


class JourneyApplication(Schema):
    """An interest on a home's way."""

    id = fields.String(required=True)
    reference = fields.String(required=True)
    kind = fields.one_of(Kind, required=True)
    status = fields.one_of(Status, required=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    received_at = fields.Instant(required=True)
    contact_by = fields.Day(required=True)
    reached_at = fields.Instant(required=True, allow_none=True)  #: the first time that somebody was

    example = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "reference": "ABCD-EFGH-JKMN",
        "kind": "form",
        "status": "qualified",
        "assignments": ["family_home"],
        "received_at": "2026-04-01T08:00:00Z",
        "contact_by": "2026-04-22",
        "reached_at": "2026-04-02T09:00:00Z",
    }


class IntakeJourney(Schema):
    """A home's interests, the first one first."""

    applications = fields.List(fields.Nested(JourneyApplication), required=True)

    shows = {"application": "applications.id"}
    example = {"applications": [JourneyApplication.example]}


class IntakeOverview(Schema):
    """How many showed an interest, were reached and were qualified; and the clock of the first contact."""

    funnel = fields.List(fields.Nested(Step), required=True)
    clocks = fields.List(fields.Nested(Clock), required=True)

    shows = {}
    example = {"funnel": [Step.example], "clocks": [Clock.example]}


SEARCH = across.search(RECRUITER)
LIST_DEADLINES = across.list_deadlines(RECRUITER)
VIEW_WAITING = across.view_waiting(RECRUITER)
VIEW_JOURNEY = across.view_journey(IntakeJourney, RECRUITER)
VIEW_OVERVIEW = across.view_overview(IntakeOverview)
LIST_STAFF = staff.LIST_STAFF
