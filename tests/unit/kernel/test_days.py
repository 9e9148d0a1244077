"""Months, anniversaries and ages follow the Act (1930:173) on the computation of statutory time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.days import Month, add_months, age_on, anniversary, month_of, month_with

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


class TestMonth:
    def test_june_2026_runs_from_the_first_to_the_thirtieth(self) -> None:
        june = month_of("2026-06")
        assert (june.first, june.last, june.days, june.text) == (date(2026, 6, 1), date(2026, 6, 30), 30, "2026-06")

    @pytest.mark.parametrize(
        ("text", "length"),
        [("2024-02", 29), ("2023-02", 28), ("2000-02", 29), ("2100-02", 28), ("2024-12", 31), ("2024-04", 30)],
    )
    def test_a_month_has_the_days_of_the_calendar(self, text: str, length: int) -> None:
        assert month_of(text).days == length

    def test_a_leap_year_has_366_days_and_a_common_year_365(self) -> None:
        assert month_of("2024-04").days_of_year == 366
        assert month_of("2023-04").days_of_year == 365

    def test_january_follows_december(self) -> None:
        assert month_of("2024-12").next() == month_of("2025-01")

    def test_a_month_holds_its_first_and_last_day_and_no_day_outside(self) -> None:
        april = month_of("2024-04")
        assert date(2024, 4, 1) in april
        assert date(2024, 4, 30) in april
        assert date(2024, 3, 31) not in april
        assert date(2024, 5, 1) not in april

    def test_months_sort_by_the_calendar(self) -> None:
        assert sorted([month_of("2025-01"), month_of("2024-12"), month_of("2024-02")]) == [
            month_of("2024-02"),
            month_of("2024-12"),
            month_of("2025-01"),
        ]

    @pytest.mark.parametrize(
        "text", ["2026-6", "2026-13", "2026-00", "0000-01", "202606", "2026-06-01", " 2026-06", ""]
    )
    def test_any_other_way_of_writing_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the calendar and the form each have their own words
            month_of(text)

    def test_a_thirteenth_month_can_not_be_made(self) -> None:
        with pytest.raises(ValueError, match="month"):
            Month(year=2026, number=13)

    @given(days)
    def test_every_day_lies_in_its_own_month(self, day: date) -> None:
        assert day in month_with(day)
        assert month_of(month_with(day).text) == month_with(day)


class TestAddMonths:
    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2026, 1, 15), 2, date(2026, 3, 15)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),  # no 31 February: the month's last day
            (date(2023, 12, 31), 2, date(2024, 2, 29)),
            (date(2026, 8, 31), 1, date(2026, 9, 30)),
            (date(2026, 1, 31), 12, date(2027, 1, 31)),
            (date(2026, 3, 31), -1, date(2026, 2, 28)),
            (date(2026, 3, 31), 0, date(2026, 3, 31)),
        ],
    )
    def test_the_day_keeps_its_number_or_takes_the_last_of_the_month(
        self, day: date, months: int, expected: date
    ) -> None:
        assert add_months(day, months) == expected

    @given(days, st.integers(min_value=0, max_value=600))
    def test_a_later_start_never_ends_earlier(self, day: date, months: int) -> None:
        assert add_months(day, months) <= add_months(day + timedelta(days=1), months)


class TestAnniversary:
    def test_thirteen_years_after_29_february_is_28_february_of_a_common_year(self) -> None:
        assert anniversary(date(2012, 2, 29), 13) == date(2025, 2, 28)

    def test_twenty_years_after_29_february_is_29_february_of_a_leap_year(self) -> None:
        assert anniversary(date(2012, 2, 29), 20) == date(2032, 2, 29)

    def test_every_other_day_keeps_its_number(self) -> None:
        assert anniversary(date(2011, 4, 16), 13) == date(2024, 4, 16)


class TestAgeOn:
    @pytest.mark.parametrize(
        ("born", "day", "age"),
        [
            (date(2011, 4, 16), date(2024, 4, 15), 12),
            (date(2011, 4, 16), date(2024, 4, 16), 13),
            (date(2012, 2, 29), date(2025, 2, 27), 12),
            (date(2012, 2, 29), date(2025, 2, 28), 13),
            (date(2012, 2, 29), date(2024, 2, 28), 11),
            (date(2012, 2, 29), date(2024, 2, 29), 12),
            (date(2024, 4, 16), date(2024, 4, 16), 0),
        ],
    )
    def test_a_year_is_complete_on_the_birthday(self, born: date, day: date, age: int) -> None:
        assert age_on(born, day) == age

    def test_nobody_has_an_age_before_birth(self) -> None:
        with pytest.raises(ValueError, match="before being born"):
            age_on(date(2024, 4, 16), date(2024, 4, 15))

    @given(days, st.integers(min_value=0, max_value=110))
    def test_the_age_changes_on_the_anniversary_and_not_the_day_before(self, born: date, years: int) -> None:
        birthday = anniversary(born, years)
        assert age_on(born, birthday) == years
        if years:
            assert age_on(born, birthday - timedelta(days=1)) == years - 1
