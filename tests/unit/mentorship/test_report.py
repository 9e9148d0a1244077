"""What a report shows of small groups: nothing, and nothing from which it could be worked out."""

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mentorship.report.figures import HomeFigures, by_area
from services.mentorship.report.masking import SMALL, hidden_cells, hidden_rows


class TestRows:
    @pytest.mark.parametrize(
        ("sizes", "hidden", "sums"),
        [
            ([5, 6, 7], set(), False),
            ([0, 6, 7], set(), False),
            ([4, 6, 7], {0, 1}, False),  # the smallest other goes with it: else the sum would tell
            ([2, 2, 9], {0, 1, 2}, False),  # four together are small, too
            ([3, 3, 9], {0, 1}, False),
            ([4], {0}, True),
            ([4, 0], {0}, True),
            ([], set(), False),
        ],
    )
    def test_small_ones_are_hidden_and_so_many_more_that_the_sum_does_not_tell(
        self, sizes: list[int], hidden: set[int], sums: bool
    ) -> None:
        assert hidden_rows(sizes) == (hidden, sums)

    @given(st.lists(st.integers(0, 30), max_size=8))
    def test_nothing_that_is_small_can_be_had_by_subtraction(self, sizes: list[int]) -> None:
        hidden, sums = hidden_rows(sizes)
        shown = [size for place, size in enumerate(sizes) if place not in hidden]
        assert all(size == 0 or size >= SMALL for size in shown)
        if hidden and not sums:
            rest = sum(sizes) - sum(shown)  # what whoever subtracts has
            assert len(hidden) > 1
            assert rest >= SMALL


class TestCells:
    def test_a_part_of_which_the_rest_is_small_is_hidden(self) -> None:
        hidden, sums = hidden_cells([28, 20, 15], [30, 30, 30])
        assert (hidden, sums) == ({0, 2}, False)

    def test_the_sum_is_hidden_where_its_own_rest_is_small(self) -> None:
        assert hidden_cells([28], [30])[1]

    def test_a_small_rest_of_several_together_is_not_to_be_had_from_the_sum(self) -> None:
        hidden, sums = hidden_cells([28, 10, 20], [30, 10, 40])  # of the first two together two are the rest
        assert sums or hidden == {0, 1, 2}

    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6))
    def test_neither_small_counts_nor_small_rests_can_be_had_by_subtraction(self, some: list[tuple[int, int]]) -> None:
        hidden, sums = hidden_cells([count for count, _ in some], [count + rest for count, rest in some])
        if hidden and not sums:
            assert len(hidden) > 1
            for group in zip(*some, strict=True):  # whoever subtracts has what is hidden together
                assert sum(group[place] for place in hidden) in {0, *range(SMALL, 121)}

    @given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6))
    def test_neither_a_small_count_nor_a_small_rest_is_shown(self, some: list[tuple[int, int]]) -> None:
        counts, wholes = [count for count, _ in some], [count + rest for count, rest in some]
        hidden, _ = hidden_cells(counts, wholes)
        for place, (count, rest) in enumerate(some):
            assert place in hidden or all(number == 0 or number >= SMALL for number in (count, rest))


def a_home(area: str | None = "norr", **overrides: Any) -> HomeFigures:
    values: dict[str, Any] = {"in_network": True, "offered": True, "accepted": True}
    return HomeFigures(area=area, **{**values, **overrides})


