"""Placements: a person comes to a home, and leaves it; and the events that are recorded of it."""

from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields, rules
from services.placement.contract.care import (
    BEFORE_THE_LAST,
    DECISION_NOT_COME,
    AuthorityNotCompetent,
    CareDecision,
    CareDecisionMissing,
    CareDecisionView,
    IntroductionNotDecided,
    LegalGroundNotForAge,
    PlacedBeforeDecision,
)
from services.placement.contract.common import (
    APPROVAL_ID,
    CASEWORKER,
    CASEWORKER_OR_HOME,
    HOME_ID,
    PLACEMENT_ID,
    REQUEST_ID,
)
from services.placement.contract.obstacles import OBSTACLES
from services.placement.contract.plans import PlacedPersonName, PlacementReviewView, PlanView, SaidEnd
from services.placement.contract.requests import NOT_BORN, PlacementRequestNotOpen
from services.placement.placements import care
from services.placement.placements.care import LONGEST_INTRODUCTION, PlacementKind
from services.vocabulary.assignments import Assignment


class EndReason(StrEnum):
    """Why a placement ended."""

    PLANNED = "planned"  #: as it was meant
    BREAKDOWN = "breakdown"  #: sooner than it was meant (sammanbrott)
    MOVED_HOME = "moved_home"  #: back to the parents
    AGE = "age"  #: of age, or too old for it
    OTHER = "other"


class Flag(StrEnum):
    """What has changed of the home of a placement that goes on: nobody is moved by it, and somebody has to look."""

    APPROVAL_SUSPENDED = "approval_suspended"
    APPROVAL_REVOKED = "approval_revoked"
    APPROVAL_EXPIRED = "approval_expired"
    APPROVAL_WAITS = "approval_waits"
    OPEN_CONCERN = "open_concern"


class PlacementStatus(StrEnum):
    """Where a placement stands today."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"  #: it did not take place: of an introduction also because the need was met or is no more

    @property
    def is_over(self) -> bool:
        """Whether nobody is there any more, nor will be."""
        return self in (PlacementStatus.ENDED, PlacementStatus.CANCELLED)


# --- refusals -------------------------------------------------------------------------------------------------------


class HomeHasNotAccepted(Fault):
    """The home has not accepted an inquiry for this request (a contracted emergency home has not been sent one)."""


class PersonAlreadyPlaced(Fault):
    """The person lives in another home then, or in this one already: a person lives in one place."""


class PlacementAlreadyEnded(Fault):
    """The placement's last day has been said already."""


class PlacementNotEnded(Fault):
    """No last day has been said of the placement: there is nothing to correct."""


class PlacementCancelled(Fault):
    """The stay was cancelled before it began, and its request is open again: another placement begins from there."""


# --- rules ----------------------------------------------------------------------------------------------------------

ENDS_BEFORE_START = Rule("ends_before_start", "The placement starts on {starts_on}.")
INTRODUCTION_DAYS = Rule("introduction_days", "An introduction ends at most {days} days after its first day.")
INTRODUCTIONS_TOGETHER = Rule(
    "introductions_together",
    "The introductions of a person to one home within a year are together at most {days} days, the first included.",
)
STAY_WITHOUT_END = Rule("stay_without_end", "The last day of a stay is said when it is known, by its own operation.")
INTRODUCTION_OF_LIVING = Rule("introduction_of_living", "Only to a home in which somebody is to live.")

# --- bodies ---------------------------------------------------------------------------------------------------------


class StartPlacement(Schema):
    """Who comes where, from which day on, and who decided on it. An introduction says its last day, too."""

    placement_request_id = fields.reference(required=True)
    home_id = fields.reference(required=True)
    starts_on = fields.Day(required=True)
    kind = fields.one_of(PlacementKind, load_default=PlacementKind.STAY.value)
    ends_on = fields.Day(load_default=None, allow_none=True)
    care_decision = fields.Nested(CareDecision, load_default=None, allow_none=True)

    rules = (INTRODUCTION_DAYS, STAY_WITHOUT_END)
    example = {
        "placement_request_id": REQUEST_ID,
        "home_id": HOME_ID,
        "starts_on": "2026-06-01",
        "kind": "stay",
        "ends_on": None,
        "care_decision": CareDecision.example,
    }

    @validates_schema(skip_on_field_errors=True)
    def _has_the_days_of_its_kind(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] == PlacementKind.STAY and data["ends_on"] is not None:
            raise ValidationError(STAY_WITHOUT_END, "ends_on")
        if data["kind"] == PlacementKind.INTRODUCTION and not care.is_introduction(data["starts_on"], data["ends_on"]):
            raise ValidationError(INTRODUCTION_DAYS.format(days=LONGEST_INTRODUCTION.days), "ends_on")


