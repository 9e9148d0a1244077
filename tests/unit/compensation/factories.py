"""A valid tariff and valid terms, for tests to change where they mean it."""

from copy import deepcopy
from datetime import date
from typing import Any

from deploy.cli.demo.compensation import TARIFF
from services.compensation.pay.days import Stay
from services.compensation.pay.family_home import Placed
from services.compensation.pay.terms import Payee, Terms
from services.compensation.tariffs.tariff import Tariff

ANNA = Payee(adult_id="anna")

#: The other parts of a tariff of 2024, the demo's with more levels: fees of domain.md, raised by the index where that
#: was printed.
PARTS: dict[str, Any] = {
    **{name: TARIFF[name] for name in ("contact_person", "mileage", "lost_income", "reporting")},
    "adult_home": {
        "fee": {"base": "10934.00", "raised_1": "12991.00", "raised_2": "15378.00"},
        "cost_percent": {"base": "125", "full": "175"},
    },
    "contracted_emergency_home": {
        **TARIFF["contracted_emergency_home"],
        "supplements": {"broad_target_group": "4500.00"},
    },
    "contact_family": {
        **TARIFF["contact_family"],
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
    },
    "mentor": {"model": "contracted", "fee_per_month": "1500.00", "respite_fee_per_night": "500.00"},
}
_RULES = ("part_month", "arrival_day_counts", "departure_day_counts", "birthday_rule")


def make_tariff_body(*, fee: dict[str, str] | None = None, **overrides: Any) -> dict[str, Any]:
    """The tariff of 2024: price base amount by SFS 2023:532, fees raised by 1.6 per cent from those of 2023."""
    body: dict[str, Any] = {
        **{name: TARIFF[name] for name in ("price_base_amount", *_RULES)},
        "source": "SKR 2024",
        "adopted_on": "2023-12-12",
        "family_home": TARIFF["family_home"] | ({"fee": fee} if fee else {}),
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
