"""Handing an application over to another municipality: only with consent, and that one says yes or no."""

from enum import StrEnum

from services.intake.contract.applications import (
    RECRUITER,
    ApplicationAlreadyClosed,
    ApplicationSummary,
    ApplicationView,
)
from services.intake.contract.closing import WithReason
from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields
from services.vocabulary.assignments import Assignment

UNKNOWN_MUNICIPALITY = Rule("unknown_municipality", "There is no other municipality of this name.")
CONSENT_IN_FUTURE = Rule("consent_in_future", "The family has consented on a day that has been.")


class TransferStatus(StrEnum):
    """What the receiving municipality has said."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class TransferAlreadyAnswered(Fault):
    """The application has been accepted or declined already."""


class TransferNotWaiting(Fault):
    """The application does not wait for another municipality's answer."""


class TransferStillArriving(Fault):
    """The files of the application are still on their way: try again in a moment."""


class TransferApplication(Schema):
    """To which municipality, and when the family consented to it."""

    to = fields.text(64, required=True)
    consent_given_on = fields.Day(required=True)
    reason = fields.text(2_000, required=True)

    example = {
        "to": "vasteras",
        "consent_given_on": "2026-04-02",
        "reason": "The family moves to Västerås and wants to apply there.",
    }


class TransferFilter(Schema):
    """Which hand-overs."""

    status = fields.one_of(TransferStatus, metadata={"description": "Only of this status. Bara med denna status."})


class TransferredApplication(Schema):
    """What has arrived, in short; all of it is the application of this id."""

    id = fields.String(required=True)
    reference = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    locality = fields.String(required=True, allow_none=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)

    example = {name: ApplicationSummary.example[name] for name in ("id", "reference", "name", "locality")} | {
        "assignments": ["family_home"]
    }


class TransferView(Schema):
    """An application that another municipality hands over to this one."""

    id = fields.String(required=True)
    sender = fields.String(required=True, data_key="from")
    from_name = fields.String(required=True, allow_none=True)
    sent_at = fields.Instant(required=True)
    consent_given_on = fields.Day(required=True)
    reason = fields.String(required=True, allow_none=True)
    status = fields.one_of(TransferStatus, required=True)
    files_on_their_way = fields.Integer(required=True)
    answered_at = fields.Instant(required=True, allow_none=True)
    answered_by = fields.Staff(required=True)
    application = fields.Nested(TransferredApplication, required=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"application": "application.id"}
    hides = (Hides("protected_identity", ("application.name", "application.locality", "reason")),)
    example = {
        "id": "019a0000-0000-7000-8000-0000000000c1",
        "from": "orebro",
        "from_name": "Örebro kommun",
        "sent_at": "2026-04-02T09:00:00.000000Z",
        "consent_given_on": "2026-04-02",
        "reason": "The family moves to Västerås and wants to apply there.",
        "status": "waiting",
        "files_on_their_way": 0,
        "answered_at": None,
        "answered_by": None,
        "application": TransferredApplication.example,
        "protected_identity": False,
    }


TRANSFER_APPLICATION = Operation(
    name="transfer_application",
    route="POST /applications/<application_id>/transfer",
    en="Hand an open application over to another municipality, with its files. Only with the family's consent. When "
    "that municipality has accepted, only reference, days and where it went stay here; when it declines, it is open "
    "again.",
    sv="Lämna över en öppen intresseanmälan till en annan kommun, med filerna. Bara med familjens samtycke. När den "
    "kommunen har tagit emot den finns bara referens, dagar och vart den gick kvar; avböjer den är anmälan öppen igen.",
    roles=RECRUITER,
    body=TransferApplication,
    answer=ApplicationView,
    faults=(ApplicationAlreadyClosed,),
    rules=(UNKNOWN_MUNICIPALITY, CONSENT_IN_FUTURE),
)
RECALL_TRANSFER = Operation(
    name="recall_transfer",
    route="POST /applications/<application_id>/recall",
    en="Ask back an application that waits for another municipality's answer. It is open here again when that one has "
    "let it go; if it has accepted meanwhile, it stays there.",
    sv="Begär tillbaka en intresseanmälan som väntar på en annan kommuns svar. Den är öppen här igen när den kommunen "
    "har släppt den; har den hunnit ta emot den stannar den där.",
    roles=RECRUITER,
    body=Nothing,
    answer=ApplicationView,
    faults=(TransferNotWaiting,),
)
LIST_TRANSFERS = Operation(
    name="list_transfers",
    route="GET /transfers",
    en="The applications that other municipalities hand over to this one, the latest first.",
    sv="De intresseanmälningar som andra kommuner lämnar över hit, de senaste först.",
    roles=RECRUITER,
    query=TransferFilter,
    answer=TransferView,
    reads=True,
    paged=True,
)
ACCEPT_TRANSFER = Operation(
    name="accept_transfer",
    route="POST /transfers/<transfer_id>/accept",
    en="Accept an application that was handed over: it is this municipality's own from now on, and its clock begins.",
    sv="Ta emot en intresseanmälan som lämnats över: den är kommunens egen från och med nu, och klockan börjar.",
    roles=RECRUITER,
    body=Nothing,
    answer=TransferView,
    faults=(TransferAlreadyAnswered, TransferStillArriving),
)
DECLINE_TRANSFER = Operation(
    name="decline_transfer",
    route="POST /transfers/<transfer_id>/decline",
    en="Decline an application that was handed over, with the reason. What had arrived is deleted.",
    sv="Avböj en intresseanmälan som lämnats över, med skälet. Det som hade kommit raderas.",
    roles=RECRUITER,
    body=WithReason,
    answer=TransferView,
    faults=(TransferAlreadyAnswered,),
)
