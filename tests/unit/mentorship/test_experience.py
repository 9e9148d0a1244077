"""A mentor family is an experienced home: by time or by an earlier assignment."""

from datetime import date

import pytest

from services.mentorship.mentors.experience import Assigned, is_experienced

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("approved_on", "experienced"),
    [(date(2025, 6, 1), True), (date(2025, 6, 2), False), (date(2020, 1, 1), True), (None, False)],
)
def test_time_counts_from_the_first_approval(approved_on: date | None, experienced: bool) -> None:
    assert is_experienced(approved_on, [], months=12, today=TODAY) is experienced


@pytest.mark.parametrize(
    ("had", "experienced"),
    [
        (Assigned(date(2026, 5, 31)), True),
        (Assigned(date(2026, 6, 1)), False),
        (Assigned(None), False),
        (Assigned(date(2026, 5, 31), broke_down=True), False),
    ],
)
def test_an_assignment_counts_when_it_is_over_and_ended_well(had: Assigned, experienced: bool) -> None:
    assert is_experienced(date(2026, 5, 1), [had], months=12, today=TODAY) is experienced


def test_a_municipality_may_ask_for_no_time_at_all() -> None:
    assert is_experienced(TODAY, [], months=0, today=TODAY)
