"""Handing an application over to another municipality.

It travels as an event whose personal parts are sealed for the receiver; its files are fetched from here with the keys
that go along. All of it stays until the receiver has accepted.
"""

from typing import Any

from sqlalchemy import delete

from services.intake.applications import handing_over, queries
from services.intake.applications.commands import start_clock
from services.intake.applications.model import Application
from services.intake.applications.parts import Applicant, Attachment, ContactAttempt
from services.intake.contract import events
from services.intake.contract.transfers import (
    CONSENT_IN_FUTURE,
    UNKNOWN_MUNICIPALITY,
    TransferStatus,
)
from services.intake.duties import CONTACT_OVERDUE
from services.intake.transfers.model import SentTransfer
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.kernel.work.reactions import each


def transfer_application(unit: Unit, application_id: str, body: dict[str, Any]) -> Answer:
    """Hands an open application over."""
    _must_be_possible(unit, body)
    application = unit.lock(Application, application_id)
    handing_over.hand_over(application, body["to"], body["reason"], by=unit.actor, at=unit.now)
    unit.cancel(CONTACT_OVERDUE, subject=application.id)
    sent = _sent(unit, application, body)
    unit.add(sent)
    told = _handed_over(unit, application, sent, body["reason"])
    unit.record(events.APPLICATION_HANDED_OVER, subject=application, data=told, to=body["to"])
    return queries.answer(unit, application)


def _sent(unit: Unit, application: Application, body: dict[str, Any]) -> SentTransfer:
    return SentTransfer(
        id=new_id(),
        application_id=application.id,
        to=body["to"],
        sent_at=unit.now,
        sent_by=unit.actor,
        consent_given_on=body["consent_given_on"],
        status=TransferStatus.WAITING,
        answered_at=None,
        changed_at=unit.now,
    )


def _must_be_possible(unit: Unit, body: dict[str, Any]) -> None:
    if body["consent_given_on"] > unit.today:
        raise CONSENT_IN_FUTURE.refusal("/consent_given_on")
    try:
        unit.neighbour(body["to"])
    except NotFound:
        raise UNKNOWN_MUNICIPALITY.refusal("/to") from None


def _handed_over(unit: Unit, application: Application, sent: SentTransfer, reason: str) -> dict[str, Any]:
    """The event `application_handed_over`."""
    files = [one.in_store.as_dict() for one in application.attachments]
    whole = ("reference", "kind", "assignments", "details")
    hidden = application.is_protected  # also where only the file of a home here says so
    return {
        "application_id": application.id,
        "transfer_id": sent.id,
        "municipality": unit.context.tenant,
        "sent_at": sent.sent_at,
        "consent_given_on": sent.consent_given_on,
        "application": {
            **{name: getattr(application, name) for name in whole},
            "protected_identity": hidden,
            "files": files,
            "reason": reason,
        },
    }


@each
def on_transfer_answered(unit: Unit, data: dict[str, Any]) -> None:
    """What was accepted stays as a stub; what was declined is open again, unless the family has withdrawn it."""
    sent = unit.known(SentTransfer, data["transfer_id"])
    if sent.to != data["municipality"] or sent.status != TransferStatus.WAITING:
        return
    sent.answer(accepted=data["accepted"], at=unit.now)
    application = unit.lock(Application, sent.application_id)
    if data["accepted"]:
        leave_stub(unit, application)
    elif _take_back(unit, application, data):
        start_clock(unit, application)


def _take_back(unit: Unit, application: Application, data: dict[str, Any]) -> bool:
    return handing_over.take_back(
        application,
        data["reason"],
        is_withdrawn=data.get("withdrawn", False),
        at=unit.now,
        contact_days=unit.settings.contact_days,
    )


def leave_stub(unit: Unit, application: Application) -> None:
    """Nothing stays by which anybody could be known; the files' keys go with their rows."""
    handing_over.leave_stub(application, at=unit.now)
    unit.session.flush()
    for part in (Applicant, ContactAttempt, Attachment):
        unit.session.execute(delete(part).where(part.application_id == application.id))
