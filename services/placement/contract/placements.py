"""Placements: a person comes to a home, and leaves it; and the events that are recorded of it."""

from enum import StrEnum
from typing import ClassVar

from services.kernel.contracts import Fault, Hides, Operation, Rule, Schema, fields, rules
from services.placement.contract.common import (
    APPROVAL_ID,
    CASEWORKER,
    CASEWORKER_OR_HOME,
    HOME_ID,
    PLACEMENT_ID,
    REQUEST_ID,
)
from services.placement.contract.requests import NOT_BORN, PlacementRequestNotOpen
from services.vocabulary.assignments import Assignment


class PlacementStatus(StrEnum):
    """Where a placement stands today."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


# --- refusals -------------------------------------------------------------------------------------------------------


class HomeHasNotAccepted(Fault):
    """The home has not accepted an inquiry for this request (a contracted emergency home has not been sent one)."""


class NoValidApproval(Fault):
    """The home has no approval for the assignment that is valid on the first day."""


class StartsBeforeApproval(Fault):
    """A placement can not start before the day on which the home's approval was decided."""


class ApprovedForAnotherChild(Fault):
    """The home is approved for another, named child only."""


class ApprovalWaits(Fault):
    """The household of the home has changed: its approvals wait until that has been looked at."""


class AgeOutsideApproval(Fault):
    """The person's age on the first day is outside what the home is approved for."""


class NoFreePlace(Fault):
    """Every place of the home is taken or promised on some day from the first day on."""


class PersonAlreadyPlaced(Fault):
    """The person lives in another home then: a person lives in one place."""


class PlacementAlreadyEnded(Fault):
    """The placement's last day has been said already."""


# --- rules ----------------------------------------------------------------------------------------------------------

ENDS_BEFORE_START = Rule("ends_before_start", "The placement starts on {starts_on}.")

# --- bodies ---------------------------------------------------------------------------------------------------------


class StartPlacement(Schema):
    """Who comes where, and from which day on."""

    placement_request_id = fields.reference(required=True)
    home_id = fields.reference(required=True)
    starts_on = fields.Day(required=True)

    example = {"placement_request_id": REQUEST_ID, "home_id": HOME_ID, "starts_on": "2026-06-01"}


class EndPlacement(Schema):
    """The last day, which may lie ahead, and why."""

    ends_on = fields.Day(required=True)
    reason = fields.text(10_000, required=True)

    example = {"ends_on": "2026-08-31", "reason": "Moves back to the mother."}


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
        **StartPlacement.example,
        "id": PLACEMENT_ID,
        "home_name": "Anna Andersson",
        "person_name": "Elsa Ek",
        "assignment": "family_home",
        "status": "running",
        "ends_on": None,
        "protected_identity": False,
    }


class PlacedPersonName(Schema):
    """Who is placed."""

    given_name = fields.String(required=True)
    family_name = fields.String(required=True)


class PlacementView(PlacementSummary):
    """The whole placement. What staff wrote of its end, and who of them it was, is not shown to the home."""

    approval_id = fields.String(required=True)
    person = fields.Nested(PlacedPersonName, required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    started_by = fields.Staff(required=True)
    ended_by = fields.Staff(required=True)

    hides = (
        *PlacementSummary.hides,
        Hides("person_is_protected", ("person",), home="home_id"),
        Hides("protected_identity", ("end_reason",)),
    )
    example = {
        **PlacementSummary.example,
        "approval_id": APPROVAL_ID,
        "person": {"given_name": "Elsa", "family_name": "Ek"},
        "end_reason": None,
        "started_by": "karin",
        "ended_by": None,
    }


# --- operations -----------------------------------------------------------------------------------------------------

START_PLACEMENT = Operation(
    name="start_placement",
    route="POST /placements",
    en="Place the person in the home. The home has accepted (a contracted emergency home has been asked), is approved "
    "for the assignment, the age and the day, and has a free place from that day on. "
    "A day that has passed may be given, down to the day of the approval.",
    sv="Placera personen i hemmet. Hemmet har tackat ja (ett kontrakterat jourhem har blivit tillfrågat), är godkänt "
    "för uppdraget, åldern och dagen, och har en ledig plats från den dagen. "
    "En dag som har passerat får anges, ned till dagen för godkännandet.",
    roles=CASEWORKER,
    body=StartPlacement,
    answer=PlacementView,
    faults=(
        PlacementRequestNotOpen,
        HomeHasNotAccepted,
        NoValidApproval,
        StartsBeforeApproval,
        ApprovedForAnotherChild,
        ApprovalWaits,
        AgeOutsideApproval,
        NoFreePlace,
        PersonAlreadyPlaced,
    ),
    status=201,
    location="/placements/{id}",
    rules=(
        rules.NOT_FOUND,
        NOT_BORN,
    ),
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
    en="Say the placement's last day, passed or coming. The place is free from the day after.",
    sv="Ange placeringens sista dag, passerad eller kommande. Platsen är ledig från dagen efter.",
    roles=CASEWORKER,
    body=EndPlacement,
    answer=PlacementView,
    faults=(PlacementAlreadyEnded,),
    rules=(ENDS_BEFORE_START,),
)
