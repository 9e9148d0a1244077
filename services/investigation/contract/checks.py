"""Register checks and what they need: the forms of what is sent and shown."""

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.contract.common import ADULT_ID, free_text
from services.kernel.contracts import Rule, Schema, fields

REMARK_NOT_ASSESSED = Rule("remark_not_assessed", "A remark needs an assessment.")


class RecordRegisterCheck(Schema):
    """What a register check came to, and how it is assessed. The extract itself is never stored."""

    status = fields.String(
        required=True, validate=validate.OneOf([CheckStatus.CLEAR, CheckStatus.REMARK, CheckStatus.FAILED])
    )
    checked_on = fields.Day(required=True)
    assessment = free_text()

    rules = (REMARK_NOT_ASSESSED,)

    @validates_schema
    def _remark_is_assessed(self, values: dict[str, Any], **_: object) -> None:
        if values["status"] == CheckStatus.REMARK and not values["assessment"].strip():
            raise ValidationError(REMARK_NOT_ASSESSED, "assessment")

    example = {"status": "remark", "checked_on": "2026-04-10", "assessment": "A fine for speeding nine years ago."}


class RegisterCheckView(Schema):
    """One adult in one register."""

    id = fields.String(required=True)
    adult_id = fields.String(required=True)
    register = fields.one_of(Register, required=True)
    status = fields.one_of(CheckStatus, required=True)
    checked_on = fields.Day(required=True, allow_none=True)
    valid_until = fields.Day(required=True, allow_none=True)
    assessment = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "adult_id": ADULT_ID,
        "register": "police",
        **RecordRegisterCheck.example,
        "valid_until": "2026-10-10",
        "recorded_by": "ivar",
    }
