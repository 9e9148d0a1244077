"""The pay runs and their lines: their form, what can be asked of them, and the event they record."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from services.compensation.contract.tariffs import YEARS
from services.compensation.pay.lines import PayKind
from services.compensation.runs.entries import Channel
from services.kernel.basics.days import Month, month_of
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import SecondPersonNeeded, Stale

PAYROLL = frozenset({"payroll"})


class RunStatus(StrEnum):
    """Where a pay run stands."""

    COMPUTING = "computing"  #: a large one goes on by itself, part by part
    COMPUTED = "computed"
    APPROVED = "approved"
    DISCARDED = "discarded"


class MonthNotBegun(Fault):
    """A pay run is computed from the first day of its month on."""


class PayRunTooEarly(Fault):
    """A pay run is approved from the day of its month on that the municipality has set."""


class PayRunAlreadyApproved(Fault):
    """The pay run has been approved; an approved run is never changed."""


class PayRunAlreadyDiscarded(Fault):
    """The pay run has been discarded; compute its month again."""


class PayRunOutdated(Fault):
    """Something has changed since the pay run was computed, or it is still being computed: compute the month again."""


class PayRunIncomplete(Fault):
    """Not every agreement and claim of the month is paid or held in this run: compute the month again."""


class WrittenMonth(fields.Field[Month]):
    """A month, written `2026-06`; `Month` in Python."""

    default_error_messages = {"invalid": Rule("month", "Not a month like 2026-06.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Month:  # noqa: ARG002
        try:
            month = month_of(value)
        except (TypeError, ValueError):
            raise self.make_error("invalid") from None
        if not YEARS[0] <= month.year <= YEARS[1]:
            raise self.make_error("invalid")
        return month


class Quantity(fields.String):
    """How many of what the unit amount is for: a string without needless decimals, `"0.5"`; `Decimal` in Python."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f"{Decimal(value).normalize():f}"


class ComputePayRun(Schema):
    """The month to compute."""

    month = WrittenMonth(
        required=True,
        metadata={"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$", "description": "Month. Månad."},
    )

    example = {"month": "2024-04"}


class PayRunView(Schema):
    """A month's pay run. `expected`, `paid` and `held` count agreements, claims, and placements without an agreement;
    `total` is the sum of the lines' amounts. `outdated`: something has changed since, compute the month again."""

    id = fields.String(required=True)
    month = fields.String(required=True)
    status = fields.one_of(RunStatus, required=True)
    expected = fields.Integer(required=True)
    paid = fields.Integer(required=True)
    held = fields.Integer(required=True)
    total = fields.Money(required=True)
    outdated = fields.Boolean(required=True)
    computed_by = fields.Staff(required=True)
    computed_at = fields.Instant(required=True)
    approved_by = fields.Staff(required=True)

    shows = {}
    example = {
        "id": "019a0000-0000-7000-8000-000000000005",
        "month": "2024-04",
        "status": "computed",
        "expected": 1,
        "paid": 1,
        "held": 0,
        "total": "10557.67",
        "outdated": False,
        "computed_by": "anna",
        "computed_at": "2024-04-30T08:00:00Z",
        "approved_by": None,
    }


