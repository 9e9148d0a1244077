"""The interest form (intresseanmälan): what whoever applies says, and what staff write down of a first call."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validate, validates_schema

from services.intake.contract.particulars import Particulars
from services.intake.contract.questions import answers
from services.kernel.contracts import Rule, Schema, fields, rules
from services.vocabulary.assignments import Assignment
from services.vocabulary.people import PERSON_TWICE, Adult, ChildAtHome, Relation, phone
from services.vocabulary.places import Address


class Kind(StrEnum):
    """A whole form, or only the wish to be rung up."""

    FORM = "form"
    CALLBACK = "callback"


CONSENT_MISSING = Rule("consent_missing", "Without consent nothing may be stored.")
NOT_APPLIED_FOR = Rule("not_applied_for", "The application is for no such assignment.")
LEAVE_EMPTY = Rule("leave_empty", "This field is to be left empty: it is there for machines.")


class Wishes(Schema):
    """Which children the household thinks of."""

    age_from = fields.Integer(strict=True, validate=validate.Range(0, 20))
    age_to = fields.Integer(strict=True, validate=validate.Range(0, 20))
    places = fields.Integer(strict=True, validate=validate.Range(1, 10))

    rules = (rules.AGES_IN_ORDER,)

    @validates_schema
    def _ages_in_order(self, values: dict[str, int], **_: object) -> None:
        if values.get("age_from", 0) > values.get("age_to", 20):
            raise ValidationError(rules.AGES_IN_ORDER, "age_from")


class ApplyingAdult(Adult):
    """An adult of the household that applies. Of others than whoever applies the personal number may be said later,
    before an investigation is proposed."""

    personal_number = fields.PersonalNumber()


class EarlierAssignment(Schema):
    """An assignment that somebody of the household has had before, and for whom."""

    municipality = fields.text(200, required=True)
    assignment = fields.one_of(Assignment)
    contact = fields.text(300, shortest=0)
    when = fields.text(200, shortest=0)
    investigated = fields.text(500, shortest=0)

    example = {
        "municipality": "Kumla",
        "assignment": "contact_family",
        "contact": "Eva Ek, social services",
        "when": "2019 to 2021",
        "investigated": "Interviewed in 2019.",
    }


def _note() -> fields.String:
    return fields.text(4_000, shortest=0)


class FirstCall(Schema):
    """What the municipality has noted of the first call (första samtalet): only staff say it, nobody else sees it."""

    household = _note()
    earlier_assignments = fields.List(fields.Nested(EarlierAssignment), validate=validate.Length(max=20))
    why_now = _note()
    work = _note()
    wished_age = _note()
    leisure = _note()
    views = fields.text(
        4_000,
        shortest=0,
        metadata={"description": "On social problems and on contact with parents. Syn på problem och umgänge."},
    )
    childrens_views = _note()
    may_ask_references = fields.Flag(
        metadata={"description": "Other municipalities may be asked. Andra kommuner får tillfrågas."}
    )

    example = {
        "household": "Two adults and a girl of eleven.",
        "earlier_assignments": [EarlierAssignment.example],
        "why_now": "The eldest has moved out.",
        "work": "Both work, Anna half time.",
        "wished_age": "Six to ten.",
        "leisure": "Football, a dog.",
        "views": "Used to family in trouble; welcomes contact with parents.",
        "childrens_views": "The girl looks forward to it.",
        "may_ask_references": True,
    }


class Household(Schema):
    """What is said of those who apply, wherever it is said."""

    assignments = fields.List(fields.one_of(Assignment), validate=validate.Length(1, 6))
    children_at_home = fields.List(fields.Nested(ChildAtHome), validate=validate.Length(max=30))
    household_complete = fields.Flag()
    email = fields.Email(validate=validate.Length(max=254), allow_none=True)
    address = fields.Nested(Address)
    languages = fields.languages()
    wishes = fields.Nested(Wishes)
    particulars = fields.Nested(Particulars)
    answers = answers()
    experience = fields.text(10_000, shortest=0, allow_none=True)
    knows_child = fields.text(500, shortest=0, allow_none=True)
    message = fields.text(10_000, shortest=0, allow_none=True)
    protected_identity = fields.Flag()
    first_call = fields.Nested(FirstCall, metadata={"description": "Only staff say it. Bara handläggare anger det."})

    rules: ClassVar[tuple[Rule, ...]] = (PERSON_TWICE,)

    @validates_schema
    def _each_person_once(self, values: dict[str, Any], **_: object) -> None:
        numbers = [adult["personal_number"] for adult in values.get("adults", []) if "personal_number" in adult]
        if len(set(numbers)) < len(numbers):
            raise ValidationError(PERSON_TWICE, "adults")


class SubmitApplication(Household):
    """An interest in an assignment: the whole form, or a phone number to call back (kind `callback`)."""

    kind = fields.one_of(Kind, required=True)
    adults = fields.List(fields.Nested(ApplyingAdult), validate=validate.Length(1, 12))
    phone = phone()
    consent = fields.Flag(required=True)
    website = fields.form(
        r"^$(?!\n)", LEAVE_EMPTY, metadata={"description": "To be left empty: a trap for machines. Lämnas tomt."}
    )
    altcha = fields.text(
        4_000, metadata={"description": "The solved challenge, where one is needed. Den lösta uppgiften."}
    )

    rules = (*Household.rules, rules.REQUIRED, CONSENT_MISSING, NOT_APPLIED_FOR)

    @validates_schema
    def _whole(self, values: dict[str, Any], **_: object) -> None:
        needed = ["phone"] if values.get("kind") == Kind.CALLBACK else ["assignments", "adults", "phone", "address"]
        missing: dict[str, Any] = {name: [rules.REQUIRED] for name in needed if not values.get(name)}
        if values.get("consent") is False:
            missing["consent"] = [CONSENT_MISSING]
        if missing:
            raise ValidationError(missing)

    @validates_schema(skip_on_field_errors=True)
    def _own_number(self, values: dict[str, Any], **_: object) -> None:
        adults = values.get("adults", [])
        own = [place for place, adult in enumerate(adults) if adult.get("relation") == Relation.APPLICANT] or [0]
        missing = {place: {"personal_number": [rules.REQUIRED]} for place in own if _lacks_number(adults, place)}
        if missing:
            raise ValidationError({"adults": missing})

    @validates_schema(skip_on_field_errors=True)
    def _of_what_is_applied_for(self, values: dict[str, Any], **_: object) -> None:
        wrong = {name: {one: [NOT_APPLIED_FOR]} for name, one in said_of_others(values, values.get("assignments"))}
        if wrong:
            raise ValidationError(wrong)

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
        "particulars": Particulars.example,
        "answers": [],
        "experience": "Two children of our own.",
        "knows_child": None,
        "message": "We live on a farm.",
        "protected_identity": False,
        "consent": True,
    }


def _lacks_number(adults: list[dict[str, Any]], place: int) -> bool:
    """Whether there is such an adult, and the personal number is not said. One that is wrong has its own problem."""
    return place < len(adults) and "personal_number" not in adults[place]


def said_of_others(values: Mapping[str, Any], assignments: list[str] | None) -> Iterator[tuple[str, Any]]:
    """What is said of assignments that are not applied for: where, and its name or place."""
    known = set(assignments or ())
    yield from (("particulars", name) for name in values.get("particulars") or {} if name not in known)
    of_sets: list[dict[str, Any]] = values.get("answers") or []
    yield from (("answers", place) for place, one in enumerate(of_sets) if one.get("assignment") not in known)
