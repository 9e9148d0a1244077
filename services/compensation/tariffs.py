"""A municipality's own tariff: what a month of an assignment pays, as the board adopted it for a year.

The recommendations of SKR (the association of municipalities and regions) are a starting point that a municipality
types in as its own tariff; no amount stands in this code. Knows nothing of agreements, days or pay runs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from services.kernel.basics.money import kronor, whole_kronor

Problem = dict[str, str]  # {"pointer": "/family_home/fee/base", "detail": "…"}
_Choice = TypeVar("_Choice", bound=StrEnum)
_Placeholder = TypeVar("_Placeholder")
_MONTHS_A_YEAR = 12


class FeeLevel(StrEnum):
    """Levels of the fee (arvode); a raised level includes the base."""

    BASE = "base"
    RAISED_1 = "raised_1"
    RAISED_2 = "raised_2"
    RAISED_3 = "raised_3"


class CostLevel(StrEnum):
    """Levels of the cost reimbursement (omkostnadsersättning)."""

    #: Basic cost (grundkostnad).
    BASE = "base"
    #: Basic cost and the highest additional cost (tilläggskostnad) together.
    FULL = "full"


class AgeBand(StrEnum):
    """Ages in whole years that share one cost reimbursement."""

    UP_TO_12 = "0-12"
    FROM_13 = "13-19"


class PartMonth(StrEnum):
    """How a part of a month is paid; SKR recommends no method."""

    #: Days of the days in that month.
    CALENDAR_DAYS = "calendar_days"
    #: Thirtieths of a month.
    THIRTIETHS = "thirtieths"
    #: Days of a year of twelve months.
    DAYS_OF_YEAR = "days_of_year"


class BirthdayRule(StrEnum):
    """From when a birthday moves a child to the next age band."""

    SAME_DAY = "same_day"
    #: The first of the month after the birthday, also when the birthday is itself a first.
    NEXT_MONTH = "next_month"


class InvalidTariff(ValueError):
    """The tariff is incomplete or holds what is no amount."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{problem['pointer']} {problem['detail']}" for problem in problems))


