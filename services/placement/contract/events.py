"""What placement records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class PlacementStarted(EventData):
    """A person lives in a home (or is supported by it) from this day."""

    placement_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignment = fields.String(required=True)
    birth_date = fields.Sealed(fields.Day(), required=True)  #: of the placed person
    starts_on = fields.Day(required=True)
    adult_ids = fields.List(fields.String(), required=True)  #: the home's adults, the applicant first


class PlacementEnded(EventData):
    """The placement's last day is known."""

    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    ends_on = fields.Day(required=True)


class InquiryUnanswered(EventData):
    """A home has not answered in time whether it can take a person."""

    inquiry_id = fields.String(required=True)
    home_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    answer_by = fields.Instant(required=True)


class PlacementWeeded(EventData):
    """What was known of a placement has been weeded (gallring) with the need that it met. Whoever has a copy looks
    after it."""

    placement_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)


PLACEMENT_STARTED = Event(
    source="placement",
    name="placement_started",
    version=1,
    subject="placement_id",
    data=PlacementStarted,
    sv="En person bor i ett hem (eller får stöd av det) från och med denna dag.",
)
PLACEMENT_ENDED = Event(
    source="placement",
    name="placement_ended",
    version=1,
    subject="placement_id",
    data=PlacementEnded,
    sv="Placeringens sista dag är känd.",
)
INQUIRY_UNANSWERED = Event(
    source="placement",
    name="inquiry_unanswered",
    version=1,
    subject="inquiry_id",
    data=InquiryUnanswered,
    sv="Ett hem har inte svarat i tid på om det kan ta emot en person.",
)
PLACEMENT_WEEDED = Event(
    source="placement",
    name="placement_weeded",
    version=1,
    subject="placement_id",
    data=PlacementWeeded,
    sv="Det som var känt om en placering har gallrats med behovet som den mötte.",
)
