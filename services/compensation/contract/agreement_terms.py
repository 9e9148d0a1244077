"""The terms of an agreement (avtal): what is agreed from a day on, as it is set and as it is shown."""

from decimal import Decimal

from marshmallow import validate

from services.compensation.contract.tariff_parts import Percent
from services.compensation.pay.terms import AllowanceKind
from services.compensation.tariffs.levels import CostLevel, FeeLevel, PersonCostLevel, PersonLevel
from services.kernel.contracts import Schema, fields


def _share(**kwargs: object) -> Percent:
    return Percent(validate=validate.Range(Decimal("0.01"), Decimal(100)), **kwargs)


class PayeeShare(Schema):
    """Which part of the pay an adult of the home gets."""

    adult_id = fields.reference(required=True)
    percent = _share(required=True)

    example = {"adult_id": "019a0000-0000-7000-8000-000000000004", "percent": "100"}


class FeeReduction(Schema):
    """By how many per cent the fee is lowered, and why (a sibling in the same home)."""

    percent = _share(required=True)
    reason = fields.text(500, required=True)

    example = {"percent": "20", "reason": "Syskon i samma hem."}


class ExtraCostTerm(Schema):
    """A recurring cost of this person's own, kronor a month. With a basis (`has_basis`) it was decided on a written
    calculation, and is no pay however high."""

    name = fields.text(100, required=True)
    amount = fields.Money(required=True, validate=validate.Range(Decimal("0.01"), Decimal(100_000)))
    has_basis = fields.Flag(required=True)

    example = {"name": "Ridlektioner", "amount": "600.00", "has_basis": False}


class AllowanceTerm(Schema):
    """An allowance that is paid to the home itself: deducted from the month after it was asked for, a child allowance
    (barnbidrag) to the quarter of the sixteenth birthday; one that goes on as extended (förlängt barnbidrag,
    `extended_child`), of a child who is in compulsory school still, to June of the year of the twentieth birthday at
    most; a study allowance (studiebidrag) not in July and August."""

    kind = fields.one_of(AllowanceKind, required=True)
    requested_on = fields.Day(required=True)
    amount = fields.Money(required=True, validate=validate.Range(Decimal("0.01"), Decimal(10_000)))

    example = {"kind": "child", "requested_on": "2024-04-05", "amount": "1250.00"}


class ChildAllowanceTerm(AllowanceTerm):
    """The same, for one of the children in a contracted emergency home, by its placement."""

    placement_id = fields.reference(required=True)

    example = {"placement_id": "019a0000-0000-7000-8000-000000000003", **AllowanceTerm.example}


_FEE_LEVELS = [*map(str, FeeLevel), *map(str, PersonLevel)]
_COST_LEVELS = [*map(str, CostLevel), *map(str, PersonCostLevel)]


class AgreementTermsBody(Schema):
    """What is agreed. Levels of a contact person are `1`, `2`, `3` and `low`, `mid`, `high`."""

    fee_level = fields.String(required=True, validate=validate.OneOf(_FEE_LEVELS))
    cost_level = fields.String(required=True, validate=validate.OneOf(_COST_LEVELS))
    fee_percent = Percent(allow_none=True, validate=validate.Range(Decimal(0), Decimal(100)))
    fee_reduction = fields.Nested(FeeReduction, allow_none=True)
    extra_costs = fields.List(fields.Nested(ExtraCostTerm), validate=validate.Length(max=20))
    allowance = fields.Nested(AllowanceTerm, allow_none=True)
    supplements = fields.List(fields.text(40), validate=validate.Length(max=20))
    allowances = fields.List(fields.Nested(ChildAllowanceTerm), validate=validate.Length(max=20))
    places = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 4))
    age_from = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 20))
    age_to = fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, 20))
    payees = fields.List(fields.Nested(PayeeShare), required=True, validate=validate.Length(1, 5))

    example = {
        "fee_level": "base",
        "cost_level": "base",
        "fee_reduction": None,
        "extra_costs": [ExtraCostTerm.example],
        "allowance": AllowanceTerm.example,
        "payees": [PayeeShare.example],
    }


class PaperView(Schema):
    """What was signed, as a document (PDF), by its hash (SHA-256)."""

    id = fields.String(required=True)
    digest = fields.String(required=True, attribute="sha256")
    created_at = fields.Instant(required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000041",
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "created_at": "2024-04-10T08:00:00Z",
    }


class TermsView(Schema):
    """Terms of an agreement from a day on, and who has signed them."""

    number = fields.Integer(required=True)
    since = fields.Day(required=True, data_key="from")
    agreed = fields.Boolean(required=True)
    fee_level = fields.String(required=True)
    cost_level = fields.String(required=True)
    fee_percent = Percent(required=True, allow_none=True)
    fee_reduction = fields.Nested(FeeReduction, required=True, allow_none=True)
    extra_costs = fields.List(fields.Nested(ExtraCostTerm), required=True, allow_none=True)
    allowance = fields.Nested(AllowanceTerm, required=True, allow_none=True)
    supplements = fields.List(fields.String(), required=True)
    allowances = fields.List(fields.Nested(ChildAllowanceTerm), required=True)
    places = fields.Integer(required=True, allow_none=True)
    age_from = fields.Integer(required=True, allow_none=True)
    age_to = fields.Integer(required=True, allow_none=True)
    payees = fields.List(fields.Nested(PayeeShare), required=True)
    signed_by = fields.Staff(required=True)
    signed_on = fields.Day(required=True, allow_none=True)
    home_signed_by = fields.String(required=True, allow_none=True)
    home_signed_on = fields.Day(required=True, allow_none=True)
    paper = fields.Nested(PaperView, required=True, allow_none=True)

    example = {
        "number": 0,
        "from": "2024-04-12",
        "agreed": True,
        **AgreementTermsBody.example,
        "fee_percent": None,
        "supplements": [],
        "allowances": [],
        "places": None,
        "age_from": None,
        "age_to": None,
        "signed_by": "anna",
        "signed_on": "2024-04-10",
        "home_signed_by": "019a0000-0000-7000-8000-000000000004",
        "home_signed_on": "2024-04-10",
        "paper": PaperView.example,
    }
