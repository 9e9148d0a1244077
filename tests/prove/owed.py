"""What a home is owed, worked out from the tariff and the days, beside the product: nothing of it is imported or read.

Kronor. A part of a month is so many of its calendar days, both ends of a stay included, to the öre, a half upwards
(the tariff below says `calendar_days` and counts both days); the reimbursement of costs is a per cent of the price base
amount a year, and whole kronor a month, as SKR publishes them.
"""

import calendar
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

YEAR = 2026
_FEE, _PRICE_BASE, _PERCENT, _PER_KM = Decimal("11417.00"), Decimal(57300), Decimal(110), Decimal("2.57")
TARIFF: dict[str, Any] = {
    "price_base_amount": str(_PRICE_BASE),
    "source": "SKR 2024",
    "adopted_on": f"{YEAR}-01-01",
    "family_home": {
        "fee": {"base": str(_FEE), "raised_1": "13342.00", "raised_2": "15281.00", "raised_3": "17531.00"},
        "cost_percent": {"0-12": {"base": str(_PERCENT), "full": "155"}, "13-19": {"base": "125", "full": "175"}},
    },
    "mileage": {"tax_free_per_km": "2.50", "paid_per_km": str(_PER_KM)},
    "part_month": "calendar_days",
    "arrival_day_counts": True,
    "departure_day_counts": True,
    "birthday_rule": "same_day",
}


def for_child(starts_on: date, ends_on: date | None, months: Iterable[str]) -> Decimal:
    """For a child of at most twelve years, by the base levels, in these months (`2026-05`)."""
    return sum((_of_month(starts_on, ends_on, month) for month in months), Decimal(0))


def for_journey(kilometres: Decimal) -> Decimal:
    """For kilometres in one's own car."""
    return _to_ore(kilometres * _PER_KM)


def _of_month(starts_on: date, ends_on: date | None, month: str) -> Decimal:
    first = date.fromisoformat(f"{month}-01")
    of = calendar.monthrange(first.year, first.month)[1]
    last = first.replace(day=of)
    days = (min(ends_on or last, last) - max(starts_on, first)).days + 1
    costs = (_PERCENT * _PRICE_BASE / 1200).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return sum((_to_ore(monthly * max(days, 0) / of) for monthly in (_FEE, costs)), Decimal(0))


def _to_ore(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
