"""Investigation: one that has just been opened, and one that has led to an approval."""

from datetime import date

from services.intake.contract.events import APPLICATION_QUALIFIED
from services.investigation.contract.approvals import ChangeStanding
from services.investigation.contract.checks import RecordConsent
from services.investigation.contract.concerns import NoteOnConcern, ReportConcern
from services.investigation.contract.decisions import DecideInvestigation
from services.investigation.contract.objections import NoteObjection
from services.investigation.contract.required_steps import SetRequiredSteps
from services.investigation.contract.staff import ProtectStaff
from services.investigation.investigations.blockers import Area
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness, a_sent_file
from services.mentorship.contract.events import MENTORSHIP_ACCEPTED, TRAINING_ATTENDED
from services.placement.contract.events import (
    CARE_CONSIDERED,
    PLACED_PERSON_CHANGED,
    PLACEMENT_ENDED,
    PLACEMENT_STARTED,
    PLACEMENT_WEEDED,
)
from tests.services.investigation.conftest import (
    ANNA,
    MAY,
    VISIT,
    a_mentorship,
    a_proposal,
    a_reference,
    a_start,
    a_training,
    an_application,
    make_ready,
    open_one,
)
from tests.tenancy.scenes import Scene


def scene(investigation: Harness) -> Scene:
    investigation.now = MAY
    decided = open_one(investigation)
    for _ in range(2):  # the second time replaces what was found the first time
        make_ready(investigation, decided)
    which = {"investigation_id": decided["id"]}
    investigation.do("propose_decision", body=a_proposal(), actor="ivar", **which)
    investigation.do("decide_investigation", body=DecideInvestigation.example, actor="dora", **which)
    opened = open_one(investigation)
    adult_id = opened["adults"][0]["id"]
    consent = {**RecordConsent.example, "adult_id": adult_id}
    investigation.do("record_consent", investigation_id=opened["id"], body=consent)
    attached = investigation.do("attach_to_investigation", investigation_id=opened["id"], file=a_sent_file())
    objection = {**NoteObjection.example, "adult_id": adult_id}
    investigation.do("note_objection", investigation_id=opened["id"], body=objection)
    concern = {**ReportConcern.example, "home_id": opened["home_id"]}
    reported = investigation.do("report_concern", body=concern)["id"]
    investigation.do("note_concern", concern_id=reported, body=NoteOnConcern.example)
    said = {"assignment": "family_home", "body": SetRequiredSteps.example, "if_none_match": True}
    investigation.do("set_required_steps", **said)
    investigation.do("protect_staff", body=ProtectStaff.example)
    child = {"placement_request_id": new_id(), "personal_number": ANNA, "protected_identity": True}
    investigation.react(PLACED_PERSON_CHANGED, child)
    approval = investigation.do("list_approvals")["items"][0]["id"]
    investigation.do("suspend_approval", approval_id=approval, body=ChangeStanding.example)
    started = a_start(decided["home_id"])
    investigation.react(PLACEMENT_STARTED, started)
    investigation.react(TRAINING_ATTENDED, a_training(decided["home_id"]))
    return Scene(
        subjects={
            "approval_expiring": f"{approval} 60",
            "approval_expired": approval,
            "ask_register": opened["register_checks"][0]["id"],
            "open_recheck": decided["home_id"],
            "note_checks": decided["home_id"],
        },
        bodies={
            "search": {"text": "anna"},
            "report_concern": concern,
            "record_consent": consent,
            "note_objection": objection,
            "record_meeting": {**VISIT, "adult_ids": [adult_id]},
            "record_reference": a_reference(adult_id),
        },
        refused={"report_concern": 422},
        everywhere=frozenset({"get_required_steps", "set_required_steps"}),
        ids={
            "investigation_id": opened["id"],
            "check_id": opened["register_checks"][0]["id"],
            "area": str(next(iter(Area))),
            "approval_id": approval,
            "attachment_id": attached["id"],
            "concern_id": reported,
            "assignment": "family_home",
            "home_id": opened["home_id"],
        },
        events={
            APPLICATION_QUALIFIED: an_application(application_id=opened["application_id"], home_id=opened["home_id"]),
            PLACED_PERSON_CHANGED: child,
            PLACEMENT_STARTED: started,
            CARE_CONSIDERED: {**started, "considered_on": date(2026, 6, 15)},
            PLACEMENT_ENDED: {**started, "ends_on": date(2026, 6, 30)},
            PLACEMENT_WEEDED: a_start(decided["home_id"]),
            TRAINING_ATTENDED: a_training(decided["home_id"]),
            MENTORSHIP_ACCEPTED: a_mentorship(mentor=decided["home_id"], home=opened["home_id"]),
        },
    )
