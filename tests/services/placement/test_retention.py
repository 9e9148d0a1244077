"""Weeding of needs with their inquiries and placements, and of copies of homes that have gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED, HOME_WEEDED
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_WEEDED
from tests.home_changes import a_change, a_weeding
from tests.retention import due, kept, preview, run, weed
from tests.services.placement.conftest import DECIDED, Desk, approval
from tests.unit.placement.factories import MAY_20

FAR = datetime(2070, 1, 2, 9, tzinfo=UTC)
GROWN = "19900101"


def end(placement: Harness, placement_id: str, ends_on: str) -> None:
    body = {"ends_on": ends_on, "reason": "moved_home"}
    placement.do("end_placement", placement_id=placement_id, body=body)


class TestNeeds:
    def test_a_childs_is_kept_until_the_child_is_thirty(self, placement: Harness, desk: Desk) -> None:
        request = desk.request(born="20170101")
        found = preview(placement, datetime(2046, 12, 31, 9, tzinfo=UTC))
        assert kept(found) == {("placement_request", "child_not_yet_30"): 1}
        assert found["kept"][0]["law"] == "SoL 16:2 a"
        assert due(preview(placement, datetime(2047, 1, 1, 9, tzinfo=UTC))) == {"placement_request": [request]}

    def test_a_grown_ups_has_five_years(self, placement: Harness, desk: Desk) -> None:
        request = desk.request(born=GROWN)
        at = datetime(MAY_20.year + 5, 5, 20, 9, tzinfo=UTC)
        assert due(preview(placement, at - timedelta(days=1))) == {}
        assert due(preview(placement, at)) == {"placement_request": [request]}

    def test_a_child_who_was_placed_is_kept_for_ever(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), born="20170101")
        assert kept(preview(placement, FAR)) == {("placement_request", "in_use"): 1}
        placement.now = MAY_20
        end(placement, placed, "2026-06-30")
        assert kept(preview(placement, FAR)) == {("placement_request", "child_placed"): 1}

    def test_a_childs_contact_family_is_no_placing(self, placement: Harness, desk: Desk) -> None:
        home = desk.home(assignments=["contact_family"])
        placed = desk.placed(home, born="20170101", assignment="contact_family")
        end(placement, placed, "2026-06-30")
        assert list(due(preview(placement, FAR))) == ["placement_request"]

    def test_it_goes_with_its_inquiries_and_its_placement_and_that_is_told(
        self, placement: Harness, desk: Desk
    ) -> None:
        body = desk.ready(desk.home(age_to=40), born=GROWN, urgent=True)
        by_chair = {**DECIDED, "authority": "chair_urgent"}  # what the committee has to follow up outlasts the stay
        placed = placement.do("start_placement", body={**body, "care_decision": by_chair})["id"]
        placement.pass_time(MAY_20)  # and is warned of
        end(placement, placed, "2026-06-30")
        request = placement.do("get_placement", placement_id=placed)["placement_request_id"]
        record = weed(placement, datetime(2031, 6, 30, 9, tzinfo=UTC))
        assert {one["kind"]: one["count"] for one in record["rows"]} == {
            "placement_request": 1,
            "inquiry": 1,
            "placement": 1,
            "care_decision": 1,
            "said_end": 1,
            "deadline": 1,
            "weighing": 1,
        }
        assert placement.recorded(PLACEMENT_WEEDED) == [{"placement_id": placed, "placement_request_id": request}]
        assert placement.code("get_placement", placement_id=placed) == (404, "not_found")

    def test_a_siblings_need_stays_and_names_it_no_more(self, placement: Harness, desk: Desk) -> None:
        first = desk.request(born=GROWN)
        second = desk.request(born="19900105", serial=982, sibling_of=first)
        weed(placement, FAR)
        assert placement.code("get_placement_request", placement_request_id=first) == (404, "not_found")
        assert placement.do("get_placement_request", placement_request_id=second)["sibling_of"] is None

    def test_an_answer_after_the_preview_keeps_it(self, placement: Harness, desk: Desk) -> None:
        request = desk.request(born=GROWN)
        home = desk.home()
        inquiry = desk.inquiry(request, home)
        placement.pass_time(datetime(2026, 5, 22, 20, tzinfo=UTC))
        found = preview(placement, datetime(2031, 5, 22, 20, tzinfo=UTC))
        assert due(found) == {"placement_request": [request]}
        placement.do("decline_inquiry", inquiry_id=inquiry, body={"reason": "We moved."})
        assert kept(run(placement, found)) == {("placement_request", "time_has_not_come"): 1}


class TestCopiesOfHomes:
    def test_one_that_nobody_speaks_of_goes(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        placement.react(HOME_WEEDED, a_weeding(home))
        assert placement.code("get_home", home_id=home) == (404, "not_found")

    def test_of_one_that_a_childs_file_speaks_of_nobody_is_known_any_more(self, placement: Harness, desk: Desk) -> None:
        home = desk.home()
        desk.inquiry(desk.request(), home)
        placement.react(HOME_WEEDED, a_weeding(home))
        (inquiry,) = placement.do("list_inquiries")["items"]
        assert (inquiry["home_id"], inquiry["home_name"]) == (home, None)
        assert placement.do("list_homes")["items"] == []

    @pytest.mark.parametrize("event", [HOME_CHANGED, HOME_APPROVED], ids=lambda event: event.name)
    def test_what_was_told_before_it_went_does_not_bring_it_back(
        self, placement: Harness, desk: Desk, event: Any
    ) -> None:
        approved = approval()
        told = {HOME_CHANGED: a_change(approved["home_id"]), HOME_APPROVED: approved}[event]
        earlier = placement.message(event, told)
        assert placement.deliver(event, earlier).done
        placement.react(HOME_WEEDED, a_weeding(approved["home_id"], approval_ids=[approved["approval_id"]]))
        assert placement.deliver(event, earlier).done
        assert placement.code("get_home", home_id=approved["home_id"]) == (404, "not_found")
