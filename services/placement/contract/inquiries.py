"""Inquiries: a home is asked for a person, and says yes or no."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields, rules
from services.kernel.contracts.nudges import NudgeView
from services.placement.contract.common import (
    CASEWORKER,
    CASEWORKER_OR_HOME,
    HOME_ID,
    INQUIRY_ID,
    REQUEST_ID,
)
from services.placement.contract.requests import PlacementRequestNotOpen
from services.placement.contract.told import Told, ToldView, told
from services.vocabulary.assignments import Assignment


class InquiryStatus(StrEnum):
    """Where an inquiry stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CLOSED = "closed"  #: the person was placed before the home had answered
    NO_ANSWER = "no_answer"  #: nobody answered the call; the home may be called again


class HomeAlreadyAsked(Fault):
    """The home has been asked for this request already and has not said no."""


class InquiryAlreadyAnswered(Fault):
    """The inquiry has been accepted or declined already."""


class InquiryClosed(Fault):
    """The person has been placed meanwhile: no answer is needed any more."""


class ContractedHomeMustAccept(Fault):
    """A contracted emergency home (kontrakterat jourhem) is paid for being ready and can not say no."""


HOME_TWICE = Rule("home_twice", "The home is asked already by this.")
ANSWER_BY_PASSED = Rule("answer_by_passed", "The instant has passed already.")


class SendInquiry(Schema):
    """Asks a home. The message is what the home reads: it names nobody by itself."""

    home_id = fields.reference(required=True)
    message = fields.text(10_000, shortest=0, load_default="")
    answer_by = fields.Instant(load_default=None, allow_none=True)
    told = told()

    example = {
        "home_id": HOME_ID,
        "message": "Could you take in a girl of nine?",
        "answer_by": "2026-05-22T20:00:00.000000Z",
        "told": [Told.example],
    }


class SendInquiries(Schema):
    """Asks several homes at once, in the same words."""

    home_ids = fields.List(fields.reference(), required=True, validate=validate.Length(1, 20))
    message = fields.text(10_000, shortest=0, load_default="")
    answer_by = fields.Instant(load_default=None, allow_none=True)
    told = told()

    rules = (HOME_TWICE,)
    example = {**{name: SendInquiry.example[name] for name in ("message", "answer_by", "told")}, "home_ids": [HOME_ID]}

    @validates_schema(skip_on_field_errors=True)
    def _each_once(self, data: dict[str, Any], **_: Any) -> None:
        ids = data["home_ids"]
        twice = {place: [HOME_TWICE] for place, one in enumerate(ids) if one in ids[:place]}
        if twice:
            raise ValidationError({"home_ids": twice})


class DeclineInquiry(Schema):
    """Why the home says no; that it does is enough."""

    reason = fields.text(10_000, shortest=0, load_default="")

    example = {"reason": "We are moving this summer."}


class InquiryFilter(Schema):
    """Which inquiries."""

    status = fields.one_of(InquiryStatus, metadata={"description": "Only of this status. Bara med denna status."})
    placement_request_id = fields.reference(
        metadata={"description": "Only for this placement request. Bara för detta placeringsbehov."}
    )


