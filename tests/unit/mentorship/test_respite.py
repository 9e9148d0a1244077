"""Nights of respite, and whose approval allows to give them."""

from datetime import date
from typing import Any

import pytest

from services.kernel.basics.days import Month
from services.mentorship.respite.allowed import Bounds, Wanted, allows
from services.mentorship.respite.nights import Lives, Span, beyond

JUNE, JULY = Month(year=2026, number=6), Month(year=2026, number=7)


def span(starts_on: str, ends_on: str) -> Span:
    return Span(date.fromisoformat(starts_on), date.fromisoformat(ends_on))


class TestNights:
    def test_from_friday_to_sunday_are_two_nights(self) -> None:
        assert span("2026-06-05", "2026-06-07").nights == 2

    def test_a_night_belongs_to_the_month_in_which_it_begins(self) -> None:
        assert span("2026-06-29", "2026-07-02").by_month() == {JUNE: 2, JULY: 1}

    @pytest.mark.parametrize(
        ("other", "overlaps"),
        [
            (("2026-06-07", "2026-06-09"), False),
            (("2026-06-06", "2026-06-09"), True),
            (("2026-06-01", "2026-06-05"), False),
            (("2026-06-01", "2026-06-30"), True),
        ],
    )
    def test_two_overlap_when_they_share_a_night(self, other: tuple[str, str], overlaps: bool) -> None:
        assert span("2026-06-05", "2026-06-07").overlaps(span(*other)) is overlaps


class TestMonths:
    def test_a_weekend_a_month_is_within_two_nights(self) -> None:
        assert beyond(span("2026-06-05", "2026-06-07"), [span("2026-05-08", "2026-05-10")], most=2) is None

    def test_the_second_weekend_of_a_month_is_beyond_them(self) -> None:
        assert beyond(span("2026-06-05", "2026-06-07"), [span("2026-06-19", "2026-06-21")], most=2) == JUNE

    def test_over_the_end_of_a_month_each_has_its_own_nights(self) -> None:
        had = [span("2026-06-05", "2026-06-06")]
        assert beyond(span("2026-06-30", "2026-07-02"), had, most=2) is None
        assert beyond(span("2026-06-30", "2026-07-02"), had, most=1) == JUNE
        assert beyond(span("2026-06-30", "2026-07-03"), [], most=1) == JULY


def bounds(**overrides: Any) -> Bounds:
    values: dict[str, Any] = {
        "assignments": frozenset({"family_home"}),
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 6, 7),
        "holds": True,
    }
    return Bounds(**{**values, **overrides})


WANTED = Wanted(children=2, age_from=4, age_to=12, starts_on=date(2026, 6, 5), ends_on=date(2026, 6, 7))


class TestAllowed:
    def test_an_approval_that_holds_all_of_it_allows_it(self) -> None:
        assert allows([bounds(assignments=frozenset({"contact_person"})), bounds()], WANTED)

    @pytest.mark.parametrize(
        "narrower",
        [
            {"age_to": 11},
            {"age_from": 5},
            {"places": 1},
            {"valid_until": date(2026, 6, 6)},
            {"valid_from": date(2026, 6, 6)},
            {"holds": False},
            {"assignments": frozenset({"network_home", "contact_person"})},
            {"assignments": frozenset({"network_home", "family_home"})},  # for one child, whatever else it names
        ],
    )
    def test_one_that_lacks_something_does_not(self, narrower: dict[str, Any]) -> None:
        assert not allows([bounds(**narrower)], WANTED)

    def test_two_that_hold_a_part_each_do_not(self) -> None:
        assert not allows([bounds(age_to=8), bounds(age_from=8)], WANTED)

    @pytest.mark.parametrize(
        ("days", "allowed"),
        [
            (("2026-01-01", None), False),
            (("2026-06-06", None), False),  # moves in on the second night
            (("2026-06-07", None), True),  # on the day on which respite ends
            (("2026-01-01", "2026-06-05"), False),  # the last day takes a place, as placement counts
            (("2026-01-01", "2026-06-04"), True),
            (("2026-06-05", "2026-06-04"), True),  # never came
        ],
    )
    def test_whoever_lives_there_in_one_of_the_nights_takes_a_place(
        self, days: tuple[str, str | None], allowed: bool
    ) -> None:
        first, last = (day and date.fromisoformat(day) for day in days)
        assert first is not None
        assert allows([bounds()], WANTED, [Lives(first, last)]) is allowed

    def test_of_two_who_live_there_one_after_the_other_each_night_has_one(self) -> None:
        lives = [Lives(date(2026, 1, 1), date(2026, 6, 5)), Lives(date(2026, 6, 6))]
        assert allows([bounds(places=3)], WANTED, lives)
        assert not allows([bounds(places=2)], WANTED, lives)

    def test_without_an_approval_nobody_may(self) -> None:
        assert not allows([], WANTED)
