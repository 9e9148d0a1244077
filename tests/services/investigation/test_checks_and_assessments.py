"""R11, R12: recording what registers answered, and assessing the seven areas."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from services.kernel.testing import Harness
from tests.services.investigation.conftest import CLEAR, MET, REMARK, a_proposal, open_one


def check_call(opened: dict[str, Any], *, place: int = 0, **overrides: Any) -> dict[str, Any]:
    """A call that records a check, of the version that is there."""
    check_id = opened["register_checks"][place]["id"]
    return {"investigation_id": opened["id"], "check_id": check_id, "body": CLEAR, "if_match": "*", **overrides}


def area_call(opened: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    return {"investigation_id": opened["id"], "area": "housing", "body": MET, "if_match": "*", **overrides}


class TestRecordRegisterCheck:
    def test_a_recorded_check_shows_its_outcome_and_how_long_it_is_good(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        etag = investigation.etag("get_investigation", investigation_id=opened["id"])
        call = check_call(opened, body=REMARK, if_match=etag, actor="ivar")
        recorded = investigation.do("record_register_check", **call)["register_checks"][0]
        assert recorded == {
            "id": opened["register_checks"][0]["id"],
            "adult_id": opened["adults"][0]["id"],
            "register": "police",
            "status": "remark",
            "due_on": None,
            "checked_on": "2026-05-01",
            "valid_until": "2026-11-01",
            "assessment": "A fine for speeding.",
            "recorded_by": "ivar",
            "way": "hand",
            "requested_at": None,
        }

    def test_a_check_is_expired_on_the_day_after_its_last(self, investigation: Harness, opened: dict[str, Any]) -> None:
        investigation.do("record_register_check", **check_call(opened))
        for now, status in (
            (datetime(2026, 11, 1, 22, 59, tzinfo=UTC), "clear"),  # 1 November 23:59 in Sweden
            (datetime(2026, 11, 1, 23, 0, tzinfo=UTC), "expired"),  # 2 November 00:00 in Sweden
        ):
            investigation.now = now
            read = investigation.do("get_investigation", investigation_id=opened["id"])
            assert read["register_checks"][0]["status"] == status
        assert read["blockers"][0]["code"] == "register_check_outdated"

    def test_a_municipality_may_want_fresher_checks(self, investigation: Harness) -> None:
        strict = investigation.new_tenant(register_check_months=1)
        opened = open_one(investigation, tenant=strict)
        recorded = investigation.do("record_register_check", **check_call(opened, tenant=strict))
        assert recorded["register_checks"][0]["valid_until"] == "2026-06-01"

    def test_a_later_outcome_replaces_the_earlier_which_is_kept(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        failed = {**CLEAR, "status": "failed", "checked_on": "2026-04-20"}
        investigation.do("record_register_check", **check_call(opened, body=failed, actor="ivar"))
        later = investigation.do("record_register_check", **check_call(opened, body=REMARK, actor="inga"))
        first = later["register_checks"][0]
        assert (first["status"], first["recorded_by"], first["valid_until"]) == ("remark", "inga", "2026-11-01")
        kept = rows(
            investigation, "select recorded_by, checked_on::text, valid_until::text from replaced_register_check"
        )
        assert kept == [("ivar", "2026-04-20", "2026-04-20")]

    @pytest.mark.parametrize(
        ("wrong", "pointer"),
        [
            ({"checked_on": "2026-05-03"}, "/checked_on"),
            ({"checked_on": "yesterday"}, "/checked_on"),
            ({"status": "remark", "assessment": " "}, "/assessment"),
            ({"status": "pending"}, "/status"),
            ({"assessment": "x" * 10_001}, "/assessment"),
            ({"extract": "…"}, "/extract"),
        ],
    )
    def test_wrong_input_is_pointed_at_and_changes_nothing(
        self, investigation: Harness, opened: dict[str, Any], wrong: dict[str, str], pointer: str
    ) -> None:
        fault = investigation.refusal("record_register_check", **check_call(opened, body={**CLEAR, **wrong}))
        assert (fault["status"], fault["code"]) == (422, "invalid_input")
        assert [problem["pointer"] for problem in fault["errors"]] == [pointer]
        assert investigation.do("get_investigation", investigation_id=opened["id"]) == opened

    def test_it_demands_the_version_that_was_read(self, investigation: Harness, opened: dict[str, Any]) -> None:
        etag = investigation.etag("get_investigation", investigation_id=opened["id"])
        none = check_call(opened, if_match=None)
        assert investigation.code("record_register_check", **none) == (428, "precondition_required")
        investigation.do("record_register_check", **check_call(opened, if_match=etag))
        assert investigation.code("record_register_check", **check_call(opened, if_match=etag)) == (412, "stale")

    def test_ten_at_once_with_the_same_version_record_one(self, investigation: Harness, opened: dict[str, Any]) -> None:
        etag = investigation.etag("get_investigation", investigation_id=opened["id"])
        calls = [check_call(opened, place=place, if_match=etag) for place in range(10)]
        with ThreadPoolExecutor(10) as pool:
            replies = list(pool.map(lambda call: investigation.reply("record_register_check", **call), calls))
        assert sum("body" in reply for reply in replies) == 1
        assert {reply["fault"]["code"] for reply in replies if "fault" in reply} == {"stale"}

    def test_the_same_key_twice_records_once(self, investigation: Harness, opened: dict[str, Any]) -> None:
        first = investigation.do("record_register_check", **check_call(opened), idempotency_key="k")
        assert investigation.do("record_register_check", **check_call(opened), idempotency_key="k") == first
        assert rows(investigation, "select id from replaced_register_check") == []

    def test_a_check_of_another_investigation_is_not_found(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        another = open_one(investigation)
        call = check_call(another, investigation_id=opened["id"])
        assert investigation.code("record_register_check", **call) == (404, "not_found")

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = check_call(opened, tenant=investigation.new_tenant())
        assert investigation.code("record_register_check", **call) == (404, "not_found")

    def test_a_decider_may_not(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = check_call(opened, roles=["decider", "recruiter"])
        assert investigation.code("record_register_check", **call) == (403, "missing_role")

    def test_nothing_is_recorded_while_a_proposal_waits(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        refused = (409, "investigation_not_open")
        assert investigation.code("record_register_check", **check_call(proposed)) == refused
        assert investigation.code("assess_area", **area_call(proposed)) == refused


class TestAssessArea:
    def test_an_area_is_assessed_and_assessed_anew(self, investigation: Harness, opened: dict[str, Any]) -> None:
        small = {"rating": "not_met", "note": "Too small."}
        investigation.do("assess_area", **area_call(opened, body=small, actor="ivar"))
        investigation.do("assess_area", **area_call(opened, area="age", actor="ivar"))
        again = investigation.do("assess_area", **area_call(opened, actor="inga"))
        unsaid = {"risk_factors": [], "protective_factors": [], "resources": [], "conditions": ""}
        assert again["assessments"] == [
            {**MET, **unsaid, "area": "housing", "assessed_by": "inga"},
            {**MET, **unsaid, "area": "age", "assessed_by": "ivar"},
        ]
        assert rows(investigation, "select assessed_by from replaced_assessment") == [("ivar",)]

    def test_an_area_that_does_not_exist_is_not_found(self, investigation: Harness, opened: dict[str, Any]) -> None:
        assert investigation.code("assess_area", **area_call(opened, area="garden")) == (404, "not_found")

    def test_it_demands_the_version_that_was_read(self, investigation: Harness, opened: dict[str, Any]) -> None:
        etag = investigation.etag("get_investigation", investigation_id=opened["id"])
        none = area_call(opened, if_match=None)
        assert investigation.code("assess_area", **none) == (428, "precondition_required")
        investigation.do("assess_area", **area_call(opened, if_match=etag))
        assert investigation.code("assess_area", **area_call(opened, if_match=etag)) == (412, "stale")

    def test_five_at_once_are_one_assessment_and_four_kept(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(lambda _: investigation.do("assess_area", **area_call(opened)), range(5)))
        assert len(rows(investigation, "select id from assessment")) == 1
        assert len(rows(investigation, "select id from replaced_assessment")) == 4

    def test_the_same_key_twice_assesses_once(self, investigation: Harness, opened: dict[str, Any]) -> None:
        first = investigation.do("assess_area", **area_call(opened), idempotency_key="k")
        assert investigation.do("assess_area", **area_call(opened), idempotency_key="k") == first
        assert rows(investigation, "select id from replaced_assessment") == []

    def test_wrong_input_is_pointed_at(self, investigation: Harness, opened: dict[str, Any]) -> None:
        fault = investigation.refusal("assess_area", **area_call(opened, body={"rating": "splendid", "note": ""}))
        assert [problem["pointer"] for problem in fault["errors"]] == ["/rating"]

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = area_call(opened, tenant=investigation.new_tenant())
        assert investigation.code("assess_area", **call) == (404, "not_found")

    def test_a_decider_may_not(self, investigation: Harness, opened: dict[str, Any]) -> None:
        assert investigation.code("assess_area", **area_call(opened, roles=["decider"])) == (403, "missing_role")


class TestWhatTheDatabaseHolds:
    def test_no_person_no_outcome_and_no_free_text_is_in_clear_text(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        failed = {"status": "failed", "checked_on": "2026-05-01", "assessment": "Heimlich"}
        for number, body in enumerate((failed, REMARK, CLEAR)):
            investigation.do("record_register_check", **check_call(opened, body=body), idempotency_key=f"k-{number}")
        for rating in ("not_met", "met_with_conditions"):
            investigation.do("assess_area", **area_call(opened, body={"rating": rating, "note": "Heimlich"}))
        rejection = a_proposal(
            outcome="reject", assignments=["network_home"], child_name="Heimlich", reasons="Heimlich"
        )
        investigation.do("propose_decision", investigation_id=opened["id"], body=rejection, actor="ivar")
        decision = {"outcome": "reject", "reasons": "Heimlich"}
        investigation.do("decide_investigation", investigation_id=opened["id"], body=decision, actor="dagny")
        secrets = ["189001019802", "201701012393", "Andersson", "Berg", "Heimlich", "speeding", "pets"]
        secrets += ["remark", "clear", "failed", "not_met", "met_with"]
        for table in TABLES:
            found = rows(investigation, f"select t::text from {table} t")
            assert found, table
            for (row,) in found:
                for secret in secrets:
                    assert secret not in row, (table, secret)
                    assert secret.encode().hex() not in row, (table, secret)


TABLES = (
    "investigation",
    "adult",
    "register_check",
    "replaced_register_check",
    "assessment",
    "replaced_assessment",
    "proposal",
    "decision",
    "idempotency",
)


def rows(harness: Harness, statement: str) -> list[tuple[Any, ...]]:
    """What the database itself holds of the test's municipality."""
    with psycopg.connect(harness.owner_url) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, true)", (harness.tenant,))
        return connection.execute(statement.encode()).fetchall()
