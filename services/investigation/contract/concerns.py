"""Concerns about homes (oro): what staff, a home, a child's social worker or another municipality has seen or heard,
what was done to look into it, and how it was settled."""

from enum import StrEnum
from typing import ClassVar

from services.investigation.contract.common import READERS
from services.kernel.contracts import Fault, Hides, Operation, Schema, fields, rules

REPORTERS = frozenset({"caseworker", "investigator"})
SEERS = REPORTERS | READERS


class ConcernKind(StrEnum):
    """What a concern is about."""

    CARE = "care"
    SAFETY = "safety"
    COOPERATION = "cooperation"
    ECONOMY = "economy"
    OTHER = "other"


class ConcernSource(StrEnum):
    """From whom it comes."""

    STAFF = "staff"
    HOME = "home"
    CHILD = "child"
    CHILD_SOCIAL_WORKER = "child_social_worker"
    OTHER_MUNICIPALITY = "other_municipality"
    OTHER = "other"


class ConcernStatus(StrEnum):
    """Where it stands."""

    OPEN = "open"
    SETTLED = "settled"


class ConcernOutcome(StrEnum):
    """What it came to."""

    UNFOUNDED = "unfounded"
    MEASURES = "measures"  #: something is done, and the home goes on
    SUSPENDED = "suspended"  #: every approval of the home in force is suspended
    REVOKED = "revoked"  #: every approval of the home in force is revoked


class ConcernSettled(Fault):
    """The concern has been settled."""


class NothingToEnd(Fault):
    """The home has no approval in force that could be suspended or revoked."""


class ReporterMayNotSettle(Fault):
    """Who wrote the concern down may not settle it: that takes another person."""

    status = 403


class DeciderNeeded(Fault):
    """Only a decider suspends or revokes the home's approvals."""

    status = 403


class ReportConcern(Schema):
    """What has been seen or heard of a home, and from whom. Who it was stands in the text, if at all."""

    home_id = fields.reference(required=True)
    kind = fields.one_of(ConcernKind, required=True)
    source = fields.one_of(ConcernSource, load_default=ConcernSource.STAFF)
    text = fields.text(10_000, required=True)

    example = {
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "kind": "care",
        "source": "child_social_worker",
        "text": "The child comes to school without lunch.",
    }


class NoteOnConcern(Schema):
    """What was done to look into it, and what that showed."""

    text = fields.text(10_000, required=True)

    example = {"text": "A visit without notice: nothing remarkable."}


class SettleConcern(Schema):
    """How it was settled, and on what that stands."""

    outcome = fields.one_of(ConcernOutcome, required=True)
    text = fields.text(10_000, required=True)

    example = {"outcome": "measures", "text": "The home gets supervision every second week."}


class ConcernFilter(Schema):
    """Which concerns."""

    home_id = fields.reference(metadata={"description": "Only about this home. Bara om detta hem."})
    status = fields.one_of(ConcernStatus, metadata={"description": "Only of this status. Bara med denna status."})


class ConcernSummary(Schema):
    """A concern in a list. The home's name is hidden for a protected identity (skyddade personuppgifter)."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    kind = fields.one_of(ConcernKind, required=True)
    source = fields.one_of(ConcernSource, required=True)
    status = fields.one_of(ConcernStatus, required=True)
    reported_at = fields.Instant(required=True)
    settled_at = fields.Instant(required=True, allow_none=True)
    protected_identity = fields.Boolean(required=True)

    shows = {"concern": "id", "home": "home_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name",)),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000021",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "name": "Anna Andersson, Bo Berg",
        "kind": "care",
        "source": "child_social_worker",
        "status": "open",
        "reported_at": "2026-09-01T09:00:00.000000Z",
        "settled_at": None,
        "protected_identity": False,
    }


class ConcernNoteView(Schema):
    """What was done to look into a concern."""

    text = fields.String(required=True, allow_none=True)
    noted_by = fields.Staff(required=True)
    noted_at = fields.Instant(required=True)

    example = {**NoteOnConcern.example, "noted_by": "ivar", "noted_at": "2026-09-03T09:00:00.000000Z"}


class ConcernView(ConcernSummary):
    """A concern with all that was written about it, the first note first."""

    text = fields.String(required=True, allow_none=True)
    reported_by = fields.Staff(required=True)
    notes = fields.List(fields.Nested(ConcernNoteView), required=True)
    outcome = fields.one_of(ConcernOutcome, required=True, allow_none=True)
    settlement = fields.String(required=True, allow_none=True)
    settled_by = fields.Staff(required=True)

    hides = (*ConcernSummary.hides, Hides("protected_identity", ("text", "notes.text", "settlement")))
    example = {
        **ConcernSummary.example,
        "text": ReportConcern.example["text"],
        "reported_by": "karin",
        "notes": [ConcernNoteView.example],
        "outcome": None,
        "settlement": None,
        "settled_by": None,
    }


REPORT_CONCERN = Operation(
    name="report_concern",
    route="POST /concerns",
    en="Report a concern about a home. It is open until another person settles it, shows at every match and on running "
    "placements meanwhile, and no approval of the home is given or reinstated.",
    sv="Anmäl oro om ett hem. Den är öppen tills en annan person avgör den, syns vid varje matchning och på pågående "
    "placeringar under tiden, och inget godkännande av hemmet ges eller återinförs.",
    roles=REPORTERS,
    body=ReportConcern,
    answer=ConcernView,
    status=201,
    location="/concerns/{id}",
    rules=(rules.NOT_FOUND,),
)
LIST_CONCERNS = Operation(
    name="list_concerns",
    route="GET /concerns",
    en="The concerns about homes, the newest first.",
    sv="Oron om hem, den nyaste först.",
    roles=SEERS,
    query=ConcernFilter,
    answer=ConcernSummary,
    reads=True,
    paged=True,
)
GET_CONCERN = Operation(
    name="get_concern",
    route="GET /concerns/<concern_id>",
    en="One concern with what was done to look into it, and how it was settled.",
    sv="En oro med vad som gjorts för att utreda den, och hur den avgjordes.",
    roles=SEERS,
    answer=ConcernView,
    reads=True,
)
NOTE_CONCERN = Operation(
    name="note_concern",
    route="POST /concerns/<concern_id>/notes",
    en="Write down what was done to look into a concern.",
    sv="Anteckna vad som har gjorts för att utreda oron.",
    roles=SEERS,
    body=NoteOnConcern,
    answer=ConcernView,
    faults=(ConcernSettled,),
)
SETTLE_CONCERN = Operation(
    name="settle_concern",
    route="POST /concerns/<concern_id>/settle",
    en="Settle a concern, by another person than who wrote it down. `suspended` and `revoked` do that to every "
    "approval of the home that is in force, and take a decider.",
    sv="Avgör en oro, av en annan person än den som antecknade den. `suspended` och `revoked` ställer in eller "
    "återkallar vart och ett av hemmets gällande godkännanden, och kräver en beslutsfattare.",
    roles=SEERS,
    body=SettleConcern,
    answer=ConcernView,
    faults=(ConcernSettled, ReporterMayNotSettle, DeciderNeeded, NothingToEnd),
)
