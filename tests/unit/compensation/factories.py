"""A valid tariff and valid terms, for tests to change where they mean it."""

from copy import deepcopy
from datetime import date
from typing import Any

from services.compensation.pay import AgreementTerms
from services.compensation.tariffs import CostLevel, FeeLevel, Tariff


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


def make_tariff(*, fee: dict[str, str] | None = None, **overrides: Any) -> Tariff:
    return Tariff.from_body(make_tariff_body(fee=fee, **overrides))


def make_terms(**overrides: Any) -> AgreementTerms:
    """A child of eight in April 2024, placed the year before and still there."""
    terms: dict[str, Any] = {
        "starts_on": date(2023, 6, 1),
        "ends_on": None,
        "fee_level": FeeLevel.BASE,
        "cost_level": CostLevel.BASE,
        "birth_date": date(2016, 1, 20),
    }
    return AgreementTerms(**(terms | overrides))
