"""What mentorship offers: its operations, the form of their bodies and views, and the events it records."""

from enum import StrEnum

from marshmallow import validate

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields, rules
from services.mentorship.mentors.nearest import MOST_HOMES

COORDINATOR = frozenset({"coordinator"})
COORDINATOR_OR_HOME = frozenset({"coordinator", "home"})


class Status(StrEnum):
    """Where a mentorship stands."""

    WAITING = "waiting"  #: no mentor had room yet
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Band(StrEnum):
    """A distance in steps too coarse to find a home by, kilometres."""

    UNDER_10 = "under_10"
    FROM_10_TO_30 = "10_to_30"
    FROM_30_TO_100 = "30_to_100"
    OVER_100 = "over_100"


# --- refusals -------------------------------------------------------------------------------------------------------


class AlreadyMentor(Fault):
    """The home is a mentor family already."""


class MentorshipNotOffered(Fault):
    """There is no offer to answer: the home still waits for a mentor, or the offer has been answered already."""


class NotTheOfferedHome(Fault):
    """Only the home that was offered the mentor, or the coordinator for it, may answer."""

    status = 403


# --- bodies ---------------------------------------------------------------------------------------------------------


class RegisterMentor(Schema):
    """An experienced home that will support others, and how many."""

    home_id = fields.reference(required=True)
    capacity = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_HOMES))
    area = fields.form(
        r"^[^\x00-\x1f]{1,100}$(?!\n)",
        Rule("one_line", "One line of at most 100 characters."),
        allow_none=True,
        load_default=None,
    )
    paused = fields.Flag(load_default=False)

    example = {
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "capacity": 10,
        "area": "norr",
        "paused": False,
    }


class DeclineMentorship(Schema):
    """Saying no is fine, also without a reason."""

    reason = fields.String(validate=validate.Length(max=2_000), allow_none=True, load_default=None)

    example = {"reason": "My sister lives next door and has done this for years."}


class MentorshipFilter(Schema):
    """Which mentorships."""

    status = fields.one_of(Status, metadata={"description": "Only of this status. Bara med denna status."})


# --- views ----------------------------------------------------------------------------------------------------------


class MentorView(Schema):
    """A mentor family (mentorsfamilj), and how many homes it supports or has been offered to."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    capacity = fields.Integer(required=True)
    area = fields.String(required=True, allow_none=True)
    paused = fields.Boolean(required=True)
    homes = fields.Integer(required=True)

    shows = {"mentor": "id", "home": "home_id"}
    example = {"id": "019a0000-0000-7000-8000-000000000005", **RegisterMentor.example, "homes": 3}


class MentorshipView(Schema):
    """A home and its mentor. The distance is as the crow flies; of a protected identity (skyddade personuppgifter) the
    band only, and no name. A home's own user sees the names once both belong together; the reason of a no is shown to
    the home and the coordinator, not to the mentor."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    mentor_id = fields.String(required=True, allow_none=True)
    mentor_home_id = fields.String(required=True, allow_none=True)
    home_name = fields.String(required=True, allow_none=True)
    mentor_name = fields.String(required=True, allow_none=True)
    status = fields.one_of(Status, required=True)
    distance_km = fields.Float(required=True, allow_none=True)
    distance_band = fields.one_of(Band, required=True, allow_none=True)
    created_at = fields.Instant(required=True)
    offered_at = fields.Instant(required=True, allow_none=True)
    answered_at = fields.Instant(required=True, allow_none=True)
    answered_by = fields.Staff(required=True)
    reason = fields.String(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)  #: of either

    shows = {"mentorship": "id", "home": "home_id", "mentor_home": "mentor_home_id"}
    hides = (
        Hides("home_is_protected", ("home_name", "distance_km", "answered_by", "reason"), home="home_id"),
        Hides("mentor_is_protected", ("mentor_name", "distance_km"), home="mentor_home_id"),
    )
    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "home_id": "019a0000-0000-7000-8000-000000000007",
        "mentor_id": "019a0000-0000-7000-8000-000000000005",
        "mentor_home_id": "019a0000-0000-7000-8000-000000000002",
        "home_name": "Bertil Berg",
        "mentor_name": "Anna Andersson",
        "status": "offered",
        "distance_km": 11.1,
        "distance_band": "10_to_30",
        "created_at": "2026-06-01T08:00:00.000000Z",
        "offered_at": "2026-06-01T08:00:00.000000Z",
        "answered_at": None,
        "answered_by": None,
        "reason": None,
        "protected_identity": False,
    }


# --- operations -----------------------------------------------------------------------------------------------------

REGISTER_MENTOR = Operation(
    name="register_mentor",
    route="POST /mentors",
    en="Make an approved home a mentor family (mentorsfamilj) for at most ten homes. "
    "Homes that wait for a mentor are offered this one at once, the nearest first.",
    sv="Gör ett godkänt hem till mentorsfamilj för högst tio hem. "
    "Hem som väntar på en mentor erbjuds den genast, de närmaste först.",
    roles=COORDINATOR,
    body=RegisterMentor,
    answer=MentorView,
    faults=(AlreadyMentor,),
    status=201,
    rules=(rules.NOT_FOUND,),
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
LIST_MENTORSHIPS = Operation(
    name="list_mentorships",
    route="GET /mentorships",
    en="Homes and their mentors, those that have stood longest first. "
    "A home's own user sees those in which the home is mentor or mentored.",
    sv="Hem och deras mentorer, de äldsta först. "
    "Hemmets egen användare ser dem där hemmet är mentor eller har en mentor.",
    roles=COORDINATOR_OR_HOME,
    query=MentorshipFilter,
    answer=MentorshipView,
    reads=True,
    paged=True,
)
ACCEPT_MENTORSHIP = Operation(
    name="accept_mentorship",
    route="POST /mentorships/<mentorship_id>/accept",
    en="Say yes to the offered mentor. Done by the home itself, or by the coordinator for it.",
    sv="Tacka ja till den erbjudna mentorn. Görs av hemmet självt, eller av samordnaren åt det.",
    roles=COORDINATOR_OR_HOME,
    body=Nothing,
    answer=MentorshipView,
    faults=(MentorshipNotOffered, NotTheOfferedHome),
)
DECLINE_MENTORSHIP = Operation(
    name="decline_mentorship",
    route="POST /mentorships/<mentorship_id>/decline",
    en="Say no to the offered mentor, which is fine. The home is not offered another by itself; "
    "the place goes to the nearest home that waits.",
    sv="Tacka nej till den erbjudna mentorn, vilket går bra. Hemmet erbjuds ingen annan av sig själv; "
    "platsen går till det närmaste hem som väntar.",
    roles=COORDINATOR_OR_HOME,
    body=DeclineMentorship,
    answer=MentorshipView,
    faults=(MentorshipNotOffered, NotTheOfferedHome),
)
