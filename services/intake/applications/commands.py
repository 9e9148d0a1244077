"""What can be done with an application: one function per use case, each one unit of work."""

from typing import Any

from services.intake.applications import deadlines, queries
from services.intake.applications.model import Applicant, Application, Attachment, receive
from services.intake.contract import events
from services.intake.duties import CONTACT_OVERDUE
from services.kernel.contracts.files import SentFile
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def submit_application(unit: Unit, body: dict[str, Any]) -> Answer:
    """Receives an interest and starts the clock."""
    application = received(unit, body)
    keep(unit, application)
    return Answer(application)


def received(unit: Unit, body: dict[str, Any]) -> Application:
    """The application that a `SubmitApplication` is, not yet kept; `InvalidInput` when it can not be one."""
    return receive(body, at=unit.now, contact_days=unit.settings.contact_days)


def keep(unit: Unit, application: Application) -> None:
    """Keeps a new application and starts its clock."""
    unit.add_at_commit(application)
    unit.plan(CONTACT_OVERDUE, subject=application.id, at=deadlines.overdue_from(application.contact_by))
    for adult in application.adults:
        lookup = unit.lookup_person(adult["personal_number"])
        unit.add_at_commit(Applicant(id=adult["id"], application_id=application.id, lookup=lookup))


def record_contact(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """Logs an attempt to get in touch."""
    application = unit.lock(Application, application_id)
    application.record_contact(body["way"], reached=body["reached"], note=body["note"], by=unit.actor, at=unit.now)
    if body["reached"]:
        unit.cancel(CONTACT_OVERDUE, subject=application.id)
    return queries.answer(unit, application)


def attach_to_application(unit: Unit, application_id: str, file: SentFile) -> Answer:
    """Keeps a file that staff were handed."""
    return _attach(unit, unit.lock(Application, application_id), file)


def attach_to_own_application(unit: Unit, headers: dict[str, Any], file: SentFile) -> Answer:
    """Keeps a file that the applicant sends along."""
    own = queries.own_application(unit, headers["reference"], headers["phone_last_four"])
    return _attach(unit, unit.lock(Application, own.id), file)


def _attach(unit: Unit, application: Application, file: SentFile) -> Answer:
    attachment = Attachment.of(file, unit, beside=application.attachments, application_id=application.id)
    application.attach(attachment, at=unit.now)
    return Answer(attachment.view)


def qualify_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """Lets the application go on to an investigation, of a new home or of the one that the family is already."""
    application = unit.lock(Application, application_id)
    if body["home_id"] is not None:
        application.join(body["home_id"], known=[one.home_id for one in queries.possible_homes(unit, application)])
    happened = application.qualify(at=unit.now)
    unit.cancel(CONTACT_OVERDUE, subject=application.id)
    unit.record(events.APPLICATION_QUALIFIED, subject=application, data=happened)
    return queries.answer(unit, application)
