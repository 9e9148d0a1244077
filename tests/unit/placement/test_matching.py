"""Hard conditions, score and order of the homes beside a need.

One degree of latitude is 111.195 km (6371.0088 x pi / 180), so 0.1 degrees are 11.1 km.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.geo import Place
from services.placement.matching.codes import PlaceKind, ReasonCode
from services.placement.matching.obstacles import approval_for, free_places
from services.placement.matching.points import Weights, standing_of
from services.placement.matching.rules import best_of, candidate_of, candidates_for, may_decline
from services.placement.matching.values import (
    ApprovedFor,
    Candidate,
    Circle,
    HomeOffer,
    Need,
    Period,
    Reason,
    Record,
    Wishes,
)
from services.vocabulary.assignments import Assignment

SCHOOL = Place(latitude=59.2, longitude=15.2)


def make_need(**overrides: Any) -> Need:
    """A child of eight needs a family home from 1 June 2026 on."""
    values: dict[str, Any] = {
        "assignment": Assignment.FAMILY_HOME,
        "person": b"elsa",
        "age": 8,
        "on": date(2026, 6, 1),
        "place": SCHOOL,
    }
    return Need(**(values | overrides))


def make_approval(**overrides: Any) -> ApprovedFor:
    values: dict[str, Any] = {
        "approval_id": "approval-1",
        "assignments": frozenset({Assignment.FAMILY_HOME}),
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "decided_on": date(2026, 4, 1),
        "valid_until": date(2028, 3, 31),
    }
    return ApprovedFor(**(values | overrides))


def make_home(home_id: str = "home-1", **overrides: Any) -> HomeOffer:
    values: dict[str, Any] = {"approvals": (make_approval(),), "occupied": 0, "place": SCHOOL}
    return HomeOffer(home_id=home_id, **(values | overrides))


def north_of_school(degrees: float) -> Place:
    return Place(latitude=SCHOOL.latitude + degrees, longitude=SCHOOL.longitude)


def obstacle_codes(candidate: Candidate) -> list[str]:
    return [str(obstacle.code) for obstacle in candidate.obstacles]


def points_of(candidate: Candidate, code: ReasonCode) -> int | None:
    return next((reason.points for reason in candidate.reasons if reason.code is code), None)


class TestApproval:
    def test_a_home_that_meets_every_hard_condition_is_eligible(self) -> None:
        candidate = candidate_of(make_need(), make_home())
        assert candidate.eligible
        assert candidate.obstacles == ()

    @pytest.mark.parametrize("day", [date(2026, 4, 1), date(2028, 3, 31)])
    def test_an_approval_is_valid_on_the_day_of_its_decision_and_on_its_last_day(self, day: date) -> None:
        assert candidate_of(make_need(on=day), make_home()).eligible

    def test_the_day_after_the_last_it_is_not(self) -> None:
        assert obstacle_codes(candidate_of(make_need(on=date(2028, 4, 1)), make_home())) == ["no_valid_approval"]

    def test_the_day_before_the_decision_is_named_as_what_it_is(self) -> None:
        candidate = candidate_of(make_need(on=date(2026, 3, 31)), make_home())
        assert obstacle_codes(candidate) == ["starts_before_approval"]
        assert candidate.obstacles[0].detail == (
            "The approval for the assignment family_home was decided on 2026-04-01, after 2026-03-31."
        )

    def test_the_places_are_those_of_the_approval_that_lasts(self) -> None:
        wide = make_approval(approval_id="wide", places=3, age_to=9)
        lasting = make_approval(approval_id="lasting", places=1)
        home = make_home(approvals=(wide, lasting), occupied=1)
        need = make_need(until=date(2028, 1, 1), age_then=10)
        assert obstacle_codes(candidate_of(need, home)) == ["no_free_place"]
        assert approval_for(need, home) is None

    def test_an_approval_for_another_assignment_does_not_make_it_early(self) -> None:
        need = make_need(on=date(2026, 3, 31), assignment=Assignment.EMERGENCY_HOME)
        assert obstacle_codes(candidate_of(need, make_home())) == ["no_valid_approval"]

    def test_an_earlier_approval_that_is_still_valid_is_enough(self) -> None:
        earlier = make_approval(approval_id="approval-0", decided_on=date(2026, 1, 1), valid_until=date(2026, 12, 31))
        home = make_home(approvals=(make_approval(), earlier))
        assert candidate_of(make_need(on=date(2026, 3, 31)), home).eligible

    def test_an_approval_without_an_end_stays_valid(self) -> None:
        home = make_home(approvals=(make_approval(valid_until=None),))
        assert candidate_of(make_need(on=date(2040, 1, 1)), home).eligible

    def test_an_approval_for_another_assignment_is_none(self) -> None:
        need = make_need(assignment=Assignment.EMERGENCY_HOME)
        assert obstacle_codes(candidate_of(need, make_home())) == ["no_valid_approval"]

    def test_a_home_without_any_approval_is_not_eligible(self) -> None:
        assert obstacle_codes(candidate_of(make_need(), make_home(approvals=()))) == ["no_valid_approval"]

    def test_the_obstacle_names_the_assignment_and_the_day(self) -> None:
        (obstacle,) = candidate_of(make_need(), make_home(approvals=())).obstacles
        assert obstacle.detail == "No approval covers the assignment family_home on 2026-06-01."


class TestAge:
    @pytest.mark.parametrize("age", [0, 12])
    def test_the_ends_of_the_age_span_are_covered(self, age: int) -> None:
        assert candidate_of(make_need(age=age), make_home()).eligible

    @pytest.mark.parametrize("age", [5, 13])
    def test_an_age_outside_the_span_is_an_obstacle(self, age: int) -> None:
        home = make_home(approvals=(make_approval(age_from=6, age_to=12),))
        candidate = candidate_of(make_need(age=age), home)
        assert obstacle_codes(candidate) == ["age_outside_approval"]
        assert candidate.obstacles[0].detail == f"The age is {age}; the home is approved for the ages 6-12."

    def test_one_approval_must_cover_both_the_assignment_and_the_age(self) -> None:
        emergency = make_approval(
            approval_id="approval-2", assignments=frozenset({Assignment.EMERGENCY_HOME}), age_from=13, age_to=17
        )
        home = make_home(approvals=(make_approval(), emergency))
        assert obstacle_codes(candidate_of(make_need(age=15), home)) == ["age_outside_approval"]


class TestOneChild:
    def test_a_home_approved_for_the_child_can_take_it(self) -> None:
        home = make_home(approvals=(make_approval(child=b"elsa"),))
        assert candidate_of(make_need(person=b"elsa"), home).eligible

    @pytest.mark.parametrize("child", [b"nils", b""])
    def test_another_child_can_not_come(self, child: bytes) -> None:
        home = make_home(approvals=(make_approval(child=child),))
        assert obstacle_codes(candidate_of(make_need(person=b"elsa"), home)) == ["approved_for_another_child"]

    def test_another_approval_for_any_child_is_enough(self) -> None:
        one_child = make_approval(approval_id="approval-0", child=b"nils", places=4)
        home = make_home(approvals=(one_child, make_approval()))
        assert approval_for(make_need(person=b"elsa"), home) == make_approval()


class TestWaiting:
    def test_a_home_whose_people_have_to_be_looked_at_takes_nobody(self) -> None:
        candidate = candidate_of(make_need(), make_home(waits=True))
        assert obstacle_codes(candidate) == ["approval_waits"]
        assert approval_for(make_need(), make_home(waits=True)) is None

    def test_one_that_is_not_approved_at_all_is_that_before_it_waits(self) -> None:
        assert obstacle_codes(candidate_of(make_need(), make_home(approvals=(), waits=True))) == ["no_valid_approval"]


class TestFreePlace:
    def test_the_last_place_can_be_taken(self) -> None:
        assert candidate_of(make_need(), make_home(occupied=1)).eligible

    @pytest.mark.parametrize("occupied", [2, 3])
    def test_a_full_home_is_not_eligible(self, occupied: int) -> None:
        candidate = candidate_of(make_need(), make_home(occupied=occupied))
        assert obstacle_codes(candidate) == ["no_free_place"]
        assert candidate.obstacles[0].detail == f"{occupied} of 2 approved places are occupied."

    def test_the_places_of_an_approval_that_does_not_cover_the_age_do_not_help(self) -> None:
        for_teenagers = make_approval(approval_id="approval-2", age_from=13, age_to=17, places=4)
        home = make_home(approvals=(make_approval(places=1), for_teenagers), occupied=1)
        assert obstacle_codes(candidate_of(make_need(age=8), home)) == ["no_free_place"]

    def test_every_obstacle_is_named(self) -> None:
        candidate = candidate_of(make_need(age=15), make_home(occupied=2))
        assert obstacle_codes(candidate) == ["age_outside_approval", "no_free_place"]


class TestApprovalFor:
    def test_it_is_the_approval_that_covers_the_need(self) -> None:
        teenagers = make_approval(approval_id="approval-2", age_from=13, age_to=17)
        home = make_home(approvals=(make_approval(), teenagers))
        assert approval_for(make_need(age=15), home) == teenagers

    def test_there_is_none_beside_an_obstacle(self) -> None:
        assert approval_for(make_need(), make_home(occupied=2)) is None


class TestDistance:
    @pytest.mark.parametrize(
        ("degrees", "km", "points"),
        [
            (0.0, 0.0, 30),
            (0.1, 11.1, 28),  # 11.1195 km: two whole four kilometres
            (0.5, 55.6, 17),  # 55.5975 km: 13 of them
            (1.0, 111.2, 3),  # 111.195 km: 27 of them
            (1.1, 122.3, 0),  # 122.3145 km: 30 of them
            (5.0, 556.0, 0),
        ],
    )
    def test_of_thirty_points_within_a_hundred_and_twenty_kilometres_one_is_lost_for_every_whole_four(
        self, degrees: float, km: float, points: int
    ) -> None:
        candidate = candidate_of(make_need(), make_home(place=north_of_school(degrees)))
        assert candidate.distance_km == km
        assert points_of(candidate, ReasonCode.DISTANCE) == points

    def test_the_reason_can_be_computed_again(self) -> None:
        candidate = candidate_of(make_need(), make_home(place=north_of_school(0.1)))
        assert candidate.reasons[0] == Reason(
            code=ReasonCode.DISTANCE, points=28, detail="11.1 km away; 30 points at the place, none from 120 km."
        )

    def test_a_home_without_a_position_has_no_points_and_says_so(self) -> None:
        candidate = candidate_of(make_need(), make_home(place=None))
        assert candidate.distance_km is None
        assert candidate.eligible
        assert candidate.reasons[0] == Reason(
            code=ReasonCode.DISTANCE, points=0, detail="The distance is unknown: the home has no position."
        )

    def test_a_need_without_a_place_says_so(self) -> None:
        reason = candidate_of(make_need(place=None), make_home()).reasons[0]
        assert reason.points == 0
        assert reason.detail == "The distance is unknown: the wanted place has no position."

    @given(st.floats(min_value=0, max_value=20), st.floats(min_value=0, max_value=20))
    def test_a_home_farther_away_never_scores_more(self, one: float, other: float) -> None:
        nearer, farther = sorted([one, other])
        near = candidate_of(make_need(), make_home(place=north_of_school(nearer)))
        far = candidate_of(make_need(), make_home(place=north_of_school(farther)))
        assert near.score >= far.score


class TestProtectedIdentity:
    @pytest.mark.parametrize(
        ("degrees", "km", "points"),
        [
            (0.0, 10.0, 28),  # beside the school is within ten kilometres, too
            (0.05, 10.0, 28),  # 5.56 km
            (0.1, 20.0, 25),  # 11.12 km
            (1.0, 120.0, 0),  # 111.2 km
        ],
    )
    def test_the_distance_is_told_in_steps_of_ten_kilometres_and_the_points_are_for_the_step(
        self, degrees: float, km: float, points: int
    ) -> None:
        home = make_home(place=north_of_school(degrees))
        for candidate in (
            candidate_of(make_need(protected_identity=True), home),
            candidate_of(make_need(), replace(home, protected_identity=True)),
        ):
            assert candidate.distance_km == km
            assert points_of(candidate, ReasonCode.DISTANCE) == points
            assert candidate.reasons[0].detail.startswith(f"Within {km:.0f} km (protected identity);")

    def test_two_homes_within_the_same_step_can_not_be_told_apart(self) -> None:
        near = make_home("home-2", place=north_of_school(0.01), protected_identity=True)
        farther = make_home("home-1", place=north_of_school(0.08), protected_identity=True)
        ordered = candidates_for(make_need(), [near, farther])
        assert [candidate.home_id for candidate in ordered] == ["home-1", "home-2"]


class TestKnownHome:
    def test_a_home_that_the_child_knows_has_thirty_points_with_the_paragraph(self) -> None:
        candidate = candidate_of(make_need(knows_home_id="home-1"), make_home("home-1"))
        assert points_of(candidate, ReasonCode.KNOWS_CHILD) == 30
        assert candidate.score == 65  # with the distance, and because it was never asked
        assert "SoL 22:1" in candidate.reasons[0].detail

    def test_another_home_has_none(self) -> None:
        candidate = candidate_of(make_need(knows_home_id="home-2"), make_home("home-1"))
        assert points_of(candidate, ReasonCode.KNOWS_CHILD) is None

    def test_it_does_not_lift_a_hard_condition(self) -> None:
        candidate = candidate_of(make_need(knows_home_id="home-1"), make_home("home-1", occupied=2))
        assert not candidate.eligible


class TestLanguage:
    def test_a_shared_language_has_ten_points_and_is_named(self) -> None:
        need = make_need(languages=frozenset({"ar", "so"}))
        candidate = candidate_of(need, make_home(languages=frozenset({"sv", "so", "ar"})))
        assert points_of(candidate, ReasonCode.LANGUAGE) == 10
        assert candidate.reasons[1].detail == "Shared language: ar, so."

    def test_several_shared_languages_have_no_more(self) -> None:
        languages = frozenset({"ar", "so", "sv"})
        assert candidate_of(make_need(languages=languages), make_home(languages=languages)).score == 45

    def test_no_shared_language_has_none(self) -> None:
        candidate = candidate_of(make_need(languages=frozenset({"ar"})), make_home(languages=frozenset({"sv"})))
        assert points_of(candidate, ReasonCode.LANGUAGE) is None

    def test_everything_together_is_a_hundred(self) -> None:
        need = make_need(
            languages=frozenset({"ar"}),
            knows_home_id="home-1",
            sibling_homes=frozenset({"home-1"}),
            place_kind=PlaceKind.SCHOOL,
        )
        home = make_home("home-1", languages=frozenset({"ar"}), record=Record(ended_well=3))
        assert candidate_of(need, home).score == 100


class TestMayDecline:
    def test_a_contracted_emergency_home_can_not_decline(self) -> None:
        assert not may_decline(Assignment.CONTRACTED_EMERGENCY_HOME)
        assert not candidate_of(make_need(assignment=Assignment.CONTRACTED_EMERGENCY_HOME), make_home()).may_decline

    @pytest.mark.parametrize("assignment", sorted(set(Assignment) - {Assignment.CONTRACTED_EMERGENCY_HOME}))
    def test_every_other_home_may(self, assignment: Assignment) -> None:
        assert candidate_of(make_need(assignment=assignment), make_home()).may_decline


class TestOrder:
    def test_eligible_homes_come_first_whatever_their_score(self) -> None:
        full_beside_the_school = make_home("home-1", occupied=2)
        free_far_away = make_home("home-2", place=north_of_school(3))
        ordered = candidates_for(make_need(), [full_beside_the_school, free_far_away])
        assert [candidate.home_id for candidate in ordered] == ["home-2", "home-1"]

    def test_then_the_higher_score(self) -> None:
        near = make_home("home-1", place=north_of_school(0.1))  # 28 points
        known = make_home("home-2", place=north_of_school(0.5))  # 17 + 30 points
        ordered = candidates_for(make_need(knows_home_id="home-2"), [near, known])
        assert [candidate.home_id for candidate in ordered] == ["home-2", "home-1"]

    def test_then_the_shorter_distance(self) -> None:
        # Both are past the reach of the points.
        farther = make_home("home-1", place=north_of_school(3))
        nearer = make_home("home-2", place=north_of_school(2))
        ordered = candidates_for(make_need(), [farther, nearer])
        assert [candidate.home_id for candidate in ordered] == ["home-2", "home-1"]

    def test_an_unknown_distance_comes_after_a_long_one(self) -> None:
        unknown = make_home("home-1", place=None)
        far = make_home("home-2", place=north_of_school(3))
        ordered = candidates_for(make_need(), [unknown, far])
        assert [candidate.home_id for candidate in ordered] == ["home-2", "home-1"]

    def test_then_the_id(self) -> None:
        ordered = candidates_for(make_need(), [make_home("home-2"), make_home("home-1")])
        assert [candidate.home_id for candidate in ordered] == ["home-1", "home-2"]


class TestHardConditions:
    """R17: what else stands in a home's way."""

    def test_a_suspended_approval_takes_nobody_and_says_so(self) -> None:
        home = make_home(approvals=(make_approval(suspended=True),))
        assert obstacle_codes(candidate_of(make_need(), home)) == ["approval_suspended"]

    def test_another_approval_that_stands_is_enough(self) -> None:
        other = make_approval(approval_id="approval-2")
        home = make_home(approvals=(make_approval(suspended=True), other))
        assert approval_for(make_need(), home) == other

    def test_whoever_grows_out_of_the_ages_before_the_need_ends_can_not_come(self) -> None:
        assert obstacle_codes(candidate_of(make_need(age_then=13), make_home())) == ["outgrows_approval"]
        assert candidate_of(make_need(age_then=12), make_home()).eligible

    def test_of_two_approvals_that_which_lasts_is_the_one(self) -> None:
        longer = make_approval(approval_id="approval-2", age_to=17, places=1)
        home = make_home(approvals=(make_approval(), longer))
        assert approval_for(make_need(age_then=15), home) == longer

    @pytest.mark.parametrize(("places", "is_free"), [(0, False), (1, False), (2, True)])
    def test_a_home_that_is_away_or_full_by_its_own_word_takes_nobody_then(self, places: int, is_free: bool) -> None:
        period = Period(first=date(2026, 6, 1), last=date(2026, 6, 30), places=places)
        candidate = candidate_of(make_need(), make_home(occupied=1, periods=(period,)))
        assert obstacle_codes(candidate) == ([] if is_free else ["home_not_available"])

    @pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 7, 1)])
    def test_before_and_after_it_does(self, day: date) -> None:
        period = Period(first=date(2026, 6, 1), last=date(2026, 6, 30), places=0)
        assert candidate_of(make_need(on=day), make_home(periods=(period,))).eligible

    def test_siblings_who_are_to_stay_together_need_places_for_all(self) -> None:
        need = make_need(together=True, siblings_waiting=1)
        assert candidate_of(need, make_home()).eligible
        assert obstacle_codes(candidate_of(need, make_home(occupied=1))) == ["siblings_do_not_fit"]
        assert candidate_of(replace(need, together=False), make_home(occupied=1)).eligible

    def test_where_a_sibling_lives_the_others_may_come_one_by_one(self) -> None:
        need = make_need(together=True, siblings_waiting=1, sibling_homes=frozenset({"home-1"}))
        assert candidate_of(need, make_home("home-1", occupied=1)).eligible

    def test_a_home_in_another_municipality_waits_for_that_to_be_consulted(self) -> None:
        candidate = candidate_of(make_need(), make_home(host_to_consult=True))
        assert obstacle_codes(candidate) == ["host_not_consulted"]
        assert "SoL 22:6" in candidate.obstacles[0].detail

    def test_an_adult_of_the_home_is_not_placed_in_it(self) -> None:
        assert obstacle_codes(candidate_of(make_need(), make_home(is_own=True))) == ["person_of_the_home"]

    def test_who_is_to_be_kept_away_from_a_place_comes_to_no_home_near_it(self) -> None:
        need = make_need(not_near=(Circle(place=north_of_school(0.5), km=20.0),))
        near = candidate_of(need, make_home(place=north_of_school(0.4)))  # 11.1 km
        assert obstacle_codes(near) == ["too_near"]
        assert "km" not in near.obstacles[0].detail
        assert candidate_of(need, make_home(place=north_of_school(0.3))).eligible  # 22.2 km


