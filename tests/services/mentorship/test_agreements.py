"""R24, R26: asking for a mentor, agreeing how to meet, contacts, the end; and what a mentor sees of a home."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.events import HOME_CHANGED
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS, MENTORSHIP_ENDED
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
MEET = {"ways": ["phone"], "parts_of_day": ["evening"], "share_phone": True}
CONTACT = {"on": "2026-06-01", "way": "phone", "part_of_day": "evening", "minutes": 30, "follow_up": False}
ADDRESS = {"street": "Storgatan 1", "postcode": "70210", "locality": "Almby", "latitude": 59.3, "longitude": 15.2}


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


@pytest.fixture
def both(mentorship: Harness) -> dict[str, Any]:
    """Anna's home has Bertil's as its mentor."""
    mentorship.now = NOON
    register(mentorship, approve_home(mentorship, adult=BERTIL, position=north(0.1)))
    offered = start_placement(mentorship, approve_home(mentorship, adult=ANNA))
    return mentorship.do("accept_mentorship", mentorship_id=offered["id"])


def etag(mentorship: Harness, mentorship_id: str) -> str:
    return mentorship.etag("get_mentorship", mentorship_id=mentorship_id)


class TestAsking:
    def test_an_older_home_asks_for_a_mentor(self, mentorship: Harness) -> None:
        mentor = register(mentorship, approve_home(mentorship))
        home = approve_home(mentorship, adult=ANNA)
        offered = mentorship.do("offer_mentorship", body={"home_id": home}, **as_home(ANNA))
        assert (offered["status"], offered["mentor_id"]) == ("offered", mentor["id"])
        assert [one["kind"] for one in mentorship.recorded(HOME_HAS_NEWS)] == ["mentorship"]

    def test_a_no_is_final_until_the_home_asks_again(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship))
        home = approve_home(mentorship, adult=ANNA)
        first = start_placement(mentorship, home)
        mentorship.do("decline_mentorship", mentorship_id=first["id"], **as_home(ANNA))
        assert start_placement(mentorship, home)["status"] == "declined"
        assert mentorship.do("offer_mentorship", body={"home_id": home}, **as_home(ANNA))["status"] == "offered"

    def test_whoever_has_one_or_waits_does_not_ask(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        start_placement(mentorship, home)
        assert mentorship.code("offer_mentorship", body={"home_id": home}) == (409, "mentorship_open")

    def test_a_home_does_not_choose_and_asks_for_itself_only(self, mentorship: Harness) -> None:
        mentor = register(mentorship, approve_home(mentorship, adult=BERTIL))
        own, other = approve_home(mentorship, adult=ANNA), approve_home(mentorship, adult=CECILIA)
        chosen = {"home_id": own, "mentor_id": mentor["id"]}
        assert mentorship.code("offer_mentorship", body=chosen, **as_home(ANNA)) == (403, "coordinator_chooses")
        assert mentorship.code("offer_mentorship", body={"home_id": other}, **as_home(ANNA)) == (422, "invalid_input")
        assert of_home(mentorship, other) == []

    def test_the_eleventh_home_by_two_coordinators_at_once_is_refused(self, mentorship: Harness) -> None:
        mentor = register(mentorship, approve_home(mentorship), capacity=10)
        homes = [approve_home(mentorship) for _ in range(11)]
        for home in homes[:9]:
            mentorship.do("offer_mentorship", body={"home_id": home, "mentor_id": mentor["id"]})

        def offer(home: str) -> Any:
            return mentorship.reply("offer_mentorship", body={"home_id": home, "mentor_id": mentor["id"]})

        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(offer, homes[9:]))
        assert [reply["fault"]["code"] for reply in replies if "fault" in reply] == ["mentor_has_no_room"]
        assert mentorship.do("get_mentor", mentor_id=mentor["id"])["homes"] == 10

    def test_a_mentor_that_is_not_known_is_refused(self, mentorship: Harness) -> None:
        body = {"home_id": approve_home(mentorship), "mentor_id": "nowhere"}
        fault = mentorship.refusal("offer_mentorship", body=body)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/mentor_id"]


class TestMeetings:
    def test_what_one_side_says_holds_when_the_other_says_it_too(
        self, mentorship: Harness, both: dict[str, Any]
    ) -> None:
        which = {"mentorship_id": both["id"], "body": MEET}
        said = mentorship.do("agree_meetings", if_match=etag(mentorship, both["id"]), **which, **as_home(BERTIL))
        assert (said["home_agrees"], said["mentor_agrees"]) == (False, True)
        said = mentorship.do("agree_meetings", if_match=etag(mentorship, both["id"]), **which, **as_home(ANNA))
        assert (said["home_agrees"], said["mentor_agrees"], said["ways"]) == (True, True, ["phone"])

    def test_two_at_once_do_not_write_over_each_other(self, mentorship: Harness, both: dict[str, Any]) -> None:
        which = {"mentorship_id": both["id"], "body": MEET, "if_match": etag(mentorship, both["id"])}
        mentorship.do("agree_meetings", **which, **as_home(BERTIL))
        assert mentorship.code("agree_meetings", **which, **as_home(ANNA)) == (412, "stale")

    def test_a_third_home_says_nothing(self, mentorship: Harness, both: dict[str, Any]) -> None:
        approve_home(mentorship, adult=CECILIA)
        which = {"mentorship_id": both["id"], "body": MEET, "if_match": "*"}
        assert mentorship.code("agree_meetings", **which, **as_home(CECILIA)) == (404, "not_found")


class TestWhatAMentorSees:
    def move_in(self, mentorship: Harness, home_id: str) -> None:
        people = [a_person(ANNA, given_name="Astrid", family_name="Markörsson")]
        change = {"adults": people, "address": ADDRESS, "phone": "+46799990001", "email": "markor@example.se"}
        mentorship.react(HOME_CHANGED, a_change(home_id, **change))

    def test_first_names_and_the_part_of_the_municipality_and_the_phone_once_the_home_agrees(
        self, mentorship: Harness, both: dict[str, Any]
    ) -> None:
        self.move_in(mentorship, both["home_id"])
        seen = mentorship.do("get_mentorship", mentorship_id=both["id"], **as_home(BERTIL))
        assert (seen["home_name"], seen["home_locality"], seen["home_phone"]) == ("Astrid", "Almby", None)
        which = {"mentorship_id": both["id"], "if_match": etag(mentorship, both["id"])}
        mentorship.do("agree_meetings", body=MEET, **which, **as_home(ANNA))
        seen = mentorship.do("get_mentorship", mentorship_id=both["id"], **as_home(BERTIL))
        assert seen["home_phone"] == "+46799990001"

    def test_after_the_end_nothing(self, mentorship: Harness, both: dict[str, Any]) -> None:
        self.move_in(mentorship, both["home_id"])
        mentorship.do("end_mentorship", mentorship_id=both["id"], **as_home(ANNA))
        seen = mentorship.do("get_mentorship", mentorship_id=both["id"], **as_home(BERTIL))
        assert (seen["home_name"], seen["home_locality"], seen["home_phone"]) == (None, None, None)


class TestContacts:
    def test_r26_both_sides_write_down_contacts_and_read_them_the_latest_first(
        self, mentorship: Harness, both: dict[str, Any]
    ) -> None:
        mentorship.now = datetime(2026, 6, 3, 12, tzinfo=UTC)
        mentorship.do("log_contact", mentorship_id=both["id"], body=CONTACT, **as_home(BERTIL))
        later = {**CONTACT, "on": "2026-06-02", "way": "visit", "part_of_day": "weekend", "minutes": 90}
        mentorship.do("log_contact", mentorship_id=both["id"], body=later, **as_home(ANNA))
        for caller in (as_home(ANNA), as_home(BERTIL), {}):
            found = mentorship.do("list_contacts", mentorship_id=both["id"], **caller)["items"]
            assert [(one["on"], one["by_mentor"], one["minutes"]) for one in found] == [
                ("2026-06-02", False, 90),
                ("2026-06-01", True, 30),
            ]

    def test_there_is_no_field_for_what_was_said(self, mentorship: Harness, both: dict[str, Any]) -> None:
        body = {**CONTACT, "note": "The child slept badly."}
        fault = mentorship.refusal("log_contact", mentorship_id=both["id"], body=body)
        assert [problem["code"] for problem in fault["errors"]] == ["unknown_field"]

    @pytest.mark.parametrize(
        ("on", "code"), [("2026-06-02", "contact_not_yet"), ("2026-05-31", "contact_before_start")]
    )
    def test_a_contact_was_while_they_belonged_together(
        self, mentorship: Harness, both: dict[str, Any], on: str, code: str
    ) -> None:
        fault = mentorship.refusal("log_contact", mentorship_id=both["id"], body={**CONTACT, "on": on})
        assert [problem["code"] for problem in fault["errors"]] == [code]

    def test_before_the_yes_there_are_none(self, mentorship: Harness) -> None:
        mentorship.now = NOON
        waiting = start_placement(mentorship, approve_home(mentorship))
        call = {"mentorship_id": waiting["id"], "body": CONTACT}
        assert mentorship.code("log_contact", **call) == (409, "mentorship_not_accepted")

    def test_a_wish_for_a_follow_up_waits_for_the_coordinator_until_it_is_done(
        self, mentorship: Harness, both: dict[str, Any]
    ) -> None:
        wished = {**CONTACT, "follow_up": True}
        contact = mentorship.do("log_contact", mentorship_id=both["id"], body=wished, **as_home(ANNA))
        (waits,) = list(mentorship.do("view_waiting", roles=["coordinator"])["items"])
        assert (waits["kind"], waits["count"]) == ("contact_to_follow_up", 1)
        which = {"mentorship_id": both["id"], "contact_id": contact["id"]}
        assert mentorship.do("follow_up_contact", **which)["followed_up_at"] == "2026-06-01T12:00:00Z"
        assert mentorship.do("view_waiting", roles=["coordinator"])["items"] == []
        assert mentorship.code("follow_up_contact", **which) == (409, "no_follow_up_wanted")

    def test_a_third_home_neither_writes_nor_reads(self, mentorship: Harness, both: dict[str, Any]) -> None:
        approve_home(mentorship, adult=CECILIA)
        which = {"mentorship_id": both["id"]}
        assert mentorship.code("log_contact", body=CONTACT, **which, **as_home(CECILIA)) == (404, "not_found")
        assert mentorship.code("list_contacts", **which, **as_home(CECILIA)) == (404, "not_found")


class TestEnd:
    @pytest.mark.parametrize("who", [as_home(ANNA), as_home(BERTIL), {}])
    def test_either_side_ends_it_and_the_place_goes_to_whoever_waits(
        self, mentorship: Harness, both: dict[str, Any], who: dict[str, Any]
    ) -> None:
        reply = mentorship.reply("amend_mentor", mentor_id=both["mentor_id"], body={"capacity": 1}, if_match="*")
        assert "body" in reply
        waiting = start_placement(mentorship, approve_home(mentorship))
        assert waiting["status"] == "waiting"
        ended = mentorship.do("end_mentorship", mentorship_id=both["id"], body={"reason": "Enough."}, **who)
        assert ended["status"] == "ended"
        assert of_home(mentorship, waiting["home_id"])[0]["status"] == "offered"
        assert mentorship.recorded(MENTORSHIP_ENDED) == [
            {
                "mentorship_id": both["id"],
                "mentor_id": both["mentor_id"],
                "home_id": both["home_id"],
                "mentor_home_id": both["mentor_home_id"],
                "ended_on": date(2026, 6, 1),
            }
        ]

    def test_twice_is_refused(self, mentorship: Harness, both: dict[str, Any]) -> None:
        mentorship.do("end_mentorship", mentorship_id=both["id"])
        assert mentorship.code("end_mentorship", mentorship_id=both["id"]) == (409, "mentorship_not_accepted")
