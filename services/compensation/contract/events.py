"""What compensation records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class AgreementSigned(EventData):
    """The home and the municipality have agreed on the pay."""

    agreement_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    signed_on = fields.Day(required=True)
    kind = fields.String()  #: what the agreement is about: `placement`, `contracted_emergency_home`, …


class ContractAgreed(EventData):
    """What a contracted emergency home has bound itself to: for how many places and which ages, and from when to when
    (no last day while it goes on). Told again when an amendment is signed, on the day from which it holds, and when
    notice has been given: always what holds on the day of the telling."""

    agreement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    places = fields.Integer(required=True)
    age_from = fields.Integer(required=True)
    age_to = fields.Integer(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)


class LeaveTaken(EventData):
    """A contracted emergency home is on paid leave from the first to the last day, or, where it is cancelled, is not
    after all: it is not asked meanwhile. Told again with an earlier last day when what was left of it is cancelled."""

    leave_id = fields.String(required=True)
    agreement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    cancelled = fields.Boolean(required=True)


class PayRunApproved(EventData):
    """A month's pay is settled."""

    pay_run_id = fields.String(required=True)
    month = fields.String(required=True)
    total = fields.Money(required=True)


AGREEMENT_SIGNED = Event(
    source="compensation",
    name="agreement_signed",
    version=1,
    subject="agreement_id",
    concerns={"home_id": "home"},
    data=AgreementSigned,
    sv="Hemmet och kommunen är överens om ersättningen.",
)
CONTRACT_AGREED = Event(
    source="compensation",
    name="contract_agreed",
    version=1,
    subject="agreement_id",
    concerns={"home_id": "home"},
    data=ContractAgreed,
    sv="Vad ett kontrakterat jourhem har åtagit sig: hur många platser, vilka åldrar, och från när till när. Berättas "
    "på nytt när ett tilläggsavtal är undertecknat, den dag det börjar gälla och när avtalet är uppsagt: alltid det "
    "som gäller den dag det berättas.",
)
LEAVE_TAKEN = Event(
    source="compensation",
    name="leave_taken",
    version=1,
    subject="leave_id",
    concerns={"home_id": "home"},
    data=LeaveTaken,
    sv="Ett kontrakterat jourhem har betald ledighet från första till sista dagen, eller har, om den är ångrad, ändå "
    "inte det: det tillfrågas inte under tiden. Berättas på nytt med en tidigare sista dag när resten av den ångras.",
)
PAY_RUN_APPROVED = Event(
    source="compensation",
    name="pay_run_approved",
    version=1,
    subject="pay_run_id",
    data=PayRunApproved,
    sv="En månads ersättning är fastställd.",
)
