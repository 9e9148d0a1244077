"""A municipality's tariffs: their form, and what can be asked of them."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, validate

from services.compensation.tariffs.levels import BirthdayRule, EmptyCost, LeaveUnit, MentorModel, PartMonth
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.files import TABLES
from services.kernel.contracts.tables import TABLE_RULES

YEARS = (2000, 2099)  #: first and last year that can have a tariff or a pay run
TARIFF_KEEPERS = frozenset({"payroll", "admin"})


TARIFF_YEAR = Rule("tariff_year", "A tariff is set for a year from {first} to {last}.")
TARIFF_REASON = Rule("tariff_reason", "A tariff that a pay run has used is corrected with a reason.")
TARIFF_LINE = Rule("tariff_line", "Line {line}: not a field of a tariff, or not a value for it.")
BAND_IN_ORDER = Rule("band_in_order", "The lowest and the highest per cent, in this order.")


class TariffChangeNotWaiting(Fault):
    """The change of the tariff has been confirmed already, or replaced by a later one."""


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


class TariffBody(Schema):
    """A municipality's tariff for a year, as its board adopted it. Every part but `family_home` may be absent."""

    price_base_amount = kronor_field(least="0.01", required=True)
    source = fields.text(500, required=True)
    adopted_on = fields.Day(required=True)
    family_home = fields.Nested(FamilyHomePart, required=True)
    adult_home = fields.Nested(AdultHomePart, allow_none=True)
    contracted_emergency_home = fields.Nested(ContractedPart, allow_none=True)
    contact_family = fields.Nested(ContactFamilyPart, allow_none=True)
    contact_person = fields.Nested(ContactPersonPart, allow_none=True)
    mileage = fields.Nested(MileagePart, allow_none=True)
    lost_income = fields.Nested(LostIncomePart, allow_none=True)
    mentor = fields.Nested(MentorPart, allow_none=True)
    reporting = fields.Nested(ReportingPart, allow_none=True)
    part_month = fields.one_of(PartMonth, required=True)
    arrival_day_counts = fields.Flag(required=True)
    departure_day_counts = fields.Flag(required=True)
    birthday_rule = fields.one_of(BirthdayRule, required=True)
    deduct_child_allowance = fields.Flag()

    example = {
        "price_base_amount": "57300.00",
        "source": "SKR 23:50",
        "adopted_on": "2023-12-15",
        "family_home": FamilyHomePart.example,
        "adult_home": AdultHomePart.example,
        "contracted_emergency_home": ContractedPart.example,
        "contact_family": ContactFamilyPart.example,
        "contact_person": ContactPersonPart.example,
        "mileage": MileagePart.example,
        "lost_income": LostIncomePart.example,
        "mentor": MentorPart.example,
        "reporting": ReportingPart.example,
        "part_month": "calendar_days",
        "arrival_day_counts": True,
        "departure_day_counts": True,
        "birthday_rule": "same_day",
        "deduct_child_allowance": False,
    }


class SetTariff(TariffBody):
    """A tariff, and why it is set anew where a pay run has used the one before."""

    reason = fields.String(validate=validate.Length(max=500))

    example = TariffBody.example


class TariffView(TariffBody):
    """A year's tariff, and the number of its version."""

    year = fields.Integer(required=True)
    number = fields.Integer(required=True)

    shows = {}
    example = {"year": 2024, "number": 1, **TariffBody.example}


class TariffInList(TariffView):
    """A year's tariff, with the id that every item of a list has: the year."""

    id = fields.String(required=True)

    example = {"id": "2024", **TariffView.example}


class TariffVersionView(Schema):
    """A version of a year's tariff: when it was set, by whom, why, and what became of it."""

    id = fields.String(required=True)
    number = fields.Integer(required=True)
    status = fields.String(required=True)
    reason = fields.String(required=True)
    set_by = fields.Staff(required=True)
    set_at = fields.Instant(required=True)
    confirmed_by = fields.Staff(required=True)
    confirmed_at = fields.Instant(required=True, allow_none=True)

    example = {
        "id": "2024-1",
        "number": 1,
        "status": "in_force",
        "reason": "",
        "set_by": "anna",
        "set_at": "2023-12-16T08:00:00Z",
        "confirmed_by": None,
        "confirmed_at": None,
    }


