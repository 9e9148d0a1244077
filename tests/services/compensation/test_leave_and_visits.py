"""R33, R34: paid leave of contracted homes as a balance in days; days and meetings that were reported."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compensation.contract.events import LEAVE_TAKEN
from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import VISIT_CONFIRMED, VISIT_WITHDRAWN
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import (
    a_signed_agreement,
    an_approval,
    approve,
    compute,
    lines_of,
    numbers,
    set_tariff,
    signs_alone,
)
from tests.unit.compensation.factories import PARTS

ANNA = "189001019802"
FIRST_OF_APRIL = datetime(2024, 4, 1, 9, tzinfo=UTC)
STAFF: dict[str, Any] = {"roles": ["caseworker"]}
BY_HOME: dict[str, Any] = {"roles": ["home"], "personal_number": ANNA, "actor": "anna-home"}


@pytest.fixture
def contract(compensation: Harness) -> dict[str, Any]:
    """A contract for two places that has run since New Year 2024."""
    set_tariff(compensation, **PARTS)
    signs_alone(compensation)
    home_id = new_id()
    adult = an_adult(ANNA, id="adult-1")
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[adult]))
    compensation.react(HOME_APPROVED, an_approval(home_id, adults=[adult], decided_on=date(2024, 1, 1)))
    (agreement,) = compensation.do("list_agreements")["items"]
    compensation.now = FIRST_OF_APRIL
    return compensation.do("sign_agreement", agreement_id=agreement["id"], roles=["caseworker"])


def take(compensation: Harness, contract: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    body = {"agreement_id": contract["id"], "starts_on": first, "ends_on": last}
    return compensation.do("take_leave", body=body, **BY_HOME)


def balance(compensation: Harness, contract: dict[str, Any]) -> list[tuple[int, int, int, int, int]]:
    found = compensation.do("get_leave_balance", agreement_id=contract["id"], roles=["caseworker"])["years"]
    return [(one["year"], one["carried_over"], one["earned"], one["taken"], one["left"]) for one in found]


class TestLeave:
    def test_it_counts_working_days_is_told_and_the_fee_goes_on(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        before = compute(compensation)["total"]
        # Monday 8 to Friday 19 April 2024: ten working days
        assert take(compensation, contract, "2024-04-08", "2024-04-19")["days"] == 10
        assert balance(compensation, contract) == [(2024, 0, 25, 10, 15)]
        (told,) = compensation.recorded(LEAVE_TAKEN)
        assert (told["home_id"], told["starts_on"], told["cancelled"]) == (
            contract["home_id"],
            date(2024, 4, 8),
            False,
        )
        assert compute(compensation)["total"] == before

    def test_what_is_cancelled_is_left_again(self, compensation: Harness, contract: dict[str, Any]) -> None:
        leave = take(compensation, contract, "2024-04-08", "2024-04-19")
        compensation.do("cancel_leave", leave_id=leave["id"], **BY_HOME)
        assert balance(compensation, contract) == [(2024, 0, 25, 0, 25)]
        assert [told["cancelled"] for told in compensation.recorded(LEAVE_TAKEN)] == [False, True]
        call: dict[str, Any] = {"leave_id": leave["id"], **BY_HOME}
        assert compensation.code("cancel_leave", **call) == (409, "leave_already_cancelled")

    def test_from_its_first_day_on_a_home_does_not_get_it_back(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        leave = take(compensation, contract, "2024-04-08", "2024-04-19")
        compensation.now = datetime(2024, 4, 7, 22, tzinfo=UTC)  # midnight in Sweden
        assert compensation.code("cancel_leave", leave_id=leave["id"], **BY_HOME) == (409, "leave_already_taken")
        assert balance(compensation, contract) == [(2024, 0, 25, 10, 15)]
        assert [told["cancelled"] for told in compensation.recorded(LEAVE_TAKEN)] == [False]

    def test_staff_cancel_the_days_that_are_left_of_it(self, compensation: Harness, contract: dict[str, Any]) -> None:
        leave = take(compensation, contract, "2024-04-08", "2024-04-19")
        compensation.now = datetime(2024, 4, 16, 9, tzinfo=UTC)  # a Tuesday
        shown = compensation.do("cancel_leave", leave_id=leave["id"], **STAFF)
        assert (shown["ends_on"], shown["days"], shown["cancelled_at"]) == ("2024-04-15", 6, None)
        assert balance(compensation, contract) == [(2024, 0, 25, 6, 19)]
        told = compensation.recorded(LEAVE_TAKEN)[-1]
        assert (told["ends_on"], told["cancelled"]) == (date(2024, 4, 15), False)
        assert compensation.code("cancel_leave", leave_id=leave["id"], **STAFF) == (409, "leave_already_taken")

    def test_on_its_first_day_staff_cancel_all_of_it(self, compensation: Harness, contract: dict[str, Any]) -> None:
        leave = take(compensation, contract, "2024-04-08", "2024-04-19")
        compensation.now = datetime(2024, 4, 8, 9, tzinfo=UTC)
        assert compensation.do("cancel_leave", leave_id=leave["id"], **STAFF)["cancelled_at"] is not None
        assert balance(compensation, contract) == [(2024, 0, 25, 0, 25)]

    def test_days_that_have_passed_are_written_down_by_staff(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        compensation.now = datetime(2024, 4, 9, 9, tzinfo=UTC)
        body = {"agreement_id": contract["id"], "starts_on": "2024-04-08", "ends_on": "2024-04-09"}
        fault = compensation.refusal("take_leave", body=body, **BY_HOME)
        assert [(one["code"], one["pointer"]) for one in fault["errors"]] == [("leave_passed", "/starts_on")]
        assert compensation.do("take_leave", body=body, **STAFF)["days"] == 2
        assert take(compensation, contract, "2024-04-10", "2024-04-10")["days"] == 1

    def test_not_more_than_is_left_and_no_day_twice(self, compensation: Harness, contract: dict[str, Any]) -> None:
        take(compensation, contract, "2024-04-08", "2024-04-19")
        body = {"agreement_id": contract["id"], "starts_on": "2024-04-19", "ends_on": "2024-04-22"}
        assert compensation.code("take_leave", body=body, **BY_HOME) == (409, "leave_overlaps")
        fault = compensation.refusal(
            "take_leave", body={**body, "starts_on": "2024-07-01", "ends_on": "2024-07-31"}, **BY_HOME
        )
        assert (fault["code"], fault["extra"]) == ("not_enough_leave", {"left": 15, "days": 23})

    @pytest.mark.parametrize(
        ("first", "last"), [("2023-12-30", "2024-01-03"), ("2024-12-30", "2025-01-03"), ("2024-05-02", "2024-05-01")]
    )
    def test_days_lie_in_order_in_one_year_of_the_contract(
        self, compensation: Harness, contract: dict[str, Any], first: str, last: str
    ) -> None:
        body = {"agreement_id": contract["id"], "starts_on": first, "ends_on": last}
        fault = compensation.refusal("take_leave", body=body, **BY_HOME)
        assert [problem["code"] for problem in fault["errors"]] == ["leave_days"]

    def test_what_is_not_taken_is_carried_over_up_to_ten_days(
        self, compensation: Harness, contract: dict[str, Any]
    ) -> None:
        compensation.now = datetime(2025, 2, 1, 9, tzinfo=UTC)
        assert balance(compensation, contract) == [(2024, 0, 25, 0, 25), (2025, 10, 25, 0, 35)]

    def test_a_family_home_has_none(self, compensation: Harness) -> None:
        set_tariff(compensation, **PARTS)
        agreement = a_signed_agreement(compensation)
        assert balance(compensation, agreement) == []
        body = {"agreement_id": agreement["id"], "starts_on": "2024-04-08", "ends_on": "2024-04-09"}
        call: dict[str, Any] = {"body": body, "roles": ["caseworker"]}
        assert compensation.code("take_leave", **call) == (409, "no_paid_leave")


class TestVisits:
    def visit(self, agreement: dict[str, Any], first: date, last: date, **overrides: Any) -> dict[str, Any]:
        return {
            "visit_id": new_id(),
            "placement_id": agreement["placement_id"],
            "home_id": agreement["home_id"],
            "assignment": "contact_family",
            "starts_on": first,
            "ends_on": last,
            "half_first_day": True,
            "half_last_day": False,
            "reported_on": last,
            **overrides,
        }

    @pytest.fixture
    def family(self, compensation: Harness) -> dict[str, Any]:
        set_tariff(compensation, **PARTS)
        return a_signed_agreement(
            compensation, assignment="contact_family", starts_on=date(2024, 1, 1), birth_date=date(2015, 1, 1)
        )

    def test_a_weekend_is_paid_when_it_was_confirmed(self, compensation: Harness, family: dict[str, Any]) -> None:
        assert numbers(compute(compensation)) == (1, 1, 0, "0.00")
        compensation.react(VISIT_CONFIRMED, self.visit(family, date(2024, 4, 5), date(2024, 4, 7)))
        # 4.5 x 229 = 1 030.50; 2.5 x 165 = 412.50
        assert compute(compensation)["total"] == "1443.00"

    def test_one_that_was_reported_late_is_carried_by_the_next_run_and_bears_its_own_days(
        self, compensation: Harness, family: dict[str, Any]
    ) -> None:
        approve(compensation, "2024-03")
        compensation.react(VISIT_CONFIRMED, self.visit(family, date(2024, 3, 8), date(2024, 3, 10)))
        lines = lines_of(compensation, compute(compensation))
        assert {(line["period_from"], line["corrects"]) for line in lines} == {("2024-03-08", None)}
        approve(compensation)
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        assert lines_of(compensation, compute(compensation, "2024-05")) == []

    def test_one_that_is_corrected_or_withdrawn_after_it_was_paid_is_corrected(
        self, compensation: Harness, family: dict[str, Any]
    ) -> None:
        visit = self.visit(family, date(2024, 4, 5), date(2024, 4, 7))
        compensation.react(VISIT_CONFIRMED, visit)
        approve(compensation)
        compensation.react(VISIT_CONFIRMED, {**visit, "ends_on": date(2024, 4, 6)})
        compensation.now = compensation.now.replace(month=5)  # type: ignore[union-attr]
        found = {line["kind"]: line["amount"] for line in lines_of(compensation, compute(compensation, "2024-05"))}
        # a Sunday less: 2 x 229 = 458, and 165
        assert found == {
            "contact_family_fee": "-458.00",
            "contact_family_cost": "-165.00",
            "recovery_carried": "623.00",
        }
        compensation.react(VISIT_WITHDRAWN, visit)
        found = {line["kind"]: line["amount"] for line in lines_of(compensation, compute(compensation, "2024-05"))}
        assert found["recovery_carried"] == "1443.00"

    def test_a_contact_person_is_paid_the_month_that_was_reported(self, compensation: Harness) -> None:
        set_tariff(compensation, **PARTS)
        agreement = a_signed_agreement(compensation, assignment="contact_person", starts_on=date(2024, 3, 1))
        (line,) = lines_of(compensation, compute(compensation))
        assert line["reason_code"] == "report_missing"
        meeting = self.visit(agreement, date(2024, 4, 9), date(2024, 4, 9), half_first_day=False)
        compensation.react(VISIT_CONFIRMED, meeting)
        assert compute(compensation)["total"] == "956.00"  # 478 and 478
