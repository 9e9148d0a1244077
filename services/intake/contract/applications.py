"""Applications and the municipalities they go to: operations, bodies, views and refusals."""

from enum import StrEnum
from typing import ClassVar

from marshmallow import ValidationError, validate, validates_schema

from services.intake.contract.household import Wishes
from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields, rules
from services.kernel.contracts.files import FileView
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import NOT_OF_AGE, PERSON_TWICE, Adult, ChildAtHome, phone
from services.vocabulary.places import Address

RECRUITER = frozenset({"recruiter"})
OPEN: frozenset[str] = frozenset()


class Status(StrEnum):
    """Where an application stands."""

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


class Kind(StrEnum):
    """A whole form, or only the wish to be rung up."""

    FORM = "form"
    CALLBACK = "callback"


# --- refusals -------------------------------------------------------------------------------------------------------


class ApplicationWithoutAdult(Fault):
    """An application can not be qualified before the adults of the household are known."""


class ApplicationAlreadyClosed(Fault):
    """The application has been qualified, declined, withdrawn or transferred already."""


# --- rules ----------------------------------------------------------------------------------------------------------

CONSENT_MISSING = Rule("consent_missing", "Without consent nothing may be stored.")

NOT_THEIR_HOME = Rule("not_their_home", "No adult of the application has applied for that home.")

# --- bodies ---------------------------------------------------------------------------------------------------------


class SubmitApplication(Schema):
    """An interest in an assignment: the whole form, or a phone number to call back (kind `callback`)."""

    kind = fields.one_of(Kind, required=True)
    assignments = fields.List(fields.one_of(Assignment), validate=validate.Length(1, 6))
    adults = fields.List(fields.Nested(Adult), validate=validate.Length(1, 12))
    children_at_home = fields.List(fields.Nested(ChildAtHome), validate=validate.Length(max=30))
    household_complete = fields.Flag()
    phone = phone()
    email = fields.Email(validate=validate.Length(max=254), allow_none=True)
    address = fields.Nested(Address)
    languages = fields.languages()
    wishes = fields.Nested(Wishes)
    experience = fields.text(10_000, shortest=0, allow_none=True)
    knows_child = fields.text(500, shortest=0, allow_none=True)
    message = fields.text(10_000, shortest=0, allow_none=True)
    protected_identity = fields.Flag()
    consent = fields.Flag(required=True)

    rules = (rules.REQUIRED, CONSENT_MISSING, PERSON_TWICE)

    @validates_schema
    def _whole(self, values: dict[str, object], **_: object) -> None:
        needed = ["phone"] if values.get("kind") == Kind.CALLBACK else ["assignments", "adults", "phone", "address"]
        missing = {name: [rules.REQUIRED] for name in needed if not values.get(name)}
        if values.get("consent") is False:
            missing["consent"] = [CONSENT_MISSING]
        if missing:
            raise ValidationError(missing)

    @validates_schema
    def _each_person_once(self, values: dict[str, list[dict[str, str]]], **_: object) -> None:
        numbers = [adult["personal_number"] for adult in values.get("adults", []) if "personal_number" in adult]
        if len(set(numbers)) < len(numbers):
            raise ValidationError(PERSON_TWICE, "adults")

    example = {
        "kind": "form",
        "assignments": ["family_home", "emergency_home"],
        "adults": [
            {
                "given_name": "Anna",
                "family_name": "Andersson",
                "personal_number": "189001019802",
                "relation": "applicant",
            }
        ],
        "children_at_home": [{"birth_year": 2015}],
        "household_complete": True,
        "phone": "+46701234567",
        "email": "anna@example.se",
        "address": {
            "street": "Storgatan 1",
            "postcode": "70210",
            "locality": "Örebro",
            "latitude": 59.27,
            "longitude": 15.21,
        },
        "languages": ["sv", "ar"],
        "wishes": {"age_from": 0, "age_to": 12, "places": 2},
        "experience": "Two children of our own.",
        "knows_child": None,
        "message": "We live on a farm.",
        "protected_identity": False,
        "consent": True,
    }


class RecordContact(Schema):
    """An attempt to get in touch, whether it succeeded or not."""

    way = fields.one_of(Way, required=True)
    reached = fields.Flag(required=True)
    note = fields.text(10_000, shortest=0, load_default="")

    example = {"way": "phone", "reached": True, "note": "Glad to be called; a meeting on Tuesday."}


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


class Municipality(Schema):
    """A municipality that uses Hemvist."""

    slug = fields.String(required=True)
    municipality_code = fields.String(required=True)
    name = fields.String(required=True)
    contact = fields.Dict(keys=fields.String(), values=fields.String(), required=True)

    example = {
        "slug": "orebro",
        "municipality_code": "1880",
        "name": "Örebro kommun",
        "contact": {"email": "familjehem@orebro.example"},
    }


class Municipalities(Schema):
    """Every municipality that uses Hemvist."""

    items = fields.List(fields.Nested(Municipality), required=True)

    shows = {}
    example = {"items": [Municipality.example]}


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
    experience = fields.String(required=True, allow_none=True)
    knows_child = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    contacts = fields.List(fields.Nested(ContactAttempt), required=True)
    attachments = fields.List(fields.Nested(FileView), required=True)
    possible_homes = fields.List(fields.Nested(PossibleHome), required=True)  #: the one with most of the adults first

    shows = {**ApplicationSummary.shows, "adult": "adults.id"}
    hides = (
        *ApplicationSummary.hides,
        Hides("protected_identity", ("adults.given_name", "adults.family_name", "adults.personal_number")),
        Hides("protected_identity", ("phone", "email", "address", "attachments.name")),
        Hides("protected_identity", ("experience", "knows_child", "message", "contacts.note")),
    )
    example = {
        **ApplicationSummary.example,
        **{name: value for name, value in SubmitApplication.example.items() if name != "consent"},
        "adults": [{"id": "019a0000-0000-7000-8000-000000000004", **SubmitApplication.example["adults"][0]}],
        "contacts": [],
        "attachments": [FileView.example],
        "possible_homes": [PossibleHome.example],
    }


# --- operations -----------------------------------------------------------------------------------------------------

LIST_MUNICIPALITIES = Operation(
    name="list_municipalities",
    route="GET /municipalities",
    en="The municipalities that use Hemvist. The applicant chooses one first.",
    sv="Kommunerna som använder Hemvist. Den som anmäler intresse väljer kommun först.",
    roles=OPEN,
    answer=Municipalities,
    reads=True,
    tenantless=True,
)
SUBMIT_APPLICATION = Operation(
    name="submit_application",
    route="POST /applications",
    en="Submit an interest (intresseanmälan): the whole form, or a phone number to be called back. "
    "The municipality must get in touch by `contact_by`.",
    sv="Lämna en intresseanmälan: hela formuläret, eller ett telefonnummer för att bli uppringd. "
    "Kommunen ska höra av sig senast `contact_by`.",
    roles=OPEN,
    body=SubmitApplication,
    answer=Receipt,
    rules=(NOT_OF_AGE,),
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
    faults=(ApplicationAlreadyClosed, ApplicationWithoutAdult),
    rules=(NOT_THEIR_HOME,),
)
