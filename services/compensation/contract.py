"""What compensation offers: its operations, the form of their bodies and views, and the facts it tells."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import fields, validate

from services.compensation.pay import PayKind
from services.compensation.tariffs import BirthdayRule, CostLevel, FeeLevel, PartMonth
from services.kernel.contracts import Event, EventData, Instant, Money, Operation, Schema, one_of
from services.kernel.days import Month, month_of
from services.kernel.errors import Fault, Stale

CASEWORKER = frozenset({"caseworker"})
PAYROLL = frozenset({"payroll"})
TARIFF_KEEPERS = frozenset({"payroll", "admin"})
AGREEMENT_READERS = frozenset({"caseworker", "payroll"})

YEARS = (2000, 2099)  #: first and last year that can have a tariff or a pay run


class AgreementKind(StrEnum):
    """What an agreement (avtal) is about."""

    PLACEMENT = "placement"


class AgreementStatus(StrEnum):
    """Where an agreement stands."""

    DRAFT = "draft"
    SIGNED = "signed"


class RunStatus(StrEnum):
    """Where a pay run stands."""

    COMPUTED = "computed"
    APPROVED = "approved"
    DISCARDED = "discarded"


# --- refusals -------------------------------------------------------------------------------------------------------


class AgreementAlreadySigned(Fault):
    """The agreement has been signed already."""


class MonthNotBegun(Fault):
    """A pay run is computed from the first day of its month on."""


class PayRunAlreadyApproved(Fault):
    """The pay run has been approved; an approved run is never changed."""


class PayRunAlreadyDiscarded(Fault):
    """The pay run has been discarded; compute its month again."""


class SecondPersonNeeded(Fault):
    """Whoever computed a pay run last may not approve it: another person must."""

    status = 403


# --- fields ---------------------------------------------------------------------------------------------------------


class WrittenMonth(fields.Field[Month]):
    """A month, written `2026-06`; `Month` in Python."""

    default_error_messages = {"invalid": "Not a month like 2026-06."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Month:  # noqa: ARG002
        try:
            month = month_of(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None
        if not YEARS[0] <= month.year <= YEARS[1]:
            raise self.make_error("invalid")
        return month


class Percent(Money):
    """Per cent as a string with at most two decimals, `"110"`; `Decimal` in Python, never a float."""

    default_error_messages = {"invalid": "Not per cent like 110 or 112.5."}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f"{Decimal(value).normalize():f}"


def kronor_field(**kwargs: Any) -> Money:
    """Kronor that a tariff can state for a month or a year."""
    return Money(validate=validate.Range(Decimal(0), Decimal(1_000_000)), **kwargs)


def percent_field(**kwargs: Any) -> Percent:
    """Per cent of the price base amount that a tariff can state."""
    return Percent(validate=validate.Range(Decimal(0), Decimal(1_000)), **kwargs)


# --- bodies ---------------------------------------------------------------------------------------------------------


class FeeLevels(Schema):
    """The fee (arvode) in kronor a month, by level; a raised level includes the base."""

    base = kronor_field(required=True)
    raised_1 = kronor_field()
    raised_2 = kronor_field()
    raised_3 = kronor_field()

    example = {"base": "11417.00", "raised_1": "13342.00", "raised_2": "15281.00", "raised_3": "17531.00"}


class CostLevels(Schema):
    """The cost reimbursement (omkostnadsersättning) of one age band, in per cent of the price base amount a year."""

    base = percent_field(required=True)
    full = percent_field()

    example = {"base": "110", "full": "155"}


class CostPercent(Schema):
    """The cost reimbursement by age band."""

    up_to_12 = fields.Nested(CostLevels, required=True, data_key="0-12", attribute="0-12")
    from_13 = fields.Nested(CostLevels, required=True, data_key="13-19", attribute="13-19")

    example = {"0-12": {"base": "110", "full": "155"}, "13-19": {"base": "125", "full": "175"}}


class FamilyHomePart(Schema):
    """What a family home (familjehem), network home (nätverkshem) or emergency home (jourhem) is paid for a child."""

    fee = fields.Nested(FeeLevels, required=True)
    cost_percent = fields.Nested(CostPercent, required=True)

    example = {"fee": FeeLevels.example, "cost_percent": CostPercent.example}


class SetTariff(Schema):
    """A municipality's tariff for a year, as its board adopted it."""

    price_base_amount = kronor_field(required=True)
    source = fields.String(required=True, validate=validate.Length(1, 500))
    adopted_on = fields.Date(required=True)
    family_home = fields.Nested(FamilyHomePart, required=True)
    part_month = one_of(PartMonth, required=True)
    arrival_day_counts = fields.Boolean(required=True, truthy={True}, falsy={False})
    departure_day_counts = fields.Boolean(required=True, truthy={True}, falsy={False})
    birthday_rule = one_of(BirthdayRule, required=True)

    example = {
        "price_base_amount": "57300.00",
        "source": "SKR's recommendation for 2024",
        "adopted_on": "2023-12-12",
        "family_home": FamilyHomePart.example,
        "part_month": "calendar_days",
        "arrival_day_counts": True,
        "departure_day_counts": True,
        "birthday_rule": "same_day",
    }


