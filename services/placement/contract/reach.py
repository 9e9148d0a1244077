"""How a home wants to be reached when something new waits for it."""

from marshmallow import validate

from services.kernel.contracts import Hides, Operation, Rule, Schema, fields
from services.kernel.contracts.nudges import Way
from services.placement.contract.common import ADULT_ID, CASEWORKER_OR_HOME, HOME_ID
from services.vocabulary.people import phone

NO_ADDRESS = Rule("way_without_address", "For this way neither an address is given nor one known of the home.")


class ChooseReach(Schema):
    """How an adult wants to be reached: by e-mail, SMS, both, or not at all (an empty list). An address that is null
    is the one of the home's file."""

    ways = fields.List(fields.one_of(Way), required=True, validate=validate.Length(max=2))
    email = fields.Email(validate=validate.Length(max=254), load_default=None, allow_none=True)
    phone = phone(load_default=None, allow_none=True)

    example = {"ways": ["email", "sms"], "email": "anna@example.se", "phone": None}


class AdultReach(Schema):
    """How an adult wants to be reached. The ways are null of one who has not chosen."""

    id = fields.String(required=True)
    ways = fields.List(fields.one_of(Way), required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)

    example = {"id": ADULT_ID, "ways": ["email", "sms"], "email": "anna@example.se", "phone": None}


class ReachView(Schema):
    """How a home is reached: what its file says, and what each adult has chosen. As long as nobody has chosen, it is
    reached by all that the file says; a protected identity (skyddade personuppgifter) only as somebody has chosen."""

    home_id = fields.String(required=True)
    protected_identity = fields.Boolean(required=True)
    set_up = fields.List(fields.one_of(Way), required=True)  #: the ways that the operator has set up
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    adults = fields.List(fields.Nested(AdultReach), required=True)  #: the applicant first

    shows = {"home": "home_id", "adult": "adults.id"}
    hides = (Hides("protected_identity", ("email", "phone", "adults.email", "adults.phone"), home="home_id"),)
    example = {
        "home_id": HOME_ID,
        "protected_identity": False,
        "set_up": ["email", "sms"],
        "email": None,
        "phone": "+46701740605",
        "adults": [AdultReach.example],
    }


GET_REACH = Operation(
    name="get_reach",
    route="GET /homes/<home_id>/reach",
    en="How a home is reached when something new waits for it. A home's own user sees its own.",
    sv="Hur ett hem nås när något nytt väntar. Ett hems egen användare ser sitt eget.",
    roles=CASEWORKER_OR_HOME,
    answer=ReachView,
    reads=True,
)
CHOOSE_REACH = Operation(
    name="choose_reach",
    route="PUT /homes/<home_id>/reach/<adult_id>",
    en="Say how an adult of the home wants to be reached: the adult, or a caseworker who has been told. What has not "
    "gone yet goes that way. A nudge says that something new waits, and nothing of what it is.",
    sv="Säg hur en vuxen i hemmet vill bli nådd: den vuxna själv, eller en handläggare som har fått veta det. Det som "
    "ännu inte har skickats går den vägen. En påminnelse säger att något nytt väntar, och inget om vad det är.",
    roles=CASEWORKER_OR_HOME,
    body=ChooseReach,
    answer=ReachView,
    conditional=True,
    rules=(NO_ADDRESS,),
)