class EndPlacement(Schema):
    """The last day, which may lie ahead, and why."""

    ends_on = fields.Day(required=True)
    reason = fields.one_of(EndReason, required=True)
    note = fields.text(10_000, shortest=0, load_default="")

    example = {"ends_on": "2026-08-31", "reason": "moved_home", "note": "Moves back to the mother."}


class CorrectEnd(Schema):
    """The last day as it should have been said, and why it is another one."""

    ends_on = fields.Day(required=True)
    note = fields.text(10_000, required=True)

    example = {"ends_on": "2026-08-24", "note": "She moved a week before."}


class PlacementFilter(Schema):
    """Which placements of the municipality."""

    home_id = fields.reference(metadata={"description": "Only in this home. Bara i detta hem."})
    placement_request_id = fields.reference(
        metadata={"description": "Only from this placement request. Bara från detta placeringsbehov."}
    )


# --- views ----------------------------------------------------------------------------------------------------------


class PlacementSummary(Schema):
    """A placement in a list. Names are hidden for a protected identity (skyddade personuppgifter). A home's own user is
    shown who is placed there, also of a protected identity, until the placement has ended, and then no longer."""

    id = fields.String(required=True)
    placement_request_id = fields.String(required=True)
    home_id = fields.String(required=True)
    home_name = fields.String(required=True, allow_none=True)
    person_name = fields.String(required=True, allow_none=True)
    assignment = fields.one_of(Assignment, required=True)
    kind = fields.one_of(PlacementKind, required=True)
    status = fields.one_of(PlacementStatus, required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True, allow_none=True)  #: the last day, also of a placement that still runs
    protected_identity = fields.Boolean(required=True)  #: the home's or the person's

    shows = {"placement": "id", "home": "home_id", "placement_request": "placement_request_id"}
    hides: ClassVar[tuple[Hides, ...]] = (
        Hides("home_is_protected", ("home_name",), home="home_id"),
        Hides("person_is_protected", ("person_name",), home="home_id"),
    )
    example = {
        **{name: StartPlacement.example[name] for name in ("placement_request_id", "home_id", "starts_on", "kind")},
        "id": PLACEMENT_ID,
        "home_name": "Anna Andersson",
        "person_name": "Elsa Ek",
        "assignment": "family_home",
        "status": "running",
        "ends_on": None,
        "protected_identity": False,
    }


class PlacementView(PlacementSummary):
    """The whole placement. What was decided and considered, what staff wrote of its end, and who of them it was, is not
    shown to the home; its plans are, until it has ended."""

    approval_id = fields.String(required=True)
    flags = fields.List(fields.one_of(Flag), required=True)  #: of one that has not ended, for staff
    continues = fields.String(required=True, allow_none=True)  #: the stay in the same home that became this one
    person = fields.Nested(PlacedPersonName, required=True, allow_none=True)
    care_decisions = fields.List(fields.Nested(CareDecisionView), required=True)  #: the first first
    end_reason = fields.one_of(EndReason, required=True, allow_none=True, attribute="end_code")
    end_note = fields.String(required=True, allow_none=True, attribute="end_reason")
    said_ends = fields.List(fields.Nested(SaidEnd), required=True)  #: every last day that was said, the first first
    family_home_worker = fields.Staff(required=True)
    child_social_worker = fields.Staff(required=True)
    plan = fields.Nested(PlanView, required=True, allow_none=True)
    reviews = fields.List(fields.Nested(PlacementReviewView), required=True)  #: the first first
    started_by = fields.Staff(required=True)
    ended_by = fields.Staff(required=True)

    hides = (
        *PlacementSummary.hides,
        Hides("person_is_protected", ("person",), home="home_id"),
        Hides(
            "protected_identity",
            (
                *("end_note", "said_ends.note", "care_decisions.reference", "care_decisions.child_assessment"),
                "reviews.note",
            ),
        ),
        Hides(
            "protected_identity",
            ("plan.parents_contact", "plan.siblings_contact", "plan.school", "plan.care"),
            home="home_id",
        ),
    )
    example = {
        **PlacementSummary.example,
        "approval_id": APPROVAL_ID,
        "flags": [],
        "continues": None,
        "person": {"given_name": "Elsa", "family_name": "Ek"},
        "care_decisions": [CareDecisionView.example],
        "end_reason": None,
        "end_note": None,
        "said_ends": [],
        "family_home_worker": "fatima",
        "child_social_worker": "karin",
        "plan": PlanView.example,
        "reviews": [PlacementReviewView.example],
        "started_by": "karin",
        "ended_by": None,
    }


# --- operations -----------------------------------------------------------------------------------------------------

