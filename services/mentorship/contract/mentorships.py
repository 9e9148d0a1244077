"""A home and its mentor: what is offered and answered, how they meet, and the end."""

from enum import StrEnum

from marshmallow import validate

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Schema, fields, rules
from services.mentorship.contract.common import (
    COORDINATOR_OR_HOME,
    HOME_ID,
    MENTOR_HOME_ID,
    MENTOR_ID,
    MENTORSHIP_ID,
    Band,
)


class Status(StrEnum):
    """Where a mentorship stands."""

    WAITING = "waiting"  #: no mentor had room yet
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


class MeetingWay(StrEnum):
    """How a home and its mentor are in touch."""

    PHONE = "phone"
    VISIT = "visit"
    MESSAGE = "message"


class PartOfDay(StrEnum):
    """When they are."""

    DAY = "day"
    EVENING = "evening"
    WEEKEND = "weekend"


# --- refusals -------------------------------------------------------------------------------------------------------


class MentorshipNotOffered(Fault):
    """There is no offer to answer yet: the home still waits for a mentor."""


class MentorshipAnswered(Fault):
    """The offer has been answered already, and that holds: who has said no asks anew, who has said yes ends it."""


class MentorshipNotAccepted(Fault):
    """The home and the mentor do not belong together: not yet, or no longer."""


class NotTheOfferedHome(Fault):
    """Only the home that was offered the mentor, or the coordinator for it, may answer."""

    status = 403


class MentorshipOpen(Fault):
    """The home has a mentor already, has been offered one, or waits for one."""


class MentorHasNoRoom(Fault):
    """The mentor can not have the home: it is full, pauses, is not available, or somebody lives in both homes."""


class CoordinatorChooses(Fault):
    """A home asks for a mentor; which one, the coordinator or the distance says."""

    status = 403


# --- bodies ---------------------------------------------------------------------------------------------------------


class OfferMentorship(Schema):
    """For which home; and which mentor: null for the nearest with room."""

    home_id = fields.reference(required=True)
    mentor_id = fields.reference(allow_none=True, load_default=None)

    example = {"home_id": HOME_ID, "mentor_id": None}


class DeclineMentorship(Schema):
    """Saying no is fine, also without a reason."""

    reason = fields.String(validate=validate.Length(max=2_000), allow_none=True, load_default=None)

    example = {"reason": "My sister lives next door and has done this for years."}


class EndMentorship(Schema):
    """Why it ends, where somebody wants to say so."""

    reason = fields.String(validate=validate.Length(max=2_000), allow_none=True, load_default=None)

    example = {"reason": "We manage well by now."}


class AgreeMeetings(Schema):
    """How the two meet, and whether one's phone number is shown to the other. It holds when both have said the same."""

    ways = fields.List(fields.one_of(MeetingWay), required=True, validate=validate.Length(1, 3))
    parts_of_day = fields.List(fields.one_of(PartOfDay), required=True, validate=validate.Length(1, 3))
    share_phone = fields.Flag(required=True)

    example = {"ways": ["phone", "visit"], "parts_of_day": ["evening", "weekend"], "share_phone": True}


class MentorshipFilter(Schema):
    """Which mentorships."""

    status = fields.one_of(Status, metadata={"description": "Only of this status. Bara med denna status."})


# --- views ----------------------------------------------------------------------------------------------------------


