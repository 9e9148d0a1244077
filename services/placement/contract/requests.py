"""Placement requests: what a person needs, and which homes could meet it."""

from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields, rules
from services.placement.contract.common import CASEWORKER, HOME_ID, REQUEST_ID
from services.placement.contract.need_codes import NEED_CODE_UNKNOWN, need_code
from services.placement.matching.codes import ObstacleCode, PlaceKind, ReasonCode, WarningCode
from services.placement.postcodes.places import PlaceFrom
from services.vocabulary.assignments import Assignment


class RequestStatus(StrEnum):
    """Where a placement request stands."""

    OPEN = "open"
    PLACED = "placed"
    CLOSED = "closed"


class PlacementRequestNotOpen(Fault):
    """The placement request has led to a placement or been closed already."""


# --- rules ----------------------------------------------------------------------------------------------------------

BIRTH_NOT_COME = Rule("birth_not_come", "The date of birth has not come yet.")
EXPECTED_BEFORE_NEEDED = Rule("expected_before_needed", "The last day is before the first.")
GRANTED_NOT_COME = Rule("granted_not_come", "The day of the decision has not come yet.")
NOT_BORN = Rule("not_born", "The person is not born then.")

# --- bodies ---------------------------------------------------------------------------------------------------------


class PlacedPerson(Schema):
    """The child or adult who needs a home."""

    given_name = fields.text(200, required=True)
    family_name = fields.text(200, required=True)
    personal_number = fields.PersonalNumber(required=True)
    protected_identity = fields.Flag(load_default=False)


class WantedPlace(Schema):
    """Where the person should stay close to (a school, the parents), in degrees WGS84."""

    latitude = fields.Float(required=True, validate=validate.Range(54.0, 70.0))
    longitude = fields.Float(required=True, validate=validate.Range(10.0, 25.0))


class KeptAwayFrom(WantedPlace):
    """A place that the person must not come near, and how far it reaches."""

    km = fields.Float(required=True, validate=validate.Range(0.1, 500))


class NetworkResult(StrEnum):
    """What it came to that relatives and friends were asked first (SoL 22:1)."""

    FOUND = "found"
    NOBODY_CAN = "nobody_can"
    NOT_SUITABLE = "not_suitable"
    NOT_ASKED = "not_asked"  #: and why not


class NetworkAsked(Schema):
    """Whether somebody close to the person could take them in is asked first (SoL 22:1)."""

    result = fields.one_of(NetworkResult, required=True)
    asked_on = fields.Day(load_default=None, allow_none=True)
    note = fields.text(10_000, shortest=0, load_default="")

    example = {"result": "nobody_can", "asked_on": "2026-05-18", "note": "The grandmother is ill."}


class OpenPlacementRequest(Schema):
    """What a named person needs, and from when."""

    assignment = fields.one_of(Assignment, required=True)
    person = fields.Nested(PlacedPerson, required=True)
    needed_from = fields.Day(required=True)
    granted_on = fields.Day(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "When it was decided that the person gets it. När det beslutades att personen får det."
        },
    )
    urgent = fields.Flag(load_default=False)
    languages = fields.languages(load_default=list)
    sibling_of = fields.reference(
        load_default=None,
        allow_none=True,
        metadata={"description": "A sibling's placement request. Ett syskons placeringsbehov."},
    )
    siblings_together = fields.Flag(load_default=False)
    expected_until = fields.Day(load_default=None, allow_none=True)
    place = fields.Nested(WantedPlace, load_default=None, allow_none=True)
    place_kind = fields.one_of(PlaceKind, load_default=PlaceKind.OTHER.value)
    not_near = fields.List(fields.Nested(KeptAwayFrom), load_default=list, validate=validate.Length(max=10))
    need_codes = fields.List(
        need_code(),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Codes of the municipality's list of needs. Koder ur kommunens lista."},
    )
    family_contact = fields.text(10_000, shortest=0, load_default="")
    network = fields.Nested(NetworkAsked, load_default=None, allow_none=True)
    needs = fields.text(10_000, shortest=0, load_default="")
    knows_home_id = fields.reference(
        load_default=None,
        allow_none=True,
        metadata={"description": "The home that the person knows already. Hemmet som personen redan känner."},
    )

    example = {
        "assignment": "family_home",
        "person": {
            "given_name": "Elsa",
            "family_name": "Ek",
            "personal_number": "201701012393",
            "protected_identity": False,
        },
        "needed_from": "2026-06-01",
        "granted_on": None,
        "urgent": False,
        "languages": ["ar"],
        "sibling_of": None,
        "siblings_together": False,
        "expected_until": None,
        "place": {"latitude": 59.27, "longitude": 15.21},
        "place_kind": "school",
        "not_near": [],
        "need_codes": ["quiet"],
        "family_contact": "The mother each second Sunday.",
        "network": NetworkAsked.example,
        "needs": "Quiet evenings; goes on in the same school.",
        "knows_home_id": None,
    }


