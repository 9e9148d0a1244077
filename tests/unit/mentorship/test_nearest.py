"""The nearest mentor with room is offered. 0.1 degrees of latitude are 11.1195 km (6371.0088 x pi / 1800)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.geo import Place
from services.mentorship.mentors.nearest import (
    Mentor,
    NearestMentor,
    Obstacle,
    Waiting,
    nearest_mentor,
    nearest_waiting,
    suggest,
)

HOME = Place(latitude=59.2, longitude=15.2)


def north_of_home(degrees: float) -> Place:
    return Place(latitude=HOME.latitude + degrees, longitude=HOME.longitude)


def make_mentor(mentor_id: str = "mentor-1", **overrides: Any) -> Mentor:
    """A mentor next door who supports nobody yet."""
    values: dict[str, Any] = {"home_id": f"home-of-{mentor_id}", "place": HOME, "capacity": 10, "current": 0}
    return Mentor(mentor_id=mentor_id, **(values | overrides))


def chosen_id(*mentors: Mentor, place: Place | None = HOME, home_id: str = "new-home") -> str | None:
    chosen = nearest_mentor(place, mentors, household={home_id})
    return None if chosen is None else chosen.mentor_id


class TestNearest:
    def test_the_nearest_is_chosen_with_its_distance(self) -> None:
        far = make_mentor("mentor-1", place=north_of_home(0.5))
        near = make_mentor("mentor-2", place=north_of_home(0.1))
        assert nearest_mentor(HOME, [far, near], household={"new-home"}) == NearestMentor(
            mentor_id="mentor-2", home_id="home-of-mentor-2", distance_km=11.1
        )

    def test_a_mentor_without_a_position_comes_last(self) -> None:
        unknown = make_mentor("mentor-1", place=None)
        far = make_mentor("mentor-2", place=north_of_home(5))
        assert chosen_id(unknown, far) == "mentor-2"

    def test_a_mentor_without_a_position_is_better_than_none(self) -> None:
        chosen = nearest_mentor(HOME, [make_mentor(place=None)], household={"new-home"})
        assert chosen is not None
        assert chosen.distance_km is None

    def test_a_home_without_a_position_is_offered_the_mentor_with_fewest_homes(self) -> None:
        busy, free = make_mentor("mentor-1", current=5), make_mentor("mentor-2", current=2)
        assert chosen_id(busy, free, place=None) == "mentor-2"

    def test_of_equally_near_ones_the_one_with_fewest_homes_is_chosen(self) -> None:
        assert chosen_id(make_mentor("mentor-1", current=5), make_mentor("mentor-2", current=2)) == "mentor-2"

    def test_then_the_id_decides(self) -> None:
        assert chosen_id(make_mentor("mentor-2"), make_mentor("mentor-1")) == "mentor-1"

    def test_a_nearer_one_is_chosen_though_it_has_more_homes(self) -> None:
        near = make_mentor("mentor-1", current=9)
        far = make_mentor("mentor-2", place=north_of_home(0.1), current=0)
        assert chosen_id(near, far) == "mentor-1"


class TestRoom:
    def test_the_last_place_of_a_mentor_can_be_taken(self) -> None:
        assert chosen_id(make_mentor(capacity=4, current=3)) == "mentor-1"

    @pytest.mark.parametrize(("capacity", "current"), [(4, 4), (4, 5), (0, 0), (10, 10), (15, 15), (15, 16)])
    def test_a_mentor_without_room_is_passed_over(self, capacity: int, current: int) -> None:
        nearer = make_mentor("mentor-1", capacity=capacity, current=current)
        farther = make_mentor("mentor-2", place=north_of_home(0.5))
        assert chosen_id(nearer, farther) == "mentor-2"

    def test_a_paused_mentor_is_passed_over(self) -> None:
        assert chosen_id(make_mentor(paused=True)) is None

    def test_a_home_is_never_its_own_mentor(self) -> None:
        own = make_mentor("mentor-1", home_id="new-home")
        other = make_mentor("mentor-2", place=north_of_home(0.5))
        assert chosen_id(own, other, home_id="new-home") == "mentor-2"
        assert chosen_id(own, home_id="new-home") is None

    def test_without_mentors_nobody_is_chosen(self) -> None:
        assert chosen_id() is None


def make_waiting(home_id: str, place: Place | None = HOME) -> Waiting:
    """A home that waits; the one with the lower id has waited longer."""
    return Waiting(mentorship_id=f"wait-of-{home_id}", home_id=home_id, place=place)


def offered_ids(mentor: Mentor, *waiting: Waiting) -> list[str]:
    return [home.home_id for home in nearest_waiting(mentor, waiting)]


class TestWaitingHomes:
    def test_the_nearest_come_first_and_unknown_places_last(self) -> None:
        far, near = make_waiting("a", north_of_home(0.5)), make_waiting("b", north_of_home(0.1))
        assert offered_ids(make_mentor(), make_waiting("0", None), far, near) == ["b", "a", "0"]

    def test_of_equally_near_ones_the_one_that_has_waited_longest_comes_first(self) -> None:
        assert offered_ids(make_mentor(), make_waiting("b"), make_waiting("a")) == ["a", "b"]

    def test_a_mentor_takes_as_many_as_it_has_room_for(self) -> None:
        waiting = [make_waiting(home_id) for home_id in ("a", "b", "c")]
        assert offered_ids(make_mentor(capacity=4, current=2), *waiting) == ["a", "b"]
        assert offered_ids(make_mentor(capacity=15, current=14), *waiting) == ["a"]

    @pytest.mark.parametrize("full", [{"paused": True}, {"capacity": 4, "current": 4}, {"capacity": 4, "current": 5}])
    def test_a_mentor_without_room_takes_none(self, full: dict[str, Any]) -> None:
        assert offered_ids(make_mentor(**full), make_waiting("a")) == []

    def test_a_home_does_not_get_itself(self) -> None:
        assert offered_ids(make_mentor(home_id="a"), make_waiting("a"), make_waiting("b")) == ["b"]


mentor_lists = st.lists(
    st.builds(
        make_mentor,
        st.uuids().map(str),
        place=st.none() | st.builds(north_of_home, st.sampled_from([0.0, 0.1, 0.5, 3.0])),
        capacity=st.integers(0, 15),
        current=st.integers(0, 15),
        paused=st.booleans(),
    ),
    unique_by=lambda mentor: mentor.mentor_id,
)


class TestEveryChoice:
    @given(st.data(), mentor_lists)
    def test_the_order_in_which_mentors_come_does_not_matter(self, data: st.DataObject, mentors: list[Mentor]) -> None:
        shuffled = data.draw(st.permutations(mentors))
        assert nearest_mentor(HOME, shuffled, household={"new-home"}) == nearest_mentor(
            HOME, mentors, household={"new-home"}
        )

    @given(mentor_lists)
    def test_somebody_is_chosen_exactly_when_somebody_has_room(self, mentors: list[Mentor]) -> None:
        free = {mentor.mentor_id for mentor in mentors if not mentor.paused and mentor.current < mentor.capacity}
        chosen = chosen_id(*mentors)
        assert chosen in free if free else chosen is None


class TestHousehold:
    def test_a_home_in_which_somebody_lives_who_is_a_mentor_elsewhere_is_not_mentored_by_that_one(self) -> None:
        own = make_mentor("mentor-1")
        assert nearest_mentor(HOME, [own], household={"new-home", own.home_id}) is None

    def test_a_mentor_is_not_offered_to_a_home_in_which_it_lives_too(self) -> None:
        lives_here_too = Waiting(mentorship_id="w", home_id="a", place=HOME, household=frozenset({"a", "mentors"}))
        assert offered_ids(make_mentor(home_id="mentors"), lives_here_too, make_waiting("b")) == ["b"]


class TestSuggestions:
    def test_those_with_room_come_first_and_the_others_say_why_not(self) -> None:
        full = make_mentor("mentor-1", current=10)
        far = make_mentor("mentor-2", place=north_of_home(0.5))
        pauses = make_mentor("mentor-3", paused=True, current=10)
        gone = make_mentor("mentor-4", available=False, place=north_of_home(0.1))
        own = make_mentor("mentor-5", home_id="new-home", place=north_of_home(0.2))
        found = suggest(HOME, [own, gone, pauses, far, full], household={"new-home"}, most=20)
        assert [(one.mentor.mentor_id, one.obstacles) for one in found] == [
            ("mentor-2", ()),
            ("mentor-1", (Obstacle.FULL,)),
            ("mentor-3", (Obstacle.PAUSED, Obstacle.FULL)),
            ("mentor-4", (Obstacle.NOT_AVAILABLE,)),
            ("mentor-5", (Obstacle.SAME_HOUSEHOLD,)),
        ]

    def test_no_more_are_shown_than_are_asked_for(self) -> None:
        mentors = [make_mentor(f"mentor-{number}") for number in range(5)]
        assert len(suggest(HOME, mentors, household=set(), most=3)) == 3

    @given(mentor_lists)
    def test_the_best_suggestion_is_the_one_that_is_offered(self, mentors: list[Mentor]) -> None:
        free = [one for one in suggest(HOME, mentors, household=set(), most=20) if not one.obstacles]
        chosen = nearest_mentor(HOME, mentors, household=set())
        assert (free[0].mentor.mentor_id if free else None) == (chosen.mentor_id if chosen else None)
