"""Intake: an application whose family has been reached."""

from services.intake.contract.applications import RecordContact, SubmitApplication
from services.kernel.testing import Harness
from tests.tenancy.scenes import Scene


def scene(intake: Harness) -> Scene:
    application = intake.do("submit_application", body=SubmitApplication.example)
    intake.do("record_contact", application_id=application["id"], body=RecordContact.example)
    return Scene(ids={"application_id": application["id"]}, subjects={"contact_overdue": application["id"]})
