"""Working days follow the Act (1989:253) on public holidays and the Act (1930:173), section 2. Worked out by hand."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.basics.working_days import (
    add_working_days,
    is_holiday_eve,
    is_public_holiday,
    is_working_day,
    working_day_on_or_after,
    working_day_on_or_before,
)

days = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 1))


class TestIsPublicHoliday:
    def test_those_of_2026_are_the_sundays_and_what_else_the_law_names(self) -> None:
        # Easter Day is 5 April and Whitsunday 24 May, Sundays both; Midsummer Day is the Saturday of 20 to 26 June, All
        # Saints' Day that of 31 October to 6 November.
        named = ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-06", "06-20", "10-31", "12-25", "12-26"]
        year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
        found = [day for day in year if is_public_holiday(day) and day.isoweekday() != 7]
        assert found == [date.fromisoformat(f"2026-{day}") for day in named]
        assert is_public_holiday(date(2026, 4, 5))
        assert is_public_holiday(date(2026, 8, 9))

    def test_a_saturday_and_an_eve_are_none(self) -> None:
        assert not is_public_holiday(date(2026, 5, 2))
        assert not is_public_holiday(date(2026, 6, 19))
        assert not is_public_holiday(date(2026, 12, 24))

    def test_the_national_day_took_the_place_of_whit_monday_in_2005(self) -> None:
        assert is_public_holiday(date(2004, 5, 31))  # Easter Day was 11 April
        assert not is_public_holiday(date(2003, 6, 6))
        assert not is_public_holiday(date(2005, 5, 16))  # Easter Day was 27 March
        assert is_public_holiday(date(2005, 6, 6))

    def test_a_year_that_nobody_knows_the_holidays_of_is_refused(self) -> None:
        with pytest.raises(ValueError, match="1952"):
            is_public_holiday(date(1952, 1, 2))


class TestIsHolidayEve:
    def test_there_are_three_a_year(self) -> None:
        year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
        assert [day for day in year if is_holiday_eve(day)] == [
            date(2026, 6, 19),
            date(2026, 12, 24),
            date(2026, 12, 31),
        ]

    @pytest.mark.parametrize("day", [date(2020, 6, 19), date(2021, 6, 25), date(2027, 6, 25), date(2028, 6, 23)])
    def test_midsummer_eve_is_the_friday_of_19_to_25_june(self, day: date) -> None:
        assert is_holiday_eve(day)
        assert not is_holiday_eve(day - timedelta(days=7))
        assert not is_holiday_eve(day + timedelta(days=7))


class TestIsWorkingDay:
    def test_2026_has_251(self) -> None:
        # 261 days are Mondays to Fridays; seven holidays and three eves lie on them.
        year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
        assert sum(map(is_working_day, year)) == 251

    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2026, 4, 2), True),  # Maundy Thursday
            (date(2026, 4, 3), False),  # Good Friday
            (date(2026, 4, 4), False),  # Saturday
            (date(2026, 4, 6), False),  # Easter Monday
            (date(2026, 4, 7), True),
            (date(2026, 5, 15), True),  # the day after Ascension Day
            (date(2025, 6, 6), False),  # the National Day, a Friday
            (date(2026, 6, 5), True),  # the day before it, a Friday
            (date(2026, 6, 18), True),
            (date(2026, 6, 19), False),  # Midsummer Eve
            (date(2026, 12, 23), True),
            (date(2026, 12, 24), False),
            (date(2026, 12, 30), True),
            (date(2026, 12, 31), False),
            (date(2024, 2, 29), True),  # a Thursday
            (date(2032, 2, 29), False),  # a Sunday
        ],
    )
    def test_a_day_works_or_not(self, day: date, works: bool) -> None:
        assert is_working_day(day) is works


class TestMovedToAWorkingDay:
    @pytest.mark.parametrize(
        ("day", "before", "after"),
        [
            (date(2026, 4, 2), date(2026, 4, 2), date(2026, 4, 2)),
            (date(2026, 4, 4), date(2026, 4, 2), date(2026, 4, 7)),  # over Easter
            (date(2026, 6, 20), date(2026, 6, 18), date(2026, 6, 22)),  # over Midsummer
            (date(2026, 6, 6), date(2026, 6, 5), date(2026, 6, 8)),
            (date(2026, 12, 25), date(2026, 12, 23), date(2026, 12, 28)),
            (date(2027, 1, 1), date(2026, 12, 30), date(2027, 1, 4)),  # over the turn of the year
        ],
    )
    def test_a_holiday_gives_way_to_both_sides(self, day: date, before: date, after: date) -> None:
        assert working_day_on_or_before(day) == before
        assert working_day_on_or_after(day) == after

    @settings(deadline=None)  # whoever asks first loads the holidays
    @given(days)
    def test_no_working_day_lies_between(self, day: date) -> None:
        before, after = working_day_on_or_before(day), working_day_on_or_after(day)
        assert before <= day <= after
        assert is_working_day(before)
        assert is_working_day(after)
        between = [before + timedelta(days=number) for number in range(1, (after - before).days)]
        assert not any(map(is_working_day, between))


class TestAddWorkingDays:
    @pytest.mark.parametrize(
        ("day", "number", "expected"),
        [
            (date(2026, 4, 1), 1, date(2026, 4, 2)),
            (date(2026, 4, 1), 2, date(2026, 4, 7)),  # over Easter
            (date(2026, 4, 7), -2, date(2026, 4, 1)),
            (date(2026, 4, 4), 1, date(2026, 4, 7)),  # from a Saturday
            (date(2026, 4, 4), -1, date(2026, 4, 2)),
            (date(2026, 4, 4), 0, date(2026, 4, 4)),
            (date(2028, 2, 28), 1, date(2028, 2, 29)),  # a leap year, a Tuesday
            (date(2027, 2, 26), 1, date(2027, 3, 1)),  # none, from a Friday
            (date(2026, 12, 23), 4, date(2027, 1, 4)),  # the 28th, the 29th, the 30th, the 4th
        ],
    )
    def test_holidays_are_not_counted(self, day: date, number: int, expected: date) -> None:
        assert add_working_days(day, number) == expected

    @settings(deadline=None)
    @given(days, st.integers(min_value=1, max_value=60))
    def test_so_many_working_days_lie_up_to_it(self, day: date, number: int) -> None:
        end = add_working_days(day, number)
        passed = [day + timedelta(days=later + 1) for later in range((end - day).days)]
        assert sum(map(is_working_day, passed)) == number
        assert is_working_day(end)


def test_the_countries_of_the_world_are_loaded_only_when_somebody_asks() -> None:
    said = "import sys, services.kernel.basics.working_days; print('holidays' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