class MentorshipView(Schema):
    """A home and its mentor. The distance is as the crow flies; of a protected identity (skyddade personuppgifter) the
    band only, and no name. A home's own user sees, once both belong together, the other one's first names, the part of
    the municipality and, where that one has agreed, the phone number; the reason of a no or of an end is shown to who
    gave it and the coordinator. What they have agreed on holds when both agree."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    mentor_id = fields.String(required=True, allow_none=True)
    mentor_home_id = fields.String(required=True, allow_none=True)
    home_name = fields.String(required=True, allow_none=True)
    mentor_name = fields.String(required=True, allow_none=True)
    home_locality = fields.String(required=True, allow_none=True)
    mentor_locality = fields.String(required=True, allow_none=True)
    home_phone = fields.String(required=True, allow_none=True)
    mentor_phone = fields.String(required=True, allow_none=True)
    status = fields.one_of(Status, required=True)
    distance_km = fields.Float(required=True, allow_none=True)
    distance_band = fields.one_of(Band, required=True, allow_none=True)
    created_at = fields.Instant(required=True)
    offered_at = fields.Instant(required=True, allow_none=True)
    answered_at = fields.Instant(required=True, allow_none=True)
    answered_by = fields.Staff(required=True)
    reason = fields.String(required=True, allow_none=True)
    ways = fields.List(fields.one_of(MeetingWay), required=True)
    parts_of_day = fields.List(fields.one_of(PartOfDay), required=True)
    home_agrees = fields.Boolean(required=True)
    mentor_agrees = fields.Boolean(required=True)
    ended_at = fields.Instant(required=True, allow_none=True)
    ended_by = fields.Staff(required=True)
    protected_identity = fields.Boolean(required=True)  #: of either

    shows = {"mentorship": "id", "home": "home_id", "mentor_home": "mentor_home_id"}
    hides = (
        Hides(
            "home_is_protected",
            ("home_name", "home_locality", "home_phone", "distance_km", "answered_by", "ended_by", "reason"),
            home="home_id",
        ),
        Hides(
            "mentor_is_protected",
            ("mentor_name", "mentor_locality", "mentor_phone", "distance_km", "ended_by"),
            home="mentor_home_id",
        ),
    )
    example = {
        "id": MENTORSHIP_ID,
        "home_id": HOME_ID,
        "mentor_id": MENTOR_ID,
        "mentor_home_id": MENTOR_HOME_ID,
        "home_name": "Bertil Berg",
        "mentor_name": "Anna Andersson",
        "home_locality": "Almby",
        "mentor_locality": "Vivalla",
        "home_phone": None,
        "mentor_phone": None,
        "status": "offered",
        "distance_km": 11.1,
        "distance_band": "10_to_30",
        "created_at": "2026-06-01T08:00:00.000000Z",
        "offered_at": "2026-06-01T08:00:00.000000Z",
        "answered_at": None,
        "answered_by": None,
        "reason": None,
        "ways": [],
        "parts_of_day": [],
        "home_agrees": False,
        "mentor_agrees": False,
        "ended_at": None,
        "ended_by": None,
        "protected_identity": False,
    }


# --- operations -----------------------------------------------------------------------------------------------------

OFFER_MENTORSHIP = Operation(
    name="offer_mentorship",
    route="POST /mentorships",
    en="Offer a home a mentor: a certain one, or the nearest with room; where there is none it waits for one. A home's "
    "own user asks so for a mentor, also after a no or an end.",
    sv="Erbjud ett hem en mentor: en viss, eller den närmaste med plats; finns ingen väntar det på en. Hemmets egen "
    "användare ber så om en mentor, också efter ett nej eller ett avslut.",
    roles=COORDINATOR_OR_HOME,
    body=OfferMentorship,
    answer=MentorshipView,
    faults=(MentorshipOpen, MentorHasNoRoom, CoordinatorChooses),
    status=201,
    location="/mentorships/{id}",
    rules=(rules.NOT_FOUND,),
)
GET_MENTORSHIP = Operation(
    name="get_mentorship",
    route="GET /mentorships/<mentorship_id>",
    en="A home and its mentor.",
    sv="Ett hem och dess mentor.",
    roles=COORDINATOR_OR_HOME,
    answer=MentorshipView,
    reads=True,
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
    faults=(MentorshipNotOffered, MentorshipAnswered, NotTheOfferedHome),
)
DECLINE_MENTORSHIP = Operation(
    name="decline_mentorship",
    route="POST /mentorships/<mentorship_id>/decline",
    en="Say no to the offered mentor, which is fine. The home is not offered another by itself, until it asks; "
    "the place goes to the nearest home that waits.",
    sv="Tacka nej till den erbjudna mentorn, vilket går bra. Hemmet erbjuds ingen annan av sig själv, förrän det ber "
    "om det; platsen går till det närmaste hem som väntar.",
    roles=COORDINATOR_OR_HOME,
    body=DeclineMentorship,
    answer=MentorshipView,
    faults=(MentorshipNotOffered, MentorshipAnswered, NotTheOfferedHome),
)
AGREE_MEETINGS = Operation(
    name="agree_meetings",
    route="PUT /mentorships/<mentorship_id>/meetings",
    en="Say how the home and its mentor meet: by phone or visit, day, evening or weekend. It holds when both have said "
    "the same; the coordinator says it for both. `share_phone` shows one's own phone number to the other.",
    sv="Säg hur hemmet och mentorn träffas: på telefon eller besök, dag, kväll eller helg. Det gäller när båda har "
    "sagt detsamma; samordnaren säger det åt båda. `share_phone` visar det egna telefonnumret för den andra.",
    roles=COORDINATOR_OR_HOME,
    body=AgreeMeetings,
    answer=MentorshipView,
    conditional=True,
    faults=(MentorshipNotAccepted,),
)
END_MENTORSHIP = Operation(
    name="end_mentorship",
    route="POST /mentorships/<mentorship_id>/end",
    en="End it, from either side or by the coordinator. The place goes to the nearest home that waits; the home may "
    "ask for another mentor.",
    sv="Avsluta det, från någon av sidorna eller av samordnaren. Platsen går till det närmaste hem som väntar; "
    "hemmet får be om en annan mentor.",
    roles=COORDINATOR_OR_HOME,
    body=EndMentorship,
    answer=MentorshipView,
    faults=(MentorshipNotAccepted,),
)
