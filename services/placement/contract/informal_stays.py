"""Informal stays: a child who lives with relatives or friends without a decision, until there is one or it ends."""

from enum import StrEnum
from typing import ClassVar

from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields
from services.placement.contract.common import CASEWORKER, INFORMAL_STAY_ID
from services.placement.contract.requests import PlacedPerson


class InformalOutcome(StrEnum):
    """What became of an informal stay."""

    DECIDED = "decided"  #: it was decided on care, or consent was given, in the ordinary way
    MOVED_BACK = "moved_back"
    MOVED_ON = "moved_on"
    NO_NEED = "no_need"  #: the parents have arranged it themselves, and need no help


class InformalStayClosed(Fault):
    """The informal stay has ended already."""


SINCE_NOT_COME = Rule("since_not_come", "The day has not come yet.")


class NoteInformalStay(Schema):
    """Who lives with whom, and since when."""

    person = fields.Nested(PlacedPerson, required=True)
    since = fields.Day(required=True)

    class Meta:
        include: ClassVar = {"with": fields.text(1_000, required=True, attribute="lives_with")}

    example = {
        "person": {
            "given_name": "Elsa",
            "family_name": "Ek",
            "personal_number": "201701012393",
            "protected_identity": False,
        },
        "with": "The grandmother, Storgatan 4",
        "since": "2026-05-10",
    }


class CloseInformalStay(Schema):
    """What became of it, and why."""

    outcome = fields.one_of(InformalOutcome, required=True)
    reason = fields.text(10_000, required=True)

    example = {"outcome": "decided", "reason": "The grandmother was approved, and the committee has decided."}


class InformalStayFilter(Schema):
    """Which informal stays."""

    outcome = fields.one_of(InformalOutcome, metadata={"description": "Only with this outcome. Bara med detta utfall."})
    goes_on = fields.Boolean(metadata={"description": "Only those that go on. Bara de som pågår."})


class InformalStayView(Schema):
    """An informal stay. Of a protected identity (skyddade personuppgifter) who it is and with whom are null."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    person = fields.Nested(PlacedPerson, required=True, allow_none=True)
    since = fields.Day(required=True)
    decision_due_on = fields.Day(required=True)
    outcome = fields.one_of(InformalOutcome, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    noted_by = fields.Staff(required=True)
    noted_at = fields.Instant(required=True)
    closed_by = fields.Staff(required=True)
    closed_at = fields.Instant(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    class Meta:
        include: ClassVar = {"with": fields.String(required=True, allow_none=True, attribute="lives_with")}

    shows = {"informal_stay": "id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name", "person", "with", "reason")),)
    example = {
        **NoteInformalStay.example,
        "id": INFORMAL_STAY_ID,
        "name": "Elsa Ek",
        "decision_due_on": "2026-06-09",
        "outcome": None,
        "reason": None,
        "noted_by": "karin",
        "noted_at": "2026-05-20T08:00:00.000000Z",
        "closed_by": None,
        "closed_at": None,
        "protected_identity": False,
    }


NOTE_INFORMAL_STAY = Operation(
    name="note_informal_stay",
    route="POST /informal-stays",
    en="Write down that a child lives with relatives or friends without a decision. A clock runs from the first day "
    "on, "
    "until it is decided or ended.",
    sv="Anteckna att ett barn bor hos anhöriga eller vänner utan beslut. En klocka går från första dagen, tills det "
    "beslutas eller avslutas.",
    roles=CASEWORKER,
    body=NoteInformalStay,
    answer=InformalStayView,
    status=201,
    rules=(SINCE_NOT_COME,),
)
LIST_INFORMAL_STAYS = Operation(
    name="list_informal_stays",
    route="GET /informal-stays",
    en="The informal stays, those that have lasted longest first.",
    sv="De informella vistelserna, de som varat längst först.",
    roles=CASEWORKER,
    query=InformalStayFilter,
    answer=InformalStayView,
    reads=True,
    paged=True,
)
CLOSE_INFORMAL_STAY = Operation(
    name="close_informal_stay",
    route="POST /informal-stays/<informal_stay_id>/close",
    en="Say that an informal stay has ended in a decision, or has ended, and why.",
    sv="Ange att en informell vistelse har lett till ett beslut eller har upphört, och varför.",
    roles=CASEWORKER,
    body=CloseInformalStay,
    answer=InformalStayView,
    faults=(InformalStayClosed,),
)
