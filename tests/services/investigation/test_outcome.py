"""R13, R14: what each assignment asks of a home, how an investigation ends, what is disputed, and the board."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy

from services.investigation.contract.events import HOME_APPROVED
from services.investigation.contract.objections import NoteObjection
from services.kernel.basics.ids import new_id
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from tests.services.investigation.conftest import REJECTION, a_proposal, make_ready, open_one
from tests.services.investigation.test_steps import codes

FAR_AWAY = {"latitude": 59.33, "longitude": 18.06}  # of Örebro, as which tests' municipalities count
BREAK_OFF = {"by": "family", "reason": "They are moving abroad."}
TOLD = {"told_on": "2026-05-02", "way": "meeting"}


class TestRulesOfAssignments:
    def test_a_contracted_emergency_home_shows_its_experience(
        self, investigation: Harness, ready: dict[str, Any]
    ) -> None:
        body = a_proposal(assignments=["contracted_emergency_home"])
        call = {"investigation_id": ready["id"], "actor": "ivar"}
        fault = investigation.refusal("propose_decision", body=body, **call)
        assert [one["code"] for one in fault["extra"]["blockers"]] == ["experience_not_shown"]
        body["experience"] = {"kind": "earlier_assignment", "text": "Emergency home in Kumla since 2019."}
        proposed = investigation.do("propose_decision", body=body, **call)
        assert (proposed["status"], proposed["proposal"]["experience"]) == ("proposed", body["experience"])

    @pytest.mark.parametrize("assignment", ["contact_family", "contact_person"])
    def test_who_is_far_away_is_no_contact_family_unless_somebody_says_why(
        self, investigation: Harness, assignment: str
    ) -> None:
        ready = make_ready(investigation, open_one(investigation, position=FAR_AWAY))
        body = a_proposal(assignments=[assignment])
        call = {"investigation_id": ready["id"], "actor": "ivar"}
        fault = investigation.refusal("propose_decision", body=body, **call)
        assert [one["code"] for one in fault["extra"]["blockers"]] == ["not_near"]
        body["why_near"] = "Works in the town, and the child knows him."
        assert investigation.do("propose_decision", body=body, **call)["status"] == "proposed"

    def test_how_near_is_near_is_the_municipalitys(self, investigation: Harness) -> None:
        wide = investigation.new_tenant(contact_distance_km=300)
        opened = open_one(investigation, tenant=wide, position=FAR_AWAY, assignments=["contact_family"])
        assert "not_near" not in codes(opened)
        assert "not_near" in codes(open_one(investigation, position=FAR_AWAY, assignments=["contact_family"]))

    def test_an_agencys_report_is_never_enough(self, investigation: Harness, ready: dict[str, Any]) -> None:
        call = {"investigation_id": ready["id"], "actor": "ivar"}
        body = a_proposal(investigated_by="agency")
        assert investigation.code("propose_decision", body=body, **call) == (409, "agency_not_enough")

    def test_another_boards_is_read_and_assessed_here(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = {"investigation_id": opened["id"], "actor": "ivar"}
        body = a_proposal(investigated_by="other_board")
        fault = investigation.refusal("propose_decision", body=body, **call)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/board"]
        body["board"] = "Kumla kommun, socialnämnden"
        assert investigation.code("propose_decision", body=body, **call) == (409, "investigation_blocked")
        make_ready(investigation, opened)
        proposal = investigation.do("propose_decision", body=body, **call)["proposal"]
        assert (proposal["investigated_by"], proposal["board"]) == ("other_board", "Kumla kommun, socialnämnden")


class TestAssessment:
    def test_each_area_has_its_factors(self, investigation: Harness, opened: dict[str, Any]) -> None:
        body = {
            "rating": "met_with_conditions",
            "note": "A big house.",
            "risk_factors": ["A busy road"],
            "protective_factors": ["Grandmother next door"],
            "resources": ["A garden", "Time"],
            "conditions": "A gate at the stairs.",
        }
        call = {"investigation_id": opened["id"], "area": "housing", "if_match": "*", "actor": "ivar"}
        (assessed,) = investigation.do("assess_area", body=body, **call)["assessments"]
        assert assessed == {**body, "area": "housing", "assessed_by": "ivar"}

    def test_of_two_who_edit_the_same_the_second_reads_it_again(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        etag = investigation.etag("get_investigation", investigation_id=opened["id"])
        call = {"investigation_id": opened["id"], "area": "housing", "if_match": etag, "body": {"rating": "met"}}
        investigation.do("assess_area", actor="ivar", **call)
        assert investigation.code("assess_area", actor="inga", **call) == (412, "stale")


class TestBreakOff:
    def test_it_ends_without_a_decision_and_keeps_the_reason(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        call = {"investigation_id": opened["id"], "body": BREAK_OFF, "actor": "ivar"}
        ended = investigation.do("break_off_investigation", **call)
        assert (ended["status"], ended["blockers"]) == ("cancelled", [])
        assert ended["broken_off"] == {**BREAK_OFF, "ended_by": "ivar", "ended_at": "2026-05-02T09:00:00Z"}
        assert investigation.code("break_off_investigation", **call) == (409, "investigation_not_open")
        file = investigation.do("get_home_file", home_id=opened["home_id"])
        assert [one["status"] for one in file["investigations"]] == ["cancelled"]

    def test_also_while_a_proposal_waits(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        call = {"investigation_id": proposed["id"], "body": BREAK_OFF}
        assert investigation.do("break_off_investigation", **call)["status"] == "cancelled"
        decision = {"investigation_id": proposed["id"], "body": {"outcome": "approve", "reasons": ""}, "actor": "dora"}
        assert investigation.code("decide_investigation", **decision) == (409, "investigation_not_proposed")
        assert investigation.recorded(HOME_APPROVED) == []


class TestTellFamily:
    @pytest.fixture
    def rejected(self, investigation: Harness, opened: dict[str, Any]) -> dict[str, Any]:
        """A refusal that the family does not know of."""
        which = {"investigation_id": opened["id"]}
        investigation.do("propose_decision", body=REJECTION, actor="ivar", **which)
        decision = {"outcome": "reject", "reasons": "Too little room."}
        return investigation.do("decide_investigation", body=decision, actor="dora", **which)

    def test_it_is_written_down_when_and_how(self, investigation: Harness, rejected: dict[str, Any]) -> None:
        call = {"investigation_id": rejected["id"], "body": TOLD, "actor": "ivar"}
        decision = investigation.do("tell_family", **call)["decision"]
        assert {name: decision[name] for name in ("told_on", "told_way", "told_by")} == {
            "told_on": "2026-05-02",
            "told_way": "meeting",
            "told_by": "ivar",
        }
        assert investigation.code("tell_family", **call) == (409, "refusal_not_decided")

    def test_it_waits_until_they_are(self, investigation: Harness, rejected: dict[str, Any]) -> None:
        def kinds() -> set[str]:
            return {one["kind"] for one in investigation.do("view_waiting", roles=["investigator"])["items"]}

        assert "refusal_to_tell" in kinds()
        investigation.do("tell_family", investigation_id=rejected["id"], body=TOLD)
        assert "refusal_to_tell" not in kinds()

    @pytest.mark.parametrize("day", ["2026-05-01", "2026-05-03"])
    def test_neither_before_the_decision_nor_in_the_future(
        self, investigation: Harness, rejected: dict[str, Any], day: str
    ) -> None:
        body = {**TOLD, "told_on": day}
        fault = investigation.refusal("tell_family", investigation_id=rejected["id"], body=body)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/told_on"]

    def test_of_an_approval_nothing_is_to_be_told(self, investigation: Harness, approved: dict[str, Any]) -> None:
        call = {"investigation_id": approved["id"], "body": TOLD}
        assert investigation.code("tell_family", **call) == (409, "refusal_not_decided")


def an_objection(opened: dict[str, Any], **overrides: Any) -> dict[str, Any]:
    return {**NoteObjection.example, "adult_id": opened["adults"][0]["id"], **overrides}


class TestObjections:
    def test_what_is_disputed_stands_beside_and_changes_nothing(
        self, investigation: Harness, ready: dict[str, Any]
    ) -> None:
        body = an_objection(ready, about="assessment", about_id="economy")
        noted = investigation.do("note_objection", investigation_id=ready["id"], body=body, actor="ivar")
        assert noted["assessments"] == ready["assessments"]
        (one,) = noted["objections"]
        assert one == {**body, "id": one["id"], "noted_by": "ivar", "noted_at": "2026-05-02T09:00:00Z"}

    def test_also_when_the_investigation_is_closed(self, investigation: Harness, approved: dict[str, Any]) -> None:
        body = an_objection(approved)
        noted = investigation.do("note_objection", investigation_id=approved["id"], body=body)
        assert (noted["status"], len(noted["objections"])) == ("approved", 1)

    def test_of_somebody_who_never_lived_there_it_is_refused(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        body = an_objection(opened, adult_id=new_id())
        fault = investigation.refusal("note_objection", investigation_id=opened["id"], body=body)
        assert [problem["pointer"] for problem in fault["errors"]] == ["/adult_id"]


class TestWrittenOnce:
    @pytest.mark.parametrize(
        "table",
        [
            "replaced_register_check",
            "replaced_assessment",
            "proposal",
            "standing_change",
            "concern_note",
            "meeting",
            "given_reference",
            "consent",
            "objection",
        ],
    )
    def test_what_was_said_can_not_be_changed_by_the_service_itself(self, investigation: Harness, table: str) -> None:
        context = Context(tenant=investigation.tenant, actor="", request_id="", deadline=0)
        with investigation.database.unit(context) as unit, pytest.raises(sqlalchemy.exc.ProgrammingError) as refused:
            unit.session.execute(sqlalchemy.text(f"update {table} set id = id"))
        assert "permission denied" in str(refused.value)


class TestBoard:
    def test_the_oldest_comes_first_with_what_it_lacks(self, investigation: Harness) -> None:
        investigation.now = datetime(2026, 4, 2, 9, tzinfo=UTC)
        first = open_one(investigation)
        investigation.now = datetime(2026, 4, 22, 9, tzinfo=UTC)
        second = open_one(investigation, assignments=["contact_person"])
        investigation.now = datetime(2026, 5, 2, 9, tzinfo=UTC)
        make_ready(investigation, first)
        board = investigation.do("view_open_investigations")
        assert (board["count"], board["median_days"], board["longest_days"]) == (2, 20.0, 30)
        shown = [
            (one["id"], one["age_days"], one["checks_missing"], one["areas_missing"], one["meetings"])
            for one in board["items"]
        ]
        assert shown == [(first["id"], 30, 0, 0, 2), (second["id"], 10, 10, 7, 0)]
        assert set(board["items"][0]["name"].split(", ")) == {"Anna Andersson", "Bo Berg"}

    def test_what_has_ended_is_not_on_it(self, investigation: Harness, opened: dict[str, Any]) -> None:
        investigation.do("break_off_investigation", investigation_id=opened["id"], body=BREAK_OFF)
        nothing = {"count": 0, "median_days": None, "longest_days": None, "items": []}
        assert investigation.do("view_open_investigations") == nothing

    def test_it_is_one_question_to_the_database(self, investigation: Harness, opened: dict[str, Any]) -> None:
        asked: list[str] = []
        engine = investigation.database._engine

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        sqlalchemy.event.listen(engine, "before_cursor_execute", note)
        try:
            investigation.do("view_open_investigations")
        finally:
            sqlalchemy.event.remove(engine, "before_cursor_execute", note)
        assert len([statement for statement in asked if "from investigation" in statement.lower()]) == 1
