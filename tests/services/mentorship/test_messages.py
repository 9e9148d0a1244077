"""R30: secure messages between a home and its team."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.kernel.testing import Harness, a_sent_file
from services.mentorship.contract.events import HOME_HAS_NEWS, MESSAGE_UNANSWERED, NEWS_SETTLED
from services.mentorship.messages import queries
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED, PLACEMENT_WEEDED, TEAM_CHANGED
from tests.services.mentorship.conftest import ANNA, BERTIL, a_start, approve_home

#: a Thursday before a Swedish national day on a Saturday: three working days later is the Tuesday
THURSDAY = datetime(2026, 6, 4, 8, tzinfo=UTC)
WISH = {"kind": "purchase_wish", "subject": "Vintercykel", "text": "Kan vi köpa en cykel?"}
RUT: dict[str, Any] = {"roles": ["caseworker"], "actor": "rut"}
OLLE: dict[str, Any] = {"roles": ["caseworker"], "actor": "olle"}
COORDINATOR: dict[str, Any] = {"roles": ["coordinator"], "actor": "cia"}


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


@pytest.fixture
def home(mentorship: Harness) -> str:
    """Anna's, of whose team Rut is."""
    mentorship.now = THURSDAY
    home_id = approve_home(mentorship, adult=ANNA)
    set_team(mentorship, home_id, "rut")
    return home_id


def set_team(mentorship: Harness, home_id: str, *members: str, placement: str = "placement-1") -> None:
    team = {"placement_id": placement, "home_id": home_id, "members": list(members)}
    mentorship.react(TEAM_CHANGED, team)


def end(mentorship: Harness, home_id: str, ends_on: date) -> None:
    ended = {"placement_id": "placement-1", "home_id": home_id, "ends_on": ends_on}
    mentorship.react(PLACEMENT_ENDED, ended)


def write(mentorship: Harness, home_id: str, **caller: Any) -> dict[str, Any]:
    return mentorship.do("open_thread", body={"home_id": home_id, **WISH}, **(caller or as_home(ANNA)))


def send(mentorship: Harness, thread: dict[str, Any], text: str = "Ja.", **caller: Any) -> dict[str, Any]:
    return mentorship.do("send_message", thread_id=thread["id"], body={"text": text}, **caller)


