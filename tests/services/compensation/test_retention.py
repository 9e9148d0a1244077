"""Weeding of papers of pay, in their order, and of copies of placements and homes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED, VISIT_CONFIRMED
from tests.home_changes import a_change, a_weeding, an_adult
from tests.retention import counts, due, kept, preview, weed
from tests.services.compensation.conftest import (
    LAST_OF_APRIL,
    a_signed_agreement,
    a_start,
    approve,
    compute,
    lines_of,
    set_tariff,
)
from tests.unit.compensation.factories import PARTS

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


def a_weekend(agreement: dict[str, Any], saturday: date) -> dict[str, Any]:
    """A Saturday and a Sunday with a contact family, reported on the Sunday."""
    return {
        "visit_id": new_id(),
        "placement_id": agreement["placement_id"],
        "home_id": agreement["home_id"],
        "assignment": "contact_family",
        "starts_on": saturday,
        "ends_on": saturday + timedelta(days=1),
        "half_first_day": False,
        "half_last_day": False,
        "reported_on": saturday + timedelta(days=1),
    }


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

    def test_days_whose_run_has_been_weeded_are_not_paid_again(self, compensation: Harness) -> None:
        compensation.now = LAST_OF_APRIL
        for year in (2024, 2032):
            set_tariff(compensation, year, **PARTS)
        family = a_signed_agreement(compensation, assignment="contact_family", birth_date=date(2015, 1, 1))
        compensation.react(VISIT_CONFIRMED, a_weekend(family, date(2024, 4, 6)))
        assert approve(compensation)["total"] == "1246.00"  # 2 x 2 x 229 and 2 x 165
        assert counts(weed(compensation, NEW_YEAR_2032)["deleted"]) == {"pay_run": 1}
        compensation.react(VISIT_CONFIRMED, a_weekend(family, date(2032, 1, 3)))
        # 17 by then: 2 x 2 x 297 and 2 x 188; nothing of 2024
        assert {line["period_from"][:4] for line in lines_of(compensation, compute(compensation, "2032-01"))} == {
            "2032"
        }

    def test_a_wish_that_was_approved_has_the_years_of_other_claims(self, compensation: Harness) -> None:
        compensation.now = LAST_OF_APRIL
        compensation.react(HOME_CHANGED, a_change("home-1", adults=[an_adult(id="adult-1")]))
        body = {"home_id": "home-1", "kind": "purchase_wish", "amount": "4000.00", "period_from": "2024-04-03"}
        more = {"payee_adult_id": "adult-1", "description": "Säng."}
        wish = compensation.do("make_claim", body={**body, **more}, roles=["caseworker"])
        compensation.do("approve_claim", claim_id=wish["id"], body={"reason": ""}, roles=["caseworker"])
        assert due(preview(compensation, datetime(2031, 12, 31, 9, tzinfo=UTC))) == {}
        assert due(preview(compensation, NEW_YEAR_2032)) == {"claim": [wish["id"]]}

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
