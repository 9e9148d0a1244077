"""What can be done with an application: one function per use case, each one unit of work."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from services.intake.applications import deadlines, queries
from services.intake.applications.model import Application
from services.intake.applications.parts import Applicant, Attachment
from services.intake.applications.receiving import receive
from services.intake.contract import events
from services.intake.contract.applications import ONLY_STAFF_SAY_IT, RECRUITER
from services.intake.duties import CONTACT_OVERDUE
from services.intake.public.guard import must_have_worked
from services.intake.questions.commands import answered
from services.kernel.contracts.files import SentFile
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def submit_application(unit: Unit, body: dict[str, Any]) -> Answer:
    """Receives an interest, from whoever applies or typed by staff for somebody who rang up, and starts the clock."""
    is_typed = not RECRUITER.isdisjoint(unit.context.roles)
    if "first_call" in body and not is_typed:
        raise ONLY_STAFF_SAY_IT.refusal("/first_call")
    if not is_typed:
        must_have_worked(unit, body)
    application = received(unit, answered(unit, body, whole=not is_typed))
    application.typed_by = unit.actor if is_typed else None
    keep(unit, application)
    return Answer(application)


def received(unit: Unit, body: dict[str, Any], *, sent_at: datetime | None = None) -> Application:
    """The application that a `SubmitApplication` is, sent now unless it says when, not yet kept; `InvalidInput` when it
    can not be one."""
    return receive(body, sent_at=sent_at, at=unit.now, contact_days=unit.settings.contact_days)


def keep(unit: Unit, application: Application) -> None:
    """Keeps a new application and starts its clock."""
    application.own_key = queries.own_key(unit, application.reference, application.last_four)
    unit.add_at_commit(application)
    start_clock(unit, application)
    for applicant in applicants(unit, application):
        unit.add_at_commit(applicant)


def start_clock(unit: Unit, application: Application) -> None:
    """From the day after the last one on it is overdue."""
    unit.plan(CONTACT_OVERDUE, subject=application.id, at=deadlines.overdue_from(application.contact_by))


def applicants(unit: Unit, application: Application) -> Iterator[Applicant]:
    """By whose numbers an application is found, not yet kept."""
    for adult in application.numbered:
        lookup = unit.lookup_person(adult["personal_number"])
        yield Applicant(id=adult["id"], application_id=application.id, lookup=lookup)


def amend_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """Writes down what has become known of an open application."""
    application = unit.lock_matching(Application, application_id)
    application.must_be_for(body)
    before = application.details.get("answers", [])
    application.amend(answered(unit, body, whole=False, before=before), at=unit.now)
    application.own_key = queries.own_key(unit, application.reference, application.last_four)
    if "adults" in body:
        _replace_applicants(unit, application)
    return queries.answer(unit, application)


def _replace_applicants(unit: Unit, application: Application) -> None:
    """Other people are in it from now on; what is known of them is asked anew."""
    unit.session.execute(delete(Applicant).where(Applicant.application_id == application.id))
    unit.session.add_all(applicants(unit, application))
    unit.session.flush()
    unit.session.refresh(application, ["is_repeated", "names_protected"])


def record_contact(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """Logs an attempt to get in touch."""
    application = unit.lock(Application, application_id)
    application.record_contact(body["way"], reached=body["reached"], note=body["note"], by=unit.actor, at=unit.now)
    if body["reached"]:
        unit.cancel(CONTACT_OVERDUE, subject=application.id)
    return queries.answer(unit, application)


def attach_to_application(unit: Unit, application_id: str, file: SentFile) -> Answer:
    """Keeps a file that staff were handed."""
    return attach(unit, unit.lock(Application, application_id), file)


def attach(unit: Unit, application: Application, file: SentFile) -> Answer:
    """Keeps a file with a locked application."""
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


def decline_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """The municipality does not go on with it."""
    application = unit.lock(Application, application_id)
    application.decline(body["reason"], by=unit.actor, at=unit.now)
    unit.cancel(CONTACT_OVERDUE, subject=application.id)
    return queries.answer(unit, application)


def reopen_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """What was declined or withdrawn is taken up again."""
    application = unit.lock(Application, application_id)
    again = application.reopen(body["reason"], by=unit.actor, at=unit.now, contact_days=unit.settings.contact_days)
    if again:
        start_clock(unit, application)
    return queries.answer(unit, application)
