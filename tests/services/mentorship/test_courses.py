"""R29: courses, theme days and supervision groups: seats, attendance, certificates, and who lacks training."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS, TRAINING_ATTENDED
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.conftest import shelves
from tests.pdfs import words_of
from tests.services.mentorship.conftest import ANNA, BERTIL, a_start, approve_home

AUGUST = datetime(2027, 8, 1, 8, tzinfo=UTC)
AFTER = datetime(2027, 10, 3, 8, tzinfo=UTC)
BASICS = {
    "kind": "course",
    "title": "Grundutbildning",
    "place": "Medborgarhuset",
    "starts_at": "2027-09-25T08:00:00Z",
    "ends_at": "2027-09-25T15:00:00Z",
    "more_dates": [{"starts_at": "2027-10-02T08:00:00Z", "ends_at": "2027-10-02T15:00:00Z"}],
    "seats": 3,
    "supervisor": None,
    "for_assignments": [],
}


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


@pytest.fixture(autouse=True)
def _in_august(mentorship: Harness) -> None:
    mentorship.now = AUGUST


def plan(mentorship: Harness, **overrides: Any) -> dict[str, Any]:
    return mentorship.do("plan_course", body={**BASICS, **overrides})


def enrol(mentorship: Harness, course: dict[str, Any], home_id: str, adults: int = 2, **caller: Any) -> dict[str, Any]:
    body = {"home_id": home_id, "adults": adults}
    return mentorship.do("enrol_in_course", course_id=course["id"], body=body, **caller)


def attend(
    mentorship: Harness, course: dict[str, Any], home_id: str, *, held_on: str = "2027-09-25", attended: bool = True
) -> None:
    body = {"held_on": held_on, "homes": [{"home_id": home_id, "attended": attended}]}
    mentorship.do("record_course_attendance", course_id=course["id"], body=body)


class TestSeats:
    def test_who_finds_no_seat_waits_and_moves_up_when_somebody_withdraws(self, mentorship: Harness) -> None:
        first, second = approve_home(mentorship), approve_home(mentorship)
        course = plan(mentorship)
        enrolled = enrol(mentorship, course, first)
        assert enrol(mentorship, course, second)["status"] == "waiting"
        which = {"course_id": course["id"], "enrolment_id": enrolled["id"]}
        assert mentorship.do("withdraw_enrolment", **which)["status"] == "withdrawn"
        items = mentorship.do("list_enrolments", course_id=course["id"])["items"]
        assert {one["home_id"]: one["status"] for one in items} == {first: "withdrawn", second: "enrolled"}
        assert mentorship.do("get_course", course_id=course["id"])["taken"] == 2
        assert [(one["home_id"], one["kind"]) for one in mentorship.recorded(HOME_HAS_NEWS)] == [(second, "course")]

    def test_a_home_enrols_itself_once_and_nobody_else(self, mentorship: Harness) -> None:
        own, other = approve_home(mentorship, adult=ANNA), approve_home(mentorship, adult=BERTIL)
        course = plan(mentorship)
        assert enrol(mentorship, course, own, **as_home(ANNA))["status"] == "enrolled"
        call = {"course_id": course["id"], "body": {"home_id": own}}
        assert mentorship.code("enrol_in_course", **call, **as_home(ANNA)) == (409, "already_enrolled")
        call = {"course_id": course["id"], "body": {"home_id": other}}
        assert mentorship.code("enrol_in_course", **call, **as_home(ANNA)) == (422, "invalid_input")

    def test_a_group_for_contracted_homes_is_theirs_with_its_supervisor_and_dates(self, mentorship: Harness) -> None:
        approve_home(mentorship, adult=ANNA, assignments=["contracted_emergency_home"])
        other = approve_home(mentorship, adult=BERTIL)
        group = plan(
            mentorship,
            kind="supervision",
            title="Handledning",
            supervisor="Eva Ek, legitimerad psykolog",
            for_assignments=["contracted_emergency_home"],
        )
        (seen,) = mentorship.do("list_courses", **as_home(ANNA))["items"]
        assert (seen["id"], seen["supervisor"]) == (group["id"], "Eva Ek, legitimerad psykolog")
        assert [one["starts_at"] for one in seen["more_dates"]] == ["2027-10-02T08:00:00Z"]
        assert mentorship.do("list_courses", **as_home(BERTIL))["total"] == 0
        call = {"course_id": group["id"], "body": {"home_id": other}}
        assert mentorship.code("enrol_in_course", **call) == (409, "course_not_for_home")
        assert mentorship.code("enrol_in_course", **call, **as_home(BERTIL)) == (404, "not_found")

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            (
                {"more_dates": [{"starts_at": "2027-09-25T14:00:00Z", "ends_at": "2027-09-26T15:00:00Z"}]},
                "dates_in_order",
            ),
            ({"ends_at": BASICS["starts_at"]}, "dates_in_order"),
            ({"starts_at": "2027-07-25T08:00:00Z"}, "date_passed"),
            ({"seats": 0}, "out_of_range"),
        ],
    )
    def test_what_is_wrong_is_named(self, mentorship: Harness, wrong: dict[str, Any], code: str) -> None:
        fault = mentorship.refusal("plan_course", body={**BASICS, **wrong})
        assert [problem["code"] for problem in fault["errors"]] == [code]

    def test_one_that_is_cancelled_tells_those_enrolled_and_takes_nobody_more(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        course = plan(mentorship)
        enrol(mentorship, course, home)
        assert mentorship.do("cancel_course", course_id=course["id"])["status"] == "cancelled"
        assert [one["home_id"] for one in mentorship.recorded(HOME_HAS_NEWS)] == [home]
        call = {"course_id": course["id"], "body": {"home_id": approve_home(mentorship)}}
        assert mentorship.code("enrol_in_course", **call) == (409, "course_cancelled")


class TestAttendance:
    def test_who_was_there_on_a_day_is_told_once_and_corrected_by_what_is_told_next(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        course = plan(mentorship)
        enrolled = enrol(mentorship, course, home)
        mentorship.now = AFTER
        for attended in (True, True, False):
            attend(mentorship, course, home, attended=attended)
        told = {"enrolment_id": enrolled["id"], "home_id": home, "course_id": course["id"], "kind": "course"}
        assert mentorship.recorded(TRAINING_ATTENDED) == [
            {**told, "attended": True, "held_on": date(2027, 9, 25)},
            {**told, "attended": False, "held_on": date(2027, 9, 25)},
        ]

    def test_of_whom_one_day_is_taken_back_the_other_is_told(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        course = plan(mentorship)
        enrol(mentorship, course, home)
        mentorship.now = AFTER
        attend(mentorship, course, home)
        attend(mentorship, course, home, held_on="2027-10-02")
        attend(mentorship, course, home, held_on="2027-10-02", attended=False)
        last = mentorship.recorded(TRAINING_ATTENDED)[-1]
        assert (last["attended"], last["held_on"]) == (True, date(2027, 9, 25))

    @pytest.mark.parametrize(
        ("held_on", "at", "code"),
        [
            ("2027-09-26", AFTER, "not_a_date_of_it"),
            ("2027-10-02", datetime(2027, 9, 26, tzinfo=UTC), "not_a_date_of_it"),
        ],
    )
    def test_it_is_one_of_its_days_that_has_come(
        self, mentorship: Harness, held_on: str, at: datetime, code: str
    ) -> None:
        home = approve_home(mentorship)
        course = plan(mentorship)
        enrol(mentorship, course, home)
        mentorship.now = at
        body = {"held_on": held_on, "homes": [{"home_id": home, "attended": True}]}
        fault = mentorship.refusal("record_course_attendance", course_id=course["id"], body=body)
        assert [problem["code"] for problem in fault["errors"]] == [code]

    def test_before_it_begins_nobody_was_there(self, mentorship: Harness) -> None:
        course = plan(mentorship)
        body = {"held_on": "2027-09-25", "homes": [{"home_id": "nobody", "attended": True}]}
        call = {"course_id": course["id"], "body": body}
        assert mentorship.code("record_course_attendance", **call) == (409, "course_not_held_yet")
        mentorship.now = AFTER
        fault = mentorship.refusal("record_course_attendance", **call)
        assert [problem["code"] for problem in fault["errors"]] == ["not_enrolled"]


class TestCertificate:
    def test_it_says_in_swedish_who_attended_what_and_when(self, mentorship: Harness) -> None:
        home = approve_home(mentorship, adult=ANNA)
        course = plan(mentorship)
        enrolled = enrol(mentorship, course, home)
        which = {"course_id": course["id"], "enrolment_id": enrolled["id"]}
        assert mentorship.code("get_certificate", **which) == (409, "nothing_attended")
        mentorship.now = AFTER
        for day in ("2027-09-25", "2027-10-02"):
            attend(mentorship, course, home, held_on=day)
        reply = mentorship.reply("get_certificate", **which, **as_home(ANNA))
        file = FileInStore.from_dict(reply["file"])
        pdf = b"".join(shelves("mentorship").of(mentorship.tenant).read(file))
        words = words_of(pdf)
        for found in ("Intyg om deltagande", "Anna Andersson", "Grundutbildning", "2027-09-25", "2027-10-02"):
            assert found in words

    def test_of_a_protected_home_only_itself_and_whoever_has_the_right_reads_it(self, mentorship: Harness) -> None:
        home = approve_home(mentorship, adult=ANNA, protected_identity=True)
        course = plan(mentorship)
        enrolled = enrol(mentorship, course, home)
        mentorship.now = AFTER
        attend(mentorship, course, home)
        which = {"course_id": course["id"], "enrolment_id": enrolled["id"]}
        assert mentorship.code("get_certificate", **which) == (403, "identity_protected")
        assert "file" in mentorship.reply("get_certificate", **which, **as_home(ANNA))
        right = {"roles": ["coordinator", "protected"], "reason": "Intyget ska skickas."}
        assert "file" in mentorship.reply("get_certificate", **which, **right)


class TestMissing:
    def missing(self, mentorship: Harness) -> list[str]:
        query = {"kind": "training_missing"}
        items = mentorship.do("list_deadlines", roles=["coordinator"], query=query)["items"]
        assert {one["law"] for one in items} <= {"SoL 22:3"}
        return [one["subject"]["id"] for one in items]

    def test_a_home_in_which_somebody_lives_lacks_training_until_it_has_attended_a_course(
        self, mentorship: Harness
    ) -> None:
        home, other = approve_home(mentorship), approve_home(mentorship)
        mentorship.react(PLACEMENT_STARTED, a_start(home))
        mentorship.react(PLACEMENT_STARTED, a_start(other, assignment="contact_person"))
        assert self.missing(mentorship) == [home]
        course, theme = plan(mentorship), plan(mentorship, kind="theme_day")
        for one in (course, theme):
            enrol(mentorship, one, home)
        mentorship.now = AFTER
        attend(mentorship, theme, home)
        assert self.missing(mentorship) == [home]
        attend(mentorship, course, home)
        assert self.missing(mentorship) == []
        assert mentorship.do("view_journey", home_id=home)["trained_on"] == "2027-09-25"
        attend(mentorship, course, home, attended=False)
        assert self.missing(mentorship) == [home]

    def test_one_that_stands_empty_lacks_none_until_somebody_moves_in_again(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        stay, visits = a_start(home), a_start(home, assignment="contact_family")
        for one in (stay, visits):
            mentorship.react(PLACEMENT_STARTED, one)
        ended = {"placement_id": stay["placement_id"], "home_id": home, "reason": "planned"}
        mentorship.react(PLACEMENT_ENDED, {**ended, "ends_on": AUGUST.date()})
        assert self.missing(mentorship) == [home]
        mentorship.now = AUGUST + timedelta(days=1)
        assert self.missing(mentorship) == []
        mentorship.react(PLACEMENT_STARTED, a_start(home, starts_on=date(2027, 8, 2)))
        assert self.missing(mentorship) == [home]

    def test_nor_one_to_which_nobody_came(self, mentorship: Harness) -> None:
        home = approve_home(mentorship)
        stay = a_start(home, starts_on=date(2027, 8, 1))
        mentorship.react(PLACEMENT_STARTED, stay)
        ended = {"placement_id": stay["placement_id"], "home_id": home, "reason": "other"}
        mentorship.react(PLACEMENT_ENDED, {**ended, "ends_on": date(2027, 7, 31)})
        assert self.missing(mentorship) == []
