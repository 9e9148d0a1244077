"""What is asked of all services at once: what has a day, what waits, a home's way, the manager's view."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.compensation.service import Compensation
from services.intake.service import Intake
from services.investigation.contract.decisions import DecideInvestigation
from services.investigation.contract.events import HOME_CHANGED
from services.investigation.service import Investigation
from services.kernel.basics.ids import new_id
from services.kernel.process.service import Service
from services.kernel.testing import Harness
from services.mentorship.service import Mentorship
from services.placement.service import Placement
from services.vocabulary.across import With
from tests.contract.house import SERVICES
from tests.home_changes import a_change
from tests.services.compensation.conftest import LAST_OF_APRIL, a_signed_agreement, compute, set_tariff
from tests.services.intake.conftest import a_form
from tests.services.investigation.conftest import MAY, a_proposal, make_ready, open_one
from tests.services.mentorship.conftest import approve_home, register, start_placement
from tests.services.placement.conftest import Desk, approval, start
from tests.unit.placement.factories import MAY_20

SHARED = {"search", "view_waiting", "view_journey", "view_overview"}


class TestDeclarations:
    def test_every_service_has_its_part(self) -> None:
        for service in SERVICES.values():
            assert service.operations().keys() >= SHARED

    def test_those_with_a_day_are_named_by_the_filter(self) -> None:
        having = {name for name, service in SERVICES.items() if "list_deadlines" in service.operations()}
        assert having == set(With)


@pytest.fixture
def intake(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Intake)
    harness.now = MAY
    return harness


@pytest.fixture
def investigation(harness_of: Callable[[type[Service]], Harness]) -> Harness:
    harness = harness_of(Investigation)
    harness.now = MAY
    return harness


@pytest.fixture
def desk(harness_of: Callable[[type[Service]], Harness]) -> Desk:
    harness = harness_of(Placement)
    harness.now = MAY_20
    return Desk(harness)


def approved(investigation: Harness) -> dict[str, Any]:
    """An investigation that was proposed on the day on which it was opened, and approved ten days later."""
    opened = make_ready(investigation, open_one(investigation))
    which = {"investigation_id": opened["id"]}
    investigation.do("propose_decision", body=a_proposal(), actor="ivar", **which)
    investigation.now = MAY + timedelta(days=10)
    return investigation.do("decide_investigation", body=DecideInvestigation.example, actor="dora", **which)


class TestDeadlines:
    def test_a_contact_is_due_until_somebody_is_reached(self, intake: Harness) -> None:
        received = intake.do("submit_application", body=a_form())
        assert intake.do("list_deadlines", roles=["recruiter"]) == {
            "items": [
                {
                    "kind": "contact_due",
                    "due_on": received["contact_by"],
                    "overdue": False,
                    "subject": {"kind": "application", "id": received["id"], "title": "Anna Andersson"},
                    "responsible": None,
                    "law": None,
                    "detail": received["reference"],
                }
            ],
            "counts": [{"kind": "contact_due", "count": 1}],
            "page": 1,
            "limit": 20,
            "total": 1,
            "total_is_exact": True,
        }
        intake.now = MAY + timedelta(days=22)
        assert [one["overdue"] for one in intake.do("list_deadlines", roles=["recruiter"])["items"]] == [True]
        body = {"way": "phone", "reached": True, "note": ""}
        intake.do("record_contact", application_id=received["id"], body=body)
        assert intake.do("list_deadlines", roles=["recruiter"])["items"] == []

    def test_a_protected_identity_has_no_title_and_each_shown_one_stands_in_the_log(self, intake: Harness) -> None:
        received = intake.do("submit_application", body=a_form(protected_identity=True))
        (item,) = intake.do("list_deadlines", roles=["recruiter"], actor="lisa")["items"]
        assert item["subject"]["title"] is None
        (line,) = intake.do("list_access", query={"actor": "lisa"})["items"]
        assert line["subjects"] == [{"kind": "application", "id": received["id"]}]

    @pytest.mark.parametrize(
        ("query", "number"),
        [
            ({"before": "2026-05-24"}, 1),
            ({"before": "2026-05-23"}, 0),
            ({"kind": "contact_due"}, 1),
            ({"kind": "inquiry_answer"}, 0),
            ({"mine": "true"}, 0),
            ({"mine": "false"}, 1),
            ({"service": "intake"}, 1),
        ],
    )
    def test_they_are_narrowed(self, intake: Harness, query: dict[str, str], number: int) -> None:
        intake.do("submit_application", body=a_form())
        body = intake.do("list_deadlines", roles=["recruiter"], query=query)
        assert (len(body["items"]), body["total"]) == (number, number)

    def test_a_page_is_answered_from_the_first_item_on_and_none_beyond_a_thousand(self, intake: Harness) -> None:
        for _ in range(5):
            intake.do("submit_application", body=a_form())
        body = intake.do("list_deadlines", roles=["recruiter"], query={"page": "2", "limit": "2"})
        assert (len(body["items"]), body["page"], body["limit"], body["total"]) == (4, 2, 2, 5)
        assert intake.code("list_deadlines", roles=["recruiter"], query={"page": "51"}) == (422, "page_too_far")
        assert intake.do("list_deadlines", roles=["recruiter"], query={"page": "50"})["page"] == 50

    def test_register_checks_expire_while_nothing_is_decided_and_then_the_approval_does(
        self, investigation: Harness
    ) -> None:
        opened = make_ready(investigation, open_one(investigation))
        body = investigation.do("list_deadlines", roles=["decider"])
        assert {(one["kind"], one["subject"]["kind"], one["responsible"]) for one in body["items"]} == {
            ("register_check_expires", "investigation", "ivar")
        }
        assert body["total"] == len(opened["register_checks"])
        assert (
            investigation.do("list_deadlines", roles=["decider"], query={"mine": "true"}, actor="ivar")["total"]
            == body["total"]
        )
        assert investigation.do("list_deadlines", roles=["decider"], query={"mine": "true"}, actor="bo")["total"] == 0
        decided = approved(investigation)
        items = investigation.do("list_deadlines", roles=["decider"], query={"kind": "approval_expires"})["items"]
        assert [(one["subject"]["id"], one["due_on"]) for one in items] == [
            (decided["home_id"], a_proposal()["valid_until"])
        ]

    def test_an_answer_is_overdue_at_its_instant(self, desk: Desk) -> None:
        inquiry = desk.inquiry(desk.request(), desk.home())
        (item,) = desk.harness.do("list_deadlines", roles=["caseworker"])["items"]
        assert (item["kind"], item["due_on"], item["overdue"]) == ("inquiry_answer", "2026-05-22", False)
        assert (item["subject"]["kind"], item["subject"]["id"], item["responsible"]) == ("inquiry", inquiry, "anna")
        desk.harness.now = datetime(2026, 5, 22, 20, tzinfo=UTC)
        (item,) = desk.harness.do("list_deadlines", roles=["caseworker"], query={"before": "2026-05-23"})["items"]
        assert item["overdue"]
        assert desk.harness.do("list_deadlines", roles=["caseworker"], query={"before": "2026-05-22"})["items"] == []


def waiting(harness: Harness, *roles: str) -> list[tuple[str, int]]:
    return [(one["kind"], one["count"]) for one in harness.do("view_waiting", roles=roles)["items"]]


class TestWaiting:
    def test_interests_wait_for_the_recruiter(self, intake: Harness) -> None:
        assert waiting(intake, "recruiter") == []
        first = intake.do("submit_application", body=a_form())
        intake.now = MAY + timedelta(days=1)
        intake.do("submit_application", body=a_form())
        (one,) = intake.do("view_waiting", roles=["recruiter"])["items"]
        assert one == {"kind": "application", "service": "intake", "count": 2, "oldest": first["received_at"]}

    def test_proposals_wait_for_the_decider_and_open_ones_for_the_investigator(self, investigation: Harness) -> None:
        opened = make_ready(investigation, open_one(investigation))
        assert waiting(investigation, "investigator") == [("investigation", 1)]
        investigation.do("propose_decision", investigation_id=opened["id"], body=a_proposal(), actor="ivar")
        assert waiting(investigation, "investigator", "decider") == [("proposal", 1)]
        assert waiting(investigation, "investigator") == []

    def test_people_in_need_and_homes_that_said_yes_wait_for_the_caseworker(self, desk: Desk) -> None:
        request = desk.request()
        assert waiting(desk.harness, "caseworker") == [("placement_request", 1)]
        home = desk.home()
        desk.accepted(request, home)
        assert waiting(desk.harness, "caseworker") == [("placement_request", 1), ("accepted_inquiry", 1)]
        desk.harness.do("start_placement", body=start(request, home))
        assert waiting(desk.harness, "caseworker") == []

    def test_a_home_without_mentor_waits_for_the_coordinator(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        mentorship = harness_of(Mentorship)
        start_placement(mentorship, approve_home(mentorship))
        assert waiting(mentorship, "coordinator") == [("home_without_mentor", 1)]

    def test_what_is_computed_waits_for_payroll_and_changed_settings_for_an_administrator(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        compensation = harness_of(Compensation)
        compensation.now = LAST_OF_APRIL
        set_tariff(compensation)
        a_signed_agreement(compensation)
        compute(compensation)
        assert waiting(compensation, "payroll") == [("computed_pay_run", 1)]
        body = {"value": "raised_1", "reason": "The board's decision."}
        name = "compensation.default_fee_level"
        compensation.do("change_setting", setting_name=name, body=body, if_match="*")
        assert waiting(compensation, "admin") == [("setting_change", 1)]


class TestJourney:
    def test_an_unknown_home_has_none(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        for service in SERVICES.values():
            assert harness_of(service).code("view_journey", home_id=new_id()) == (404, "not_found")

    def test_intake_tells_of_the_interests(self, intake: Harness) -> None:
        received = intake.do("submit_application", body=a_form())
        body = {"way": "phone", "reached": True, "note": ""}
        intake.do("record_contact", application_id=received["id"], body=body)
        (one,) = intake.do("view_journey", home_id=received["home_id"])["applications"]
        assert (one["id"], one["status"], one["reached_at"]) == (
            received["id"],
            "contacted",
            "2026-05-02T09:00:00Z",
        )

    def test_investigation_tells_of_investigations_and_approvals(self, investigation: Harness) -> None:
        decided = approved(investigation)
        body = investigation.do("view_journey", home_id=decided["home_id"])
        assert body["name"] == "Anna Andersson, Bo Berg"
        (one,), (approval_,) = body["investigations"], body["approvals"]
        assert (one["id"], one["status"], one["decided_at"]) == (
            decided["id"],
            "approved",
            "2026-05-12T09:00:00Z",
        )
        assert (approval_["places"], approval_["decided_on"]) == (a_proposal()["places"], "2026-05-12")

    def test_placement_tells_of_inquiries_and_placements(self, desk: Desk) -> None:
        home = desk.home()
        placed = desk.placed(home)
        body = desk.harness.do("view_journey", home_id=home)
        assert body["inquiries"] == {"asked": 1, "accepted": 1, "declined": 0}
        assert [(one["id"], one["status"]) for one in body["placements"]] == [(placed, "planned")]

    def test_mentorship_tells_of_both_sides(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        mentorship = harness_of(Mentorship)
        mentor, home = approve_home(mentorship), approve_home(mentorship)
        register(mentorship, mentor)
        offered = start_placement(mentorship, home)
        for home_id, is_mentor in ((home, False), (mentor, True)):
            (one,) = mentorship.do("view_journey", home_id=home_id)["mentorships"]
            assert (one["id"], one["is_mentor"], one["status"]) == (offered["id"], is_mentor, "offered")

    def test_compensation_tells_of_agreements_and_only_payroll_of_pay(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        compensation = harness_of(Compensation)
        compensation.now = LAST_OF_APRIL
        set_tariff(compensation)
        agreement = a_signed_agreement(compensation)
        run = compute(compensation)
        which = {"home_id": agreement["home_id"]}
        assert compensation.do("view_journey", roles=["payroll"], **which)["pay"] == []
        compensation.do("approve_pay_run", pay_run_id=run["id"], actor="another")
        body = compensation.do("view_journey", roles=["payroll"], **which)
        assert [one["id"] for one in body["agreements"]] == [agreement["id"]]
        assert body["pay"] == [{"month": "2024-04", "amount": run["total"]}]
        assert compensation.do("view_journey", roles=["caseworker"], **which)["pay"] is None


def funnel(harness: Harness, **query: str) -> dict[str, tuple[int, float | None]]:
    steps = harness.do("view_overview", query=query)["funnel"]
    return {one["step"]: (one["count"], one["median_days"]) for one in steps}


class TestOverview:
    def test_the_first_steps_are_intakes(self, intake: Harness) -> None:
        for days in (2, 3, 7):
            intake.now = MAY
            received = intake.do("submit_application", body=a_form())
            intake.now = MAY + timedelta(days=days)
            body = {"way": "phone", "reached": True, "note": ""}
            intake.do("record_contact", application_id=received["id"], body=body)
        intake.now = MAY + timedelta(days=9)
        intake.do("qualify_application", application_id=received["id"], body={"home_id": None})
        intake.do("submit_application", body=a_form())
        assert funnel(intake) == {"interest": (4, None), "contact": (3, 3.0), "qualified": (1, 2.0)}
        period = {"from": "2026-05-03", "to": "2026-05-08"}
        assert funnel(intake, **period) == {"interest": (0, None), "contact": (2, 2.5), "qualified": (0, None)}
        assert intake.do("view_overview")["clocks"] == [{"kind": "contact_due", "overdue": 0, "soon": 0}]
        intake.now = MAY + timedelta(days=20)
        assert intake.do("view_overview")["clocks"] == [{"kind": "contact_due", "overdue": 0, "soon": 1}]
        intake.now = MAY + timedelta(days=40)
        assert intake.do("view_overview")["clocks"] == [{"kind": "contact_due", "overdue": 1, "soon": 0}]

    def test_what_happens_to_a_qualified_application_later_does_not_change_the_day(self, intake: Harness) -> None:
        received = intake.do("submit_application", body=a_form())
        intake.now = MAY + timedelta(days=9)
        intake.do("qualify_application", application_id=received["id"], body={"home_id": None})
        intake.now = MAY + timedelta(days=20)
        intake.react(HOME_CHANGED, a_change(received["home_id"], protected_identity=True))
        period = {"from": "2026-05-11", "to": "2026-05-11"}
        assert funnel(intake, **period) == {"interest": (0, None), "contact": (0, None), "qualified": (1, 9.0)}

    def test_a_family_is_reached_once(self, intake: Harness) -> None:
        which = {"application_id": intake.do("submit_application", body=a_form())["id"]}
        for days, reached in ((1, False), (2, True), (5, True)):
            intake.now = MAY + timedelta(days=days)
            intake.do("record_contact", body={"way": "phone", "reached": reached, "note": ""}, **which)
        assert funnel(intake)["contact"] == (1, 2.0)

    def test_a_period_that_ends_before_it_begins_is_refused(self, intake: Harness) -> None:
        fault = intake.refusal("view_overview", query={"from": "2026-05-02", "to": "2026-05-01"})
        assert [(one["pointer"], one["code"]) for one in fault["errors"]] == [("/to", "period_in_order")]

    def test_then_come_investigations(self, investigation: Harness) -> None:
        approved(investigation)
        assert funnel(investigation) == {"investigation": (1, None), "decision": (1, 10.0), "approval": (1, None)}

    def test_then_the_first_placement_and_what_is_still_free(self, desk: Desk) -> None:
        home = desk.home()
        desk.placed(home, starts_on="2026-05-20")
        desk.placed(desk.home(), starts_on="2026-06-20", serial=984)  # has not come yet
        other = desk.home()
        desk.harness.react(HOME_CHANGED, a_change(other, approvals_wait=True))
        body = desk.harness.do("view_overview")
        assert [(one["count"], one["median_days"]) for one in body["funnel"]] == [(1, 19.0)]
        recorded = approval()
        free = {(one["assignment"], one["age_from"]): one["places"] for one in body["free_places"]}
        young = {first for first in (0, 7, 13, 18) if first <= recorded["age_to"]}
        expected = (recorded["places"] - 1) + recorded["places"]
        assert free == {(one, first): expected for one in recorded["assignments"] for first in young}

    def test_and_what_it_has_cost(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        compensation = harness_of(Compensation)
        compensation.now = LAST_OF_APRIL
        set_tariff(compensation)
        a_signed_agreement(compensation)
        run = compute(compensation)
        month = {"month": "2024-04", "total": run["total"]}
        assert compensation.do("view_overview") == {"months": [{**month, "approved": False}], "approved_total": "0.00"}
        compensation.do("approve_pay_run", pay_run_id=run["id"], actor="another")
        assert compensation.do("view_overview", query={"from": "2024-04-30"}) == {
            "months": [{**month, "approved": True}],
            "approved_total": run["total"],
        }
        assert compensation.do("view_overview", query={"to": "2024-03-31"})["months"] == []

    def test_mentors_that_were_accepted(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        mentorship = harness_of(Mentorship)
        register(mentorship, approve_home(mentorship))
        offered = start_placement(mentorship, approve_home(mentorship))
        mentorship.do("accept_mentorship", mentorship_id=offered["id"], roles=["coordinator"])
        assert [one["count"] for one in mentorship.do("view_overview")["funnel"]] == [1]
