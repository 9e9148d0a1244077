"""R28: respite inside the network: asked for, offered, accepted, given; nights a month; what is paid follows."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.investigation.contract.events import (
    APPROVAL_REVOKED,
    APPROVAL_SUSPENDED,
    HOME_APPROVED,
    HOME_CHANGED,
    HOME_WEEDED,
)
from services.kernel.contracts import Event
from services.kernel.testing import Harness
from services.mentorship.contract.events import HOME_HAS_NEWS, RESPITE_COMPLETED
from services.placement.contract.events import OTHERS_CHILDREN_SAID, PLACEMENT_ENDED, PLACEMENT_STARTED
from tests.home_changes import a_change, a_weeding
from tests.services.mentorship.conftest import (
    ANNA,
    BERTIL,
    CECILIA,
    a_start,
    an_adult,
    an_approval,
    approve_home,
    register,
    somebody,
)

MAY = datetime(2027, 5, 20, 8, tzinfo=UTC)
WEEKEND = {"starts_on": "2027-06-04", "ends_on": "2027-06-06", "children": 1, "age_from": 7, "age_to": 7}
LATER = {**WEEKEND, "starts_on": "2027-07-02", "ends_on": "2027-07-04"}


def as_home(personal_number: str) -> dict[str, Any]:
    return {"roles": ["home"], "personal_number": personal_number, "actor": f"user-{personal_number[-4:]}"}


@pytest.fixture
def network(mentorship: Harness) -> dict[str, str]:
    """Anna's and Bertil's homes have the same mentor; Cecilia's has none."""
    mentorship.now = MAY
    homes = {"mentor": approve_home(mentorship), "anna": approve_home(mentorship, adult=ANNA)}
    homes |= {"bertil": approve_home(mentorship, adult=BERTIL), "cecilia": approve_home(mentorship, adult=CECILIA)}
    mentor = register(mentorship, homes["mentor"])
    for name in ("anna", "bertil"):
        body = {"home_id": homes[name], "mentor_id": mentor["id"]}
        made = mentorship.do("offer_mentorship", body=body)
        mentorship.do("accept_mentorship", mentorship_id=made["id"])
    return homes


def ask(mentorship: Harness, home_id: str, **overrides: Any) -> dict[str, Any]:
    caller = overrides.pop("caller", {})
    return mentorship.do("ask_respite", body={"home_id": home_id, **WEEKEND, **overrides}, **caller)


def given(mentorship: Harness, network: dict[str, str]) -> dict[str, Any]:
    """Bertil's home gives it."""
    asked = ask(mentorship, network["anna"])
    which = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
    mentorship.do("offer_respite", **which)
    return mentorship.do("accept_respite", **which)


