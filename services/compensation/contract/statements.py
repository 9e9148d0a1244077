"""A home's statements: what it was paid in a month or a year, and why."""

from marshmallow import validate

from services.compensation.contract.pay_runs import PAYROLL, Quantity, WrittenMonth
from services.compensation.contract.tariffs import YEARS
from services.compensation.pay.lines import PayKind
from services.kernel.contracts import Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.files import MediaType

HOME_NEEDED = Rule("home_needed", "Say of which home.")
MONTH_OR_YEAR = Rule("month_or_year", "Say a month or a year, not both.")
READERS = PAYROLL | {"home"}


class DocumentQuery(Schema):
    """Of which month or year; the month that was approved last unless said."""

    month = WrittenMonth(
        metadata={"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$", "description": "The month. Månaden."}
    )
    year = fields.Integer(validate=validate.Range(*YEARS), metadata={"description": "The year. Året."})

    example = {"month": "2024-04"}


class StatementQuery(DocumentQuery):
    """Of which home, and of which month or year; the month that was approved last unless said."""

    home_id = fields.String(
        validate=validate.Length(1, 100),
        metadata={"description": "The home; who acts for one home need not say it. Hemmet."},
    )

    example = {"home_id": "019a0000-0000-7000-8000-000000000002", "month": "2024-04"}


class StatementLineView(Schema):
    """A line of a statement. `month` is that of the run; `explanation` is in Swedish."""

    id = fields.String(required=True)
    month = fields.String(required=True)
    payee_adult_id = fields.String(required=True)
    kind = fields.one_of(PayKind, required=True)
    name = fields.String(required=True)
    period_from = fields.Day(required=True)
    period_to = fields.Day(required=True)
    quantity = Quantity(required=True)
    unit_amount = fields.Money(required=True)
    amount = fields.Money(required=True)
    taxable = fields.Boolean(required=True)
    explanation = fields.String(required=True)
    corrects = fields.String(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "month": "2024-04",
        "payee_adult_id": "019a0000-0000-7000-8000-000000000004",
        "kind": "fee",
        "name": "Arvode",
        "period_from": "2024-04-12",
        "period_to": "2024-04-30",
        "quantity": "0.633333333334",
        "unit_amount": "11417.00",
        "amount": "7230.77",
        "taxable": True,
        "explanation": "19 av 30 dagar av 11 417,00 kr (arvode grundnivå)",
        "corrects": None,
    }


class HeldView(Schema):
    """What waits, and why, in Swedish."""

    reason_code = fields.String(required=True)
    text = fields.String(required=True)

    example = {"reason_code": "agreement_not_signed", "text": "Avtalet är inte undertecknat av alla."}


class ChangeView(Schema):
    """What a kind comes to beside the month before."""

    kind = fields.one_of(PayKind, required=True)
    name = fields.String(required=True)
    before = fields.Money(required=True)
    now = fields.Money(required=True)
    difference = fields.Money(required=True)

    example = {"kind": "fee", "name": "Arvode", "before": "11417.00", "now": "7230.77", "difference": "-4186.23"}


class SumsView(Schema):
    """What the lines come to: `income` and `reimbursements` as the income statement of a year says them (1.1 and 1.2),
    `deduction` what may be deducted of a year's reimbursements (2.4)."""

    total = fields.Money(required=True)
    income = fields.Money(required=True)
    reimbursements = fields.Money(required=True)
    deduction = fields.Money(required=True)

    example = {"total": "10557.67", "income": "7230.77", "reimbursements": "3326.90", "deduction": "0.00"}


class Asking(Schema):
    """Whom to ask."""

    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)

    example = {"phone": "019-21 10 00", "email": "familjehem@orebro.se"}


class StatementView(Schema):
    """What a home was paid in a month, or in a year, as approved. A home's own user sees what is paid to them, not to
    the home's other adults. It holds no names."""

    home_id = fields.String(required=True)
    month = fields.String(required=True, allow_none=True)
    year = fields.Integer(required=True, allow_none=True)
    lines = fields.List(fields.Nested(StatementLineView), required=True)
    held = fields.List(fields.Nested(HeldView), required=True)
    changes = fields.List(fields.Nested(ChangeView), required=True)
    sums = fields.Nested(SumsView, required=True)
    ask = fields.Nested(Asking, required=True)

    shows = {"home": "home_id", "adult": "lines.payee_adult_id"}
    example = {
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "month": "2024-04",
        "year": None,
        "lines": [StatementLineView.example],
        "held": [],
        "changes": [ChangeView.example],
        "sums": SumsView.example,
        "ask": Asking.example,
    }


GET_STATEMENT = Operation(
    name="get_statement",
    route="GET /statements",
    en="What a home was paid in a month, each line with its explanation in Swedish, what has changed since the month "
    "before and whom to ask; or in a year, with the sums that the tax return asks for.",
    sv="Vad ett hem har fått i ersättning en månad, varje rad med sin förklaring, vad som har ändrats sedan förra "
    "månaden och vem man frågar; eller ett år, med summorna till inkomstdeklarationen.",
    roles=READERS,
    query=StatementQuery,
    answer=StatementView,
    reads=True,
    rules=(HOME_NEEDED, MONTH_OR_YEAR),
)
GET_STATEMENT_DOCUMENT = Operation(
    name="get_statement_document",
    route="GET /statements/<home_id>/document",
    en="A home's statement of a month or a year as an accessible PDF in Swedish.",
    sv="Ett hems ersättningsbesked för en månad eller ett år som tillgänglig PDF på svenska.",
    roles=READERS,
    query=DocumentQuery,
    answer=Nothing,
    shows={"home": "home_id"},
    gives_file=frozenset({MediaType.PDF}),
    reads=True,
    rules=(MONTH_OR_YEAR,),
)
