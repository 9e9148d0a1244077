"""A valid tariff and valid terms, for tests to change where they mean it."""

from copy import deepcopy
from datetime import date
from typing import Any

from services.compensation.pay.days import Stay
from services.compensation.pay.family_home import Placed
from services.compensation.pay.terms import Payee, Terms
from services.compensation.tariffs.tariff import Tariff

ANNA = Payee(adult_id="anna")

#: The other parts of a tariff of 2024: fees of domain.md, raised by the index where that was printed.
PARTS: dict[str, Any] = {
    "adult_home": {
        "fee": {"base": "10934.00", "raised_1": "12991.00", "raised_2": "15378.00"},
        "cost_percent": {"base": "125", "full": "175"},
    },
    "contracted_emergency_home": {
        "fee": {"1": "17531.00", "2": "23956.00", "3": "32005.00", "4": "32005.00"},
        "empty_cost_percent": {"1": "25", "2": "25", "3": "50", "4": "50"},
        "empty_cost_when": "no_child",
        "leave_days_per_year": 25,
        "leave_unit": "working",
        "pension_compensation_percent": "0",
        "supplements": {"broad_target_group": "4500.00"},
    },
    "contact_family": {
        "fee_per_day": {
            "0-12": {"base": "229.00", "raised_1": "365.00", "raised_2": "513.00"},
            "13-19": {"base": "297.00", "raised_1": "433.00", "raised_2": "513.00"},
            "20+": {"base": "365.00", "raised_1": "433.00", "raised_2": "513.00"},
        },
        "cost_percent": {
            "0-12": {"base": "105", "full": "150"},
            "13-19": {"base": "120", "full": "170"},
            "20+": {"base": "120", "full": "170"},
        },
        "double_pay_limit_days": 14,
        "eves_pay_double": False,
    },
    "contact_person": {
        "fee_percent": {"1": ["10", "35"], "2": ["20", "45"], "3": ["30", "55"]},
        "cost_percent": {"low": "10", "mid": "25", "high": "40"},
    },
    "mileage": {"tax_free_per_km": "2.50", "paid_per_km": "2.50"},
    "lost_income": {"holiday_pay_percent": "12"},
    "mentor": {"model": "contracted", "fee_per_month": "1500.00", "respite_fee_per_night": "500.00"},
    "reporting": {"due_day": 3, "retroactive_months": 3, "pay_before_report": False},
}


def make_tariff_body(*, fee: dict[str, str] | None = None, **overrides: Any) -> dict[str, Any]:
    """The tariff of 2024: price base amount by SFS 2023:532, fees raised by 1.6 per cent from those of 2023."""
    body: dict[str, Any] = {
        "price_base_amount": "57300",
        "source": "SKR 2024",
        "adopted_on": "2023-12-12",
        "family_home": {
            "fee": fee or {"base": "11417.00", "raised_1": "13342.00", "raised_2": "15281.00", "raised_3": "17531.00"},
            "cost_percent": {"0-12": {"base": "110", "full": "155"}, "13-19": {"base": "125", "full": "175"}},
        },
        "part_month": "calendar_days",
        "arrival_day_counts": True,
        "departure_day_counts": True,
        "birthday_rule": "same_day",
    }
    return deepcopy(body | overrides)


def make_tariff(*, year: int = 2024, fee: dict[str, str] | None = None, **overrides: Any) -> Tariff:
    """The tariff of 2024 with all its parts."""
    return Tariff.from_body(year, make_tariff_body(fee=fee, **(PARTS | overrides)))


def make_terms(**overrides: Any) -> Terms:
    """Base levels, paid to one adult."""
    return Terms(**({"since": date(2000, 1, 1), "payees": (ANNA,)} | overrides))


def make_placed(
    *,
    starts_on: date = date(2023, 6, 1),
    ends_on: date | None = None,
    birth_date: date = date(2016, 1, 20),
    agreed: tuple[Terms, ...] | None = None,
    **terms: Any,
) -> Placed:
    """A child of eight in April 2024, placed the year before and still there."""
    stay = Stay(starts_on=starts_on, ends_on=ends_on)
    return Placed(stay=stay, birth_date=birth_date, agreed=agreed or (make_terms(**terms),))
