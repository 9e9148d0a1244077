"""Staff and children whose identity is protected: said here of the one, heard of the other."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import STAFF_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.placement.contract.events import PLACED_PERSON_CHANGED
from tests.services.investigation.conftest import BO, a_proposal, make_ready, open_one

RIGHT: dict[str, Any] = {"roles": ["admin", "protected"], "reason": "The yearly check."}


def protect(investigation: Harness, actor: str = "ivar", *, is_protected: bool = True, **call: Any) -> dict[str, Any]:
    body = {"actor": actor, "protected_identity": is_protected}
    return investigation.do("protect_staff", body=body, **call)


class TestProtectStaff:
    def test_who_has_done_something_is_said_no_more_and_the_others_learn_it(
        self, investigation: Harness, proposed: dict[str, Any]
    ) -> None:
        said = protect(investigation)
        assert said["protected_identity"] is True
        shown = investigation.do("get_investigation", investigation_id=proposed["id"])
        assert shown["proposal"]["proposed_by"] is None
        assert {check["recorded_by"] for check in shown["register_checks"]} == {None}
        (told,) = investigation.recorded(STAFF_CHANGED)
        assert told == {"staff_id": said["id"], "actor": "ivar", "protected_identity": True}

    def test_two_people_are_still_needed(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        protect(investigation)
        call = {"investigation_id": proposed["id"], "body": {"outcome": "approve", "reasons": ""}}
        assert investigation.code("decide_investigation", actor="ivar", **call) == (403, "proposer_may_not_decide")

    def test_it_can_be_ended_and_said_again_of_the_same_person(self, investigation: Harness) -> None:
        ids = {protect(investigation, is_protected=one)["id"] for one in (True, False, True, True)}
        assert len(ids) == 1
        (item,) = investigation.do("list_protected_staff")["items"]
        assert (item["actor"], item["protected_identity"]) == (None, True)
        (opened,) = investigation.do("list_protected_staff", **RIGHT)["items"]
        assert opened["actor"] == "ivar"

    def test_two_at_once_are_one_person(self, investigation: Harness) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: protect(investigation), range(4)))
        assert investigation.do("list_protected_staff")["total"] == 1

    def test_what_travels_does_not_say_who_it_is(self, investigation: Harness) -> None:
        protect(investigation, "ivar-markor")
        with psycopg.connect(investigation.relay_url) as connection:
            query = "select envelope::text from outbox where tenant = %s"
            envelopes = connection.execute(query, (investigation.tenant,)).fetchall()
        assert len(envelopes) == 1
        assert "ivar-markor" not in envelopes[0][0]

    def test_only_an_administrator_of_the_municipality_says_it(self, investigation: Harness) -> None:
        body = {"actor": "ivar", "protected_identity": True}
        assert investigation.code("protect_staff", body=body, roles=["investigator"]) == (403, "missing_role")
        protect(investigation)
        assert investigation.do("list_protected_staff", tenant=investigation.new_tenant())["total"] == 0

    @pytest.mark.parametrize("body", [{}, {"actor": ""}, {"actor": "x" * 201}, {"protected_identity": "yes"}])
    def test_wrong_input_changes_nothing(self, investigation: Harness, body: dict[str, Any]) -> None:
        assert investigation.code("protect_staff", body=body)[0] == 422
        assert investigation.do("list_protected_staff")["total"] == 0


class TestAPlacedChild:
    @pytest.fixture
    def for_a_child(self, investigation: Harness) -> dict[str, Any]:
        """A proposal of a network home for a child who has a placement request."""
        ready = make_ready(investigation, open_one(investigation))
        child = {"child_name": "Kim Carlsson", "child_personal_number": BO}
        proposal = a_proposal(assignments=["network_home"], **child)
        return investigation.do("propose_decision", investigation_id=ready["id"], body=proposal, actor="ivar")

    def shown(self, investigation: Harness, opened: dict[str, Any], **call: Any) -> dict[str, Any]:
        proposal = investigation.do("get_investigation", investigation_id=opened["id"], **call)["proposal"]
        return {name: proposal[name] for name in ("child_name", "child_personal_number", "reasons")}

    def hear(self, investigation: Harness, request_id: str, *, is_protected: bool) -> None:
        heard = {"placement_request_id": request_id, "personal_number": BO, "protected_identity": is_protected}
        investigation.react(PLACED_PERSON_CHANGED, heard)

    def test_whose_identity_is_protected_later_is_named_no_more(
        self, investigation: Harness, for_a_child: dict[str, Any]
    ) -> None:
        before, request_id = self.shown(investigation, for_a_child), new_id()
        assert before["child_name"] == "Kim Carlsson"
        self.hear(investigation, request_id, is_protected=True)
        assert set(self.shown(investigation, for_a_child).values()) == {None}
        right: dict[str, Any] = {"roles": ["investigator", "protected"], "reason": "So."}
        assert self.shown(investigation, for_a_child, **right) == before
        self.hear(investigation, request_id, is_protected=False)
        assert self.shown(investigation, for_a_child) == before

    def test_is_not_named_in_the_feed_either(self, investigation: Harness, for_a_child: dict[str, Any]) -> None:
        body = {"outcome": "approve", "reasons": ""}
        investigation.do("decide_investigation", investigation_id=for_a_child["id"], body=body, actor="dagny")
        investigation.tell()
        call: dict[str, Any] = {"roles": ["integration", "personal"]}

        def opened() -> list[bool]:
            items = investigation.do("read_events", **call)["items"]
            return ["child_name" in item["data"] for item in items if "home_approved" in item["type"]]

        assert opened() == [True]
        self.hear(investigation, new_id(), is_protected=True)
        assert opened() == [False]