class InquiryView(Schema):
    """An inquiry and its answer; the person is not named. Of a protected identity (skyddade personuppgifter), the
    home's or the person's, the home's name and what was written are shown to the home alone."""

    id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    assignment = fields.one_of(Assignment, required=True)
    needed_from = fields.Day(required=True)
    message = fields.String(required=True, allow_none=True)
    answer_by = fields.Instant(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)  #: not answered, and `answer_by` has passed; an answer still counts
    may_decline = fields.Boolean(required=True)
    status = fields.one_of(InquiryStatus, required=True)
    sent_at = fields.Instant(required=True)
    answered_at = fields.Instant(required=True, allow_none=True)
    #: False when staff wrote down what the home said on the phone
    answered_by_home = fields.Boolean(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    told = fields.List(fields.Nested(ToldView), required=True)  #: what the home was told before its answer
    nudges = fields.List(fields.Nested(NudgeView), required=True)  #: whether the home was told that it is asked
    protected_identity = fields.Boolean(required=True)  #: the home's or the person's

    shows = {"inquiry": "id", "home": "home_id", "placement_request": "placement_request_id"}
    hides = (
        Hides("home_is_protected", ("home_name",), home="home_id"),
        Hides("protected_identity", ("message", "reason", "told.text"), home="home_id"),
    )
    example = {
        **SendInquiry.example,
        "id": INQUIRY_ID,
        "placement_request_id": REQUEST_ID,
        "home_name": "Anna Andersson",
        "assignment": "family_home",
        "needed_from": "2026-06-01",
        "may_decline": True,
        "status": "sent",
        "overdue": False,
        "sent_at": "2026-05-20T08:30:00.000000Z",
        "answered_at": None,
        "answered_by_home": None,
        "reason": None,
        "told": [ToldView.example],
        "nudges": [NudgeView.example],
        "protected_identity": False,
    }


class SentInquiries(Schema):
    """The inquiries that were sent, in the order in which the homes were named."""

    items = fields.List(fields.Nested(InquiryView), required=True)

    shows = {
        "inquiry": "items.id",
        "home": "items.home_id",
        "placement_request": "items.placement_request_id",
    }
    example = {"items": [InquiryView.example]}


SEND_INQUIRY = Operation(
    name="send_inquiry",
    route="POST /placement-requests/<placement_request_id>/inquiries",
    en="Ask a home whether it can take the person, and write down what it is told of the person before its answer. "
    "It learns by e-mail or SMS that something new waits for it, where "
    "that is set up: not between 21 and 7, unless the need is urgent, and at most once an hour.",
    sv="Fråga ett hem om det kan ta emot personen, och anteckna vad det får veta om personen före sitt svar. Hemmet "
    "får veta med e-post eller sms att något nytt väntar, där det "
    "är ordnat: inte mellan 21 och 7, om behovet inte är akut, och högst en gång i timmen.",
    roles=CASEWORKER,
    body=SendInquiry,
    answer=InquiryView,
    faults=(PlacementRequestNotOpen, HomeAlreadyAsked),
    status=201,
    location="/inquiries/{id}",
    rules=(rules.NOT_FOUND, ANSWER_BY_PASSED),
)
SEND_INQUIRIES = Operation(
    name="send_inquiries",
    route="POST /placement-requests/<placement_request_id>/inquiries/several",
    en="Ask up to twenty homes at once, in the same words: all of them, or none where one can not be asked. Each is an "
    "inquiry of its own; the first yes does not take back the others.",
    sv="Fråga upp till tjugo hem på en gång, med samma ord: alla, eller inget om något inte kan tillfrågas. Varje hem "
    "får en egen förfrågan; ett första ja tar inte tillbaka de andra.",
    roles=CASEWORKER,
    body=SendInquiries,
    answer=SentInquiries,
    faults=(PlacementRequestNotOpen, HomeAlreadyAsked),
    status=201,
    rules=(rules.NOT_FOUND, ANSWER_BY_PASSED),
)
LIST_INQUIRIES = Operation(
    name="list_inquiries",
    route="GET /inquiries",
    en="The inquiries, the newest first, with the homes' answers. A home's own user sees its own.",
    sv="Förfrågningarna, de nyaste först, med hemmens svar. Ett hems egen användare ser sina egna.",
    roles=CASEWORKER_OR_HOME,
    query=InquiryFilter,
    answer=InquiryView,
    reads=True,
    paged=True,
)
GET_INQUIRY = Operation(
    name="get_inquiry",
    route="GET /inquiries/<inquiry_id>",
    en="One inquiry with the home's answer, and whether the home was told that it is asked. A home's own user sees its "
    "own.",
    sv="En förfrågan med hemmets svar, och om hemmet har fått veta att det är tillfrågat. Ett hems egen användare ser "
    "sina egna.",
    roles=CASEWORKER_OR_HOME,
    answer=InquiryView,
    reads=True,
)
ACCEPT_INQUIRY = Operation(
    name="accept_inquiry",
    route="POST /inquiries/<inquiry_id>/accept",
    en="Say yes to an inquiry: by the home itself, or by a caseworker who has the home on the phone.",
    sv="Tacka ja till en förfrågan: hemmet självt, eller en handläggare som har hemmet i telefon.",
    roles=CASEWORKER_OR_HOME,
    body=Nothing,
    answer=InquiryView,
    faults=(InquiryAlreadyAnswered, InquiryClosed),
)
DECLINE_INQUIRY = Operation(
    name="decline_inquiry",
    route="POST /inquiries/<inquiry_id>/decline",
    en="Say no to an inquiry: by the home itself, or by a caseworker who has the home on the phone. "
    "A contracted emergency home can not.",
    sv="Tacka nej till en förfrågan: hemmet självt, eller en handläggare som har hemmet i telefon. "
    "Ett kontrakterat jourhem kan inte det.",
    roles=CASEWORKER_OR_HOME,
    body=DeclineInquiry,
    answer=InquiryView,
    faults=(InquiryAlreadyAnswered, InquiryClosed, ContractedHomeMustAccept),
)
