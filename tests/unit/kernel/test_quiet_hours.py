"""From nine in the evening to seven in the morning nobody is disturbed, by the clocks of Sweden."""

from datetime import UTC, datetime

import pytest

from services.kernel.basics import quiet_hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-05-20T21:00:00+02:00", "2026-05-21T07:00:00+02:00"),
        ("2026-05-20T23:59:59+02:00", "2026-05-21T07:00:00+02:00"),
        ("2026-05-21T00:00:00+02:00", "2026-05-21T07:00:00+02:00"),
        ("2026-05-21T06:59:59.999999+02:00", "2026-05-21T07:00:00+02:00"),
        ("2026-12-31T22:30:00+01:00", "2027-01-01T07:00:00+01:00"),
    ],
)
def test_what_comes_in_the_quiet_hours_waits_for_seven(moment: str, end: str) -> None:
    assert quiet_hours.after(at(moment)) == at(end)


@pytest.mark.parametrize(
    "moment", ["2026-05-20T20:59:59.999999+02:00", "2026-05-21T07:00:00+02:00", "2026-05-21T12:00:00+02:00"]
)
def test_what_comes_by_day_comes_at_once(moment: str) -> None:
    assert quiet_hours.after(at(moment)) == at(moment)


def test_the_same_instant_of_the_world_is_quiet_in_winter_and_not_in_summer() -> None:
    assert quiet_hours.after(at("2026-01-20T05:30:00+00:00")) == at("2026-01-20T06:00:00+00:00")
    assert quiet_hours.after(at("2026-07-20T05:30:00+00:00")) == at("2026-07-20T05:30:00+00:00")


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-03-28T21:00:00+01:00", "2026-03-29T07:00:00+02:00"),  # a night of nine hours
        ("2026-03-29T03:00:00+02:00", "2026-03-29T07:00:00+02:00"),
        ("2026-10-24T21:00:00+02:00", "2026-10-25T07:00:00+01:00"),  # one of eleven
        ("2026-10-25T02:30:00+02:00", "2026-10-25T07:00:00+01:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T07:00:00+01:00"),
    ],
)
def test_when_the_clocks_are_moved_seven_is_what_they_show_in_the_morning(moment: str, end: str) -> None:
    assert quiet_hours.after(at(moment)) == at(end)
