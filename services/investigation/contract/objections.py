"""What somebody disputes of what an investigation says: it is noted beside that, which stays as it is (SoL 14:6)."""

from enum import StrEnum

from services.investigation.contract.common import ADULT_ID
from services.kernel.contracts import Schema, fields


class Disputed(StrEnum):
    """What it is about."""

    REGISTER_CHECK = "register_check"
    ASSESSMENT = "assessment"
    MEETING = "meeting"
    REFERENCE = "reference"
    PROPOSAL = "proposal"
    OTHER = "other"


class NoteObjection(Schema):
    """What is disputed, by whom of the household, and what that one says instead. `about_id` names a register check, a
    meeting or a reference by its id, an assessment by its area."""

    adult_id = fields.reference(required=True)
    about = fields.one_of(Disputed, required=True)
    about_id = fields.text(64, allow_none=True, load_default=None)
    said_on = fields.Day(required=True)
    text = fields.text(10_000, required=True)

    example = {
        "adult_id": ADULT_ID,
        "about": "other",
        "about_id": None,
        "said_on": "2026-05-01",
        "text": "The debt was paid in 2019.",
    }


class ObjectionView(Schema):
    """What somebody disputes."""

    id = fields.String(required=True)
    adult_id = fields.String(required=True)
    about = fields.one_of(Disputed, required=True)
    about_id = fields.String(required=True, allow_none=True)
    said_on = fields.Day(required=True)
    text = fields.String(required=True, allow_none=True)
    noted_by = fields.Staff(required=True)
    noted_at = fields.Instant(required=True)

    example = {
        **NoteObjection.example,
        "id": "019a0000-0000-7000-8000-000000000033",
        "noted_by": "ivar",
        "noted_at": "2026-05-01T09:00:00.000000Z",
    }
