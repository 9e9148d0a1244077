"""Which days a stay takes, how many are taken at once, and when a person lives elsewhere."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placement.placements.occupancy import Stay, lives_elsewhere, occupied_from
from services.vocabulary.assignments import LIVING, Assignment


def june(day: int) -> date:
    return date(2026, 6, day)


def stay(first: int, last: int | None = None) -> Stay:
    return Stay(starts_on=june(first), ends_on=None if last is None else june(last))


class TestOccupies:
    def test_the_day_of_arrival_and_the_day_of_departure_take_the_place(self) -> None:
        assert [day for day in range(1, 11) if stay(3, 5).occupies(june(day))] == [3, 4, 5]

    def test_a_stay_that_has_not_ended_goes_on(self) -> None:
        assert stay(3).occupies(date(2040, 1, 1))
        assert not stay(3).occupies(june(2))


class TestOccupiedFrom:
    @pytest.mark.parametrize(
        ("stays", "occupied"),
        [
            ([], 0),
            ([stay(1)], 1),
            ([stay(20)], 1),  # begins later, and is there when the new person still is
            ([stay(1, 9)], 0),  # left the day before
            ([stay(1, 10)], 1),  # leaves on the day itself
            ([stay(1, 15), stay(16)], 1),  # one after the other
            ([stay(1, 15), stay(15)], 2),  # both there on the 15th
            ([stay(1), stay(12, 14), stay(13, 20), stay(21)], 3),  # the 13th and 14th
        ],
    )
    def test_it_is_the_most_at_once_on_a_day_from_the_tenth_on(self, stays: list[Stay], occupied: int) -> None:
        assert occupied_from(stays, june(10)) == occupied

    @given(
        st.lists(
            st.builds(
                lambda first, length: Stay(
                    starts_on=june(1) + timedelta(first),
                    ends_on=None if length is None else june(1) + timedelta(first + length),
                ),
                st.integers(0, 25),
                st.none() | st.integers(0, 20),
            ),
            max_size=8,
        ),
        st.integers(0, 40),
    )
    def test_it_is_what_counting_day_by_day_gives(self, stays: list[Stay], first: int) -> None:
        days = [june(1) + timedelta(number) for number in range(first, 60)]
        counted = max(sum(one.occupies(day) for one in stays) for day in days)
        assert occupied_from(stays, days[0]) == counted


class TestLivesElsewhere:
    @pytest.mark.parametrize(
        ("stays", "elsewhere"),
        [
            ([], False),
            ([stay(1)], True),
            ([stay(1, 11)], True),
            ([stay(1, 10)], False),  # the day of a move belongs to both homes
            ([stay(1, 9)], False),
            ([stay(20)], True),  # a stay that is to come
            ([stay(20, 25)], True),
        ],
    )
    def test_for_somebody_who_comes_on_the_tenth(self, stays: list[Stay], elsewhere: bool) -> None:
        assert lives_elsewhere(stays, june(10)) is elsewhere

    def test_a_person_lives_in_every_home_but_with_contacts(self) -> None:
        assert set(Assignment) - LIVING == {Assignment.CONTACT_FAMILY, Assignment.CONTACT_PERSON}
