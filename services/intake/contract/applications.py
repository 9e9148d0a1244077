"""Applications and the municipalities they go to: operations, bodies, views and refusals."""

from enum import StrEnum
from typing import ClassVar

from marshmallow import validate

from services.intake.contract.challenges import CHALLENGE_RULES
from services.intake.contract.form import (
    NOT_APPLIED_FOR,
    ApplyingAdult,
    FirstCall,
    Household,
    Kind,
    SubmitApplication,
    Wishes,
)
from services.intake.contract.particulars import Particulars
from services.intake.contract.questions import ANSWER_RULES, Answered, AnswerValue
from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields
from services.kernel.contracts.files import FileView
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import NOT_OF_AGE, Adult, ChildAtHome, phone
from services.vocabulary.places import Address

RECRUITER = frozenset({"recruiter"})
OPEN: frozenset[str] = frozenset()


class Status(StrEnum):
    """Where an application stands."""

    OFFERED = "offered"  #: another municipality hands it over; nobody has accepted it yet
    RECEIVED = "received"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    TRANSFERRED = "transferred"


class Way(StrEnum):
    """How the municipality got in touch."""

    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    MEETING = "meeting"


# --- refusals -------------------------------------------------------------------------------------------------------


class ApplicationWithoutAdult(Fault):
    """An application can not be qualified before an adult of the household is known with the personal number."""


class ApplicationWithoutAssignment(Fault):
    """An application can not be qualified before it is known for which assignment it is."""


class ApplicationAlreadyClosed(Fault):
    """The application is not open: it has been qualified, declined, withdrawn or transferred, or waits for a yes."""


# --- rules ----------------------------------------------------------------------------------------------------------

ONLY_STAFF_SAY_IT = Rule("only_staff_say_it", "This is written down by staff who take a call.")
NOT_THEIR_ADULT = Rule("not_their_adult", "The application has no adult with this id.")
NOT_THEIR_HOME = Rule("not_their_home", "No adult of the application has applied for that home.")

# --- bodies ---------------------------------------------------------------------------------------------------------


class RecordContact(Schema):
    """An attempt to get in touch, whether it succeeded or not."""

    way = fields.one_of(Way, required=True)
    reached = fields.Flag(required=True)
    note = fields.text(10_000, shortest=0, load_default="")

    example = {"way": "phone", "reached": True, "note": "Glad to be called; a meeting on Tuesday."}


class AmendedAdult(ApplyingAdult):
    """An adult as it is now known; with its id one that the application has already."""

    id = fields.reference()


class AmendApplication(Household):
    """What has become known since. What is left out stays; a list that is sent takes the place of the one before."""

    adults = fields.List(fields.Nested(AmendedAdult), validate=validate.Length(1, 12))
    phone = phone(required=False)

    example = {
        "assignments": ["family_home"],
        "adults": [
            {
                "given_name": "Anna",
                "family_name": "Andersson",
                "personal_number": "189001019802",
                "relation": "applicant",
            }
        ],
        "household_complete": True,
        "first_call": FirstCall.example,
    }


class QualifyApplication(Schema):
    """Which home the family is already, when it is one that the application names in `possible_homes`."""

    home_id = fields.reference(
        load_default=None,
        allow_none=True,
        metadata={"description": "The home that the family is already. Hemmet som familjen redan är."},
    )

    example = {"home_id": None}


class ApplicationFilter(Schema):
    """Which applications of the municipality."""

    status = fields.one_of(Status, metadata={"description": "Only of this status. Bara med denna status."})
    overdue = fields.Boolean(
        metadata={"description": "Only (or no) overdue ones: not contacted in time. Bara försenade (eller inga)."}
    )


# --- views ----------------------------------------------------------------------------------------------------------


class Receipt(Schema):
    """What the applicant gets: the reference to follow the application by, and the day of contact at the latest."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    reference = fields.String(required=True)
    status = fields.one_of(Status, required=True)
    received_at = fields.Instant(required=True)
    contact_by = fields.Day(required=True)

    shows = {}  # who sent it in gets it
    example = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "reference": "ABCD-EFGH-JKMN",
        "status": "received",
        "received_at": "2026-04-01T08:00:00.000000Z",
        "contact_by": "2026-04-22",
    }


class ApplicationSummary(Schema):
    """An application in a list. Name and locality are hidden for a protected identity (skyddade personuppgifter)."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    reference = fields.String(required=True)
    kind = fields.one_of(Kind, required=True)
    status = fields.one_of(Status, required=True)
    name = fields.String(required=True, allow_none=True)
    locality = fields.String(required=True, allow_none=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    protected_identity = fields.Boolean(required=True)
    received_at = fields.Instant(required=True)
    contact_by = fields.Day(required=True)
    overdue = fields.Boolean(required=True)

    shows = {"application": "id", "home": "home_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name", "locality")),)
    example = {
        **Receipt.example,
        "kind": "form",
        "name": "Anna Andersson",
        "locality": "Örebro",
        "assignments": ["family_home", "emergency_home"],
        "protected_identity": False,
        "overdue": False,
    }


