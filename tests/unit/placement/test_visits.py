"""R22: the periods for which contact families and contact persons report."""

from datetime import date

import pytest

from services.placement.visits.rules import period_before, period_due


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        (1, date(2026, 3, 31), date(2026, 2, 1), date(2026, 2, 28)),
        (1, date(2024, 3, 1), date(2024, 2, 1), date(2024, 2, 29)),
        (1, date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 31)),
        (3, date(2026, 6, 30), date(2026, 1, 1), date(2026, 3, 31)),
        (6, date(2027, 1, 3), date(2026, 7, 1), date(2026, 12, 31)),
        (5, date(2026, 11, 3), date(2026, 6, 1), date(2026, 10, 31)),
        (5, date(2027, 1, 3), date(2026, 11, 1), date(2026, 12, 31)),  # the first one begins in January
    ],
)
def test_the_last_whole_period_before_a_day(every: int, day: date, first: date, last: date) -> None:
    assert period_before(day, every) == (first, last)


@pytest.mark.parametrize("every", range(1, 7))
def test_of_a_year_each_month_is_reported_once(every: int) -> None:
    days = [date(2026 + (month > 12), (month - 1) % 12 + 1, 3) for month in range(2, 14)]
    periods = [period for day in days if (period := period_due(day, by_day=3, every=every))]
    assert [number for first, last in periods for number in range(first.month, last.month + 1)] == list(range(1, 13))
