"""Intake: an application whose family has been reached."""

from services.intake.contract.applications import RecordContact, SubmitApplication
from services.intake.imports import AT_ONCE
from services.investigation.contract.events import HOME_WEEDED
from services.kernel.basics import clock
from services.kernel.testing import Harness
from tests.home_changes import a_weeding
from tests.services.intake.tables import HEADER, a_table, callbacks
from tests.tenancy.scenes import Scene


def scene(intake: Harness) -> Scene:
    application = intake.do("submit_application", body=SubmitApplication.example)
    intake.do("record_contact", application_id=application["id"], body=RecordContact.example)
    attached = intake.do("attach_to_application", application_id=application["id"])
    own = {
        "Application-Reference": application["reference"],
        "Phone-Last-Four": SubmitApplication.example["phone"][-4:],
    }
    sent = a_table(intake)
    intake.do("import_applications", file=sent)
    intake.pass_time(clock.now())
    intake.now = None
    waiting = intake.do("import_applications", file=a_table(intake, HEADER, *callbacks(5 * AT_ONCE)))
    return Scene(
        ids={"application_id": application["id"], "attachment_id": attached["id"], "import_id": waiting["id"]},
        headers={"attach_to_own_application": own},
        files={"import_applications": sent},
        refused={"attach_to_own_application": 404, "import_applications": 503},
        events={HOME_WEEDED: a_weeding(application["home_id"], application_ids=[application["id"]])},
        subjects={"contact_overdue": application["id"], "import_rows": waiting["id"]},
    )
