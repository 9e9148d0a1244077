"""The clocks of the law: worked examples, each with its paragraph."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.placement.clocks import law, rules
from services.placement.clocks.rules import Followed, Stayed, Terms
from services.vocabulary.across import DeadlineKind
from services.vocabulary.assignments import Assignment

TERMS = Terms(plan_days=14, chair_days=14)
KIND = DeadlineKind


def followed(**overrides: Any) -> Followed:
    """A child of eight in a family home since 1 March 2026, with plans, by consent."""
    starts_on = overrides.get("starts_on", date(2026, 3, 1))
    values: dict[str, Any] = {
        "assignment": Assignment.FAMILY_HOME,
        "under_lvu": False,
        "born": date(2017, 10, 10),
        "starts_on": starts_on,
        "care_since": starts_on,
        "in_home_since": starts_on,
        "has_plans": True,
    }
    return Followed(**(values | overrides))


def due(**overrides: Any) -> dict[DeadlineKind, date]:
    return rules.deadlines(followed(**overrides), TERMS)


class TestCareConsideration:
    """SoL 22:13."""

    def test_it_is_due_six_months_after_the_care_began(self) -> None:
        assert due()[KIND.CARE_CONSIDERATION] == date(2026, 9, 1)

    def test_and_then_six_months_after_the_last_time(self) -> None:
        assert due(considered_on=date(2026, 8, 20))[KIND.CARE_CONSIDERATION] == date(2027, 2, 20)

    def test_where_the_month_lacks_the_day_its_last_day_counts(self) -> None:
        assert due(starts_on=date(2026, 8, 31))[KIND.CARE_CONSIDERATION] == date(2027, 2, 28)

    def test_a_move_to_another_home_does_not_begin_it_anew(self) -> None:
        moved = due(starts_on=date(2026, 6, 1), care_since=date(2026, 3, 1))
        assert moved[KIND.CARE_CONSIDERATION] == date(2026, 9, 1)

    def test_by_consent_it_ends_with_childhood(self) -> None:
        assert KIND.CARE_CONSIDERATION not in due(born=date(2008, 9, 1))
        assert due(born=date(2008, 9, 2))[KIND.CARE_CONSIDERATION] == date(2026, 9, 1)

    def test_under_lvu_it_goes_on(self) -> None:
        assert due(born=date(2008, 3, 2), under_lvu=True)[KIND.CARE_CONSIDERATION] == date(2026, 9, 1)

    @pytest.mark.parametrize("assignment", [Assignment.CONTACT_FAMILY, Assignment.CONTACT_PERSON])
    def test_a_contact_is_no_care(self, assignment: Assignment) -> None:
        assert due(assignment=assignment) == {}


class TestCustody:
    """SoL 22:14."""

    def test_it_is_due_after_two_years_in_the_same_family_home(self) -> None:
        assert due()[KIND.CUSTODY_CONSIDERATION] == date(2028, 3, 1)

    def test_and_then_each_year(self) -> None:
        again = due(custody_considered_on=date(2028, 2, 10))
        assert again[KIND.CUSTODY_CONSIDERATION] == date(2029, 2, 10)

    def test_it_counts_from_the_day_in_this_home_and_not_from_that_of_the_care(self) -> None:
        moved = due(starts_on=date(2026, 6, 1), care_since=date(2025, 9, 1))
        assert moved[KIND.CUSTODY_CONSIDERATION] == date(2028, 6, 1)

    def test_an_emergency_home_has_none(self) -> None:
        assert KIND.CUSTODY_CONSIDERATION not in due(assignment=Assignment.EMERGENCY_HOME)


class TestCarePlan:
    """SoL 9:13."""

    def test_it_is_revised_after_two_years_of_placement_in_whatever_home(self) -> None:
        moved = due(starts_on=date(2026, 6, 1), care_since=date(2025, 9, 1))
        assert moved[KIND.CARE_PLAN_REVISION] == date(2027, 9, 1)

    def test_and_then_each_year(self) -> None:
        assert due(plan_revised_on=date(2028, 1, 15))[KIND.CARE_PLAN_REVISION] == date(2029, 1, 15)

    def test_sooner_where_the_plan_says_so(self) -> None:
        assert due(plan_review_on=date(2026, 5, 1))[KIND.CARE_PLAN_REVISION] == date(2026, 5, 1)
        assert due(plan_review_on=date(2030, 5, 1))[KIND.CARE_PLAN_REVISION] == date(2028, 3, 1)


class TestEmergencyStay:
    """SoL 22:4."""

    def emergency(self, **overrides: Any) -> dict[DeadlineKind, date]:
        return due(assignment=Assignment.EMERGENCY_HOME, **overrides)

    def test_it_is_two_months_after_the_investigation(self) -> None:
        limit = self.emergency(investigation_ended_on=date(2026, 6, 30))
        assert limit[KIND.EMERGENCY_STAY_LIMIT] == date(2026, 8, 30)

    def test_of_an_investigation_that_goes_on_there_is_none(self) -> None:
        assert KIND.EMERGENCY_STAY_LIMIT not in self.emergency()

    def test_special_reasons_move_it_and_never_back(self) -> None:
        ended = date(2026, 6, 30)
        longer = self.emergency(investigation_ended_on=ended, longer_until=date(2026, 10, 1))
        assert longer[KIND.EMERGENCY_STAY_LIMIT] == date(2026, 10, 1)
        shorter = self.emergency(investigation_ended_on=ended, longer_until=date(2026, 7, 1))
        assert shorter[KIND.EMERGENCY_STAY_LIMIT] == date(2026, 8, 30)

    def test_a_family_home_has_none(self) -> None:
        assert KIND.EMERGENCY_STAY_LIMIT not in due(investigation_ended_on=date(2026, 6, 30))


class TestOthers:
    def test_plans_that_are_missing_are_due_some_days_after_the_first(self) -> None:
        assert due(has_plans=False)[KIND.PLAN_MISSING] == date(2026, 3, 15)
        assert KIND.PLAN_MISSING not in due()

    def test_what_the_chair_decided_is_followed_up_also_of_one_that_is_over(self) -> None:
        over = due(chair_decided_on=date(2026, 2, 27), ends_on=date(2026, 3, 2))
        assert over == {KIND.CHAIR_DECISION_FOLLOW_UP: date(2026, 3, 13)}

    def test_of_one_that_was_cancelled_nothing_else_is_due(self) -> None:
        never = {"ends_on": date(2026, 2, 28), "more_than_three": True, "has_plans": False}
        assert due(**never, care_since=date(2025, 6, 1)) == {}
        assert due(**never, chair_decided_on=date(2026, 2, 20)).keys() == {KIND.CHAIR_DECISION_FOLLOW_UP}

    def test_more_than_three_are_told_at_once_and_once(self) -> None:
        assert due(more_than_three=True)[KIND.MORE_THAN_THREE] == date(2026, 3, 1)
        assert KIND.MORE_THAN_THREE not in due(more_than_three=True, ivo_told=True)

    def test_a_decision_that_is_not_carried_out_is_reported_after_three_months(self) -> None:
        assert rules.unexecuted(date(2026, 11, 30)) == date(2027, 2, 28)

    def test_an_end_takes_away_what_would_come_after_it(self) -> None:
        assert due(ends_on=date(2026, 8, 31)) == {}
        assert due(ends_on=date(2026, 9, 1)) == {KIND.CARE_CONSIDERATION: date(2026, 9, 1)}


class TestWithoutBreak:
    FIRST = Stayed(home_id="a", starts_on=date(2024, 1, 10), ends_on=date(2024, 6, 30))
    SECOND = Stayed(home_id="b", starts_on=date(2024, 7, 1), ends_on=date(2025, 2, 1))
    THIRD = Stayed(home_id="b", starts_on=date(2025, 2, 1))

    def test_care_goes_on_from_home_to_home(self) -> None:
        stays = [self.FIRST, self.SECOND, self.THIRD]
        assert rules.care_since(stays, self.THIRD) == date(2024, 1, 10)
        assert rules.in_home_since(stays, self.THIRD) == date(2024, 7, 1)

    def test_a_day_between_begins_it_anew(self) -> None:
        later = replace(self.SECOND, starts_on=date(2024, 7, 2))
        assert rules.care_since([self.FIRST, later], later) == date(2024, 7, 2)

    def test_nor_does_one_that_was_cancelled_carry_it_on(self) -> None:
        never = Stayed(home_id="b", starts_on=date(2026, 6, 1), ends_on=date(2026, 5, 31))
        here = Stayed(home_id="c", starts_on=date(2026, 6, 2))
        assert rules.care_since([never, here], here) == date(2026, 6, 2)

    def test_what_comes_later_does_not_count(self) -> None:
        assert rules.care_since([self.FIRST, self.SECOND, self.THIRD], self.FIRST) == date(2024, 1, 10)


class TestLaw:
    def test_what_replaces_lvu_holds_from_its_day_on(self) -> None:
        assert law.CARE_UNDER_LVU.on(date(2026, 12, 31)).paragraph == "SoL 22:13, LVU 13 §"
        assert "replaces" in law.CARE_UNDER_LVU.on(date(2027, 1, 1)).paragraph

    def test_a_deadline_quotes_what_holds_on_its_day(self) -> None:
        new_year = date(2027, 1, 1)
        kind = KIND.CUSTODY_CONSIDERATION
        before = law.paragraph(kind, date(2026, 12, 31), under_lvu=True)
        assert before == "SoL 22:14, LVU 13 c §"
        assert law.paragraph(kind, new_year, under_lvu=True) == "SoL 22:14 and the act that replaces LVU 13 c §"
        assert law.paragraph(KIND.VISIT_UNCONFIRMED, date(2026, 5, 1)) is None

    def test_of_care_by_consent_it_quotes_nothing_of_lvu(self) -> None:
        for kind in KIND:
            assert "LVU" not in (law.paragraph(kind, date(2026, 5, 1)) or "")
        assert law.paragraph(KIND.CARE_CONSIDERATION, date(2026, 5, 1), under_lvu=True) == "SoL 22:13, LVU 13 §"
        assert law.paragraph(KIND.PLAN_MISSING, date(2026, 5, 1), under_lvu=True) == "SoL 9:12, SoF 10:2-3"

    def test_a_rule_that_changes_holds_for_times_that_run_when_it_does(self) -> None:
        changing = law.Rule(
            (
                law.Provision(since=date(2025, 7, 1), paragraph="old", months=6),
                law.Provision(since=date(2027, 1, 1), paragraph="new", months=4),
            )
        )
        assert rules._after(date(2026, 12, 1), changing) == date(2027, 4, 1)
        assert rules._after(date(2026, 8, 1), changing) == date(2027, 1, 1)  # and not before the new one holds
        assert rules._after(date(2026, 3, 1), changing) == date(2026, 9, 1)


class TestWarnedAt:
    def test_on_a_working_day_at_eight_in_the_morning(self) -> None:
        # Fourteen days before 3 May 2027 is Monday 19 April; before 20 June 2026 it is Saturday 6 June, the national
        # day, and before that the Friday.
        assert rules.warned_at(date(2027, 5, 3), 14) == datetime(2027, 4, 19, 6, tzinfo=UTC)
        assert rules.warned_at(date(2026, 6, 20), 14) == datetime(2026, 6, 5, 6, tzinfo=UTC)


class TestChanged:
    kinds = st.dictionaries(st.sampled_from(list(KIND)), st.dates(date(2026, 1, 1), date(2026, 1, 5)))

    @given(known=kinds, wanted=kinds)
    def test_what_is_kept_moved_and_taken_away_comes_to_what_is_wanted(
        self, known: dict[DeadlineKind, date], wanted: dict[DeadlineKind, date]
    ) -> None:
        news, gone = rules.changed(known, wanted)
        assert {kind: day for kind, day in (known | news).items() if kind not in gone} == wanted
        assert not news.keys() & gone
        assert all(known.get(kind) != day for kind, day in news.items())
