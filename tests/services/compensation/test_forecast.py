"""R39: what a year comes to, from what was approved and from what runs today, with contributions by age."""

from datetime import date
from typing import Any

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED
from tests.home_changes import a_change, an_adult
from tests.services.compensation.conftest import a_signed_agreement, an_agreement, approve, set_tariff
from tests.unit.compensation.factories import PARTS


def year(compensation: Harness, **query: Any) -> list[dict[str, Any]]:
    found = compensation.do("forecast_cost", query=query, page={"limit": "100"})
    return list(found["items"])


def test_what_was_approved_stands_and_what_runs_goes_on_to_its_known_end(compensation: Harness) -> None:
    set_tariff(compensation)
    agreement = a_signed_agreement(compensation, starts_on=date(2024, 4, 1))
    approve(compensation)
    which = {"placement_id": agreement["placement_id"], "home_id": agreement["home_id"]}
    compensation.react(PLACEMENT_ENDED, {**which, "ends_on": date(2024, 6, 15)})
    cells = {one["month"]: one for one in year(compensation)}
    assert sorted(cells) == ["2024-04", "2024-05", "2024-06"]
    assert [cells[month]["is_approved"] for month in sorted(cells)] == [True, False, False]
    # 11 417 x 31.42 % = 3 587.22
    assert {name: cells["2024-04"][name] for name in ("pay", "reimbursements", "contributions", "cost")} == {
        "pay": "11417.00",
        "reimbursements": "5253.00",
        "contributions": "3587.22",
        "cost": "20257.22",
    }
    assert cells["2024-06"]["pay"] == "5708.50"  # 15 of 30 days


def test_whoever_was_67_at_new_year_has_the_lower_contributions(compensation: Harness) -> None:
    set_tariff(compensation)
    agreement = a_signed_agreement(compensation)
    older = an_adult("189001019802", id=agreement["payee_adult_id"])
    compensation.react(HOME_CHANGED, a_change(agreement["home_id"], adults=[older]))
    (april, *_) = year(compensation)
    assert april["contributions"] == "1165.68"  # 11 417 x 10.21 %


def test_a_draft_is_counted_as_what_it_will_cost_and_kinds_apart(compensation: Harness) -> None:
    set_tariff(compensation, **PARTS)
    an_agreement(compensation)
    an_agreement(compensation, assignment="contact_person")
    months = [one for one in year(compensation) if one["month"] == "2024-12"]
    assert [(one["assignment"], one["agreements"], one["held"]) for one in months] == [
        ("contact_person", 1, 1),  # nobody has reported December yet
        ("family_home", 1, 0),
    ]


def test_a_year_without_a_tariff_is_an_error_and_not_a_guess(compensation: Harness) -> None:
    set_tariff(compensation)
    a_signed_agreement(compensation)
    call: dict[str, Any] = {"query": {"year": "2025"}}
    assert compensation.code("forecast_cost", **call) == (409, "tariff_of_year_missing")


def test_a_year_before_everything_is_empty(compensation: Harness) -> None:
    assert year(compensation, year="2020") == []
