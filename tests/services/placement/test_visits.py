"""R22: a contact family reports its weekends, a contact person the meetings; staff confirm, and pay follows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.kernel.messages.context import Context
from services.kernel.rows.nudges import Nudge
from services.kernel.testing import Harness
from services.placement.contract.events import VISIT_CONFIRMED, VISIT_WITHDRAWN
from tests.services.placement.conftest import ANNA, Desk

AS_ANNA: dict[str, Any] = {"roles": ["home"], "personal_number": ANNA, "actor": "home-anna"}
WEEKEND = {"starts_on": "2026-05-15", "ends_on": "2026-05-17", "half_first_day": True}


def contact(desk: Desk, assignment: str = "contact_family", **overrides: Any) -> str:
    home = desk.home(assignments=[assignment])
    return desk.placed(home, assignment=assignment, starts_on="2026-05-01", **overrides)


def report(placement: Harness, placed: str, **overrides: Any) -> dict[str, Any]:
    return placement.do("report_visit", placement_id=placed, body={**WEEKEND, **overrides}, **AS_ANNA)


class TestReport:
    def test_a_weekend_is_reported_by_the_home_and_confirmed_by_staff(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        visit = report(placement, placed)
        assert (visit["status"], visit["reported_by_home"], visit["half_first_day"]) == ("reported", True, True)
        assert placement.recorded(VISIT_CONFIRMED) == []
        confirmed = placement.do("confirm_visit", visit_id=visit["id"], actor="karin")
        assert confirmed["status"] == "confirmed"
        assert placement.recorded(VISIT_CONFIRMED) == [
            {
                "visit_id": visit["id"],
                "placement_id": placed,
                "home_id": visit["home_id"],
                "assignment": "contact_family",
                "starts_on": date(2026, 5, 15),
                "ends_on": date(2026, 5, 17),
                "half_first_day": True,
                "half_last_day": False,
                "reported_on": date(2026, 5, 20),
            }
        ]
        assert placement.code("confirm_visit", visit_id=visit["id"]) == (409, "visit_already_confirmed")

    def test_its_first_version_is_said(self, placement: Harness, desk: Desk) -> None:
        reply = placement.reply("report_visit", placement_id=contact(desk), body=WEEKEND, **AS_ANNA)
        assert reply["etag"] == "1"

    @pytest.mark.parametrize(
        ("days", "code"),
        [
            ({"starts_on": "2026-05-20", "ends_on": "2026-05-21"}, "visit_not_come"),
            ({"starts_on": "2026-04-30", "ends_on": "2026-05-02"}, "visit_outside"),
            ({"starts_on": "2026-05-10", "ends_on": "2026-05-09"}, "visit_in_order"),
        ],
    )
    def test_days_on_which_it_can_not_have_been_are_wrong(
        self, placement: Harness, desk: Desk, days: dict[str, str], code: str
    ) -> None:
        fault = placement.refusal("report_visit", placement_id=contact(desk), body={**WEEKEND, **days}, **AS_ANNA)
        assert [one["code"] for one in fault["errors"]] == [code]

    def test_a_meeting_is_on_one_day(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk, "contact_person")
        fault = placement.refusal("report_visit", placement_id=placed, body=WEEKEND, **AS_ANNA)
        assert [one["code"] for one in fault["errors"]] == ["meeting_one_day"]
        report(placement, placed, ends_on="2026-05-15", half_first_day=False)

    def test_whoever_lives_there_has_no_visits(self, placement: Harness, desk: Desk) -> None:
        placed = desk.placed(desk.home(), starts_on="2026-05-01")
        refused = placement.code("report_visit", placement_id=placed, body=WEEKEND, **AS_ANNA)
        assert refused == (409, "visits_of_contacts_only")

    def test_a_day_is_reported_once_however_many_say_so(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        with ThreadPoolExecutor(8) as pool:
            replies = list(
                pool.map(
                    lambda _: placement.reply("report_visit", placement_id=placed, body=WEEKEND, **AS_ANNA), range(8)
                )
            )
        assert sum("body" in one for one in replies) == 1
        assert {one["fault"]["code"] for one in replies if "fault" in one} == {"visit_overlaps"}

    def test_days_after_an_end_that_was_told_since_are_confirmed_when_they_are_corrected(
        self, placement: Harness, desk: Desk
    ) -> None:
        placed = contact(desk)
        visit = report(placement, placed)
        ending = {"ends_on": "2026-05-16", "reason": "planned"}
        placement.do("end_placement", placement_id=placed, body=ending)
        which = {"visit_id": visit["id"]}
        assert placement.code("confirm_visit", **which) == (409, "visit_outside_placement")
        assert placement.recorded(VISIT_CONFIRMED) == []
        corrected = {**WEEKEND, "ends_on": "2026-05-16", "note": "Home on Saturday."}
        placement.do("correct_visit", body=corrected, **which)
        assert placement.do("confirm_visit", **which)["ends_on"] == "2026-05-16"

    def test_another_home_and_another_municipality_reach_nothing(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        neighbour = {"roles": ["home"], "personal_number": "189001019836"}
        assert placement.code("report_visit", placement_id=placed, body=WEEKEND, **neighbour) == (404, "not_found")
        elsewhere = {**AS_ANNA, "tenant": placement.new_tenant()}
        assert placement.code("report_visit", placement_id=placed, body=WEEKEND, **elsewhere) == (404, "not_found")
        visit = report(placement, placed)
        assert placement.do("list_visits", **neighbour)["total"] == 0
        assert placement.code("confirm_visit", visit_id=visit["id"], **AS_ANNA) == (403, "missing_role")

    def test_what_nobody_confirms_is_due(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        report(placement, placed)
        query = {"page": "1", "limit": "20", "kind": "visit_unconfirmed"}
        (item,) = placement.do("list_deadlines", roles=["caseworker"], query=query)["items"]
        assert (item["due_on"], item["subject"]["id"]) == ("2026-05-27", placed)


class TestCorrect:
    CORRECTION: dict[str, Any] = {**WEEKEND, "half_first_day": False, "note": "She came at noon."}

    def test_the_home_corrects_what_is_not_confirmed(self, placement: Harness, desk: Desk) -> None:
        visit = report(placement, contact(desk))
        shown = placement.do("correct_visit", visit_id=visit["id"], body=self.CORRECTION, **AS_ANNA)
        assert (shown["half_first_day"], shown["corrected"], shown["status"]) == (False, True, "reported")
        placement.do("confirm_visit", visit_id=visit["id"])
        refused = placement.code("correct_visit", visit_id=visit["id"], body=self.CORRECTION, **AS_ANNA)
        assert refused == (409, "visit_already_confirmed")

    def test_staff_correct_what_is_confirmed_and_pay_follows(self, placement: Harness, desk: Desk) -> None:
        visit = report(placement, contact(desk))
        placement.do("confirm_visit", visit_id=visit["id"])
        placement.do("correct_visit", visit_id=visit["id"], body=self.CORRECTION, roles=["caseworker"])
        assert [one["half_first_day"] for one in placement.recorded(VISIT_CONFIRMED)] == [True, False]

    def test_one_that_was_none_is_withdrawn_and_its_days_are_free(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        visit = report(placement, placed)
        placement.do("confirm_visit", visit_id=visit["id"])
        gone = {**self.CORRECTION, "withdrawn": True}
        placement.do("correct_visit", visit_id=visit["id"], body=gone, roles=["caseworker"])
        assert [one["visit_id"] for one in placement.recorded(VISIT_WITHDRAWN)] == [visit["id"]]
        assert placement.code("confirm_visit", visit_id=visit["id"]) == (409, "visit_withdrawn")
        report(placement, placed)

    def test_it_can_not_be_moved_to_a_day_that_is_reported(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        visit = report(placement, placed)
        report(placement, placed, starts_on="2026-05-08", ends_on="2026-05-10")
        moved = {**self.CORRECTION, "starts_on": "2026-05-10"}
        assert placement.code("correct_visit", visit_id=visit["id"], body=moved, **AS_ANNA) == (409, "visit_overlaps")
        (kept,) = [one for one in placement.do("list_visits", **AS_ANNA)["items"] if one["id"] == visit["id"]]
        assert (kept["starts_on"], kept["corrected"]) == ("2026-05-15", False)


class TestReminder:
    def test_who_has_reported_nothing_is_reminded_before_the_cut_off_and_nobody_else(
        self, placement: Harness, desk: Desk
    ) -> None:
        silent, reported = contact(desk), contact(desk, serial=981)
        report(placement, reported)
        desk.placed(desk.home(), serial=982, starts_on="2026-05-01")
        for night, found in ((29, []), (30, [silent]), (31, [silent])):  # in the morning of 31 May: due on 3 June
            placement.clockwork.plan_nights_of(placement.tenant, now=datetime(2026, 5, night, 20, tzinfo=UTC))
            at = datetime(2026, 5, night, 4, tzinfo=UTC) + timedelta(days=1)
            assert "remind_to_report" in placement.pass_time(at)
            assert nudged(placement) == found

    def test_the_day_is_among_what_has_a_day(self, placement: Harness, desk: Desk) -> None:
        silent, reported = contact(desk), contact(desk, serial=981)
        report(placement, reported)
        placement.now = datetime(2026, 6, 2, 8, tzinfo=UTC)
        query = {"page": "1", "limit": "20", "kind": "reporting_due"}
        (item,) = placement.do("list_deadlines", roles=["caseworker"], query=query)["items"]
        assert (item["due_on"], item["overdue"], item["subject"]["id"], item["detail"]) == (
            "2026-06-03",
            False,
            silent,
            "contact_family",
        )

    def test_who_has_withdrawn_what_was_reported_has_reported_nothing(self, placement: Harness, desk: Desk) -> None:
        placed = contact(desk)
        gone = {**TestCorrect.CORRECTION, "withdrawn": True}
        placement.do("correct_visit", visit_id=report(placement, placed)["id"], body=gone, **AS_ANNA)
        placement.now = datetime(2026, 6, 2, 8, tzinfo=UTC)
        due = placement.do("list_deadlines", roles=["caseworker"], query={"kind": "reporting_due"})["items"]
        assert [one["subject"]["id"] for one in due] == [placed]


def nudged(placement: Harness) -> list[str]:
    """Of which placements homes are reminded."""
    context = Context(tenant=placement.tenant, actor="", request_id="", deadline=0)
    with placement.database.unit(context, reads=True) as unit:
        return [one.subject for one in unit.session.query(Nudge).filter(Nudge.kind == "report")]
