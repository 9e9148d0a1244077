"""A protected identity is nowhere in any answer of any service, unless the caller has the right and says why.

In each service a municipality has homes, children and staff whose names, numbers, addresses and texts are written
nowhere else (`MARKS`). They were all unprotected when it was told of them, and are protected now. Every operation that
reads is asked, and the whole raw answer searched, a document's words and an event's opened parts among it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from services.compensation.contract.claims import MakeClaim
from services.compensation.contract.exports import SetExportLayout
from services.compensation.contract.payees import PayCode
from services.compensation.service import Compensation
from services.intake.contract.applications import RecordContact
from services.intake.contract.drafts import KeepDraft
from services.intake.contract.events import APPLICATION_HANDED_OVER
from services.intake.contract.mappings import SetImportMapping
from services.intake.contract.needs import PublishNeed
from services.intake.contract.questions import SetQuestionSet
from services.intake.service import Intake
from services.investigation.contract.checks import RecordConsent
from services.investigation.contract.concerns import ReportConcern
from services.investigation.contract.events import HOME_APPROVED, HOME_CHANGED, STAFF_CHANGED
from services.investigation.contract.objections import NoteObjection
from services.investigation.service import Investigation
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore, MediaType
from services.kernel.process.service import Service
from services.kernel.testing import Harness, a_sent_file
from services.mentorship.service import Mentorship
from services.placement.contract.events import PLACEMENT_STARTED
from services.placement.service import Placement
from tests import personal_data
from tests.conftest import shelves
from tests.home_changes import a_change, an_adult
from tests.pdfs import words_of
from tests.services.compensation.conftest import LAST_OF_APRIL, a_signed_agreement, a_start, compute
from tests.services.intake.conftest import a_form
from tests.services.intake.tables import a_table
from tests.services.investigation.conftest import MAY, VISIT, a_proposal, a_reference, make_ready, open_one
from tests.services.mentorship.conftest import a_start as a_start_of_support
from tests.services.mentorship.conftest import an_approval, approve_home, register
from tests.services.placement.conftest import DECIDED, Desk
from tests.services.placement.conftest import start as a_body
from tests.tenancy.coverage import TENANTLESS, path_parameters
from tests.tenancy.scenes import NEIGHBOUR
from tests.tenancy.scenes import mentorship as network
from tests.tenancy.scenes.intake import DRAFT_KEY
from tests.tenancy.scenes.settings import declared_in, weed_something
from tests.unit.placement.factories import MAY_20, personal_number, recorded_adult, request_body

HOME = {"given_name": "Markusina", "family_name": "Markörsson"}
HOME_NUMBER, CHILD_NUMBER = "189001019869", personal_number(serial=999)
CHILD = {"given_name": "Markiplina", "family_name": "Markörbarn", "personal_number": CHILD_NUMBER}
PHONE, EMAIL, FILE = "+46799990001", "markor@example.se", "Markörintyg.pdf"
PLACE = {"latitude": 59.111111, "longitude": 15.222222}
ADDRESS = {"street": "Markörgatan 7", "postcode": "79999", "locality": "Markörby", **PLACE}
STAFF, TEXT = "staff-markor", "Markörtext om familjen"
#: Everything that nobody may find.
MARKS = re.compile(
    "mark[uiö]|MARKÖR|79999|markor|59[.]1111|15[.]2222|" + "|".join([HOME_NUMBER, CHILD_NUMBER]), re.IGNORECASE
)
OF_HOME = (*HOME.values(), HOME_NUMBER)
OF_CHILD = ("Markiplina", CHILD_NUMBER)
OF_PLACE = (ADDRESS["street"], str(PLACE["latitude"]), PHONE, EMAIL, TEXT, STAFF)
WHY = "Hotbilden är känd."
BODIES = {"search": {"text": HOME_NUMBER}}  #: of what reads and has a body
RIGHT: dict[str, Any] = {"roles": ["protected"], "reason": WHY}


@dataclass
class Stage:
    """A service in which everybody is protected now."""

    harness: Harness
    ids: Mapping[str, str]
    shown: frozenset[str]  #: the operations in which whoever has the right finds them
    marks: tuple[str, ...]  #: what one of them finds at least

    def ask(self, name: str, *, roles: list[str] | None = None, **caller: Any) -> str:
        """The whole answer of an operation, written out, by staff who also have these roles."""
        operation = self.harness.service.operations()[name]
        own = [role for role in sorted(operation.roles) if role not in ("home", "protected")]
        if name == "read_events":
            own.append("personal")
        if name == "list_access":  # as far back as what was done before
            caller.setdefault("query", {"limit": "100"})
        path: Any = {one: self.ids[one] for one in path_parameters(self.harness.service, name)}
        if operation.body is not None:
            path["body"] = BODIES[name]
        reply = self.harness.reply(name, roles=[*own, *(roles or [])], actor="reader", **path, **caller)
        return self.written(reply)

    def written(self, reply: dict[str, Any]) -> str:
        """A reply as text: also what stands in a document."""
        if "file" not in reply:
            return json.dumps(reply, ensure_ascii=False)
        file = FileInStore.from_dict(reply["file"])
        if file.name == FILE:
            return FILE  # this one lies nowhere
        content = b"".join(shelves(self.harness.service.name).of(self.harness.tenant).read(file))
        if file.media_type != MediaType.PDF:
            return content.decode()
        return words_of(content)


def protect_staff(harness: Harness) -> None:
    harness.react(STAFF_CHANGED, {"staff_id": new_id(), "actor": STAFF, "protected_identity": True})


def protect_home(harness: Harness, home_id: str, **adult: Any) -> None:
    """What is told when the home is protected later: it lives on under the same names."""
    adults = [an_adult(HOME_NUMBER, **{**HOME, **adult})]
    change = {"adults": adults, "address": ADDRESS, "phone": PHONE, "email": EMAIL, "position": PLACE}
    harness.react(HOME_CHANGED, a_change(home_id, **change, protected_identity=True))


def of_intake(intake: Harness) -> Stage:
    adult = {**HOME, "personal_number": HOME_NUMBER, "relation": "applicant"}
    texts: dict[str, Any] = dict.fromkeys(("experience", "knows_child", "message"), TEXT)
    texts |= {"particulars": {"network_home": {"child_name": CHILD["given_name"]}}, "first_call": {"household": TEXT}}
    reached = {"address": ADDRESS, "phone": PHONE, "email": EMAIL}
    form = a_form(assignments=["network_home"], adults=[adult], **reached, **texts)
    sent = intake.do("submit_application", body=form, roles=["recruiter"], actor=STAFF)
    which = {"application_id": sent["id"], "actor": STAFF}
    intake.do("record_contact", body={**RecordContact.example, "note": TEXT}, **which)
    attached = intake.do("attach_to_application", file=a_sent_file(name=FILE), **which)
    intake.do("decline_application", body={"reason": TEXT}, **which)
    intake.do("reopen_application", body={"reason": TEXT}, **which)
    intake.do("qualify_application", body={"home_id": None}, **which)
    hand_over(intake, {**form, "adults": [{**adult, "id": new_id()}], "answers": [], "wishes": {}})
    intake.do("set_import_mapping", source="national", body=SetImportMapping.example, if_none_match=True)
    intake.do("publish_need", need_id="teenagers", body=PublishNeed.example, if_none_match=True)
    intake.do("set_question_set", assignment="contact_person", body=SetQuestionSet.example, if_none_match=True)
    intake.do("keep_draft", key=DRAFT_KEY, body=KeepDraft.example, if_none_match=True)
    imported = intake.do("import_applications", file=a_table(intake))
    intake.tell()
    protect_home(intake, sent["home_id"])
    protect_staff(intake)
    ids = {"application_id": sent["id"], "attachment_id": attached["id"], "import_id": imported["id"]}
    ids |= {"home_id": sent["home_id"], "key": DRAFT_KEY, "source": "national", "need_id": "teenagers"}
    ids["assignment"] = "contact_person"
    shown = {
        "list_transfers",
        "list_applications",
        "list_deadlines",  # of the hand-over that is offered, nobody has answered
        "get_application",
        "get_application_attachment",
        "read_events",
        "list_access",
        "list_staff",
    }
    return Stage(intake, ids, frozenset(shown), (*OF_HOME, ADDRESS["street"], PHONE, EMAIL, FILE, TEXT, STAFF))


def hand_over(intake: Harness, details: dict[str, Any]) -> None:
    """Another municipality hands over an application of the same people, and does not say that they are protected."""
    whole = {
        "reference": "PQRS-TVWX-YZ23",
        "kind": "form",
        "assignments": ["network_home"],
        "protected_identity": False,
    }
    told = {
        "application_id": new_id(),
        "transfer_id": new_id(),
        "municipality": intake.new_tenant(),
        "sent_at": clock.now(),
        "consent_given_on": clock.local_date(clock.now()),
        "application": {**whole, "details": details, "files": [], "reason": TEXT},
    }
    intake.react(APPLICATION_HANDED_OVER, told)


def of_investigation(investigation: Harness) -> Stage:
    investigation.now = MAY
    adults = [{"id": new_id(), **HOME, "personal_number": HOME_NUMBER, "relation": "applicant"}]
    opened = open_one(investigation, adults=adults, address=ADDRESS, phone=PHONE, email=EMAIL, position=PLACE)
    which = {"investigation_id": opened["id"]}
    make_ready(investigation, opened)
    check = {"status": "remark", "checked_on": "2026-05-01", "assessment": TEXT}
    first = opened["register_checks"][0]["id"]
    investigation.do("record_register_check", check_id=first, body=check, if_match="*", actor=STAFF, **which)
    investigation.do(
        "assess_area", area="economy", body={"rating": "met", "note": TEXT}, if_match="*", actor=STAFF, **which
    )
    adult_id = opened["adults"][0]["id"]
    met = {**VISIT, "place": TEXT, "present": [TEXT], "notes": TEXT}
    said = {"name": TEXT, "relation": TEXT, "way": TEXT, "summary": TEXT}
    investigation.do("record_meeting", body=met, actor=STAFF, **which)
    investigation.do("record_reference", body=a_reference(adult_id, **said), actor=STAFF, **which)
    consent = {**RecordConsent.example, "adult_id": adult_id, "way": TEXT}
    investigation.do("record_consent", body=consent, actor=STAFF, **which)
    attached = investigation.do("attach_to_investigation", file=a_sent_file(name=FILE), actor=STAFF, **which)
    objection = {**NoteObjection.example, "adult_id": adult_id, "text": TEXT}
    investigation.do("note_objection", body=objection, actor=STAFF, **which)
    child = {"child_name": "Markiplina Markörbarn", "child_personal_number": CHILD_NUMBER}
    network = a_proposal(assignments=["network_home"], conditions=TEXT, reasons=TEXT, **child)
    investigation.do("propose_decision", body=network, actor=STAFF, **which)
    decision = {"outcome": "approve", "reasons": TEXT}
    investigation.do("decide_investigation", body=decision, actor="dora", **which)
    (approval,) = investigation.do("list_approvals")["items"]
    investigation.do("suspend_approval", approval_id=approval["id"], body={"reason": TEXT}, actor=STAFF)
    reported = {**ReportConcern.example, "home_id": opened["home_id"], "text": TEXT}
    concern = investigation.do("report_concern", body=reported, actor=STAFF)
    investigation.do("note_concern", concern_id=concern["id"], body={"text": TEXT}, actor=STAFF)
    settled = {"outcome": "measures", "text": TEXT}
    investigation.do("settle_concern", concern_id=concern["id"], body=settled, actor="dora")
    open_one(investigation, adults=adults, home_id=opened["home_id"], position=PLACE)  # who is on the board
    investigation.tell()
    amend = {"home_id": opened["home_id"], "if_match": "*", "actor": STAFF}
    investigation.do("amend_home_file", body={"protected_identity": True}, **amend)
    investigation.do("protect_staff", body={"actor": STAFF, "protected_identity": True}, actor="admin")
    ids = {"investigation_id": opened["id"], "home_id": opened["home_id"], "assignment": "family_home"}
    ids |= {"approval_id": approval["id"], "concern_id": concern["id"], "attachment_id": attached["id"]}
    shown = {
        "get_investigation_attachment",
        "list_concerns",
        "get_concern",
        "get_approval",
        "view_open_investigations",
        "list_investigations",
        "get_investigation",
        "get_investigation_document",
        "get_home_file",
        "read_events",
    }
    shown |= {"list_access", "list_staff", "list_protected_staff", "list_deadlines", "view_journey"}
    return Stage(
        investigation,
        ids,
        frozenset(shown),
        (*OF_HOME, *OF_CHILD, *OF_PLACE),
    )


def of_placement(placement: Harness) -> Stage:
    placement.now = MAY_20
    desk = Desk(placement)
    adult = {**recorded_adult(new_id(), "Markusina"), **HOME, "personal_number": HOME_NUMBER}
    child = {"child_name": "Markiplina Markörbarn", "child_personal_number": CHILD_NUMBER, "conditions": TEXT}
    home = desk.home(adults=[adult], position=PLACE)
    desk.home(home_id=home, adults=[adult], position=PLACE, assignments=["network_home"], **child)
    person = {**request_body()["person"], **CHILD}
    need = {"person": person, "needs": TEXT, "place": PLACE}
    asked = placement.do("open_placement_request", body=request_body(**need), actor=STAFF)["id"]
    inquiry = placement.do(
        "send_inquiry", placement_request_id=asked, body={"home_id": home, "message": TEXT, "answer_by": None}
    )["id"]
    placement.do("accept_inquiry", inquiry_id=inquiry)
    start = a_body(asked, home, care_decision={**DECIDED, "reference": TEXT, "child_assessment": TEXT})
    placed = placement.do("start_placement", body=start, actor=STAFF)["id"]
    ending = {"ends_on": "2026-07-01", "reason": "other", "note": TEXT}
    placement.do("end_placement", placement_id=placed, body=ending, actor=STAFF)
    again = placement.do("open_placement_request", body=request_body(**need), actor=STAFF)["id"]
    said_no = placement.do(
        "send_inquiry", placement_request_id=again, body={"home_id": home, "message": TEXT, "answer_by": None}
    )["id"]
    placement.do("decline_inquiry", inquiry_id=said_no, body={"reason": TEXT})
    placement.tell()
    protect_home(placement, home, id=adult["id"])
    protection = {"placement_request_id": asked, "body": {"protected_identity": True}, "if_match": "*"}
    placement.do("protect_placed_person", **protection, actor=STAFF)
    placement.tell()
    protect_staff(placement)
    weighed = placement.do("list_weighings", placement_request_id=again)["items"][0]["id"]
    ids = {"home_id": home, "placement_request_id": again, "inquiry_id": inquiry, "placement_id": placed}
    ids |= {"weighing_id": weighed, "year": "2026"}
    shown = {"list_homes", "get_home", "list_placement_requests", "get_placement_request", "list_candidates"}
    rest = {"get_reach", "list_inquiries", "get_inquiry", "list_placements", "get_placement"}
    rest |= {"read_events", "list_access", "list_staff", "list_deadlines", "get_fact_sheet"}
    rest |= {"get_placed_children_file"}
    return Stage(placement, ids, frozenset(shown | rest), ("Markusina", *OF_CHILD, str(PLACE["latitude"]), TEXT, STAFF))


def of_mentorship(mentorship: Harness) -> Stage:
    mentorship.now = network.SUMMER
    adult = {**an_adult(HOME_NUMBER), **HOME}
    mentor, other = an_approval(adults=[adult], position=PLACE), approve_home(mentorship, adult=NEIGHBOUR)
    mentorship.react(HOME_APPROVED, mentor)
    home = an_approval(adults=[{**adult, "id": new_id(), "personal_number": "189001019844"}])
    mentorship.react(HOME_APPROVED, home)
    made = register(mentorship, mentor["home_id"])
    for home_id in (other, home["home_id"]):
        mentorship.react(PLACEMENT_STARTED, a_start_of_support(home_id))
    for one in mentorship.do("list_mentorships")["items"]:
        name = "accept_mentorship" if one["home_id"] == other else "decline_mentorship"
        body = {} if one["home_id"] == other else {"reason": TEXT}
        mentorship.do(name, mentorship_id=one["id"], body=body, actor=STAFF)
    own = {"home_id": mentor["home_id"], "mentor_id": made["id"]}
    ids = {
        **own,
        **of_network(mentorship, own, offered=[one["id"] for one in mentorship.do("list_mentorships")["items"]]),
    }
    mentorship.tell()
    protect_home(mentorship, mentor["home_id"])
    protect_home(mentorship, home["home_id"])
    protect_staff(mentorship)
    shown = {
        *("list_mentorships", "get_mentorship", "list_mentors", "get_mentor", "suggest_mentors"),
        *("list_replies", "list_respite", "get_respite", "list_enrolments", "get_certificate"),
        *("list_threads", "get_thread", "get_thread_attachment"),
        *("read_events", "list_access", "list_staff", "list_deadlines"),
    }
    return Stage(mentorship, ids, frozenset(shown), ("Markusina Markörsson", TEXT, STAFF))


def of_network(mentorship: Harness, own: dict[str, str], *, offered: list[str]) -> dict[str, str]:
    """One of everything that a home of the network has to do with, written by staff who are protected."""
    home, by = own["home_id"], {"actor": STAFF, "roles": ["coordinator"]}
    contact = {"mentorship_id": offered[0], **network.contact_of(mentorship, offered[0], **by)}
    found = {
        **contact,
        **network.gathering_of(mentorship, own["mentor_id"], home, **by),
        **network.respite_of(mentorship, home, actor=STAFF),
        "period": "2026-01-01--2026-12-31",
    }
    course = {**network.COURSE, "for_assignments": []}
    made = mentorship.do("plan_course", body=course, **by)["id"]
    enrolled = mentorship.do("enrol_in_course", course_id=made, body={"home_id": home}, **by)["id"]
    mentorship.now = network.AUTUMN
    present = {"held_on": "2026-09-05", "homes": [{"home_id": home, "attended": True}]}
    mentorship.do("record_course_attendance", course_id=made, body=present, **by)
    mentorship.now = network.SUMMER
    body = {"questions": ["1", "2", "3", "4", "5"], "closes_on": "2026-12-31"}
    survey = mentorship.do("open_survey", body=body, **by)["id"]
    thread = mentorship.do("open_thread", body={"home_id": home, "subject": TEXT, "text": TEXT}, **by)["id"]
    file = mentorship.do("attach_to_thread", thread_id=thread, file=a_sent_file(name=FILE), **by)["id"]
    found |= {"course_id": made, "enrolment_id": enrolled, "survey_id": survey, "thread_id": thread}
    return {**found, "thread_attachment_id": file}


def _claimed(compensation: Harness, agreement: Mapping[str, Any]) -> dict[str, str]:
    body = {**MakeClaim.example, "home_id": agreement["home_id"], "payee_adult_id": agreement["payee_adult_id"]}
    claim = compensation.do("make_claim", body={**body, "description": TEXT}, roles=["caseworker"])
    receipt = compensation.do("attach_receipt", claim_id=claim["id"], file=a_sent_file(name=FILE))
    return {"claim_id": claim["id"], "receipt_id": receipt["id"]}


def of_compensation(compensation: Harness) -> Stage:
    compensation.now = LAST_OF_APRIL
    started = a_start()
    agreement = a_signed_agreement(compensation, **{name: started[name] for name in ("home_id", "adult_ids")})
    compensation.do("discard_pay_run", pay_run_id=compute(compensation, actor=STAFF)["id"], actor=STAFF)
    run = compute(compensation, actor=STAFF)
    compensation.do("approve_pay_run", pay_run_id=run["id"], actor="another")
    compensation.do("set_export_layout", layout_name="own", body=SetExportLayout.example, if_none_match=True)
    compensation.do("set_pay_code", pay_kind="fee", body=PayCode.example, if_none_match=True)
    compensation.do("get_agreement", agreement_id=agreement["id"], actor=STAFF)
    protect_home(compensation, agreement["home_id"], id=agreement["payee_adult_id"])
    compensation.tell()
    protect_staff(compensation)
    compensation.pass_time(LAST_OF_APRIL)
    (terms,) = compensation.do("get_agreement", agreement_id=agreement["id"])["terms"]
    ids = {
        "year": "2024",
        "agreement_id": agreement["id"],
        "paper_id": terms["paper"]["id"],
        "pay_run_id": run["id"],
        "home_id": agreement["home_id"],
        "adult_id": agreement["payee_adult_id"],
        "layout_name": "own",
        "pay_kind": "fee",
        **_claimed(compensation, agreement),
    }
    shown = {
        "list_agreements",
        "get_agreement",
        "list_pay_runs",
        "get_pay_run",
        "list_access",
        "list_staff",
        "get_payee",
        "get_agreement_paper",
        "list_claims",
        "get_claim",
        "get_receipt",
    }
    return Stage(compensation, ids, frozenset(shown), ("Markusina Markörsson", TEXT, FILE, STAFF))


STAGES: dict[type[Service], Callable[[Harness], Stage]] = {
    Intake: of_intake,
    Investigation: of_investigation,
    Placement: of_placement,
    Mentorship: of_mentorship,
    Compensation: of_compensation,
}
SETTINGS = {"list_settings", "get_setting", "list_setting_changes"}
NOBODY: dict[str, Any] = {}
NOT_ENOUGH = {"neither": NOBODY, "the role": {"roles": RIGHT["roles"]}, "a reason": {"reason": WHY}}


@pytest.fixture(params=STAGES, ids=lambda service: service.name)
def stage(
    harness_of: Callable[[type[Service]], Harness], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Stage:
    """Each service's, with settings that somebody of the protected staff has changed."""
    service: type[Service] = request.param
    tried, paid = declared_in(service.name)
    declared = {**service.declared_settings(), **declared_in(service.name)}
    monkeypatch.setattr(service, "declared_settings", lambda: declared)
    harness = harness_of(service)
    for name, value in ((tried, 7), (paid, "yes")):
        body = {"value": value, "reason": "Because."}
        harness.do("change_setting", setting_name=name, body=body, if_match="*", actor=STAFF)
    made = STAGES[service](harness)
    preview, run, _ = weed_something(harness)
    ids = {**made.ids, "setting_name": tried, "preview_id": preview, "run_id": run}
    ids["export_id"] = personal_data.gather(harness, HOME_NUMBER)
    return replace(made, ids=ids, shown=made.shown | SETTINGS | {"search", "get_personal_data_file"})


