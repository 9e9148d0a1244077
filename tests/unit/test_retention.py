"""How long a file is kept: the law's rules with their worked examples (SoL 2025:400, chapter 16)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.kernel.contracts.keep import NOT_YET, Due, Keep, Kept, Verdict
from services.vocabulary.retention import (
    CHILD_PLACED,
    CHILDS_PAPERS,
    IN_USE,
    RESEARCH_BIRTH_DAY,
    RESEARCH_MUNICIPALITY,
    Papers,
    is_child,
    judge,
)

FIVE = Keep(years=5, after="the last entry", law="SoL 16:1")
PAPERS = Papers(last_entry=date(2026, 5, 10), born=(date(1980, 3, 4),))
OREBRO = "1880"


def on(day: date, *, code: str = OREBRO, **known: Any) -> Verdict:
    return judge(replace(PAPERS, **known), FIVE, today=day, municipality_code=code)


class TestFiveYears:
    def test_the_last_entry_of_10_may_2026_is_due_on_10_may_2031_and_by_the_end_of_2032(self) -> None:
        assert on(date(2031, 5, 9)) == NOT_YET
        assert on(date(2031, 5, 10)) == Due(since=date(2031, 5, 10), finish_by=date(2032, 12, 31))
        assert on(date(2040, 1, 1)) == Due(since=date(2031, 5, 10), finish_by=date(2032, 12, 31))

    def test_an_entry_of_29_february_is_due_on_28_february(self) -> None:
        assert on(date(2033, 2, 28), last_entry=date(2028, 2, 29)) == Due(
            since=date(2033, 2, 28), finish_by=date(2034, 12, 31)
        )

    def test_what_goes_on_is_never_due(self) -> None:
        assert on(date(2050, 1, 1), in_use=True) == IN_USE

    def test_what_comes_of_a_childs_placement_is_kept_for_ever(self) -> None:
        assert on(date(2126, 1, 1), child_placed=True) == CHILD_PLACED
        assert CHILD_PLACED.law == "SoL 16:2"


class TestResearch:
    @pytest.mark.parametrize("day", [5, 15, 25])
    def test_who_was_born_on_the_5th_15th_or_25th_of_any_month_is_kept(self, day: int) -> None:
        for month in range(1, 13):
            assert on(date(2050, 1, 1), born=(date(1981, 1, 2), date(1980, month, day))) == RESEARCH_BIRTH_DAY

    def test_no_other_day_is(self) -> None:
        others = [day for day in range(1, 32) if day not in (5, 15, 25)]
        assert {type(on(date(2050, 1, 1), born=(date(1980, 1, day),))) for day in others} == {Due}

    @pytest.mark.parametrize(
        ("code", "town"), [("0580", "Linköping"), ("0980", "Gotland"), ("2281", "Sundsvall"), ("1480", "Göteborg")]
    )
    def test_three_counties_and_gothenburg_keep_everything(self, code: str, town: str) -> None:
        assert on(date(2050, 1, 1), code=code) == RESEARCH_MUNICIPALITY, town

    @pytest.mark.parametrize("code", ["1880", "1980", "0180", "1481", "1405", "2080"])
    def test_others_do_not(self, code: str) -> None:
        assert isinstance(on(date(2050, 1, 1), code=code), Due)


class TestAChildsPapers:
    """SoL 16:2 a holds from 15 January 2026, and not for matters that were closed before."""

    BORN = date(2017, 1, 1)

    def test_they_are_kept_until_the_30th_birthday(self) -> None:
        known: dict[str, Any] = {"born": (self.BORN,), "protects": self.BORN}
        assert on(date(2031, 5, 9), **known) == NOT_YET
        assert on(date(2046, 12, 31), **known) == CHILDS_PAPERS
        assert on(date(2047, 1, 1), **known) == Due(since=date(2047, 1, 1), finish_by=date(2048, 12, 31))

    def test_of_somebody_nearly_30_the_five_years_are_longer(self) -> None:
        born = date(1997, 1, 1)
        assert on(date(2031, 5, 10), born=(born,), protects=born) == Due(
            since=date(2031, 5, 10), finish_by=date(2032, 12, 31)
        )

    def test_a_matter_closed_on_14_january_2026_has_its_five_years_and_one_of_the_15th_the_30(self) -> None:
        known: dict[str, Any] = {"born": (self.BORN,), "protects": self.BORN}
        assert on(date(2031, 1, 14), last_entry=date(2026, 1, 14), **known) == Due(
            since=date(2031, 1, 14), finish_by=date(2032, 12, 31)
        )
        assert on(date(2031, 1, 15), last_entry=date(2026, 1, 15), **known) == CHILDS_PAPERS

    def test_a_child_is_under_18_on_the_day_also_before_its_birth(self) -> None:
        assert is_child(self.BORN, date(2034, 12, 31))
        assert not is_child(self.BORN, date(2035, 1, 1))
        assert is_child(self.BORN, date(2016, 12, 1))


def test_what_binds_for_ever_is_said_before_what_passes() -> None:
    """Whoever reads why learns the strongest reason."""
    known: dict[str, Any] = {"child_placed": True, "born": (date(1980, 1, 5),)}
    assert on(date(2026, 6, 1), code="1480", **known) == CHILD_PLACED
    assert on(date(2026, 6, 1), born=(date(1980, 1, 5),)) == RESEARCH_BIRTH_DAY
    assert isinstance(on(date(2026, 6, 1)), Kept)
