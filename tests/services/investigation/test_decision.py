"""R14, two people: one proposes, another decides; and what is recorded for the other services."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from services.investigation.contract.events import HOME_APPROVED
from services.kernel.testing import Harness
from tests.services.investigation.conftest import (
    ANNA,
    BO,
    REJECTION,
    a_proposal,
    an_application,
    make_ready,
    open_one,
)

APPROVE = {"outcome": "approve", "reasons": "As proposed."}
REJECT = {"outcome": "reject", "reasons": "As proposed."}
RETURN = {"outcome": "return", "reasons": "Ask the school."}


def propose(harness: Harness, investigation_id: str, **call: Any) -> dict[str, Any]:
    return harness.do(
        "propose_decision", **{"investigation_id": investigation_id, "body": a_proposal(), "actor": "ivar", **call}
    )


def decide_call(proposed: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    return {"investigation_id": proposed["id"], "body": APPROVE, "actor": "dagny", **overrides}


CHILD = {"child_name": "Cecilia Carlsson", "child_personal_number": "201701012393"}


class TestProposeDecision:
    def test_a_proposal_shows_its_bounds_and_waits_for_a_decision(
        self, investigation: Harness, ready: dict[str, Any]
    ) -> None:
        assert ready["blockers"] == []
        proposed = propose(investigation, ready["id"])
        assert (proposed["status"], proposed["decision"]) == ("proposed", None)
        assert proposed["proposal"] == {
            "outcome": "approve",
            "assignments": ["family_home"],
            "age_from": 0,
            "age_to": 12,
            "places": 2,
            "child_name": None,
            "child_personal_number": None,
            "conditions": "No pets.",
            "valid_until": "2028-05-31",
            "reasons": "A calm home with room and time.",
            "suited_for": ["child"],
            "experience": None,
            "why_near": "",
            "investigated_by": "own",
            "board": None,
            "proposed_by": "ivar",
            "proposed_at": "2026-05-02T09:00:00Z",
        }

    def test_an_approval_is_refused_with_what_stands_in_its_way(self, investigation: Harness) -> None:
        opened = open_one(investigation, household_complete=False)
        made = make_ready(investigation, opened)
        fault = investigation.refusal("propose_decision", investigation_id=made["id"], body=a_proposal())
        assert (fault["status"], fault["code"]) == (409, "investigation_blocked")
        assert fault["extra"] == {"blockers": made["blockers"]}
        assert [blocker["code"] for blocker in fault["extra"]["blockers"]] == ["household_incomplete"]
        assert investigation.do("get_investigation", investigation_id=made["id"]) == made

    def test_a_rejection_may_be_proposed_whatever_is_missing(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        proposed = propose(investigation, opened["id"], body=REJECTION)
        assert proposed["status"] == "proposed"
        assert (proposed["proposal"]["assignments"], proposed["proposal"]["places"]) == ([], None)

    def test_a_network_home_is_for_a_named_child(self, investigation: Harness, ready: dict[str, Any]) -> None:
        body = a_proposal(assignments=["network_home"], **CHILD)
        proposal = propose(investigation, ready["id"], body=body)["proposal"]
        assert {name: proposal[name] for name in CHILD} == CHILD
        investigation.do("decide_investigation", **decide_call(ready))
        (recorded,) = investigation.recorded(HOME_APPROVED)
        assert {name: recorded[name] for name in CHILD} == CHILD

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"assignments": []}, "/assignments"),
            ({"assignments": ["palace"]}, "/assignments/0"),
            ({"age_from": 13}, "/age_from"),
            ({"age_to": None}, "/age_to"),
            ({"age_from": -1}, "/age_from"),
            ({"places": 0}, "/places"),
            ({"places": None}, "/places"),
            ({"valid_until": None}, "/valid_until"),
            ({"valid_until": "2026-05-02"}, "/valid_until"),
            ({"valid_until": "2031-05-03"}, "/valid_until"),
            ({"assignments": ["network_home"]}, "/child_name"),
            ({"assignments": ["network_home"], "child_name": "Cecilia Carlsson"}, "/child_personal_number"),
            ({"child_name": "Cecilia Carlsson"}, "/child_name"),
            ({"child_personal_number": "201701012393"}, "/child_personal_number"),
            ({"outcome": "reject", "reasons": " "}, "/reasons"),
            ({"outcome": "return"}, "/outcome"),
        ],
    )
    def test_wrong_input_is_pointed_at_and_changes_nothing(
        self, investigation: Harness, ready: dict[str, Any], wrong: dict[str, Any], pointer: str
    ) -> None:
        fault = investigation.refusal("propose_decision", investigation_id=ready["id"], body=a_proposal(**wrong))
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert [problem["pointer"] for problem in fault["errors"]] == [pointer]
        assert investigation.do("get_investigation", investigation_id=ready["id"]) == ready

    def test_a_municipality_may_want_shorter_approvals(self, investigation: Harness) -> None:
        strict = investigation.new_tenant(approval_years=1)
        opened = open_one(investigation, tenant=strict)
        call = {"investigation_id": opened["id"], "body": a_proposal(valid_until="2027-05-03"), "tenant": strict}
        assert investigation.code("propose_decision", **call) == (422, "invalid_input")
        call["body"] = a_proposal(valid_until="2027-05-02")
        assert investigation.code("propose_decision", **call) == (409, "investigation_blocked")

    def test_what_is_proposed_can_not_be_proposed_again(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        call = {"investigation_id": proposed["id"], "body": a_proposal()}
        assert investigation.code("propose_decision", **call) == (409, "investigation_not_open")

    def test_ten_at_once_propose_once(self, investigation: Harness, ready: dict[str, Any]) -> None:
        call = {"investigation_id": ready["id"], "body": a_proposal()}
        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(lambda _: investigation.reply("propose_decision", **call), range(10)))
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"investigation_not_open"}

    def test_the_same_key_twice_proposes_once(self, investigation: Harness, ready: dict[str, Any]) -> None:
        first = propose(investigation, ready["id"], idempotency_key="k")
        assert propose(investigation, ready["id"], idempotency_key="k") == first

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, ready: dict[str, Any]) -> None:
        call = {"investigation_id": ready["id"], "body": a_proposal(), "tenant": investigation.new_tenant()}
        assert investigation.code("propose_decision", **call) == (404, "not_found")

    def test_a_decider_may_not_propose(self, investigation: Harness, ready: dict[str, Any]) -> None:
        call = {"investigation_id": ready["id"], "body": a_proposal(), "roles": ["decider"]}
        assert investigation.code("propose_decision", **call) == (403, "missing_role")


class TestDecideInvestigation:
    def test_an_approval_is_recorded_for_the_other_services(self, investigation: Harness) -> None:
        application = an_application(protected_identity=True)
        bo, anna = application["adults"]
        opened = make_ready(investigation, open_one(investigation, **application))
        propose(investigation, opened["id"])
        investigation.now = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)  # 1 June 00:30 in Sweden
        right = {"roles": ["decider", "protected"], "reason": "The decision."}
        approved = investigation.do("decide_investigation", **{**decide_call(opened), **right})
        assert (approved["status"], approved["blockers"]) == ("approved", [])
        assert approved["decision"] == {
            "outcome": "approve",
            "reasons": "As proposed.",
            "decided_by": "dagny",
            "decided_at": "2026-05-31T22:30:00Z",
            "told_on": None,
            "told_by": None,
            "told_way": None,
        }
        (recorded,) = investigation.recorded(HOME_APPROVED)
        approval_id = recorded.pop("approval_id")
        assert stored_approvals(investigation) == [(approval_id, opened["id"], application["home_id"])]
        assert json.loads(json.dumps(recorded, default=str)) == {
            "investigation_id": opened["id"],
            "application_id": application["application_id"],
            "home_id": application["home_id"],
            "assignments": ["family_home"],
            "age_from": 0,
            "age_to": 12,
            "places": 2,
            "child_name": None,
            "child_personal_number": None,
            "conditions": "No pets.",
            "decided_on": "2026-06-01",
            "valid_until": "2028-05-31",
            "adults": [anna, bo],
            "position": {"latitude": 59.27, "longitude": 15.21},
            "languages": ["sv", "ar"],
            "protected_identity": True,
        }

    def test_nothing_personal_is_recorded_in_clear_text(self, investigation: Harness, ready: dict[str, Any]) -> None:
        body = a_proposal(assignments=["network_home"], **CHILD)
        propose(investigation, ready["id"], body=body)
        investigation.do("decide_investigation", **decide_call(ready))
        with psycopg.connect(investigation.relay_url) as connection:
            query = "select envelope::text from outbox where tenant = %s"
            envelope = "\n".join(text for (text,) in connection.execute(query, (investigation.tenant,)))
        for secret in (ANNA, BO, "Andersson", "Berg", "Carlsson", "pets", "59.27"):
            assert secret not in envelope

    def test_a_home_without_a_position_is_recorded_without(self, investigation: Harness) -> None:
        opened = make_ready(investigation, open_one(investigation, position=None))
        propose(investigation, opened["id"])
        investigation.do("decide_investigation", **decide_call(opened))
        (recorded,) = investigation.recorded(HOME_APPROVED)
        assert recorded["position"] is None

    def test_who_proposed_may_not_decide(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        for body in (APPROVE, RETURN):
            call = decide_call(proposed, actor="ivar", body=body, roles=["investigator", "decider"])
            assert investigation.code("decide_investigation", **call) == (403, "proposer_may_not_decide")
        assert investigation.recorded(HOME_APPROVED) == []

    def test_another_investigator_without_the_role_may_not_either(
        self, investigation: Harness, proposed: dict[str, Any]
    ) -> None:
        call = decide_call(proposed, actor="inga", roles=["investigator"])
        assert investigation.code("decide_investigation", **call) == (403, "missing_role")

    def test_a_decision_that_differs_from_the_proposal_is_refused(
        self, investigation: Harness, proposed: dict[str, Any]
    ) -> None:
        differs = (409, "decision_differs_from_proposal")
        assert investigation.code("decide_investigation", **decide_call(proposed, body=REJECT)) == differs
        investigation.do("decide_investigation", **decide_call(proposed, body=RETURN))
        propose(investigation, proposed["id"], body=REJECTION)
        assert investigation.code("decide_investigation", **decide_call(proposed)) == differs
        assert investigation.recorded(HOME_APPROVED) == []

    def test_a_rejection_states_its_reasons_and_approves_nothing(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        propose(investigation, opened["id"], body=REJECTION)
        silent = decide_call(opened, body={"outcome": "reject", "reasons": ""})
        fault = investigation.refusal("decide_investigation", **silent)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/reasons"]
        rejected = investigation.do("decide_investigation", **decide_call(opened, body=REJECT))
        assert (rejected["status"], rejected["decision"]["reasons"]) == ("rejected", "As proposed.")
        assert investigation.recorded(HOME_APPROVED) == []
        assert stored_approvals(investigation) == []

    def test_a_return_opens_the_investigation_again_and_says_why(
        self, investigation: Harness, proposed: dict[str, Any]
    ) -> None:
        returned = investigation.do("decide_investigation", **decide_call(proposed, body=RETURN))
        assert (returned["status"], returned["decision"]["reasons"]) == ("open", "Ask the school.")
        again = propose(investigation, proposed["id"], body=a_proposal(places=1))
        assert (again["proposal"]["places"], again["decision"]) == (1, None)
        investigation.do("decide_investigation", **decide_call(proposed))
        (recorded,) = investigation.recorded(HOME_APPROVED)
        assert recorded["places"] == 1

    def test_a_check_that_has_grown_too_old_since_the_proposal_blocks_the_approval(
        self, investigation: Harness, proposed: dict[str, Any]
    ) -> None:
        investigation.now = datetime(2026, 11, 2, 8, tzinfo=UTC)  # the checks were good until 1 November
        fault = investigation.refusal("decide_investigation", **decide_call(proposed))
        assert (fault["status"], fault["code"]) == (409, "investigation_blocked")
        codes = [blocker["code"] for blocker in fault["extra"]["blockers"]]
        assert codes == ["register_check_outdated"] * 10
        assert investigation.recorded(HOME_APPROVED) == []
        assert investigation.do("decide_investigation", **decide_call(proposed, body=RETURN))["status"] == "open"

    def test_a_last_day_that_has_come_since_the_proposal_can_not_be_approved(
        self, investigation: Harness, ready: dict[str, Any]
    ) -> None:
        propose(investigation, ready["id"], body=a_proposal(valid_until="2026-05-04"))
        investigation.now = datetime(2026, 5, 4, 8, tzinfo=UTC)
        assert investigation.code("decide_investigation", **decide_call(ready)) == (409, "proposal_outdated")

    def test_without_a_proposal_there_is_nothing_to_decide(self, investigation: Harness, ready: dict[str, Any]) -> None:
        assert investigation.code("decide_investigation", **decide_call(ready)) == (409, "investigation_not_proposed")

    def test_what_is_decided_is_not_decided_again(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        investigation.do("decide_investigation", **decide_call(proposed))
        refused = (409, "investigation_not_proposed")
        assert investigation.code("decide_investigation", **decide_call(proposed, body=RETURN)) == refused
        call = {"investigation_id": proposed["id"], "body": a_proposal()}
        assert investigation.code("propose_decision", **call) == (409, "investigation_not_open")

    def test_ten_at_once_decide_once(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        with ThreadPoolExecutor(10) as pool:
            replies = list(
                pool.map(
                    lambda number: investigation.reply(
                        "decide_investigation", **decide_call(proposed, actor=f"dagny-{number}")
                    ),
                    range(10),
                )
            )
        assert sum("body" in reply for reply in replies) == 1
        assert len(investigation.recorded(HOME_APPROVED)) == 1
        assert len(stored_approvals(investigation)) == 1

    def test_the_same_key_twice_decides_once(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        first = investigation.do("decide_investigation", **decide_call(proposed), idempotency_key="k")
        assert investigation.do("decide_investigation", **decide_call(proposed), idempotency_key="k") == first
        assert len(investigation.recorded(HOME_APPROVED)) == 1

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        call = decide_call(proposed, tenant=investigation.new_tenant())
        assert investigation.code("decide_investigation", **call) == (404, "not_found")


def stored_approvals(harness: Harness) -> list[tuple[Any, ...]]:
    """The approvals that the database holds of the test's municipality."""
    with psycopg.connect(harness.owner_url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, true)", (harness.tenant,))
        rows = connection.execute("select t::text, id, investigation_id, home_id from approval t").fetchall()
    assert all("pets" not in row[0] for row in rows)
    return [row[1:] for row in rows]
