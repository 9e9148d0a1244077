"""What the household that applies wishes."""

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Schema, fields, rules


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
