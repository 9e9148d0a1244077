"""Where something is."""

from services.kernel.contracts import EventData, fields


class Position(EventData):
    """Degrees WGS84, as they travel in events, always inside a sealed part."""

    latitude = fields.Float(required=True)
    longitude = fields.Float(required=True)
