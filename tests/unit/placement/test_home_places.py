"""R20: under which approval a stay counts, and that a home has on each day the places of that day."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placement.matching.obstacles import approval_for, free_places
from services.placement.matching.places import taken_later
from services.placement.matching.rules import candidate_of
from services.placement.matching.values import ApprovedFor, HomeOffer, Need
from services.placement.placements.occupancy import Stay, occupied_from
from services.vocabulary.assignments import Assignment
from tests.unit.placement.test_matching import make_approval, make_home, make_need

NEW_YEAR = date(2027, 1, 1)
#: Three places until New Year, and one by a later decision that holds for longer.
LARGE = make_approval(approval_id="large", places=3, decided_on=date(2025, 1, 1), valid_until=date(2026, 12, 31))
SMALL = make_approval(approval_id="small", places=1, decided_on=date(2026, 4, 1), valid_until=date(2028, 3, 31))
LIVING = [Stay(starts_on=date(2026, 5, 1))]  #: somebody lives there


def offered(need: Need, stays: Sequence[Stay], *approvals: ApprovedFor) -> HomeOffer:
    """What a home with these approvals and stays offers for a need."""
    later = taken_later(stays, approvals, need.on)
    return make_home(approvals=approvals, occupied=occupied_from(stays, need.on), taken_later=later)


def in_the_way(stays: Sequence[Stay], *approvals: ApprovedFor, until: date | None = None) -> list[str]:
    need = make_need(until=until)
    return [one.detail for one in candidate_of(need, offered(need, stays, *approvals)).obstacles]


class TestCountsUnder:
    def test_it_is_the_one_that_names_the_child(self) -> None:
        hers = make_approval(approval_id="hers", child=b"elsa", places=1, decided_on=date(2024, 1, 1))
        assert approval_for(make_need(), make_home(approvals=(hers, LARGE, SMALL))) == hers

    def test_another_childs_is_not_it(self) -> None:
        others = make_approval(approval_id="others", child=b"nils", decided_on=date(2026, 5, 1))
        assert approval_for(make_need(), make_home(approvals=(others, SMALL))) == SMALL

    def test_else_it_is_the_one_that_was_decided_last_also_where_it_is_smaller(self) -> None:
        assert approval_for(make_need(), make_home(approvals=(LARGE, SMALL))) == SMALL

    def test_of_one_day_it_is_the_one_with_the_highest_id(self) -> None:
        two = (make_approval(approval_id="approval-1"), make_approval(approval_id="approval-2"))
        assert approval_for(make_need(), make_home(approvals=two)) == two[1]

    def test_how_many_may_come_is_what_the_largest_says(self) -> None:
        need, smaller = make_need(), make_approval(places=1, valid_until=LARGE.valid_until)
        assert free_places(need, offered(need, LIVING, LARGE, smaller)) == 2


class TestEachDay:
    def test_who_comes_later_has_been_promised_the_place_of_that_day(self) -> None:
        later = [Stay(starts_on=date(2027, 1, 15))]
        assert in_the_way(later, LARGE, SMALL) == ["From 2027-01-15 on 1 of 1 approved places are occupied."]

    def test_as_long_as_the_larger_one_holds_there_is_room_for_both(self) -> None:
        later = [Stay(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))]
        assert in_the_way(later, LARGE, SMALL) == []

    def test_whoever_is_likely_to_stay_until_the_larger_one_has_ended_needs_a_place_then(self) -> None:
        full = ["From 2027-01-01 on 1 of 1 approved places are occupied."]
        assert in_the_way(LIVING, LARGE, SMALL, until=NEW_YEAR) == full
        assert in_the_way(LIVING, LARGE, SMALL, until=date(2026, 12, 31)) == []

    def test_where_nobody_has_said_for_how_long_nobody_is_kept_out_by_it(self) -> None:
        assert in_the_way(LIVING, LARGE, SMALL) == []

    def test_nor_where_whoever_lives_there_has_left_by_then(self) -> None:
        leaves = [Stay(starts_on=date(2026, 5, 1), ends_on=date(2026, 12, 31))]
        assert in_the_way(leaves, LARGE, SMALL, until=NEW_YEAR) == []

    def test_what_is_full_now_is_said_of_the_day_itself(self) -> None:
        assert in_the_way(LIVING * 3, LARGE) == ["3 of 3 approved places are occupied."]

    def test_where_no_approval_holds_any_more_nobody_is_moved(self) -> None:
        ended = make_approval(approval_id="ended", places=3, valid_until=date(2026, 11, 30))
        assert in_the_way([*LIVING, Stay(starts_on=NEW_YEAR)], LARGE, ended, until=date(2028, 1, 1)) == []

    @pytest.mark.parametrize(
        "other",
        [
            {"child": b"nils"},
            {"suspended": True},
            {"age_from": 13, "age_to": 17},
            {"assignments": frozenset({Assignment.EMERGENCY_HOME})},
        ],
    )
    def test_an_approval_under_which_the_person_could_not_come_gives_no_place(self, other: dict[str, object]) -> None:
        larger = make_approval(approval_id="other", places=4, **other)
        assert in_the_way(LIVING, LARGE, SMALL, larger, until=NEW_YEAR) != []

    def test_siblings_stay_together_where_all_have_places_on_each_day(self) -> None:
        need = make_need(together=True, siblings_waiting=1)
        two = make_approval(approval_id="two", places=2)
        assert candidate_of(need, offered(need, [], LARGE, two)).eligible
        (obstacle,) = candidate_of(need, offered(need, [Stay(starts_on=NEW_YEAR)], LARGE, two)).obstacles
        assert obstacle.detail == "1 places are free for 2 siblings who are to stay together."


approvals = st.lists(
    st.builds(
        lambda number, places, months: make_approval(
            approval_id=str(number), places=places, valid_until=date(2026, 6, 30) + timedelta(days=30 * months)
        ),
        st.integers(),
        st.integers(1, 3),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.approval_id,
)
first_days = st.lists(st.dates(date(2026, 6, 1), date(2027, 1, 31)), min_size=2, max_size=3)


@given(approvals, first_days, st.data())
def test_in_whatever_order_they_are_written_down_the_same_may_come_together(
    approved: list[ApprovedFor], days: list[date], data: st.DataObject
) -> None:
    def all_come(order: Sequence[date]) -> bool:
        stays: list[Stay] = []
        for day in order:
            need = make_need(on=day)
            if approval_for(need, offered(need, stays, *approved)) is None:
                return False
            stays.append(Stay(starts_on=day))
        return True

    assert all_come(days) == all_come(data.draw(st.permutations(days)))