class TestWhatSpeaksForAHome:
    def test_where_a_sibling_lives_all_points_and_where_all_would_fit_half_of_them(self) -> None:
        lives = make_need(sibling_homes=frozenset({"home-1"}))
        assert points_of(candidate_of(lives, make_home("home-1")), ReasonCode.SIBLINGS) == 15
        waits = make_need(siblings_waiting=1)
        assert points_of(candidate_of(waits, make_home("home-1")), ReasonCode.SIBLINGS) == 7
        assert points_of(candidate_of(waits, make_home("home-1", occupied=1)), ReasonCode.SIBLINGS) is None

    @pytest.mark.parametrize(("degrees", "points"), [(0.08, 5), (0.1, None)])  # 8.9 and 11.1 km
    def test_the_same_school_is_within_ten_kilometres(self, degrees: float, points: int | None) -> None:
        need = make_need(place_kind=PlaceKind.SCHOOL)
        candidate = candidate_of(need, make_home(place=north_of_school(degrees)))
        assert points_of(candidate, ReasonCode.SCHOOL) == points

    @pytest.mark.parametrize(("ended_well", "points"), [(0, None), (1, 2), (2, 4), (3, 5), (9, 5)])
    def test_placements_that_ended_well_speak_for_it_up_to_three(self, ended_well: int, points: int | None) -> None:
        candidate = candidate_of(make_need(), make_home(record=Record(ended_well=ended_well)))
        assert points_of(candidate, ReasonCode.EXPERIENCE) == points

    @pytest.mark.parametrize(
        ("asked_on", "points"),
        [(None, 5), (date(2026, 5, 2), 5), (date(2026, 5, 14), 3), (date(2026, 5, 31), None)],
    )
    def test_a_home_that_was_asked_lately_comes_a_little_after_others(
        self, asked_on: date | None, points: int | None
    ) -> None:
        candidate = candidate_of(make_need(), make_home(record=Record(asked_on=asked_on)))
        assert points_of(candidate, ReasonCode.ROTATION) == points