class PayLineView(Schema):
    """A line of a pay run. A paid line has everything but a reason; a held one has what it is about, `reason_code` and
    `detail` only, and a period when it is about an earlier month, or about some days of this one. `explanation` is in
    Swedish, as the home reads it.
    En hållen rad har bara det den gäller och skäl."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    agreement_id = fields.String()
    placement_id = fields.String()
    claim_id = fields.String()
    recovery_id = fields.String()
    payee_adult_id = fields.String()
    kind = fields.one_of(PayKind)
    period_from = fields.Day()
    period_to = fields.Day()
    quantity = Quantity()
    unit_amount = fields.Money()
    amount = fields.Money()
    taxable = fields.Boolean()
    explanation = fields.String()
    channel = fields.one_of(Channel)
    wage_type = fields.String()
    account = fields.String()
    cost_centre = fields.String()
    declaration_field = fields.String()
    corrects = fields.String(allow_none=True)
    reason_code = fields.String()
    detail = fields.String()

    shows = {"agreement": "agreement_id", "home": "home_id", "adult": "payee_adult_id"}
    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "agreement_id": "019a0000-0000-7000-8000-000000000001",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "placement_id": "019a0000-0000-7000-8000-000000000003",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "kind": "fee",
        "period_from": "2024-04-12",
        "period_to": "2024-04-30",
        "quantity": "0.633333333334",
        "unit_amount": "11417.00",
        "amount": "7230.77",
        "taxable": True,
        "explanation": "19 av 30 dagar av 11 417,00 kr (arvode grundnivå)",
        "channel": "payroll",
        "wage_type": "7101",
        "account": "5021",
        "cost_centre": "4310",
        "declaration_field": "FK011",
        "corrects": None,
    }


class Difference(Schema):
    """What a home is paid by this run beside what the run of the month before paid it."""

    id = fields.String(required=True)  #: the home's
    before = fields.Money(required=True)
    now = fields.Money(required=True)
    difference = fields.Money(required=True)

    shows = {"home": "id"}
    example = {
        "id": "019a0000-0000-7000-8000-000000000002",
        "before": "16670.00",
        "now": "10557.67",
        "difference": "-6112.33",
    }


COMPUTE_PAY_RUN = Operation(
    name="compute_pay_run",
    route="POST /pay-runs",
    en="Compute a month's pay. A month has one run that counts: as long as it is not approved it is computed again in "
    "place, and stays as it is when nothing has changed.",
    sv="Beräkna en månads ersättning. En månad har ett gällande underlag: så länge det inte är godkänt räknas det om "
    "på plats, och förblir som det är när inget har ändrats.",
    roles=PAYROLL,
    body=ComputePayRun,
    answer=PayRunView,
    faults=(MonthNotBegun, PayRunAlreadyApproved),
    status=201,
    location="/pay-runs/{id}",
)
LIST_PAY_RUNS = Operation(
    name="list_pay_runs",
    route="GET /pay-runs",
    en="The pay runs, the newest month first, discarded ones too.",
    sv="Löneunderlagen, senaste månaden först, även kasserade.",
    roles=PAYROLL,
    answer=PayRunView,
    reads=True,
    paged=True,
)
GET_PAY_RUN = Operation(
    name="get_pay_run",
    route="GET /pay-runs/<pay_run_id>",
    en="One pay run.",
    sv="Ett löneunderlag.",
    roles=PAYROLL,
    answer=PayRunView,
    reads=True,
)
LIST_PAY_LINES = Operation(
    name="list_pay_lines",
    route="GET /pay-runs/<pay_run_id>/lines",
    en="The lines of a pay run: first what is paid, then which agreements are held and why. The total counts both.",
    sv="Raderna i ett löneunderlag: först det som betalas, sedan vilka avtal som hålls inne och varför. Antalet gäller "
    "båda.",
    roles=PAYROLL,
    answer=PayLineView,
    reads=True,
    paged=True,
)
COMPARE_PAY_RUN = Operation(
    name="compare_pay_run",
    route="GET /pay-runs/<pay_run_id>/differences",
    en="Home by home beside the run of the month before, the largest difference first.",
    sv="Hem för hem jämfört med föregående månads underlag, den största skillnaden först.",
    roles=PAYROLL,
    answer=Difference,
    reads=True,
    paged=True,
)
APPROVE_PAY_RUN = Operation(
    name="approve_pay_run",
    route="POST /pay-runs/<pay_run_id>/approve",
    en="Approve a pay run that another person has computed. With If-Match only as it was read.",
    sv="Godkänn ett löneunderlag som någon annan har beräknat. Med If-Match bara så som det lästes.",
    roles=PAYROLL,
    body=Nothing,
    answer=PayRunView,
    faults=(
        SecondPersonNeeded,
        PayRunOutdated,
        PayRunIncomplete,
        PayRunTooEarly,
        PayRunAlreadyApproved,
        PayRunAlreadyDiscarded,
        Stale,
    ),
)
DISCARD_PAY_RUN = Operation(
    name="discard_pay_run",
    route="POST /pay-runs/<pay_run_id>/discard",
    en="Discard a pay run that has not been approved.",
    sv="Kassera ett löneunderlag som inte är godkänt.",
    roles=PAYROLL,
    body=Nothing,
    answer=PayRunView,
    faults=(PayRunAlreadyApproved, PayRunAlreadyDiscarded),
)
