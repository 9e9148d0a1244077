"""The second gate: who may decide on care in a home, on what ground, and when a decision is needed."""

from datetime import date, timedelta

import pytest

from services.placement.placements import care
from services.placement.placements.care import Authority, Decision, LegalGround, PlacementKind
from services.vocabulary.assignments import LIVING, Assignment

BESIDE = sorted(frozenset(Assignment) - LIVING)
MAY_20 = date(2026, 5, 20)


def decided(authority: Authority, day: int) -> Decision:
    return Decision(authority=authority, ground=LegalGround.SOL_CONSENT, decided_on=date(2026, 5, day))


class TestNeedsDecision:
    @pytest.mark.parametrize("assignment", sorted(LIVING))
    def test_whoever_is_to_live_there_needs_one(self, assignment: Assignment) -> None:
        assert care.needs_decision(assignment, PlacementKind.STAY)

    @pytest.mark.parametrize("assignment", BESIDE)
    def test_a_contact_needs_none(self, assignment: Assignment) -> None:
        assert not care.needs_decision(assignment, PlacementKind.STAY)

    def test_an_introduction_needs_none(self) -> None:
        assert not care.needs_decision(Assignment.FAMILY_HOME, PlacementKind.INTRODUCTION)


class TestMayDecide:
    @pytest.mark.parametrize("authority", [Authority.BOARD, Authority.COMMITTEE])
    @pytest.mark.parametrize("assignment", list(Assignment))
    @pytest.mark.parametrize("urgent", [True, False])
    def test_the_board_and_its_committee_always_may(
        self, authority: Authority, assignment: Assignment, urgent: bool
    ) -> None:
        assert care.may_decide(authority, assignment, urgent=urgent)

    @pytest.mark.parametrize("assignment", sorted(LIVING))
    def test_the_chair_may_only_where_it_can_not_wait(self, assignment: Assignment) -> None:
        assert care.may_decide(Authority.CHAIR_URGENT, assignment, urgent=True)
        assert not care.may_decide(Authority.CHAIR_URGENT, assignment, urgent=False)

    @pytest.mark.parametrize("assignment", BESIDE)
    def test_of_a_contact_nothing_is_so_urgent(self, assignment: Assignment) -> None:
        assert not care.may_decide(Authority.CHAIR_URGENT, assignment, urgent=True)

    def test_an_official_may_decide_about_contacts_and_nothing_else(self) -> None:
        may = [one for one in Assignment if care.may_decide(Authority.DELEGATE, one, urgent=True)]
        assert may == [Assignment.CONTACT_FAMILY, Assignment.CONTACT_PERSON]


class TestFitsAge:
    @pytest.mark.parametrize("ground", [LegalGround.LVU, LegalGround.LVU_URGENT])
    def test_lvu_holds_until_the_twentieth_birthday(self, ground: LegalGround) -> None:
        assert care.fits_age(ground, 19)
        assert not care.fits_age(ground, 20)

    def test_consent_has_no_age(self) -> None:
        assert care.fits_age(LegalGround.SOL_CONSENT, 54)


class TestIntroduction:
    @pytest.mark.parametrize(("days", "is_one"), [(-1, False), (0, True), (7, True), (8, False)])
    def test_it_lasts_at_most_seven_days_after_its_first(self, days: int, is_one: bool) -> None:
        assert care.is_introduction(MAY_20, MAY_20 + timedelta(days=days)) is is_one

    def test_one_without_an_end_is_none(self) -> None:
        assert not care.is_introduction(MAY_20, None)


class TestWaitsForCommittee:
    def test_a_chairs_decision_waits_until_the_committees(self) -> None:
        chairs = decided(Authority.CHAIR_URGENT, 3)
        assert care.waits_for_committee([chairs]) == date(2026, 5, 3)
        assert care.waits_for_committee([chairs, decided(Authority.COMMITTEE, 12)]) is None

    def test_of_one_day_the_committees_counts(self) -> None:
        both = [decided(Authority.COMMITTEE, 3), decided(Authority.CHAIR_URGENT, 3)]
        assert care.waits_for_committee(both) is None

    def test_where_nothing_was_decided_nothing_waits(self) -> None:
        assert care.waits_for_committee([]) is None
