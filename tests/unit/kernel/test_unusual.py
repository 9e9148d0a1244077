"""What is unusual in one person's reading of a day."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.contracts.alerts import AlertKind
from services.kernel.work.unusual import HOUR, Finding, Opened, Usual, family_name, findings

MORNING = datetime(2026, 5, 4, 8, tzinfo=UTC)


def opened(count: int, *, every: timedelta = timedelta(minutes=1), since: datetime = MORNING) -> list[Opened]:
    return [Opened(since + number * every, "application", f"file-{number}") for number in range(count)]


def kinds(found: list[Finding]) -> list[AlertKind]:
    return [one.kind for one in found]


class TestManyFiles:
    def test_twenty_within_an_hour_are_nobodys_concern(self) -> None:
        assert findings(opened(20), Usual()) == []

    def test_twenty_one_are_where_nobody_knows_what_is_usual(self) -> None:
        (one,) = findings(opened(21), Usual())
        assert (one.kind, one.count, one.usual, len(one.files)) == (AlertKind.MANY_FILES, 21, None, 21)

    def test_the_same_file_again_is_one_file(self) -> None:
        again = [Opened(MORNING + timedelta(seconds=n), "application", "one") for n in range(100)]
        assert findings(again, Usual()) == []

    def test_a_whole_day_of_them_is_not_an_hour(self) -> None:
        # one every three minutes is twenty an hour
        assert findings(opened(100, every=timedelta(minutes=3)), Usual()) == []

    def test_the_hour_is_any_sixty_minutes_and_not_the_clocks(self) -> None:
        half_past = MORNING + timedelta(minutes=30)
        (one,) = findings(opened(21, every=timedelta(minutes=2), since=half_past), Usual())
        assert one.count == 21

    @given(
        st.lists(st.tuples(st.integers(0, 100), st.integers(0, 40)), min_size=1, max_size=120).map(
            lambda looks: [
                Opened(MORNING + timedelta(minutes=minute), "application", f"file-{file}")
                for minute, file in sorted(looks)
            ]
        )
    )
    def test_it_is_the_hour_with_most_files_of_all_that_begin_with_a_look(self, looks: list[Opened]) -> None:
        hours = [{one.id for one in looks if first.at <= one.at < first.at + HOUR} for first in looks]
        most = max(map(len, hours))
        found = findings(looks, Usual())
        assert [one.count for one in found] == ([most] if most > 20 else [])
        assert all(set(one.files) in hours for one in found)

    def test_whoever_reads_by_a_program_keeps_nobody_waiting(self) -> None:
        began = time.process_time()
        (one,) = findings(opened(30_000, every=timedelta(milliseconds=100)), Usual())
        assert one.count == 30_000
        assert time.process_time() - began < 5  # comparing each with each takes minutes

    @pytest.mark.parametrize(("count", "found"), [(30, []), (31, [AlertKind.MANY_FILES])])
    def test_where_the_role_usually_opens_ten_it_is_more_than_thirty(self, count: int, found: list[AlertKind]) -> None:
        assert kinds(findings(opened(count), Usual(busiest_hours=[2, 10, 90]))) == found


class TestAtNight:
    @pytest.mark.parametrize(
        ("instant", "found"),
        [
            ("2026-01-15T20:59:00+00:00", []),  # 21:59 in winter
            ("2026-01-15T21:00:00+00:00", [AlertKind.AT_NIGHT]),  # 22:00
            ("2026-01-15T04:59:00+00:00", [AlertKind.AT_NIGHT]),  # 05:59
            ("2026-01-15T05:00:00+00:00", []),  # 06:00
            ("2026-07-15T20:00:00+00:00", [AlertKind.AT_NIGHT]),  # 22:00 in summer
            ("2026-07-15T04:00:00+00:00", []),  # 06:00
        ],
    )
    def test_it_is_night_from_ten_to_six_by_the_clock_in_sweden(self, instant: str, found: list[AlertKind]) -> None:
        assert kinds(findings([Opened(datetime.fromisoformat(instant), "home", "h")], Usual())) == found

    @pytest.mark.parametrize(("nights", "found"), [(2, [AlertKind.AT_NIGHT]), (3, [])])
    def test_whoever_is_used_to_it_is_on_duty(self, nights: int, found: list[AlertKind]) -> None:
        midnight = [Opened(datetime(2026, 5, 4, 22, tzinfo=UTC), "home", "h")]
        assert kinds(findings(midnight, Usual(nights=nights))) == found


class TestNotTheirFiles:
    def test_five_files_of_others_are_found_and_four_are_not(self) -> None:
        others = {f"file-{number}" for number in range(9)}
        assert findings(opened(4), Usual(others_in=others)) == []
        (one,) = findings(opened(5), Usual(others_in=others))
        assert (one.kind, one.count, one.usual) == (AlertKind.NOT_THEIR_FILES, 5, None)

    def test_a_file_in_which_one_has_worked_is_ones_own_too(self) -> None:
        others = {f"file-{number}" for number in range(9)}
        assert findings(opened(5), Usual(others_in=others, worked_in={"file-0"})) == []

    def test_a_file_in_which_nobody_has_worked_is_nobodys(self) -> None:
        assert findings(opened(9), Usual(others_in={"file-0"})) == []


class TestWhatIsAlwaysLookedAt:
    def test_a_file_that_names_the_reader_or_somebody_of_the_same_name_is_found(self) -> None:
        usual = Usual(of_own_name={"file-0", "file-1"}, own={"file-1", "elsewhere"})
        one, two = findings(opened(3), usual)
        assert (one.kind, list(one.files)) == (AlertKind.OWN_NAME, ["file-0", "file-1"])
        assert (two.kind, list(two.files)) == (AlertKind.OWN_NUMBER, ["file-1"])

    def test_what_is_opened_by_the_right_to_see_protected_identities_is_found(self) -> None:
        (one,) = findings([*opened(2), Opened(MORNING, "home", "hidden", by_right=True)], Usual())
        assert (one.kind, one.count, dict(one.files)) == (AlertKind.PROTECTED, 1, {"hidden": "home"})

    @pytest.mark.parametrize(
        ("name", "family"),
        [("Anna Berg", "Berg"), ("Anna-Lena von Berg", "Berg"), ("Anna", None), ("", None), (None, None), (" ", None)],
    )
    def test_the_family_name_is_the_last_word_of_several(self, name: str | None, family: str | None) -> None:
        assert family_name(name) == family


def test_who_opened_nothing_is_found_in_nothing() -> None:
    assert findings([], Usual()) == []
