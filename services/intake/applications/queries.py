"""What staff are shown: lists and single applications."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from services.intake.applications.listed import HEADING, Headed
from services.intake.applications.model import WAITING, Application
from services.intake.applications.parts import Applicant, Attachment
from services.intake.contract.applications import Status
from services.kernel.contracts import Page, Shown
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work.operations import Answer, paged

MOST_POSSIBLE_HOMES = 20  #: earlier applications that are named


class _Listed(Headed):
    """What a row of the list knows of itself as an application does."""

    __slots__ = ()
    is_overdue = Application.is_overdue


_APPLICATIONS = Listing(
    select(
        Application.id,
        Application.home_id,
        Application.reference,
        Application.kind,
        Application.status,
        Application.assignments,
        Application.protected_identity,
        Application.names_protected.label("names_protected"),
        Application.received_at,
        Application.contact_by,
        *HEADING,
    ),
    order=(Application.contact_by, Application.id),
    row=_Listed,
    status=Application.status == bindparam("status"),
    overdue={
        True: [(Application.status == one) & (Application.contact_by < bindparam("today")) for one in WAITING],
        False: [
            *((Application.status == one) & (Application.contact_by >= bindparam("today")) for one in WAITING),
            *(Application.status == status for status in Status if status not in WAITING),
        ],
    },
)


def list_applications(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """The municipality's applications, the most pressing first."""
    found, total = unit.list(_APPLICATIONS, page, query, today=unit.today)
    return paged((_item(one, unit.today) for one in found), total)


def _item(one: Any, today: date) -> Shown:
    return Shown(one, overdue=one.is_overdue(today), protected_identity=one.is_protected)


def get_application(unit: Unit, application_id: str) -> Answer:
    """One application."""
    return answer(unit, unit.read(Application, application_id))


def get_application_attachment(unit: Unit, application_id: str, attachment_id: str) -> Answer:
    """One file of an application."""
    attachment = unit.read(Attachment, attachment_id)
    if attachment.application_id != application_id:
        raise NotFound
    unit.must_see(is_protected=unit.read(Application, application_id).is_protected)
    return Answer({}, file=attachment.in_store)


def own_key(unit: Unit, reference: str, last_four: str) -> bytes:
    """The keyed hash by which an applicant finds the application."""
    return unit.lookup(f"{reference.upper()}\0{last_four}", Purpose.OWN_APPLICATION)


_OTHER = aliased(Applicant)
_POSSIBLE_HOMES = (
    select(
        Application.home_id,
        Application.id.label("application_id"),
        Application.reference,
        func.count().label("same_adults"),
    )
    .select_from(Applicant)
    .join(_OTHER, (_OTHER.lookup == Applicant.lookup) & (_OTHER.application_id < Applicant.application_id))
    .join(Application, Application.id == _OTHER.application_id)
    .where(Applicant.application_id == bindparam("application_id"))
    .group_by(Application.tenant, Application.id)
    .order_by(func.count().desc(), Application.id.desc())
    .limit(MOST_POSSIBLE_HOMES)
)


def possible_homes(unit: Unit, application: Application) -> Sequence[Any]:
    """The earlier applications by the same persons (an id tells which is earlier), those with most of them first."""
    if not application.is_repeated:
        return ()
    return unit.session.execute(_POSSIBLE_HOMES, {"application_id": application.id}).all()


def answer(unit: Unit, application: Application) -> Answer:
    """The whole application with its ETag."""
    shown = Shown(
        application,
        overdue=application.is_overdue(unit.today),
        protected_identity=application.is_protected,
        possible_homes=possible_homes(unit, application),
        **{"particulars": None, "answers": [], "first_call": None, **application.details},
    )
    return Answer(shown, version_of=application)
