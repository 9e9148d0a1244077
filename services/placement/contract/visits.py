"""The weekends of contact families and the meetings of contact persons: reported by the home, confirmed by staff."""

from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import ValidationError, validates_schema

from services.kernel.contracts import Fault, Hides, Nothing, Operation, Rule, Schema, fields
from services.placement.contract.common import CASEWORKER, CASEWORKER_OR_HOME, HOME_ID, PLACEMENT_ID, VISIT_ID
from services.vocabulary.assignments import Assignment


class VisitStatus(StrEnum):
    """Where a visit stands."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"  #: it was none


class VisitsOfContactsOnly(Fault):
    """Visits are reported of contact families and contact persons: of whoever lives in a home nothing is."""


class VisitOverlaps(Fault):
    """One of these days is reported already."""


class VisitAlreadyConfirmed(Fault):
    """The visit has been confirmed: staff may still correct it."""


class VisitOutsidePlacement(Fault):
    """The placement does not run on all of these days, as is known now: correct the visit first."""


class VisitWithdrawn(Fault):
    """The visit was withdrawn."""


VISIT_NOT_COME = Rule("visit_not_come", "A visit is reported when it has been.")
VISIT_OUTSIDE = Rule("visit_outside", "The placement runs from {starts_on}, and not on all of these days.")
VISIT_IN_ORDER = Rule("visit_in_order", "The last day is before the first.")
MEETING_ONE_DAY = Rule("meeting_one_day", "A contact person's meeting starts and ends on the same day.")
MONTH = Rule("month", "Not a month like 2026-06.")


class ReportVisit(Schema):
    """From when to when somebody was with the home, and whether the first and the last day were half ones."""

    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    half_first_day = fields.Flag(load_default=False)
    half_last_day = fields.Flag(load_default=False)
    note = fields.text(2_000, shortest=0, load_default="")

    rules = (VISIT_IN_ORDER,)
    example: ClassVar[dict[str, Any]] = {
        "starts_on": "2026-05-15",
        "ends_on": "2026-05-17",
        "half_first_day": True,
        "half_last_day": False,
        "note": "",
    }

    @validates_schema(skip_on_field_errors=True)
    def _has_its_days_in_order(self, data: dict[str, Any], **_: Any) -> None:
        if data["ends_on"] < data["starts_on"]:
            raise ValidationError(VISIT_IN_ORDER, "ends_on")


class CorrectVisit(ReportVisit):
    """The visit as it was, and why it is said anew; or that there was none."""

    note = fields.text(2_000, required=True)
    withdrawn = fields.Flag(load_default=False)

    example: ClassVar[dict[str, Any]] = {
        **ReportVisit.example,
        "half_first_day": False,
        "note": "She came on Friday at noon.",
        "withdrawn": False,
    }


class VisitFilter(Schema):
    """Which visits."""

    placement_id = fields.reference(metadata={"description": "Only of this placement. Bara för denna placering."})
    month = fields.form(
        r"^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\n)",
        MONTH,
        metadata={"description": "Only those that began in this month. Bara de som började denna månad."},
    )
    status = fields.one_of(VisitStatus, metadata={"description": "Only of this status. Bara med denna status."})


class VisitView(Schema):
    """A visit. Of a protected identity (skyddade personuppgifter) what was written is null."""

    id = fields.String(required=True)
    placement_id = fields.String(required=True)
    home_id = fields.String(required=True)
    assignment = fields.one_of(Assignment, required=True)
    status = fields.one_of(VisitStatus, required=True)
    starts_on = fields.Day(required=True)
    ends_on = fields.Day(required=True)
    half_first_day = fields.Boolean(required=True)
    half_last_day = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    reported_at = fields.Instant(required=True)
    reported_by_home = fields.Boolean(required=True)
    confirmed_at = fields.Instant(required=True, allow_none=True)
    corrected = fields.Boolean(required=True)  #: it was said otherwise before
    protected_identity = fields.Boolean(required=True)

    shows = {"home": "home_id", "placement": "placement_id"}
    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("note",), home="home_id"),)
    example = {
        **ReportVisit.example,
        "id": VISIT_ID,
        "placement_id": PLACEMENT_ID,
        "home_id": HOME_ID,
        "assignment": "contact_family",
        "status": "reported",
        "reported_at": "2026-05-18T08:00:00.000000Z",
        "reported_by_home": True,
        "confirmed_at": None,
        "corrected": False,
        "protected_identity": False,
    }


_DAYS = (VISIT_NOT_COME, VISIT_OUTSIDE, MEETING_ONE_DAY)

REPORT_VISIT = Operation(
    name="report_visit",
    route="POST /placements/<placement_id>/visits",
    en="Report that somebody was with a contact family, or met a contact person: by the home, or by a caseworker who "
    "was "
    "told so.",
    sv="Rapportera att någon varit hos en kontaktfamilj eller träffat en kontaktperson: hemmet självt, eller en "
    "handläggare som fått veta det.",
    roles=CASEWORKER_OR_HOME,
    body=ReportVisit,
    answer=VisitView,
    status=201,
    faults=(VisitsOfContactsOnly, VisitOverlaps),
    rules=_DAYS,
)
LIST_VISITS = Operation(
    name="list_visits",
    route="GET /visits",
    en="The visits, the latest first. A home's own user sees its own.",
    sv="Besöken, de senaste först. Ett hems egen användare ser sina egna.",
    roles=CASEWORKER_OR_HOME,
    query=VisitFilter,
    answer=VisitView,
    reads=True,
    paged=True,
)
CONFIRM_VISIT = Operation(
    name="confirm_visit",
    route="POST /visits/<visit_id>/confirm",
    en="Confirm a visit: pay follows.",
    sv="Bekräfta ett besök: ersättningen följer.",
    roles=CASEWORKER,
    body=Nothing,
    answer=VisitView,
    faults=(VisitAlreadyConfirmed, VisitWithdrawn, VisitOutsidePlacement),
)
CORRECT_VISIT = Operation(
    name="correct_visit",
    route="POST /visits/<visit_id>/correct",
    en="Say a visit anew as it was, or that there was none; what was said before stays. The home may until it is "
    "confirmed, staff also after that: then pay follows the correction.",
    sv="Ange ett besök på nytt som det var, eller att det inte blev av; det som angetts tidigare står kvar. Hemmet får "
    "göra det tills besöket är bekräftat, personalen även därefter: då följer ersättningen rättelsen.",
    roles=CASEWORKER_OR_HOME,
    body=CorrectVisit,
    answer=VisitView,
    faults=(VisitAlreadyConfirmed, VisitWithdrawn, VisitOverlaps),
    rules=_DAYS,
)
