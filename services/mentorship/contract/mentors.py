"""Mentor families: who becomes one, what it takes, and which would suit a home."""

from marshmallow import validate

from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields, rules
from services.mentorship.contract.common import (
    COORDINATOR,
    HOME_ID,
    MENTOR_HOME_ID,
    MENTOR_ID,
    Band,
    one_line,
)
from services.mentorship.mentors.experience import MentorModel
from services.mentorship.mentors.nearest import Obstacle, PlaceFrom

MOST_EVER = 30  #: homes of a mentor, whatever reason is written down

CAPACITY_ABOVE_MOST = Rule("capacity_above_most", "More than {most} homes: write down why (capacity_reason).")


class AlreadyMentor(Fault):
    """The home is a mentor family already."""


class HomeNotExperienced(Fault):
    """The home has neither been approved for as long as the municipality asks, nor had an assignment that ended well.

    An exception has its reason (`exception_reason`).
    """


class MentorNotAvailable(Fault):
    """The mentor takes no homes: its own approval is suspended, revoked or has ended."""


# --- bodies ---------------------------------------------------------------------------------------------------------


def _capacity(**kwargs: object) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(1, MOST_EVER), **kwargs)  # type: ignore[arg-type]


class RegisterMentor(Schema):
    """An experienced home that will support others, and how many. Whether it does so voluntarily or by a contract is
    what the municipality has set, unless said."""

    home_id = fields.reference(required=True)
    capacity = _capacity(required=True)
    capacity_reason = fields.text(500, allow_none=True, load_default=None)
    area = one_line(allow_none=True, load_default=None)
    paused = fields.Flag(load_default=False)
    model = fields.one_of(MentorModel, allow_none=True, load_default=None)
    exception_reason = fields.text(500, allow_none=True, load_default=None)

    example = {
        "home_id": MENTOR_HOME_ID,
        "capacity": 10,
        "capacity_reason": None,
        "area": "norr",
        "paused": False,
        "model": "voluntary",
        "exception_reason": None,
    }


class AmendMentor(Schema):
    """What is sent is changed."""

    capacity = _capacity()
    capacity_reason = fields.text(500, allow_none=True)
    area = one_line(allow_none=True)
    paused = fields.Flag()
    model = fields.one_of(MentorModel)

    example = {"capacity": 8, "paused": True}


class HandOver(Schema):
    """Why all of a mentor's homes go to others; and whether it takes new ones afterwards."""

    reason = fields.text(500, allow_none=True, load_default=None)
    pause = fields.Flag(load_default=True)

    example = {"reason": "The mentor family moves abroad.", "pause": True}


class ForHome(Schema):
    """For which home; without one for whoever lives in the municipality's middle."""

    home_id = fields.reference(
        metadata={"description": "The home that shall have a mentor. Hemmet som ska få en mentor."}
    )


# --- views ----------------------------------------------------------------------------------------------------------