def reading(stage: Stage) -> list[str]:
    """Every operation that reads."""
    operations = stage.harness.service.operations().items()
    return [name for name, operation in operations if operation.reads and name not in TENANTLESS]


def test_without_the_right_and_a_reason_nobody_is_found_anywhere(stage: Stage) -> None:
    found = {
        f"{name} with {how}": MARKS.findall(answer)
        for name in reading(stage)
        for how, caller in NOT_ENOUGH.items()
        if MARKS.search(answer := stage.ask(name, **caller))
    }
    assert found == {}


def test_with_both_they_are_and_the_log_says_so(stage: Stage) -> None:
    found = set()
    for name in reading(stage):
        if MARKS.search(stage.ask(name, **RIGHT)):
            found.add(name)
            line = stage.harness.do("list_access", roles=["auditor"])["items"][0]
            assert (line["operation"], line["reason"]) == (name, WHY)
            assert "protected" in line["roles"]
    assert found == stage.shown


def test_nothing_that_is_hidden_is_so_because_it_is_not_there(stage: Stage) -> None:
    """With the right every kind of mark of the service is found."""
    everything = " ".join(stage.ask(name, **RIGHT) for name in reading(stage))
    assert [mark for mark in stage.marks if mark not in everything] == []


def test_a_distance_is_coarse_unless_one_may_know_it(harness_of: Callable[[type[Service]], Harness]) -> None:
    stage = of_placement(harness_of(Placement))
    (hidden,) = json.loads(stage.ask("list_candidates"))["body"]["items"]
    (shown,) = json.loads(stage.ask("list_candidates", **RIGHT))["body"]["items"]
    assert (hidden["distance_km"], shown["distance_km"]) == (10.0, 0.0)