class ContactAttempt(Schema):
    """A logged attempt to get in touch."""

    id = fields.String(required=True)
    at = fields.Instant(required=True)
    by = fields.Staff(required=True)
    way = fields.one_of(Way, required=True)
    reached = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000003",
        "at": "2026-04-02T09:00:00.000000Z",
        "by": "anna",
        **RecordContact.example,
    }


class TurnView(Schema):
    """That it was closed, or taken up again; by nobody of the staff where the applicant did it."""

    at = fields.Instant(required=True)
    by = fields.Staff(required=True)
    status = fields.one_of(Status, required=True)
    reason = fields.String(required=True, allow_none=True)

    example = {
        "at": "2026-04-02T09:00:00.000000Z",
        "by": "anna",
        "status": "declined",
        "reason": "The family has no room yet.",
    }


class AnswerView(Schema):
    """An answer to a question, with the question as it was put: the municipality's own in that version, or a column of
    an imported file."""

    assignment = fields.one_of(Assignment, required=True, allow_none=True)
    version = fields.Integer(required=True, allow_none=True)
    question = fields.String(required=True)
    answer = AnswerValue(required=True, allow_none=True)

    example = {
        "assignment": "family_home",
        "version": 1,
        "question": "Varför vill ni bli familjehem just nu?",
        "answer": Answered.example["answer"],
    }


class AdultView(Adult):
    """An adult with the id under which the other services know the person."""

    id = fields.String(required=True)
    given_name = fields.String(required=True, allow_none=True)
    family_name = fields.String(required=True, allow_none=True)
    personal_number = fields.PersonalNumber(required=True, allow_none=True)


class PossibleHome(Schema):
    """An earlier application by some of the same persons: they may be a home already."""

    home_id = fields.String(required=True)
    application_id = fields.String(required=True)
    reference = fields.String(required=True)
    same_adults = fields.Integer(required=True)

    example = {
        "home_id": "019a0000-0000-7000-8000-000000000012",
        "application_id": "019a0000-0000-7000-8000-000000000011",
        "reference": "PQRS-TVWX-YZ23",
        "same_adults": 2,
    }


