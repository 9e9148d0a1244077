"""However a placement's start and end are corrected, in whatever order that comes and however often: its agreement is
the same."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.compensation.model import Placement
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.in_any_order import Recorded, against_the_database, deliver, orders
from tests.services.compensation.conftest import a_start

april = st.dates(date(2024, 4, 1), date(2024, 4, 30))
#: What is said of a placement after its start: another first day, a last day, another last day.
changes = st.lists(st.tuples(st.sampled_from([PLACEMENT_STARTED, PLACEMENT_ENDED]), april), max_size=4)


def recorded(placement_id: str, starts_on: date, later: Any, assignment: str) -> list[Recorded]:
    """What placement records of a placement, in its order."""
    start = a_start(placement_id=placement_id, home_id=f"{placement_id}-home", adult_ids=["a"], assignment=assignment)
    end = {"placement_id": placement_id, "home_id": start["home_id"]}
    return [
        (event, {**start, "starts_on": day} if event is PLACEMENT_STARTED else {**end, "ends_on": day}, version)
        for version, (event, day) in enumerate([(PLACEMENT_STARTED, starts_on), *later], start=1)
    ]


def known(compensation: Harness, placement_id: str) -> tuple[date, date | None, list[tuple[Any, ...]]]:
    """The first and the last day of the copy of the placement, and those of its agreements."""
    context = Context(tenant=compensation.tenant, actor="anna", request_id=new_id(), deadline=0)
    with compensation.database.unit(context) as unit:
        copy = unit.read(Placement, placement_id)
        found = compensation.do("list_agreements", query={"home_id": copy.home_id})["items"]
        days = [(one["starts_on"], one["ends_on"], one["payee_adult_id"], one["status"]) for one in found]
        return copy.starts_on, copy.ends_on, days


@against_the_database
@given(data=st.data(), starts_on=april, later=changes, is_paid=st.booleans())
def test_any_order_and_any_repetition_end_the_same(
    compensation: Harness, data: st.DataObject, starts_on: date, later: Any, is_paid: bool
) -> None:
    in_order, mixed = new_id(), new_id()
    assignment = "family_home" if is_paid else "contracted_emergency_home"
    events = recorded(mixed, starts_on, later, assignment)
    deliver(compensation, recorded(in_order, starts_on, later, assignment))
    deliver(compensation, [events[place] for place in data.draw(orders(len(events)), label="order")])
    assert known(compensation, mixed) == known(compensation, in_order)
    first = [starts_on, *(day for event, day in later if event is PLACEMENT_STARTED)][-1]
    last = [None, *(day for event, day in later if event is PLACEMENT_ENDED)][-1]
    agreed = [(first.isoformat(), last and last.isoformat(), "a", "draft")] if is_paid else []
    assert known(compensation, mixed) == (first, last, agreed)
