"""R52: what the manager sees of placements: what is free now and soon, who waits for a home, and what broke down."""

from services.kernel.testing import Harness
from tests.services.placement.conftest import Desk


class TestOverview:
    def test_places_that_become_free_are_seen_coming(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(places=1, age_to=6), born="20220101", starts_on="2026-05-01")
        placement.do("end_placement", placement_id=placed, body={"ends_on": "2026-06-02", "reason": "planned"})
        found = placement.do("view_overview")
        assert found["free_places"] == []
        free = [{"assignment": "family_home", "age_from": 0, "age_to": 6, "places": 1}]
        assert found["coming"] == [
            {"on": "2026-06-03", "free_places": free},
            {"on": "2026-06-17", "free_places": free},
        ]

    def test_a_place_for_one_named_child_is_free_for_nobody(self, placement: Harness, desk: Desk) -> None:
        desk.home(child_name="Elsa Ek", child_personal_number=None)
        assert placement.do("view_overview")["free_places"] == []

    def test_needs_without_a_home_are_counted_with_the_oldest(self, placement: Harness, desk: Desk) -> None:
        desk.request(urgent=True)
        placement.now = placement.now.replace(day=30) if placement.now else None
        desk.request(serial=981)
        desk.request(serial=982, assignment="contact_family")
        assert placement.do("view_overview")["without_home"] == [
            {"assignment": "contact_family", "count": 1, "urgent": 0, "oldest_days": 0},
            {"assignment": "family_home", "count": 2, "urgent": 1, "oldest_days": 10},
        ]

    def test_what_broke_down_in_the_period_is_counted(self, placement: Harness, desk: Desk) -> None:
        for serial, reason in ((981, "breakdown"), (982, "planned")):
            placed = desk.placed(desk.home(), serial=serial, starts_on="2026-05-01")
            placement.do("end_placement", placement_id=placed, body={"ends_on": "2026-05-15", "reason": reason})
        found = placement.do("view_overview")
        assert (found["ended"], found["breakdowns"]) == (2, 1)
        period = {"from": "2026-05-16", "to": "2026-05-20"}
        assert placement.do("view_overview", query=period)["breakdowns"] == 0
