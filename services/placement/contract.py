"""What placement offers: its operations, the form of their bodies and views, and the facts it tells."""

from marshmallow import fields

from services.kernel.contracts import Event, EventData, Sealed

# --- facts told to the other services -------------------------------------------------------------------------------


class PlacementStarted(EventData):
    """A person lives in a home (or is supported by it) from this day."""

    placement_id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    approval_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignment = fields.String(required=True)
    birth_date = Sealed(fields.Date(), required=True)  #: of the placed person
    starts_on = fields.Date(required=True)
    adult_ids = fields.List(fields.String(), required=True)  #: the home's adults, the applicant first


class PlacementEnded(EventData):
    """The placement's last day is known."""

    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    ends_on = fields.Date(required=True)


PLACEMENT_STARTED = Event(source="placement", name="placement_started", version=1, data=PlacementStarted)
PLACEMENT_ENDED = Event(source="placement", name="placement_ended", version=1, data=PlacementEnded)
