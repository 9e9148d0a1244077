"""Weeding of papers of pay, in their order, and of copies of placements and homes."""

from datetime import UTC, date, datetime
from typing import Any

from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change, a_weeding
from tests.retention import counts, due, kept, preview, weed
from tests.services.compensation.conftest import LAST_OF_APRIL, a_signed_agreement, a_start, compute, set_tariff

GROWN: dict[str, Any] = {"birth_date": date(2000, 1, 20)}
NEW_YEAR_2032 = datetime(2032, 1, 1, 9, tzinfo=UTC)


def paid(compensation: Harness, **overrides: Any) -> dict[str, Any]:
    """An agreement of a placement that ended on 30 April 2024, and the month's pay run."""
    compensation.now = LAST_OF_APRIL
    set_tariff(compensation)
    agreement = a_signed_agreement(compensation, **overrides)
    started = a_start(placement_id=agreement["placement_id"], home_id=agreement["home_id"])
    compensation.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 4, 30)})
    compute(compensation)
    return agreement


class TestPapersOfPay:
    def test_a_pay_run_has_seven_years_after_its_calendar_year(self, compensation: Harness) -> None:
        paid(compensation)
        assert due(preview(compensation, datetime(2031, 12, 31, 9, tzinfo=UTC))) == {}
        found = preview(compensation, NEW_YEAR_2032)
        assert list(due(found)) == ["pay_run"]
        assert found["due"][0]["finish_by"] == "2033-12-31"

    def test_an_agreement_about_a_placed_child_is_kept_for_ever(self, compensation: Harness) -> None:
        agreement = paid(compensation)
        record = weed(compensation, NEW_YEAR_2032)
        assert counts(record["deleted"]) == {"pay_run": 1}
        assert kept(preview(compensation, datetime(2126, 1, 1, tzinfo=UTC))) == {
            ("agreement", "child_placed"): 1,
            ("placement", "child_placed"): 1,
        }
        assert compensation.do("get_agreement", agreement_id=agreement["id"])["id"] == agreement["id"]

    def test_another_agreement_waits_for_its_last_line_and_goes_when_that_has_gone(self, compensation: Harness) -> None:
        agreement = paid(compensation, **GROWN)
        assert kept(preview(compensation, datetime(2031, 12, 31, 9, tzinfo=UTC))) == {
            ("pay_run", "time_has_not_come"): 1,
            ("agreement", "in_use"): 1,
            ("placement", "in_use"): 1,
        }
        assert counts(weed(compensation, NEW_YEAR_2032)["deleted"]) == {"pay_run": 1}
        record = weed(compensation, NEW_YEAR_2032)
        assert counts(record["rows"]) == {"agreement": 1, "agreement_terms": 1, "agreement_paper": 1}
        assert counts(weed(compensation, NEW_YEAR_2032)["rows"]) == {"placement": 1}
        assert compensation.code("get_agreement", agreement_id=agreement["id"]) == (404, "not_found")

    def test_the_copy_of_a_placement_without_agreement_has_five_years(self, compensation: Harness) -> None:
        started = a_start(assignment="contracted_emergency_home", **GROWN)
        compensation.react(PLACEMENT_STARTED, started)
        compensation.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 4, 30)})
        assert due(preview(compensation, datetime(2029, 4, 29, 9, tzinfo=UTC))) == {}
        assert list(due(preview(compensation, datetime(2029, 4, 30, 9, tzinfo=UTC)))) == ["placement"]


class TestCopiesOfHomes:
    def test_one_without_agreements_goes_when_it_has_gone_where_it_came_from(self, compensation: Harness) -> None:
        change = a_change("home-1")
        compensation.react(HOME_CHANGED, change)
        compensation.react(HOME_WEEDED, a_weeding("home-1"))
        assert preview(compensation, NEW_YEAR_2032)["total"] == 0

    def test_one_whose_agreements_are_papers_of_pay_still_goes_after_the_last_of_them(
        self, compensation: Harness
    ) -> None:
        agreement = paid(compensation, **GROWN)
        compensation.react(HOME_CHANGED, a_change(agreement["home_id"]))
        compensation.now = datetime(2030, 6, 1, 9, tzinfo=UTC)
        compensation.react(HOME_WEEDED, a_weeding(agreement["home_id"]))
        assert kept(preview(compensation, datetime(2031, 12, 31, 9, tzinfo=UTC)))["home", "in_use"] == 1
        for expected in ({"pay_run": 1}, {"agreement": 1}, {"placement": 1, "home": 1}, {}):
            assert counts(weed(compensation, NEW_YEAR_2032)["deleted"]) == expected
