"""Intake: an application whose family has been reached."""

from services.intake.contract.applications import RecordContact, SubmitApplication
from services.kernel.testing import Harness
from tests.tenancy.scenes import Scene


def scene(intake: Harness) -> Scene:
    application = intake.do("submit_application", body=SubmitApplication.example)
    intake.do("record_contact", application_id=application["id"], body=RecordContact.example)
    attached = intake.do("attach_to_application", application_id=application["id"])
    own = {
        "Application-Reference": application["reference"],
        "Phone-Last-Four": SubmitApplication.example["phone"][-4:],
    }
    return Scene(
        ids={"application_id": application["id"], "attachment_id": attached["id"]},
        headers={"attach_to_own_application": own},
        refused={"attach_to_own_application": 404},
        subjects={"contact_overdue": application["id"]},
    )