class ApplicationView(ApplicationSummary):
    """The whole application, for the recruiter. What could tell who a protected identity (skyddade personuppgifter) is
    or where it lives is null."""

    adults = fields.List(fields.Nested(AdultView), required=True)
    children_at_home = fields.List(fields.Nested(ChildAtHome), required=True)
    household_complete = fields.Boolean(required=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    address = fields.Nested(Address, required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    wishes = fields.Nested(Wishes, required=True)
    particulars = fields.Nested(Particulars, required=True, allow_none=True)
    answers = fields.List(fields.Nested(AnswerView), required=True, allow_none=True)
    first_call = fields.Nested(FirstCall, required=True, allow_none=True)
    experience = fields.String(required=True, allow_none=True)
    knows_child = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    contacts = fields.List(fields.Nested(ContactAttempt), required=True)
    attachments = fields.List(fields.Nested(FileView), required=True)
    possible_homes = fields.List(fields.Nested(PossibleHome), required=True)  #: the one with most of the adults first
    source = fields.String(required=True, allow_none=True)  #: the name of the mapping that it was imported with
    typed_by = fields.Staff(required=True)  #: who of the staff wrote it down for a caller
    turns = fields.List(fields.Nested(TurnView), required=True)
    transferred_to = fields.String(required=True, allow_none=True)
    transferred_from = fields.String(required=True, allow_none=True)

    shows = {**ApplicationSummary.shows, "adult": "adults.id"}
    hides = (
        *ApplicationSummary.hides,
        Hides("protected_identity", ("adults.given_name", "adults.family_name", "adults.personal_number")),
        Hides("protected_identity", ("phone", "email", "address", "attachments.name")),
        Hides("protected_identity", ("experience", "knows_child", "message", "contacts.note", "turns.reason")),
        Hides("protected_identity", ("particulars", "answers", "first_call")),
    )
    example = {
        **ApplicationSummary.example,
        **{name: value for name, value in SubmitApplication.example.items() if name != "consent"},
        "answers": [AnswerView.example],
        "first_call": FirstCall.example,
        "adults": [{"id": "019a0000-0000-7000-8000-000000000004", **SubmitApplication.example["adults"][0]}],
        "contacts": [],
        "attachments": [FileView.example],
        "possible_homes": [PossibleHome.example],
        "source": None,
        "typed_by": None,
        "turns": [TurnView.example],
        "transferred_to": None,
        "transferred_from": None,
    }


# --- operations -----------------------------------------------------------------------------------------------------

SUBMIT_APPLICATION = Operation(
    name="submit_application",
    route="POST /applications",
    en="Submit an interest (intresseanmälan): the whole form, or a phone number to be called back. "
    "The municipality must get in touch by `contact_by`. With a recruiter's token it is typed for somebody who "
    "rang up, also with what was said (`first_call`).",
    sv="Lämna en intresseanmälan: hela formuläret, eller ett telefonnummer för att bli uppringd. "
    "Kommunen ska höra av sig senast `contact_by`. Med en rekryterares inloggning skrivs den in åt någon som "
    "har ringt, också med det som sades (`first_call`).",
    roles=OPEN,
    body=SubmitApplication,
    answer=Receipt,
    rules=(NOT_OF_AGE, ONLY_STAFF_SAY_IT, *ANSWER_RULES, *CHALLENGE_RULES),
    status=201,
    location="/applications/{id}",
)
LIST_APPLICATIONS = Operation(
    name="list_applications",
    route="GET /applications",
    en="The municipality's applications, those with the earliest day of contact first.",
    sv="Kommunens intresseanmälningar, de som ska kontaktas tidigast först.",
    roles=RECRUITER,
    query=ApplicationFilter,
    answer=ApplicationSummary,
    reads=True,
    paged=True,
)
GET_APPLICATION = Operation(
    name="get_application",
    route="GET /applications/<application_id>",
    en="One application with its adults, the attempts to get in touch, the files that belong to it, and the homes that "
    "the family may be already: earlier applications of this municipality by the same persons.",
    sv="En intresseanmälan med vuxna, kontaktförsök, de filer som hör till den och de hem som familjen kanske redan "
    "är: tidigare anmälningar i kommunen från samma personer.",
    roles=RECRUITER,
    answer=ApplicationView,
    reads=True,
)
AMEND_APPLICATION = Operation(
    name="amend_application",
    route="PATCH /applications/<application_id>",
    en="Write down what has become known of an open application: who the adults are, for which assignments it is, what "
    "was said in the first call. So a call-back becomes a whole application.",
    sv="Anteckna vad som har blivit känt om en öppen intresseanmälan: vilka de vuxna är, vilka uppdrag det gäller, vad "
    "som sades i första samtalet. Så blir en önskan om att bli uppringd en hel anmälan.",
    roles=RECRUITER,
    body=AmendApplication,
    answer=ApplicationView,
    conditional=True,
    faults=(ApplicationAlreadyClosed,),
    rules=(NOT_OF_AGE, NOT_THEIR_ADULT, NOT_APPLIED_FOR, *ANSWER_RULES),
)
RECORD_CONTACT = Operation(
    name="record_contact",
    route="POST /applications/<application_id>/contacts",
    en="Log an attempt to get in touch. The first successful one stops the clock.",
    sv="Anteckna ett kontaktförsök. Det första lyckade stannar klockan.",
    roles=RECRUITER,
    body=RecordContact,
    answer=ApplicationView,
    faults=(ApplicationAlreadyClosed,),
)
QUALIFY_APPLICATION = Operation(
    name="qualify_application",
    route="POST /applications/<application_id>/qualify",
    en="Send the application on to an investigation (utredning), which opens by itself: of a new home, or of the one "
    "that the family is already (`home_id`, of `possible_homes`).",
    sv="Låt intresseanmälan gå vidare till utredning, som öppnas av sig själv: av ett nytt hem, eller av det som "
    "familjen redan är (`home_id`, ur `possible_homes`).",
    roles=RECRUITER,
    body=QualifyApplication,
    answer=ApplicationView,
    faults=(ApplicationAlreadyClosed, ApplicationWithoutAdult, ApplicationWithoutAssignment),
    rules=(NOT_THEIR_HOME,),
)
