"""Where something is: an address as it is said and shown, and a position as it travels in events."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import EventData, Rule, Schema, fields

HALF_A_POSITION = Rule("half_a_position", "A position with a {given} has a {other}.")


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


class Position(EventData):
    """Degrees WGS84, as they travel in events, always inside a sealed part."""

    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)


class PostalAddress(EventData):
    """An address, as it travels in events, always inside a sealed part."""

    street = fields.String(required=True)
    postcode = fields.String(required=True)
    locality = fields.String(required=True)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)


def position_of(address: Mapping[str, Any] | None) -> dict[str, float] | None:
    """The position of an address, when somebody has pointed it out."""
    if address is None or address.get("latitude") is None or address.get("longitude") is None:
        return None
    return {name: address[name] for name in ("latitude", "longitude")}


def postcode_of(address: Mapping[str, Any] | None) -> str | None:
    """The five digits of an address's postcode."""
    return None if address is None else address["postcode"].replace(" ", "")
