"""Whatever approvals, people and placements a home has, in whatever order they come and however often: the copy of it
that mentorship has is the same, and it waits for one mentor."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.mentorship.model import Home, Mentorship
from services.placement.contract.events import PLACEMENT_STARTED
from tests.home_changes import a_change
from tests.in_any_order import Recorded, against_the_database, deliver, orders
from tests.services.mentorship.conftest import ANNA, BERTIL, CECILIA, a_start, an_adult, an_approval, north

#: What of an approval may be another in its next version; the day on which it was decided never is.
contents = st.fixed_dictionaries(
    {
        "adults": st.lists(st.sampled_from([ANNA, BERTIL, CECILIA]), min_size=1, max_size=2, unique=True),
        "protected_identity": st.booleans(),
        "position": st.sampled_from([None, north(0.1), north(0.2)]),
    }
)
#: For each approval its day and its versions; the days of two may be the same.
homes = st.lists(
    st.tuples(st.dates(date(2026, 5, 1), date(2026, 5, 3)), st.lists(contents, min_size=1, max_size=3)),
    min_size=1,
    max_size=2,
)


def recorded(home_id: str, approvals: Any, said: Any, placements: int) -> list[Recorded]:
    """What the others record of a home's approvals, people and placements, in their order."""
    changed = [
        (HOME_CHANGED, a_change(home_id, **{**content, "adults": list(map(an_adult, content["adults"]))}), version)
        for version, content in enumerate(said, start=1)
    ]
    approved = [
        (HOME_APPROVED, approval_data(home_id, f"{home_id}-{number}", decided_on, content), version)
        for number, (decided_on, versions) in enumerate(approvals)
        for version, content in enumerate(versions, start=1)
    ]
    started = [a_start(home_id, placement_id=f"{home_id}-{number}") for number in range(placements)]
    return approved + changed + [(PLACEMENT_STARTED, one, 1) for one in started]


def approval_data(home_id: str, approval_id: str, decided_on: date, content: dict[str, Any]) -> dict[str, Any]:
    adults = [an_adult(number) for number in content["adults"]]
    return an_approval(home_id=home_id, approval_id=approval_id, decided_on=decided_on, **{**content, "adults": adults})


def known(mentorship: Harness, home_id: str) -> tuple[object, ...]:
    """The copy of the home, and how its mentorships stand."""
    context = Context(tenant=mentorship.tenant, actor="anna", request_id=new_id(), deadline=0)
    with mentorship.database.unit(context) as unit:
        home = unit.read(Home, home_id)
        residents = {adult.lookup for adult in home.adults}
        statuses = unit.session.scalars(select(Mentorship.status).where(Mentorship.home_id == home_id)).all()
        return str(home.approval_id).removeprefix(home_id), home.protected_identity, home.position, residents, statuses


def residents(mentorship: Harness, numbers: list[str]) -> set[bytes]:
    """What the adults of these personal numbers are found by."""
    context = Context(tenant=mentorship.tenant, actor="anna", request_id=new_id(), deadline=0)
    with mentorship.database.unit(context) as unit:
        return {unit.lookup_person(number) for number in numbers}


@against_the_database
@given(data=st.data(), approvals=homes, said=st.lists(contents, max_size=3), placements=st.integers(0, 2))
def test_any_order_and_any_repetition_end_the_same(
    mentorship: Harness, data: st.DataObject, approvals: Any, said: Any, placements: int
) -> None:
    in_order, mixed = new_id(), new_id()
    events = recorded(mixed, approvals, said, placements)
    deliver(mentorship, recorded(in_order, approvals, said, placements))
    deliver(mentorship, [events[place] for place in data.draw(orders(len(events)), label="order")])
    assert known(mentorship, mixed) == known(mentorship, in_order)
    _, last = max((decided_on, number) for number, (decided_on, _) in enumerate(approvals))
    newest = said[-1] if said else approvals[last][1][-1]
    assert known(mentorship, mixed) == (
        f"-{last}",
        newest["protected_identity"],
        newest["position"],
        residents(mentorship, newest["adults"]),
        ["waiting"] * min(placements, 1),
    )
