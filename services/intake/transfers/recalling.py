"""Asking back what another municipality has not answered, because it does not or because the family does not go on."""

from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import select

from services.intake.applications import queries
from services.intake.applications.model import Application
from services.intake.contract import events
from services.intake.contract.applications import ApplicationAlreadyClosed, Status
from services.intake.contract.transfers import TransferNotWaiting, TransferStatus
from services.intake.duties import CONTACT_OVERDUE
from services.intake.transfers.model import ReceivedTransfer, SentTransfer
from services.intake.transfers.receiving import let_go
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.kernel.work.reactions import each

Transfer = TypeVar("Transfer", SentTransfer, ReceivedTransfer)


def recall_transfer(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Asks it back. The other municipality's answer decides, so that it is never at both."""
    application = unit.lock(Application, application_id)
    sent = _waiting(unit, SentTransfer, application_id)
    if sent is None:
        raise TransferNotWaiting
    _recall(unit, sent)
    return queries.answer(unit, application)


def withdraw_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """The family has told the municipality that it does not go on."""
    return queries.answer(unit, withdraw(unit, application_id, body["reason"], by=unit.actor))


def withdraw(unit: Unit, application_id: str, reason: str | None, *, by: str) -> Application:
    """The family does not go on. Another municipality that has the application, or waits for it, is told."""
    received = _waiting(unit, ReceivedTransfer, application_id)
    if received is not None:
        return let_go(unit, received, Status.WITHDRAWN, reason=reason)
    application = unit.lock(Application, application_id)
    application.withdraw(reason, by=by, at=unit.now)
    unit.cancel(CONTACT_OVERDUE, subject=application.id)
    sent = _waiting(unit, SentTransfer, application_id)
    if sent is not None:
        _recall(unit, sent, withdrawn=True)
    return application


def _waiting(unit: Unit, transfer: type[Transfer], application_id: str) -> Transfer | None:
    """The hand-over of an application that nobody has answered, locked."""
    waits = (transfer.application_id == application_id, transfer.status == TransferStatus.WAITING)
    return unit.session.scalars(select(transfer).where(*waits).with_for_update()).one_or_none()


def _recall(unit: Unit, sent: SentTransfer, **said: bool) -> None:
    told = {"transfer_id": sent.id, "municipality": unit.context.tenant, **said}
    unit.record(events.TRANSFER_RECALLED, subject=sent, data=told, to=sent.to)


@each
def on_transfer_recalled(unit: Unit, data: dict[str, Any]) -> None:
    """The sender asks it back: it is let go, unless it has been answered. What the family has withdrawn ends here too,
    as far as it has not gone on."""
    transfer = unit.known(ReceivedTransfer, data["transfer_id"])
    if transfer.sender != data["municipality"]:
        return
    if data.get("withdrawn"):
        with suppress(ApplicationAlreadyClosed):
            withdraw(unit, transfer.application_id, None, by="")
    elif transfer.status == TransferStatus.WAITING:
        let_go(unit, transfer, Status.DECLINED, reason=None)