class TestAsking:
    def test_r28_the_homes_of_the_network_are_asked_at_once(self, mentorship: Harness, network: dict[str, str]) -> None:
        before = len(mentorship.recorded(HOME_HAS_NEWS))
        asked = ask(mentorship, network["anna"], caller=as_home(ANNA))
        assert (asked["status"], asked["nights"]) == ("asked", 2)
        assert {one["home_id"] for one in asked["offers"]} == {network["mentor"], network["bertil"]}
        told = mentorship.recorded(HOME_HAS_NEWS)[before:]
        assert {(one["home_id"], one["kind"]) for one in told} == {
            (network["mentor"], "respite"),
            (network["bertil"], "respite"),
        }

    def test_each_is_told_of_something_of_its_own_for_of_one_thing_the_newest_news_alone_are_taken(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        asked = ask(mentorship, network["anna"])
        for name in ("mentor", "bertil"):
            which = {"respite_id": asked["id"], "body": {"home_id": network[name]}}
            mentorship.do("offer_respite", **which)
        mentorship.do("accept_respite", **which)
        mentorship.do("cancel_respite", respite_id=asked["id"])
        told = [one for one in mentorship.recorded(HOME_HAS_NEWS) if one["kind"] == "respite"]
        assert Counter(one["home_id"] for one in told) == {
            network["mentor"]: 1,  # asked
            network["bertil"]: 3,  # asked, chosen, not needed after all
            network["anna"]: 2,  # two have offered it
        }
        assert len({one["news_id"] for one in told}) == len({one["home_id"] for one in told})

    def test_those_whose_approval_does_not_allow_it_are_not_asked(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        assert ask(mentorship, network["anna"], age_from=13, age_to=13)["offers"] == []
        assert ask(mentorship, network["anna"], **{**LATER, "children": 3})["offers"] == []

    def test_nor_those_whose_household_has_changed_until_that_has_been_looked_at(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        told = {"home_id": network["bertil"], "adults": [an_adult(BERTIL)]}
        mentorship.react(HOME_CHANGED, a_change(**told, approvals_wait=True))
        asked = ask(mentorship, network["anna"])
        assert [one["home_id"] for one in asked["offers"]] == [network["mentor"]]
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        assert mentorship.code("offer_respite", **call) == (409, "approval_does_not_allow")
        mentorship.react(HOME_CHANGED, a_change(**told, approvals_wait=False))
        mentorship.do("offer_respite", **call)

    def test_nor_those_whose_places_their_own_children_take(self, mentorship: Harness, network: dict[str, str]) -> None:
        children = [a_start(network["bertil"]) for _ in range(2)]
        for child in (*children, a_start(network["mentor"]), a_start(network["mentor"], assignment="contact_family")):
            mentorship.react(PLACEMENT_STARTED, child)
        asked = ask(mentorship, network["anna"])
        assert [one["home_id"] for one in asked["offers"]] == [network["mentor"]]
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        assert mentorship.code("offer_respite", **call) == (409, "approval_does_not_allow")
        moved = {"placement_id": children[0]["placement_id"], "home_id": network["bertil"]}
        mentorship.react(PLACEMENT_ENDED, {**moved, "ends_on": date(2027, 6, 3), "reason": "planned"})
        mentorship.do("offer_respite", **call)
        mentorship.react(PLACEMENT_STARTED, a_start(network["bertil"], starts_on=date(2027, 6, 5)))
        assert mentorship.code("accept_respite", **call) == (409, "approval_does_not_allow")

    def test_nor_those_whose_places_children_of_other_municipalities_take(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        def place(children: int) -> None:
            mentorship.react(OTHERS_CHILDREN_SAID, {"home_id": network["bertil"], "children": children})

        place(2)
        asked = ask(mentorship, network["anna"])
        assert [one["home_id"] for one in asked["offers"]] == [network["mentor"]]
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        assert mentorship.code("offer_respite", **call) == (409, "approval_does_not_allow")
        place(1)
        for name in ("offer_respite", "accept_respite"):
            mentorship.do(name, **call)
        place(2)
        due = mentorship.do("list_deadlines", roles=["coordinator"], query={"kind": "respite_not_allowed"})
        assert [one["subject"]["id"] for one in due["items"]] == [asked["id"]]

    def test_the_same_nights_are_not_asked_for_twice(self, mentorship: Harness, network: dict[str, str]) -> None:
        ask(mentorship, network["anna"])
        body = {"home_id": network["anna"], **WEEKEND, "starts_on": "2027-06-05", "ends_on": "2027-06-07"}
        assert mentorship.code("ask_respite", body=body) == (409, "respite_overlaps")

    def test_two_at_once_ask_once(self, mentorship: Harness, network: dict[str, str]) -> None:
        body = {"home_id": network["anna"], **WEEKEND}
        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(lambda _: mentorship.reply("ask_respite", body=body), range(2)))
        assert [reply["fault"]["code"] for reply in replies if "fault" in reply] == ["respite_overlaps"]

    def test_a_home_has_a_weekend_a_month_unless_the_coordinator_gives_more(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        ask(mentorship, network["anna"], caller=as_home(ANNA))
        second = {"home_id": network["anna"], **WEEKEND, "starts_on": "2027-06-11", "ends_on": "2027-06-12"}
        assert mentorship.code("ask_respite", body=second, **as_home(ANNA)) == (409, "respite_nights_used")
        assert mentorship.do("ask_respite", body=second)["nights"] == 1
        assert ask(mentorship, network["anna"], **LATER, caller=as_home(ANNA))["nights"] == 2

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"ends_on": "2027-06-04"}, "respite_in_order"),
            ({"ends_on": "2027-08-04"}, "respite_too_long"),
            ({"age_from": 8}, "ages_in_order"),
            ({"starts_on": "2027-05-19"}, "respite_passed"),
            ({"child": "Maja"}, "unknown_field"),
        ],
    )
    def test_what_is_wrong_is_named(
        self, mentorship: Harness, network: dict[str, str], wrong: dict[str, Any], code: str
    ) -> None:
        fault = mentorship.refusal("ask_respite", body={"home_id": network["anna"], **WEEKEND, **wrong})
        assert [problem["code"] for problem in fault["errors"]] == [code]

    def test_nobody_asks_for_another_home(self, mentorship: Harness, network: dict[str, str]) -> None:
        body = {"home_id": network["bertil"], **WEEKEND}
        assert mentorship.code("ask_respite", body=body, **as_home(ANNA)) == (422, "invalid_input")


