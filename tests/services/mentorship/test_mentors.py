"""Registering mentors and listing them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.services.mentorship.conftest import approve_home, register, start_placement


class TestRegisterMentor:
    def test_what_was_written_is_read_again(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        made = register(mentorship, home_id, capacity=4, area="söder", paused=True)
        written = {"id": made["id"], "home_id": home_id, "capacity": 4, "area": "söder", "paused": True, "homes": 0}
        assert made == written
        assert mentorship.do("list_mentors")["items"] == [written]

    def test_area_and_pause_may_be_left_out(self, mentorship: Harness) -> None:
        made = mentorship.do("register_mentor", body={"home_id": approve_home(mentorship), "capacity": 1})
        assert (made["area"], made["paused"]) == (None, False)

    @pytest.mark.parametrize("capacity", [0, 11, 2.5, "3", None])
    def test_a_mentor_has_one_to_ten_homes(self, mentorship: Harness, capacity: object) -> None:
        body = {"home_id": approve_home(mentorship), "capacity": capacity}
        fault = mentorship.refusal("register_mentor", body=body)
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/capacity"])
        assert mentorship.do("list_mentors")["total"] == 0

    @pytest.mark.parametrize("home_id", [new_id(), "", "\x00", "a home", 7, None])
    def test_the_home_must_be_known(self, mentorship: Harness, home_id: object) -> None:
        fault = mentorship.refusal("register_mentor", body={"home_id": home_id, "capacity": 3})
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/home_id"])

    @pytest.mark.parametrize("area", ["", "x" * 101, "\x00"])
    def test_the_area_is_a_short_line(self, mentorship: Harness, area: str) -> None:
        body = {"home_id": approve_home(mentorship), "capacity": 3, "area": area}
        assert mentorship.code("register_mentor", body=body) == (422, "invalid_input")

    def test_a_home_is_a_mentor_once(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        register(mentorship, home_id)
        body = {"home_id": home_id, "capacity": 3}
        assert mentorship.code("register_mentor", body=body) == (409, "already_mentor")

    def test_ten_at_once_register_one(self, mentorship: Harness) -> None:
        body = {"home_id": approve_home(mentorship), "capacity": 3}
        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(lambda _: mentorship.reply("register_mentor", body=body), range(10)))
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"already_mentor"}

    def test_twice_with_the_same_key_is_one_mentor(self, mentorship: Harness) -> None:
        body = {"home_id": approve_home(mentorship), "capacity": 3}
        first = mentorship.do("register_mentor", body=body, idempotency_key="k")
        assert mentorship.do("register_mentor", body=body, idempotency_key="k") == first
        assert mentorship.do("list_mentors")["total"] == 1

    def test_only_a_coordinator_may(self, mentorship: Harness) -> None:
        call = {"body": {"home_id": approve_home(mentorship), "capacity": 3}, "roles": ["home", "caseworker"]}
        assert mentorship.code("register_mentor", **call) == (403, "missing_role")


class TestListMentors:
    def test_each_is_listed_with_the_homes_that_have_or_were_offered_it(self, mentorship: Harness) -> None:
        first, second = (register(mentorship, approve_home(mentorship), capacity=2) for _ in range(2))
        offered = [start_placement(mentorship, approve_home(mentorship)) for _ in range(3)]
        mentorship.do("accept_mentorship", mentorship_id=offered[0]["id"])
        mentorship.do("decline_mentorship", mentorship_id=offered[2]["id"])
        # Equally near ones are offered in turn, beginning with the first; the third offer was the first's and declined.
        listed = {item["id"]: item["homes"] for item in mentorship.do("list_mentors")["items"]}
        assert listed == {first["id"]: 1, second["id"]: 1}

    def test_pages_hold_each_once(self, mentorship: Harness) -> None:
        made = [register(mentorship, approve_home(mentorship))["id"] for _ in range(3)]
        pages = [mentorship.do("list_mentors", page={"page": page, "limit": "2"}) for page in ("1", "2", "3")]
        assert [[item["id"] for item in page["items"]] for page in pages] == [made[:2], made[2:], []]
        assert [page["total"] for page in pages] == [3, 3, 3]

    def test_the_other_municipality_sees_none(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship))
        assert mentorship.do("list_mentors", tenant=mentorship.new_tenant())["total"] == 0

    def test_a_home_may_not_list_them(self, mentorship: Harness) -> None:
        assert mentorship.code("list_mentors", roles=["home"]) == (403, "missing_role")
