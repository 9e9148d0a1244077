"""People: as they are said and shown, as they travel in events (always inside a sealed part), and who is of age."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import validate

from services.kernel.basics.days import age_on
from services.kernel.contracts import EventData, Rule, Schema, fields
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.fields import birth_date

MAJORITY = 18  #: years: Parental Code 9:1

NOT_OF_AGE = Rule("not_of_age", "An adult of the household is eighteen or older.")
PERSON_TWICE = Rule("person_twice", "The same person is named twice.")


class Relation(StrEnum):
    """What an adult is in a household."""

    APPLICANT = "applicant"
    PARTNER = "partner"
    ADULT_CHILD = "adult_child"
    PARENT = "parent"
    LODGER = "lodger"
    OTHER = "other"


class Person(EventData):
    """An adult of a home, as events say it."""

    id = fields.String(required=True)
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    personal_number = fields.String(required=True)
    relation = fields.String(required=True)


class Adult(Schema):
    """An adult of the household."""

    given_name = fields.text(200, required=True)
    family_name = fields.text(200, required=True)
    personal_number = fields.PersonalNumber(required=True)
    relation = fields.one_of(Relation, required=True)


class ChildAtHome(Schema):
    """A child who lives in the household."""

    birth_year = fields.Integer(strict=True, required=True, validate=validate.Range(1980, 2100))


def phone(**kwargs: Any) -> fields.String:
    """A phone number."""
    rule = Rule("phone_number", "A phone number, like +46701234567.")
    return fields.form(r"^\+?[0-9][0-9 -]{4,19}$(?!\n)", rule, **kwargs)


def full_name(person: Mapping[str, str]) -> str:
    """Given and family name."""
    return f"{person['given_name']} {person['family_name']}"


def household_name(people: Iterable[Mapping[str, str]]) -> str | None:
    """The name of a home: its adults' names. A home that nobody is known of has none."""
    return ", ".join(map(full_name, people)) or None


def must_be_of_age(adults: Iterable[Mapping[str, Any]], today: date) -> None:
    """Who is named as an adult of the household has turned eighteen; `InvalidInput` at each who has not. An adult whose
    number is not said is not looked at."""
    errors = [
        NOT_OF_AGE.at(f"/adults/{place}/personal_number")
        for place, adult in enumerate(adults)
        if "personal_number" in adult and not _is_of_age(birth_date(adult["personal_number"]), today)
    ]
    if errors:
        raise InvalidInput(errors=errors)


def _is_of_age(born: date, today: date) -> bool:
    return born <= today and age_on(born, today) >= MAJORITY
