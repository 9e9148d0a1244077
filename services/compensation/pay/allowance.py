"""The allowance for a child that is paid to the home itself is no cost of the municipality's: it is deducted from the
reimbursement, by the same part of the month and never below zero. What is declared of the reimbursement stays whole.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial

from services.compensation.pay.days import Days, Rate, by_rate, monthly_line
from services.compensation.pay.lines import PayKind, PayLine, written
from services.compensation.pay.terms import Allowance, AllowanceKind, Terms, amended_on, terms_on
from services.compensation.tariffs.tariff import Tariff
from services.kernel.basics.days import Month, add_months, anniversary, month_with

_NAMES = {
    AllowanceKind.CHILD: "barnbidrag",
    AllowanceKind.EXTENDED_CHILD: "barnbidrag, även förlängt,",
    AllowanceKind.STUDY: "studiebidrag",
}
_SUMMER = (7, 8)  #: without study allowance


def request_due(birth_date: date, starts_on: date) -> date | None:
    """By which day the municipality asks that the child allowance (barnbidrag) is paid to the home, which gets it from
    the month after: the last day of the month in which the child came. None for whoever has none any more."""
    return month_with(starts_on).last if starts_on <= last_month(birth_date).last else None


@lru_cache(maxsize=10_000)  # asked for each child each month
def last_month(birth_date: date) -> Month:
    """The last month of the child allowance (barnbidrag): the quarter of the sixteenth birthday ends with it (Social
    Insurance Code 2010:110, chapter 15)."""
    sixteen = month_with(anniversary(birth_date, 16))
    return month_with(add_months(sixteen.first, (3 - sixteen.number) % 3))


@lru_cache(maxsize=10_000)  # the same
def kinds_in(month: Month, birth_date: date) -> frozenset[AllowanceKind]:
    """The allowances that can be paid in a month for somebody of that age: what a sum follows from."""
    last_extended = Month(year=birth_date.year + 20, number=6)
    is_paid = {
        AllowanceKind.CHILD: month <= last_month(birth_date),
        AllowanceKind.EXTENDED_CHILD: month <= last_extended,
        AllowanceKind.STUDY: month.number not in _SUMMER,
    }
    return frozenset(kind for kind, paid in is_paid.items() if paid)


def deductions(
    agreed: Sequence[Terms],
    costs: Sequence[PayLine],
    paid: Days,
    within: Days,
    month: Month,
    tariff: Tariff,
    birth_date: date,
    placement_id: str | None = None,
) -> Iterator[PayLine]:
    """The deduction of the month, of at most what is reimbursed."""
    if not tariff.deduct_child_allowance:
        return
    left = sum((line.amount for line in costs if line.kind is PayKind.COST_REIMBURSEMENT), Decimal(0))
    for some, rate in by_rate(paid, amended_on(agreed), partial(_paid_to_the_home, agreed, month, birth_date)):
        line = monthly_line(
            PayKind.ALLOWANCE_DEDUCTION,
            some,
            rate,
            within=within,
            month=month,
            tariff=tariff,
            placement_id=placement_id,
        )
        taken = line if -line.amount <= left else _at_most(line, left)
        left += taken.amount
        if taken.amount:
            yield taken


def _paid_to_the_home(agreed: Sequence[Terms], month: Month, birth_date: date, day: date) -> Rate | None:
    allowance = terms_on(agreed, day).allowance
    if allowance is None or not _is_paid_in(month, allowance, birth_date):
        return None
    return Rate(amount=-allowance.amount, words=f"{_NAMES[allowance.kind]} som betalas till hemmet")


def _is_paid_in(month: Month, allowance: Allowance, birth_date: date) -> bool:
    return month > month_with(allowance.requested_on) and allowance.kind in kinds_in(month, birth_date)


def _at_most(line: PayLine, left: Decimal) -> PayLine:
    words = f"{line.explanation}, högst ersättningen {written(left)} kr"
    return line._replace(quantity=Decimal(1), unit_amount=-left, amount=-left, explanation=words)