class TestFigures:
    def test_an_areas_figures_are_those_of_its_homes(self) -> None:
        homes = [
            a_home(
                days_to_first_contact=days,
                contacts={"evening": 2, "weekend": 1},
                gatherings=frozenset({"skansen", f"own-{days}"}),
                attendance=4,
                respite_nights=2,
                was_there=True,
                stayed=True,
            )
            for days in (1, 2, 3, 8, 9)
        ]
        (area,), total = by_area(homes)
        assert asdict(area) == {
            "area": "norr",
            "homes": 5,
            "offered": 5,
            "accepted": 5,
            "days_to_first_contact": 3.0,
            "contacts": {"day": 0, "evening": 10, "weekend": 5},
            "gatherings": 6,
            "attendance": 20,
            "respite_nights": 10,
            "homes_at_start": 5,
            "homes_that_stayed": 5,
            "masked": False,
        }
        assert total.homes == 5

    def test_a_small_area_says_nothing_and_takes_the_next_one_with_it(self) -> None:
        homes = [a_home("norr")] * 4 + [a_home("söder")] * 6 + [a_home("väster")] * 9
        areas, total = by_area(homes)
        assert [(one.area, one.homes, one.attendance, one.masked) for one in areas] == [
            ("norr", None, None, True),
            ("söder", None, None, True),
            ("väster", 9, 0, False),
        ]
        assert total.homes == 19

    def test_what_the_one_home_of_the_network_did_is_not_shown_beside_many_that_were_only_offered_a_mentor(
        self,
    ) -> None:
        lone = a_home(
            "norr", contacts={"evening": 3}, gatherings=frozenset({"skansen"}), attendance=2, respite_nights=4
        )
        offered = a_home("norr", in_network=False, accepted=False)
        areas, total = by_area([lone] + [offered] * 9 + [a_home("söder")] * 9 + [a_home("väster")] * 19)
        own = [(one.contacts, one.gatherings, one.attendance, one.respite_nights) for one in areas]
        assert own[:2] == [(None, None, None, None)] * 2  # of the other one it would be the rest of the sum
        assert own[2] == ({"day": 0, "evening": 0, "weekend": 0}, 0, 0, 0)
        assert (areas[0].offered, total.contacts) == (10, {"day": 0, "evening": None, "weekend": 0})
        assert (total.gatherings, total.attendance, total.respite_nights) == (None, None, None)

    def test_what_four_of_many_homes_did_is_not_shown_nor_what_would_tell_it_of_the_sum(self) -> None:
        homes = [a_home("norr", attendance=2, respite_nights=2)] * 4 + [a_home("norr")] * 9
        homes += [a_home("söder", attendance=1, respite_nights=1)] * 6 + [a_home("väster", attendance=3)] * 7
        areas, total = by_area(homes)
        assert [one.homes for one in areas] == [13, 6, 7]
        assert [one.attendance for one in areas] == [None, None, 21]  # the next one goes with it
        assert [one.respite_nights for one in areas] == [None, None, 0]
        assert (total.attendance, total.respite_nights) == (35, 14)
        assert [one.masked for one in areas] == [True, True, False]

    def test_contacts_of_few_homes_are_hidden_by_part_of_the_day(self) -> None:
        homes = [a_home(contacts={"evening": 2, "weekend": 1})] * 4 + [a_home(contacts={"evening": 2})] * 4
        (area,), total = by_area(homes)
        assert area.contacts == total.contacts == {"day": 0, "evening": 16, "weekend": None}

    @given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.integers(0, 3)), max_size=40))
    def test_no_sum_of_what_few_homes_did_can_be_had_by_subtraction(self, done: list[tuple[str, int, int]]) -> None:
        homes = [a_home(area, attendance=people, respite_nights=nights) for area, people, nights in done]
        areas, total = by_area(homes)
        for name in ("attendance", "respite_nights"):
            doers = {
                one.area: sum(home.area == one.area and getattr(home, name) > 0 for home in homes) for one in areas
            }
            hidden = [doers[one.area] for one in areas if getattr(one, name) is None]
            assert all(getattr(one, name) is None or doers[one.area] in {0, *range(SMALL, 41)} for one in areas)
            assert getattr(total, name) is None or sum(doers.values()) in {0, *range(SMALL, 41)}
            if hidden and getattr(total, name) is not None:  # whoever subtracts has what these did together
                assert sum(hidden) in {0, *range(SMALL, 41)}
                assert len(hidden) > 1

    def test_how_long_it_took_is_not_said_of_fewer_than_five(self) -> None:
        homes = [a_home(days_to_first_contact=3)] * 4 + [a_home()] * 6
        (area,), _ = by_area(homes)
        assert area.days_to_first_contact is None

    def test_how_many_came_in_the_period_is_not_told_by_how_many_were_there_before(self) -> None:
        there, came = a_home(was_there=True, offered=False, accepted=False), a_home()
        (area,), total = by_area([there] * 20 + [came] * 2)
        assert (area.homes, area.accepted) == (22, None)
        assert (area.homes_at_start, total.homes_at_start) == (None, None)

    def test_that_two_of_many_said_no_is_not_shown(self) -> None:
        homes = [a_home()] * 20 + [a_home(accepted=False, in_network=False)] * 2
        (area,), total = by_area(homes)
        assert (area.offered, area.accepted, total.accepted) == (22, None, None)

    def test_without_homes_there_is_nothing_to_hide(self) -> None:
        areas, total = by_area([])
        assert (areas, total.homes, total.masked) == ([], 0, False)
