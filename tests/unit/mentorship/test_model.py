"""What may become of a mentorship, what is said of distances, and which approval a home's copy is made from."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.kernel.contracts import Fault
from services.mentorship.contract.common import Band
from services.mentorship.contract.mentorships import (
    MentorshipAnswered,
    MentorshipNotAccepted,
    MentorshipNotOffered,
    NotTheOfferedHome,
    Status,
)
from services.mentorship.model import Home, Mentor, Mentorship
from services.mentorship.offers.model import wait
from tests.home_changes import an_adult

JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 8, tzinfo=UTC)
NOT_OFFERED = [
    (Status.WAITING, MentorshipNotOffered),
    *((status, MentorshipAnswered) for status in (Status.ACCEPTED, Status.DECLINED, Status.ENDED)),
]


def make_home(home_id: str = "home", **overrides: Any) -> Home:
    values: dict[str, Any] = {
        "approval_id": "a1",
        "decided_on": date(2026, 5, 1),
        "protected_identity": False,
        "position": {"latitude": 59.2, "longitude": 15.2},
    }
    return Home(id=home_id, **(values | overrides))


def make_mentorship(
    status: Status = Status.OFFERED, *, home: Home | None = None, mentor_home: Home | None = None
) -> Mentorship:
    mentored, mentoring = home or make_home(), mentor_home or make_home("mentor-home")
    mentor = Mentor(id="mentor", home_id=mentoring.id, capacity=10, paused=False)
    mentor.home = mentoring
    mentorship = wait(mentored.id, at=JUNE)
    mentorship.id, mentorship.mentor_id, mentorship.status = "mentorship", "mentor", status
    mentorship.home, mentorship.mentor = mentored, mentor
    return mentorship


class TestAccept:
    def test_the_others_learn_of_both_homes(self) -> None:
        mentorship = make_mentorship()
        assert mentorship.accept(by="anna", at=JULY) == {
            "mentorship_id": "mentorship",
            "mentor_id": "mentor",
            "home_id": "home",
            "mentor_home_id": "mentor-home",
        }
        assert (mentorship.status, mentorship.answered_by, mentorship.answered_at) == ("accepted", "anna", JULY)
        assert mentorship.changed_at == JULY

    @pytest.mark.parametrize(("status", "fault"), NOT_OFFERED)
    def test_only_an_offer_can_be_accepted(self, status: Status, fault: type[Fault]) -> None:
        mentorship = make_mentorship(status)
        with pytest.raises(fault):
            mentorship.accept(by="anna", at=JULY)
        assert (mentorship.status, mentorship.changed_at) == (status, JUNE)


class TestDecline:
    @pytest.mark.parametrize("reason", [None, "We have a sister next door."])
    def test_saying_no_needs_no_reason(self, reason: str | None) -> None:
        mentorship = make_mentorship()
        mentorship.decline(reason, by="anna", at=JULY)
        assert (mentorship.status, mentorship.reason, mentorship.answered_by) == ("declined", reason, "anna")

    @pytest.mark.parametrize(("status", "fault"), NOT_OFFERED)
    def test_only_an_offer_can_be_declined(self, status: Status, fault: type[Fault]) -> None:
        with pytest.raises(fault):
            make_mentorship(status).decline(None, by="anna", at=JULY)


class TestWhoAnswers:
    @pytest.mark.parametrize("own", [{"mentor-home"}, set()])
    def test_the_offered_home_answers_and_nobody_for_another(self, own: set[str]) -> None:
        make_mentorship().must_be_answerable_from({"home", "another"})
        with pytest.raises(NotTheOfferedHome):
            make_mentorship().must_be_answerable_from(own)


class TestWait:
    def test_a_home_waits_without_a_mentor_until_one_is_offered(self) -> None:
        mentorship = wait("home", at=JUNE)
        assert (mentorship.status, mentorship.mentor_id, mentorship.mentor_home_id) == ("waiting", None, None)
        mentorship.offer("mentor", at=JULY)
        assert (mentorship.status, mentorship.mentor_id) == ("offered", "mentor")
        assert (mentorship.created_at, mentorship.offered_at, mentorship.changed_at) == (JUNE, JULY, JULY)


MEET = {"ways": ["visit", "phone"], "parts_of_day": ["evening"], "share_phone": True}


class TestMeetings:
    def test_they_hold_when_both_have_said_the_same(self) -> None:
        mentorship = make_mentorship(Status.ACCEPTED)
        mentorship.agree(MEET, {"mentor"}, at=JULY)
        assert (mentorship.ways, mentorship.parts_of_day) == (["phone", "visit"], ["evening"])
        assert (mentorship.home_agrees, mentorship.mentor_agrees) == (False, True)
        mentorship.agree({**MEET, "share_phone": False}, {"home"}, at=JULY)
        assert (mentorship.home_agrees, mentorship.mentor_agrees) == (True, True)
        assert (mentorship.home_shares_phone, mentorship.mentor_shares_phone) == (False, True)

    def test_what_one_says_anew_the_other_has_to_agree_to_anew(self) -> None:
        mentorship = make_mentorship(Status.ACCEPTED)
        mentorship.agree(MEET, {"home", "mentor"}, at=JULY)
        mentorship.agree({**MEET, "parts_of_day": ["weekend"]}, {"home"}, at=JULY)
        assert (mentorship.home_agrees, mentorship.mentor_agrees) == (True, False)

    @pytest.mark.parametrize("status", [status for status in Status if status != Status.ACCEPTED])
    def test_only_two_who_belong_together_agree_and_end(self, status: Status) -> None:
        with pytest.raises(MentorshipNotAccepted):
            make_mentorship(status).agree(MEET, {"home"}, at=JULY)
        with pytest.raises(MentorshipNotAccepted):
            make_mentorship(status).end(None, by="anna", at=JULY)


class TestEnd:
    def test_the_others_learn_of_the_day_in_sweden(self) -> None:
        mentorship = make_mentorship(Status.ACCEPTED)
        late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight in Sweden
        assert mentorship.end("Enough.", by="anna", at=late) == {
            "mentorship_id": "mentorship",
            "mentor_id": "mentor",
            "home_id": "home",
            "mentor_home_id": "mentor-home",
            "ended_on": date(2026, 7, 1),
        }
        assert (mentorship.status, mentorship.ended_by, mentorship.end_reason) == ("ended", "anna", "Enough.")


class TestDistance:
    # A degree of latitude is 6371.0088 km · π / 180 = 111.195 km.
    @pytest.mark.parametrize(
        ("degrees", "kilometres", "band"),
        [
            (0.0, 0.0, Band.UNDER_10),
            (0.089, 9.9, Band.UNDER_10),
            (0.09, 10.0, Band.FROM_10_TO_30),
            (0.269, 29.9, Band.FROM_10_TO_30),
            (0.27, 30.0, Band.FROM_30_TO_100),
            (0.899, 100.0, Band.FROM_30_TO_100),
            (0.9, 100.1, Band.OVER_100),
        ],
    )
    def test_it_is_said_in_kilometres_and_as_a_band(self, degrees: float, kilometres: float, band: Band) -> None:
        farther = make_home("mentor-home", position={"latitude": 59.2 + degrees, "longitude": 15.2})
        mentorship = make_mentorship(mentor_home=farther)
        assert (mentorship.distance_km, mentorship.distance_band) == (kilometres, band)

    @pytest.mark.parametrize("unknown", ["home", "mentor-home"])
    def test_without_a_position_nothing_is_said(self, unknown: str) -> None:
        mentorship = make_mentorship(
            home=make_home(position=None) if unknown == "home" else None,
            mentor_home=make_home("mentor-home", position=None) if unknown == "mentor-home" else None,
        )
        assert (mentorship.distance_km, mentorship.distance_band) == (None, None)


def approval(**overrides: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "approval_id": "a2",
        "decided_on": date(2026, 6, 1),
        "approvals_wait": False,
        "protected_identity": True,
        "position": {"latitude": 60.0, "longitude": 16.0},
        "adults": [an_adult("anna"), an_adult("bertil")],
        "phone": "+46701234567",
        "address": {"street": "Storgatan 1", "postcode": "70210", "locality": "Almby"},
    }
    return values | overrides


class TestLearn:
    def test_a_later_approval_replaces_the_copy(self) -> None:
        home = make_home()
        home.learn(approval(), lookup=str.encode)
        assert (home.approval_id, home.protected_identity) == ("a2", True)
        assert home.place == (60.0, 16.0)
        assert [adult.lookup for adult in home.adults] == [b"anna", b"bertil"]

    def test_an_earlier_approval_that_comes_late_changes_nothing(self) -> None:
        home = make_home()
        home.learn(approval(decided_on=date(2026, 4, 30)), lookup=str.encode)
        assert (home.approval_id, home.protected_identity, home.adults) == ("a1", False, [])

    def test_a_home_without_a_position_has_no_place(self) -> None:
        home = make_home()
        home.learn(approval(position=None), lookup=str.encode)
        assert home.place is None


class TestFollow:
    def test_what_is_told_of_the_people_holds_beside_any_approval(self) -> None:
        home = make_home()
        told = approval(adults=[an_adult("cecilia")], protected_identity=False, approvals_wait=True)
        home.follow(told, lookup=str.encode)
        home.learn(approval(), lookup=str.encode)
        assert [adult.lookup for adult in home.adults] == [b"cecilia"]
        assert (home.phone, home.locality) == ("+46701234567", "Almby")
        assert home.approvals_wait is True
        assert (home.approval_id, home.name) == ("a2", "Anna Andersson")

    def test_a_home_is_approved_when_an_approval_is_known(self) -> None:
        home = Home(id="home")
        home.begin()
        home.follow(approval(), lookup=str.encode)
        assert not home.is_approved
        home.learn(approval(), lookup=str.encode)
        assert home.is_approved
