"""The homes that are approved, as placement knows them."""

from typing import ClassVar

from services.kernel.contracts import Hides, Operation, Schema, fields
from services.placement.contract.common import ADULT_ID, APPROVAL_ID, CASEWORKER_OR_HOME, HOME, HOME_ID
from services.vocabulary.assignments import Assignment


class HomeSummary(Schema):
    """A home in a list. The name (the adults' names) is hidden for a protected identity (skyddade personuppgifter)."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)  #: of the approvals that are valid today
    places = fields.Integer(required=True)  #: the most that an approval valid today gives
    occupied = fields.Integer(required=True)  #: the most places that are taken or promised on a day from today on
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"home": "id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name",), home="id"),)
    example = {
        "id": HOME_ID,
        "name": "Anna Andersson",
        "assignments": ["family_home"],
        "places": 2,
        "occupied": 1,
        "languages": ["sv", "ar"],
        "protected_identity": False,
    }


class HomeAdultView(Schema):
    """An adult of the home."""

    id = fields.String(required=True)
    given_name = fields.String(required=True, allow_none=True)
    family_name = fields.String(required=True, allow_none=True)
    relation = fields.String(required=True)


class HomeApproval(Schema):
    """What the home has been approved for. The child of a network home may have a protected identity of its own."""

    id = fields.String(required=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    places = fields.Integer(required=True)
    child_name = fields.String(required=True, allow_none=True)
    conditions = fields.String(required=True, allow_none=True)
    decided_on = fields.Day(required=True)
    valid_until = fields.Day(required=True)

    hides = (Hides("child_is_protected", ("child_name", "conditions"), home="home_id"),)


class HomeView(HomeSummary):
    """The whole home."""

    adults = fields.List(fields.Nested(HomeAdultView), required=True)  #: the applicant first
    approvals = fields.List(fields.Nested(HomeApproval), required=True)

    shows = {**HomeSummary.shows, "adult": "adults.id"}
    hides = (
        *HomeSummary.hides,
        Hides("protected_identity", ("adults.given_name", "adults.family_name"), home="id"),
        Hides("protected_identity", ("approvals.child_name", "approvals.conditions"), home="id"),
    )
    example = {
        **HomeSummary.example,
        "adults": [{"id": ADULT_ID, "given_name": "Anna", "family_name": "Andersson", "relation": "applicant"}],
        "approvals": [
            {
                "id": APPROVAL_ID,
                "assignments": ["family_home"],
                "age_from": 0,
                "age_to": 12,
                "places": 2,
                "child_name": None,
                "conditions": "",
                "decided_on": "2026-05-20",
                "valid_until": "2028-05-31",
            }
        ],
    }


class MyHome(Schema):
    """A home as its own users see it, approved or not: how much it is asked, and how many placements run there."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    adults = fields.List(fields.Nested(HomeAdultView), required=True)  #: the applicant first
    approvals = fields.List(fields.Nested(HomeApproval), required=True)
    open_inquiries = fields.Integer(required=True)  #: that wait for the home's answer
    running_placements = fields.Integer(required=True)  #: today
    protected_identity = fields.Boolean(required=True)

    shows = {"home": "id", "adult": "adults.id"}
    hides = HomeView.hides
    example = {
        **{name: HomeView.example[name] for name in ("id", "name", "adults", "approvals", "protected_identity")},
        "open_inquiries": 1,
        "running_placements": 1,
    }


LIST_MY_HOMES = Operation(
    name="list_my_homes",
    route="GET /my-homes",
    en="The homes in which the caller lives, those known longest first. Somebody may live in several files.",
    sv="De hem där den som frågar bor, de som varit kända längst först. Den som frågar kan bo i flera akter.",
    roles=HOME,
    answer=MyHome,
    reads=True,
    paged=True,
)
LIST_HOMES = Operation(
    name="list_homes",
    route="GET /homes",
    en="The approved homes, those known longest first. A home's own user sees its own.",
    sv="De godkända hemmen, de som varit kända längst först. Ett hems egen användare ser sitt eget.",
    roles=CASEWORKER_OR_HOME,
    answer=HomeSummary,
    reads=True,
    paged=True,
)
GET_HOME = Operation(
    name="get_home",
    route="GET /homes/<home_id>",
    en="One home with its adults and approvals. A home's own user sees its own.",
    sv="Ett hem med vuxna och godkännanden. Ett hems egen användare ser sitt eget.",
    roles=CASEWORKER_OR_HOME,
    answer=HomeView,
    reads=True,
)
