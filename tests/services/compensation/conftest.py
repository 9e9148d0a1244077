"""Compensation in the test's own process. Its day is 30 April 2024 unless a test says another."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.compensation.service import Compensation
from services.compensation.tariffs import table
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import SentFile
from services.kernel.process.service import Service
from services.kernel.testing import Harness, a_sent_file
from services.placement.contract.events import PLACEMENT_STARTED
from tests.conftest import shelves
from tests.home_changes import an_adult
from tests.unit.compensation.factories import make_tariff_body

LAST_OF_APRIL = datetime(2024, 4, 30, 8, tzinfo=UTC)


@pytest.fixture
def compensation(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Compensation)
    harness.now = LAST_OF_APRIL
    return harness


def a_start(**overrides: Any) -> dict[str, Any]:
    """A child of eight is placed in a family home and is there the whole of April 2024."""
    return {
        "placement_id": new_id(),
        "placement_request_id": new_id(),
        "approval_id": new_id(),
        "home_id": new_id(),
        "assignment": "family_home",
        "birth_date": date(2016, 1, 20),
        "starts_on": date(2024, 4, 1),
        "adult_ids": [new_id(), new_id()],
        **overrides,
    }


def an_agreement(compensation: Harness, *, tenant: str | None = None, **overrides: Any) -> dict[str, Any]:
    """The draft that a started placement makes."""
    started = a_start(**overrides)
    compensation.react(PLACEMENT_STARTED, started, tenant=tenant)
    found = compensation.do(
        "list_agreements", query={"home_id": started["home_id"]}, tenant=tenant, page={"limit": 100}
    )
    return next(item for item in found["items"] if item["placement_id"] == started["placement_id"])


def signs_alone(compensation: Harness, *, tenant: str | None = None) -> None:
    """The municipality has decided that agreements need no signature but its own."""
    name = "compensation.agreement_signatures"
    if compensation.do("get_setting", setting_name=name, tenant=tenant)["value"] == "municipality":
        return
    body = {"value": "municipality", "reason": "Nämndens beslut."}
    change = compensation.do("change_setting", setting_name=name, body=body, if_match="*", tenant=tenant)
    compensation.do("confirm_setting", setting_change_id=change["id"], actor="bo", tenant=tenant)


def a_signed_agreement(compensation: Harness, *, tenant: str | None = None, **overrides: Any) -> dict[str, Any]:
    """The same, signed, where the municipality signs alone."""
    signs_alone(compensation, tenant=tenant)
    agreement = an_agreement(compensation, tenant=tenant, **overrides)
    return compensation.do("sign_agreement", agreement_id=agreement["id"], tenant=tenant)


def set_tariff(
    compensation: Harness, year: int = 2024, *, tenant: str | None = None, **overrides: Any
) -> dict[str, Any]:
    """The tariff of 2024, for the year."""
    return compensation.do(
        "set_tariff", year=str(year), body=make_tariff_body(**overrides), if_none_match=True, tenant=tenant
    )


def compute(compensation: Harness, month: str = "2024-04", **call: Any) -> dict[str, Any]:
    """The month's pay run."""
    return compensation.do("compute_pay_run", body={"month": month}, **call)


def lines_of(compensation: Harness, run: dict[str, Any]) -> list[dict[str, Any]]:
    """Every line of a run, paid and held, of a run with at most a hundred."""
    return list(compensation.do("list_pay_lines", pay_run_id=run["id"], page={"limit": 100})["items"])


def numbers(run: dict[str, Any]) -> tuple[int, int, int, str]:
    """Expected, paid, held and total."""
    return run["expected"], run["paid"], run["held"], run["total"]


def an_approval(home_id: str, **overrides: Any) -> dict[str, Any]:
    """A home is approved as a contracted emergency home for two children up to twelve."""
    return {
        "approval_id": new_id(),
        "investigation_id": new_id(),
        "application_id": new_id(),
        "home_id": home_id,
        "assignments": ["contracted_emergency_home"],
        "age_from": 0,
        "age_to": 12,
        "places": 2,
        "child_name": None,
        "child_personal_number": None,
        "conditions": "",
        "decided_on": date(2024, 4, 1),
        "valid_until": date(2026, 3, 31),
        "adults": [an_adult()],
        "position": None,
        "languages": ["sv"],
        "protected_identity": False,
        **overrides,
    }


def a_table(compensation: Harness, *lines: str, name: str = "taxa.csv") -> SentFile:
    """A tariff as a table on the shelf of the harness's municipality, as the gateway hands it over."""
    content = "\r\n".join(lines).encode() if lines else table.of_body(make_tariff_body())
    kept = shelves("compensation").of(compensation.tenant).put([content], name=name, media_type="text/csv")
    same = {one: getattr(kept, one) for one in ("id", "name", "media_type", "size", "key")}
    return a_sent_file(**same)


def approve(compensation: Harness, month: str = "2024-04") -> dict[str, Any]:
    """A month that one person has computed and another has approved."""
    return compensation.do("approve_pay_run", pay_run_id=compute(compensation, month)["id"], actor="bo")


def a_respite(home_id: str, **overrides: Any) -> dict[str, Any]:
    """A home has had another one's child for a weekend, two nights."""
    return {
        "respite_id": new_id(),
        "home_id": home_id,
        "asking_home_id": new_id(),
        "starts_on": date(2024, 4, 5),
        "ends_on": date(2024, 4, 7),
        "nights": 2,
        "children": 1,
        **overrides,
    }
