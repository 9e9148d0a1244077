"""The household that applies: its people, its address, its wishes."""

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Rule, Schema, fields, rules

HALF_A_POSITION = Rule("half_a_position", "A position with a {given} has a {other}.")
NOT_OF_AGE = Rule("not_of_age", "An adult of the household is eighteen or older.")


class Adult(Schema):
    """An adult of the household."""

    given_name = fields.text(200, required=True)
    family_name = fields.text(200, required=True)
    personal_number = fields.PersonalNumber(required=True)
    relation = fields.String(
        required=True, validate=validate.OneOf(["applicant", "partner", "adult_child", "parent", "lodger", "other"])
    )


class ChildAtHome(Schema):
    """A child who lives in the household."""

    birth_year = fields.Integer(strict=True, required=True, validate=validate.Range(1980, 2100))


class Address(Schema):
    """Where the household lives; the position in degrees WGS84 when somebody has pointed it out."""

    street = fields.text(200, required=True)
    postcode = fields.form(r"^[0-9]{3} ?[0-9]{2}$(?!\n)", Rule("postcode", "Five digits."), required=True)
    locality = fields.text(200, required=True)
    latitude = fields.Float(validate=validate.Range(54.0, 70.0), allow_none=True)
    longitude = fields.Float(validate=validate.Range(10.0, 25.0), allow_none=True)

    rules = (HALF_A_POSITION,)

    @validates_schema
    def _whole_position(self, values: dict[str, float | None], **_: object) -> None:
        for given, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if values.get(given) is not None and values.get(other) is None:
                raise ValidationError(HALF_A_POSITION.format(given=given, other=other), other)


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
