"""What day it is, and a clock that starts where somebody wants it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from services.kernel.basics import clock


class TestLocalDate:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            # Winter time is UTC+1.
            (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
            (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
            # Summer time is UTC+2; in 2026 it begins on 29 March at 01:00 UTC and ends on 25 October at 01:00 UTC.
            (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), date(2026, 3, 28)),
            (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), date(2026, 3, 29)),
            (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
            (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 30)),
            (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
            (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
            (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), date(2026, 1, 1)),
        ],
    )
    def test_a_day_ends_at_midnight_in_sweden(self, moment: datetime, day: date) -> None:
        assert clock.local_date(moment) == day


class TestAtLocal:
    @pytest.mark.parametrize(
        ("day", "hour", "minute", "moment"),
        [
            (date(2026, 1, 31), 8, 0, datetime(2026, 1, 31, 7, 0, tzinfo=UTC)),
            (date(2026, 7, 1), 8, 30, datetime(2026, 7, 1, 6, 30, tzinfo=UTC)),
            (date(2026, 7, 1), 0, 0, datetime(2026, 6, 30, 22, 0, tzinfo=UTC)),
            # At 02:00 on 29 March 2026 the clocks go to 03:00, which is 01:00 UTC.
            (date(2026, 3, 29), 1, 59, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
            (date(2026, 3, 29), 2, 0, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
            (date(2026, 3, 29), 2, 30, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
            (date(2026, 3, 29), 3, 0, datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
            # At 03:00 on 25 October 2026 they go back to 02:00; the first 02:30 is summer time's.
            (date(2026, 10, 25), 1, 59, datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
            (date(2026, 10, 25), 2, 30, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
            (date(2026, 10, 25), 3, 0, datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ],
    )
    def test_a_clock_in_sweden_shows_it(self, day: date, hour: int, minute: int, moment: datetime) -> None:
        assert clock.at_local(day, hour, minute) == moment
        assert clock.at_local(day, hour, minute).tzinfo is UTC

    def test_a_time_of_day_that_is_none_is_refused(self) -> None:
        with pytest.raises(ValueError, match="hour"):
            clock.at_local(date(2026, 7, 1), 24)


class TestInstant:
    def test_it_comes_in_utc(self) -> None:
        assert clock.instant("2026-07-01T10:00:00+02:00") == datetime(2026, 7, 1, 8, tzinfo=UTC)
        assert clock.instant("2026-07-01T10:00:00+02:00").tzinfo is UTC

    @pytest.mark.parametrize("text", ["2026-07-01T10:00:00", "2026-07-01", "now", ""])
    def test_without_a_zone_it_is_none(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"isoformat|time zone"):
            clock.instant(text)

    def test_it_is_written_with_a_z(self) -> None:
        assert clock.rfc3339(datetime(2026, 4, 1, 8, 0, 0, 123456, UTC)) == "2026-04-01T08:00:00.123456Z"


class TestMovedClock:
    @pytest.fixture(autouse=True)
    def _fresh(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        for name in ("HEMVIST_NOW", "HEMVIST_NOW_AT"):
            monkeypatch.delenv(name, raising=False)
        clock.offset.cache_clear()
        yield
        clock.offset.cache_clear()

    def test_without_a_start_it_is_not_moved(self) -> None:
        assert clock.offset() == timedelta()

    def test_two_processes_of_one_start_show_the_same_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEMVIST_NOW", "2026-04-01T08:00:00Z")
        monkeypatch.setenv("HEMVIST_NOW_AT", "2026-03-01T08:00:00Z")
        assert clock.offset() == timedelta(days=31)
        clock.offset.cache_clear()  # as in a process that starts later
        assert clock.offset() == timedelta(days=31)

    def test_it_starts_there_and_runs_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEMVIST_NOW", "2020-02-29T23:00:00Z")
        first = clock.now()
        assert abs(first - datetime(2020, 2, 29, 23, tzinfo=UTC)) < timedelta(seconds=5)
        while (second := clock.now()) == first:
            pass
        assert second > first

    def test_seconds_between_processes_are_never_moved(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEMVIST_NOW", "2020-02-29T23:00:00Z")
        assert abs(clock.seconds() - datetime.now(UTC).timestamp()) < 5
