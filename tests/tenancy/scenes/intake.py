"""Intake: an application whose family has been reached."""

from services.intake.contract.applications import RecordContact
from services.intake.contract.form import SubmitApplication
from services.intake.contract.questions import SetQuestionSet
from services.intake.imports.commands import AT_ONCE
from services.investigation.contract.events import HOME_CHANGED, HOME_WEEDED
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from tests.home_changes import a_change, a_weeding, an_adult
from tests.services.intake.tables import HEADER, a_table, callbacks
from tests.tenancy.scenes import Scene

PROTECTED = "189001019851"  #: somebody who has applied for nothing


def scene(intake: Harness) -> Scene:
    application = intake.do("submit_application", body=SubmitApplication.example)
    intake.do("record_contact", application_id=application["id"], body=RecordContact.example)
    intake.do("decline_application", application_id=application["id"], body={"reason": "No room yet."})
    intake.do("reopen_application", application_id=application["id"], body={"reason": "They have room now."})
    own = {"reference": application["reference"], "phone_last_four": SubmitApplication.example["phone"][-4:]}
    intake.do("follow_application", body=own)
    intake.do("set_question_set", assignment="contact_person", body=SetQuestionSet.example, if_none_match=True)
    attached = intake.do("attach_to_application", application_id=application["id"])
    intake.react(HOME_CHANGED, a_change(new_id(), adults=[an_adult(PROTECTED)], protected_identity=True))
    sent = a_table(intake)
    intake.do("import_applications", file=sent)
    intake.pass_time(clock.now())
    intake.now = None
    waiting = intake.do("import_applications", file=a_table(intake, HEADER, *callbacks(5 * AT_ONCE)))
    return Scene(
        bodies={
            "search": {"text": "anna and"},
            "follow_application": own,
            "withdraw_own_application": own,
            "reopen_application": {"reason": "They have room now."},
        },
        ids={
            "application_id": application["id"],
            "assignment": "contact_family",
            "home_id": application["home_id"],
            "attachment_id": attached["id"],
            "import_id": waiting["id"],
        },
        headers={
            "attach_to_own_application": {
                "Application-Reference": own["reference"],
                "Phone-Last-Four": own["phone_last_four"],
            }
        },
        files={"import_applications": sent},
        refused={
            "attach_to_own_application": 404,
            "follow_application": 404,
            "withdraw_own_application": 404,
            "import_applications": 503,
        },
        events={
            HOME_CHANGED: a_change(application["home_id"]),
            HOME_WEEDED: a_weeding(application["home_id"], application_ids=[application["id"]]),
        },
        subjects={"contact_overdue": application["id"], "import_rows": waiting["id"]},
    )