START_PLACEMENT = Operation(
    name="start_placement",
    route="POST /placements",
    en="Place the person in the home. The home has accepted (a contracted emergency home has been asked), is approved "
    "for the assignment, the age and the day, and has a free place from that day on. Whoever is to live there needs a "
    "decision on care in this very home, of the board or its committee, or of the chair where it can not wait, never "
    "dated after the first day. A day that has passed may be given, down to the day of the approval, where the home "
    "could take the person today, too. An introduction of at most seven days needs no decision, takes no place, and "
    "leaves the request open.",
    sv="Placera personen i hemmet. Hemmet har tackat ja (ett kontrakterat jourhem har blivit tillfrågat), är godkänt "
    "för uppdraget, åldern och dagen, och har en ledig plats från den dagen. Den som ska bo där behöver ett beslut om "
    "vård i just detta hem, av nämnden eller dess utskott, eller av ordföranden när det inte kan vänta, och aldrig "
    "daterat efter första dagen. En dag som har passerat får anges, ned till dagen för godkännandet, om hemmet kunde "
    "ta emot personen även i dag. En inskolning på högst sju dagar behöver inget beslut, tar ingen plats och lämnar "
    "behovet öppet.",
    roles=CASEWORKER,
    body=StartPlacement,
    answer=PlacementView,
    faults=(
        PlacementRequestNotOpen,
        HomeHasNotAccepted,
        *OBSTACLES,
        PersonAlreadyPlaced,
        CareDecisionMissing,
        PlacedBeforeDecision,
        AuthorityNotCompetent,
        LegalGroundNotForAge,
        IntroductionNotDecided,
    ),
    status=201,
    location="/placements/{id}",
    rules=(
        rules.NOT_FOUND,
        NOT_BORN,
        DECISION_NOT_COME,
        INTRODUCTION_OF_LIVING,
        INTRODUCTIONS_TOGETHER,
    ),
)
RECORD_CARE_DECISION = Operation(
    name="record_care_decision",
    route="POST /placements/<placement_id>/care-decisions",
    en="Write down a later decision on care in the home: the committee's after the chair's urgent one, or a new one.",
    sv="Anteckna ett senare beslut om vård i hemmet: utskottets efter ordförandens brådskande, eller ett nytt.",
    roles=CASEWORKER,
    body=CareDecision,
    answer=PlacementView,
    faults=(AuthorityNotCompetent, LegalGroundNotForAge, IntroductionNotDecided),
    rules=(DECISION_NOT_COME, BEFORE_THE_LAST),
)
LIST_PLACEMENTS = Operation(
    name="list_placements",
    route="GET /placements",
    en="The municipality's placements, those that start latest first. A home's own user sees its own.",
    sv="Kommunens placeringar, de som börjar senast först. Ett hems egen användare ser sina egna.",
    roles=CASEWORKER_OR_HOME,
    query=PlacementFilter,
    answer=PlacementSummary,
    reads=True,
    paged=True,
)
GET_PLACEMENT = Operation(
    name="get_placement",
    route="GET /placements/<placement_id>",
    en="One placement. A home's own user sees its own.",
    sv="En placering. Ett hems egen användare ser sina egna.",
    roles=CASEWORKER_OR_HOME,
    answer=PlacementView,
    reads=True,
)
END_PLACEMENT = Operation(
    name="end_placement",
    route="POST /placements/<placement_id>/end",
    en="Say the placement's last day, passed or coming. The place is free from the day after. A day before the first, "
    "as long as that has not come, cancels the placement: it counts no day, and its request is open again.",
    sv="Ange placeringens sista dag, passerad eller kommande. Platsen är ledig från dagen efter. En dag före den "
    "första, så länge den inte har kommit, ställer in placeringen: ingen dag räknas, och behovet är öppet igen.",
    roles=CASEWORKER,
    body=EndPlacement,
    answer=PlacementView,
    faults=(PlacementAlreadyEnded,),
    rules=(ENDS_BEFORE_START,),
)
CORRECT_END = Operation(
    name="correct_end",
    route="POST /placements/<placement_id>/correct-end",
    en="Correct the placement's last day, also backwards in time: a new fact beside the old one, which stays. A later "
    "day needs the place to be free, and the person to live nowhere else. What was over goes on, today or later, only "
    "where it could begin today. What has not begun is cancelled by a day before its first.",
    sv="Rätta placeringens sista dag, även bakåt i tiden: en ny uppgift bredvid den gamla, som står kvar. En senare "
    "dag kräver att platsen är ledig och att personen inte bor någon annanstans. Det som var över fortsätter, i dag "
    "eller senare, bara om det kunde börja i dag. Det som inte har börjat ställs in av en dag före den första.",
    roles=CASEWORKER,
    body=CorrectEnd,
    answer=PlacementView,
    faults=(PlacementNotEnded, PlacementCancelled, PersonAlreadyPlaced, PlacementRequestNotOpen, *OBSTACLES),
    rules=(ENDS_BEFORE_START, INTRODUCTION_DAYS, INTRODUCTIONS_TOGETHER),
)