class TestWarnings:
    def codes(self, **overrides: Any) -> list[str]:
        return [str(one.code) for one in candidate_of(make_need(), make_home(**overrides)).warnings]

    def test_they_keep_nobody_out(self) -> None:
        home = make_home(record=Record(open_concern=True, trained=False, broke_down_on=date(2026, 1, 1)))
        candidate = candidate_of(make_need(), home)
        assert candidate.eligible
        codes = [str(one.code) for one in candidate.warnings]
        assert codes == ["open_concern", "training_missing", "recent_breakdown"]

    @pytest.mark.parametrize(("valid_until", "warned"), [(date(2026, 8, 30), True), (date(2026, 8, 31), False)])
    def test_an_approval_that_ends_within_ninety_days(self, valid_until: date, warned: bool) -> None:
        found = self.codes(approvals=(make_approval(valid_until=valid_until),))
        assert found == (["approval_expires"] if warned else [])

    @pytest.mark.parametrize(("broke_down_on", "warned"), [(date(2025, 6, 2), True), (date(2025, 6, 1), False)])
    def test_a_breakdown_is_recent_for_a_year(self, broke_down_on: date, warned: bool) -> None:
        assert self.codes(record=Record(broke_down_on=broke_down_on)) == (["recent_breakdown"] if warned else [])

    @pytest.mark.parametrize(
        "wishes", [Wishes(age_from=9), Wishes(age_to=7), Wishes(most_km=5), Wishes(takes_siblings=False)]
    )
    def test_what_the_home_would_rather_have_otherwise(self, wishes: Wishes) -> None:
        need = make_need(siblings_waiting=1)
        home = make_home(wishes=wishes, place=north_of_school(0.1))
        assert [str(one.code) for one in candidate_of(need, home).warnings] == ["outside_wishes"]

    def test_whether_training_was_attended_nobody_asks_where_nobody_tells(self) -> None:
        assert self.codes(record=Record(trained=None)) == []

    def test_a_fourth_child_is_told_to_the_inspectorate(self) -> None:
        assert self.codes(occupied=3, approvals=(make_approval(places=4),)) == ["more_than_three"]


