"""What intake shows: the public directory, lists and single applications."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import raiseload

from services.intake.contract import Status
from services.intake.model import Application
from services.kernel.contracts import Page
from services.kernel.database import Database, Unit
from services.kernel.operations import Answer, paged


def list_municipalities(database: Database) -> Answer:
    """The public directory."""
    return Answer({"items": database.municipalities()})


def list_applications(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The municipality's applications, the most pressing first."""
    statement = select(Application).options(raiseload(Application.contacts))
    if "status" in query:
        statement = statement.where(Application.status == query["status"])
    if "overdue" in query:
        overdue = (Application.status == Status.RECEIVED) & (Application.contact_by < unit.today)
        statement = statement.where(overdue if query["overdue"] else ~overdue)
    found, total = unit.page(statement.order_by(Application.contact_by, Application.id), page)
    return paged([summary(application, unit.today) for application in found], total)


def get_application(unit: Unit, application_id: str) -> Answer:
    """One application."""
    return answer(unit.get(Application, application_id), unit.today)


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
    """An application in a list; a protected identity shows neither name nor place."""
    address = application.details["address"] or {}
    first = application.adults[0] if application.adults else None
    hidden = application.protected_identity
    return {
        **receipt(application),
        "kind": application.kind,
        "name": f"{first['given_name']} {first['family_name']}" if first and not hidden else None,
        "locality": None if hidden else address.get("locality"),
        "assignments": application.assignments,
        "protected_identity": hidden,
        "overdue": application.is_overdue(today),
    }


def view(application: Application, today: date) -> dict[str, Any]:
    """The whole application."""
    return {
        **summary(application, today),
        **application.details,
        "contacts": application.contacts,
    }