class ClosePlacementRequest(Schema):
    """Why nobody needs the home any more."""

    reason = fields.text(10_000, required=True)

    example = {"reason": "She stays with her aunt after all."}


class ProtectPlacedPerson(Schema):
    """Whether the person's identity is protected (skyddade personuppgifter)."""

    protected_identity = fields.Flag(required=True)

    example = {"protected_identity": True}


class PlacementRequestFilter(Schema):
    """Which placement requests of the municipality."""

    status = fields.one_of(RequestStatus, metadata={"description": "Only of this status. Bara med denna status."})


# --- views ----------------------------------------------------------------------------------------------------------


class PlacementRequestSummary(Schema):
    """A placement request in a list. The name is hidden for a protected identity (skyddade personuppgifter)."""

    id = fields.String(required=True)
    assignment = fields.one_of(Assignment, required=True)
    status = fields.one_of(RequestStatus, required=True)
    name = fields.String(required=True, allow_none=True)
    age = fields.Integer(required=True)  #: on the day from which the home is needed
    protected_identity = fields.Boolean(required=True)
    needed_from = fields.Day(required=True)
    urgent = fields.Boolean(required=True)
    opened_at = fields.Instant(required=True)

    shows = {"placement_request": "id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name",)),)
    example = {
        "id": REQUEST_ID,
        "assignment": "family_home",
        "status": "open",
        "name": "Elsa Ek",
        "age": 9,
        "protected_identity": False,
        "needed_from": "2026-06-01",
        "urgent": False,
        "opened_at": "2026-05-20T08:00:00.000000Z",
    }


class PlacementRequestView(PlacementRequestSummary):
    """The whole placement request. Of a protected identity (skyddade personuppgifter) the person, the places and what
    was written are null."""

    person = fields.Nested(PlacedPerson, required=True, allow_none=True)
    granted_on = fields.Day(required=True, allow_none=True)
    execution_due_on = fields.Day(required=True, allow_none=True)  #: three months after that (SoL 34:1)
    languages = fields.List(fields.String(), required=True)
    sibling_of = fields.String(required=True, allow_none=True)
    siblings_together = fields.Boolean(required=True)
    expected_until = fields.Day(required=True, allow_none=True)
    place = fields.Nested(WantedPlace, required=True, allow_none=True)
    place_kind = fields.one_of(PlaceKind, required=True)
    not_near = fields.List(fields.Nested(KeptAwayFrom), required=True, allow_none=True)
    need_codes = fields.List(fields.String(), required=True)
    family_contact = fields.String(required=True, allow_none=True)
    network = fields.Nested(NetworkAsked, required=True, allow_none=True, attribute="network_asked")
    needs = fields.String(required=True, allow_none=True)
    knows_home_id = fields.String(required=True, allow_none=True)
    opened_by = fields.Staff(required=True)
    closed_reason = fields.String(required=True, allow_none=True)
    closed_by = fields.Staff(required=True)

    hides = (
        *PlacementRequestSummary.hides,
        Hides(
            "protected_identity",
            ("person", "place", "not_near", "needs", "family_contact", "network", "closed_reason"),
        ),
    )
    example = {
        **PlacementRequestSummary.example,
        **OpenPlacementRequest.example,
        "execution_due_on": None,
        "opened_by": "karin",
        "closed_reason": None,
        "closed_by": None,
    }


class CandidateReason(Schema):
    """Points of the score, and what they are for."""

    code = fields.one_of(ReasonCode, required=True)
    points = fields.Integer(required=True)
    detail = fields.String(required=True)


class CandidateObstacle(Schema):
    """A hard condition that is not met."""

    code = fields.one_of(ObstacleCode, required=True)
    detail = fields.String(required=True)


class CandidateWarning(Schema):
    """Something to look at before the home is chosen. It keeps nobody out."""

    code = fields.one_of(WarningCode, required=True)
    detail = fields.String(required=True)