class TestWeights:
    def test_a_municipality_weighs_as_it_will_and_all_together_are_a_hundred(self) -> None:
        weights = Weights(network=10, siblings=0, distance=10, language=0, school=0, experience=0, rotation=0)
        assert weights.scaled() == Weights(
            network=50, siblings=0, distance=50, language=0, school=0, experience=0, rotation=0
        )

    def test_what_has_no_weight_gives_no_points(self) -> None:
        weights = Weights(network=0, siblings=0, distance=100, language=0, school=0, experience=0, rotation=0)
        candidate = candidate_of(make_need(knows_home_id="home-1"), make_home("home-1"), weights)
        assert candidate.score == 100
        assert points_of(candidate, ReasonCode.KNOWS_CHILD) == 0

    @given(st.lists(st.integers(0, 100), min_size=7, max_size=7))
    def test_whatever_is_set_comes_to_a_hundred_or_to_nothing(self, given: list[int]) -> None:
        scaled = Weights(*given).scaled()
        shares = [getattr(scaled, name) for name in NAMES]
        assert sum(shares) == (100 if any(given) else 0)
        assert all((share > 0) <= (one > 0) for share, one in zip(shares, given, strict=True))


NAMES = ("network", "siblings", "distance", "language", "school", "experience", "rotation")


