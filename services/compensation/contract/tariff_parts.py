"""The parts of a tariff, a schema for each: what kinds of assignments are paid."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, validate

from services.compensation.tariffs.levels import EmptyCost, LeaveUnit, MentorModel
from services.kernel.contracts import Rule, Schema, fields

BAND_IN_ORDER = Rule("band_in_order", "The lowest and the highest per cent, in this order.")


class Percent(fields.Money):
    """Per cent as a string with at most two decimals, `"110"`; `Decimal` in Python, never a float."""

    default_error_messages = {"invalid": Rule("per_cent", "Not per cent like 110 or 112.5.")}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f"{Decimal(value).normalize():f}"


def kronor_field(*, least: str = "0", **kwargs: Any) -> fields.Money:
    """Kronor that a tariff can state for a month or a year."""
    return fields.Money(validate=validate.Range(Decimal(least), Decimal(1_000_000)), **kwargs)


def percent_field(**kwargs: Any) -> Percent:
    """Per cent of the price base amount that a tariff can state."""
    return Percent(validate=validate.Range(Decimal(0), Decimal(1_000)), **kwargs)


class FeeLevels(Schema):
    """The fee (arvode) in kronor, by level; a raised level includes the base."""

    base = kronor_field(required=True)
    raised_1 = kronor_field()
    raised_2 = kronor_field()
    raised_3 = kronor_field()

    example = {"base": "11417.00", "raised_1": "13342.00", "raised_2": "15281.00", "raised_3": "17531.00"}


class CostLevels(Schema):
    """The cost reimbursement (omkostnadsersättning), in per cent of the price base amount a year."""

    base = percent_field(required=True)
    full = percent_field()

    example = {"base": "110", "full": "155"}


def _banded(inner: type[Schema], name: str) -> fields.Nested:
    return fields.Nested(inner, required=True, data_key=name, attribute=name)


class CostPercent(Schema):
    """The cost reimbursement by age band."""

    up_to_12 = _banded(CostLevels, "0-12")
    from_13 = _banded(CostLevels, "13-19")

    example = {"0-12": {"base": "110", "full": "155"}, "13-19": {"base": "125", "full": "175"}}


class TaxFreePercent(Schema):
    """Up to how many per cent of the price base amount a reimbursement is no pay, by age band."""

    up_to_12 = percent_field(data_key="0-12", attribute="0-12")
    from_13 = percent_field(data_key="13-19", attribute="13-19")

    example = {"0-12": "155", "13-19": "175"}


class FamilyHomePart(Schema):
    """What a family home (familjehem), network home (nätverkshem) or emergency home (jourhem) is paid for a child.
    Above the tax-free per cent (else above the level `full`) a reimbursement is pay."""

    fee = fields.Nested(FeeLevels, required=True)
    cost_percent = fields.Nested(CostPercent, required=True)
    tax_free_cost_percent = fields.Nested(TaxFreePercent, allow_none=True)

    example = {"fee": FeeLevels.example, "cost_percent": CostPercent.example}


class AdultHomePart(Schema):
    """What a home is paid for an adult, from twenty years on."""

    fee = fields.Nested(FeeLevels, required=True)
    cost_percent = fields.Nested(CostLevels, required=True)

    example = {
        "fee": {"base": "10934.00", "raised_1": "12991.00", "raised_2": "15378.00"},
        "cost_percent": {"base": "125", "full": "175"},
    }


class FeeByPlaces(Schema):
    """Kronor a month, by places."""

    one = kronor_field(data_key="1", attribute="1")
    two = kronor_field(data_key="2", attribute="2")
    three = kronor_field(data_key="3", attribute="3")
    four = kronor_field(data_key="4", attribute="4")

    example = {"1": "17531.00", "2": "23956.00", "3": "32005.00", "4": "32005.00"}


class PercentByPlaces(Schema):
    """Per cent of the price base amount a year, by places."""

    one = percent_field(data_key="1", attribute="1")
    two = percent_field(data_key="2", attribute="2")
    three = percent_field(data_key="3", attribute="3")
    four = percent_field(data_key="4", attribute="4")

    example = {"1": "25", "2": "25", "3": "50", "4": "50"}


class ContractedPart(Schema):
    """What a contracted emergency home (kontrakterat jourhem) is paid by its places, with or without a child."""

    fee = fields.Nested(FeeByPlaces, required=True)
    empty_cost_percent = fields.Nested(PercentByPlaces, required=True)
    empty_cost_when = fields.one_of(EmptyCost, required=True)
    leave_days_per_year = fields.Integer(required=True, strict=True, validate=validate.Range(0, 60))
    leave_unit = fields.one_of(LeaveUnit, required=True)
    pension_compensation_percent = percent_field(required=True)
    supplements = fields.Dict(
        keys=fields.form(r"^[a-z][a-z0-9_]{0,39}$(?!\n)", Rule("supplement_name", "A name like broad_target_group.")),
        values=kronor_field(),
        validate=validate.Length(max=20),
    )

    example = {
        "fee": FeeByPlaces.example,
        "empty_cost_percent": PercentByPlaces.example,
        "empty_cost_when": "no_child",
        "leave_days_per_year": 25,
        "leave_unit": "working",
        "pension_compensation_percent": "0",
        "supplements": {"broad_target_group": "4500.00"},
    }


class FeeByBand(Schema):
    """Kronor a day, by age band and level."""

    up_to_12 = _banded(FeeLevels, "0-12")
    from_13 = _banded(FeeLevels, "13-19")
    adult = _banded(FeeLevels, "20+")

    example = {
        "0-12": {"base": "229.00", "raised_1": "365.00", "raised_2": "513.00"},
        "13-19": {"base": "297.00", "raised_1": "433.00", "raised_2": "513.00"},
        "20+": {"base": "365.00", "raised_1": "433.00", "raised_2": "513.00"},
    }


class CostByBand(Schema):
    """Per cent of the price base amount a year, by age band and level; a day is a 365th."""

    up_to_12 = _banded(CostLevels, "0-12")
    from_13 = _banded(CostLevels, "13-19")
    adult = _banded(CostLevels, "20+")

    example = {
        "0-12": {"base": "105", "full": "150"},
        "13-19": {"base": "120", "full": "170"},
        "20+": {"base": "120", "full": "170"},
    }


class ContactFamilyPart(Schema):
    """What a contact family (kontaktfamilj) is paid by the day."""

    fee_per_day = fields.Nested(FeeByBand, required=True)
    cost_percent = fields.Nested(CostByBand, required=True)
    double_pay_limit_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 366))
    eves_pay_double = fields.Flag(required=True)

    example = {
        "fee_per_day": FeeByBand.example,
        "cost_percent": CostByBand.example,
        "double_pay_limit_days": 14,
        "eves_pay_double": False,
    }


class Band(fields.List[Any]):
    """The lowest and the highest per cent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(percent_field(), validate=validate.Length(equal=2), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        found: list[Any] = list(super()._deserialize(value, attr, data, **kwargs))
        if len(found) == 2 and found != sorted(found):
            raise ValidationError(BAND_IN_ORDER)
        return found


class BandByLevel(Schema):
    """The fee's band in per cent of the price base amount a year, by how often: 1 weekly, 2 several times a week, 3
    almost daily."""

    one = Band(required=True, data_key="1", attribute="1")
    two = Band(required=True, data_key="2", attribute="2")
    three = Band(required=True, data_key="3", attribute="3")
    rules = (BAND_IN_ORDER,)

    example = {"1": ["10", "35"], "2": ["20", "45"], "3": ["30", "55"]}


class PersonCost(Schema):
    """A contact person's cost reimbursement, in per cent of the price base amount a year."""

    low = percent_field(required=True)
    mid = percent_field(required=True)
    high = percent_field(required=True)

    example = {"low": "10", "mid": "25", "high": "40"}


class ContactPersonPart(Schema):
    """What a contact person (kontaktperson) is paid by the month."""

    fee_percent = fields.Nested(BandByLevel, required=True)
    cost_percent = fields.Nested(PersonCost, required=True)

    example = {"fee_percent": BandByLevel.example, "cost_percent": PersonCost.example}


class MileagePart(Schema):
    """Journeys in one's own car, kronor a kilometre."""

    tax_free_per_km = kronor_field(required=True)
    paid_per_km = kronor_field(required=True)

    example = {"tax_free_per_km": "2.50", "paid_per_km": "2.50"}


class LostIncomePart(Schema):
    """Income that is lost while a child settles in."""

    holiday_pay_percent = percent_field(required=True)

    example = {"holiday_pay_percent": "12"}


class MentorPart(Schema):
    """Mentor families (mentorsfamiljer), and respite (avlastning) in the network."""

    model = fields.one_of(MentorModel, required=True)
    fee_per_month = kronor_field(required=True)
    respite_fee_per_night = kronor_field(required=True)

    example = {"model": "contracted", "fee_per_month": "1500.00", "respite_fee_per_night": "500.00"}


class ReportingPart(Schema):
    """The rhythm in which contact families and contact persons report: until which day of the month after, how many
    months back a late report is paid, and whether a contact person is paid before reporting."""

    due_day = fields.Integer(required=True, strict=True, validate=validate.Range(1, 28))
    retroactive_months = fields.Integer(required=True, strict=True, validate=validate.Range(0, 36))
    pay_before_report = fields.Flag(required=True)

    example = {"due_day": 3, "retroactive_months": 3, "pay_before_report": False}
