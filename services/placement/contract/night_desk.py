"""The night desk: who can take somebody now, how far away, and who must say yes; and the call."""

from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.kernel.contracts import Hides, Operation, Schema, fields, rules
from services.kernel.contracts.faults import IdentityProtected
from services.kernel.contracts.files import MediaType
from services.kernel.contracts.schema import Nothing
from services.placement.contract.common import CASEWORKER, CASEWORKER_OR_HOME, HOME_ID, REQUEST_ID
from services.placement.contract.inquiries import (
    ContractedHomeMustAccept,
    HomeAlreadyAsked,
    InquiryAlreadyAnswered,
    InquiryView,
)
from services.placement.contract.requests import CandidateObstacle, CandidateWarning, PlacementRequestNotOpen
from services.placement.contract.told import Told, told


class CallOutcome(StrEnum):
    """What came of a call."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"


class NightFilter(Schema):
    """For whom, and from where."""

    age = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 120),
        metadata={"description": "Of whoever needs a home now; else any. Hos den som behöver ett hem nu; annars alla."},
    )
    children = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 10),
        metadata={"description": "How many are to come together. Hur många som ska komma tillsammans."},
    )
    latitude = fields.Float(
        load_default=None,
        validate=validate.Range(54.0, 70.0),
        metadata={"description": "From where distances are counted. Varifrån avstånd räknas."},
    )
    longitude = fields.Float(
        load_default=None,
        validate=validate.Range(10.0, 25.0),
        metadata={"description": "From where distances are counted. Varifrån avstånd räknas."},
    )


class NightHome(Schema):
    """An emergency home that could take somebody now. Its id is the home's. Of a protected identity (skyddade
    personuppgifter) the name and the phone are null, and distances are told in steps of 10 km."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    home_name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    distance_km = fields.Float(required=True, allow_none=True)
    free_places = fields.Integer(required=True)
    must_accept = fields.Boolean(required=True)  #: a contracted home (kontrakterat jourhem), within its contract
    may_be_called_at_night = fields.Boolean(required=True)
    last_asked_at = fields.Instant(required=True, allow_none=True)
    #: what has to be done before it takes anybody: such a home is there to be seen, and comes last
    obstacles = fields.List(fields.Nested(CandidateObstacle), required=True)
    warnings = fields.List(fields.Nested(CandidateWarning), required=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"home": "home_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name", "home_name", "phone")),)
    example = {
        "id": HOME_ID,
        "home_id": HOME_ID,
        "name": "Anna Andersson",
        "home_name": "Anna Andersson",
        "phone": "+46701740605",
        "distance_km": 12.4,
        "free_places": 2,
        "must_accept": True,
        "may_be_called_at_night": True,
        "last_asked_at": "2026-05-20T21:30:00.000000Z",
        "obstacles": [],
        "warnings": [],
        "protected_identity": False,
    }


class LogCall(Schema):
    """Whom was called for which need, what the home was told, and what came of it."""

    placement_request_id = fields.reference(required=True)
    home_id = fields.reference(required=True)
    outcome = fields.one_of(CallOutcome, required=True)
    told = told()
    note = fields.text(10_000, shortest=0, load_default="")

    example = {
        "placement_request_id": REQUEST_ID,
        "home_id": HOME_ID,
        "outcome": "accepted",
        "told": [Told.example],
        "note": "They come for her at the police station.",
    }


VIEW_NIGHT_DESK = Operation(
    name="view_night_desk",
    route="GET /night-desk",
    en="The emergency homes that could take somebody of that age now: those that must say yes first, then the nearest. "
    "Homes that do not want to be called at night come after them, and last those of which the host municipality has "
    "not been consulted: they take nobody before that.",
    sv="De jourhem som kan ta emot någon i den åldern nu: de som måste säga ja först, sedan de närmaste. Hem som inte "
    "vill bli uppringda på natten kommer efter dem, och sist hem vars värdkommun inte har hörts: de tar inte emot "
    "någon dessförinnan.",
    roles=CASEWORKER,
    query=NightFilter,
    answer=NightHome,
    reads=True,
    paged=True,
)
LOG_NIGHT_CALL = Operation(
    name="log_night_call",
    route="POST /night-desk/calls",
    en="Write down a call to a home: an inquiry, what the home was told, and its answer, in one step. A contracted "
    "emergency home can not say no. A home that did not answer may be called again.",
    sv="Anteckna ett samtal till ett hem: en förfrågan, vad hemmet fick veta och dess svar, i ett steg. Ett "
    "kontrakterat "
    "jourhem kan inte tacka nej. Ett hem som inte svarade får ringas igen.",
    roles=CASEWORKER,
    body=LogCall,
    answer=InquiryView,
    status=201,
    location="/inquiries/{id}",
    faults=(PlacementRequestNotOpen, HomeAlreadyAsked, InquiryAlreadyAnswered, ContractedHomeMustAccept),
    rules=(rules.NOT_FOUND,),
)
GET_FACT_SHEET = Operation(
    name="get_fact_sheet",
    route="GET /placements/<placement_id>/fact-sheet",
    en="What the home must know tonight, on one page: an accessible PDF in Swedish. A home's own user sees its own "
    "until "
    "the placement has ended. Of a protected identity staff are shown it with the role `protected` and a reason only.",
    sv="Det hemmet måste veta i kväll, på en sida: en tillgänglig PDF på svenska. Ett hems egen användare ser sitt "
    "eget "
    "tills placeringen har upphört. Vid skyddade personuppgifter visas det för personalen bara med rollen `protected` "
    "och ett skäl.",
    roles=CASEWORKER_OR_HOME,
    gives_file=frozenset({MediaType.PDF}),
    shows={"placement": "placement_id"},
    answer=Nothing,
    reads=True,
    faults=(IdentityProtected,),
)
