"""Who is offered to whom: by a placement that starts, a mentor who is registered, and a no that makes room."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from services.investigation.contract.events import HOME_APPROVED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import PLACEMENT_STARTED
from tests.services.mentorship.conftest import (
    ANNA,
    BERTIL,
    a_start,
    an_adult,
    an_approval,
    approve_home,
    north,
    of_home,
    react_at_once,
    register,
    start_placement,
)


class TestOnHomeApproved:
    def test_the_adults_find_their_home(self, mentorship: Harness) -> None:
        approval = an_approval(adults=[an_adult(ANNA), an_adult(BERTIL)])
        mentorship.react(HOME_APPROVED, approval)
        start_placement(mentorship, approval["home_id"])
        for number in (ANNA, BERTIL):
            (own,) = mentorship.do("list_mentorships", roles=["home"], personal_number=number)["items"]
            assert own["home_id"] == approval["home_id"]

    def test_who_has_moved_out_by_a_later_approval_finds_it_no_longer(self, mentorship: Harness) -> None:
        first = an_approval(adults=[an_adult(ANNA), an_adult(BERTIL)])
        later = {**first, "approval_id": new_id(), "decided_on": date(2026, 6, 1), "adults": [an_adult(BERTIL)]}
        mentorship.react(HOME_APPROVED, later)
        mentorship.react(HOME_APPROVED, first)  # comes late
        start_placement(mentorship, first["home_id"])
        assert mentorship.do("list_mentorships", roles=["home"], personal_number=ANNA)["total"] == 0
        assert mentorship.do("list_mentorships", roles=["home"], personal_number=BERTIL)["total"] == 1

    def test_twice_delivered_and_recorded_anew_it_is_one_home(self, mentorship: Harness) -> None:
        approval = an_approval()
        message = mentorship.message(HOME_APPROVED, approval)
        assert mentorship.deliver(HOME_APPROVED, message).done
        assert mentorship.deliver(HOME_APPROVED, message).done
        mentorship.react(HOME_APPROVED, approval)
        start_placement(mentorship, approval["home_id"])
        assert mentorship.do("list_mentorships", roles=["home"], personal_number=ANNA)["total"] == 1

    def test_several_approvals_of_a_new_home_at_once_are_one_home(self, mentorship: Harness) -> None:
        approval = an_approval()
        both = [
            {**approval, "approval_id": new_id(), "assignments": [name]} for name in ("family_home", "emergency_home")
        ]
        react_at_once(mentorship, HOME_APPROVED, both * 4)
        assert start_placement(mentorship, approval["home_id"])["status"] == "waiting"

    def test_the_other_municipality_does_not_know_the_home(self, mentorship: Harness) -> None:
        home_id, other = approve_home(mentorship), mentorship.new_tenant()
        body = {"home_id": home_id, "capacity": 3}
        assert mentorship.code("register_mentor", body=body, tenant=other) == (422, "invalid_input")
        outcome = mentorship.deliver(
            PLACEMENT_STARTED, mentorship.message(PLACEMENT_STARTED, a_start(home_id), tenant=other)
        )
        assert not outcome.done


class TestOnPlacementStarted:
    def test_the_home_is_offered_its_nearest_mentor(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship, position=north(0.5)))
        near = register(mentorship, approve_home(mentorship, position=north(0.1)))
        offered = start_placement(mentorship, approve_home(mentorship))
        assert (offered["status"], offered["mentor_id"]) == ("offered", near["id"])
        assert offered["mentor_home_id"] == near["home_id"]
        assert (offered["distance_km"], offered["distance_band"]) == (11.1, "10_to_30")

    def test_a_paused_mentor_and_one_without_room_are_passed_over(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship), paused=True)
        full = register(mentorship, approve_home(mentorship, position=north(0.1)), capacity=1)
        far = register(mentorship, approve_home(mentorship, position=north(0.9)))
        assert start_placement(mentorship, approve_home(mentorship))["mentor_id"] == full["id"]
        assert start_placement(mentorship, approve_home(mentorship))["mentor_id"] == far["id"]

    def test_a_mentor_is_offered_none_unasked(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship))
        home_id = approve_home(mentorship)
        register(mentorship, home_id)
        mentorship.react(PLACEMENT_STARTED, a_start(home_id))
        assert of_home(mentorship, home_id) == []

    @pytest.mark.parametrize("assignment", ["emergency_home", "contracted_emergency_home", "contact_person"])
    def test_nor_is_a_home_with_another_assignment(self, mentorship: Harness, assignment: str) -> None:
        home_id = approve_home(mentorship)
        mentorship.react(PLACEMENT_STARTED, a_start(home_id, assignment=assignment))
        assert of_home(mentorship, home_id) == []

    @pytest.mark.parametrize("assignment", ["family_home", "contact_family", "network_home"])
    def test_r24_family_homes_contact_families_and_kin_homes_are(self, mentorship: Harness, assignment: str) -> None:
        home_id = approve_home(mentorship)
        mentorship.react(PLACEMENT_STARTED, a_start(home_id, assignment=assignment))
        assert [one["status"] for one in of_home(mentorship, home_id)] == ["waiting"]

    def test_a_home_is_not_its_own_mentor(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        register(mentorship, home_id)
        assert mentorship.do("offer_mentorship", body={"home_id": home_id})["status"] == "waiting"

    def test_without_a_mentor_with_room_the_home_waits(self, mentorship: Harness) -> None:
        waiting = start_placement(mentorship, approve_home(mentorship))
        assert (waiting["status"], waiting["mentor_id"], waiting["offered_at"]) == ("waiting", None, None)
        assert waiting["distance_km"] is None

    def test_a_placement_in_a_home_that_is_not_known_yet_is_tried_again(self, mentorship: Harness) -> None:
        approval = an_approval()
        message = mentorship.message(PLACEMENT_STARTED, a_start(approval["home_id"]))
        outcome = mentorship.deliver(PLACEMENT_STARTED, message)
        assert not outcome.done
        assert "TooEarly at " in outcome.reason
        mentorship.react(HOME_APPROVED, approval)
        assert mentorship.deliver(PLACEMENT_STARTED, message).done
        assert len(of_home(mentorship, approval["home_id"])) == 1

    def test_twice_delivered_and_another_placement_are_one_offer(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        register(mentorship, approve_home(mentorship))
        message = mentorship.message(PLACEMENT_STARTED, a_start(home_id))
        assert mentorship.deliver(PLACEMENT_STARTED, message).done
        assert mentorship.deliver(PLACEMENT_STARTED, message).done
        mentorship.react(PLACEMENT_STARTED, a_start(home_id))
        assert len(of_home(mentorship, home_id)) == 1

    @pytest.mark.parametrize("answer", ["accept_mentorship", "decline_mentorship"])
    def test_a_home_that_has_answered_is_not_asked_again(self, mentorship: Harness, answer: str) -> None:
        home_id = approve_home(mentorship)
        register(mentorship, approve_home(mentorship))
        offered = start_placement(mentorship, home_id)
        mentorship.do(answer, mentorship_id=offered["id"])
        start_placement(mentorship, home_id)
        assert len(of_home(mentorship, home_id)) == 1

    def test_ten_placements_in_the_same_home_at_once_are_one_offer(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        register(mentorship, approve_home(mentorship))
        react_at_once(mentorship, PLACEMENT_STARTED, [a_start(home_id) for _ in range(10)])
        assert [item["status"] for item in of_home(mentorship, home_id)] == ["offered"]

    def test_the_last_place_of_a_mentor_goes_to_one_of_many_homes(self, mentorship: Harness) -> None:
        mentor = register(mentorship, approve_home(mentorship), capacity=3)
        for _ in range(2):
            start_placement(mentorship, approve_home(mentorship))
        homes = [approve_home(mentorship) for _ in range(10)]
        react_at_once(mentorship, PLACEMENT_STARTED, [a_start(home_id) for home_id in homes])
        statuses = sorted(item["status"] for home_id in homes for item in of_home(mentorship, home_id))
        assert statuses == ["offered"] + ["waiting"] * 9
        (listed,) = mentorship.do("list_mentors")["items"]
        assert (listed["id"], listed["homes"]) == (mentor["id"], 3)

    def test_the_other_municipality_is_untouched(self, mentorship: Harness) -> None:
        other = mentorship.new_tenant()
        near = approve_home(mentorship, tenant=other)
        mentorship.do("register_mentor", body={"home_id": near, "capacity": 3}, tenant=other)
        assert start_placement(mentorship, approve_home(mentorship))["status"] == "waiting"
        assert mentorship.do("list_mentorships", tenant=other)["total"] == 0


class TestHomesThatWait:
    def test_a_new_mentor_is_offered_to_the_nearest_up_to_its_capacity(self, mentorship: Harness) -> None:
        far, near, nearer = (approve_home(mentorship, position=north(degrees)) for degrees in (0.5, 0.2, 0.1))
        for home_id in (far, near, nearer):
            start_placement(mentorship, home_id)
        mentor = register(mentorship, approve_home(mentorship), capacity=2)
        assert mentor["homes"] == 2
        found = [(of_home(mentorship, home_id)[0]["status"]) for home_id in (far, near, nearer)]
        assert found == ["waiting", "offered", "offered"]

    def test_a_mentor_who_begins_with_a_pause_is_offered_to_nobody(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        start_placement(mentorship, home_id)
        assert register(mentorship, approve_home(mentorship), paused=True)["homes"] == 0
        assert of_home(mentorship, home_id)[0]["status"] == "waiting"

    def test_a_waiting_home_that_becomes_a_mentor_still_waits_for_another(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        start_placement(mentorship, home_id)
        assert register(mentorship, home_id)["homes"] == 0
        register(mentorship, approve_home(mentorship))
        assert of_home(mentorship, home_id)[0]["status"] == "offered"

    def test_a_no_gives_the_place_to_the_nearest_home_that_waits(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship), capacity=1)
        first = start_placement(mentorship, approve_home(mentorship))
        far, near = (approve_home(mentorship, position=north(degrees)) for degrees in (0.5, 0.1))
        for home_id in (far, near):
            start_placement(mentorship, home_id)
        mentorship.do("decline_mentorship", mentorship_id=first["id"])
        assert of_home(mentorship, near)[0]["mentor_id"] == first["mentor_id"]
        assert of_home(mentorship, far)[0]["status"] == "waiting"

    def test_no_home_is_left_waiting_beside_a_mentor_who_comes_at_the_same_moment(self, mentorship: Harness) -> None:
        for _ in range(5):
            home_id, mentor_home = approve_home(mentorship), approve_home(mentorship)
            with ThreadPoolExecutor(2) as pool:
                started = pool.submit(mentorship.react, PLACEMENT_STARTED, a_start(home_id))
                pool.submit(register, mentorship, mentor_home, capacity=1).result()
                started.result()
            assert of_home(mentorship, home_id)[0]["status"] == "offered"

    def test_two_mentors_registered_at_once_share_the_homes_that_wait(self, mentorship: Harness) -> None:
        for _ in range(3):
            start_placement(mentorship, approve_home(mentorship))
        mentor_homes = [approve_home(mentorship) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            mentors = list(pool.map(lambda home_id: register(mentorship, home_id, capacity=2), mentor_homes))
        assert sorted(mentor["homes"] for mentor in mentors) == [1, 2]
