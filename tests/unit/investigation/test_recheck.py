"""R15: an approved home is looked up again before a check grows old and before a placed child's care is considered."""

from datetime import date

import pytest

from services.investigation.checks.recheck import (
    Newest,
    Stay,
    considered_by,
    considered_since,
    has_run_out,
    registers_due,
)
from services.investigation.checks.status import Register

POLICE, TRANSPORT = Register.POLICE, Register.TRANSPORT


def newest(register: Register, checked_on: date, valid_until: date) -> Newest:
    return Newest(register=register, checked_on=checked_on, valid_until=valid_until)


FRESH = newest(POLICE, date(2026, 5, 1), date(2026, 11, 1))


class TestConsideredBy:
    @pytest.mark.parametrize(
        ("until", "day"),
        [
            (date(2026, 11, 30), None),
            (date(2026, 12, 1), date(2026, 12, 1)),
            (date(2027, 5, 31), date(2026, 12, 1)),
            (date(2027, 6, 1), date(2027, 6, 1)),
            (date(2029, 1, 1), date(2028, 12, 1)),
        ],
    )
    def test_care_is_considered_each_six_months_from_the_start(self, until: date, day: date | None) -> None:
        assert considered_by(date(2026, 6, 1), until) == day

    def test_where_the_month_lacks_the_day_its_last_one_counts(self) -> None:
        assert considered_by(date(2026, 8, 31), date(2027, 3, 1)) == date(2027, 2, 28)


def stay(starts_on: date, ends_on: date | None = None, considered_on: date | None = None) -> Stay:
    return Stay(starts_on=starts_on, ends_on=ends_on, considered_on=considered_on)


class TestConsideredSince:
    JUNE, SEPTEMBER = date(2026, 6, 1), date(2026, 9, 15)

    def test_the_care_of_a_child_begins_with_its_first_stay(self) -> None:
        assert considered_since([], stay(self.JUNE)) == self.JUNE

    @pytest.mark.parametrize("ends_on", [date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 20), None])
    def test_moving_to_another_home_does_not_begin_it_anew(self, ends_on: date | None) -> None:
        assert considered_since([stay(self.JUNE, ends_on)], stay(self.SEPTEMBER)) == self.JUNE

    def test_a_day_at_home_does(self) -> None:
        assert considered_since([stay(self.JUNE, date(2026, 9, 13))], stay(self.SEPTEMBER)) == self.SEPTEMBER

    def test_several_moves_are_one_care(self) -> None:
        before = [stay(date(2026, 8, 1), date(2026, 9, 14)), stay(self.JUNE, date(2026, 7, 31))]
        assert considered_since(before, stay(self.SEPTEMBER)) == self.JUNE

    def test_what_was_considered_in_the_home_before_counts(self) -> None:
        before = [stay(self.JUNE, date(2026, 9, 14), date(2026, 8, 20))]
        assert considered_since(before, stay(self.SEPTEMBER)) == date(2026, 8, 20)
        assert considered_since(before, stay(self.SEPTEMBER, None, date(2026, 10, 1))) == date(2026, 10, 1)

    def test_what_was_considered_in_an_earlier_care_does_not(self) -> None:
        before = [stay(self.JUNE, date(2026, 7, 1), date(2026, 6, 20))]
        assert considered_since(before, stay(self.SEPTEMBER)) == self.SEPTEMBER


class TestHasRunOut:
    def test_an_outcome_is_good_on_its_last_day(self) -> None:
        assert has_run_out([FRESH], date(2026, 11, 1)) is False
        assert has_run_out([FRESH], date(2026, 11, 2)) is True

    def test_one_that_has_run_out_is_enough(self) -> None:
        other = newest(TRANSPORT, date(2026, 5, 1), date(2027, 5, 1))
        assert has_run_out([other, FRESH], date(2026, 11, 2)) is True

    def test_of_nobody_nothing_runs_out(self) -> None:
        assert has_run_out([], date(2026, 11, 2)) is False


class TestRegistersDue:
    def test_so_many_days_before_an_outcome_grows_old_its_register_is_asked_again(self) -> None:
        assert registers_due([FRESH], today=date(2026, 10, 1), lead=30) == {}
        assert registers_due([FRESH], today=date(2026, 10, 2), lead=30) == {POLICE: date(2026, 11, 1)}

    def test_the_oldest_outcome_of_anybody_in_the_home_counts(self) -> None:
        older = newest(POLICE, date(2026, 2, 1), date(2026, 8, 1))
        assert registers_due([FRESH, older], today=date(2026, 7, 10), lead=30) == {POLICE: date(2026, 8, 1)}

    def test_only_what_grows_old_is(self) -> None:
        other = newest(TRANSPORT, date(2026, 5, 1), date(2027, 5, 1))
        assert registers_due([other, FRESH], today=date(2026, 10, 15), lead=30) == {POLICE: date(2026, 11, 1)}

    def test_where_a_municipality_looks_ahead_to_homes_in_use_only_the_others_are_once_an_outcome_has_run_out(
        self,
    ) -> None:
        assert registers_due([FRESH], today=date(2026, 11, 1), lead=30, looks_ahead=False) == {}
        found = registers_due([FRESH], today=date(2026, 11, 2), lead=30, looks_ahead=False)
        assert found == {POLICE: date(2026, 11, 1)}

    def test_before_a_childs_care_is_considered_the_police_are_asked_whatever_is_good_still(self) -> None:
        good = [
            newest(POLICE, date(2026, 5, 1), date(2028, 5, 1)),
            newest(TRANSPORT, date(2026, 5, 1), date(2028, 5, 1)),
        ]
        asked = {"lead": 30, "children_since": [date(2026, 6, 1)]}
        assert registers_due(good, today=date(2026, 10, 31), **asked) == {}
        assert registers_due(good, today=date(2026, 11, 1), **asked) == {POLICE: date(2026, 12, 1)}

    def test_asked_once_for_a_consideration_they_are_not_asked_again_for_it(self) -> None:
        asked = [newest(POLICE, date(2026, 11, 5), date(2028, 5, 1))]
        since = {"lead": 30, "children_since": [date(2026, 6, 1)]}
        assert registers_due(asked, today=date(2026, 11, 20), **since) == {}
        assert registers_due(asked, today=date(2027, 5, 2), **since) == {POLICE: date(2027, 6, 1)}

    def test_where_the_day_has_passed_and_they_were_not_asked_they_still_are(self) -> None:
        good = [newest(POLICE, date(2026, 5, 1), date(2028, 5, 1))]
        asked = {"lead": 30, "children_since": [date(2026, 6, 1)]}
        assert registers_due(good, today=date(2027, 1, 20), **asked) == {POLICE: date(2026, 12, 1)}

    def test_of_several_children_the_next_consideration_counts(self) -> None:
        good = [newest(POLICE, date(2026, 5, 1), date(2028, 5, 1))]
        since = [date(2026, 6, 1), date(2026, 4, 20)]
        assert registers_due(good, today=date(2026, 9, 25), lead=30, children_since=since) == {
            POLICE: date(2026, 10, 20)
        }
