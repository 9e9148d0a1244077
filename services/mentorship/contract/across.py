"""Mentorship's part of what is asked of all services at once."""

from services.kernel.contracts import Schema, fields
from services.mentorship.contract.common import COORDINATOR
from services.mentorship.contract.mentorships import Status
from services.mentorship.contract.messages import TEAM
from services.vocabulary import across, staff
from services.vocabulary.across import Clock, Step


class JourneyMentorship(Schema):
    """A mentorship on a home's way: of the home, or of another one whose mentor it is."""

    id = fields.String(required=True)
    is_mentor = fields.Boolean(required=True)
    status = fields.one_of(Status, required=True)
    created_at = fields.Instant(required=True)
    answered_at = fields.Instant(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "is_mentor": False,
        "status": "accepted",
        "created_at": "2026-06-01T08:00:00Z",
        "answered_at": "2026-06-03T08:00:00Z",
    }


class MentorshipJourney(Schema):
    """A home's mentorships, the first ones first (a hundred at most), and since when it has had the training that is to
    be offered (SoL 22:3)."""

    trained_on = fields.Day(required=True, allow_none=True)
    mentorships = fields.List(fields.Nested(JourneyMentorship), required=True)

    shows = {"mentorship": "mentorships.id"}
    example = {"trained_on": "2026-09-25", "mentorships": [JourneyMentorship.example]}


class MentorshipOverview(Schema):
    """How many homes have said yes to a mentor, how long that took from the offer, and days that are at risk."""

    funnel = fields.List(fields.Nested(Step), required=True)
    clocks = fields.List(fields.Nested(Clock), required=True)

    shows = {}
    example = {
        "funnel": [{"step": "mentor", "count": 3, "median_days": 2.0}],
        "clocks": [{"kind": "message_unanswered", "overdue": 1, "soon": 4}],
    }


SEARCH = across.search(COORDINATOR)
VIEW_WAITING = across.view_waiting(TEAM)
LIST_DEADLINES = across.list_deadlines(TEAM)
VIEW_JOURNEY = across.view_journey(MentorshipJourney, COORDINATOR)
VIEW_OVERVIEW = across.view_overview(MentorshipOverview)
LIST_STAFF = staff.LIST_STAFF
