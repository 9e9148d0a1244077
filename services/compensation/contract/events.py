"""What compensation records for the other services."""

from services.kernel.contracts import Event, EventData, fields


class AgreementSigned(EventData):
    """The home and the municipality have agreed on the pay."""

    agreement_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    signed_on = fields.Day(required=True)


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
PAY_RUN_APPROVED = Event(
    source="compensation",
    name="pay_run_approved",
    version=1,
    subject="pay_run_id",
    data=PayRunApproved,
    sv="En månads ersättning är fastställd.",
)
