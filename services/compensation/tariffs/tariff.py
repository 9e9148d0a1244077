"""What a year's tariff pays, part by part: amounts as `Decimal` kronor, percentages of the price base amount.

Read from the body that the contract has checked. Knows nothing of agreements, days or pay runs.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from services.compensation.tariffs.levels import (
    AgeBand,
    BirthdayRule,
    EmptyCost,
    LeaveUnit,
    MentorModel,
    PartMonth,
)
from services.compensation.tariffs.unpayable import LevelNotInTariff, TariffPartMissing
from services.kernel.basics.money import whole_kronor

Levels: TypeAlias = Mapping[str, Decimal]  #: kronor or per cent, by level (of the fee, of the cost, of places)
ByBand: TypeAlias = Mapping[str, Levels]  #: the same, by age band

_Part = TypeVar("_Part")


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyHomePart:
    """A family home (familjehem), network home or emergency home (jourhem), for a child."""

    fee: Levels  #: kronor a month
    cost_percent: ByBand  #: per cent of the price base amount a year
    tax_free_cost_percent: Levels  #: up to which reimbursement is no pay, by age band; else the level `full`


@dataclass(frozen=True, kw_only=True, slots=True)
class AdultHomePart:
    """A family home for an adult, from twenty years on."""

    fee: Levels
    cost_percent: Levels


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractedPart:
    """A contracted emergency home (kontrakterat jourhem), paid by its places with or without a child."""

    fee: Levels  #: kronor a month, by places
    empty_cost_percent: Levels  #: by places
    empty_cost_when: EmptyCost
    leave_days_per_year: int
    leave_unit: LeaveUnit
    pension_compensation_percent: Decimal  #: of the fee by places, not of supplements
    supplements: Levels  #: kronor a month, by name


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactFamilyPart:
    """A contact family (kontaktfamilj), paid by the day."""

    fee_per_day: ByBand
    cost_percent: ByBand
    double_pay_limit_days: int  #: of a longer stay so many days are paid double at most
    eves_pay_double: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactPersonPart:
    """A contact person (kontaktperson), paid by the month within the band of a level."""

    fee_percent: Mapping[str, tuple[Decimal, Decimal]]  #: lowest and highest of each level
    cost_percent: Levels


@dataclass(frozen=True, kw_only=True, slots=True)
class MileagePart:
    """Journeys in one's own car. Kronor a kilometre."""

    tax_free_per_km: Decimal  #: Income Tax Act (1999:1229) 12:5
    paid_per_km: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class MentorPart:
    """A mentor family (mentorsfamilj), and respite (avlastning) in the network."""

    model: MentorModel
    fee_per_month: Decimal
    respite_fee_per_night: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportingPart:
    """The rhythm in which contact families and contact persons report."""

    due_day: int  #: of the month after
    retroactive_months: int  #: for which a late report is paid
    pay_before_report: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """One municipality's tariff for one year. A part that it does not have is None."""

    year: int
    #: The price base amount (prisbasbelopp) of the year, kronor; Social Insurance Code (2010:110) 2:7.
    price_base_amount: Decimal
    part_month: PartMonth
    arrival_day_counts: bool
    departure_day_counts: bool
    birthday_rule: BirthdayRule
    deduct_child_allowance: bool
    family_home: FamilyHomePart
    adult_home: AdultHomePart | None = None
    contracted_emergency_home: ContractedPart | None = None
    contact_family: ContactFamilyPart | None = None
    contact_person: ContactPersonPart | None = None
    mileage: MileagePart | None = None
    holiday_pay_percent: Decimal | None = None  #: on lost income (semesterersättning)
    mentor: MentorPart | None = None
    reporting: ReportingPart | None = None
    #: What has been computed by it, by all that this follows from: most homes of a municipality have the same terms.
    computed: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def monthly(self, percent: Decimal) -> Decimal:
        """Per cent of the price base amount as kronor a month, whole as SKR publishes them (a half upwards)."""
        return whole_kronor(percent * self.price_base_amount / 1200)

    def daily(self, percent: Decimal) -> Decimal:
        """Per cent of the price base amount as kronor a day of 365 a year, whole as SKR publishes them."""
        return whole_kronor(percent * self.price_base_amount / 36500)

    def part(self, found: _Part | None, name: str) -> _Part:
        """A part that is there; `TariffPartMissing` names the one that is not."""
        if found is None:
            raise TariffPartMissing(f"The tariff of {self.year} has no part {name}.")
        return found

    def cost_words(self, percent: Decimal, *, divided_by: int) -> str:
        """How a rate follows from the price base amount."""
        base = f"{self.price_base_amount.normalize():f}"
        return f"{percent.normalize():f} % av prisbasbeloppet {base} kr / {divided_by}, i hela kronor"

    @classmethod
    def from_body(cls, year: int, body: Mapping[str, Any]) -> "Tariff":
        """A tariff from the body that set it, amounts as text."""
        return cls(
            year=year,
            price_base_amount=Decimal(body["price_base_amount"]),
            part_month=PartMonth(body["part_month"]),
            arrival_day_counts=body["arrival_day_counts"],
            departure_day_counts=body["departure_day_counts"],
            birthday_rule=BirthdayRule(body["birthday_rule"]),
            deduct_child_allowance=body.get("deduct_child_allowance", False),
            family_home=_family_home(body["family_home"]),
            holiday_pay_percent=_holiday_pay(body.get("lost_income")),
            **{name: read(body[name]) for name, read in _READ.items() if body.get(name) is not None},
        )


