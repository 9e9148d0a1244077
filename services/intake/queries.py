"""What intake shows: the public directory, lists and single applications."""

from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from services.intake.contract.applications import Status
from services.intake.model import Application, Attachment
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.database import Database
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged


def list_municipalities(database: Database) -> Answer:
    """The public directory."""
    return Answer({"items": database.municipalities()})


class _Listed:
    """What a row of the list knows of itself as an application does."""

    __slots__ = ()
    name, locality, is_overdue = Application.name, Application.locality, Application.is_overdue


_WAITS = Application.status == Status.RECEIVED
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
    ),
    order=(Application.contact_by, Application.id),
    row=_Listed,
    status=Application.status == bindparam("status"),
    overdue={
        True: [_WAITS & (Application.contact_by < bindparam("today"))],
        False: [
            _WAITS & (Application.contact_by >= bindparam("today")),
            *(Application.status == status for status in Status if status is not Status.RECEIVED),
        ],
    },
)


def list_applications(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The municipality's applications, the most pressing first."""
    found, total = unit.list(_APPLICATIONS, page, query, today=unit.today)
    return paged((Shown(one, overdue=one.is_overdue(unit.today)) for one in found), total)


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
    overdue = application.is_overdue(today)
    return Answer(Shown(application, overdue=overdue, **application.details), version_of=application)
