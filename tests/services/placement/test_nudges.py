"""A home that is asked learns that something waits for it, and staff see whether it did."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.messages.outlets import NOTHING, Outlets
from services.kernel.testing import Harness
from tests.home_changes import a_change, an_adult
from tests.receiver import TAKEN, Receiver, answers, listening
from tests.services.placement.conftest import ANNA, Desk, start
from tests.unit.placement.factories import MAY_20

AS_ANNA = {"roles": ["home"], "personal_number": ANNA, "actor": "home-anna"}
NUMBER = "+46701740605"
NIGHT, MORNING = MAY_20 + timedelta(hours=14), MAY_20 + timedelta(hours=21)  # 0:00 and 7:00 there


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


@pytest.fixture
def placement(placement: Harness, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Harness:
    """Placement with a provider of SMS."""
    provider = {"url": receiver.url, "header": "X-Key", "body": {"to": "$number", "text": "$text"}}
    placement.tenant = placement.new_tenant(sms=provider)
    monkeypatch.setattr(placement.database, "_in_production", False)
    set_up(placement, Outlets(sms_secrets={placement.tenant: "abc"}))
    return placement


def set_up(placement: Harness, outlets: Outlets) -> None:
    """As if the process had begun with these."""
    placement.database._outlets = outlets


@pytest.fixture
def home(placement: Harness, desk: Desk) -> str:
    """A home that is reached by the phone of its file."""
    home_id = desk.home()
    placement.react(HOME_CHANGED, a_change(home_id, phone=NUMBER))
    return home_id


def passing(placement: Harness, until: datetime = MAY_20) -> None:
    placement.pass_time(until)


def shown(placement: Harness, inquiry_id: str, **call: Any) -> list[dict[str, Any]]:
    """What is seen of the nudges, which is the same in the list and in the inquiry itself."""
    found: list[dict[str, Any]] = placement.do("get_inquiry", inquiry_id=inquiry_id, **call)["nudges"]
    listed = placement.do("list_inquiries", **call)["items"]
    assert [one["nudges"] for one in listed if one["id"] == inquiry_id] == [found]
    return found


def sms(state: str, problem: str | None = None, at: str | None = None) -> dict[str, Any]:
    return {"way": "sms", "state": state, "problem": problem, "at": at}


class TestAsked:
    def test_the_home_learns_it_and_staff_see_that_it_did(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        inquiry = desk.inquiry(desk.request(), home)
        assert shown(placement, inquiry) == [sms("waiting")]
        passing(placement)
        assert [one.event for one in receiver.heard] == [
            {"to": NUMBER, "text": "Något nytt väntar i Hemvist. Logga in."}
        ]
        assert shown(placement, inquiry) == [sms("sent", at="2026-05-20T08:00:00Z")]

    def test_it_is_reached_as_its_adults_want(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        adult = placement.do("get_reach", home_id=home)["adults"][0]["id"]
        body = {"ways": ["sms"], "phone": "0701740606"}
        placement.do("choose_reach", home_id=home, adult_id=adult, body=body, if_match="*", **AS_ANNA)
        desk.inquiry(desk.request(), home)
        passing(placement)
        assert [one.event["to"] for one in receiver.heard] == ["+46701740606"]

    def test_what_waits_goes_as_an_adult_wants_from_now_on(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        placement.now = NIGHT
        inquiry = desk.inquiry(desk.request(), home)
        placement.react(HOME_CHANGED, a_change(home, phone="+46701740607"))
        passing(placement, MORNING)
        assert [one.event["to"] for one in receiver.heard] == ["+46701740607"]
        assert shown(placement, inquiry) == [sms("sent", at="2026-05-21T05:00:00Z")]

    def test_who_wants_none_is_left_alone(self, placement: Harness, desk: Desk, home: str, receiver: Receiver) -> None:
        adult = placement.do("get_reach", home_id=home)["adults"][0]["id"]
        placement.do("choose_reach", home_id=home, adult_id=adult, body={"ways": []}, if_match="*")
        inquiry = desk.inquiry(desk.request(), home)
        passing(placement)
        assert receiver.heard == []
        (said,) = shown(placement, inquiry)
        assert (said["way"], said["state"], said["problem"]) == (None, "off", "no way chosen")

    def test_a_request_with_the_same_key_nudges_once(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        asked = {"placement_request_id": desk.request(), "body": {"home_id": home}, "idempotency_key": "k"}
        assert placement.do("send_inquiry", **asked)["id"] == placement.do("send_inquiry", **asked)["id"]
        passing(placement)
        passing(placement, MAY_20 + timedelta(hours=2))
        assert len(receiver.heard) == 1

    def test_where_it_is_not_set_up_staff_see_that_it_is_off(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        set_up(placement, NOTHING)
        assert placement.do("get_reach", home_id=home)["set_up"] == []
        inquiry = desk.inquiry(desk.request(), home)
        passing(placement)
        assert (shown(placement, inquiry), receiver.heard) == (
            [sms("off", "not set up", at="2026-05-20T08:00:00Z")],
            [],
        )

    def test_a_provider_that_is_away_is_seen_until_it_is_back(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        receiver.answer = answers(503)
        inquiry = desk.inquiry(desk.request(), home)
        passing(placement)
        assert shown(placement, inquiry) == [sms("waiting", "status 503")]
        receiver.answer = TAKEN
        passing(placement, MAY_20 + timedelta(minutes=1))
        assert [one["state"] for one in shown(placement, inquiry)] == ["sent"]

    def test_a_number_that_the_provider_refuses_is_seen(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        receiver.answer = answers(422)
        inquiry = desk.inquiry(desk.request(), home)
        passing(placement)
        assert shown(placement, inquiry) == [sms("failed", "refused", at="2026-05-20T08:00:00Z")]


class TestByNight:
    def test_one_that_is_not_urgent_waits_for_seven(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        placement.now = NIGHT
        desk.inquiry(desk.request(), home)
        passing(placement, MORNING - timedelta(seconds=1))
        assert receiver.heard == []
        passing(placement, MORNING)
        assert len(receiver.heard) == 1

    def test_an_urgent_one_goes_at_once(self, placement: Harness, desk: Desk, home: str, receiver: Receiver) -> None:
        placement.now = NIGHT
        desk.inquiry(desk.request(urgent=True), home)
        passing(placement, NIGHT)
        assert len(receiver.heard) == 1

    @pytest.mark.parametrize("answer", ["accept_inquiry", "decline_inquiry"])
    def test_one_that_was_answered_meanwhile_is_not_nudged_for(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver, answer: str
    ) -> None:
        placement.now = NIGHT
        inquiry = desk.inquiry(desk.request(), home)
        answered = placement.do(answer, inquiry_id=inquiry, **AS_ANNA)
        passing(placement, MORNING)
        assert receiver.heard == []
        assert answered["nudges"] == shown(placement, inquiry) == [sms("not_needed", at="2026-05-20T22:00:00Z")]

    def test_nor_is_one_for_somebody_who_was_placed_meanwhile(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        placement.now = NIGHT
        request, other = desk.request(), desk.home()
        inquiry = desk.inquiry(request, home)
        desk.accepted(request, other)
        placement.do("start_placement", body=start(request, other))
        passing(placement, MORNING)
        assert receiver.heard == []
        assert [one["state"] for one in shown(placement, inquiry)] == ["not_needed"]


class TestTwoInquiries:
    def test_within_the_hour_they_are_one_and_the_third_comes_after_it(
        self, placement: Harness, desk: Desk, home: str, receiver: Receiver
    ) -> None:
        inquiries = [desk.inquiry(desk.request(serial=serial), home) for serial in (980, 981)]
        passing(placement)
        inquiries.append(desk.inquiry(desk.request(serial=982), home))
        passing(placement, MAY_20 + timedelta(minutes=59))
        assert len(receiver.heard) == 1
        assert [shown(placement, one)[0]["state"] for one in inquiries] == ["sent", "sent", "waiting"]
        passing(placement, MAY_20 + timedelta(hours=1))
        assert len(receiver.heard) == 2
        assert {shown(placement, one)[0]["state"] for one in inquiries} == {"sent"}


def test_a_protected_home_is_nudged_only_as_it_has_chosen(placement: Harness, desk: Desk, receiver: Receiver) -> None:
    home, anna = desk.home(), an_adult()
    placement.react(HOME_CHANGED, a_change(home, phone=NUMBER, adults=[anna], protected_identity=True))
    desk.inquiry(desk.request(serial=980), home)
    passing(placement)
    assert receiver.heard == []
    chosen = {"home_id": home, "adult_id": anna["id"], "body": {"ways": ["sms"]}, "if_match": "*"}
    placement.do("choose_reach", **chosen, **AS_ANNA)
    desk.inquiry(desk.request(serial=981), home)
    passing(placement)
    assert [one.event["to"] for one in receiver.heard] == [NUMBER]


class TestGetInquiry:
    def test_it_is_the_one_of_the_list(self, placement: Harness, desk: Desk, home: str) -> None:
        inquiry = desk.inquiry(desk.request(), home)
        (listed,) = placement.do("list_inquiries")["items"]
        assert placement.do("get_inquiry", inquiry_id=inquiry) == listed

    def test_the_home_sees_its_own_and_no_other(self, placement: Harness, desk: Desk, home: str) -> None:
        inquiry = desk.inquiry(desk.request(), home)
        assert placement.do("get_inquiry", inquiry_id=inquiry, **AS_ANNA)["id"] == inquiry
        nobody = {"roles": ["home"], "personal_number": "189001019836"}
        assert placement.code("get_inquiry", inquiry_id=inquiry, **nobody) == (404, "not_found")
        assert placement.code("get_inquiry", inquiry_id=inquiry, tenant=placement.new_tenant()) == (404, "not_found")
        assert placement.code("get_inquiry", inquiry_id=inquiry, roles=["recruiter"]) == (403, "missing_role")
