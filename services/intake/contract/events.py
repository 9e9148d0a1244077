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


class HandedOver(EventData):
    """An application on its way to another municipality, always inside a sealed part."""

    reference = fields.String(required=True)
    kind = fields.String(required=True)
    assignments = fields.List(fields.String(), required=True)
    protected_identity = fields.Boolean(required=True)
    details = fields.Dict(keys=fields.String(), required=True)
    files = fields.List(fields.Dict(keys=fields.String()), required=True)  #: each with the key that opens it
    reason = fields.String(required=True)


class ApplicationHandedOver(EventData):
    """An application is handed over to another municipality, which accepts or declines it."""

    application_id = fields.String(required=True)
    transfer_id = fields.String(required=True)
    municipality = fields.String(required=True)  #: that hands it over
    sent_at = fields.Instant(required=True)
    consent_given_on = fields.Day(required=True)
    application = fields.Sealed(fields.Nested(HandedOver), required=True)


class TransferRecalled(EventData):
    """A municipality asks back an application that it has handed over, as long as nobody has accepted it; one that the
    family has withdrawn also afterwards."""

    transfer_id = fields.String(required=True)
    municipality = fields.String(required=True)  #: that asks it back
    withdrawn = fields.Boolean()  #: the family does not go on


class TransferAnswered(EventData):
    """A municipality has accepted or declined an application that another one handed over."""

    transfer_id = fields.String(required=True)
    application_id = fields.String(required=True)  #: of the answering municipality
    municipality = fields.String(required=True)  #: that answers
    accepted = fields.Boolean(required=True)
    reason = fields.Sealed(fields.String(), allow_none=True)
    withdrawn = fields.Boolean()  #: not accepted, because the family has told it that it does not go on


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
APPLICATION_HANDED_OVER = Event(
    source="intake",
    name="application_handed_over",
    version=1,
    subject="application_id",
    concerns={"application_id": "application"},
    to_neighbour=True,
    data=ApplicationHandedOver,
    sv="En ansökan lämnas över till en annan kommun, som tar emot eller avböjer den.",
)
TRANSFER_ANSWERED = Event(
    source="intake",
    name="transfer_answered",
    version=1,
    subject="transfer_id",
    concerns={"application_id": "application"},
    to_neighbour=True,
    data=TransferAnswered,
    sv="En kommun har tagit emot eller avböjt en ansökan som en annan lämnade över.",
)
TRANSFER_RECALLED = Event(
    source="intake",
    name="transfer_recalled",
    version=1,
    subject="transfer_id",
    to_neighbour=True,
    data=TransferRecalled,
    sv="En kommun begär tillbaka en ansökan som den har lämnat över, om ingen har tagit emot den; en som familjen "
    "har tagit tillbaka även därefter.",
)
