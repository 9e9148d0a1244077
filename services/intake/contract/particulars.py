"""What is asked of each assignment beside the rest of the form: the fixed fields, the same in every municipality."""

from enum import StrEnum

from marshmallow import validate

from services.kernel.contracts import Schema, fields
from services.vocabulary.assignments import Assignment


class ForWhom(StrEnum):
    """Whom somebody would be a contact person for."""

    CHILD = "child"
    ADULT = "adult"


class LivesIn(StrEnum):
    """Who would live in a family home."""

    CHILD = "child"
    ADULT = "adult"
    PARENT_WITH_CHILD = "parent_with_child"


class HowOften(StrEnum):
    """How often a contact person would meet the person."""

    MONTHLY = "monthly"
    WEEKLY = "weekly"
    SEVERAL_TIMES_A_WEEK = "several_times_a_week"
    ALMOST_DAILY = "almost_daily"


class PartOfDay(StrEnum):
    """When a contact person has time."""

    DAY = "day"
    EVENING = "evening"
    WEEKEND = "weekend"


class AgeSpan(StrEnum):
    """Which ages an emergency home takes in."""

    YOUNGER = "0-12"
    OLDER = "13-17"
    ALL = "0-17"


def _some_of(choices: type[StrEnum]) -> fields.List[str]:
    return fields.List(fields.one_of(choices), validate=validate.Length(1, len(choices)))


class FamilyHomeParticulars(Schema):
    """Of a family home (familjehem): who would live there, and whether it is a former family home that would be a
    child's guardian (särskilt förordnad vårdnadshavare)."""

    for_whom = _some_of(LivesIn)
    as_guardian = fields.Flag()

    example = {"for_whom": ["child", "parent_with_child"], "as_guardian": False}


class EmergencyHomeParticulars(Schema):
    """Of an emergency home (jourhem), contracted or not."""

    adult_at_home = fields.Flag(metadata={"description": "An adult is at home full time. En vuxen är hemma på heltid."})
    room_ready = fields.Flag(metadata={"description": "A room of its own is ready. Ett eget rum står färdigt."})
    licence_and_car = fields.Flag(metadata={"description": "Driving licence and car. Körkort och bil."})
    ages = fields.one_of(AgeSpan)

    example = {"adult_at_home": True, "room_ready": True, "licence_and_car": True, "ages": "0-12"}


class ContactPersonParticulars(Schema):
    """Of a contact person (kontaktperson), also of a particularly qualified one (särskilt kvalificerad)."""

    for_whom = _some_of(ForWhom)
    particularly_qualified = fields.Flag()
    how_often = fields.one_of(HowOften)
    parts_of_day = _some_of(PartOfDay)
    interests = fields.text(1_000, shortest=0)

    example = {
        "for_whom": ["child"],
        "particularly_qualified": False,
        "how_often": "weekly",
        "parts_of_day": ["evening", "weekend"],
        "interests": "Football and cooking.",
    }


class NetworkHomeParticulars(Schema):
    """Of a network home (nätverkshem): the child whom it knows already."""

    child_name = fields.text(200, required=True)
    child_birth_year = fields.Integer(strict=True, validate=validate.Range(1990, 2100))
    how_known = fields.text(500, shortest=0)

    example = {"child_name": "Bo Berg", "child_birth_year": 2017, "how_known": "Our sister's son."}


class Particulars(Schema):
    """What is asked of each assignment, by its name."""

    family_home = fields.Nested(FamilyHomeParticulars)
    emergency_home = fields.Nested(EmergencyHomeParticulars)
    contracted_emergency_home = fields.Nested(EmergencyHomeParticulars)
    contact_person = fields.Nested(ContactPersonParticulars)
    network_home = fields.Nested(NetworkHomeParticulars)

    example = {
        Assignment.FAMILY_HOME: FamilyHomeParticulars.example,
        Assignment.EMERGENCY_HOME: EmergencyHomeParticulars.example,
    }
