"""The steps of an investigation (first call, visits, interviews, references): the forms of what is sent and shown."""

from marshmallow import validate

from services.investigation.contract.common import ADULT_ID, free_text
from services.investigation.steps.rules import Step
from services.kernel.contracts import Schema, fields


class RecordMeeting(Schema):
    """A step that was held: when, where, and with whom. `adult_ids` are the adults of the household who took part; all
    of them where nothing is said."""

    step = fields.one_of(Step, required=True)
    held_on = fields.Day(required=True)
    place = fields.text(200, shortest=0, load_default="")
    adult_ids = fields.List(fields.reference(), validate=validate.Length(1, 12))
    present = fields.List(fields.text(200), validate=validate.Length(max=20), load_default=list)
    notes = free_text()

    example = {
        "step": "home_visit",
        "held_on": "2026-04-20",
        "place": "At home",
        "present": ["Ida and Ivar, investigators"],
        "notes": "Calm, room for two children.",
    }


class RecordReference(Schema):
    """What somebody who knows an adult has said of that one: an earlier placing municipality, an employer, a friend."""

    adult_id = fields.reference(required=True)
    name = fields.text(200, required=True)
    relation = fields.text(200, required=True)
    way = fields.text(100, required=True)
    given_on = fields.Day(required=True)
    summary = fields.text(10_000, required=True)

    example = {
        "adult_id": ADULT_ID,
        "name": "Gunilla Gran",
        "relation": "Head of the school where Anna works",
        "way": "phone",
        "given_on": "2026-04-22",
        "summary": "Patient, and always there when she has said so.",
    }


class MeetingView(Schema):
    """A step that was held."""

    id = fields.String(required=True)
    step = fields.one_of(Step, required=True)
    held_on = fields.Day(required=True)
    adult_ids = fields.List(fields.String(), required=True)
    place = fields.String(required=True, allow_none=True)
    present = fields.List(fields.String(), required=True, allow_none=True)
    notes = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)

    example = {
        **RecordMeeting.example,
        "id": "019a0000-0000-7000-8000-000000000031",
        "adult_ids": [ADULT_ID],
        "recorded_by": "ivar",
    }


class ReferenceView(Schema):
    """What somebody has said of an adult."""

    id = fields.String(required=True)
    adult_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    relation = fields.String(required=True, allow_none=True)
    way = fields.String(required=True, allow_none=True)
    given_on = fields.Day(required=True)
    summary = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)

    example = {
        **RecordReference.example,
        "id": "019a0000-0000-7000-8000-000000000032",
        "recorded_by": "ivar",
    }
