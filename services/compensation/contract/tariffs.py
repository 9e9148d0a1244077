"""A municipality's tariffs: their form, and what can be asked of them."""

from marshmallow import validate

from services.compensation.contract.tariff_parts import (
    AdultHomePart,
    ContactFamilyPart,
    ContactPersonPart,
    ContractedPart,
    FamilyHomePart,
    LostIncomePart,
    MentorPart,
    MileagePart,
    ReportingPart,
    kronor_field,
)
from services.compensation.tariffs.levels import BirthdayRule, PartMonth
from services.kernel.contracts import Fault, Nothing, Operation, Rule, Schema, fields
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.files import TABLES
from services.kernel.contracts.tables import TABLE_RULES

YEARS = (2000, 2099)  #: first and last year that can have a tariff or a pay run
TARIFF_KEEPERS = frozenset({"payroll", "admin"})


TARIFF_YEAR = Rule("tariff_year", "A tariff is set for a year from {first} to {last}.")
TARIFF_REASON = Rule("tariff_reason", "A tariff that a pay run has used is corrected with a reason.")
TARIFF_LINE = Rule("tariff_line", "Line {line}: not a field of a tariff, or not a value for it.")


class TariffChangeNotWaiting(Fault):
    """The change of the tariff has been confirmed already, or replaced by a later one."""


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
