"""When the next night comes: over both changes of summer time, a month's end and a leap day; and how long
duties rest."""

from datetime import UTC, datetime

import pytest

from services.kernel.work.clockwork import next_night, rest_after


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hour", "night"),
    [
        ("2026-04-01T00:30:00+02:00", 3, "2026-04-01T03:00:00+02:00"),
        ("2026-04-01T03:00:00+02:00", 3, "2026-04-02T03:00:00+02:00"),
        ("2026-10-24T12:00:00+02:00", 3, "2026-10-25T03:00:00+01:00"),  # summer time has ended an hour ago
        ("2026-10-25T12:00:00+01:00", 3, "2026-10-26T03:00:00+01:00"),
        ("2027-03-27T12:00:00+01:00", 3, "2027-03-28T03:00:00+02:00"),  # summer time begins at this moment
        ("2027-03-27T12:00:00+01:00", 2, "2027-03-28T03:00:00+02:00"),  # a time that no clock shows
        ("2028-02-28T12:00:00+01:00", 3, "2028-02-29T03:00:00+01:00"),
        ("2026-12-31T23:59:59+01:00", 3, "2027-01-01T03:00:00+01:00"),
        ("2026-06-01T23:30:00+00:00", 3, "2026-06-02T03:00:00+02:00"),  # past midnight in Sweden already
    ],
)
def test_the_next_night_is_when_a_clock_in_sweden_shows_the_hour(now: str, hour: int, night: str) -> None:
    assert next_night(at(now), hour) == at(night)


@pytest.mark.parametrize(("took", "rest"), [(0.0, 0.0), (0.02, 0.06), (1.0, 2.0), (60.0, 2.0)])
def test_a_municipalitys_duties_have_a_quarter_of_the_time_and_never_wait_for_long(took: float, rest: float) -> None:
    assert rest_after(took) == rest


def test_what_a_duty_waited_for_others_beside_it_is_no_work_that_is_rested_from() -> None:
    assert rest_after(0.3, beside=3) == pytest.approx(0.3)