class ComputePayRun(Schema):
    """The month to compute."""

    month = WrittenMonth(
        required=True,
        metadata={"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$", "description": "Month. Månad."},
    )

    example = {"month": "2024-04"}


class SignAgreement(Schema):
    """An empty body: the agreement is signed as it is."""


class SettlePayRun(Schema):
    """An empty body: the run is approved or discarded as it is."""


class AgreementFilter(Schema):
    """Which agreements of the municipality."""

    home_id = fields.String(
        validate=validate.Length(1, 100), metadata={"description": "Only of this home. Bara detta hem."}
    )
    status = one_of(AgreementStatus, metadata={"description": "Only of this status. Bara med denna status."})


# --- views ----------------------------------------------------------------------------------------------------------


class TariffView(SetTariff):
    """A year's tariff."""

    year = fields.Integer(required=True)

    example = {"year": 2024, **SetTariff.example}


class AgreementView(Schema):
    """An agreement (avtal) with a home. It names nobody; the payee is an adult of the home, by id."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    kind = one_of(AgreementKind, required=True)
    status = one_of(AgreementStatus, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    fee_level = one_of(FeeLevel, required=True)
    cost_level = one_of(CostLevel, required=True)
    payee_adult_id = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "placement_id": "019a0000-0000-7000-8000-000000000003",
        "kind": "placement",
        "status": "signed",
        "starts_on": "2024-04-12",
        "ends_on": None,
        "fee_level": "base",
        "cost_level": "base",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "signed_on": "2024-04-10",
        "signed_by": "anna",
    }


class PayRunView(Schema):
    """A month's pay run. `expected`, `paid` and `held` count agreements; `total` is the sum of the lines' amounts."""

    id = fields.String(required=True)
    month = fields.String(required=True)
    status = one_of(RunStatus, required=True)
    expected = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    held = fields.Integer(required=True)
    total = Money(required=True)
    computed_by = fields.String(required=True)
    computed_at = Instant(required=True)
    approved_by = fields.String(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000005",
        "month": "2024-04",
        "status": "computed",
        "expected": 1,
        "paid": 1,
        "held": 0,
        "total": "10557.67",
        "computed_by": "anna",
        "computed_at": "2024-04-30T08:00:00Z",
        "approved_by": None,
    }


class PayLineView(Schema):
    """A line of a pay run. A paid line has everything but a reason; a held one has `agreement_id`, `home_id`,
    `reason_code` and `detail` only. En hållen rad har bara avtal, hem och skäl."""

    id = fields.String()
    agreement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    payee_adult_id = fields.String()
    kind = one_of(PayKind)
    period_from = fields.Date()
    period_to = fields.Date()
    quantity = fields.String()
    unit_amount = Money()
    amount = Money()
    taxable = fields.Boolean()
    explanation = fields.String()
    corrects = fields.String(allow_none=True)
    reason_code = fields.String()
    detail = fields.String()

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "agreement_id": "019a0000-0000-7000-8000-000000000001",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "kind": "fee",
        "period_from": "2024-04-12",
        "period_to": "2024-04-30",
        "quantity": "0.633333333334",
        "unit_amount": "11417.00",
        "amount": "7230.77",
        "taxable": True,
        "explanation": "19 of 30 days of 11417.00 kr",
        "corrects": None,
    }


# --- facts told to the other services -------------------------------------------------------------------------------


class AgreementSigned(EventData):
    """The home and the municipality have agreed on the pay."""

    agreement_id = fields.String(required=True)
    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    signed_on = fields.Date(required=True)


class PayRunApproved(EventData):
    """A month's pay is settled."""

    pay_run_id = fields.String(required=True)
    month = fields.String(required=True)
    total = Money(required=True)


AGREEMENT_SIGNED = Event(source="compensation", name="agreement_signed", version=1, data=AgreementSigned)
PAY_RUN_APPROVED = Event(source="compensation", name="pay_run_approved", version=1, data=PayRunApproved)

