"""R33: how many days of paid leave a contracted home has."""

from datetime import date

import pytest

from services.compensation.leave.balance import balances, counted, overlaps
from services.compensation.tariffs.levels import LeaveUnit


@pytest.mark.parametrize(("unit", "days"), [(LeaveUnit.WORKING, 4), (LeaveUnit.CALENDAR, 7)])
def test_days_are_counted_in_the_unit_of_the_tariff(unit: LeaveUnit, days: int) -> None:
    # Wednesday 19 to Tuesday 25 June 2024: Friday is Midsummer Eve, then a Saturday and a Sunday
    assert counted(date(2024, 6, 19), date(2024, 6, 25), unit) == days


def years(
    starts_on: date, ends_on: date | None = None, *, until: int, taken: dict[int, int] | None = None
) -> list[int]:
    found = balances(starts_on, ends_on, until=until, entitled=lambda _: 25, taken=taken or {}, most_carried_over=10)
    return [one.left for one in found]


def test_a_year_that_the_contract_runs_in_part_earns_its_part() -> None:
    # from 1 July 2024: 184 of 366 days of 25 are 12.57: 13
    assert years(date(2024, 7, 1), until=2024) == [13]
    assert years(date(2024, 1, 1), date(2024, 6, 30), until=2024) == [12]  # 182 of 366: 12.43


def test_what_is_left_is_carried_over_up_to_ten_days() -> None:
    assert years(date(2023, 1, 1), until=2025, taken={2023: 20, 2024: 30}) == [5, 0, 25]
    assert years(date(2023, 1, 1), until=2024) == [25, 35]


@pytest.mark.parametrize(("day", "found"), [(7, False), (8, True), (19, True), (20, False)])
def test_a_day_is_taken_once(day: int, found: bool) -> None:
    one = date(2024, 4, day)
    assert overlaps(one, one, [(date(2024, 4, 8), date(2024, 4, 19))]) is found