@pytest.mark.usefixtures("attempt")
class TestHomes:
    """A home sees its own, and of another one that is protected nothing."""

    def own(self, stage: Stage, name: str, number: str, **path: str) -> str:
        call: dict[str, Any] = {"roles": ["home"], "personal_number": number, "actor": "a-home", **path}
        return stage.written(stage.harness.reply(name, **call))

    def test_a_protected_mentor_is_nobody_to_the_home_that_has_it(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        stage = of_mentorship(harness_of(Mentorship))
        seen = self.own(stage, "list_mentorships", NEIGHBOUR)
        assert json.loads(seen)["body"]["total"] == 1
        assert not MARKS.search(seen)

    def test_it_is_somebody_to_itself(self, harness_of: Callable[[type[Service]], Harness]) -> None:
        stage = of_mentorship(harness_of(Mentorship))
        items = json.loads(self.own(stage, "list_mentorships", HOME_NUMBER))["body"]["items"]
        assert {item["mentor_name"] for item in items} >= {"Markusina Markörsson"}

    def test_a_home_reads_its_own_file_and_what_was_written_to_it(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        stage = of_placement(harness_of(Placement))
        home = json.loads(self.own(stage, "get_home", HOME_NUMBER, home_id=stage.ids["home_id"]))["body"]
        assert (home["name"], home["adults"][0]["given_name"]) == ("Markusina Markörsson", "Markusina")
        inquiries = json.loads(self.own(stage, "list_inquiries", HOME_NUMBER))["body"]["items"]
        assert {one["message"] for one in inquiries} == {TEXT}

    def test_the_log_does_not_say_who_of_a_protected_home_has_looked(
        self, harness_of: Callable[[type[Service]], Harness]
    ) -> None:
        stage = of_placement(harness_of(Placement))
        call = {"roles": ["home"], "personal_number": HOME_NUMBER, "home_id": stage.ids["home_id"]}
        stage.harness.do("get_home", actor="markusina", actor_name="Markusina Markörsson", **call)
        line = stage.harness.do("list_access", roles=["auditor"])["items"][0]
        assert (line["operation"], line["actor"], line["actor_name"]) == ("get_home", None, None)
        opened = stage.harness.do("list_access", roles=["auditor", "protected"], reason=WHY)["items"][0]
        assert (opened["actor"], opened["actor_name"]) == ("markusina", "Markusina Markörsson")
