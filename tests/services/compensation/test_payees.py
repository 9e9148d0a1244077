"""Who is paid has a name, as long as that person lives in the home."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_STARTED
from tests.home_changes import a_change, an_adult
from tests.in_any_order import against_the_database, deliver, orders
from tests.services.compensation.conftest import a_start


@pytest.fixture
def home_id() -> str:
    return new_id()


@pytest.fixture
def anna(compensation: Harness, home_id: str) -> dict[str, str]:
    """Who is paid for a placement in the home."""
    adult = an_adult()
    compensation.react(PLACEMENT_STARTED, a_start(home_id=home_id, adult_ids=[adult["id"]]))
    return adult


def named(compensation: Harness, home_id: str) -> str | None:
    """The payee's name, as the list and the agreement itself say it."""
    (listed,) = compensation.do("list_agreements", query={"home_id": home_id})["items"]
    shown = compensation.do("get_agreement", agreement_id=listed["id"])
    assert shown["payee_name"] == listed["payee_name"]
    return None if listed["payee_name"] is None else str(listed["payee_name"])


def test_the_payee_has_a_name_when_the_people_are_known(
    compensation: Harness, home_id: str, anna: dict[str, str]
) -> None:
    assert named(compensation, home_id) is None
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[anna]))
    assert named(compensation, home_id) == "Anna Andersson"
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[{**anna, "family_name": "Berg"}]))
    assert named(compensation, home_id) == "Anna Berg"


@pytest.mark.parametrize("change", [{"protected_identity": True}, {"adults": [an_adult("189001019810")]}])
def test_a_protected_identity_has_none_nor_has_somebody_who_has_moved_out(
    compensation: Harness, home_id: str, anna: dict[str, str], change: dict[str, Any]
) -> None:
    compensation.react(HOME_CHANGED, a_change(home_id, adults=[anna]))
    compensation.react(HOME_CHANGED, a_change(home_id, **{"adults": [anna], **change}))
    assert named(compensation, home_id) is None


@against_the_database
@given(data=st.data(), families=st.lists(st.sampled_from(["Andersson", "Berg", None]), min_size=1, max_size=3))
def test_any_order_and_any_repetition_end_the_same(compensation: Harness, data: st.DataObject, families: Any) -> None:
    home_id, adult_id = new_id(), new_id()
    started = a_start(placement_id=new_id(), home_id=home_id, adult_ids=[adult_id])
    adults = [[an_adult(id=adult_id, family_name=name)] if name else [an_adult("189001019810")] for name in families]
    events = [(PLACEMENT_STARTED, started, 1)] + [
        (HOME_CHANGED, a_change(home_id, adults=living), version) for version, living in enumerate(adults, start=1)
    ]
    deliver(compensation, [events[place] for place in data.draw(orders(len(events)), label="order")])
    assert named(compensation, home_id) == (f"Anna {families[-1]}" if families[-1] else None)
