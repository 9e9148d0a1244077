"""A municipality's tariffs: their form, and what can be asked of them."""

from decimal import Decimal
from typing import Any

from marshmallow import validate

from services.compensation.tariffs import BirthdayRule, PartMonth
from services.kernel.contracts import Operation, Rule, Schema, fields

YEARS = (2000, 2099)  #: first and last year that can have a tariff or a pay run
TARIFF_KEEPERS = frozenset({"payroll", "admin"})


TARIFF_YEAR = Rule("tariff_year", "A tariff is set for a year from {first} to {last}.")
TARIFF_FIELD = Rule("tariff_field", "The field {must}.")


class Percent(fields.Money):
    """Per cent as a string with at most two decimals, `"110"`; `Decimal` in Python, never a float."""

    default_error_messages = {"invalid": Rule("per_cent", "Not per cent like 110 or 112.5.")}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f"{Decimal(value).normalize():f}"


def kronor_field(**kwargs: Any) -> fields.Money:
    """Kronor that a tariff can state for a month or a year."""
    return fields.Money(validate=validate.Range(Decimal(0), Decimal(1_000_000)), **kwargs)


def percent_field(**kwargs: Any) -> Percent:
    """Per cent of the price base amount that a tariff can state."""
    return Percent(validate=validate.Range(Decimal(0), Decimal(1_000)), **kwargs)


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
    adopted_on = fields.Day(required=True)
    family_home = fields.Nested(FamilyHomePart, required=True)
    part_month = fields.one_of(PartMonth, required=True)
    arrival_day_counts = fields.Flag(required=True)
    departure_day_counts = fields.Flag(required=True)
    birthday_rule = fields.one_of(BirthdayRule, required=True)

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


class TariffView(SetTariff):
    """A year's tariff."""

    year = fields.Integer(required=True)

    shows = {}
    example = {"year": 2024, **SetTariff.example}


class TariffInList(TariffView):
    """A year's tariff, with the id that every item of a list has: the year."""

    id = fields.String(required=True)

    example = {"id": "2024", **TariffView.example}


SET_TARIFF = Operation(
    name="set_tariff",
    route="PUT /tariffs/<year>",
    en="Set the tariff of a year: If-None-Match: * to create it, If-Match to replace it. Approved pay runs keep what "
    "they paid.",
    sv="Ange årets taxa: If-None-Match: * för att skapa den, If-Match för att ersätta den. Godkända löneunderlag "
    "behåller sina belopp.",
    roles=TARIFF_KEEPERS,
    body=SetTariff,
    answer=TariffView,
    rules=(TARIFF_YEAR, TARIFF_FIELD),
    conditional=True,
    creates=True,
)
LIST_TARIFFS = Operation(
    name="list_tariffs",
    route="GET /tariffs",
    en="The municipality's tariffs, the newest year first.",
    sv="Kommunens taxor, senaste året först.",
    roles=TARIFF_KEEPERS,
    answer=TariffInList,
    reads=True,
    paged=True,
)
GET_TARIFF = Operation(
    name="get_tariff",
    route="GET /tariffs/<year>",
    en="The tariff of a year.",
    sv="Taxan för ett år.",
    roles=TARIFF_KEEPERS,
    answer=TariffView,
    reads=True,
)
