"""R11: what stands in the way of approving a home, and what does not."""

from datetime import date
from typing import Any

import pytest

from services.investigation.checks.status import CheckStatus, Register, status_on
from services.investigation.investigations.blockers import Area, Blocker, Check, Rating, blockers_of


def make_checks(*adult_ids: str, **overrides: CheckStatus) -> list[Check]:
    """Every check of the adults is clear, but of the registers that are named."""
    return [
        Check(adult_id=adult_id, register=register, status=overrides.get(register, CheckStatus.CLEAR))
        for adult_id in adult_ids
        for register in Register
    ]


def find(**overrides: Any) -> tuple[Blocker, ...]:
    """The blockers of a household of one adult in which everything is well, but for what is named."""
    values: dict[str, Any] = {
        "household_complete": True,
        "adult_ids": ["anna"],
        "checks": make_checks("anna"),
        "ratings": dict.fromkeys(Area, Rating.MET),
    }
    return blockers_of(**(values | overrides))


def said(found: tuple[Blocker, ...]) -> list[tuple[str, str]]:
    return [(blocker.code, blocker.detail) for blocker in found]


class TestBlockers:
    def test_nothing_stands_in_the_way_of_a_checked_and_assessed_household(self) -> None:
        assert find() == ()

    def test_an_assessed_remark_and_an_area_met_with_conditions_do_not(self) -> None:
        ratings = dict.fromkeys(Area, Rating.MET_WITH_CONDITIONS)
        assert find(checks=make_checks("anna", police=CheckStatus.REMARK), ratings=ratings) == ()

    def test_an_unknown_member_of_the_household_does(self) -> None:
        assert said(find(household_complete=False)) == [
            ("household_incomplete", "It is not known that every adult of the household is named.")
        ]

    def test_a_household_without_an_adult_does(self) -> None:
        assert said(find(adult_ids=[], checks=[])) == [("no_adult", "The household has no adult.")]

    @pytest.mark.parametrize(
        ("status", "code", "detail"),
        [
            (CheckStatus.PENDING, "register_check_missing", "has no outcome yet"),
            (CheckStatus.REQUESTED, "register_check_missing", "has no outcome yet"),
            (CheckStatus.FAILED, "register_check_failed", "failed"),
            (CheckStatus.EXPIRED, "register_check_outdated", "is too old"),
        ],
    )
    def test_a_missing_failed_or_outdated_check_does(self, status: CheckStatus, code: str, detail: str) -> None:
        assert said(find(checks=make_checks("anna", enforcement=status))) == [
            (code, f"The check of adult anna in the register enforcement {detail}.")
        ]

    def test_every_adult_is_checked_in_every_register(self) -> None:
        found = find(adult_ids=["anna", "bo"], checks=make_checks("anna"))
        assert said(found) == [
            ("register_check_missing", f"The check of adult bo in the register {register} has no outcome yet.")
            for register in ("police", "social_register", "social_insurance", "enforcement", "transport")
        ]

    def test_every_one_of_the_seven_areas_is_assessed(self) -> None:
        assert said(find(ratings={})) == [
            ("area_not_assessed", f"The area {area} is not assessed.")
            for area in ("housing", "economy", "network", "age", "experience", "health", "family_situation")
        ]

    def test_an_area_that_is_not_met_does(self) -> None:
        ratings = {**dict.fromkeys(Area, Rating.MET), Area.ECONOMY: Rating.NOT_MET}
        assert said(find(ratings=ratings)) == [("area_not_met", "The area economy is assessed as not met.")]

    def test_all_of_them_are_named_at_once(self) -> None:
        # The household, five registers of one adult, seven areas.
        assert len(find(household_complete=False, checks=[], ratings={})) == 1 + 5 + 7


class TestPeoplesAssessments:
    @pytest.mark.parametrize("area", [Area.AGE, Area.HEALTH, Area.ECONOMY])
    def test_age_health_and_economy_refuse_nobody_by_themselves(self, area: Area) -> None:
        met = dict.fromkeys(Area, Rating.MET)
        assert find(ratings={**met, area: Rating.MET_WITH_CONDITIONS}) == ()
        assert [one.area for one in find(ratings={**met, area: Rating.NOT_MET})] == [area]  # somebody has said so


class TestStatusOn:
    def test_a_check_without_an_outcome_is_pending(self) -> None:
        assert status_on(date(2026, 5, 2), recorded=None, valid_until=None) == "pending"

    @pytest.mark.parametrize(("day", "status"), [(date(2026, 11, 2), "clear"), (date(2026, 11, 3), "expired")])
    def test_a_check_is_good_on_its_last_day_and_expired_on_the_next(self, day: date, status: str) -> None:
        assert status_on(day, recorded=CheckStatus.CLEAR, valid_until=date(2026, 11, 2)) == status
