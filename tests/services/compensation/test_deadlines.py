"""R34: that the child allowance is paid to the home is a dated task, until it has been asked for."""

from datetime import date
from typing import Any

import pytest

from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED
from tests.services.compensation.conftest import an_agreement, set_tariff

ASKED: dict[str, Any] = {"kind": "child", "requested_on": "2024-04-20", "amount": "1250.00"}


def listed(compensation: Harness) -> list[tuple[str, str, bool]]:
    found = compensation.do("list_deadlines", query={"kind": "allowance_request"}, roles=["caseworker"])["items"]
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


def test_where_the_municipality_does_not_deduct_it_there_is_no_task(compensation: Harness) -> None:
    set_tariff(compensation)
    an_agreement(compensation)
    assert listed(compensation) == []
