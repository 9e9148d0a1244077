"""What intake records for the other services."""

from services.kernel.contracts import Event, EventData, fields
from services.vocabulary.people import Person
from services.vocabulary.places import Position, PostalAddress


class UnnumberedPerson(EventData):
    """An adult of a household whose personal number is not known yet."""

    id = fields.String(required=True)
    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
    relation = fields.String(required=True)


class ApplicationQualified(EventData):
    """The application goes on to an investigation."""

    application_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignments = fields.List(fields.String(), required=True)
    adults = fields.Sealed(fields.List(fields.Nested(Person)), required=True)
    #: those whose personal number is still to be asked for; while there are any the household is not complete
    unnumbered_adults = fields.Sealed(fields.List(fields.Nested(UnnumberedPerson)))
    children_birth_years = fields.List(fields.Integer(), required=True)
    household_complete = fields.Boolean(required=True)
    phone = fields.Sealed(fields.String(), allow_none=True)
    email = fields.Sealed(fields.String(), allow_none=True)
    address = fields.Sealed(fields.Nested(PostalAddress), allow_none=True)
    position = fields.Sealed(fields.Nested(Position), required=True, allow_none=True)
    languages = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)


class ContactOverdue(EventData):
    """Nobody has reached the family of an application, and the last day to do so has passed."""

    application_id = fields.String(required=True)
    home_id = fields.String(required=True)
    contact_by = fields.Day(required=True)


APPLICATION_QUALIFIED = Event(
    source="intake",
    name="application_qualified",
    version=1,
    subject="application_id",
    concerns={"application_id": "application"},
    data=ApplicationQualified,
    sv="Ansökan går vidare till en utredning.",
)
CONTACT_OVERDUE = Event(
    source="intake",
    name="contact_overdue",
    version=1,
    subject="application_id",
    concerns={"application_id": "application"},
    data=ContactOverdue,
    sv="Ingen har nått familjen bakom en ansökan, och sista dagen för det har passerat.",
)
