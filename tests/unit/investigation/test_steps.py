"""R12: which steps an investigation still lacks, and of which adult."""

from datetime import date

import pytest

from services.investigation.investigations.rules import Demands
from services.investigation.steps.rules import USUAL, Held, Known, Requirement, Step, missing
from services.vocabulary.assignments import Assignment

DAY = date(2026, 5, 1)
BOTH = frozenset({"anna", "bo"})


def held(step: Step, *adult_ids: str, on: date = DAY) -> Held:
    return Held(step=step, on=on, adult_ids=frozenset(adult_ids))


def known(*steps: Held, **more: object) -> Known:
    return Known(adult_ids=("anna", "bo"), held=steps, **more)  # type: ignore[arg-type]


class TestMissing:
    def test_of_an_investigation_that_has_just_begun_everything_that_is_asked_for_is(self) -> None:
        assert list(missing(USUAL[Assignment.FAMILY_HOME], known())) == [
            (Requirement.HOME_VISIT, None),
            (Requirement.INTERVIEW, "anna"),
            (Requirement.INTERVIEW, "bo"),
            (Requirement.REFERENCE, "anna"),
            (Requirement.REFERENCE, "bo"),
        ]

    def test_a_contact_person_is_not_visited_at_home(self) -> None:
        assert Requirement.HOME_VISIT not in USUAL[Assignment.CONTACT_PERSON]
        assert USUAL[Assignment.CONTACT_FAMILY] - USUAL[Assignment.CONTACT_PERSON] == {Requirement.HOME_VISIT}

    @pytest.mark.parametrize("step", [Step.INTERVIEW_APART, Step.INTERVIEW_TOGETHER, Step.DEEP_INTERVIEW])
    def test_each_adult_is_interviewed_in_one_way_or_another(self, step: Step) -> None:
        asked = [Requirement.INTERVIEW]
        assert list(missing(asked, known(held(step, "anna")))) == [(Requirement.INTERVIEW, "bo")]
        assert list(missing(asked, known(held(step, "anna", "bo")))) == []

    def test_an_interview_together_is_none_apart(self) -> None:
        steps = known(held(Step.INTERVIEW_TOGETHER, "anna", "bo"))
        assert list(missing([Requirement.INTERVIEW_APART], steps)) == [
            (Requirement.INTERVIEW_APART, "anna"),
            (Requirement.INTERVIEW_APART, "bo"),
        ]

    def test_a_reference_is_given_on_each_adult(self) -> None:
        asked = [Requirement.REFERENCE]
        assert list(missing(asked, known(referenced=frozenset({"bo"})))) == [(Requirement.REFERENCE, "anna")]

    def test_the_children_are_heard_where_there_are_any(self) -> None:
        asked = [Requirement.CHILDREN_HEARD]
        assert list(missing(asked, known())) == []
        assert list(missing(asked, known(has_children=True))) == [(Requirement.CHILDREN_HEARD, None)]
        assert list(missing(asked, known(held(Step.CHILDREN_HEARD), has_children=True))) == []

    def test_a_visit_before_the_family_moved_was_to_another_home(self) -> None:
        asked, moved = [Requirement.HOME_VISIT], date(2026, 5, 2)
        assert list(missing(asked, known(held(Step.HOME_VISIT), moved_on=moved))) == [(Requirement.HOME_VISIT, None)]
        assert list(missing(asked, known(held(Step.HOME_VISIT, on=moved), moved_on=moved))) == []


class TestDemands:
    def test_each_assignment_adds_what_it_asks_for(self) -> None:
        demands = Demands(near_km=50, centre=None)
        assert demands.steps_for(["contact_person", "family_home"]) == USUAL[Assignment.FAMILY_HOME]

    def test_a_municipality_may_ask_for_more_or_less(self) -> None:
        said = {"family_home": frozenset({Requirement.DEEP_INTERVIEW})}
        demands = Demands(near_km=50, centre=None, steps=said)
        assert demands.steps_for(["family_home"]) == {Requirement.DEEP_INTERVIEW}
        assert demands.steps_for(["emergency_home"]) == USUAL[Assignment.EMERGENCY_HOME]
