"""Placement's part of what is asked of all services at once."""

from services.kernel.contracts import Schema, fields
from services.placement.contract.common import CASEWORKER
from services.placement.contract.placements import PlacementStatus
from services.vocabulary import across, staff
from services.vocabulary.across import Clock, Step
from services.vocabulary.assignments import Assignment


class JourneyPlacement(Schema):
    """A placement on a home's way."""

    id = fields.String(required=True)
    assignment = fields.one_of(Assignment, required=True)
    status = fields.one_of(PlacementStatus, required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000005",
        "assignment": "family_home",
        "status": "running",
        "starts_on": "2026-06-01",
        "ends_on": None,
    }


class Asked(Schema):
    """How often a home was asked, and what it said."""

    asked = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    declined = fields.Integer(required=True)

    example = {"asked": 3, "accepted": 2, "declined": 1}


class PlacementJourney(Schema):
    """A home's inquiries, and its placements, the first ones first (a hundred at most)."""

    inquiries = fields.Nested(Asked, required=True)
    placements = fields.List(fields.Nested(JourneyPlacement), required=True)

    shows = {"placement": "placements.id"}
    example = {"inquiries": Asked.example, "placements": [JourneyPlacement.example]}


class FreePlaces(Schema):
    """Places that are free today for an assignment and an age. A place for several of either is counted for each."""

    assignment = fields.one_of(Assignment, required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    places = fields.Integer(required=True)

    example = {"assignment": "family_home", "age_from": 0, "age_to": 6, "places": 4}


class FreeThen(Schema):
    """Places that are free on a day to come, as far as last days and approvals are known."""

    on = fields.Day(required=True)
    free_places = fields.List(fields.Nested(FreePlaces), required=True)

    example = {"on": "2026-06-15", "free_places": [FreePlaces.example]}


class WithoutHome(Schema):
    """Needs of an assignment for which no home has been found: how many, of them urgent ones, and the oldest's days."""

    assignment = fields.one_of(Assignment, required=True)
    count = fields.Integer(required=True)
    urgent = fields.Integer(required=True)
    oldest_days = fields.Integer(required=True)

    example = {"assignment": "family_home", "count": 3, "urgent": 1, "oldest_days": 40}


class PlacementOverview(Schema):
    """How many homes got their first placement; free places now, in two weeks and in four; needs without a home;
    placements that broke down; and what is due."""

    funnel = fields.List(fields.Nested(Step), required=True)
    free_places = fields.List(fields.Nested(FreePlaces), required=True)
    coming = fields.List(fields.Nested(FreeThen), required=True)
    without_home = fields.List(fields.Nested(WithoutHome), required=True)
    ended = fields.Integer(required=True)  #: stays that ended in the period
    breakdowns = fields.Integer(required=True)  #: and of them those that broke down
    clocks = fields.List(fields.Nested(Clock), required=True)

    shows = {}
    example = {
        "funnel": [{"step": "first_placement", "count": 3, "median_days": 30.0}],
        "free_places": [FreePlaces.example],
        "coming": [FreeThen.example],
        "without_home": [WithoutHome.example],
        "ended": 4,
        "breakdowns": 1,
        "clocks": [{"kind": "inquiry_answer", "overdue": 0, "soon": 1}],
    }


SEARCH = across.search(CASEWORKER)
LIST_DEADLINES = across.list_deadlines(CASEWORKER)
VIEW_WAITING = across.view_waiting(CASEWORKER)
VIEW_JOURNEY = across.view_journey(PlacementJourney, CASEWORKER)
VIEW_OVERVIEW = across.view_overview(PlacementOverview)
LIST_STAFF = staff.LIST_STAFF
