"""A placement's team, plans and reviews, its last days as they were said, and who is placed: their forms."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validates_schema

from services.kernel.contracts import Rule, Schema, fields
from services.placement.contract.common import REVIEW_ID


class ReviewKind(StrEnum):
    """What was considered or done of a placement."""

    FOLLOW_UP = "follow_up"  #: a visit or a talk (SoL 22:11)
    CARE_CONSIDERATION = "care_consideration"  #: whether the care is still needed (SoL 22:13)
    CUSTODY_CONSIDERATION = "custody_consideration"  #: whether custody is to be transferred (SoL 22:14)
    CARE_PLAN_REVISION = "care_plan_revision"  #: the care plan was revised (SoL 9:13)
    EMERGENCY_EXTENSION = "emergency_extension"  #: special reasons for longer in an emergency home (SoL 22:4)
    IVO_TOLD = "ivo_told"  #: the inspectorate was told of more than three in the home (SoF 16:2)


PLAN_NOT_COME = Rule("plan_not_come", "The day has not come yet: it is said when it has been done.")
REVIEW_NOT_COME = Rule("review_not_come", "The day has not come yet.")
REVIEW_BEFORE_START = Rule("review_before_start", "The placement starts on {starts_on}.")
UNTIL_OF_EXTENSION = Rule("until_of_extension", "Up to when is said of an extension, and of nothing else.")
REASONS_OF_EXTENSION = Rule("reasons_of_extension", "The special reasons are written down.")


class SetPlan(Schema):
    """The plans: what they say of contact, school and care, when they were made, and by when they are looked at."""

    parents_contact = fields.text(10_000, shortest=0, load_default="")
    siblings_contact = fields.text(10_000, shortest=0, load_default="")
    school = fields.text(10_000, shortest=0, load_default="")
    care = fields.text(10_000, shortest=0, load_default="")
    care_plan_on = fields.Day(load_default=None, allow_none=True)
    implementation_plan_on = fields.Day(load_default=None, allow_none=True)
    next_review_on = fields.Day(load_default=None, allow_none=True)
    child_investigation_ended_on = fields.Day(load_default=None, allow_none=True)

    example = {
        "parents_contact": "The mother each second Sunday.",
        "siblings_contact": "Phone on Wednesdays.",
        "school": "Goes on in the same school.",
        "care": "The dentist twice a year.",
        "care_plan_on": "2026-05-15",
        "implementation_plan_on": "2026-05-20",
        "next_review_on": "2026-12-01",
        "child_investigation_ended_on": None,
    }


class PlanView(Schema):
    """A placement's plans as they are now."""

    parents_contact = fields.String(required=True, allow_none=True)
    siblings_contact = fields.String(required=True, allow_none=True)
    school = fields.String(required=True, allow_none=True)
    care = fields.String(required=True, allow_none=True)
    care_plan_on = fields.Day(required=True, allow_none=True)
    implementation_plan_on = fields.Day(required=True, allow_none=True)
    next_review_on = fields.Day(required=True, allow_none=True)
    child_investigation_ended_on = fields.Day(required=True, allow_none=True)
    said_by = fields.Staff(required=True)
    said_at = fields.Instant(required=True)

    example = {**SetPlan.example, "said_by": "karin", "said_at": "2026-06-05T08:00:00.000000Z"}


class SetTeam(Schema):
    """Who of the staff looks after a placement, by the subjects of their logins, as `GET /staff` says them."""

    family_home_worker = fields.text(200, required=True, allow_none=True)
    child_social_worker = fields.text(200, required=True, allow_none=True)

    example = {"family_home_worker": "fatima", "child_social_worker": "karin"}


class RecordPlacementReview(Schema):
    """What was considered or done, on which day, and what it came to."""

    kind = fields.one_of(ReviewKind, required=True)
    held_on = fields.Day(required=True)
    note = fields.text(10_000, shortest=0, load_default="")
    until = fields.Day(load_default=None, allow_none=True)

    rules = (UNTIL_OF_EXTENSION, REASONS_OF_EXTENSION)
    example = {
        "kind": "care_consideration",
        "held_on": "2026-05-20",
        "note": "The care is still needed.",
        "until": None,
    }

    @validates_schema(skip_on_field_errors=True)
    def _says_how_long_and_why(self, data: dict[str, Any], **_: Any) -> None:
        extends = data["kind"] == ReviewKind.EMERGENCY_EXTENSION
        if extends != (data["until"] is not None):
            raise ValidationError(UNTIL_OF_EXTENSION, "until")
        if extends and not data["note"].strip():
            raise ValidationError(REASONS_OF_EXTENSION, "note")


class PlacementReviewView(Schema):
    """What was considered or done of a placement."""

    id = fields.String(required=True)
    kind = fields.one_of(ReviewKind, required=True)
    held_on = fields.Day(required=True)
    until = fields.Day(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)
    recorded_at = fields.Instant(required=True)

    example = {
        **RecordPlacementReview.example,
        "id": REVIEW_ID,
        "recorded_by": "karin",
        "recorded_at": "2026-05-20T10:00:00.000000Z",
    }


class SaidEnd(Schema):
    """A last day that was said, and corrected by the one that was said after it."""

    ends_on = fields.Day(required=True)
    note = fields.String(required=True, allow_none=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)

    example = {"ends_on": "2026-08-31", "note": "", "by": "karin", "at": "2026-08-20T08:00:00.000000Z"}


class PlacedPersonName(Schema):
    """Who is placed."""

    given_name = fields.String(required=True)
    family_name = fields.String(required=True)
