"""The homes that are approved, as placement knows them."""

from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Hides, Operation, Rule, Schema, fields
from services.placement.contract.common import ADULT_ID, APPROVAL_ID, CASEWORKER, CASEWORKER_OR_HOME, HOME, HOME_ID
from services.vocabulary.assignments import Assignment


class ApprovalState(StrEnum):
    """Whether an approval holds, apart from its days."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


CONSULTED_NOT_COME = Rule("consulted_not_come", "The day has not come yet.")
PERIOD_IN_ORDER = Rule("availability_in_order", "The period ends before it begins.")


class AvailablePeriod(Schema):
    """Days on which the home has only so many places, both included; none: it is away."""

    first = fields.Day(required=True, data_key="from")
    last = fields.Day(required=True, data_key="to")
    places = fields.Integer(required=True, strict=True, validate=validate.Range(0, 20))

    rules = (PERIOD_IN_ORDER,)

    @validates_schema(skip_on_field_errors=True)
    def _is_in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["last"] < data["first"]:
            raise ValidationError(PERIOD_IN_ORDER, "to")


def _age(**kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 120), **kwargs)


class SetAvailability(Schema):
    """When the home has places, whether it may be called at night, and what it would rather have within what it is
    approved for."""

    periods = fields.List(fields.Nested(AvailablePeriod), load_default=list, validate=validate.Length(max=50))
    may_be_called_at_night = fields.Flag(load_default=True)
    age_from = _age(load_default=None)
    age_to = _age(load_default=None)
    most_km = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 2_000))
    takes_siblings = fields.Flag(load_default=None, allow_none=True)

    example = {
        "periods": [{"from": "2026-07-01", "to": "2026-07-28", "places": 0}],
        "may_be_called_at_night": True,
        "age_from": None,
        "age_to": None,
        "most_km": 50,
        "takes_siblings": True,
    }


class AvailabilityView(Schema):
    """When a home has places, and what it would rather have."""

    home_id = fields.String(required=True)
    periods = fields.List(fields.Nested(AvailablePeriod), required=True)
    may_be_called_at_night = fields.Boolean(required=True)
    age_from = fields.Integer(required=True, allow_none=True)
    age_to = fields.Integer(required=True, allow_none=True)
    most_km = fields.Integer(required=True, allow_none=True)
    takes_siblings = fields.Boolean(required=True, allow_none=True)

    shows = {"home": "home_id"}
    example = {**SetAvailability.example, "home_id": HOME_ID}


class SetOthers(Schema):
    """How many others have placed in the home."""

    children = fields.Integer(required=True, strict=True, validate=validate.Range(0, 20))

    example = {"children": 1}


class SetHost(Schema):
    """In which other municipality the home lies (Statistics Sweden's code of four digits; null: in this one), and when
    that was informed and consulted."""

    municipality_code = fields.form(
        "^[0-9]{4}$(?!\n)",
        Rule("municipality_code", "A municipality's code of four digits."),
        required=True,
        allow_none=True,
    )
    consulted_on = fields.Day(required=True, allow_none=True)

    example = {"municipality_code": "1980", "consulted_on": "2026-05-18"}


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
    state = fields.one_of(ApprovalState, required=True)

    hides = (Hides("child_is_protected", ("child_name", "conditions"), home="home_id"),)


class HomeView(HomeSummary):
    """The whole home."""

    adults = fields.List(fields.Nested(HomeAdultView), required=True)  #: the applicant first
    approvals = fields.List(fields.Nested(HomeApproval), required=True)
    others_children = fields.Integer(required=True)  #: whom others than the municipality have placed there
    host_code = fields.String(required=True, allow_none=True)  #: the other municipality in which it lies
    host_consulted_on = fields.Day(required=True, allow_none=True)

    shows = {**HomeSummary.shows, "adult": "adults.id"}
    hides = (
        *HomeSummary.hides,
        Hides("protected_identity", ("adults.given_name", "adults.family_name"), home="id"),
        Hides("protected_identity", ("approvals.child_name", "approvals.conditions"), home="id"),
        Hides("protected_identity", ("host_code",), home="id"),
    )
    example = {
        **HomeSummary.example,
        "others_children": 0,
        "host_code": None,
        "host_consulted_on": None,
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
                "state": "valid",
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
    hides = HomeView.hides[:-1]
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
GET_AVAILABILITY = Operation(
    name="get_availability",
    route="GET /homes/<home_id>/availability",
    en="When a home has places, and what it would rather have. A home's own user sees its own.",
    sv="När ett hem har platser, och vad det helst vill. Ett hems egen användare ser sitt eget.",
    roles=CASEWORKER_OR_HOME,
    answer=AvailabilityView,
    reads=True,
)
SET_AVAILABILITY = Operation(
    name="set_availability",
    route="PUT /homes/<home_id>/availability",
    en="Say when a home has fewer places than it is approved for, or is away, whether it may be called at night, and "
    "what "
    "it would rather have. By the home, or a caseworker who was told so. If-Match takes the ETag of the availability.",
    sv="Ange när ett hem har färre platser än det är godkänt för eller är borta, om det får ringas på natten, och "
    "vad det "
    "helst vill. Hemmet självt, eller en handläggare som fått veta det. If-Match tar tillgänglighetens ETag.",
    roles=CASEWORKER_OR_HOME,
    body=SetAvailability,
    answer=AvailabilityView,
    conditional=True,
)
SET_OTHERS_CHILDREN = Operation(
    name="set_others_children",
    route="PUT /homes/<home_id>/others-children",
    en="Say how many children and young people other municipalities, or others, have placed in a home. Each takes a "
    "place, and counts where more than three are told to the inspectorate (SoF 16:2). If-Match takes the home's ETag.",
    sv="Ange hur många barn och unga andra kommuner, eller andra, har placerat i ett hem. Var och en tar en plats och "
    "räknas med när fler än tre ska anmälas till tillsynsmyndigheten (SoF 16:2). If-Match tar hemmets ETag.",
    roles=CASEWORKER,
    body=SetOthers,
    answer=HomeView,
    conditional=True,
)
SET_HOST_MUNICIPALITY = Operation(
    name="set_host_municipality",
    route="PUT /homes/<home_id>/host-municipality",
    en="Say in which other municipality a home lies, and when that was informed and consulted (SoL 22:6): before "
    "that it "
    "takes nobody. If-Match takes the home's ETag.",
    sv="Ange i vilken annan kommun ett hem ligger, och när den informerades och gavs tillfälle till samråd (SoL 22:6): "
    "innan dess tar hemmet inte emot någon. If-Match tar hemmets ETag.",
    roles=CASEWORKER,
    body=SetHost,
    answer=HomeView,
    conditional=True,
    rules=(CONSULTED_NOT_COME,),
)
