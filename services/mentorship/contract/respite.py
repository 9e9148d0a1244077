"""Respite (avlastning): a home of the network takes another one's children for some nights."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields, rules
from services.mentorship.contract.common import COORDINATOR, COORDINATOR_OR_HOME, HOME_ID, MENTOR_HOME_ID

RESPITE_ID = "019a0000-0000-7000-8000-000000000051"


class RespiteStatus(StrEnum):
    """Where respite stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DONE = "done"
    CANCELLED = "cancelled"


class OfferStatus(StrEnum):
    """What a home that could give it has said."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    NOT_NEEDED = "not_needed"


RESPITE_IN_ORDER = Rule("respite_in_order", "It ends at least a day after it starts.")
RESPITE_PASSED = Rule("respite_passed", "The day has passed.")
RESPITE_TOO_LONG = Rule("respite_too_long", "At most {most} nights at a time.")

MOST_NIGHTS = 31


class RespiteOverlaps(Fault):
    """Of these nights the home has respite already, or gives it."""


class RespiteNightsUsed(Fault):
    """The home would have more nights in a month than the municipality gives: ask the coordinator."""


class RespiteNotOpen(Fault):
    """It was cancelled, or is done: it is needed no more."""


class RespiteTaken(Fault):
    """The home that asked has chosen already who gives it."""


class RespiteBegun(Fault):
    """Its first day has passed: only the coordinator answers for a home now."""


class RespiteOffered(Fault):
    """The home has offered it already: the home that asked chooses."""


class RespiteNotAccepted(Fault):
    """Nobody has been chosen to give it, it is done already, or it was cancelled."""


class RespiteNotOver(Fault):
    """It is not over yet."""


class ApprovalDoesNotAllow(Fault):
    """The home's approval does not allow it, or waits: ages, places, days or people do not fit, or it asks itself."""


class RespiteNotOffered(Fault):
    """The home has not offered it."""


class NotTheAskingHome(Fault):
    """Only the home that asked, or the coordinator for it, may do this."""

    status = 403


# --- bodies ---------------------------------------------------------------------------------------------------------


class AskRespite(Schema):
    """For which nights, for how many children, and of which ages. Nothing else about the children."""

    home_id = fields.reference(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    children = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10))
    age_from = fields.Integer(required=True, strict=True, validate=validate.Range(0, 20))
    age_to = fields.Integer(required=True, strict=True, validate=validate.Range(0, 20))

    rules = (RESPITE_IN_ORDER, RESPITE_TOO_LONG, rules.AGES_IN_ORDER)

    @validates_schema
    def _in_order(self, values: dict[str, Any], **_: object) -> None:
        nights = (values["ends_on"] - values["starts_on"]).days
        if nights < 1:
            raise ValidationError(RESPITE_IN_ORDER, "ends_on")
        if nights > MOST_NIGHTS:
            raise ValidationError(RESPITE_TOO_LONG.format(most=MOST_NIGHTS), "ends_on")
        if values["age_from"] > values["age_to"]:
            raise ValidationError(rules.AGES_IN_ORDER, "age_to")

    example = {
        "home_id": HOME_ID,
        "starts_on": "2027-06-04",
        "ends_on": "2027-06-06",
        "children": 1,
        "age_from": 7,
        "age_to": 7,
    }


class ByHome(Schema):
    """Which home."""

    home_id = fields.reference(required=True)

    example = {"home_id": MENTOR_HOME_ID}


class RespiteFilter(Schema):
    """Which respite."""

    status = fields.one_of(RespiteStatus, metadata={"description": "Only of this status. Bara med denna status."})


# --- views ----------------------------------------------------------------------------------------------------------


class RespiteOfferView(Schema):
    """A home that was asked, and what it has said."""

    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    status = fields.one_of(OfferStatus, required=True)
    protected_identity = fields.Boolean(required=True)

    hides = (Hides("protected_identity", ("name",), home="home_id"),)
    example = {"home_id": MENTOR_HOME_ID, "name": "Anna", "status": "offered", "protected_identity": False}


