"""Receiving an application that another municipality hands over, and answering: each step one unit of work.

The event is opened with this municipality's own key. The files are fetched one by one from the sender's shelf.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy import select

from services.intake.applications import handing_over, queries
from services.intake.applications.commands import applicants, start_clock
from services.intake.applications.model import Application
from services.intake.applications.parts import Attachment
from services.intake.contract import events
from services.intake.contract.applications import Status
from services.intake.contract.transfers import TransferStatus
from services.intake.duties import CONTACT_OVERDUE
from services.intake.transfers.model import ReceivedTransfer
from services.intake.transfers.sending import leave_stub
from services.kernel.contracts import Shown
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.files import FileAlreadyAttached, FileInStore, SentFile
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.kernel.work.reactions import each

FETCH_FILES = Duty(name="fetch_transferred_files")  #: its subject is the received transfer


@each
def on_application_handed_over(unit: Unit, data: dict[str, Any]) -> None:
    """An application has come from another municipality: it is offered to this one."""
    application = _arrived(unit, data["application"], sender=data["municipality"])
    unit.add(_received(unit, data, application_id=application.id))
    start_clock(unit, application)
    if data["application"]["files"]:
        unit.plan(FETCH_FILES, subject=data["transfer_id"], at=unit.now)


def _arrived(unit: Unit, said: dict[str, Any], *, sender: str) -> Application:
    application = handing_over.arrived(
        said,
        sender=sender,
        had_before=_is_known(unit, said["reference"]),
        at=unit.now,
        contact_days=unit.settings.contact_days,
    )
    application.own_key = queries.own_key(unit, application.reference, application.last_four)
    unit.add(application)
    unit.session.flush()
    unit.session.add_all(applicants(unit, application))
    return application


def _received(unit: Unit, data: dict[str, Any], *, application_id: str) -> ReceivedTransfer:
    said = data["application"]
    return ReceivedTransfer(
        id=data["transfer_id"],
        application_id=application_id,
        sender=data["municipality"],
        from_name=unit.neighbour(data["municipality"]).name,
        sent_at=data["sent_at"],
        consent_given_on=data["consent_given_on"],
        status=TransferStatus.WAITING,
        reason=said["reason"],
        files=said["files"],
        files_on_their_way=len(said["files"]),
        changed_at=unit.now,
    )


def _is_known(unit: Unit, reference: str) -> bool:
    """Whether it was here before: handed over from here, or declined."""
    return unit.session.scalar(select(Application.id).where(Application.reference == reference)) is not None


def fetch_transferred_files(unit: Unit, transfer_id: str) -> None:
    """Fetches one file from the sender's shelf, and plans the next."""
    transfer = unit.lock(ReceivedTransfer, transfer_id)
    if not transfer.files:
        return
    application = unit.lock(Application, transfer.application_id)
    kept = unit.shelf.take_over(transfer.sender, FileInStore.from_dict(transfer.files[0]))
    digest = _digest(unit.shelf.read(kept))
    file = SentFile.of(kept, content_hash=digest)
    # two that differed when they were sent may be one as they are kept, without what pictures hold beside themselves
    with suppress(FileAlreadyAttached):
        beside = application.attachments
        application.keep_file(Attachment.of(file, unit, beside=beside, application_id=application.id), at=unit.now)
    transfer.file_has_come(unit.now)
    if transfer.files:
        unit.plan(FETCH_FILES, subject=transfer_id, at=unit.now)


def _digest(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def accept_transfer(unit: Unit, transfer_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The application is this municipality's own, and its clock begins."""
    transfer = unit.lock(ReceivedTransfer, transfer_id)
    transfer.answer(accepted=True, by=unit.actor, at=unit.now)
    application = unit.lock(Application, transfer.application_id)
    handing_over.accept(application, by=unit.actor, at=unit.now, contact_days=unit.settings.contact_days)
    start_clock(unit, application)
    _tell(unit, transfer, application, reason=None)
    return _answer(transfer, application)


def decline_transfer(unit: Unit, transfer_id: str, body: dict[str, Any]) -> Answer:
    """The application stays with the sender; nothing of it stays here."""
    transfer = unit.lock(ReceivedTransfer, transfer_id)
    return _answer(transfer, let_go(unit, transfer, Status.DECLINED, reason=body["reason"]))


def let_go(unit: Unit, transfer: ReceivedTransfer, status: Status, *, reason: str | None) -> Application:
    """Answers a locked hand-over with no: nothing of its application stays here but how it ended."""
    transfer.answer(accepted=False, by=unit.actor, at=unit.now)
    transfer.reason = None
    application = unit.lock(Application, transfer.application_id)
    handing_over.turn_away(application, status, by=unit.actor, at=unit.now)
    unit.cancel(CONTACT_OVERDUE, subject=application.id)
    leave_stub(unit, application)
    _tell(unit, transfer, application, reason=reason)
    return application


def _tell(unit: Unit, transfer: ReceivedTransfer, application: Application, *, reason: str | None) -> None:
    told = {
        "transfer_id": transfer.id,
        "application_id": application.id,
        "municipality": unit.context.tenant,
        "accepted": transfer.status == TransferStatus.ACCEPTED,
        "reason": reason,
        "withdrawn": application.status == Status.WITHDRAWN,
    }
    unit.record(events.TRANSFER_ANSWERED, subject=transfer, data=told, to=transfer.sender)


def _answer(transfer: ReceivedTransfer, application: Application) -> Answer:
    return Answer(
        Shown(transfer, application=application, protected_identity=application.is_protected), version_of=transfer
    )
