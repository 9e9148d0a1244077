"""What investigation offers: its operations, the form of their bodies and views, and the facts it tells."""

from marshmallow import fields

from services.intake.contract import Person, Position
from services.kernel.contracts import Event, EventData, Sealed

# --- facts told to the other services -------------------------------------------------------------------------------


class HomeApproved(EventData):
    """A home may take assignments within these bounds. A home can have several approvals."""

    approval_id = fields.String(required=True)
    investigation_id = fields.String(required=True)
    application_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignments = fields.List(fields.String(), required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    places = fields.Integer(required=True)
    child_name = Sealed(fields.String(), required=True, allow_none=True)
    conditions = Sealed(fields.String(), required=True)
    decided_on = fields.Date(required=True)
    valid_until = fields.Date(required=True)
    adults = Sealed(fields.List(fields.Nested(Person)), required=True)  #: the applicant first
    position = Sealed(fields.Nested(Position), required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)


HOME_APPROVED = Event(source="investigation", name="home_approved", version=1, data=HomeApproved)