class RespiteView(Schema):
    """Respite: which nights, how many children of which ages, who asks, who was asked and who gives it. Homes are shown
    each other's first names only; other homes that were asked are shown to the one that asks."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    nights = fields.Integer(required=True)
    children = fields.Integer(required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    status = fields.one_of(RespiteStatus, required=True)
    giving_home_id = fields.String(required=True, allow_none=True)
    offers = fields.List(fields.Nested(RespiteOfferView), required=True)
    created_at = fields.Instant(required=True)
    completed_at = fields.Instant(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"respite": "id", "home": "home_id", "mentor_home": "offers.home_id", "giving_home": "giving_home_id"}
    hides = (Hides("protected_identity", ("home_name",), home="home_id"),)
    example = {
        "id": RESPITE_ID,
        **AskRespite.example,
        "home_name": "Bertil Berg",
        "nights": 2,
        "status": "asked",
        "giving_home_id": None,
        "offers": [RespiteOfferView.example],
        "created_at": "2027-05-20T08:00:00Z",
        "completed_at": None,
        "protected_identity": False,
    }


# --- operations -----------------------------------------------------------------------------------------------------

ASK_RESPITE = Operation(
    name="ask_respite",
    route="POST /respite-requests",
    en="Ask for respite. The homes of the network whose approval allows it are asked at once: the mentor and its other "
    "homes. A home has as many nights a month as the municipality has set; the coordinator may give more.",
    sv="Be om avlastning. De hem i nätverket vars godkännande tillåter det tillfrågas genast: mentorn och dess andra "
    "hem. Ett hem får så många nätter i månaden som kommunen har bestämt; samordnaren får ge fler.",
    roles=COORDINATOR_OR_HOME,
    body=AskRespite,
    answer=RespiteView,
    status=201,
    location="/respite-requests/{id}",
    faults=(RespiteOverlaps, RespiteNightsUsed),
    rules=(rules.NOT_FOUND, RESPITE_PASSED),
)
LIST_RESPITE = Operation(
    name="list_respite",
    route="GET /respite-requests",
    en="Respite, the newest first. A home's own user sees what it has asked for, and what it is asked to give.",
    sv="Avlastning, den nyaste först. Hemmets egen användare ser vad det har bett om, och vad det ombeds ge.",
    roles=COORDINATOR_OR_HOME,
    query=RespiteFilter,
    answer=RespiteView,
    reads=True,
    paged=True,
)
GET_RESPITE = Operation(
    name="get_respite",
    route="GET /respite-requests/<respite_id>",
    en="One respite.",
    sv="En avlastning.",
    roles=COORDINATOR_OR_HOME,
    answer=RespiteView,
    reads=True,
)
OFFER_RESPITE = Operation(
    name="offer_respite",
    route="POST /respite-requests/<respite_id>/offers",
    en="Offer to give respite. The coordinator may name any home whose approval allows it.",
    sv="Erbjud sig att ge avlastning. Samordnaren får nämna vilket hem som helst vars godkännande tillåter det.",
    roles=COORDINATOR_OR_HOME,
    body=ByHome,
    answer=RespiteView,
    faults=(RespiteNotOpen, RespiteTaken, RespiteBegun, RespiteOffered, ApprovalDoesNotAllow, RespiteOverlaps),
    rules=(rules.NOT_FOUND,),
)
ACCEPT_RESPITE = Operation(
    name="accept_respite",
    route="POST /respite-requests/<respite_id>/accept",
    en="Choose who gives it, of those that have offered and whose approval still allows it. Done by the home that "
    "asked, or the coordinator for it.",
    sv="Välj vem som ger den, av dem som har erbjudit sig och vars godkännande ännu tillåter det. Görs av hemmet som "
    "bad om den, eller samordnaren åt det.",
    roles=COORDINATOR_OR_HOME,
    body=ByHome,
    answer=RespiteView,
    faults=(
        RespiteNotOpen,
        RespiteTaken,
        RespiteBegun,
        RespiteNotOffered,
        ApprovalDoesNotAllow,
        RespiteOverlaps,
        NotTheAskingHome,
    ),
)
CANCEL_RESPITE = Operation(
    name="cancel_respite",
    route="POST /respite-requests/<respite_id>/cancel",
    en="It is not needed, or can not be given. Done by the home that asked, or the coordinator; what is given already "
    "by the coordinator alone.",
    sv="Den behövs inte, eller kan inte ges. Görs av hemmet som bad om den, eller samordnaren; den som redan ges bara "
    "av samordnaren.",
    roles=COORDINATOR_OR_HOME,
    body=Nothing,
    answer=RespiteView,
    faults=(RespiteNotOpen, RespiteBegun, NotTheAskingHome),
)
COMPLETE_RESPITE = Operation(
    name="complete_respite",
    route="POST /respite-requests/<respite_id>/complete",
    en="Confirm that it has been given: the pay for it follows.",
    sv="Bekräfta att den har getts: ersättningen för den följer.",
    roles=COORDINATOR,
    body=Nothing,
    answer=RespiteView,
    faults=(RespiteNotAccepted, RespiteNotOver),
)