class TestThreads:
    def test_r30_a_home_writes_and_its_team_answers(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        (listed,) = mentorship.do("list_threads", **RUT)["items"]
        assert (listed["subject"], listed["kind"], listed["unread"]) == ("Vintercykel", "purchase_wish", 1)
        mentorship.now = datetime(2026, 6, 4, 9, tzinfo=UTC)
        answered = send(mentorship, thread, "Ja, spara kvittot.", **RUT)
        assert [(one["by_home"], one["author"], one["text"]) for one in answered["messages"]] == [
            (True, None, "Kan vi köpa en cykel?"),
            (False, "rut", "Ja, spara kvittot."),
        ]
        assert mentorship.do("list_threads", **as_home(ANNA))["items"][0]["unread"] == 1

    def test_the_home_is_nudged_without_a_word_and_no_more_when_it_has_read(
        self, mentorship: Harness, home: str
    ) -> None:
        thread = write(mentorship, home, **RUT)
        assert mentorship.recorded(HOME_HAS_NEWS) == [
            {"news_id": thread["id"], "home_id": home, "kind": "message", "urgent": False}
        ]
        mentorship.now = datetime(2026, 6, 4, 9, tzinfo=UTC)
        read = mentorship.do("read_thread", thread_id=thread["id"], **as_home(ANNA))
        assert (read["unread"], read["home_read_at"]) == (0, "2026-06-04T09:00:00Z")
        assert mentorship.recorded(NEWS_SETTLED) == [{"news_id": thread["id"], "home_id": home}]
        seen = mentorship.do("get_thread", thread_id=thread["id"], **RUT)
        assert (seen["home_read_at"], seen["team_read_at"]) == ("2026-06-04T09:00:00Z", "2026-06-04T08:00:00Z")

    def test_another_home_finds_nothing(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        approve_home(mentorship, adult=BERTIL)
        assert mentorship.do("list_threads", **as_home(BERTIL))["total"] == 0
        which = {"thread_id": thread["id"], **as_home(BERTIL)}
        assert mentorship.code("get_thread", **which) == (404, "not_found")
        assert mentorship.code("send_message", body={"text": "Hej"}, **which) == (404, "not_found")
        body = {"home_id": home, **WISH}
        assert mentorship.code("open_thread", body=body, **as_home(BERTIL)) == (422, "invalid_input")

    def test_one_that_is_closed_stays_and_takes_nothing_more(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        which = {"thread_id": thread["id"]}
        closed = mentorship.do("close_thread", **which, **RUT)
        assert (closed["status"], closed["answer_by"]) == ("closed", None)
        assert mentorship.code("send_message", body={"text": "Hej"}, **which, **as_home(ANNA)) == (409, "thread_closed")
        assert mentorship.code("close_thread", **which, **RUT) == (409, "thread_closed")
        assert len(mentorship.do("get_thread", **which, **as_home(ANNA))["messages"]) == 1

    def test_what_is_written_is_sealed_where_it_lies(self, mentorship: Harness, home: str) -> None:
        write(mentorship, home)
        with psycopg.connect(mentorship.owner_url) as owner:
            owner.execute("select set_config('hemvist.tenant', %s, false)", (mentorship.tenant,))
            rows = owner.execute("select t::text || m::text from thread t join message m on m.thread_id = t.id")
            (lying,) = rows.fetchone() or ("",)
        assert "cykel" not in lying
        assert bytes("cykel", "utf-8").hex() not in lying


class TestTeam:
    def test_a_thread_that_begins_while_its_home_gets_a_team_is_that_teams(
        self, mentorship: Harness, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mentorship.now = THURSDAY
        home_id = approve_home(mentorship, adult=ANNA)
        team_of = queries.team_of
        with ThreadPoolExecutor(1) as pool, monkeypatch.context() as patch:
            changing: list[Future[None]] = []

            def looked(*asked: Any) -> Any:
                """Between the look and the commit the team changes, unless it has to wait for the thread."""
                patch.undo()
                found = team_of(*asked)
                changing.append(pool.submit(set_team, mentorship, home_id, "rut"))
                wait(changing, timeout=1)
                return found

            patch.setattr(queries, "team_of", looked)
            write(mentorship, home_id)
            changing[0].result(timeout=10)
        assert mentorship.do("list_threads", **RUT)["total"] == 1
        assert mentorship.do("list_threads", **OLLE)["total"] == 0

    def test_staff_outside_the_team_say_why(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        which = {"thread_id": thread["id"]}
        assert mentorship.code("get_thread", **which, **OLLE) == (403, "reason_needed")
        assert mentorship.do("list_threads", **OLLE)["total"] == 0
        assert mentorship.do("get_thread", **which, **OLLE, reason="Rut är sjuk.")["id"] == thread["id"]
        lines = mentorship.do("list_access", roles=["auditor"], query={"actor": "olle"})["items"]
        assert [(line["operation"], line["reason"]) for line in lines] == [("get_thread", "Rut är sjuk.")]

    def test_a_change_of_the_team_moves_the_right_to_read_and_to_write(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        set_team(mentorship, home, "olle")
        which = {"thread_id": thread["id"]}
        assert mentorship.code("send_message", body={"text": "Ja."}, **which, **RUT) == (403, "reason_needed")
        assert mentorship.do("list_threads", **RUT)["total"] == 0
        assert mentorship.do("list_threads", **OLLE)["items"][0]["unread"] == 1
        assert len(send(mentorship, thread, **OLLE)["messages"]) == 2

    def test_a_home_without_a_team_is_everybodys(self, mentorship: Harness, home: str) -> None:
        write(mentorship, home)
        assert mentorship.do("list_threads", **OLLE)["total"] == 0
        other = approve_home(mentorship, adult=BERTIL)
        write(mentorship, other, **as_home(BERTIL))
        assert [one["home_id"] for one in mentorship.do("list_threads", **OLLE)["items"]] == [other]

    def test_a_team_reads_until_the_last_day_of_its_placement_has_passed(self, mentorship: Harness, home: str) -> None:
        mentorship.react(PLACEMENT_STARTED, a_start(home, placement_id="placement-1"))
        thread = write(mentorship, home)
        end(mentorship, home, date(2026, 6, 10))
        mentorship.pass_time(datetime(2026, 6, 10, 21, 59, tzinfo=UTC))
        assert mentorship.do("list_threads", **RUT)["total"] == 1
        mentorship.pass_time(datetime(2026, 6, 10, 22, tzinfo=UTC))
        assert mentorship.do("list_threads", **RUT)["total"] == 0
        assert mentorship.code("get_thread", thread_id=thread["id"], **RUT) == (403, "reason_needed")

    def test_what_was_written_to_a_team_that_has_left_is_the_coordinators(self, mentorship: Harness, home: str) -> None:
        mentorship.react(PLACEMENT_STARTED, a_start(home, placement_id="placement-1"))
        thread = write(mentorship, home)
        end(mentorship, home, date(2026, 6, 3))
        mentorship.pass_time(THURSDAY)
        which = {"thread_id": thread["id"]}
        assert mentorship.code("get_thread", **which, **OLLE) == (403, "reason_needed")
        assert mentorship.do("list_threads", **OLLE)["total"] == 0
        assert mentorship.do("get_thread", **which, **OLLE, reason="Hemmet ringde.")["id"] == thread["id"]
        assert [one["id"] for one in mentorship.do("list_threads", **COORDINATOR)["items"]] == [thread["id"]]
        assert len(send(mentorship, thread, **COORDINATOR)["messages"]) == 2
        assert len(send(mentorship, thread, "Tack.", **as_home(ANNA))["messages"]) == 3
        set_team(mentorship, home, "olle", placement="placement-2")
        assert mentorship.do("list_threads", **OLLE)["total"] == 1
        assert mentorship.code("get_thread", **which, **COORDINATOR) == (403, "reason_needed")

    def test_a_team_of_which_is_heard_after_the_end_leaves_too_and_one_whose_end_is_moved_stays(
        self, mentorship: Harness
    ) -> None:
        mentorship.now = THURSDAY
        home = approve_home(mentorship, adult=ANNA)
        mentorship.react(PLACEMENT_STARTED, a_start(home, placement_id="placement-1"))
        end(mentorship, home, date(2026, 6, 3))
        set_team(mentorship, home, "rut")
        write(mentorship, home)
        mentorship.pass_time(THURSDAY)
        assert mentorship.do("list_threads", **RUT)["total"] == 0
        end(mentorship, home, date(2026, 6, 30))
        set_team(mentorship, home, "rut")
        mentorship.pass_time(datetime(2026, 6, 30, 8, tzinfo=UTC))
        assert mentorship.do("list_threads", **RUT)["total"] == 1

    def test_a_placement_that_is_weeded_leaves_nobody_in_the_team(self, mentorship: Harness, home: str) -> None:
        started = a_start(home, placement_id="placement-1")
        mentorship.react(PLACEMENT_STARTED, started)
        write(mentorship, home)
        mentorship.react(PLACEMENT_WEEDED, started)
        with psycopg.connect(mentorship.owner_url) as owner:
            owner.execute("select set_config('hemvist.tenant', %s, false)", (mentorship.tenant,))
            assert owner.execute("select count(*) from team_member").fetchone() == (0,)
        assert mentorship.do("list_threads", **RUT)["total"] == 0
        assert mentorship.do("list_threads", **COORDINATOR)["total"] == 1

    def test_other_staff_have_no_messages(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        assert mentorship.code("get_thread", thread_id=thread["id"], roles=["payroll"]) == (403, "missing_role")


class TestAnswers:
    def test_a_message_that_nobody_answers_surfaces_after_three_working_days(
        self, mentorship: Harness, home: str
    ) -> None:
        thread = write(mentorship, home)
        assert thread["answer_by"] == "2026-06-09"
        (item,) = mentorship.do("list_deadlines", **RUT)["items"]
        assert (item["kind"], item["subject"]["id"], item["due_on"]) == (
            "message_unanswered",
            thread["id"],
            "2026-06-09",
        )
        assert [one["kind"] for one in mentorship.do("view_waiting", **RUT)["items"]] == ["message"]
        mentorship.pass_time(datetime(2026, 6, 9, 21, 59, tzinfo=UTC))
        assert mentorship.recorded(MESSAGE_UNANSWERED) == []
        mentorship.pass_time(datetime(2026, 6, 9, 22, tzinfo=UTC))
        assert mentorship.recorded(MESSAGE_UNANSWERED) == [
            {"thread_id": thread["id"], "home_id": home, "kind": "purchase_wish", "answer_by": date(2026, 6, 9)}
        ]

    def test_a_second_message_of_the_home_does_not_give_more_time(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        mentorship.now = datetime(2026, 6, 8, 8, tzinfo=UTC)
        assert send(mentorship, thread, "Hallå?", **as_home(ANNA))["answer_by"] == "2026-06-09"

    def test_an_answer_ends_the_wait(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        assert send(mentorship, thread, **RUT)["answer_by"] is None
        mentorship.pass_time(datetime(2026, 6, 20, tzinfo=UTC))
        assert mentorship.recorded(MESSAGE_UNANSWERED) == []

    def test_the_municipality_sets_how_many_days(self, mentorship: Harness) -> None:
        mentorship.now = THURSDAY
        tenant = mentorship.new_tenant(answer_working_days=1)
        home_id = approve_home(mentorship, adult=ANNA, tenant=tenant)
        call = {"body": {"home_id": home_id, **WISH}, "tenant": tenant}
        assert mentorship.do("open_thread", **call, **as_home(ANNA))["answer_by"] == "2026-06-05"


class TestFiles:
    def test_a_file_is_attached_and_a_message_names_it(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        which = {"thread_id": thread["id"]}
        file = mentorship.do("attach_to_thread", **which, **as_home(ANNA))
        body = {"text": "Kvittot.", "attachment_ids": [file["id"]]}
        sent = mentorship.do("send_message", body=body, **which, **as_home(ANNA))
        assert [one["id"] for one in sent["messages"][-1]["attachments"]] == [file["id"]]
        reply = mentorship.reply("get_thread_attachment", thread_attachment_id=file["id"], **which, **RUT)
        assert reply["file"]["id"] == file["id"]

    def test_a_file_stands_in_one_message_and_is_of_its_own_thread(self, mentorship: Harness, home: str) -> None:
        one, other = write(mentorship, home), write(mentorship, home)
        file = mentorship.do("attach_to_thread", thread_id=other["id"], **as_home(ANNA))
        body = {"text": "Kvittot.", "attachment_ids": [file["id"]]}
        fault = mentorship.refusal("send_message", thread_id=one["id"], body=body, **as_home(ANNA))
        assert [problem["code"] for problem in fault["errors"]] == ["not_a_file_of_it"]
        mentorship.do("send_message", thread_id=other["id"], body=body, **as_home(ANNA))
        fault = mentorship.refusal("send_message", thread_id=other["id"], body=body, **as_home(ANNA))
        assert [problem["pointer"] for problem in fault["errors"]] == ["/attachment_ids/0"]
        which = {"thread_id": one["id"], "thread_attachment_id": file["id"]}
        assert mentorship.code("get_thread_attachment", **which, **as_home(ANNA)) == (404, "not_found")

    def test_the_same_file_twice_is_noticed(self, mentorship: Harness, home: str) -> None:
        thread = write(mentorship, home)
        same = {"content_hash": "ab" * 32}
        which = {"thread_id": thread["id"], **as_home(ANNA)}
        first = mentorship.do("attach_to_thread", file=a_sent_file(**same), **which)
        fault = mentorship.refusal("attach_to_thread", file=a_sent_file(**same), **which)
        assert (fault["code"], fault["extra"]["file_id"]) == ("file_already_attached", first["id"])


class TestProtected:
    def test_of_a_protected_home_staff_see_neither_subject_nor_text_without_the_right(
        self, mentorship: Harness
    ) -> None:
        mentorship.now = THURSDAY
        home_id = approve_home(mentorship, adult=ANNA, protected_identity=True)
        thread = write(mentorship, home_id)
        file = mentorship.do("attach_to_thread", thread_id=thread["id"], **as_home(ANNA))
        seen = mentorship.do("get_thread", thread_id=thread["id"], **RUT)
        assert (seen["subject"], seen["home_name"], seen["messages"][0]["text"]) == (None, None, None)
        own = mentorship.do("get_thread", thread_id=thread["id"], **as_home(ANNA))
        assert (own["subject"], own["messages"][0]["text"]) == ("Vintercykel", "Kan vi köpa en cykel?")
        which = {"thread_id": thread["id"], "thread_attachment_id": file["id"]}
        assert mentorship.code("get_thread_attachment", **which, **RUT) == (403, "identity_protected")
        assert "file" in mentorship.reply("get_thread_attachment", **which, **as_home(ANNA))
