"""R49: a home has a file from the day an investigation opens; what changes in it is said once, and all learn it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.services.investigation.conftest import ANNA, CLEAR, an_application, make_ready, open_one
from tests.services.investigation.test_rechecks import night

CECILIA, DAVID = "189001019828", "189001019836"
ADDRESS = {"street": "Nygatan 2", "postcode": "70210", "locality": "Örebro", "latitude": 59.3, "longitude": 15.3}


def a_file(harness: Harness, home_id: str) -> dict[str, Any]:
    return harness.do("get_home_file", home_id=home_id)


def amend(harness: Harness, home_id: str, **body: Any) -> dict[str, Any]:
    return harness.do("amend_home_file", home_id=home_id, body=body, if_match="*")


def new_adult(number: str = CECILIA, **overrides: Any) -> dict[str, Any]:
    names = {"given_name": "Cecilia", "family_name": "Carlsson"}
    return {**names, "personal_number": number, "relation": "lodger", **overrides}


def told(harness: Harness) -> dict[str, Any]:
    """What was said last."""
    return harness.recorded(HOME_CHANGED)[-1]


def names(adults: list[dict[str, Any]]) -> list[str]:
    return [adult["given_name"] for adult in adults]


def investigations(harness: Harness, home_id: str) -> list[dict[str, Any]]:
    found = harness.do("list_investigations", page={"limit": "100"})["items"]
    return [harness.do("get_investigation", investigation_id=one["id"]) for one in found if one["home_id"] == home_id]


def decided(harness: Harness, ready: dict[str, Any], *, outcome: str = "approve", **proposal: Any) -> dict[str, Any]:
    which = {"investigation_id": ready["id"]}
    harness.do("propose_decision", body={"outcome": outcome, "reasons": "So.", **proposal}, actor="ivar", **which)
    return harness.do("decide_investigation", body={"outcome": outcome, "reasons": "So."}, actor="dora", **which)


BOUNDS = {"assignments": ["family_home"], "age_from": 0, "age_to": 12, "places": 2, "valid_until": "2028-05-31"}


@pytest.fixture
def home_id(opened: dict[str, Any]) -> str:
    """A home under investigation: Anna and Bo."""
    return str(opened["home_id"])


@pytest.fixture
def approved_id(investigation: Harness, ready: dict[str, Any]) -> str:
    """A home that is approved: Anna and Bo."""
    return str(decided(investigation, ready, **BOUNDS)["home_id"])


class TestGetHomeFile:
    def test_it_is_there_when_the_investigation_opens(self, investigation: Harness) -> None:
        application = an_application(phone="+46701234567", email="anna@example.se", address=ADDRESS)
        investigation.react(APPLICATION_QUALIFIED, application)
        found = a_file(investigation, application["home_id"])
        bo, anna = application["adults"]
        unsaid = {"moved_in_on": None, "moved_out_on": None, "checks_due": True}
        assert found["adults"] == [{**anna, **unsaid}, {**bo, **unsaid}]
        assert (found["name"], found["household_complete"]) == ("Anna Andersson, Bo Berg", True)
        assert (found["phone"], found["email"], found["address"]) == ("+46701234567", "anna@example.se", ADDRESS)
        assert found["children_at_home"] == [{"birth_year": 2015}]
        assert [(one["kind"], one["status"]) for one in found["investigations"]] == [("application", "open")]

    def test_of_an_older_intake_that_says_no_address_it_is_there_too(
        self, investigation: Harness, home_id: str
    ) -> None:
        found = a_file(investigation, home_id)
        assert (found["phone"], found["email"], found["address"]) == (None, None, None)

    def test_a_protected_identity_has_no_name(self, investigation: Harness) -> None:
        opened = open_one(investigation, protected_identity=True)
        assert a_file(investigation, opened["home_id"])["name"] is None

    def test_an_unknown_one_is_not_found(self, investigation: Harness) -> None:
        assert investigation.code("get_home_file", home_id=new_id()) == (404, "not_found")

    def test_it_is_for_investigators_and_recruiters(self, investigation: Harness, home_id: str) -> None:
        assert investigation.do("get_home_file", home_id=home_id, roles=["recruiter"])["id"] == home_id
        for role in ("caseworker", "home", "decider"):
            assert investigation.code("get_home_file", home_id=home_id, roles=[role])[0] == 403


class TestHomeChanged:
    def test_it_is_told_when_the_investigation_opens(self, investigation: Harness) -> None:
        application = an_application(phone="+46701234567", address=ADDRESS)
        investigation.react(APPLICATION_QUALIFIED, application)
        bo, anna = application["adults"]
        assert investigation.recorded(HOME_CHANGED) == [
            {
                "home_id": application["home_id"],
                "adults": [anna, bo],
                "children_birth_years": [2015],
                "household_complete": True,
                "phone": "+46701234567",
                "email": None,
                "address": ADDRESS,
                "position": application["position"],
                "languages": ["sv", "ar"],
                "protected_identity": False,
                "approvals_wait": False,
            }
        ]

    def test_it_is_told_with_the_approval(self, investigation: Harness, approved_id: str) -> None:
        assert investigation.recorded(HOME_APPROVED)[-1]["home_id"] == approved_id
        assert len(investigation.recorded(HOME_CHANGED)) == 2
        assert told(investigation)["approvals_wait"] is False

    def test_a_rejection_changes_nothing(self, investigation: Harness, opened: dict[str, Any]) -> None:
        decided(investigation, opened, outcome="reject")
        assert len(investigation.recorded(HOME_CHANGED)) == 1

    def test_it_is_told_whenever_the_file_is_amended(self, investigation: Harness, home_id: str) -> None:
        amend(investigation, home_id, protected_identity=True, languages=["so"], address=ADDRESS)
        changed = told(investigation)
        assert (changed["protected_identity"], changed["languages"]) == (True, ["so"])
        assert changed["position"] == {"latitude": 59.3, "longitude": 15.3}


class TestAdultsWithoutNumber:
    """Only the applicant's number is asked for at interest: the others' are before a proposal."""

    BO: ClassVar[dict[str, Any]] = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "given_name": "Bo",
        "family_name": "Berg",
        "relation": "partner",
    }

    @pytest.fixture
    def opened(self, investigation: Harness) -> dict[str, Any]:
        """Anna's investigation, who has named Bo without his number."""
        anna = an_application()["adults"][1]
        return open_one(investigation, adults=[anna], unnumbered_adults=[self.BO], household_complete=False)

    def test_whom_to_ask_is_said_by_name_and_stands_in_the_way(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        assert opened["unnumbered_adults"] == [self.BO]
        assert investigation.do("get_home_file", home_id=opened["home_id"])["unnumbered_adults"] == [self.BO]
        (blocker,) = [one for one in opened["blockers"] if one["code"] == "number_unknown"]
        assert blocker["detail"] == f"The personal number of adult {self.BO['id']} is not known."

    def test_with_the_number_it_is_an_adult_under_the_same_id_who_is_checked(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        said = {"id": self.BO["id"], "given_name": "Bosse", "personal_number": DAVID}
        file = amend(investigation, opened["home_id"], adults=[said], household_complete=True)
        assert (file["unnumbered_adults"], file["household_complete"]) == ([], True)
        read = investigation.do("get_investigation", investigation_id=opened["id"])
        assert {adult["id"] for adult in read["adults"]} == {opened["adults"][0]["id"], self.BO["id"]}
        assert len(read["register_checks"]) == 10
        assert "number_unknown" not in [one["code"] for one in read["blockers"]]

    def test_one_who_is_written_down_anew_is_not_waited_for(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        bo = new_adult(DAVID, given_name="BO", family_name="Berg ")
        file = amend(investigation, opened["home_id"], adults=[bo], household_complete=True)
        assert file["unnumbered_adults"] == []

    def test_one_who_does_not_live_there_is_not_either(self, investigation: Harness, opened: dict[str, Any]) -> None:
        gone = {"id": self.BO["id"], "moved_out_on": "2026-05-03"}
        fault = investigation.refusal(
            "amend_home_file", home_id=opened["home_id"], body={"adults": [gone]}, if_match="*"
        )
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [
            ("/adults/0/moved_out_on", "day_not_come")
        ]
        gone["moved_out_on"] = "2026-05-01"
        file = amend(investigation, opened["home_id"], adults=[gone], household_complete=True)
        assert ([one["given_name"] for one in file["adults"]], file["unnumbered_adults"]) == (["Anna"], [])

    def test_until_then_the_household_is_not_complete_whoever_says_so(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        call = {"home_id": opened["home_id"], "if_match": "*"}
        fault = investigation.refusal("amend_home_file", body={"household_complete": True}, **call)
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/household_complete", "number_unknown")]

    def test_an_approved_home_that_names_somebody_new_without_number_waits(
        self, investigation: Harness, approved: dict[str, Any]
    ) -> None:
        david = {**self.BO, "given_name": "David"}
        said = {"adults": [an_application()["adults"][1]], "unnumbered_adults": [self.BO, david]}
        open_one(investigation, home_id=approved["home_id"], **said)
        file = investigation.do("get_home_file", home_id=approved["home_id"])
        assert [one["given_name"] for one in file["unnumbered_adults"]] == ["David"]  # Bo is known
        assert (file["household_complete"], file["approvals_wait"]) == (False, True)

    def test_of_a_protected_identity_they_have_no_names(self, investigation: Harness, opened: dict[str, Any]) -> None:
        file = amend(investigation, opened["home_id"], protected_identity=True)
        read = investigation.do("get_investigation", investigation_id=opened["id"])
        for shown in (file, read):
            (bo,) = shown["unnumbered_adults"]
            assert (bo["given_name"], bo["family_name"]) == (None, None)


class TestAmendHomeFile:
    def test_only_what_is_sent_changes(self, investigation: Harness, home_id: str) -> None:
        before = a_file(investigation, home_id)
        assert amend(investigation, home_id, phone="+46709999999") == {**before, "phone": "+46709999999"}

    def test_of_an_adult_too(self, investigation: Harness, home_id: str) -> None:
        anna, bo = a_file(investigation, home_id)["adults"]
        found = amend(investigation, home_id, adults=[{"id": bo["id"], "family_name": "Andersson"}])
        assert found["adults"] == [anna, {**bo, "family_name": "Andersson"}]

    def test_an_adult_who_is_left_out_stays(self, investigation: Harness, home_id: str) -> None:
        found = amend(investigation, home_id, adults=[new_adult()])
        assert names(found["adults"]) == ["Anna", "Bo", "Cecilia"]
        assert found["adults"][2]["moved_in_on"] == "2026-05-02"
        assert names(told(investigation)["adults"]) == ["Anna", "Bo", "Cecilia"]

    def test_who_has_moved_out_stays_in_the_file_and_lives_there_no_more(
        self, investigation: Harness, home_id: str
    ) -> None:
        bo = a_file(investigation, home_id)["adults"][1]
        found = amend(investigation, home_id, adults=[{"id": bo["id"], "moved_out_on": "2026-04-30"}])
        assert [(one["given_name"], one["moved_out_on"]) for one in found["adults"]] == [
            ("Anna", None),
            ("Bo", "2026-04-30"),
        ]
        assert found["name"] == "Anna Andersson"
        assert names(told(investigation)["adults"]) == ["Anna"]
        (opened,) = investigations(investigation, home_id)
        assert names(opened["adults"]) == ["Anna"]
        assert {check["adult_id"] for check in opened["register_checks"]} == {opened["adults"][0]["id"]}

    def test_an_address_without_a_position_leaves_none(self, investigation: Harness, home_id: str) -> None:
        amend(investigation, home_id, address={"street": "Nygatan 2", "postcode": "70210", "locality": "Örebro"})
        assert told(investigation)["position"] is None

    def test_an_adult_who_comes_while_the_home_is_investigated_is_looked_at_as_well(
        self, investigation: Harness, home_id: str
    ) -> None:
        cecilia = amend(investigation, home_id, adults=[new_adult()])["adults"][2]
        (opened,) = investigations(investigation, home_id)
        assert names(opened["adults"]) == ["Anna", "Bo", "Cecilia"]
        due = [check for check in opened["register_checks"] if check["adult_id"] == cecilia["id"]]
        assert [check["status"] for check in due] == ["pending"] * 5

    def test_a_decision_waits_for_an_adult_who_has_come_after_the_proposal(
        self, investigation: Harness, proposed: dict[str, Any]
    ) -> None:
        amend(investigation, proposed["home_id"], adults=[new_adult()])
        call = {"investigation_id": proposed["id"], "body": {"outcome": "approve", "reasons": ""}, "actor": "dora"}
        refusal = investigation.refusal("decide_investigation", **call)
        assert (refusal["status"], refusal["code"]) == (409, "investigation_blocked")
        missing = {"register_check_missing", "interview_missing", "reference_missing"}
        assert {blocker["code"] for blocker in refusal["extra"]["blockers"]} == missing

    def test_another_personal_number_is_somebody_who_is_checked_anew(
        self, investigation: Harness, ready: dict[str, Any]
    ) -> None:
        bo = ready["adults"][1]
        investigation.now = datetime(2026, 5, 3, 9, tzinfo=UTC)
        amend(investigation, ready["home_id"], adults=[{"id": bo["id"], "personal_number": DAVID}])
        (found,) = investigations(investigation, ready["home_id"])
        assert {check["status"] for check in found["register_checks"] if check["adult_id"] == bo["id"]} == {"pending"}
        assert {check["status"] for check in found["register_checks"] if check["adult_id"] != bo["id"]} == {"clear"}

    @pytest.mark.parametrize(
        ("adults", "pointer", "code"),
        [
            ([{"id": "unknown", "given_name": "Eva"}], "/adults/0/id", "not_found"),
            ([{"given_name": "Eva"}], "/adults/0/family_name", "required"),
            ([new_adult(ANNA)], "/adults/0/personal_number", "person_twice"),
            ([new_adult(), new_adult()], "/adults/1/personal_number", "person_twice"),
            ([new_adult("201701012393")], "/adults/0/personal_number", "not_of_age"),
            ([new_adult("189001019803")], "/adults/0/personal_number", "personal_number_check_digit"),
            ([new_adult(moved_in_on="2026-05-03")], "/adults/0/moved_in_on", "day_not_come"),
            (
                [new_adult(moved_in_on="2026-04-03", moved_out_on="2026-04-02")],
                "/adults/0/moved_out_on",
                "moved_out_before_in",
            ),
            ([new_adult(relation="friend")], "/adults/0/relation", "not_one_of"),
        ],
    )
    def test_what_can_not_be_is_refused_and_changes_nothing(
        self, investigation: Harness, home_id: str, adults: list[Any], pointer: str, code: str
    ) -> None:
        before = a_file(investigation, home_id)
        body = {"adults": adults, "phone": "+46709999999"}
        refusal = investigation.refusal("amend_home_file", home_id=home_id, body=body, if_match="*")
        assert refusal["status"] == 422
        assert (pointer, code) in [(problem["pointer"], problem["code"]) for problem in refusal["errors"]]
        assert a_file(investigation, home_id) == before
        assert len(investigation.recorded(HOME_CHANGED)) == 1

    def test_the_last_adult_can_not_move_out(self, investigation: Harness, home_id: str) -> None:
        gone = [{"id": one["id"], "moved_out_on": "2026-05-01"} for one in a_file(investigation, home_id)["adults"]]
        refusal = investigation.refusal("amend_home_file", home_id=home_id, body={"adults": gone}, if_match="*")
        assert [problem["code"] for problem in refusal["errors"]] == ["no_adult_left"]
        assert told(investigation)["adults"] != []

    def test_it_is_changed_as_it_was_read(self, investigation: Harness, home_id: str) -> None:
        etag = investigation.etag("get_home_file", home_id=home_id)
        call = {"home_id": home_id, "body": {"languages": ["so"]}}
        assert investigation.code("amend_home_file", **call) == (428, "precondition_required")
        after = investigation.etag("amend_home_file", **call, if_match=etag)
        assert after == investigation.etag("get_home_file", home_id=home_id)
        assert investigation.code("amend_home_file", **call, if_match=etag) == (412, "stale")

    def test_of_two_at_once_one_is_too_late(self, investigation: Harness, home_id: str) -> None:
        etag = investigation.etag("get_home_file", home_id=home_id)

        def add(number: str) -> dict[str, Any]:
            body = {"adults": [new_adult(number)]}
            return investigation.reply("amend_home_file", home_id=home_id, body=body, if_match=etag)

        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(add, (CECILIA, DAVID)))
        assert sorted(reply.get("fault", {}).get("code", "done") for reply in replies) == ["done", "stale"]
        assert len(a_file(investigation, home_id)["adults"]) == 3

    def test_the_same_key_twice_adds_one(self, investigation: Harness, home_id: str) -> None:
        call = {"home_id": home_id, "body": {"adults": [new_adult()]}, "if_match": "*", "idempotency_key": "k"}
        assert investigation.do("amend_home_file", **call) == investigation.do("amend_home_file", **call)
        assert len(a_file(investigation, home_id)["adults"]) == 3

    def test_only_keepers_may(self, investigation: Harness, home_id: str) -> None:
        call = {"home_id": home_id, "body": {"languages": ["so"]}, "if_match": "*"}
        for role in ("caseworker", "home", "decider"):
            assert investigation.code("amend_home_file", **call, roles=[role])[0] == 403

    def test_another_municipality_has_no_such_file(self, investigation: Harness, home_id: str) -> None:
        other = investigation.new_tenant()
        call = {"home_id": home_id, "body": {"languages": ["so"]}, "if_match": "*", "tenant": other}
        assert investigation.code("amend_home_file", **call) == (404, "not_found")


class TestAKnownHome:
    """A second application of the same home."""

    def again(self, home_id: str, **overrides: Any) -> dict[str, Any]:
        """Anna and Bo under other ids, and with them Cecilia."""
        adults = [{**one, "id": new_id()} for one in an_application()["adults"]]
        return an_application(home_id=home_id, adults=[*adults, {"id": new_id(), **new_adult()}], **overrides)

    def test_it_is_investigated_again_and_its_people_stay_who_they_are(
        self, investigation: Harness, home_id: str
    ) -> None:
        before = a_file(investigation, home_id)["adults"]
        application = self.again(home_id, languages=["so"])
        investigation.react(APPLICATION_QUALIFIED, application)
        after = a_file(investigation, home_id)
        assert after["adults"][:2] == before
        assert names(after["adults"]) == ["Anna", "Bo", "Cecilia"]
        assert after["languages"] == ["sv", "ar", "so"]
        first, second = investigations(investigation, home_id)
        assert second["application_id"] == application["application_id"]
        for one in (first, second):
            assert [adult["id"] for adult in one["adults"]] == [adult["id"] for adult in after["adults"]]
            assert len(one["register_checks"]) == 15
        assert [one["id"] for one in told(investigation)["adults"]] == [one["id"] for one in after["adults"]]

    def test_who_had_moved_out_and_applies_lives_there_again(self, investigation: Harness, home_id: str) -> None:
        bo = a_file(investigation, home_id)["adults"][1]
        amend(investigation, home_id, adults=[{"id": bo["id"], "moved_out_on": "2026-04-30"}])
        investigation.react(APPLICATION_QUALIFIED, self.again(home_id))
        assert [one["id"] for one in told(investigation)["adults"]][1] == bo["id"]

    def test_an_identity_that_is_protected_stays_so_whatever_a_form_says(
        self, investigation: Harness, home_id: str
    ) -> None:
        amend(investigation, home_id, protected_identity=True)
        investigation.react(APPLICATION_QUALIFIED, self.again(home_id, protected_identity=False))
        assert told(investigation)["protected_identity"] is True

    def test_two_applications_at_once_are_one_home(self, investigation: Harness) -> None:
        home_id = new_id()
        messages = [investigation.message(APPLICATION_QUALIFIED, self.again(home_id)) for _ in range(2)]
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(lambda one: investigation.deliver(APPLICATION_QUALIFIED, one), messages))
        assert [outcome.reason for outcome in outcomes if not outcome.done] == []
        assert len(a_file(investigation, home_id)["adults"]) == 3
        assert len(investigations(investigation, home_id)) == 2


class TestRenewal:
    """A new adult in an approved home makes its approvals wait."""

    def state(self, harness: Harness) -> str:
        (approval,) = harness.do("list_approvals")["items"]
        return str(approval["state"])

    def renewal(self, harness: Harness, home_id: str) -> dict[str, Any]:
        (found,) = [one for one in investigations(harness, home_id) if one["kind"] == "renewal"]
        return found

    def checked(self, harness: Harness, renewal: dict[str, Any]) -> None:
        which = {"investigation_id": renewal["id"], "if_match": "*", "actor": "ivar"}
        for check in renewal["register_checks"]:
            harness.do("record_register_check", check_id=check["id"], body=CLEAR, **which)

    def test_what_is_no_new_adult_makes_nothing_wait(self, investigation: Harness, approved_id: str) -> None:
        anna = a_file(investigation, approved_id)["adults"][0]
        amend(investigation, approved_id, adults=[{"id": anna["id"], "family_name": "Berg"}], phone="+46709999999")
        assert self.state(investigation) == "valid"
        assert len(investigations(investigation, approved_id)) == 1

    def test_the_approval_waits_and_the_new_adult_is_looked_at(self, investigation: Harness, approved_id: str) -> None:
        amend(investigation, approved_id, adults=[new_adult()])
        assert self.state(investigation) == "waiting"
        assert told(investigation)["approvals_wait"] is True
        renewal = self.renewal(investigation, approved_id)
        assert (renewal["status"], renewal["application_id"]) == ("open", None)
        assert renewal["assignments"] == ["family_home"]
        assert names(renewal["adults"]) == ["Cecilia"]
        assert len(renewal["register_checks"]) == 5
        assert {blocker["code"] for blocker in renewal["blockers"]} == {"register_check_missing"}

    def test_a_second_new_adult_comes_into_the_same_renewal(self, investigation: Harness, approved_id: str) -> None:
        amend(investigation, approved_id, adults=[new_adult()])
        amend(investigation, approved_id, adults=[new_adult(DAVID, given_name="David")])
        assert names(self.renewal(investigation, approved_id)["adults"]) == ["Cecilia", "David"]

    def test_when_it_is_decided_the_approval_is_valid_again(self, investigation: Harness, approved_id: str) -> None:
        amend(investigation, approved_id, adults=[new_adult()])
        renewal = self.renewal(investigation, approved_id)
        self.checked(investigation, renewal)
        assert decided(investigation, renewal)["status"] == "approved"
        assert self.state(investigation) == "valid"
        assert told(investigation)["approvals_wait"] is False
        assert len(investigation.recorded(HOME_APPROVED)) == 1
        assert [one["checks_due"] for one in a_file(investigation, approved_id)["adults"]] == [False] * 3

    def test_it_can_not_be_approved_unchecked(self, investigation: Harness, approved_id: str) -> None:
        amend(investigation, approved_id, adults=[new_adult()])
        call = {"investigation_id": self.renewal(investigation, approved_id)["id"], "body": {"outcome": "approve"}}
        assert investigation.code("propose_decision", **call) == (409, "investigation_blocked")

    def test_it_has_no_bounds_of_its_own(self, investigation: Harness, approved_id: str) -> None:
        amend(investigation, approved_id, adults=[new_adult()])
        body = {"outcome": "approve", "places": 2}
        call = {"investigation_id": self.renewal(investigation, approved_id)["id"], "body": body}
        (problem,) = investigation.refusal("propose_decision", **call)["errors"]
        assert (problem["pointer"], problem["code"]) == ("/places", "renewal_has_no_bounds")

    def test_rejected_it_leaves_the_approval_waiting_until_that_adult_has_moved_out(
        self, investigation: Harness, approved_id: str
    ) -> None:
        cecilia = amend(investigation, approved_id, adults=[new_adult()])["adults"][2]
        decided(investigation, self.renewal(investigation, approved_id), outcome="reject")
        assert self.state(investigation) == "waiting"
        amend(investigation, approved_id, phone="+46709999999")
        assert self.renewal(investigation, approved_id)["status"] == "rejected"
        amend(investigation, approved_id, adults=[{"id": cecilia["id"], "moved_out_on": "2026-05-02"}])
        assert self.state(investigation) == "valid"

    def test_who_moves_out_before_it_is_decided_ends_it(self, investigation: Harness, approved_id: str) -> None:
        cecilia = amend(investigation, approved_id, adults=[new_adult()])["adults"][2]
        amend(investigation, approved_id, adults=[{"id": cecilia["id"], "moved_out_on": "2026-05-02"}])
        assert self.renewal(investigation, approved_id)["status"] == "cancelled"
        assert self.state(investigation) == "valid"

    def test_who_comes_back_is_looked_at_anew(self, investigation: Harness, approved_id: str) -> None:
        bo = a_file(investigation, approved_id)["adults"][1]
        amend(investigation, approved_id, adults=[{"id": bo["id"], "moved_out_on": "2026-05-01"}])
        assert self.state(investigation) == "valid"
        investigation.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        amend(investigation, approved_id, adults=[{"id": bo["id"], "moved_out_on": None}])
        assert self.state(investigation) == "waiting"
        assert names(self.renewal(investigation, approved_id)["adults"]) == ["Bo"]

    def test_a_household_that_may_miss_somebody_waits_without_a_renewal(
        self, investigation: Harness, approved_id: str
    ) -> None:
        amend(investigation, approved_id, household_complete=False)
        assert self.state(investigation) == "waiting"
        assert len(investigations(investigation, approved_id)) == 1
        amend(investigation, approved_id, household_complete=True)
        assert self.state(investigation) == "valid"

    def test_an_expired_approval_is_expired_and_needs_no_renewal(
        self, investigation: Harness, approved_id: str
    ) -> None:
        investigation.now = datetime(2028, 6, 1, 9, tzinfo=UTC)
        amend(investigation, approved_id, adults=[new_adult()])
        assert self.state(investigation) == "expired"
        assert len(investigations(investigation, approved_id)) == 1

    def test_an_investigation_that_is_open_already_looks_at_the_new_adult(
        self, investigation: Harness, approved_id: str
    ) -> None:
        again = [{**one, "id": new_id()} for one in an_application()["adults"]]
        investigation.react(APPLICATION_QUALIFIED, an_application(home_id=approved_id, adults=again))
        assert self.state(investigation) == "valid"
        amend(investigation, approved_id, adults=[new_adult()])
        assert self.state(investigation) == "waiting"
        first, second = investigations(investigation, approved_id)
        assert (names(first["adults"]), names(second["adults"])) == (["Anna", "Bo"], ["Anna", "Bo", "Cecilia"])
        decided(investigation, make_ready(investigation, second), **BOUNDS)
        assert {one["state"] for one in investigation.do("list_approvals")["items"]} == {"valid"}

    @pytest.mark.parametrize("change", ["another number", "moves in again"])
    def test_who_has_to_be_looked_at_while_registers_are_asked_again_gets_a_renewal(
        self, investigation: Harness, approved_id: str, change: str
    ) -> None:
        bo = a_file(investigation, approved_id)["adults"][1]["id"]
        night(investigation, datetime(2026, 10, 2, 3, tzinfo=UTC))  # a month before the checks grow old
        investigation.now = datetime(2026, 10, 5, 9, tzinfo=UTC)
        if change == "another number":
            amend(investigation, approved_id, adults=[{"id": bo, "personal_number": DAVID}])
        else:
            amend(investigation, approved_id, adults=[{"id": bo, "moved_out_on": "2026-10-04"}])
            amend(investigation, approved_id, adults=[{"id": bo, "moved_out_on": None}])
        assert self.state(investigation) == "waiting"
        assert [one["id"] for one in self.renewal(investigation, approved_id)["adults"]] == [bo]

    @pytest.mark.parametrize("end", ["broken off", "rejected"])
    def test_who_came_with_an_application_that_led_to_nothing_gets_a_renewal(
        self, investigation: Harness, approved_id: str, end: str
    ) -> None:
        adults = [{**one, "id": new_id()} for one in an_application()["adults"]]
        adults[0] |= {"given_name": "David", "personal_number": DAVID}  # Anna's new partner
        investigation.react(APPLICATION_QUALIFIED, an_application(home_id=approved_id, adults=adults))
        again = investigations(investigation, approved_id)[-1]
        assert again["kind"] == "application"
        if end == "broken off":
            off = {"by": "family", "reason": "They thought better of it."}
            investigation.do("break_off_investigation", investigation_id=again["id"], body=off, actor="ivar")
        else:
            decided(investigation, again, outcome="reject")
        assert self.state(investigation) == "waiting"
        assert names(self.renewal(investigation, approved_id)["adults"]) == ["David"]
        amend(investigation, approved_id, phone="+46709999999")
        assert [one["kind"] for one in investigations(investigation, approved_id)] == [*["application"] * 2, "renewal"]

    def test_what_was_decided_shows_who_lived_there_then(self, investigation: Harness, approved_id: str) -> None:
        bo = a_file(investigation, approved_id)["adults"][1]
        investigation.now = datetime(2026, 6, 1, 9, tzinfo=UTC)
        amend(investigation, approved_id, adults=[{"id": bo["id"], "moved_out_on": "2026-05-31"}])
        (found,) = investigations(investigation, approved_id)
        assert names(found["adults"]) == ["Anna", "Bo"]
