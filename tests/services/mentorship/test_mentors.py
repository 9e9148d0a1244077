"""Registering mentors and listing them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from services.compensation.contract.events import AGREEMENT_SIGNED
from services.investigation.contract.events import (
    APPROVAL_EXPIRED,
    APPROVAL_REINSTATED,
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    HOME_APPROVED,
)
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTOR_CHANGED, MENTORSHIP_ENDED
from services.mentorship.model import Support
from services.placement.contract.events import PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.services.mentorship.conftest import (
    ANNA,
    BERTIL,
    a_start,
    an_adult,
    an_approval,
    approve_home,
    north,
    of_home,
    register,
    start_placement,
)


class TestRegisterMentor:
    def test_what_was_written_is_read_again(self, mentorship: Harness) -> None:
        home_id = approve_home(mentorship)
        made = register(mentorship, home_id, capacity=4, area="söder", paused=True)
        written = {
            "id": made["id"],
            "home_id": home_id,
            "home_name": "Anna Andersson",
            "capacity": 4,
            "capacity_reason": None,
            "area": "söder",
            "paused": True,
            "available": True,
            "model": "voluntary",
            "exception_reason": None,
            "registered_by": "anna",
            "agreement_id": None,
            "homes": 0,
            "protected_identity": False,
        }
        assert made == written
        assert mentorship.do("get_mentor", mentor_id=made["id"]) == written
        assert mentorship.do("list_mentors")["items"] == [written]

    def test_area_and_pause_may_be_left_out(self, mentorship: Harness) -> None:
        made = mentorship.do("register_mentor", body={"home_id": approve_home(mentorship), "capacity": 1})
        assert (made["area"], made["paused"]) == (None, False)

    @pytest.mark.parametrize("capacity", [0, 31, 2.5, "3", None])
    def test_a_mentor_has_at_least_one_home_and_never_more_than_thirty(
        self, mentorship: Harness, capacity: object
    ) -> None:
        body = {"home_id": approve_home(mentorship), "capacity": capacity}
        fault = mentorship.refusal("register_mentor", body=body)
        assert (fault["status"], [problem["pointer"] for problem in fault["errors"]]) == (422, ["/capacity"])
        assert mentorship.do("list_mentors")["total"] == 0

    def test_more_than_ten_only_with_a_reason_that_is_written_down(self, mentorship: Harness) -> None:
        body = {"home_id": approve_home(mentorship), "capacity": 11}
        fault = mentorship.refusal("register_mentor", body=body)
        assert [(problem["pointer"], problem["code"]) for problem in fault["errors"]] == [
            ("/capacity", "capacity_above_most")
        ]
        reason = {"capacity_reason": "Two families share the task."}
        assert mentorship.do("register_mentor", body={**body, **reason})["capacity"] == 11

    def test_fewer_where_the_municipality_has_set_so(self, mentorship: Harness) -> None:
        tenant = mentorship.new_tenant(mentor_most_homes=6)
        body = {"home_id": approve_home(mentorship, tenant=tenant), "capacity": 7}
        fault = mentorship.refusal("register_mentor", body=body, tenant=tenant)
        assert fault["errors"][0]["parameters"] == {"most": 6}

    def test_a_home_that_was_approved_last_month_is_not_experienced(self, mentorship: Harness) -> None:
        mentorship.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        body = {"home_id": approve_home(mentorship, decided_on=date(2026, 5, 1)), "capacity": 3}
        assert mentorship.code("register_mentor", body=body) == (409, "home_not_experienced")
        exception = {"exception_reason": "She led a children's home for ten years."}
        made = mentorship.do("register_mentor", body={**body, **exception})
        assert made["exception_reason"] == exception["exception_reason"]

    @pytest.mark.parametrize(("reason", "done"), [(None, True), ("planned", True), ("breakdown", False)])
    def test_an_assignment_that_ended_well_is_experience(
        self, mentorship: Harness, reason: str | None, done: bool
    ) -> None:
        mentorship.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        home_id = approve_home(mentorship, decided_on=date(2026, 5, 1))
        start = a_start(home_id, starts_on=date(2026, 5, 2))
        mentorship.react(PLACEMENT_STARTED, start)
        ended = {"placement_id": start["placement_id"], "home_id": home_id, "ends_on": date(2026, 5, 20)}
        mentorship.react(PLACEMENT_ENDED, {**ended, "reason": reason})
        reply = mentorship.reply("register_mentor", body={"home_id": home_id, "capacity": 3})
        assert ("body" in reply) is done

    def test_one_that_was_cancelled_before_it_began_is_none(self, mentorship: Harness) -> None:
        mentorship.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        home_id = approve_home(mentorship, decided_on=date(2026, 5, 1))
        start = a_start(home_id, starts_on=date(2026, 5, 21))
        mentorship.react(PLACEMENT_STARTED, start)
        ended = {"placement_id": start["placement_id"], "home_id": home_id, "ends_on": date(2026, 5, 20)}
        mentorship.react(PLACEMENT_ENDED, {**ended, "reason": "other"})
        body = {"home_id": home_id, "capacity": 3}
        assert mentorship.code("register_mentor", body=body) == (409, "home_not_experienced")

    def test_a_home_whose_approval_has_ended_can_not_be_one(self, mentorship: Harness) -> None:
        mentorship.now = datetime(2028, 5, 1, 9, tzinfo=UTC)
        body = {"home_id": approve_home(mentorship, valid_until=date(2028, 4, 30)), "capacity": 3}
        assert mentorship.code("register_mentor", body=body) == (409, "mentor_not_available")

    def test_the_others_learn_that_a_home_is_one_and_how(self, mentorship: Harness) -> None:
        made = register(mentorship, approve_home(mentorship), model="contracted")
        assert mentorship.recorded(MENTOR_CHANGED) == [
            {"mentor_id": made["id"], "home_id": made["home_id"], "active": True, "contracted": True}
        ]

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


def test_an_end_that_comes_before_its_beginning_is_kept(mentorship: Harness) -> None:
    home_id = approve_home(mentorship)
    start = a_start(home_id)
    ended = {"placement_id": start["placement_id"], "home_id": home_id, "ends_on": date(2026, 7, 1)}
    mentorship.react(PLACEMENT_ENDED, ended)
    mentorship.react(PLACEMENT_STARTED, start)
    (support,) = supports(mentorship, home_id)
    assert (support.assignment, support.starts_on, support.ends_on) == (
        "family_home",
        date(2026, 6, 1),
        date(2026, 7, 1),
    )


def supports(mentorship: Harness, home_id: str) -> list[Support]:
    context = Context(tenant=mentorship.tenant, actor="", request_id="", deadline=0)
    with mentorship.database.unit(context) as unit:
        return list(unit.session.scalars(select(Support).where(Support.home_id == home_id)))


class TestAmendMentor:
    def test_room_that_comes_of_it_is_offered_to_homes_that_wait(self, mentorship: Harness) -> None:
        made = register(mentorship, approve_home(mentorship), paused=True)
        waiting = start_placement(mentorship, approve_home(mentorship))
        assert waiting["status"] == "waiting"
        call = {"mentor_id": made["id"], "body": {"paused": False, "area": None}, "if_match": "1"}
        amended = mentorship.do("amend_mentor", **call)
        assert (amended["paused"], amended["area"], amended["homes"]) == (False, None, 1)
        assert of_home(mentorship, waiting["home_id"])[0]["status"] == "offered"

    def test_fewer_homes_leave_those_that_it_has(self, mentorship: Harness) -> None:
        made = register(mentorship, approve_home(mentorship), capacity=2)
        for _ in range(2):
            start_placement(mentorship, approve_home(mentorship))
        call = {"mentor_id": made["id"], "body": {"capacity": 1}, "if_match": "1"}
        assert mentorship.do("amend_mentor", **call)["homes"] == 2
        assert start_placement(mentorship, approve_home(mentorship))["status"] == "waiting"

    def test_more_than_ten_need_a_reason_here_too(self, mentorship: Harness) -> None:
        made = register(mentorship, approve_home(mentorship))
        call = {"mentor_id": made["id"], "body": {"capacity": 12}, "if_match": "1"}
        assert mentorship.code("amend_mentor", **call) == (422, "invalid_input")

    def test_two_who_have_read_the_same_do_not_write_over_each_other(self, mentorship: Harness) -> None:
        made = register(mentorship, approve_home(mentorship))
        call = {"mentor_id": made["id"], "body": {"capacity": 4}, "if_match": "1"}
        mentorship.do("amend_mentor", **call)
        assert mentorship.code("amend_mentor", **call) == (412, "stale")
        assert mentorship.code("amend_mentor", mentor_id=made["id"], body={}) == (428, "precondition_required")


class TestSuggestMentors:
    def test_r25_the_nearest_with_room_is_first_and_the_others_say_why_not(self, mentorship: Harness) -> None:
        far = register(mentorship, approve_home(mentorship, position=north(0.5)))
        pauses = register(mentorship, approve_home(mentorship, position=north(0.1)), paused=True)
        near = register(mentorship, approve_home(mentorship, position=north(0.2)))
        home = approve_home(mentorship)
        items = mentorship.do("suggest_mentors", query={"home_id": home})["items"]
        assert [one["mentor_id"] for one in items] == [near["id"], far["id"], pauses["id"]]
        assert [one["eligible"] for one in items] == [True, True, False]
        assert items[2]["obstacles"] == [{"code": "paused", "detail": "It takes no new homes for now."}]
        assert (items[0]["distance_km"], items[0]["distance_from"]) == (22.2, "address")
        assert (items[0]["room"], items[0]["homes"]) == (10, 0)

    def test_where_a_home_has_no_position_the_middle_of_the_municipality_stands_in(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship, position=north(0.1)))
        home = approve_home(mentorship, position=None)
        (one,) = mentorship.do("suggest_mentors", query={"home_id": home})["items"]
        assert one["distance_from"] == "municipality"
        assert one["distance_km"] is not None

    def test_a_mentor_in_whose_home_somebody_of_the_home_lives_is_none_for_it(self, mentorship: Harness) -> None:
        own = register(mentorship, approve_home(mentorship, adult=ANNA))
        home = approve_home(mentorship, adult=ANNA)
        (one,) = mentorship.do("suggest_mentors", query={"home_id": home})["items"]
        assert [found["code"] for found in one["obstacles"]] == ["same_household"]
        body = {"home_id": home, "mentor_id": own["id"]}
        assert mentorship.code("offer_mentorship", body=body) == (409, "mentor_has_no_room")
        assert mentorship.do("offer_mentorship", body={"home_id": home})["status"] == "waiting"

    def test_of_a_protected_home_only_a_band_is_said(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship, position=north(0.2), protected_identity=True))
        (one,) = mentorship.do("suggest_mentors", query={"home_id": approve_home(mentorship)})["items"]
        assert (one["home_name"], one["distance_km"], one["distance_band"]) == (None, None, "10_to_30")

    def test_a_home_that_is_not_known_is_refused(self, mentorship: Harness) -> None:
        fault = mentorship.refusal("suggest_mentors", query={"home_id": new_id()})
        assert [problem["code"] for problem in fault["errors"]] == ["not_found"]

    def test_neither_a_home_nor_another_municipality_is_shown_any(self, mentorship: Harness) -> None:
        register(mentorship, approve_home(mentorship))
        query = {"home_id": approve_home(mentorship)}
        assert mentorship.code("suggest_mentors", query=query, roles=["home"]) == (403, "missing_role")
        assert mentorship.code("suggest_mentors", query=query, tenant=mentorship.new_tenant())[0] == 422


class TestHandOver:
    def test_all_homes_of_a_mentor_go_to_others_in_one_operation(self, mentorship: Harness) -> None:
        gone = register(mentorship, approve_home(mentorship, position=north(0.1)), capacity=3)
        homes = [start_placement(mentorship, approve_home(mentorship)) for _ in range(3)]
        mentorship.do("accept_mentorship", mentorship_id=homes[0]["id"])
        other = register(mentorship, approve_home(mentorship, position=north(0.5)), capacity=2)
        body = {"reason": "Flyttar.", "pause": True}
        assert mentorship.do("hand_over_homes", mentor_id=gone["id"], body=body) == {"offered": 2, "waiting": 1}
        assert mentorship.do("get_mentor", mentor_id=gone["id"])["homes"] == 0
        assert mentorship.do("get_mentor", mentor_id=other["id"])["homes"] == 2
        first = of_home(mentorship, homes[0]["home_id"])
        assert [one["status"] for one in first] == ["ended", "offered"]
        assert [one["mentorship_id"] for one in mentorship.recorded(MENTORSHIP_ENDED)] == [homes[0]["id"]]

    def test_whoever_pauses_is_offered_to_nobody_afterwards(self, mentorship: Harness) -> None:
        gone = register(mentorship, approve_home(mentorship))
        start_placement(mentorship, approve_home(mentorship))
        assert mentorship.do("hand_over_homes", mentor_id=gone["id"], body={"pause": True})["waiting"] == 1
        assert mentorship.do("get_mentor", mentor_id=gone["id"])["paused"] is True

    def test_an_adult_of_the_other_mentor_is_not_handed_its_own_home(self, mentorship: Harness) -> None:
        gone = register(mentorship, approve_home(mentorship, adult=BERTIL))
        home = start_placement(mentorship, approve_home(mentorship, adult=ANNA))
        register(mentorship, approve_home(mentorship, adult=ANNA))
        assert mentorship.do("hand_over_homes", mentor_id=gone["id"], body={})["waiting"] == 1
        assert of_home(mentorship, home["home_id"])[0]["status"] == "waiting"


class TestApprovals:
    def test_r15_a_mentor_whose_approval_is_suspended_is_none_and_its_homes_go_to_others(
        self, mentorship: Harness
    ) -> None:
        approval = an_approval(adults=[an_adult(BERTIL)], position=north(0.1))
        mentorship.react(HOME_APPROVED, approval)
        gone = register(mentorship, approval["home_id"])
        home = start_placement(mentorship, approve_home(mentorship))
        mentorship.do("accept_mentorship", mentorship_id=home["id"])
        other = register(mentorship, approve_home(mentorship, position=north(0.5)))
        turned = {name: approval[name] for name in ("approval_id", "home_id")} | {"on": date(2026, 6, 1)}
        mentorship.react(APPROVAL_SUSPENDED, turned)
        assert [(one["status"], one["mentor_id"]) for one in of_home(mentorship, home["home_id"])] == [
            ("ended", gone["id"]),
            ("offered", other["id"]),
        ]
        seen = mentorship.do("get_mentor", mentor_id=gone["id"])
        assert (seen["available"], seen["homes"]) == (False, 0)
        query = {"home_id": approve_home(mentorship)}
        (_, last) = mentorship.do("suggest_mentors", query=query)["items"]
        assert [one["code"] for one in last["obstacles"]] == ["not_available"]
        mentorship.react(APPROVAL_REINSTATED, turned)
        assert mentorship.do("get_mentor", mentor_id=gone["id"])["available"] is True
        told = [one["active"] for one in mentorship.recorded(MENTOR_CHANGED) if one["mentor_id"] == gone["id"]]
        assert told == [True, False, True]

    def test_so_is_one_whose_last_approval_has_ended(self, mentorship: Harness) -> None:
        mentorship.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        approval = an_approval(adults=[an_adult(BERTIL)])
        mentorship.react(HOME_APPROVED, approval)
        made = register(mentorship, approval["home_id"])
        ended = {name: approval[name] for name in ("approval_id", "home_id", "valid_until")}
        mentorship.now = datetime(2028, 5, 1, 9, tzinfo=UTC)
        mentorship.react(APPROVAL_EXPIRED, ended)
        assert mentorship.do("get_mentor", mentor_id=made["id"])["available"] is False

    def test_one_that_has_another_approval_goes_on(self, mentorship: Harness) -> None:
        approval = an_approval(adults=[an_adult(BERTIL)])
        mentorship.react(HOME_APPROVED, approval)
        mentorship.react(HOME_APPROVED, {**approval, "approval_id": new_id()})
        made = register(mentorship, approval["home_id"])
        turned = {name: approval[name] for name in ("approval_id", "home_id")} | {"on": date(2026, 6, 1)}
        mentorship.react(APPROVAL_REVOKED, turned)
        assert mentorship.do("get_mentor", mentor_id=made["id"])["available"] is True

    def test_a_suspension_that_comes_before_the_approval_waits_for_it(self, mentorship: Harness) -> None:
        turned = {"approval_id": new_id(), "home_id": new_id(), "on": date(2026, 6, 1)}
        outcome = mentorship.deliver(APPROVAL_SUSPENDED, mentorship.message(APPROVAL_SUSPENDED, turned))
        assert "TooEarly" in outcome.reason


class TestAgreements:
    @pytest.mark.parametrize(("kind", "model"), [("mentor", "contracted"), ("placement", "voluntary")])
    def test_a_mentor_family_that_has_signed_its_agreement_is_a_contracted_one(
        self, mentorship: Harness, kind: str, model: str
    ) -> None:
        made = register(mentorship, approve_home(mentorship))
        signed = {"agreement_id": new_id(), "placement_id": "", "home_id": made["home_id"]}
        mentorship.react(AGREEMENT_SIGNED, {**signed, "signed_on": date(2026, 6, 1), "kind": kind})
        seen = mentorship.do("get_mentor", mentor_id=made["id"])
        assert (seen["model"], seen["agreement_id"]) == (model, signed["agreement_id"] if kind == "mentor" else None)
        told = [one["contracted"] for one in mentorship.recorded(MENTOR_CHANGED)]
        assert told == [False, True][: 2 if kind == "mentor" else 1]
