"""R20, R37: a stay that has not begun may be cancelled: it counts no day, and its person still needs a home."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED, TEAM_CHANGED
from tests.services.placement.conftest import ANNA, DECIDED, Desk, start
from tests.services.placement.test_clocks import due
from tests.services.placement.test_night_desk import EMERGENCY, shown

CANCELS: dict[str, Any] = {"ends_on": "2026-05-31", "reason": "other", "note": "She moves to her aunt."}
TEAM = {"family_home_worker": "fatima", "child_social_worker": "karin"}


def cancelled(placement: Harness, desk: Desk, **home: Any) -> tuple[str, dict[str, Any]]:
    """A home, and a stay in it that was to begin on 1 June and was cancelled on 20 May."""
    home_id = desk.home(**{"places": 1, **home})
    placed = desk.placed(home_id, assignment=home.get("assignments", ["family_home"])[0])
    return home_id, placement.do("end_placement", placement_id=placed, body=CANCELS)


class TestCancelling:
    def test_it_counts_no_day_and_the_need_is_open_again(self, placement: Harness, desk: Desk) -> None:
        home_id, shown_one = cancelled(placement, desk)
        assert (shown_one["status"], shown_one["end_note"]) == ("cancelled", "She moves to her aunt.")
        (told,) = placement.recorded(PLACEMENT_ENDED)
        assert (told["placement_id"], told["ends_on"]) == (shown_one["id"], date(2026, 5, 31))
        need = {"placement_request_id": shown_one["placement_request_id"]}
        assert placement.do("get_placement_request", **need)["status"] == "open"
        assert placement.do("get_home", home_id=home_id)["occupied"] == 0
        assert [one["eligible"] for one in placement.do("list_candidates", **need)["items"]] == [True]
        assert due(placement) == {}

    def test_the_same_person_may_come_there_after_all_and_nobody_is_asked_twice(
        self, placement: Harness, desk: Desk
    ) -> None:
        home_id, before = cancelled(placement, desk)
        body = start(before["placement_request_id"], home_id, "2026-06-10")
        assert placement.do("start_placement", body=body)["status"] == "planned"
        assert len(placement.recorded(PLACEMENT_STARTED)) == 2
        other = desk.ready(home_id, serial=981)
        assert placement.code("start_placement", body=other) == (409, "no_free_place")

    def test_or_live_somewhere_else_on_its_days(self, placement: Harness, desk: Desk) -> None:
        cancelled(placement, desk)
        assert desk.placed(desk.home(), starts_on="2026-05-15")

    def test_the_night_desk_has_the_place_at_once(self, placement: Harness, desk: Desk) -> None:
        home_id, _ = cancelled(placement, desk, **EMERGENCY)
        assert shown(placement) == [home_id]

    def test_what_has_begun_can_not_be(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home())
        placement.now = datetime(2026, 5, 31, 22, tzinfo=UTC)  # midnight in Sweden: its first day
        fault = placement.refusal("end_placement", placement_id=placed, body=CANCELS)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/ends_on", "ends_before_start")]
        assert placement.recorded(PLACEMENT_ENDED) == []

    def test_one_whose_last_day_was_said_is_by_correcting_that(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home())
        placement.do("end_placement", placement_id=placed, body={**CANCELS, "ends_on": "2026-06-30"})
        body = {"ends_on": "2026-05-20", "note": "She does not come at all."}
        found = placement.do("correct_end", placement_id=placed, body=body)
        assert found["status"] == "cancelled"
        need = placement.do("get_placement_request", placement_request_id=found["placement_request_id"])
        assert need["status"] == "open"

    def test_and_does_not_begin_by_a_correction(self, placement: Harness, desk: Desk) -> None:
        _, one = cancelled(placement, desk)
        body = {"ends_on": "2026-06-30", "note": "She comes after all."}
        assert placement.code("correct_end", placement_id=one["id"], body=body) == (409, "placement_cancelled")
        assert placement.code("end_placement", placement_id=one["id"], body=CANCELS) == (409, "placement_already_ended")

    def test_however_many_say_so_it_is_told_once(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home())
        with ThreadPoolExecutor(4) as pool:
            said = [pool.submit(placement.reply, "end_placement", placement_id=placed, body=CANCELS) for _ in range(4)]
        assert sum("body" in one.result() for one in said) == len(placement.recorded(PLACEMENT_ENDED)) == 1

    def test_who_was_to_look_after_it_does_not_and_the_home_is_not_shown_who_it_was(
        self, placement: Harness, desk: Desk
    ) -> None:
        placed = desk.placed(desk.home())
        placement.do("set_team", placement_id=placed, body=TEAM, if_match="*")
        placement.do("end_placement", placement_id=placed, body=CANCELS)
        assert [one["members"] for one in placement.recorded(TEAM_CHANGED)] == [["fatima", "karin"], []]
        seen = placement.do("get_placement", placement_id=placed, roles=["home"], personal_number=ANNA)
        assert (seen["status"], seen["person"]) == ("cancelled", None)

    def test_an_emergency_stay_that_has_not_begun_becomes_no_other(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(assignments=["emergency_home", "family_home"])
        placed = desk.placed(home, assignment="emergency_home")
        body = {"starts_on": "2026-06-01", "home_agreed_on": "2026-05-20", "care_decision": DECIDED}
        fault = placement.refusal("become_family_home", placement_id=placed, body=body)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/starts_on", "ends_before_start")]


class TestWhatIsDue:
    def test_what_the_chair_decided_is_still_followed_up(self, placement: Harness, desk: Desk) -> None:
        chairs = {**DECIDED, "authority": "chair_urgent", "decided_on": "2026-05-18"}
        body = {**desk.ready(desk.home(), urgent=True), "care_decision": chairs}
        placed = placement.do("start_placement", body=body)["id"]
        placement.do("end_placement", placement_id=placed, body=CANCELS)
        assert due(placement) == {"chair_decision_follow_up": "2026-06-01"}

    def test_what_was_granted_is_not_carried_out_by_it(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(assignments=["contact_family"])
        placed = desk.placed(home, assignment="contact_family", granted_on="2026-02-10")
        request = placement.do("end_placement", placement_id=placed, body=CANCELS)["placement_request_id"]
        assert due(placement) == {"unexecuted_decision": "2026-05-10"}
        placement.now = datetime(2026, 6, 30, 8, tzinfo=UTC)
        items = placement.do("report_unexecuted_decisions", query={"quarter": "2026-Q2"})["items"]
        assert [(one["id"], one["executed_on"]) for one in items] == [(request, None)]

    @pytest.mark.parametrize("which", ["report_placed_children", "report_self_monitoring"])
    def test_nobody_was_placed(self, placement: Harness, desk: Desk, which: str) -> None:
        before = placement.do(which, query={"year": "2026"}, roles=["caseworker"])
        cancelled(placement, desk)
        assert placement.do(which, query={"year": "2026"}, roles=["caseworker"]) == before