homes = st.lists(
    st.builds(
        make_home,
        st.uuids().map(str),
        occupied=st.integers(0, 3),
        place=st.none() | st.builds(north_of_school, st.sampled_from([0.0, 0.1, 0.5, 3.0])),
        languages=st.frozensets(st.sampled_from(["ar", "sv"])),
        approvals=st.sampled_from([(), (make_approval(),), (make_approval(age_from=13, age_to=17),)]),
    ),
    unique_by=lambda home: home.home_id,
)
needs = st.builds(
    make_need, age=st.integers(0, 20), languages=st.frozensets(st.sampled_from(["ar", "so"])), place=st.just(SCHOOL)
)


class TestEveryNeed:
    @given(needs, homes)
    def test_those_that_are_ranked_without_reasons_are_ranked_alike(self, need: Need, offered: list[HomeOffer]) -> None:
        eligible = [one.home_id for one in candidates_for(need, offered) if one.eligible]
        standing = [standing_of(need, one, free=free_places(need, one)) for one in offered if one.home_id in eligible]
        assert best_of(need, standing, Weights()) == eligible

    @given(st.data(), needs, homes)
    def test_the_order_in_which_homes_come_does_not_matter(
        self, data: st.DataObject, need: Need, offered: list[HomeOffer]
    ) -> None:
        assert candidates_for(need, data.draw(st.permutations(offered))) == candidates_for(need, offered)

    @given(needs, homes)
    def test_every_home_is_answered_once(self, need: Need, offered: list[HomeOffer]) -> None:
        answered = [candidate.home_id for candidate in candidates_for(need, offered)]
        assert sorted(answered) == sorted(home.home_id for home in offered)

    @given(needs, homes)
    def test_the_score_is_the_sum_of_its_reasons_and_within_a_hundred(
        self, need: Need, offered: list[HomeOffer]
    ) -> None:
        for candidate in candidates_for(replace(need, knows_home_id=offered[0].home_id if offered else None), offered):
            assert candidate.score == sum(reason.points for reason in candidate.reasons)
            assert 0 <= candidate.score <= 100

    @given(needs, homes)
    def test_a_home_is_eligible_exactly_when_an_approval_can_be_named(
        self, need: Need, offered: list[HomeOffer]
    ) -> None:
        for home in offered:
            assert candidate_of(need, home).eligible is (approval_for(need, home) is not None)
