"""What intake tells the other services."""

from marshmallow import Schema as PlainSchema
from marshmallow import fields

from services.kernel.contracts import Event, EventData, Sealed


class Person(PlainSchema):
    """An adult as it travels, inside a sealed part."""

    id = fields.String(required=True)
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    personal_number = fields.String(required=True)
    relation = fields.String(required=True)


class Position(PlainSchema):
    """Degrees WGS84."""

    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)


class ApplicationQualified(EventData):
    """The application goes on to an investigation."""

    application_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignments = fields.List(fields.String(), required=True)
    adults = Sealed(fields.List(fields.Nested(Person)), required=True)
    children_birth_years = fields.List(fields.Integer(), required=True)
    household_complete = fields.Boolean(required=True)
    position = Sealed(fields.Nested(Position), required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)


APPLICATION_QUALIFIED = Event(source="intake", name="application_qualified", version=1, data=ApplicationQualified)