class Unpayable(Exception):
    """The tariff does not say what this agreement pays; its lines are held with this reason."""

    @classmethod
    def code(cls) -> str:
        """`LevelNotInTariff` has the code `level_not_in_tariff`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class LevelNotInTariff(Unpayable):
    """The tariff has no amount for the agreed level."""


class NoBandForAge(Unpayable):
    """The tariff has no cost reimbursement for a person of twenty or more."""


def age_band(age: int) -> AgeBand:
    """The band of an age in whole years. From twenty on there is none: SKR's family home tariff for children ends."""
    if age < 0:
        raise ValueError("nobody has an age before being born")
    if age <= 12:
        return AgeBand.UP_TO_12
    if age <= 19:
        return AgeBand.FROM_13
    raise NoBandForAge(f"The tariff has no cost reimbursement for the age of {age}; its last band ends at 19.")


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyHomeTariff:
    """What a family home (familjehem) or an emergency home (jourhem) is paid for a child."""

    #: Kronor a month.
    fee: Mapping[FeeLevel, Decimal]
    #: Per cent of the price base amount (prisbasbelopp) a year.
    cost_percent: Mapping[AgeBand, Mapping[CostLevel, Decimal]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """One municipality's tariff for one year."""

    #: The price base amount (prisbasbelopp) of the year, kronor; Social Insurance Code (2010:110) 2:7.
    price_base_amount: Decimal
    #: Where the amounts come from, in the municipality's own words.
    source: str
    #: The day on which the board adopted it.
    adopted_on: date
    family_home: FamilyHomeTariff
    part_month: PartMonth
    arrival_day_counts: bool
    departure_day_counts: bool
    birthday_rule: BirthdayRule

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "Tariff":
        """Read a tariff from the body that sets it, amounts and dates as text or already loaded.

        Raises `InvalidTariff` with every problem at once. Parts for other assignments are left alone.
        """
        reader = _Reader(body)
        tariff = cls(
            price_base_amount=reader.amount("/price_base_amount", above_zero=True),
            source=reader.text("/source"),
            adopted_on=reader.day("/adopted_on"),
            family_home=FamilyHomeTariff(
                fee=reader.amounts("/family_home/fee", FeeLevel, obligatory=[FeeLevel.BASE]),
                cost_percent=reader.bands("/family_home/cost_percent"),
            ),
            part_month=reader.choice("/part_month", PartMonth),
            arrival_day_counts=reader.switch("/arrival_day_counts"),
            departure_day_counts=reader.switch("/departure_day_counts"),
            birthday_rule=reader.choice("/birthday_rule", BirthdayRule),
        )
        if reader.problems:
            raise InvalidTariff(reader.problems)
        return tariff

    def monthly_fee(self, level: FeeLevel) -> Decimal:
        """The fee (arvode) in kronor for a whole month."""
        fee = self.family_home.fee.get(level)
        if fee is None:
            raise LevelNotInTariff(f"The tariff has no fee for the level {level}.")
        return fee

    def cost_percent(self, band: AgeBand, level: CostLevel) -> Decimal:
        """The cost reimbursement in per cent of the price base amount a year."""
        percent = self.family_home.cost_percent[band].get(level)
        if percent is None:
            raise LevelNotInTariff(f"The tariff has no cost reimbursement for the ages {band} at the level {level}.")
        return percent

    def monthly_cost(self, band: AgeBand, level: CostLevel) -> Decimal:
        """The cost reimbursement (omkostnadsersättning) in kronor for a whole month.

        Per cent of the price base amount, divided by twelve, rounded half up to whole kronor as SKR publishes it.
        """
        return whole_kronor(self.cost_percent(band, level) * self.price_base_amount / (100 * _MONTHS_A_YEAR))


class _Reader:
    """Reads fields of a body by their JSON pointers and collects what is wrong with them.

    A field that can not be read gives a placeholder; whoever reads must look at `problems` before using anything.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self.problems: list[Problem] = []

    def amount(self, pointer: str, *, above_zero: bool = False) -> Decimal:
        value = self._at(pointer)
        try:
            amount = kronor(f"{value:f}" if isinstance(value, Decimal) else value)
        except (TypeError, ValueError):
            return self._problem(pointer, "must be a number as text with at most two decimals", Decimal(0))
        if amount < 0 or (above_zero and amount == 0):
            return self._problem(pointer, "must be more than nothing" if above_zero else "must not be negative", amount)
        return amount

    def amounts(self, pointer: str, levels: type[_Choice], *, obligatory: list[_Choice]) -> Mapping[_Choice, Decimal]:
        """Amounts by level: the obligatory ones and those that are there."""
        known = {level.value: level for level in levels}
        present = self._keys(pointer, known)
        chosen = [level for level in levels if level in obligatory or level.value in present]
        return MappingProxyType({level: self.amount(f"{pointer}/{level}") for level in chosen})

    def bands(self, pointer: str) -> Mapping[AgeBand, Mapping[CostLevel, Decimal]]:
        """Percentages by age band and level; each band is there, with its base."""
        self._keys(pointer, {band.value: band for band in AgeBand})
        return MappingProxyType(
            {band: self.amounts(f"{pointer}/{band}", CostLevel, obligatory=[CostLevel.BASE]) for band in AgeBand}
        )

    def text(self, pointer: str) -> str:
        value = self._at(pointer)
        if isinstance(value, str) and value.strip():
            return value
        return self._problem(pointer, "must be a text", "")

    def day(self, pointer: str) -> date:
        value = self._at(pointer)
        try:
            return value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            return self._problem(pointer, "must be a day such as 2026-01-31", date.min)

    def choice(self, pointer: str, choices: type[_Choice]) -> _Choice:
        try:
            return choices(self._at(pointer))
        except ValueError:
            return self._problem(pointer, f"must be one of {', '.join(choices)}", next(iter(choices)))

    def switch(self, pointer: str) -> bool:
        value = self._at(pointer)
        return value if isinstance(value, bool) else self._problem(pointer, "must be true or false", False)

    def _at(self, pointer: str) -> Any:
        value: Any = self._body
        for key in pointer.split("/")[1:]:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def _keys(self, pointer: str, known: Mapping[str, object]) -> set[str]:
        """The keys at the pointer; one that nobody knows is a problem, for it would be paid by nobody."""
        value = self._at(pointer)
        if not isinstance(value, Mapping):
            return set()  # its obligatory fields are reported as missing
        for key in value:
            if key not in known:
                self._problem(f"{pointer}/{key}", f"must be one of {', '.join(known)}", None)
        return set(value)

    def _problem(self, pointer: str, detail: str, placeholder: _Placeholder) -> _Placeholder:
        self.problems.append({"pointer": pointer, "detail": detail})
        return placeholder
