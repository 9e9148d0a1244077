"""R20: whatever several do at once, no home ever has more people than places, and nobody lives in two homes."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel.testing import Harness
from services.placement.placements.occupancy import Stay
from tests.in_any_order import against_the_database
from tests.services.placement.conftest import Desk, start

FIRST = date(2026, 5, 17)  #: some begin before today, and some after: those can be cancelled
#: What one caller does: starts somebody in a home on a day, ends a stay there, or says another last day.
actions = st.one_of(
    st.tuples(st.just("start"), st.integers(0, 3), st.integers(0, 1), st.integers(0, 6)),
    st.tuples(st.just("end"), st.integers(0, 3), st.integers(0, 1), st.integers(0, 9)),
    st.tuples(st.just("correct"), st.integers(0, 3), st.integers(0, 1), st.integers(0, 9)),
)


def day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()


class Town:
    """Two homes, four people who could live in either, and what came of what was done."""

    def __init__(self, placement: Harness, places: tuple[int, int]) -> None:
        self.placement = placement
        placement.tenant = placement.new_tenant()
        desk = Desk(placement)
        self.places = places
        self.homes = [desk.home(places=one) for one in places]
        self.bodies: dict[tuple[int, int], dict[str, Any]] = {}
        for person in range(4):
            for number, home in enumerate(self.homes):
                request = desk.request(serial=981 + person)
                desk.accepted(request, home)
                self.bodies[person, number] = start(request, home)

    def act(self, action: tuple[str, int, int, int]) -> None:
        what, person, home, number = action
        if what == "start":
            body = {**self.bodies[person, home], "starts_on": day(number)}
            self.placement.reply("start_placement", body=body)
            return
        request = self.bodies[person, home]["placement_request_id"]
        query = {"placement_request_id": request}
        for found in self.placement.do("list_placements", query=query)["items"]:
            said = {"ends_on": day(number), **({"reason": "planned"} if what == "end" else {"note": "x"})}
            self.placement.reply(f"{what}_placement" if what == "end" else "correct_end",
                                 placement_id=found["id"], body=said)  # fmt: skip

    def stays(self) -> Iterator[tuple[str, str, Stay]]:
        """Each stay: in which home, of whom, and its days."""
        who = {body["placement_request_id"]: person for (person, _), body in self.bodies.items()}
        for found in self.placement.do("list_placements", page={"limit": "100"})["items"]:
            ends_on = found["ends_on"] and date.fromisoformat(found["ends_on"])
            stay = Stay(starts_on=date.fromisoformat(found["starts_on"]), ends_on=ends_on)
            yield found["home_id"], str(who[found["placement_request_id"]]), stay

    def needs(self) -> Iterator[tuple[bool, bool]]:
        """Of each need whether it is open, and whether a stay that was not cancelled meets it."""
        for body in self.bodies.values():
            which = {"placement_request_id": body["placement_request_id"]}
            is_open = self.placement.do("get_placement_request", **which)["status"] == "open"
            stays = self.placement.do("list_placements", query=which)["items"]
            yield is_open, any(one["status"] != "cancelled" for one in stays)


@settings(against_the_database, max_examples=8)
@given(places=st.tuples(st.integers(1, 2), st.integers(1, 2)), rounds=st.lists(
    st.lists(actions, min_size=3, max_size=6), min_size=1, max_size=3
))  # fmt: skip
def test_whatever_several_do_at_once(placement: Harness, places: tuple[int, int], rounds: Any) -> None:
    town = Town(placement, places)
    with ThreadPoolExecutor(6) as pool:
        for together in rounds:
            list(pool.map(town.act, together))
    in_home, of_person = defaultdict(list), defaultdict(list)
    for home, person, stay in town.stays():
        in_home[home].append(stay)
        of_person[person].append(stay)
    days = [FIRST + timedelta(days=number) for number in range(12)]
    for home, most in zip(town.homes, town.places, strict=True):
        assert all(sum(one.occupies(on) for one in in_home[home]) <= most for on in days)
    for lived in of_person.values():
        # The day of a move belongs to both homes, and no other.
        nights = [sum(one.occupies(on) and one.occupies(on + timedelta(days=1)) for one in lived) for on in days]
        assert max(nights) <= 1
    assert all(is_open is not has_stay for is_open, has_stay in town.needs())
