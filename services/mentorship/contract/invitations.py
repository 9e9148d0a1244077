"""Invitations to gatherings: who is invited, what they answer, and what has to be thought of."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields
from services.mentorship.contract.common import COORDINATOR, COORDINATOR_OR_HOME, HOME_ID

GATHERING_ID = "019a0000-0000-7000-8000-000000000041"
INVITATION_ID = "019a0000-0000-7000-8000-000000000042"


class Answered(StrEnum):
    """What an invited home has answered."""

    INVITED = "invited"  #: nothing yet
    COMING = "coming"
    WAITING = "waiting"  #: wants to come; there is no seat yet
    NOT_COMING = "not_coming"


class Need(StrEnum):
    """What has to be thought of, in codes: no diagnosis is written down."""

    NUTS = "nuts"
    GLUTEN = "gluten"
    LACTOSE = "lactose"
    EGG = "egg"
    FISH = "fish"
    VEGETARIAN = "vegetarian"
    NO_PORK = "no_pork"
    WHEELCHAIR = "wheelchair"
    HEARING_LOOP = "hearing_loop"
    CALM_ROOM = "calm_room"
    TRANSPORT = "transport"


NOT_INVITED = Rule("not_invited", "The home is not invited.")
COMES_WITH_SOMEBODY = Rule("comes_with_somebody", "Whoever comes says how many.")


class GatheringCancelled(Fault):
    """The gathering has been cancelled."""


class GatheringAnswersClosed(Fault):
    """The time for answers has passed: ask the coordinator."""


class GatheringHasBegun(Fault):
    """The gathering has begun; nothing of it can be changed but who was there."""


class NoSeatsForMore(Fault):
    """There are no seats for as many; what was answered before stays."""


class AlreadyInvited(Fault):
    """The home is invited already."""


class InviteHome(Schema):
    """One more home."""

    home_id = fields.reference(required=True)

    example = {"home_id": HOME_ID}


def people(**kwargs: Any) -> fields.Integer:
    """A number of people of one home."""
    return fields.Integer(strict=True, validate=validate.Range(0, 30), **kwargs)


class Reply(Schema):
    """Whether a home comes, with how many, and what has to be thought of."""

    home_id = fields.reference(required=True)
    attending = fields.Flag(required=True)
    adults = people(load_default=0)
    children = people(load_default=0)
    needs = fields.List(fields.one_of(Need), load_default=list, validate=validate.Length(max=len(Need)))

    rules = (COMES_WITH_SOMEBODY,)

    @validates_schema
    def _somebody(self, values: dict[str, Any], **_: object) -> None:
        if values["attending"] and not values["adults"] + values["children"]:
            raise ValidationError(COMES_WITH_SOMEBODY, "adults")

    example = {"home_id": HOME_ID, "attending": True, "adults": 2, "children": 3, "needs": ["nuts"]}


class ReplyFilter(Schema):
    """Which answers."""

    status = fields.one_of(Answered, metadata={"description": "Only of this answer. Bara med detta svar."})


class InvitationView(Schema):
    """A home's invitation and what it has answered. The name is null of a protected identity."""

    id = fields.String(required=True)
    gathering_id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    status = fields.one_of(Answered, required=True)
    adults = fields.Integer(required=True)
    children = fields.Integer(required=True)
    needs = fields.List(fields.one_of(Need), required=True)
    answered_at = fields.Instant(required=True, allow_none=True)
    attended_adults = fields.Integer(required=True, allow_none=True)
    attended_children = fields.Integer(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"invitation": "id", "home": "home_id"}
    hides = (Hides("protected_identity", ("home_name",), home="home_id"),)
    example = {
        "id": INVITATION_ID,
        "gathering_id": GATHERING_ID,
        "home_id": HOME_ID,
        "home_name": "Bertil Berg",
        "status": "coming",
        "adults": 2,
        "children": 3,
        "needs": ["nuts"],
        "answered_at": "2027-08-01T08:00:00Z",
        "attended_adults": None,
        "attended_children": None,
        "protected_identity": False,
    }


class OwnInvitation(Schema):
    """What the caller's own home has been asked and has answered."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    status = fields.one_of(Answered, required=True)
    adults = fields.Integer(required=True)
    children = fields.Integer(required=True)
    needs = fields.List(fields.one_of(Need), required=True)

    example = {
        "id": INVITATION_ID,
        "home_id": HOME_ID,
        "status": "coming",
        "adults": 2,
        "children": 3,
        "needs": ["nuts"],
    }


LIST_REPLIES = Operation(
    name="list_replies",
    route="GET /gatherings/<gathering_id>/replies",
    en="Who is invited to a gathering and has answered what.",
    sv="Vilka som är inbjudna till en träff, och vad de har svarat.",
    roles=COORDINATOR,
    query=ReplyFilter,
    answer=InvitationView,
    reads=True,
    paged=True,
)
REPLY_TO_GATHERING = Operation(
    name="reply_to_gathering",
    route="POST /gatherings/<gathering_id>/replies",
    en="Answer an invitation, or answer anew: the last answer holds. Who finds no seat waits, and moves up when seats "
    "become free. After the time for answers only the coordinator answers for a home.",
    sv="Svara på en inbjudan, eller svara på nytt: det sista svaret gäller. Den som inte får plats väntar, och "
    "flyttas upp när platser blir lediga. Efter sista svarstid svarar bara samordnaren åt ett hem.",
    roles=COORDINATOR_OR_HOME,
    body=Reply,
    answer=InvitationView,
    faults=(GatheringCancelled, GatheringAnswersClosed, GatheringHasBegun, NoSeatsForMore),
    rules=(NOT_INVITED,),
)
