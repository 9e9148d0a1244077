"""What a signed agreement pays for one month: the fee and the cost reimbursement, line by line, to the öre.

Values in, values out: who is paid, what was paid before and which lines are held is decided elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import assert_never

from services.compensation.tariffs import AgeBand, BirthdayRule, CostLevel, FeeLevel, PartMonth, Tariff, age_band
from services.kernel.basics.days import Month, age_on, anniversary, month_with
from services.kernel.basics.money import kronor_text, to_ore

_ONE_DAY = timedelta(days=1)
_RAISED_AT = 13
_BAND_ENDS_AT = 20
_QUANTITY_STEP = Decimal("0.000000000001")


class PayKind(StrEnum):
    """What a line pays for."""

    #: Fee (arvode) for time and effort, income of service.
    FEE = "fee"
    #: Cost reimbursement (omkostnadsersättning), not pay within the tariff's level.
    COST_REIMBURSEMENT = "cost_reimbursement"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementTerms:
    """The terms of an agreement on one placed child that its pay depends on."""

    #: The day of arrival.
    starts_on: date
    #: The day of departure; None while the placement runs.
    ends_on: date | None
    fee_level: FeeLevel
    cost_level: CostLevel
    #: The placed child's.
    birth_date: date

    def __post_init__(self) -> None:
        """Refuse terms that no calendar can pay."""
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("an agreement can not end before it starts")
        if self.starts_on < self.birth_date:
            raise ValueError("nobody is placed before being born")

    def has_work_in(self, month: Month) -> bool:
        """Whether the agreement runs on any day of the month, also when none of those days is a paid one."""
        return self.starts_on <= month.last and (self.ends_on is None or month.first <= self.ends_on)


@dataclass(frozen=True, kw_only=True, slots=True)
class PayLine:
    """One amount of one kind for consecutive days of one month."""

    kind: PayKind
    #: First and last paid day, both included.
    period_from: date
    period_to: date
    #: Months: 1 for a whole one, else the part with twelve decimals rounded upwards, so that
    #: `unit_amount` x `quantity`, rounded to the öre, is `amount` for anybody who computes it again.
    quantity: Decimal
    #: Kronor for a whole month.
    unit_amount: Decimal
    #: Kronor.
    amount: Decimal
    #: Whether it is taxed as income of service (Income Tax Act 1999:1229).
    taxable: bool
    #: The calculation in words that a home can follow by hand.
    explanation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """So many parts of a month, and how one says it."""

    parts: int
    of: int
    words: str

    @property
    def quantity(self) -> Decimal:
        return (Decimal(self.parts) / self.of).quantize(_QUANTITY_STEP, rounding=ROUND_CEILING)

    def of_amount(self, monthly: Decimal) -> Decimal:
        return to_ore(monthly * self.parts / self.of)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Days:
    """Consecutive days of one month, first and last included."""

    first: date
    last: date

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def fill(self, month: Month) -> bool:
        return (self.first, self.last) == (month.first, month.last)


def pay_of(terms: AgreementTerms, month: Month, tariff: Tariff) -> tuple[PayLine, ...]:
    """The lines of one month: the fee, then the cost reimbursement, in two lines in the month of the raise at 13.

    Nothing is paid in a month without a paid day. When the tariff lacks the agreed level, or the child is too old for
    any band on a paid day, `Unpayable` says why, and nothing of that month is paid until a person has settled it.
    """
    paid = _paid_days(terms, month, tariff)
    if paid is None:
        return ()
    fee = tariff.monthly_fee(terms.fee_level)
    fee_part = _part_of(paid, within=paid, month=month, method=tariff.part_month)
    return (
        PayLine(
            kind=PayKind.FEE,
            period_from=paid.first,
            period_to=paid.last,
            quantity=fee_part.quantity,
            unit_amount=fee,
            amount=fee_part.of_amount(fee),
            taxable=True,
            explanation=f"{fee_part.words} of {kronor_text(fee)} kr",
        ),
        *_cost_lines(terms, paid, month=month, tariff=tariff),
    )


def _cost_lines(terms: AgreementTerms, paid: _Days, *, month: Month, tariff: Tariff) -> Iterator[PayLine]:
    """The cost reimbursement, each age band with its own rate."""
    for band, days in _days_by_band(terms.birth_date, paid, rule=tariff.birthday_rule):
        monthly = tariff.monthly_cost(band, terms.cost_level)
        part = _part_of(days, within=paid, month=month, method=tariff.part_month)
        percent = f"{tariff.cost_percent(band, terms.cost_level).normalize():f}"
        yield PayLine(
            kind=PayKind.COST_REIMBURSEMENT,
            period_from=days.first,
            period_to=days.last,
            quantity=part.quantity,
            unit_amount=monthly,
            amount=part.of_amount(monthly),
            taxable=False,
            explanation=(
                f"{part.words} of {kronor_text(monthly)} kr (ages {band}: {percent} % of the price base amount "
                f"{kronor_text(tariff.price_base_amount)} kr / 12, rounded to whole kronor)"
            ),
        )


def _paid_days(terms: AgreementTerms, month: Month, tariff: Tariff) -> _Days | None:
    """The days of the month that are paid, or None.

    A day of arrival or departure that does not count is no paid day, also when it is both: so a child who comes and
    goes on one day is paid for only where both count, and a day of moving is never paid to two homes.
    """
    if not terms.has_work_in(month):
        return None
    first, last = month.first, month.last
    if terms.starts_on in month:
        first = terms.starts_on if tariff.arrival_day_counts else terms.starts_on + _ONE_DAY
    if terms.ends_on is not None and terms.ends_on in month:
        last = terms.ends_on if tariff.departure_day_counts else terms.ends_on - _ONE_DAY
    return _Days(first=first, last=last) if first <= last else None


def _days_by_band(birth_date: date, paid: _Days, *, rule: BirthdayRule) -> Iterator[tuple[AgeBand, _Days]]:
    """The paid days, split where the reimbursement is raised because the child turns 13."""
    if paid.last >= _takes_effect(birth_date, _BAND_ENDS_AT, rule=rule):
        age_band(age_on(birth_date, paid.last))  # says that there is no band
    raised_from = _takes_effect(birth_date, _RAISED_AT, rule=rule)
    if paid.first < raised_from:
        yield AgeBand.UP_TO_12, _Days(first=paid.first, last=min(paid.last, raised_from - _ONE_DAY))
    if raised_from <= paid.last:
        yield AgeBand.FROM_13, _Days(first=max(paid.first, raised_from), last=paid.last)


def _takes_effect(birth_date: date, years: int, *, rule: BirthdayRule) -> date:
    """The day from which the tariff treats the child as being that old."""
    birthday = anniversary(birth_date, years)
    match rule:
        case BirthdayRule.SAME_DAY:
            return birthday
        case BirthdayRule.NEXT_MONTH:
            return month_with(birthday).next().first
        case _:
            assert_never(rule)


def _part_of(days: _Days, *, within: _Days, month: Month, method: PartMonth) -> _Part:
    """Which part of a month the days are.

    A whole month is exactly one month by every method, and a birthday within it divides that one month by calendar
    days; otherwise a home could be paid less in the month of the raise than in the month before it.
    """
    if days.fill(month):
        return _Part(parts=1, of=1, words="the whole month")
    by_calendar = _Part(parts=days.count, of=month.days, words=f"{days.count} of {month.days} days")
    if within.fill(month):
        return by_calendar
    match method:
        case PartMonth.CALENDAR_DAYS:
            return by_calendar
        case PartMonth.THIRTIETHS:
            return _Part(parts=days.count, of=30, words=f"{days.count} thirtieths")
        case PartMonth.DAYS_OF_YEAR:
            year = month.days_of_year
            return _Part(parts=days.count * 12, of=year, words=f"{days.count} days at 12 / {year}")
        case _:
            assert_never(method)
