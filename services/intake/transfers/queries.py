"""What other municipalities hand over."""

from typing import Any

from sqlalchemy import bindparam, select

from services.intake.applications.listed import HEADING, Headed
from services.intake.applications.model import Application
from services.intake.transfers.model import ReceivedTransfer
from services.kernel.contracts import Page, Shown
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged


class _Listed(Headed):
    """What a row of the list shows of the application that it is about."""

    __slots__ = ()

    @property
    def application(self) -> Any:
        return Shown(self, id=self.application_id)  # type: ignore[attr-defined]  # of the row


_TRANSFERS = Listing(
    select(
        ReceivedTransfer.id,
        ReceivedTransfer.application_id,
        ReceivedTransfer.sender,
        ReceivedTransfer.from_name,
        ReceivedTransfer.sent_at,
        ReceivedTransfer.consent_given_on,
        ReceivedTransfer.reason,
        ReceivedTransfer.status,
        ReceivedTransfer.files_on_their_way,
        ReceivedTransfer.answered_at,
        ReceivedTransfer.answered_by,
        Application.reference,
        Application.assignments,
        *HEADING,
        Application.protected_identity,
        Application.names_protected.label("names_protected"),
    ).join(Application, Application.id == ReceivedTransfer.application_id),
    order=(ReceivedTransfer.sent_at.desc(), ReceivedTransfer.id.desc()),
    row=_Listed,
    status=ReceivedTransfer.status == bindparam("status"),
)


def list_transfers(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    """What other municipalities hand over, the latest first."""
    found, total = unit.list(_TRANSFERS, page, query)
    return paged((Shown(one, protected_identity=one.is_protected) for one in found), total)