class MentorView(Schema):
    """A mentor family (mentorsfamilj), and how many homes it supports or has been offered to. `available` is false
    while its own approval is suspended, revoked or has ended."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    capacity = fields.Integer(required=True)
    capacity_reason = fields.String(required=True, allow_none=True)
    area = fields.String(required=True, allow_none=True)
    paused = fields.Boolean(required=True)
    available = fields.Boolean(required=True)
    model = fields.one_of(MentorModel, required=True)
    exception_reason = fields.String(required=True, allow_none=True)
    registered_by = fields.Staff(required=True)
    agreement_id = fields.String(required=True, allow_none=True)  #: of a contracted one, once it is signed
    homes = fields.Integer(required=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"mentor": "id", "home": "home_id"}
    hides = (Hides("protected_identity", ("home_name", "capacity_reason", "exception_reason", "registered_by")),)
    example = {
        "id": MENTOR_ID,
        **RegisterMentor.example,
        "home_name": "Anna Andersson",
        "available": True,
        "registered_by": "karin",
        "agreement_id": None,
        "homes": 3,
        "protected_identity": False,
    }


class ObstacleView(Schema):
    """Why a mentor can not have the home."""

    code = fields.one_of(Obstacle, required=True)
    detail = fields.String(required=True)

    example = {"code": "full", "detail": "It has as many homes as it takes."}


class SuggestionView(Schema):
    """A mentor for a home. The distance is as the crow flies, from the municipality's middle where a home has no
    position (`distance_from`); of a protected identity the band only."""

    mentor_id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    area = fields.String(required=True, allow_none=True)
    distance_km = fields.Float(required=True, allow_none=True)
    distance_band = fields.one_of(Band, required=True, allow_none=True)
    distance_from = fields.one_of(PlaceFrom, required=True)
    homes = fields.Integer(required=True)
    room = fields.Integer(required=True)
    eligible = fields.Boolean(required=True)
    obstacles = fields.List(fields.Nested(ObstacleView), required=True)
    protected_identity = fields.Boolean(required=True)

    hides = (Hides("protected_identity", ("home_name", "distance_km")),)
    example = {
        "mentor_id": MENTOR_ID,
        "home_id": MENTOR_HOME_ID,
        "home_name": "Anna Andersson",
        "area": "norr",
        "distance_km": 11.1,
        "distance_band": "10_to_30",
        "distance_from": "address",
        "homes": 3,
        "room": 7,
        "eligible": True,
        "obstacles": [],
        "protected_identity": False,
    }


class Suggestions(Schema):
    """The twenty mentors that suit a home best: those with room, the nearest first; then the others, each with why
    not."""

    home_id = fields.String(required=True, allow_none=True)
    items = fields.List(fields.Nested(SuggestionView), required=True)

    shows = {"home": "home_id", "mentor": "items.mentor_id", "mentor_home": "items.home_id"}
    example = {"home_id": HOME_ID, "items": [SuggestionView.example]}


class HandedOver(Schema):
    """How many homes were offered another mentor, and how many wait for one."""

    offered = fields.Integer(required=True)
    waiting = fields.Integer(required=True)

    shows = {}
    example = {"offered": 8, "waiting": 2}


# --- operations -----------------------------------------------------------------------------------------------------

REGISTER_MENTOR = Operation(
    name="register_mentor",
    route="POST /mentors",
    en="Make an approved and experienced home a mentor family (mentorsfamilj) for at most as many homes as the "
    "municipality has set, more only with a reason. Homes that wait for a mentor are offered this one at once, the "
    "nearest first.",
    sv="Gör ett godkänt och erfaret hem till mentorsfamilj för högst så många hem som kommunen har bestämt, fler bara "
    "med ett skäl. Hem som väntar på en mentor erbjuds den genast, de närmaste först.",
    roles=COORDINATOR,
    body=RegisterMentor,
    answer=MentorView,
    faults=(AlreadyMentor, HomeNotExperienced, MentorNotAvailable),
    status=201,
    location="/mentors/{id}",
    rules=(rules.NOT_FOUND, CAPACITY_ABOVE_MOST),
)
GET_MENTOR = Operation(
    name="get_mentor",
    route="GET /mentors/<mentor_id>",
    en="One mentor family.",
    sv="En mentorsfamilj.",
    roles=COORDINATOR,
    answer=MentorView,
    reads=True,
)
LIST_MENTORS = Operation(
    name="list_mentors",
    route="GET /mentors",
    en="The municipality's mentor families, with how many homes each has.",
    sv="Kommunens mentorsfamiljer, med hur många hem var och en har.",
    roles=COORDINATOR,
    answer=MentorView,
    reads=True,
    paged=True,
)
AMEND_MENTOR = Operation(
    name="amend_mentor",
    route="PATCH /mentors/<mentor_id>",
    en="Change how many homes a mentor takes, its area, or let it pause. Room that comes of it is offered to homes "
    "that wait. Homes that it has stay.",
    sv="Ändra hur många hem en mentor tar, dess område, eller låt den göra uppehåll. Platser som blir lediga erbjuds "
    "hem som väntar. Hem som den har stannar kvar.",
    roles=COORDINATOR,
    body=AmendMentor,
    answer=MentorView,
    conditional=True,
    rules=(CAPACITY_ABOVE_MOST,),
)
SUGGEST_MENTORS = Operation(
    name="suggest_mentors",
    route="GET /mentor-suggestions",
    en="Which mentors would suit a home: the nearest with room first, with the distance, and why not the others.",
    sv="Vilka mentorer som passar ett hem: den närmaste med plats först, med avståndet, och varför inte de andra.",
    roles=COORDINATOR,
    query=ForHome,
    answer=Suggestions,
    reads=True,
    rules=(rules.NOT_FOUND,),
)
HAND_OVER_HOMES = Operation(
    name="hand_over_homes",
    route="POST /mentors/<mentor_id>/hand-over",
    en="Hand over all homes of a mentor: each is offered its nearest other mentor with room, or waits for one.",
    sv="Lämna över en mentors alla hem: vart och ett erbjuds sin närmaste andra mentor med plats, eller väntar på en.",
    roles=COORDINATOR,
    body=HandOver,
    answer=HandedOver,
)
