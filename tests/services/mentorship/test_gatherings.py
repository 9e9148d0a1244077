"""R27: invitations to many homes, answers and the waiting list, reminders, attendance, siblings, calendars."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from services.investigation.contract.events import APPROVAL_REVOKED, HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS
from services.mentorship.gatherings import inviting
from services.placement.contract.events import PLACEMENT_STARTED
from tests.conftest import shelves
from tests.home_changes import a_change
from tests.services.mentorship.conftest import (
    ANNA,
    BERTIL,
    CECILIA,
    a_start,
    an_adult,
    an_approval,
    approve_home,
    register,
)

AUGUST = datetime(2027, 8, 1, 8, tzinfo=UTC)
LAST = date(2027, 7, 31)  #: the day before
SKANSEN = {
    "kind": "outing",
    "title": "Skansen",
    "place": "Stora entrén",
    "starts_at": "2027-09-04T10:00:00Z",
    "ends_at": "2027-09-04T15:00:00Z",
    "seats_adults": 4,
    "seats_children": 4,
    "answer_by": "2027-08-25T22:00:00Z",
    "invite": {"all": True},
}
COMES = {"attending": True, "adults": 2, "children": 2, "needs": []}


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


@pytest.fixture(autouse=True)
def _in_august(mentorship: Harness) -> None:
    mentorship.now = AUGUST


def plan(mentorship: Harness, **overrides: Any) -> dict[str, Any]:
    """A gathering whose invitations have gone out."""
    made = mentorship.do("plan_gathering", body={**SKANSEN, **overrides})
    mentorship.pass_time(mentorship.now or AUGUST)
    return mentorship.do("get_gathering", gathering_id=made["id"])


def reply(mentorship: Harness, gathering: dict[str, Any], home_id: str, **overrides: Any) -> dict[str, Any]:
    caller = overrides.pop("caller", {})
    body = {"home_id": home_id, **COMES, **overrides}
    return mentorship.do("reply_to_gathering", gathering_id=gathering["id"], body=body, **caller)


def invited(mentorship: Harness, gathering: dict[str, Any]) -> set[str]:
    page = {"limit": "100"}
    items = mentorship.do("list_replies", gathering_id=gathering["id"], page=page)["items"]
    return {one["home_id"] for one in items}


def accept_all(mentorship: Harness, area: str, homes: int) -> tuple[str, list[str]]:
    """A mentor of that area with so many homes; its own home and theirs."""
    own = approve_home(mentorship)
    mentor = register(mentorship, own, area=area)
    ids = [approve_home(mentorship) for _ in range(homes)]
    for home_id in ids:
        body = {"home_id": home_id, "mentor_id": mentor["id"]}
        made = mentorship.do("offer_mentorship", body=body)
        mentorship.do("accept_mentorship", mentorship_id=made["id"])
    return str(mentor["id"]), [own, *ids]


class TestInviting:
    def test_all_homes_are_invited_behind_and_the_gathering_says_how_far_it_is(
        self, mentorship: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inviting, "AT_ONCE", 2)
        homes = {approve_home(mentorship) for _ in range(5)}
        made = mentorship.do("plan_gathering", body=SKANSEN)
        assert made["inviting"] == {"status": "waiting", "done": 0, "total": 5}
        assert invited(mentorship, made) == set()
        mentorship.pass_time(AUGUST)
        assert mentorship.do("get_gathering", gathering_id=made["id"])["inviting"] == {
            "status": "finished",
            "done": 5,
            "total": 5,
        }
        assert invited(mentorship, made) == homes
        assert {one["home_id"] for one in mentorship.recorded(HOME_HAS_NEWS)} == homes

    def test_all_are_those_whose_approval_holds(self, mentorship: Harness) -> None:
        home, revoked = approve_home(mentorship), an_approval(adults=[an_adult(BERTIL)])
        mentorship.react(HOME_APPROVED, revoked)
        mentorship.react(APPROVAL_REVOKED, {**{name: revoked[name] for name in ("approval_id", "home_id")}, "on": LAST})
        approve_home(mentorship, valid_until=LAST)
        assert invited(mentorship, plan(mentorship)) == {home}

    def test_a_mentors_network_is_invited_with_the_mentor(self, mentorship: Harness) -> None:
        mentor_id, network = accept_all(mentorship, "norr", 2)
        accept_all(mentorship, "söder", 1)
        gathering = plan(mentorship, invite={"mentor_id": mentor_id})
        assert invited(mentorship, gathering) == set(network)
        assert gathering["is_joint"] is False

    def test_an_area_is_the_homes_of_all_its_mentors(self, mentorship: Harness) -> None:
        _, one = accept_all(mentorship, "norr", 1)
        _, two = accept_all(mentorship, "norr", 1)
        accept_all(mentorship, "söder", 1)
        assert invited(mentorship, plan(mentorship, invite={"area": "norr"})) == {*one, *two}

    @pytest.mark.parametrize("invite", [{}, {"all": True, "area": "norr"}, {"all": False}])
    def test_one_of_three_is_said(self, mentorship: Harness, invite: dict[str, Any]) -> None:
        fault = mentorship.refusal("plan_gathering", body={**SKANSEN, "invite": invite})
        assert [problem["code"] for problem in fault["errors"]] == ["one_of_invited"]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"ends_at": SKANSEN["starts_at"]}, "gathering_in_order"),
            ({"answer_by": "2027-09-04T10:00:01Z"}, "gathering_in_order"),
            ({"answer_by": "2027-07-31T10:00:00Z"}, "gathering_passed"),
            ({"invite": {"mentor_id": "nowhere"}}, "not_found"),
            ({"seats_adults": -1}, "out_of_range"),
        ],
    )
    def test_what_is_wrong_is_named_and_nothing_is_planned(
        self, mentorship: Harness, wrong: dict[str, Any], code: str
    ) -> None:
        fault = mentorship.refusal("plan_gathering", body={**SKANSEN, **wrong})
        assert [problem["code"] for problem in fault["errors"]] == [code]
        assert mentorship.do("list_gatherings", roles=["coordinator"])["total"] == 0

    def test_one_more_home_is_invited_by_hand_once(self, mentorship: Harness) -> None:
        mentor_id, _ = accept_all(mentorship, "norr", 1)
        gathering = plan(mentorship, invite={"mentor_id": mentor_id})
        call = {"gathering_id": gathering["id"], "body": {"home_id": approve_home(mentorship)}}
        assert mentorship.do("invite_to_gathering", **call)["status"] == "invited"
        assert mentorship.code("invite_to_gathering", **call) == (409, "already_invited")

    def test_one_that_is_cancelled_meanwhile_invites_nobody_else(
        self, mentorship: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inviting, "AT_ONCE", 1)
        approve_home(mentorship)
        made = mentorship.do("plan_gathering", body=SKANSEN)
        mentorship.do("cancel_gathering", gathering_id=made["id"], body={"reason": "Rain."})
        mentorship.pass_time(AUGUST)
        assert invited(mentorship, made) == set()


class TestAnswers:
    def test_seats_go_in_the_order_of_answers_and_whoever_finds_none_waits(self, mentorship: Harness) -> None:
        first, second, third = (approve_home(mentorship) for _ in range(3))
        gathering = plan(mentorship)
        assert [reply(mentorship, gathering, home)["status"] for home in (first, second, third)] == [
            "coming",
            "coming",
            "waiting",
        ]
        seen = mentorship.do("get_gathering", gathering_id=gathering["id"])
        assert (seen["taken_adults"], seen["taken_children"]) == (4, 4)
        assert seen["answers"] == [
            {"status": "coming", "homes": 2, "adults": 4, "children": 4},
            {"status": "waiting", "homes": 1, "adults": 2, "children": 2},
        ]

    def test_a_no_moves_up_the_first_who_fits_and_tells_it(self, mentorship: Harness) -> None:
        homes = [approve_home(mentorship) for _ in range(4)]
        gathering = plan(mentorship)
        for home in homes[:2]:
            reply(mentorship, gathering, home)
        reply(mentorship, gathering, homes[2], adults=4, children=0)
        reply(mentorship, gathering, homes[3], adults=1, children=1)
        before = len(mentorship.recorded(HOME_HAS_NEWS))
        assert reply(mentorship, gathering, homes[0], attending=False)["status"] == "not_coming"
        items = mentorship.do("list_replies", gathering_id=gathering["id"])["items"]
        assert {one["home_id"]: one["status"] for one in items} == dict(
            zip(homes, ["not_coming", "coming", "waiting", "coming"], strict=True)
        )
        assert [one["home_id"] for one in mentorship.recorded(HOME_HAS_NEWS)[before:]] == [homes[3]]

    def test_the_last_answer_holds_and_counts_once(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        gathering = plan(mentorship)
        reply(mentorship, gathering, home)
        reply(mentorship, gathering, home, adults=1, children=3, needs=["nuts", "wheelchair", "nuts"])
        seen = mentorship.do("get_gathering", gathering_id=gathering["id"])
        assert (seen["taken_adults"], seen["taken_children"]) == (1, 3)
        assert seen["needs"] == [{"need": "nuts", "homes": 1}, {"need": "wheelchair", "homes": 1}]

    def test_whoever_wants_more_than_there_is_keeps_what_it_has(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        gathering = plan(mentorship)
        reply(mentorship, gathering, home)
        body = {"home_id": home, **COMES, "adults": 5}
        call = {"gathering_id": gathering["id"], "body": body}
        assert mentorship.code("reply_to_gathering", **call) == (409, "no_seats_for_more")
        assert mentorship.do("get_gathering", gathering_id=gathering["id"])["taken_adults"] == 2

    def test_two_at_once_do_not_get_the_last_seats_twice(self, mentorship: Harness) -> None:
        homes = [approve_home(mentorship) for _ in range(4)]
        gathering = plan(mentorship)
        with ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(lambda home: reply(mentorship, gathering, home)["status"], homes))
        assert statuses == ["coming", "coming", "waiting", "waiting"]

    def test_after_the_time_for_answers_the_coordinator_answers_for_a_home(self, mentorship: Harness) -> None:
        home = approve_home(mentorship, adult=ANNA)
        gathering = plan(mentorship)
        mentorship.now = datetime(2027, 8, 26, 8, tzinfo=UTC)
        call = {"gathering_id": gathering["id"], "body": {"home_id": home, **COMES}}
        assert mentorship.code("reply_to_gathering", **call, **as_home(ANNA)) == (409, "gathering_answers_closed")
        assert mentorship.do("reply_to_gathering", **call)["status"] == "coming"
        mentorship.now = datetime(2027, 9, 4, 10, tzinfo=UTC)
        assert mentorship.code("reply_to_gathering", **call) == (409, "gathering_has_begun")

    def test_an_answer_that_was_on_its_way_when_it_was_cancelled_is_refused(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        gathering = plan(mentorship)
        call = {"gathering_id": gathering["id"], "body": {"home_id": home, **COMES}}
        with ThreadPoolExecutor(2) as pool:
            cancelled = pool.submit(
                mentorship.reply, "cancel_gathering", gathering_id=gathering["id"], body={"reason": None}
            )
            answered = pool.submit(mentorship.reply, "reply_to_gathering", **call)
        assert "body" in cancelled.result()
        outcome = answered.result()
        assert "body" in outcome or outcome["fault"]["code"] == "gathering_cancelled"
        assert mentorship.code("reply_to_gathering", **call) == (409, "gathering_cancelled")

    def test_a_home_answers_for_itself_only_and_only_when_it_is_invited(self, mentorship: Harness) -> None:
        mentor_id, network = accept_all(mentorship, "norr", 1)
        approve_home(mentorship, adult=CECILIA)
        own = approve_home(mentorship, adult=ANNA)
        gathering = plan(mentorship, invite={"mentor_id": mentor_id})
        mentorship.do("invite_to_gathering", gathering_id=gathering["id"], body={"home_id": own})
        which = {"gathering_id": gathering["id"]}
        other = {"home_id": network[1], **COMES}
        fault = mentorship.refusal("reply_to_gathering", body=other, **which, **as_home(ANNA))
        assert [problem["code"] for problem in fault["errors"]] == ["not_invited"]
        stranger = {"home_id": own, **COMES}
        assert mentorship.code("reply_to_gathering", body=stranger, **which, **as_home(CECILIA)) == (404, "not_found")

    def test_a_home_sees_its_own_answer_and_nobody_elses(self, mentorship: Harness) -> None:
        own, other = approve_home(mentorship, adult=ANNA), approve_home(mentorship, adult=BERTIL)
        gathering = plan(mentorship)
        reply(mentorship, gathering, own)
        reply(mentorship, gathering, other, needs=["nuts"])
        seen = mentorship.do("get_gathering", gathering_id=gathering["id"], **as_home(ANNA))
        assert [one["home_id"] for one in seen["own"]] == [own]
        assert (seen["answers"], seen["needs"], seen["siblings"], seen["inviting"]) == ([], [], [], None)
        (listed,) = mentorship.do("list_gatherings", **as_home(ANNA))["items"]
        assert [(one["home_id"], one["status"]) for one in listed["own"]] == [(own, "coming")]


class TestReminders:
    def test_those_who_have_not_answered_are_reminded_and_those_who_come_the_day_before(
        self, mentorship: Harness
    ) -> None:
        silent, comes, stays_away = (approve_home(mentorship) for _ in range(3))
        gathering = plan(mentorship)
        reply(mentorship, gathering, comes)
        reply(mentorship, gathering, stays_away, attending=False)
        told = len(mentorship.recorded(HOME_HAS_NEWS))
        mentorship.pass_time(datetime(2027, 8, 23, 8, tzinfo=UTC))  # three days before the 26th in Sweden, at nine
        assert [one["home_id"] for one in mentorship.recorded(HOME_HAS_NEWS)[told:]] == [silent]
        mentorship.pass_time(datetime(2027, 9, 3, 7, tzinfo=UTC))
        assert [one["home_id"] for one in mentorship.recorded(HOME_HAS_NEWS)[told + 1 :]] == [comes]

    def test_whoever_has_not_said_no_is_told_that_it_is_cancelled_and_reminded_no_more(
        self, mentorship: Harness
    ) -> None:
        comes, stays_away = approve_home(mentorship), approve_home(mentorship)
        gathering = plan(mentorship)
        reply(mentorship, gathering, comes)
        reply(mentorship, gathering, stays_away, attending=False)
        told = len(mentorship.recorded(HOME_HAS_NEWS))
        mentorship.do("cancel_gathering", gathering_id=gathering["id"], body={"reason": "Rain."})
        mentorship.pass_time(datetime(2027, 9, 5, tzinfo=UTC))
        assert [one["home_id"] for one in mentorship.recorded(HOME_HAS_NEWS)[told:]] == [comes]
        seen = mentorship.do("get_gathering", gathering_id=gathering["id"])
        assert (seen["status"], seen["cancel_reason"]) == ("cancelled", "Rain.")
        assert mentorship.code("cancel_gathering", gathering_id=gathering["id"]) == (409, "gathering_cancelled")


class TestAttendance:
    def test_who_was_there_is_written_down_when_it_has_begun(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        gathering = plan(mentorship)
        body = {"homes": [{"home_id": home, "adults": 1, "children": 2}]}
        call = {"gathering_id": gathering["id"], "body": body}
        assert mentorship.code("record_attendance", **call) == (409, "gathering_not_begun")
        mentorship.now = datetime(2027, 9, 4, 16, tzinfo=UTC)
        mentorship.do("record_attendance", **call)
        (item,) = mentorship.do("list_replies", gathering_id=gathering["id"])["items"]
        assert (item["attended_adults"], item["attended_children"]) == (1, 2)

    def test_a_home_that_was_not_invited_is_named(self, mentorship: Harness) -> None:
        gathering = plan(mentorship)
        mentorship.now = datetime(2027, 9, 4, 16, tzinfo=UTC)
        body = {"homes": [{"home_id": new_id(), "adults": 1, "children": 2}]}
        fault = mentorship.refusal("record_attendance", gathering_id=gathering["id"], body=body)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/homes/0/home_id"]


class TestSiblings:
    def test_the_coordinator_is_told_of_homes_in_which_siblings_live_apart_and_which_is_not_invited(
        self, mentorship: Harness
    ) -> None:
        mentor_id, network = accept_all(mentorship, "norr", 1)
        elsewhere = approve_home(mentorship)
        need = new_id()
        mentorship.react(PLACEMENT_STARTED, a_start(network[1], placement_request_id=need))
        mentorship.react(PLACEMENT_STARTED, a_start(elsewhere, sibling_of=need))
        gathering = plan(mentorship, invite={"mentor_id": mentor_id})
        assert invited_siblings(gathering) == {network[1]: True, elsewhere: False}
        mentorship.do("invite_to_gathering", gathering_id=gathering["id"], body={"home_id": elsewhere})
        gathering = mentorship.do("get_gathering", gathering_id=gathering["id"])
        assert invited_siblings(gathering) == {network[1]: True, elsewhere: True}


def invited_siblings(gathering: dict[str, Any]) -> dict[str, bool]:
    (group,) = gathering["siblings"]
    return {one["home_id"]: one["invited"] for one in group["homes"]}


def content(mentorship: Harness, reply: dict[str, Any]) -> Calendar:
    """A calendar that was answered."""
    file = FileInStore.from_dict(reply["file"])
    assert file.media_type == "text/calendar"
    return Calendar.from_ical(b"".join(shelves("mentorship").of(mentorship.tenant).read(file)))


class TestCalendars:
    def test_a_gathering_is_a_file_for_a_familys_calendar(self, mentorship: Harness) -> None:
        approve_home(mentorship, adult=ANNA)
        gathering = plan(mentorship)
        for caller in ({}, as_home(ANNA)):
            reply = mentorship.reply("get_gathering_calendar", gathering_id=gathering["id"], **caller)
            (event,) = content(mentorship, reply).walk("VEVENT")
            assert (str(event["summary"]), event.decoded("dtstart")) == (
                "Skansen",
                datetime(2027, 9, 4, 10, tzinfo=UTC),
            )

    @pytest.mark.parametrize(
        ("answer", "status"),
        [(None, "TENTATIVE"), ({}, "CONFIRMED"), ({"adults": 5}, "TENTATIVE"), ({"attending": False}, "TENTATIVE")],
        ids=["nothing", "comes", "waits", "no"],
    )
    def test_the_file_is_certain_to_a_home_when_it_has_a_seat(
        self, mentorship: Harness, answer: dict[str, Any] | None, status: str
    ) -> None:
        home = approve_home(mentorship, adult=ANNA)
        gathering = plan(mentorship)
        if answer is not None:
            reply(mentorship, gathering, home, **answer)
        seen = {}
        for name, caller in {"home": as_home(ANNA), "coordinator": {}}.items():
            file = mentorship.reply("get_gathering_calendar", gathering_id=gathering["id"], **caller)
            (event,) = content(mentorship, file).walk("VEVENT")
            seen[name] = str(event["status"])
        assert seen == {"home": status, "coordinator": "CONFIRMED"}

    def test_a_homes_private_calendar_holds_what_it_is_invited_to_and_has_not_declined(
        self, mentorship: Harness
    ) -> None:
        home = approve_home(mentorship, adult=ANNA)
        comes, no = plan(mentorship), plan(mentorship, title="Bowling")
        plan(mentorship, title="Soppa")
        reply(mentorship, comes, home)
        reply(mentorship, no, home, attending=False)
        opened = mentorship.do("open_calendar", home_id=home, **as_home(ANNA))
        key = opened["path"].removeprefix(f"/calendars/{home}/")
        found = content(mentorship, mentorship.reply("read_calendar", home_id=home, calendar_key=key, roles=[]))
        assert {str(event["summary"]): str(event["status"]) for event in found.walk("VEVENT")} == {
            "Skansen": "CONFIRMED",
            "Soppa": "TENTATIVE",
        }

    def test_a_new_address_ends_the_one_before_and_closing_ends_it_all(self, mentorship: Harness) -> None:
        home = approve_home(mentorship, adult=ANNA)

        def key() -> str:
            return str(mentorship.do("open_calendar", home_id=home, **as_home(ANNA))["path"]).rsplit("/", 1)[1]

        first, second = key(), key()
        assert mentorship.code("read_calendar", home_id=home, calendar_key=first, roles=[]) == (404, "not_found")
        assert "file" in mentorship.reply("read_calendar", home_id=home, calendar_key=second, roles=[])
        mentorship.do("close_calendar", home_id=home, **as_home(ANNA))
        assert mentorship.code("read_calendar", home_id=home, calendar_key=second, roles=[]) == (404, "not_found")

    def test_the_address_stands_in_no_log(self, mentorship: Harness, capfd: pytest.CaptureFixture[str]) -> None:
        home = approve_home(mentorship, adult=ANNA)
        path = mentorship.do("open_calendar", home_id=home, **as_home(ANNA))["path"]
        key = path.rsplit("/", 1)[1]
        mentorship.reply("read_calendar", home_id=home, calendar_key=key, roles=[])
        lines = mentorship.do("list_access", roles=["auditor"])["items"]
        assert {line["operation"] for line in lines} == {"open_calendar", "read_calendar"}
        assert key not in str(lines) + "".join(capfd.readouterr())

    def test_it_ends_when_somebody_moves_out(self, mentorship: Harness) -> None:
        anna, bertil = an_adult(ANNA), an_adult(BERTIL)
        home = approve_home(mentorship, adult=ANNA)
        mentorship.react(HOME_CHANGED, a_change(home, adults=[anna, bertil]))
        key = str(mentorship.do("open_calendar", home_id=home, **as_home(BERTIL))["path"]).rsplit("/", 1)[1]
        mentorship.react(HOME_CHANGED, a_change(home, adults=[anna, bertil], phone="+46701740605"))
        assert "file" in mentorship.reply("read_calendar", home_id=home, calendar_key=key, roles=[])
        mentorship.react(HOME_CHANGED, a_change(home, adults=[anna]))
        assert mentorship.code("read_calendar", home_id=home, calendar_key=key, roles=[]) == (404, "not_found")

    def test_nobody_opens_another_homes(self, mentorship: Harness) -> None:
        home = approve_home(mentorship, adult=ANNA)
        approve_home(mentorship, adult=BERTIL)
        assert mentorship.code("open_calendar", home_id=home, **as_home(BERTIL)) == (404, "not_found")


class TestJointGathering:
    def deadlines(self, mentorship: Harness) -> list[tuple[str, str]]:
        items = mentorship.do("list_deadlines", roles=["coordinator"], query={"kind": "joint_gathering"})["items"]
        return [(one["subject"]["id"], one["due_on"]) for one in items]

    def test_a_term_without_one_is_a_deadline_until_it_is_planned(self, mentorship: Harness) -> None:
        assert self.deadlines(mentorship) == [("2027-autumn", "2027-12-31")]
        gathering = plan(mentorship)
        assert self.deadlines(mentorship) == []
        mentorship.do("cancel_gathering", gathering_id=gathering["id"])
        assert self.deadlines(mentorship) == [("2027-autumn", "2027-12-31")]

    def test_one_for_a_mentors_network_does_not_count(self, mentorship: Harness) -> None:
        mentor_id, _ = accept_all(mentorship, "norr", 1)
        plan(mentorship, invite={"mentor_id": mentor_id})
        assert self.deadlines(mentorship) == [("2027-autumn", "2027-12-31")]