class CandidateView(Schema):
    """A home beside the request: whether it can take the person, how well it suits, and why. Its id is the home's, and
    its name is hidden for a protected identity (skyddade personuppgifter)."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    eligible = fields.Boolean(required=True)
    score = fields.Integer(required=True)  #: 0 to 100, the sum of the reasons' points
    #: in steps of 10 km where the home or the person has a protected identity
    distance_km = fields.Float(required=True, allow_none=True)
    #: where the home is taken to be: its address, the middle of its postcode, or of the municipality
    distance_from = fields.one_of(PlaceFrom, required=True, allow_none=True)
    may_decline = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(CandidateReason), required=True)
    obstacles = fields.List(fields.Nested(CandidateObstacle), required=True)
    warnings = fields.List(fields.Nested(CandidateWarning), required=True)
    protected_identity = fields.Boolean(required=True)  #: the home's

    shows = {"home": "home_id"}
    hides = (Hides("protected_identity", ("name",)),)
    example = {
        "id": HOME_ID,
        "home_id": HOME_ID,
        "name": "Anna Andersson",
        "eligible": True,
        "score": 37,
        "distance_km": 12.4,
        "distance_from": "address",
        "may_decline": True,
        "reasons": [
            {
                "code": "distance",
                "points": 27,
                "detail": "12.4 km away; 30 points at the place, none from 120 km.",
            },
            {"code": "language", "points": 10, "detail": "Shared language: ar."},
        ],
        "obstacles": [],
        "warnings": [{"code": "approval_expires", "detail": "The approval is valid until 2026-07-31."}],
        "protected_identity": False,
    }


# --- operations -----------------------------------------------------------------------------------------------------

OPEN_PLACEMENT_REQUEST = Operation(
    name="open_placement_request",
    route="POST /placement-requests",
    en="Open a placement request: a named child or adult needs a home (or a contact) from a day on.",
    sv="Öppna ett placeringsbehov: ett namngivet barn eller en vuxen behöver ett hem (eller en kontakt) från en dag.",
    roles=CASEWORKER,
    body=OpenPlacementRequest,
    answer=PlacementRequestView,
    status=201,
    location="/placement-requests/{id}",
    rules=(
        BIRTH_NOT_COME,
        NOT_BORN,
        GRANTED_NOT_COME,
        EXPECTED_BEFORE_NEEDED,
        NEED_CODE_UNKNOWN,
        rules.NOT_FOUND,
    ),
)
LIST_PLACEMENT_REQUESTS = Operation(
    name="list_placement_requests",
    route="GET /placement-requests",
    en="The municipality's placement requests, urgent ones first, then those needed earliest.",
    sv="Kommunens placeringsbehov, de brådskande först, sedan de som behövs tidigast.",
    roles=CASEWORKER,
    query=PlacementRequestFilter,
    answer=PlacementRequestSummary,
    reads=True,
    paged=True,
)
GET_PLACEMENT_REQUEST = Operation(
    name="get_placement_request",
    route="GET /placement-requests/<placement_request_id>",
    en="One placement request with the person and the needs.",
    sv="Ett placeringsbehov med personen och behoven.",
    roles=CASEWORKER,
    answer=PlacementRequestView,
    reads=True,
)
CLOSE_PLACEMENT_REQUEST = Operation(
    name="close_placement_request",
    route="POST /placement-requests/<placement_request_id>/close",
    en="Say that the home is not needed any more, and why. Homes that were asked need not answer.",
    sv="Ange att hemmet inte behövs längre, och varför. Hem som tillfrågats behöver inte svara.",
    roles=CASEWORKER,
    body=ClosePlacementRequest,
    answer=PlacementRequestView,
    faults=(PlacementRequestNotOpen,),
)
PROTECT_PLACED_PERSON = Operation(
    name="protect_placed_person",
    route="PUT /placement-requests/<placement_request_id>/protected-identity",
    en="Say that the person's identity is protected, or is not any more: in this request and in every other one of the "
    "same person. If-Match takes the request's ETag.",
    sv="Ange att personen har skyddade personuppgifter, eller inte längre har det: i det här behovet och i alla andra "
    "för samma person. If-Match tar behovets ETag.",
    roles=CASEWORKER,
    body=ProtectPlacedPerson,
    answer=PlacementRequestView,
    conditional=True,
)
LIST_CANDIDATES = Operation(
    name="list_candidates",
    route="GET /placement-requests/<placement_request_id>/candidates",
    en="Every home of the municipality beside the request. Those that can take the person come first, the best first, "
    "with a reason for every point and what to look at; the others, those known longest first, with what is in the "
    "way. "
    "How much each thing counts is the municipality's to set. A person decides. "
    "Counted for the day from which the home is needed, or for today when that has passed.",
    sv="Kommunens alla hem inför behovet. De som kan ta emot personen kommer först, det bästa först, "
    "med ett skäl för varje poäng och vad som bör ses över; de andra, de som varit kända längst först, med vad som "
    "hindrar. Hur mycket varje sak väger ställer kommunen in. En människa beslutar. "
    "Räknat för dagen då hemmet behövs, eller för i dag om den har passerat.",
    roles=CASEWORKER,
    answer=CandidateView,
    reads=True,
    paged=True,
)
