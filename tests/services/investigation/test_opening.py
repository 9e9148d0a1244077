"""R9: an investigation opens by itself, once, and is listed and read."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.kernel.testing import Harness
from tests.services.investigation.conftest import an_application, open_one

REGISTERS = ["police", "social_register", "social_insurance", "enforcement", "transport"]


class TestOnApplicationQualified:
    def test_an_investigation_opens_with_a_check_of_every_adult_in_every_register(self, investigation: Harness) -> None:
        application = an_application()
        bo, anna = application["adults"]
        investigation.react(APPLICATION_QUALIFIED, application)
        (item,) = investigation.do("list_investigations")["items"]
        opened = investigation.do("get_investigation", investigation_id=item["id"])
        assert (opened["application_id"], opened["home_id"]) == (application["application_id"], application["home_id"])
        assert (opened["status"], opened["household_complete"]) == ("open", True)
        assert (opened["assignments"], opened["opened_at"]) == (
            ["family_home", "emergency_home"],
            "2026-05-02T09:00:00Z",
        )
        assert opened["adults"] == [
            {"id": anna["id"], "given_name": "Anna", "family_name": "Andersson"},
            {"id": bo["id"], "given_name": "Bo", "family_name": "Berg"},
        ]
        assert [(check["adult_id"], check["register"]) for check in opened["register_checks"]] == [
            (adult_id, register) for adult_id in (anna["id"], bo["id"]) for register in REGISTERS
        ]
        assert {check["status"] for check in opened["register_checks"]} == {"pending"}
        assert (opened["assessments"], opened["proposal"], opened["decision"]) == ([], None, None)

    def test_the_same_event_twice_opens_one(self, investigation: Harness) -> None:
        message = investigation.message(APPLICATION_QUALIFIED, an_application())
        assert investigation.deliver(APPLICATION_QUALIFIED, message).done
        assert investigation.deliver(APPLICATION_QUALIFIED, message).done
        assert investigation.do("list_investigations")["total"] == 1

    def test_an_equal_event_under_another_id_opens_none(self, investigation: Harness) -> None:
        application = an_application()
        investigation.react(APPLICATION_QUALIFIED, application)
        investigation.react(APPLICATION_QUALIFIED, application)
        assert investigation.do("list_investigations")["total"] == 1

    def test_ten_equal_events_at_once_open_one_and_none_fails(self, investigation: Harness) -> None:
        application = an_application()
        messages = [investigation.message(APPLICATION_QUALIFIED, application) for _ in range(10)]
        with ThreadPoolExecutor(10) as pool:
            outcomes = list(pool.map(lambda message: investigation.deliver(APPLICATION_QUALIFIED, message), messages))
        assert [outcome.reason for outcome in outcomes if not outcome.done] == []
        assert investigation.do("list_investigations")["total"] == 1

    def test_another_municipality_has_its_own(self, investigation: Harness) -> None:
        other = investigation.new_tenant()
        application = an_application()
        investigation.react(APPLICATION_QUALIFIED, application)
        assert investigation.do("list_investigations", tenant=other)["total"] == 0
        investigation.react(APPLICATION_QUALIFIED, application, tenant=other)
        ids = {investigation.do("list_investigations", tenant=slug)["items"][0]["id"] for slug in (None, other)}
        assert len(ids) == 2

    def test_an_application_without_a_position_opens_one_too(self, investigation: Harness) -> None:
        assert open_one(investigation, position=None)["status"] == "open"


class TestGetInvestigation:
    def test_an_unknown_member_of_the_household_is_shown_as_a_blocker(self, investigation: Harness) -> None:
        opened = open_one(investigation, household_complete=False)
        assert opened["household_complete"] is False
        assert opened["blockers"][0] == {
            "code": "household_incomplete",
            "detail": "It is not known that every adult of the household is named.",
        }

    def test_no_blocker_names_a_person(self, investigation: Harness) -> None:
        opened = open_one(investigation)
        # Five registers of two adults, a visit, an interview and a reference of each, seven areas.
        assert len(opened["blockers"]) == 22
        said = str(opened["blockers"])
        assert "Anna" not in said
        assert "Berg" not in said

    def test_no_personal_number_is_shown(self, investigation: Harness) -> None:
        assert "personal_number" not in str(open_one(investigation))

    def test_the_other_municipality_finds_nothing(self, investigation: Harness, opened: dict[str, str]) -> None:
        other = investigation.new_tenant()
        call = {"investigation_id": opened["id"], "tenant": other}
        assert investigation.code("get_investigation", **call) == (404, "not_found")

    def test_a_decider_reads_too(self, investigation: Harness, opened: dict[str, str]) -> None:
        assert investigation.do("get_investigation", investigation_id=opened["id"], roles=["decider"])

    @pytest.mark.parametrize("role", ["recruiter", "caseworker", "home", "operator"])
    def test_others_may_not_read(self, investigation: Harness, opened: dict[str, str], role: str) -> None:
        denied = (403, "missing_role")
        assert investigation.code("get_investigation", investigation_id=opened["id"], roles=[role]) == denied
        assert investigation.code("list_investigations", roles=[role]) == denied


class TestListInvestigations:
    def test_pages_hold_each_investigation_once_the_oldest_first(self, investigation: Harness) -> None:
        made = []
        for day in (3, 1, 2):
            assert investigation.now is not None
            investigation.now = investigation.now.replace(day=day)
            made.append(open_one(investigation)["id"])
        first = investigation.do("list_investigations", page={"limit": "2"})
        second = investigation.do("list_investigations", page={"page": "2", "limit": "2"})
        assert [item["id"] for item in first["items"] + second["items"]] == [made[1], made[2], made[0]]
        assert (first["total"], second["total"]) == (3, 3)

    def test_the_applicant_s_name_is_shown(self, investigation: Harness, opened: dict[str, str]) -> None:
        (item,) = investigation.do("list_investigations")["items"]
        assert (item["id"], item["name"], item["status"]) == (opened["id"], "Anna Andersson", "open")

    def test_a_protected_identity_shows_no_name(self, investigation: Harness) -> None:
        open_one(investigation, protected_identity=True)
        (item,) = investigation.do("list_investigations")["items"]
        assert (item["name"], item["protected_identity"]) == (None, True)

    def test_only_the_asked_status_is_listed(self, investigation: Harness, opened: dict[str, str]) -> None:
        assert investigation.do("list_investigations", query={"status": "open"})["total"] == 1
        assert investigation.do("list_investigations", query={"status": "approved"})["total"] == 0
        assert investigation.code("list_investigations", query={"status": "lost"}) == (422, "invalid_input")
