"""R15: when an approval ends, and when its end is warned of: worked out by hand with a calendar."""

from datetime import UTC, date, datetime

from services.investigation.approvals.expiry import expires_at, warnings

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class TestWarnings:
    def test_they_come_sixty_and_fourteen_days_before_the_last_day(self) -> None:
        # 31 May 2028 less 60 days is Saturday 1 April, so Friday 31 March; less 14 days is Wednesday 17 May.
        assert list(warnings(date(2028, 5, 31), after=LONG_AGO)) == [
            (60, datetime(2028, 3, 31, 6, tzinfo=UTC)),
            (14, datetime(2028, 5, 17, 6, tzinfo=UTC)),
        ]

    def test_in_winter_the_morning_is_an_hour_later(self) -> None:
        # 15 January 2027 less 60 days is Monday 16 November; less 14 days is Friday 1 January, New Year's Day, after
        # New Year's Eve: Wednesday 30 December.
        assert list(warnings(date(2027, 1, 15), after=LONG_AGO)) == [
            (60, datetime(2026, 11, 16, 7, tzinfo=UTC)),
            (14, datetime(2026, 12, 30, 7, tzinfo=UTC)),
        ]

    def test_one_that_would_have_come_already_does_not(self) -> None:
        assert [days for days, _ in warnings(date(2028, 5, 31), after=datetime(2028, 4, 1, tzinfo=UTC))] == [14]
        assert list(warnings(date(2028, 5, 31), after=datetime(2028, 5, 30, tzinfo=UTC))) == []


class TestExpiresAt:
    def test_the_last_day_is_valid_to_its_end_in_sweden(self) -> None:
        assert expires_at(date(2028, 5, 31)) == datetime(2028, 5, 31, 22, tzinfo=UTC)
        assert expires_at(date(2028, 2, 29)) == datetime(2028, 2, 29, 23, tzinfo=UTC)
        assert expires_at(date(2026, 10, 25)) == datetime(2026, 10, 25, 23, tzinfo=UTC)
