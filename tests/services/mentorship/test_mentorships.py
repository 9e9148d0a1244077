"""Saying yes or no to an offered mentor, and who sees what."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTORSHIP_ACCEPTED
from tests.home_changes import a_change
from tests.home_changes import an_adult as a_person
from tests.services.mentorship.conftest import (
    ANNA,
    BERTIL,
    CECILIA,
    approve_home,
    north,
    of_home,
    register,
    start_placement,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANSWERS = ["accept_mentorship", "decline_mentorship"]


@pytest.fixture
def offered(mentorship: Harness) -> dict[str, Any]:
    """Anna's home is offered Bertil's; Cecilia's has no part in it."""
    mentorship.now = NOON
    approve_home(mentorship, adult=CECILIA)
    register(mentorship, approve_home(mentorship, adult=BERTIL, position=north(0.1)))
    return start_placement(mentorship, approve_home(mentorship, adult=ANNA))


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


class TestAcceptMentorship:
    def test_the_home_itself_says_yes_and_the_others_learn(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        accepted = mentorship.do("accept_mentorship", mentorship_id=offered["id"], **as_home(ANNA))
        assert accepted == {
            **offered,
            "status": "accepted",
            "answered_at": "2026-06-01T12:00:00Z",
            "answered_by": "user-9802",
            "mentor_name": "Anna",
        }
        assert mentorship.recorded(MENTORSHIP_ACCEPTED) == [
            {
                "mentorship_id": offered["id"],
                "mentor_id": offered["mentor_id"],
                "home_id": offered["home_id"],
                "mentor_home_id": offered["mentor_home_id"],
            }
        ]

    def test_the_coordinator_says_yes_for_the_home(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        assert mentorship.do("accept_mentorship", mentorship_id=offered["id"])["status"] == "accepted"

    def test_the_etag_is_another_after_the_answer(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        assert mentorship.etag("accept_mentorship", mentorship_id=offered["id"]) == "3"

    def test_ten_at_once_are_one_yes(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(lambda _: mentorship.reply("accept_mentorship", mentorship_id=offered["id"]), range(10))
            )
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"mentorship_answered"}
        assert len(mentorship.recorded(MENTORSHIP_ACCEPTED)) == 1


class TestDeclineMentorship:
    def test_the_home_itself_says_no_and_nobody_learns(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        body = {"reason": "My sister helps us."}
        declined = mentorship.do("decline_mentorship", mentorship_id=offered["id"], body=body, **as_home(ANNA))
        assert (declined["status"], declined["reason"]) == ("declined", "My sister helps us.")
        assert mentorship.recorded(MENTORSHIP_ACCEPTED) == []
        (mentor,) = mentorship.do("list_mentors")["items"]
        assert mentor["homes"] == 0

    def test_why_is_not_the_mentors_to_read(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        body = {"reason": "My sister helps us."}
        mentorship.do("decline_mentorship", mentorship_id=offered["id"], body=body)
        reasons = {
            name: mentorship.do("list_mentorships", **caller)["items"][0]["reason"]
            for name, caller in {"home": as_home(ANNA), "mentor": as_home(BERTIL), "coordinator": {}}.items()
        }
        assert reasons == {"home": body["reason"], "mentor": None, "coordinator": body["reason"]}

    def test_a_reason_has_an_end(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        call = {"mentorship_id": offered["id"], "body": {"reason": "x" * 2001}}
        assert mentorship.code("decline_mentorship", **call) == (422, "invalid_input")


@pytest.mark.parametrize("answer", ANSWERS)
class TestBothAnswers:
    @pytest.mark.parametrize("before", ANSWERS)
    def test_an_answer_stands(self, mentorship: Harness, offered: dict[str, Any], before: str, answer: str) -> None:
        first = mentorship.do(before, mentorship_id=offered["id"])
        assert mentorship.code(answer, mentorship_id=offered["id"]) == (409, "mentorship_answered")
        assert of_home(mentorship, offered["home_id"]) == [first]

    def test_a_home_that_waits_has_nothing_to_answer(self, mentorship: Harness, answer: str) -> None:
        waiting = start_placement(mentorship, approve_home(mentorship))
        assert mentorship.code(answer, mentorship_id=waiting["id"]) == (409, "mentorship_not_offered")

    def test_twice_with_the_same_key_is_one_answer(
        self, mentorship: Harness, offered: dict[str, Any], answer: str
    ) -> None:
        first = mentorship.do(answer, mentorship_id=offered["id"], idempotency_key="k")
        assert mentorship.do(answer, mentorship_id=offered["id"], idempotency_key="k") == first

    def test_the_mentor_does_not_answer_for_the_home(
        self, mentorship: Harness, offered: dict[str, Any], answer: str
    ) -> None:
        call = {"mentorship_id": offered["id"], **as_home(BERTIL)}
        assert mentorship.code(answer, **call) == (403, "not_the_offered_home")
        assert of_home(mentorship, offered["home_id"]) == [offered]

    @pytest.mark.parametrize("stranger", [as_home(CECILIA), {"roles": ["home"]}])
    def test_a_home_without_part_in_it_finds_nothing(
        self, mentorship: Harness, offered: dict[str, Any], stranger: dict[str, Any], answer: str
    ) -> None:
        assert mentorship.code(answer, mentorship_id=offered["id"], **stranger) == (404, "not_found")

    def test_the_other_municipality_finds_nothing(
        self, mentorship: Harness, offered: dict[str, Any], answer: str
    ) -> None:
        call = {"mentorship_id": offered["id"], "tenant": mentorship.new_tenant()}
        assert mentorship.code(answer, **call) == (404, "not_found")
        assert mentorship.code(answer, **call, **as_home(ANNA)) == (404, "not_found")

    def test_a_caseworker_may_not(self, mentorship: Harness, offered: dict[str, Any], answer: str) -> None:
        call = {"mentorship_id": offered["id"], "roles": ["caseworker", "payroll"]}
        assert mentorship.code(answer, **call) == (403, "missing_role")


class TestYesAndNoAtOnce:
    def test_one_of_them_stands(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        with ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda name: mentorship.reply(name, mentorship_id=offered["id"]), ANSWERS * 3))
        (done,) = [reply["body"] for reply in replies if "body" in reply]
        (stands,) = of_home(mentorship, offered["home_id"])
        assert stands == done
        assert len(mentorship.recorded(MENTORSHIP_ACCEPTED)) == (done["status"] == "accepted")


class TestListMentorships:
    def test_both_homes_see_their_mentorship_and_a_third_does_not(
        self, mentorship: Harness, offered: dict[str, Any]
    ) -> None:
        for number, other in ((ANNA, "mentor_name"), (BERTIL, "home_name")):
            assert mentorship.do("list_mentorships", **as_home(number))["items"] == [{**offered, other: None}]
        assert mentorship.do("list_mentorships", **as_home(CECILIA))["total"] == 0

    def test_both_homes_have_names_for_the_coordinator_and_for_each_other_once_they_belong_together(
        self, mentorship: Harness, offered: dict[str, Any]
    ) -> None:
        names = {"home_name": "Anna Berg", "mentor_name": "Anna Andersson"}
        mentorship.react(HOME_CHANGED, a_change(offered["home_id"], adults=[a_person(ANNA, family_name="Berg")]))
        (seen,) = mentorship.do("list_mentorships")["items"]
        assert {name: seen[name] for name in names} == names
        accepted = mentorship.do("accept_mentorship", mentorship_id=offered["id"], **as_home(ANNA))
        assert {name: accepted[name] for name in names} == {**names, "mentor_name": "Anna"}
        (seen,) = mentorship.do("list_mentorships", **as_home(BERTIL))["items"]
        assert {name: seen[name] for name in names} == {**names, "home_name": "Anna"}

    def test_a_partner_who_has_moved_out_neither_sees_nor_answers(
        self, mentorship: Harness, offered: dict[str, Any]
    ) -> None:
        stays = "189001019836"
        mentorship.react(HOME_CHANGED, a_change(offered["home_id"], adults=[a_person(stays)]))
        call = {"mentorship_id": offered["id"], **as_home(ANNA)}
        assert mentorship.code("accept_mentorship", **call) == (404, "not_found")
        assert mentorship.do("list_mentorships", **as_home(ANNA))["total"] == 0
        assert mentorship.do("list_mentorships", **as_home(stays))["total"] == 1

    def test_a_home_user_without_a_personal_number_sees_nothing(
        self, mentorship: Harness, offered: dict[str, Any]
    ) -> None:
        assert mentorship.do("list_mentorships", roles=["home"])["total"] == 0

    def test_a_coordinator_who_is_a_home_too_sees_all(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        call = {"roles": ["home", "coordinator"], "personal_number": CECILIA}
        assert mentorship.do("list_mentorships", **call)["total"] == 1

    def test_only_the_asked_status_is_listed(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        assert mentorship.do("list_mentorships", query={"status": "offered"})["total"] == 1
        assert mentorship.do("list_mentorships", query={"status": "waiting"})["total"] == 0
        assert mentorship.code("list_mentorships", query={"status": "lost"}) == (422, "invalid_input")

    def test_pages_hold_each_once_the_oldest_first(self, mentorship: Harness) -> None:
        made = [start_placement(mentorship, approve_home(mentorship))["id"] for _ in range(3)]
        pages = [mentorship.do("list_mentorships", page={"page": page, "limit": "2"}) for page in ("1", "2", "3")]
        assert [[item["id"] for item in page["items"]] for page in pages] == [made[:2], made[2:], []]
        assert [page["total"] for page in pages] == [3, 3, 3]

    def test_of_a_protected_identity_only_a_coarse_distance_is_told(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship, adult=BERTIL, position=north(0.1)))
        shown = start_placement(mentorship, approve_home(mentorship, adult=ANNA, protected_identity=True))
        assert (shown["distance_km"], shown["distance_band"]) == (None, "10_to_30")

    def test_the_other_municipality_sees_none(self, mentorship: Harness, offered: dict[str, Any]) -> None:
        assert mentorship.do("list_mentorships", tenant=mentorship.new_tenant())["total"] == 0

    def test_payroll_may_not_list_them(self, mentorship: Harness) -> None:
        assert mentorship.code("list_mentorships", roles=["payroll"]) == (403, "missing_role")
