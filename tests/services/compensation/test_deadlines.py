"""R34: that the child allowance is paid to the home is a dated task, until it has been asked for."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.investigation.contract.events import APPROVAL_REVOKED, HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import (
    LAST_OF_APRIL,
    a_start,
    an_agreement,
    an_approval,
    compute,
    set_tariff,
    signs_alone,
)
from tests.unit.compensation.factories import PARTS

ASKED: dict[str, Any] = {"kind": "child", "requested_on": "2024-04-20", "amount": "1250.00"}


def listed(
    compensation: Harness, kind: str = "allowance_request", *, role: str = "caseworker", **call: Any
) -> list[tuple[str, str, bool]]:
    found = compensation.do("list_deadlines", query={"kind": kind}, roles=[role], **call)["items"]
    return [(one["subject"]["id"], one["due_on"], one["overdue"]) for one in found]


@pytest.fixture
def deducting(compensation: Harness) -> Harness:
    set_tariff(compensation, deduct_child_allowance=True)
    return compensation


def test_it_is_due_in_the_month_in_which_the_child_came_until_it_is_agreed(deducting: Harness) -> None:
    april = an_agreement(deducting, starts_on=date(2024, 4, 12))
    march = an_agreement(deducting, starts_on=date(2024, 3, 3))
    assert listed(deducting) == [(march["id"], "2024-03-31", True), (april["id"], "2024-04-30", False)]
    payees = [{"adult_id": march["payee_adult_id"], "percent": "100"}]
    body = {"fee_level": "base", "cost_level": "base", "payees": payees, "allowance": ASKED}
    deducting.do("amend_agreement", agreement_id=march["id"], body=body, if_match="*")
    assert listed(deducting) == [(april["id"], "2024-04-30", False)]


@pytest.mark.parametrize(
    "started",
    [{"birth_date": date(2008, 3, 31)}, {"assignment": "contact_family"}],
    ids=["sixteen in the quarter before", "lives elsewhere"],
)
def test_who_has_none_or_does_not_live_there_makes_no_task(deducting: Harness, started: dict[str, Any]) -> None:
    an_agreement(deducting, starts_on=date(2024, 4, 1), **started)
    assert listed(deducting) == []


def test_a_stay_that_is_over_makes_no_task(deducting: Harness) -> None:
    agreement = an_agreement(deducting, starts_on=date(2024, 4, 1))
    which = {"placement_id": agreement["placement_id"], "home_id": agreement["home_id"]}
    deducting.react(PLACEMENT_ENDED, {**which, "ends_on": date(2024, 4, 20)})
    assert listed(deducting) == []


class TestAChildInAContractedHome:
    def came(self, deducting: Harness, **overrides: Any) -> dict[str, Any]:
        started = a_start(**{"assignment": "contracted_emergency_home", "starts_on": date(2024, 4, 12), **overrides})
        deducting.react(PLACEMENT_STARTED, started)
        return started

    def test_it_is_due_until_the_contract_says_it(self, deducting: Harness) -> None:
        home_id = new_id()
        deducting.react(HOME_CHANGED, a_change(home_id, adults=[an_adult(id="adult-1")]))
        deducting.react(HOME_APPROVED, an_approval(home_id))
        (contract,) = deducting.do("list_agreements")["items"]
        started = self.came(deducting, home_id=home_id)
        assert listed(deducting) == [(started["placement_id"], "2024-04-30", False)]
        deducting.react(PLACEMENT_STARTED, {**started, "starts_on": date(2024, 3, 3)})
        assert listed(deducting) == [(started["placement_id"], "2024-03-31", True)]
        terms = {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "adult-1", "percent": "100"}]}
        body = {**terms, "places": 1, "allowances": [{"placement_id": started["placement_id"], **ASKED}]}
        deducting.do("amend_agreement", agreement_id=contract["id"], body=body, if_match="*")
        assert listed(deducting) == []
        deducting.react(PLACEMENT_STARTED, started)
        assert listed(deducting) == []

    def test_it_is_counted_with_those_of_the_others(self, deducting: Harness) -> None:
        self.came(deducting)
        an_agreement(deducting, starts_on=date(2024, 4, 12))
        found = deducting.do("list_deadlines", query={"kind": "allowance_request"}, roles=["caseworker"])
        assert (found["total"], found["counts"]) == (2, [{"kind": "allowance_request", "count": 2}])

    def test_one_who_has_left_makes_no_task(self, deducting: Harness) -> None:
        started = self.came(deducting)
        deducting.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 4, 20)})
        assert listed(deducting) == []


def test_a_guardian_gets_it_without_anybodys_asking(deducting: Harness) -> None:
    agreement = an_agreement(deducting, starts_on=date(2024, 2, 1))
    which = {"placement_id": agreement["placement_id"], "home_id": agreement["home_id"]}
    deducting.react(PLACEMENT_ENDED, {**which, "ends_on": date(2024, 3, 31)})
    deducting.react(HOME_CHANGED, a_change(agreement["home_id"], adults=[an_adult(id="adult-1")]))
    terms = {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": "adult-1", "percent": "100"}]}
    body = {**which, **terms, "kind": "guardian", "starts_on": "2024-04-01"}
    assert deducting.do("draft_agreement", body=body)["kind"] == "guardian"
    assert listed(deducting) == []


def test_where_the_municipality_does_not_deduct_it_there_is_no_task(compensation: Harness) -> None:
    set_tariff(compensation)
    an_agreement(compensation)
    assert listed(compensation) == []


class TestContractWithoutApproval:
    """R15: that a home is not approved any more reaches whoever gives notice of its contract, and whoever pays it."""

    KIND = "contract_without_approval"

    @pytest.fixture
    def approved(self, compensation: Harness) -> dict[str, Any]:
        return an_approval(new_id())

    def told(self, approved: dict[str, Any], on: date = date(2024, 4, 20)) -> dict[str, Any]:
        return {"approval_id": approved["approval_id"], "home_id": approved["home_id"], "on": on}

    def contract(self, compensation: Harness, approved: dict[str, Any]) -> str:
        (found,) = compensation.do("list_agreements", query={"home_id": approved["home_id"]})["items"]
        return str(found["id"])

    @pytest.mark.parametrize("order", [(HOME_APPROVED, APPROVAL_REVOKED), (APPROVAL_REVOKED, HOME_APPROVED)])
    def test_one_is_listed_from_the_day_of_the_revocation_until_notice_is_given(
        self, compensation: Harness, approved: dict[str, Any], order: tuple[Event, Event]
    ) -> None:
        said = {HOME_APPROVED: approved, APPROVAL_REVOKED: self.told(approved)}
        for event in order:
            compensation.react(event, said[event])
        contract = self.contract(compensation, approved)
        for role in ("caseworker", "payroll"):
            assert listed(compensation, self.KIND, role=role) == [(contract, "2024-04-20", True)]
        assert listed(compensation, self.KIND, tenant=compensation.new_tenant()) == []
        notice = {"ends_on": "2024-05-31", "notice_given_on": "2024-04-30"}
        compensation.do("end_agreement", agreement_id=contract, body=notice)
        assert listed(compensation, self.KIND) == []

    def test_while_another_approval_holds_there_is_no_such_task(
        self, compensation: Harness, approved: dict[str, Any]
    ) -> None:
        compensation.react(HOME_APPROVED, approved)
        compensation.react(HOME_APPROVED, {**an_approval(approved["home_id"]), "decided_on": date(2024, 4, 10)})
        compensation.react(APPROVAL_REVOKED, self.told(approved))
        assert listed(compensation, self.KIND) == []

    def test_one_that_is_for_something_else_is_no_matter(self, compensation: Harness, approved: dict[str, Any]) -> None:
        compensation.react(HOME_APPROVED, approved)
        other = an_approval(approved["home_id"], assignments=["family_home"])
        compensation.react(HOME_APPROVED, other)
        compensation.react(APPROVAL_REVOKED, self.told(other))
        assert listed(compensation, self.KIND) == []

    def test_the_day_after_the_last_one_is_the_first_without(
        self, compensation: Harness, approved: dict[str, Any]
    ) -> None:
        compensation.react(HOME_APPROVED, {**approved, "valid_until": date(2024, 4, 29)})
        assert [day for _, day, _ in listed(compensation, self.KIND)] == ["2024-04-30"]
        compensation.now = LAST_OF_APRIL - timedelta(days=1)
        assert listed(compensation, self.KIND) == []

    def test_what_is_paid_goes_on_until_then(self, compensation: Harness, approved: dict[str, Any]) -> None:
        set_tariff(compensation, **PARTS)
        signs_alone(compensation)
        compensation.react(HOME_APPROVED, approved)
        compensation.do("sign_agreement", agreement_id=self.contract(compensation, approved))
        before = compute(compensation)
        compensation.react(APPROVAL_REVOKED, self.told(approved))
        after = compute(compensation)
        assert before["paid"] == 1
        assert (after["paid"], after["total"]) == (before["paid"], before["total"])
