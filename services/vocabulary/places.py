"""Where something is."""

from marshmallow import Schema

from services.kernel.contracts import fields


class Position(Schema):
    """Degrees WGS84, as they travel in events, always inside a sealed part."""

    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