# --- operations -----------------------------------------------------------------------------------------------------

SET_TARIFF = Operation(
    name="set_tariff",
    en="Set the tariff of a year: If-None-Match: * to create it, If-Match to replace it. Approved pay runs keep what "
    "they paid.",
    sv="Ange årets taxa: If-None-Match: * för att skapa den, If-Match för att ersätta den. Godkända löneunderlag "
    "behåller sina belopp.",
    roles=TARIFF_KEEPERS,
    body=SetTariff,
    answer=TariffView,
    conditional=True,
    creates=True,
)
LIST_TARIFFS = Operation(
    name="list_tariffs",
    en="The municipality's tariffs, the newest year first.",
    sv="Kommunens taxor, senaste året först.",
    roles=TARIFF_KEEPERS,
    answer=TariffView,
    reads=True,
    paged=True,
)
GET_TARIFF = Operation(
    name="get_tariff",
    en="The tariff of a year.",
    sv="Taxan för ett år.",
    roles=TARIFF_KEEPERS,
    answer=TariffView,
    reads=True,
)
LIST_AGREEMENTS = Operation(
    name="list_agreements",
    en="The agreements (avtal) with the homes, the newest first. A started placement drafts one by itself.",
    sv="Avtalen med hemmen, det senaste först. En påbörjad placering skapar ett utkast av sig själv.",
    roles=AGREEMENT_READERS,
    query=AgreementFilter,
    answer=AgreementView,
    reads=True,
    paged=True,
)
GET_AGREEMENT = Operation(
    name="get_agreement",
    en="One agreement.",
    sv="Ett avtal.",
    roles=AGREEMENT_READERS,
    answer=AgreementView,
    reads=True,
)
SIGN_AGREEMENT = Operation(
    name="sign_agreement",
    en="Record that an agreement has been signed. From then on it is paid, from its first day.",
    sv="Anteckna att ett avtal är undertecknat. Därefter betalas det, från dess första dag.",
    roles=CASEWORKER,
    body=SignAgreement,
    answer=AgreementView,
    faults=(AgreementAlreadySigned,),
)
COMPUTE_PAY_RUN = Operation(
    name="compute_pay_run",
    en="Compute a month's pay. A month has one run that counts: as long as it is not approved it is computed again in "
    "place, and stays as it is when nothing has changed.",
    sv="Beräkna en månads ersättning. En månad har ett gällande underlag: så länge det inte är godkänt räknas det om "
    "på plats, och förblir som det är när inget har ändrats.",
    roles=PAYROLL,
    body=ComputePayRun,
    answer=PayRunView,
    faults=(MonthNotBegun, PayRunAlreadyApproved),
)
LIST_PAY_RUNS = Operation(
    name="list_pay_runs",
    en="The pay runs, the newest month first, discarded ones too.",
    sv="Löneunderlagen, senaste månaden först, även kasserade.",
    roles=PAYROLL,
    answer=PayRunView,
    reads=True,
    paged=True,
)
GET_PAY_RUN = Operation(
    name="get_pay_run",
    en="One pay run.",
    sv="Ett löneunderlag.",
    roles=PAYROLL,
    answer=PayRunView,
    reads=True,
)
LIST_PAY_LINES = Operation(
    name="list_pay_lines",
    en="The lines of a pay run: first what is paid, then which agreements are held and why. The total counts both.",
    sv="Raderna i ett löneunderlag: först det som betalas, sedan vilka avtal som hålls inne och varför. Antalet gäller "
    "båda.",
    roles=PAYROLL,
    answer=PayLineView,
    reads=True,
    paged=True,
)
APPROVE_PAY_RUN = Operation(
    name="approve_pay_run",
    en="Approve a pay run that another person has computed. With If-Match only as it was read.",
    sv="Godkänn ett löneunderlag som någon annan har beräknat. Med If-Match bara så som det lästes.",
    roles=PAYROLL,
    body=SettlePayRun,
    answer=PayRunView,
    faults=(SecondPersonNeeded, PayRunAlreadyApproved, PayRunAlreadyDiscarded, Stale),
)
DISCARD_PAY_RUN = Operation(
    name="discard_pay_run",
    en="Discard a pay run that has not been approved.",
    sv="Kassera ett löneunderlag som inte är godkänt.",
    roles=PAYROLL,
    body=SettlePayRun,
    answer=PayRunView,
    faults=(PayRunAlreadyApproved, PayRunAlreadyDiscarded),
)