class TestGiving:
    def test_it_is_offered_accepted_and_given_and_what_is_paid_is_told(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        asked = ask(mentorship, network["anna"], caller=as_home(ANNA))
        which = {"respite_id": asked["id"]}
        by_bertil = {"home_id": network["bertil"]}
        mentorship.do("offer_respite", body=by_bertil, **which, **as_home(BERTIL))
        accepted = mentorship.do("accept_respite", body=by_bertil, **which, **as_home(ANNA))
        assert (accepted["status"], accepted["giving_home_id"]) == ("accepted", network["bertil"])
        assert {one["home_id"]: one["status"] for one in accepted["offers"]} == {
            network["bertil"]: "accepted",
            network["mentor"]: "not_needed",
        }
        assert mentorship.code("complete_respite", **which) == (409, "respite_not_over")
        mentorship.now = datetime(2027, 6, 6, 18, tzinfo=UTC)
        assert mentorship.do("complete_respite", **which)["status"] == "done"
        assert mentorship.recorded(RESPITE_COMPLETED) == [
            {
                "respite_id": asked["id"],
                "home_id": network["bertil"],
                "asking_home_id": network["anna"],
                "starts_on": date(2027, 6, 4),
                "ends_on": date(2027, 6, 6),
                "nights": 2,
                "children": 1,
            }
        ]
        assert mentorship.code("complete_respite", **which) == (409, "respite_not_accepted")

    def test_what_nobody_has_offered_is_not_accepted(self, mentorship: Harness, network: dict[str, str]) -> None:
        asked = ask(mentorship, network["anna"])
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        assert mentorship.code("accept_respite", **call) == (409, "respite_not_offered")

    def test_whoever_answers_twice_is_told_so(self, mentorship: Harness, network: dict[str, str]) -> None:
        asked = ask(mentorship, network["anna"], caller=as_home(ANNA))
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        mentorship.do("offer_respite", **call, **as_home(BERTIL))
        told = len(mentorship.recorded(HOME_HAS_NEWS))
        assert mentorship.code("offer_respite", **call, **as_home(BERTIL)) == (409, "respite_offered")
        assert len(mentorship.recorded(HOME_HAS_NEWS)) == told
        accepted = mentorship.do("accept_respite", **call, **as_home(ANNA))
        assert mentorship.code("accept_respite", **call, **as_home(ANNA)) == (409, "respite_taken")
        by_mentor = {"respite_id": asked["id"], "body": {"home_id": network["mentor"]}}
        assert mentorship.code("offer_respite", **by_mentor) == (409, "respite_taken")
        assert mentorship.do("get_respite", respite_id=asked["id"], **as_home(ANNA)) == accepted

    def test_after_its_first_day_only_the_coordinator_answers(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        asked = ask(mentorship, network["anna"], caller=as_home(ANNA))
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        mentorship.now = datetime(2027, 6, 5, 8, tzinfo=UTC)
        assert mentorship.code("offer_respite", **call, **as_home(BERTIL)) == (409, "respite_begun")
        mentorship.do("offer_respite", **call)
        assert mentorship.code("accept_respite", **call, **as_home(ANNA)) == (409, "respite_begun")
        assert mentorship.do("accept_respite", **call)["status"] == "accepted"

    def test_the_coordinator_names_a_home_outside_of_the_network_whose_approval_allows_it(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        asked = ask(mentorship, network["anna"])
        which = {"respite_id": asked["id"], "body": {"home_id": network["cecilia"]}}
        assert mentorship.code("offer_respite", **which, **as_home(CECILIA)) == (404, "not_found")
        offered = mentorship.do("offer_respite", **which)
        assert network["cecilia"] in [one["home_id"] for one in offered["offers"] if one["status"] == "offered"]
        narrow = approve_home(mentorship, age_to=6)
        call = {"respite_id": asked["id"], "body": {"home_id": narrow}}
        assert mentorship.code("offer_respite", **call) == (409, "approval_does_not_allow")

    def test_a_home_does_not_give_it_to_itself(self, mentorship: Harness, network: dict[str, str]) -> None:
        asked = ask(mentorship, network["anna"])
        call = {"respite_id": asked["id"], "body": {"home_id": network["anna"]}}
        assert mentorship.code("offer_respite", **call) == (409, "approval_does_not_allow")

    def test_who_gives_it_in_the_same_nights_already_does_not_give_it_again(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        given(mentorship, network)
        asked = ask(mentorship, network["mentor"])
        call = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        assert mentorship.code("offer_respite", **call) == (409, "respite_overlaps")

    @pytest.mark.parametrize("event", [APPROVAL_SUSPENDED, APPROVAL_REVOKED], ids=lambda event: event.name)
    def test_whose_approval_does_not_hold_any_more_is_not_chosen(
        self, mentorship: Harness, network: dict[str, str], event: Event
    ) -> None:
        approval = an_approval(adults=[an_adult(somebody())])
        mentorship.react(HOME_APPROVED, approval)
        asked = ask(mentorship, network["anna"])
        call = {"respite_id": asked["id"], "body": {"home_id": approval["home_id"]}}
        mentorship.do("offer_respite", **call)
        lost = {"approval_id": approval["approval_id"], "home_id": approval["home_id"], "on": MAY.date()}
        mentorship.react(event, lost)
        assert mentorship.code("accept_respite", **call, **as_home(ANNA)) == (409, "approval_does_not_allow")
        assert mentorship.do("get_respite", respite_id=asked["id"])["status"] == "asked"

    def test_who_gives_it_in_these_nights_meanwhile_needs_none_of_its_own(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        own, others = ask(mentorship, network["anna"]), ask(mentorship, network["bertil"])
        gives = {"respite_id": others["id"], "body": {"home_id": network["anna"]}}
        takes = {"respite_id": own["id"], "body": {"home_id": network["mentor"]}}
        for call in (gives, takes):
            mentorship.do("offer_respite", **call)
        mentorship.do("accept_respite", **gives)
        assert mentorship.code("accept_respite", **takes) == (409, "respite_overlaps")

    def test_nights_that_were_given_are_not_cancelled_by_the_home_that_had_them(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        which = {"respite_id": given(mentorship, network)["id"]}
        mentorship.now = datetime(2027, 6, 5, 8, tzinfo=UTC)
        assert mentorship.code("cancel_respite", **which, **as_home(ANNA)) == (409, "respite_begun")
        assert mentorship.do("cancel_respite", **which)["status"] == "cancelled"

    def test_what_nobody_gave_is_cancelled_by_the_home_that_asked_at_any_time(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        asked = ask(mentorship, network["anna"])
        mentorship.now = datetime(2027, 6, 7, 8, tzinfo=UTC)
        cancelled = mentorship.do("cancel_respite", respite_id=asked["id"], **as_home(ANNA))
        assert cancelled["status"] == "cancelled"

    def test_of_two_that_are_accepted_at_once_one_home_gives_one(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        one, two = ask(mentorship, network["anna"]), ask(mentorship, network["mentor"])
        body = {"home_id": network["bertil"]}
        for asked in (one, two):
            mentorship.do("offer_respite", respite_id=asked["id"], body=body)
        with ThreadPoolExecutor(2) as pool:
            replies = list(
                pool.map(
                    lambda asked: mentorship.reply("accept_respite", respite_id=asked["id"], body=body), (one, two)
                )
            )
        assert [reply["fault"]["code"] for reply in replies if "fault" in reply] == ["respite_overlaps"]

    def test_only_the_home_that_asked_chooses_and_cancels(self, mentorship: Harness, network: dict[str, str]) -> None:
        asked = ask(mentorship, network["anna"])
        which = {"respite_id": asked["id"]}
        body = {"home_id": network["bertil"]}
        mentorship.do("offer_respite", body=body, **which)
        assert mentorship.code("accept_respite", body=body, **which, **as_home(BERTIL)) == (403, "not_the_asking_home")
        assert mentorship.code("cancel_respite", **which, **as_home(BERTIL)) == (403, "not_the_asking_home")
        assert mentorship.do("cancel_respite", **which, **as_home(ANNA))["status"] == "cancelled"
        assert mentorship.code("accept_respite", body=body, **which) == (409, "respite_not_open")


class TestNotAllowedAnyMore:
    """Accepted respite reaches the coordinator when the home that was chosen may not give it any more."""

    def listed(self, mentorship: Harness, **caller: Any) -> list[tuple[str, str]]:
        call = {"roles": ["coordinator"], **caller, "query": {"kind": "respite_not_allowed"}}
        items = mentorship.do("list_deadlines", **call)["items"]
        return [(one["subject"]["id"], one["due_on"]) for one in items]

    @pytest.fixture
    def lost(self, mentorship: Harness, network: dict[str, str]) -> dict[str, Any]:
        """What is said of the approval by which Bertil's home gives it."""
        approval = an_approval(home_id=network["bertil"], adults=[an_adult(BERTIL)], age_from=13, age_to=15)
        mentorship.react(HOME_APPROVED, approval)
        asked = ask(mentorship, network["anna"], age_from=13, age_to=13)
        which = {"respite_id": asked["id"], "body": {"home_id": network["bertil"]}}
        mentorship.do("offer_respite", **which)
        mentorship.do("accept_respite", **which)
        return {"approval_id": approval["approval_id"], "home_id": network["bertil"], "on": MAY.date()}

    @pytest.mark.parametrize("event", [APPROVAL_SUSPENDED, APPROVAL_REVOKED], ids=lambda event: event.name)
    def test_because_the_approval_by_which_it_gives_it_does_not_hold(
        self, mentorship: Harness, lost: dict[str, Any], event: Event
    ) -> None:
        assert self.listed(mentorship) == []
        mentorship.react(event, lost)
        ((respite_id, due_on),) = self.listed(mentorship)
        assert due_on == "2027-06-04"
        assert self.listed(mentorship, roles=["caseworker"]) == []
        assert self.listed(mentorship, tenant=mentorship.new_tenant()) == []
        mentorship.do("cancel_respite", respite_id=respite_id)
        assert self.listed(mentorship) == []

    def test_because_its_household_has_changed_until_that_has_been_looked_at(
        self, mentorship: Harness, lost: dict[str, Any]
    ) -> None:
        told = {"home_id": lost["home_id"], "adults": [an_adult(BERTIL)]}
        mentorship.react(HOME_CHANGED, a_change(**told, approvals_wait=True))
        assert [due_on for _, due_on in self.listed(mentorship)] == ["2027-06-04"]
        mentorship.react(HOME_CHANGED, a_change(**told, approvals_wait=False))
        assert self.listed(mentorship) == []

    def test_because_children_have_moved_in_and_not_when_it_is_over(
        self, mentorship: Harness, lost: dict[str, Any]
    ) -> None:
        for starts_on in (date(2027, 6, 1), date(2027, 6, 5)):
            assert self.listed(mentorship) == []
            mentorship.react(PLACEMENT_STARTED, a_start(lost["home_id"], starts_on=starts_on))
        mentorship.now = datetime(2027, 6, 5, 8, tzinfo=UTC)
        assert len(self.listed(mentorship)) == 1
        mentorship.now = datetime(2027, 6, 6, 8, tzinfo=UTC)
        assert self.listed(mentorship) == []

    def test_because_somebody_lives_in_both_homes_by_now(self, mentorship: Harness, lost: dict[str, Any]) -> None:
        adults = [an_adult(BERTIL), an_adult(ANNA)]
        mentorship.react(HOME_CHANGED, a_change(home_id=lost["home_id"], adults=adults))
        assert len(self.listed(mentorship)) == 1

    def test_because_the_home_is_known_no_more(self, mentorship: Harness, lost: dict[str, Any]) -> None:
        mentorship.react(HOME_WEEDED, a_weeding(lost["home_id"]))
        assert len(self.listed(mentorship)) == 1


class TestWhoSeesWhat:
    def test_a_home_sees_first_names_and_of_the_others_that_were_asked_nothing(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        ask(mentorship, network["anna"])
        (seen,) = mentorship.do("list_respite", **as_home(BERTIL))["items"]
        assert seen["home_name"] == "Anna"
        assert [one["home_id"] for one in seen["offers"]] == [network["bertil"]]
        (own,) = mentorship.do("list_respite", **as_home(ANNA))["items"]
        assert {one["name"] for one in own["offers"]} == {"Anna"}
        assert own["home_name"] == "Anna Andersson"
        assert mentorship.do("list_respite", **as_home(CECILIA))["total"] == 0

    def test_it_waits_for_the_coordinator_to_be_confirmed_when_it_is_over(
        self, mentorship: Harness, network: dict[str, str]
    ) -> None:
        given(mentorship, network)
        assert mentorship.do("view_waiting", roles=["coordinator"])["items"] == []
        mentorship.now = datetime(2027, 6, 6, 8, tzinfo=UTC)
        (waits,) = mentorship.do("view_waiting", roles=["coordinator"])["items"]
        assert (waits["kind"], waits["oldest"]) == ("respite_to_confirm", "2027-06-05T22:00:00Z")
