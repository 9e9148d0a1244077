"""What intake shows: the public directory, lists and single applications."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from services.intake.contract.applications import Status
from services.intake.model import Application, Attachment
from services.kernel.contracts import Page
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.database import Database
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged


def list_municipalities(database: Database) -> Answer:
    """The public directory."""
    return Answer({"items": database.municipalities()})


_APPLICATIONS = Listing(
    select(
        Application.id,
        Application.home_id,
        Application.reference,
        Application.kind,
        Application.status,
        Application.assignments,
        Application.protected_identity,
        Application.received_at,
        Application.contact_by,
        Application.details,
    ).order_by(Application.contact_by, Application.id),
    status=Application.status == bindparam("status"),
    overdue=(
        (Application.status == Status.RECEIVED) & (Application.contact_by < bindparam("today")) == bindparam("overdue")
    ),
)


def list_applications(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The municipality's applications, the most pressing first."""
    found, total = unit.list(_APPLICATIONS, page, query, today=unit.today)
    return paged([summary(application, unit.today) for application in found], total)


def get_application(unit: Unit, application_id: str) -> Answer:
    """One application."""
    return answer(unit.read(Application, application_id), unit.today)


def get_application_attachment(unit: Unit, application_id: str, attachment_id: str) -> Answer:
    """One file of an application."""
    attachment = unit.read(Attachment, attachment_id)
    if attachment.application_id != application_id:
        raise NotFound
    return Answer({}, file=attachment.in_store)


def own_application(unit: Unit, reference: str, phone_last_four: str) -> Application:
    """The application that somebody knows both the reference and the phone number of; `NotFound` whichever is wrong."""
    asked = select(Application).where(Application.reference == reference.upper())
    application = unit.session.scalars(asked).unique().one_or_none()
    if application is None or not application.is_of(phone_last_four):
        raise NotFound
    return application


def answer(application: Application, today: date) -> Answer:
    """The whole application with its ETag."""
    return Answer(view(application, today), version_of=application)


def receipt(application: Application) -> dict[str, Any]:
    """What the applicant gets."""
    return {
        "id": application.id,
        "home_id": application.home_id,
        "reference": application.reference,
        "status": application.status,
        "received_at": application.received_at,
        "contact_by": application.contact_by,
    }


def summary(application: Application, today: date) -> dict[str, Any]:
    """An application, or a row of the listing, in a list; a protected identity shows neither name nor place."""
    address = application.details["address"] or {}
    adults = application.details["adults"]
    first = adults[0] if adults else None
    hidden = application.protected_identity
    return {
        **receipt(application),
        "kind": application.kind,
        "name": f"{first['given_name']} {first['family_name']}" if first and not hidden else None,
        "locality": None if hidden else address.get("locality"),
        "assignments": application.assignments,
        "protected_identity": hidden,
        "overdue": Application.is_overdue(application, today),
    }


def view(application: Application, today: date) -> dict[str, Any]:
    """The whole application."""
    return {
        **summary(application, today),
        **application.details,
        "contacts": application.contacts,
        "attachments": application.attachments,
    }