class TariffWithHistory(TariffView):
    """A year's tariff with all its versions, the first one first."""

    versions = fields.List(fields.Nested(TariffVersionView), required=True)

    example = {**TariffView.example, "versions": [TariffVersionView.example]}


class TariffChangeView(TariffVersionView):
    """A version that waits for another person."""

    year = fields.Integer(required=True)

    shows = {}
    example = {**TariffVersionView.example, "year": 2024, "status": "waiting"}


SET_TARIFF = Operation(
    name="set_tariff",
    route="PUT /tariffs/<year>",
    en="Set the tariff of a year: If-None-Match: * to create it, If-Match to replace it. A tariff that an approved pay "
    "run has used is corrected by a new version with a reason, which another person confirms; from then on what was "
    "paid by it is corrected in the next run.",
    sv="Ange årets taxa: If-None-Match: * för att skapa den, If-Match för att ersätta den. En taxa som ett godkänt "
    "löneunderlag har använt rättas med en ny version och ett skäl, som en annan person bekräftar; därefter rättas det "
    "som betalats enligt den i nästa underlag.",
    roles=TARIFF_KEEPERS,
    body=SetTariff,
    answer=TariffView,
    waits=TariffChangeView,
    rules=(TARIFF_YEAR, TARIFF_REASON),
    conditional=True,
    creates=True,
)
LOAD_TARIFF = Operation(
    name="load_tariff",
    route="PUT /tariffs/<year>/table",
    en="Set the tariff of a year from a table, as `PUT /tariffs/{year}` would: CSV with the columns `field` and "
    "`value`, a field as the body names it with dots between (`family_home.fee.base`); `source` is the circular's "
    "number. A file with a wrong line changes nothing.",
    sv="Ange årets taxa med en tabell, som `PUT /tariffs/{year}` gör: CSV med kolumnerna `field` och `value`, där "
    "fältet heter som i anropet med punkter emellan (`family_home.fee.base`); `source` är cirkulärets nummer. En fil "
    "med en felaktig rad ändrar ingenting.",
    roles=TARIFF_KEEPERS,
    takes_file=TABLES,
    answer=TariffView,
    waits=TariffChangeView,
    rules=(*TABLE_RULES, TARIFF_YEAR, TARIFF_REASON, TARIFF_LINE),
    conditional=True,
    creates=True,
)
GET_TARIFF_TABLE = Operation(
    name="get_tariff_table",
    route="GET /tariffs/<year>/table",
    en="The tariff of a year as a table, as it can be set.",
    sv="Taxan för ett år som tabell, så som den kan anges.",
    roles=TARIFF_KEEPERS,
    answer=Nothing,
    shows={"tariff": "year"},
    gives_file=TABLES,
    reads=True,
)
CONFIRM_TARIFF = Operation(
    name="confirm_tariff",
    route="POST /tariff-changes/<tariff_change_id>/confirm",
    en="Confirm a new version of a tariff that another person has set.",
    sv="Bekräfta en ny version av en taxa som någon annan har angett.",
    roles=TARIFF_KEEPERS,
    body=Nothing,
    answer=TariffView,
    faults=(TariffChangeNotWaiting, SecondPersonNeeded),
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
    en="The tariff of a year, with all its versions.",
    sv="Taxan för ett år, med alla dess versioner.",
    roles=TARIFF_KEEPERS,
    answer=TariffWithHistory,
    reads=True,
)
GET_RECOMMENDED_TARIFF = Operation(
    name="get_recommended_tariff",
    route="GET /recommended-tariffs/<year>",
    en="What is known of SKR's recommendations for a year: a table of each figure with its source and whether it was "
    "printed or computed; what is not known is named as `unknown`, for nothing is guessed.",
    sv="Det som är känt av SKR:s rekommendationer för ett år: en tabell med varje belopp, dess källa och om det är "
    "tryckt eller uträknat; det som inte är känt står som `unknown`, för ingenting gissas.",
    roles=TARIFF_KEEPERS,
    answer=Nothing,
    shows={"tariff": "year"},
    gives_file=TABLES,
    reads=True,
)