def level_of(levels: Levels, level: str, what: str) -> Decimal:
    """The amount of a level; `LevelNotInTariff` says which `what` has none."""
    found = levels.get(level)
    if found is None:
        raise LevelNotInTariff(f"The tariff has no {what} for the level {level}.")
    return found


def band_of(levels: ByBand, band: AgeBand, what: str) -> Levels:
    """The levels of an age band; `LevelNotInTariff` when the tariff has none for it."""
    found = levels.get(band)
    if found is None:
        raise LevelNotInTariff(f"The tariff has no {what} for the ages {band}.")
    return found


def _levels(body: Mapping[str, Any]) -> Levels:
    return {name: Decimal(value) for name, value in body.items() if value is not None}


def _by_band(body: Mapping[str, Any]) -> ByBand:
    return {band: _levels(levels) for band, levels in body.items() if levels is not None}


def _family_home(body: Mapping[str, Any]) -> FamilyHomePart:
    return FamilyHomePart(
        fee=_levels(body["fee"]),
        cost_percent=_by_band(body["cost_percent"]),
        tax_free_cost_percent=_levels(body.get("tax_free_cost_percent") or {}),
    )


def _adult_home(body: Mapping[str, Any]) -> AdultHomePart:
    return AdultHomePart(fee=_levels(body["fee"]), cost_percent=_levels(body["cost_percent"]))


def _contracted(body: Mapping[str, Any]) -> ContractedPart:
    return ContractedPart(
        fee=_levels(body["fee"]),
        empty_cost_percent=_levels(body["empty_cost_percent"]),
        empty_cost_when=EmptyCost(body["empty_cost_when"]),
        leave_days_per_year=body["leave_days_per_year"],
        leave_unit=LeaveUnit(body["leave_unit"]),
        pension_compensation_percent=Decimal(body["pension_compensation_percent"]),
        supplements=_levels(body.get("supplements") or {}),
    )


def _contact_family(body: Mapping[str, Any]) -> ContactFamilyPart:
    return ContactFamilyPart(
        fee_per_day=_by_band(body["fee_per_day"]),
        cost_percent=_by_band(body["cost_percent"]),
        double_pay_limit_days=body["double_pay_limit_days"],
        eves_pay_double=body["eves_pay_double"],
    )


def _contact_person(body: Mapping[str, Any]) -> ContactPersonPart:
    bands = {level: (Decimal(low), Decimal(high)) for level, (low, high) in body["fee_percent"].items()}
    return ContactPersonPart(fee_percent=bands, cost_percent=_levels(body["cost_percent"]))


def _mileage(body: Mapping[str, Any]) -> MileagePart:
    return MileagePart(
        tax_free_per_km=Decimal(body["tax_free_per_km"]),
        paid_per_km=Decimal(body["paid_per_km"]),
    )


def _holiday_pay(body: Mapping[str, Any] | None) -> Decimal | None:
    return None if body is None else Decimal(body["holiday_pay_percent"])


def _mentor(body: Mapping[str, Any]) -> MentorPart:
    return MentorPart(
        model=MentorModel(body["model"]),
        fee_per_month=Decimal(body["fee_per_month"]),
        respite_fee_per_night=Decimal(body["respite_fee_per_night"]),
    )


def _reporting(body: Mapping[str, Any]) -> ReportingPart:
    return ReportingPart(**{name: body[name] for name in ("due_day", "retroactive_months", "pay_before_report")})


_READ: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "adult_home": _adult_home,
    "contracted_emergency_home": _contracted,
    "contact_family": _contact_family,
    "contact_person": _contact_person,
    "mileage": _mileage,
    "mentor": _mentor,
    "reporting": _reporting,
}
