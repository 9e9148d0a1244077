"""Free places by assignment and age."""

from collections import Counter

from services.placement.placements.free import Bound, Offered, free_places


def an_offer(home_id: str = "home", **overrides: object) -> Offered:
    said = {"home_id": home_id, "assignments": ["family_home"], "age_from": 0, "age_to": 6, "places": 2}
    return Offered(**{**said, **overrides})  # type: ignore[arg-type]


def test_a_home_has_the_places_that_nobody_takes() -> None:
    assert free_places([an_offer(), an_offer("other")], Counter(home=1), {}) == {("family_home", 0, 6): 3}


def test_a_full_home_and_one_that_has_more_than_its_places_have_none() -> None:
    assert free_places([an_offer(), an_offer("other")], Counter(home=2, other=3), {}) == {}


def test_a_place_counts_for_each_assignment_and_each_age_that_it_may_be_for() -> None:
    offer = an_offer(assignments=["family_home", "emergency_home"], age_from=6, age_to=13)
    assert free_places([offer], Counter(), {}) == {
        (assignment, *ages): 2 for assignment in offer.assignments for ages in ((0, 6), (7, 12), (13, 17))
    }


def test_two_approvals_for_one_thing_are_the_places_of_the_larger() -> None:
    assert free_places([an_offer(), an_offer(places=3)], Counter(home=1), {}) == {("family_home", 0, 6): 2}


def test_the_old_are_counted_with_the_last_age() -> None:
    assert free_places([an_offer(age_from=65, age_to=80)], Counter(), {}) == {("family_home", 18, 20): 2}


def test_a_contracted_home_has_the_places_and_ages_of_its_contract() -> None:
    offer = an_offer(assignments=["contracted_emergency_home", "emergency_home"], age_to=17, places=3)
    bound = {"home": [Bound(age_from=7, age_to=12, free=1)]}
    assert free_places([offer], Counter(home=1), bound) == {
        ("contracted_emergency_home", 7, 12): 1,
        **{("emergency_home", *ages): 2 for ages in ((0, 6), (7, 12), (13, 17))},
    }


def test_one_whose_contract_does_not_hold_has_none_and_one_outside_its_approval_neither() -> None:
    offer = an_offer(assignments=["contracted_emergency_home"])
    assert free_places([offer], Counter(), {"home": []}) == {}
    assert free_places([offer], Counter(), {"home": [Bound(age_from=13, age_to=17, free=2)]}) == {}
