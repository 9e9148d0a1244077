"""What the rig reckons that a home is owed, counted by hand."""

from datetime import date
from decimal import Decimal

from tests.prove import owed

MAY_12, MAY_16 = date(2026, 5, 12), date(2026, 5, 16)


def test_a_whole_month_is_the_fee_and_the_reimbursement_in_whole_kronor() -> None:
    """110 per cent of 57,300 kr a year are 5,252.50 kr a month: 5,253 kr."""
    assert owed.for_child(date(2026, 4, 30), None, ["2026-05"]) == Decimal("11417.00") + Decimal(5253)


def test_a_part_of_a_month_counts_both_of_its_days() -> None:
    """20 of 31 days: 7,365.81 kr of the fee and 3,389.03 kr of the costs; 5 of 31: 1,841.45 kr and 847.26 kr."""
    assert owed.for_child(MAY_12, None, ["2026-05"]) == Decimal("7365.81") + Decimal("3389.03")
    assert owed.for_child(MAY_12, MAY_16, ["2026-05"]) == Decimal("1841.45") + Decimal("847.26")


def test_nothing_is_owed_for_a_month_before_the_first_day_or_after_the_last_one() -> None:
    assert owed.for_child(MAY_12, MAY_16, ["2026-04", "2026-06"]) == 0
    assert owed.for_child(MAY_12, None, []) == 0


def test_a_stay_over_two_months_is_owed_in_both() -> None:
    """20 of 31 days, then the whole of June."""
    assert owed.for_child(MAY_12, None, ["2026-05", "2026-06"]) == Decimal("10754.84") + Decimal("16670.00")


def test_a_journey_is_rounded_a_half_upwards() -> None:
    """15 km at 2.57 kr are 38.55 kr, 1.5 km are 3.855 kr."""
    assert owed.for_journey(Decimal(15)) == Decimal("38.55")
    assert owed.for_journey(Decimal("1.5")) == Decimal("3.86")
