"""Asking homes, and their answers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import INQUIRY_UNANSWERED
from tests.services.placement.conftest import ANNA, Desk, start
from tests.unit.placement.factories import personal_number, recorded_adult

AS_ANNA = {"roles": ["home"], "personal_number": ANNA, "actor": "home-anna"}
AS_DAG = {"roles": ["home"], "personal_number": personal_number("18900101", 985), "actor": "home-dag"}


def ask(home_id: str) -> dict[str, str]:
    return {"home_id": home_id, "message": "Could you?", "answer_by": "2026-05-22T20:00:00.000000Z"}


class TestAnswerBy:
    """A home is asked to answer by an instant, tonight perhaps."""

    IN_TIME, TOO_LATE = datetime(2026, 5, 22, 19, 59, 59, tzinfo=UTC), datetime(2026, 5, 22, 20, tzinfo=UTC)

    def test_unanswered_then_it_is_overdue_and_let_be_known_once(self, placement: Harness, desk: Desk) -> None:
        home_id, request_id = desk.home(), desk.request()
        asked = desk.inquiry(request_id, home_id)
        assert placement.pass_time(self.IN_TIME) == []
        assert placement.do("list_inquiries")["items"][0]["overdue"] is False
        assert placement.pass_time(self.TOO_LATE) == ["inquiry_unanswered"]
        assert placement.do("list_inquiries")["items"][0]["overdue"] is True
        assert placement.recorded(INQUIRY_UNANSWERED) == [
            {
                "inquiry_id": asked,
                "home_id": home_id,
                "placement_request_id": request_id,
                "answer_by": self.TOO_LATE,
            }
        ]
        assert placement.pass_time(self.TOO_LATE + timedelta(days=9)) == []

    @pytest.mark.parametrize("answer", ["accept_inquiry", "decline_inquiry"])
    def test_answered_in_time_nothing_is_said(self, placement: Harness, desk: Desk, answer: str) -> None:
        placement.do(answer, inquiry_id=desk.inquiry(desk.request(), desk.home()))
        assert placement.pass_time(self.TOO_LATE) == []
        assert placement.do("list_inquiries")["items"][0]["overdue"] is False

    def test_when_the_person_has_been_placed_elsewhere_nothing_is_said(self, placement: Harness, desk: Desk) -> None:
        request_id, home_id = desk.request(), desk.home()
        desk.inquiry(request_id, desk.home())
        desk.accepted(request_id, home_id)
        placement.do("start_placement", body=start(request_id, home_id))
        placement.pass_time(self.TOO_LATE)
        assert placement.recorded(INQUIRY_UNANSWERED) == []

    def test_a_late_answer_still_counts(self, placement: Harness, desk: Desk) -> None:
        asked = desk.inquiry(desk.request(), desk.home())
        placement.pass_time(self.TOO_LATE + timedelta(hours=1))
        assert placement.do("accept_inquiry", inquiry_id=asked)["status"] == "accepted"

    @pytest.mark.parametrize("answer_by", ["2026-05-20T08:00:00Z", "2026-05-22", "2026-05-22T20:00:00", "soon"])
    def test_an_instant_that_has_passed_or_is_none_is_refused(
        self, placement: Harness, desk: Desk, answer_by: str
    ) -> None:
        body = {**ask(desk.home()), "answer_by": answer_by}
        fault = placement.refusal("send_inquiry", placement_request_id=desk.request(), body=body)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/answer_by"]
        assert placement.do("list_inquiries")["total"] == 0


class TestSendInquiry:
    def test_the_home_is_asked(self, placement: Harness, desk: Desk) -> None:
        home_id, request_id = desk.home(), desk.request()
        sent = placement.do("send_inquiry", placement_request_id=request_id, body=ask(home_id))
        assert {name: value for name, value in sent.items() if name != "id"} == {
            "placement_request_id": request_id,
            "home_id": home_id,
            "home_name": "Anna Andersson, Bo Andersson",
            "assignment": "family_home",
            "needed_from": "2026-06-01",
            "message": "Could you?",
            "answer_by": "2026-05-22T20:00:00Z",
            "overdue": False,
            "may_decline": True,
            "status": "sent",
            "sent_at": "2026-05-20T08:00:00Z",
            "answered_at": None,
            "answered_by_home": None,
            "reason": None,
            "told": [],
            "nudges": [{"way": None, "state": "off", "problem": "not set up", "at": "2026-05-20T08:00:00Z"}],
            "protected_identity": False,
        }

    def test_one_inquiry_a_home_until_it_says_no(self, placement: Harness, desk: Desk) -> None:
        home_id, request_id = desk.home(), desk.request()
        first = desk.inquiry(request_id, home_id)
        asked = {"placement_request_id": request_id, "body": ask(home_id)}
        assert placement.code("send_inquiry", **asked) == (409, "home_already_asked")
        placement.do("decline_inquiry", inquiry_id=first, body={"reason": "Not this week."})
        desk.accepted(request_id, home_id)
        assert placement.code("send_inquiry", **asked) == (409, "home_already_asked")
        assert placement.do("list_inquiries")["total"] == 2

    def test_ten_at_once_ask_once(self, placement: Harness, desk: Desk) -> None:
        home_id, request_id = desk.home(), desk.request()
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(
                    lambda _: placement.reply("send_inquiry", placement_request_id=request_id, body=ask(home_id)),
                    range(10),
                )
            )
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"home_already_asked"}

    def test_an_unknown_home_is_pointed_at(self, placement: Harness, desk: Desk) -> None:
        request_id, foreign = desk.request(), desk.home(tenant=placement.new_tenant())
        for home_id in (new_id(), foreign):
            fault = placement.refusal("send_inquiry", placement_request_id=request_id, body=ask(home_id))
            assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/home_id"])

    def test_nobody_is_asked_for_a_placed_person(self, placement: Harness, desk: Desk) -> None:
        home_id, other = desk.home(), desk.home()
        body = desk.ready(home_id)
        placement.do("start_placement", body=body)
        asked = {"placement_request_id": body["placement_request_id"], "body": ask(other)}
        assert placement.code("send_inquiry", **asked) == (409, "placement_request_not_open")

    def test_the_same_key_asks_once(self, placement: Harness, desk: Desk) -> None:
        asked = {"placement_request_id": desk.request(), "body": ask(desk.home()), "idempotency_key": "k"}
        assert placement.do("send_inquiry", **asked) == placement.do("send_inquiry", **asked)
        assert placement.do("list_inquiries")["total"] == 1

    def test_the_other_municipality_and_the_wrong_role(self, placement: Harness, desk: Desk) -> None:
        asked = {"placement_request_id": desk.request(), "body": ask(desk.home())}
        assert placement.code("send_inquiry", tenant=placement.new_tenant(), **asked) == (404, "not_found")
        assert placement.code("send_inquiry", **AS_ANNA, **asked) == (403, "missing_role")


class TestListInquiries:
    def test_staff_sees_what_each_home_answered(self, placement: Harness, desk: Desk) -> None:
        request_id, other_request = desk.request(), desk.request(serial=981)
        first = desk.inquiry(request_id, desk.home())
        second = desk.accepted(request_id, desk.home(protected_identity=True))
        third = desk.inquiry(other_request, desk.home())
        listed = placement.do("list_inquiries")["items"]
        assert [item["id"] for item in listed] == [third, second, first]
        of_request = placement.do("list_inquiries", query={"placement_request_id": request_id})["items"]
        assert [(item["status"], item["home_name"] is None) for item in of_request] == [
            ("accepted", True),
            ("sent", False),
        ]
        assert [item["id"] for item in placement.do("list_inquiries", query={"status": "accepted"})["items"]] == [
            second
        ]

    def test_a_home_sees_its_own_without_the_person_s_name(self, placement: Harness, desk: Desk) -> None:
        request_id = desk.request()
        own = desk.inquiry(request_id, desk.home())
        desk.inquiry(request_id, desk.home(adults=[recorded_adult(new_id(), "Dag", serial=985)]))
        listed = placement.do("list_inquiries", **AS_ANNA)
        assert ([item["id"] for item in listed["items"]], listed["total"]) == ([own], 1)
        assert "Elsa" not in str(listed)
        assert placement.do("list_inquiries", roles=["home"])["total"] == 0

    def test_the_other_municipality_sees_nothing(self, placement: Harness, desk: Desk) -> None:
        desk.inquiry(desk.request(), desk.home())
        assert placement.do("list_inquiries", tenant=placement.new_tenant())["total"] == 0

    def test_a_recruiter_may_not(self, placement: Harness) -> None:
        assert placement.code("list_inquiries", roles=["recruiter"]) == (403, "missing_role")


class TestAnswer:
    def test_the_home_itself_says_yes(self, placement: Harness, desk: Desk) -> None:
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        accepted = placement.do("accept_inquiry", inquiry_id=inquiry_id, **AS_ANNA)
        assert (accepted["status"], accepted["answered_by_home"]) == ("accepted", True)
        assert accepted["answered_at"] == "2026-05-20T08:00:00Z"

    def test_a_caseworker_writes_down_a_no_on_the_phone(self, placement: Harness, desk: Desk) -> None:
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        declined = placement.do("decline_inquiry", inquiry_id=inquiry_id, body={"reason": "We are moving."})
        assert (declined["status"], declined["answered_by_home"]) == ("declined", False)
        assert declined["reason"] == "We are moving."

    @pytest.mark.parametrize("first", ["accept_inquiry", "decline_inquiry"])
    def test_an_answer_is_given_once(self, placement: Harness, desk: Desk, first: str) -> None:
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        placement.do(first, inquiry_id=inquiry_id)
        for again in ("accept_inquiry", "decline_inquiry"):
            assert placement.code(again, inquiry_id=inquiry_id) == (409, "inquiry_already_answered")

    def test_the_same_key_answers_the_same(self, placement: Harness, desk: Desk) -> None:
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        call = {"inquiry_id": inquiry_id, "idempotency_key": "k"}
        assert placement.do("accept_inquiry", **call) == placement.do("accept_inquiry", **call)
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        call = {"inquiry_id": inquiry_id, "idempotency_key": "k"}
        assert placement.do("decline_inquiry", **call) == placement.do("decline_inquiry", **call)

    def test_yes_and_no_at_once_are_one_answer(self, placement: Harness, desk: Desk) -> None:
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        names = ["accept_inquiry", "decline_inquiry"] * 5
        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(lambda name: placement.reply(name, inquiry_id=inquiry_id), names))
        assert sum("body" in reply for reply in replies) == 1

    def test_a_contracted_home_can_not_say_no(self, placement: Harness, desk: Desk) -> None:
        home_id = desk.home(assignments=["contracted_emergency_home"])
        inquiry_id = desk.inquiry(desk.request(assignment="contracted_emergency_home"), home_id)
        refused = (409, "contracted_home_must_accept")
        assert placement.code("decline_inquiry", inquiry_id=inquiry_id, **AS_ANNA) == refused
        assert placement.do("list_inquiries")["items"][0]["status"] == "sent"

    def test_nobody_answers_after_the_person_was_placed(self, placement: Harness, desk: Desk) -> None:
        chosen, other, request_id = desk.home(), desk.home(), desk.request()
        waiting = desk.inquiry(request_id, other)
        desk.accepted(request_id, chosen)
        placement.do("start_placement", body=start(request_id, chosen))
        assert placement.code("accept_inquiry", inquiry_id=waiting) == (409, "inquiry_closed")
        assert placement.code("decline_inquiry", inquiry_id=waiting) == (409, "inquiry_closed")

    @pytest.mark.parametrize("name", ["accept_inquiry", "decline_inquiry"])
    def test_another_home_and_another_municipality_find_nothing(
        self, placement: Harness, desk: Desk, name: str
    ) -> None:
        desk.home(adults=[recorded_adult(new_id(), "Dag", serial=985)])
        inquiry_id = desk.inquiry(desk.request(), desk.home())
        assert placement.code(name, inquiry_id=inquiry_id, **AS_DAG) == (404, "not_found")
        assert placement.code(name, inquiry_id=inquiry_id, roles=["home"]) == (404, "not_found")
        assert placement.code(name, inquiry_id=inquiry_id, tenant=placement.new_tenant()) == (404, "not_found")
        assert placement.code(name, inquiry_id=inquiry_id, roles=["coordinator"]) == (403, "missing_role")
        assert placement.do("list_inquiries")["items"][0]["status"] == "sent"


class TestSeveral:
    def body(self, *homes: str) -> dict[str, Any]:
        return {**{name: value for name, value in ask("").items() if name != "home_id"}, "home_ids": list(homes)}

    def test_each_home_has_an_inquiry_of_its_own(self, placement: Harness, desk: Desk) -> None:
        homes, request_id = [desk.home(), desk.home()], desk.request()
        call = {"placement_request_id": request_id, "idempotency_key": new_id()}
        sent = placement.do("send_inquiries", body=self.body(*homes), **call)["items"]
        assert [(one["home_id"], one["status"], one["message"]) for one in sent] == [
            (home, "sent", "Could you?") for home in homes
        ]
        placement.do("send_inquiries", body=self.body(*homes), **call)
        assert placement.do("list_inquiries")["total"] == 2
        assert placement.do("list_weighings", placement_request_id=request_id)["total"] == 1
        placement.do("decline_inquiry", inquiry_id=sent[0]["id"])
        assert placement.do("get_inquiry", inquiry_id=sent[1]["id"])["status"] == "sent"
        assert len(placement.pass_time(TestAnswerBy.TOO_LATE)) == 1

    def test_where_one_can_not_be_asked_nobody_is(self, placement: Harness, desk: Desk) -> None:
        request_id, asked, other = desk.request(), desk.home(), desk.home()
        desk.inquiry(request_id, asked)
        call = {"placement_request_id": request_id}
        assert placement.code("send_inquiries", body=self.body(other, asked), **call) == (409, "home_already_asked")
        for homes, pointer in (((other, new_id()), "/home_ids/1"), ((other, other), "/home_ids/1"), ((), "/home_ids")):
            fault = placement.refusal("send_inquiries", body=self.body(*homes), **call)
            assert [one["pointer"] for one in fault["errors"]] == [pointer]
        assert placement.do("list_inquiries")["total"] == 1
        assert placement.code("send_inquiries", body=self.body(other), roles=["home"], **call)[0] == 403
