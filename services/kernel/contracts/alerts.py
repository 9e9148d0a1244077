"""Unusual reading and the checks of the log. That the log is checked again and again is itself shown (the act 2001:454
on personal data in social services, section 10).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from services.kernel.contracts import fields
from services.kernel.contracts.access import AUDITORS, SubjectView
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.hiding import Hides
from services.kernel.contracts.join import Alike, Log, OneOf
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.page import how_many
from services.kernel.contracts.rules import Rule
from services.kernel.contracts.schema import Schema

NOT_AFTER_ITS_BEGINNING = Rule("period_ends_before_it_begins", "A period ends after it begins.")


class AlertKind(StrEnum):
    """What is unusual."""

    MANY_FILES = "many_files"  #: within an hour, beside those with the same role
    AT_NIGHT = "at_night"  #: by somebody who is not used to it
    NOT_THEIR_FILES = "not_their_files"  #: in which others work
    OWN_NAME = "own_name"  #: of somebody who bears the reader's family name, or one that begins with it
    OWN_NUMBER = "own_number"  #: the reader's own
    PROTECTED = "protected"  #: opened by the right to see protected identities


class AlertSettled(Fault):
    """The alert has been settled already."""

    status = 409


class OwnAlert(Fault):
    """The alert is about the caller: another auditor settles it."""

    status = 403


class PeriodNotOver(Fault):
    """What is yet to come can not have been checked."""

    status = 409


class AlertFilter(Schema):
    """Which alerts, the newest first."""

    settled = fields.Boolean(metadata={"description": "Whether an auditor has settled it. Om den är avslutad."})
    after = fields.form(
        r"^[0-9A-Za-z.-]{1,100}$(?!\n)",
        Rule("alert_place", "The `next` of an earlier answer."),
        metadata={"description": "The `next` of the answer before. `next` i föregående svar."},
    )
    limit = how_many()


class SettleAlert(Schema):
    """What an auditor found out about an alert."""

    note = fields.text(2000, required=True)

    example = {"note": "Hon vikarierade för en kollega; beslutat av enhetschefen."}


class Settled(Schema):
    """Who settled an alert, when, and with which note."""

    by = fields.Staff(required=True)
    at = fields.Instant(required=True)
    note = fields.String(required=True)

    example = {"by": "revisor", "at": "2026-05-05T08:00:00Z", **SettleAlert.example}


class AlertView(Schema):
    """Unusual reading of one person in one day: how many files, how many are usual where that is known, and which, at
    most a hundred of them. The day begins at five in the morning."""

    id = fields.String(required=True)
    kind = fields.one_of(AlertKind, required=True)
    actor = fields.String(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    on = fields.Day(required=True)
    count = fields.Integer(required=True)
    usual = fields.Integer(required=True, allow_none=True)
    subjects = fields.List(fields.Nested(SubjectView), required=True)
    raised_at = fields.Instant(required=True)
    protected_identity = fields.Boolean(required=True)
    settled = fields.Nested(Settled, required=True, allow_none=True)

    shows: ClassVar[Mapping[str, str]] = {}  # ids, and who looked
    hides = (Hides("protected_identity", ("actor", "actor_name")),)
    example = {
        "id": "intake.019a0000-0000-7000-8000-000000000009",
        "kind": "many_files",
        "actor": "anna",
        "actor_name": "Anna Berg",
        "on": "2026-05-02",
        "count": 64,
        "usual": 12,
        "subjects": [SubjectView.example],
        "raised_at": "2026-05-03T03:00:00Z",
        "protected_identity": False,
        "settled": None,
    }


class Alerts(Schema):
    """Alerts, the newest first, and from where to go on: null at the end."""

    items = fields.List(fields.Nested(AlertView), required=True)
    next = fields.String(required=True, allow_none=True)

    shows: ClassVar[Mapping[str, str]] = {}
    example = {"items": [AlertView.example], "next": None}


class RecordReview(Schema):
    """A check of the log: of which period, and what was found."""

    since = fields.Instant(data_key="from", required=True)
    until = fields.Instant(data_key="to", required=True)
    note = fields.text(2000, required=True)

    @validates_schema
    def _in_order(self, values: dict[str, Any], **_: object) -> None:
        if values["until"] <= values["since"]:
            raise ValidationError(NOT_AFTER_ITS_BEGINNING, "to")

    example = {
        "from": "2026-04-01T00:00:00Z",
        "to": "2026-05-01T00:00:00Z",
        "note": "Stickprov av tjugo rader; två larm avslutade.",
    }


class CheckedLog(Schema):
    """One service's part of the log at a check: how many lines the period has, how many alerts, and how many of those
    were still open."""

    service = fields.String(required=True)
    lines = fields.Integer(required=True)
    alerts = fields.Integer(required=True)
    open_alerts = fields.Integer(required=True)

    example = {"service": "intake", "lines": 1250, "alerts": 2, "open_alerts": 0}


class ReviewView(Schema):
    """A check of the log, and what there was to check in each service."""

    id = fields.String(required=True)
    since = fields.Instant(data_key="from", required=True)
    until = fields.Instant(data_key="to", required=True)
    note = fields.String(required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)
    logs = fields.List(fields.Nested(CheckedLog), required=True)

    shows: ClassVar[Mapping[str, str]] = {}
    example = {
        "id": "019a0000-0000-7000-8000-000000000010",
        **RecordReview.example,
        "by": "revisor",
        "at": "2026-05-05T09:00:00Z",
        "logs": [CheckedLog.example],
    }


class ReviewFilter(Schema):
    """How many checks, the latest first."""

    limit = how_many()


class Reviews(Schema):
    """The checks of the log, the latest first."""

    items = fields.List(fields.Nested(ReviewView), required=True)

    shows: ClassVar[Mapping[str, str]] = {}
    example = {"items": [ReviewView.example]}


LIST_ACCESS_ALERTS = Operation(
    name="list_access_alerts",
    route="GET /access-alerts",
    en="Unusual reading, found each night in the log of access, in all services, the newest first.",
    sv="Ovanlig läsning (larm), funnen varje natt i åtkomstloggen, i alla tjänster, den senaste först.",
    roles=AUDITORS,
    query=AlertFilter,
    answer=Alerts,
    reads=True,
    shared=Log(),
)
SETTLE_ACCESS_ALERT = Operation(
    name="settle_access_alert",
    route="POST /access-alerts/<access_alert_id>/settle",
    en="Settle an alert with a note of what was found out. Nobody settles one about themselves.",
    sv="Avsluta ett larm med en anteckning om vad som kommit fram. Ingen avslutar ett larm om sig själv.",
    roles=AUDITORS,
    body=SettleAlert,
    answer=AlertView,
    faults=(AlertSettled, OwnAlert),
    shared=OneOf(by="access_alert_id"),
)
RECORD_ACCESS_REVIEW = Operation(
    name="record_access_review",
    route="POST /access-reviews",
    en="Note that the log of access has been checked for a period, in every service. Where one does not answer the "
    "others may have noted it: ask again with the same Idempotency-Key.",
    sv="Anteckna att åtkomstloggen har kontrollerats för en period, i varje tjänst (loggkontroll). Svarar inte någon "
    "kan de andra ha antecknat det: fråga igen med samma Idempotency-Key.",
    roles=AUDITORS,
    body=RecordReview,
    rules=(NOT_AFTER_ITS_BEGINNING,),
    answer=ReviewView,
    status=201,
    faults=(PeriodNotOver,),
    shared=Alike(but_for="logs"),
)
LIST_ACCESS_REVIEWS = Operation(
    name="list_access_reviews",
    route="GET /access-reviews",
    en="When the log of access was checked, by whom and for which period.",
    sv="När åtkomstloggen har kontrollerats, av vem och för vilken period.",
    roles=AUDITORS,
    query=ReviewFilter,
    answer=Reviews,
    reads=True,
    shared=Alike(but_for="logs", in_list=True),
)
