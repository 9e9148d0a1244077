"""Register checks and what they need: the forms of what is sent and shown."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.investigation.checks.status import CheckStatus, Register
from services.investigation.contract.common import ADULT_ID, free_text
from services.kernel.contracts import Fault, Rule, Schema, fields

REMARK_NOT_ASSESSED = Rule("remark_not_assessed", "A remark needs an assessment.")


class CheckWay(StrEnum):
    """How an outcome came."""

    HAND = "hand"  #: somebody looked in the register, or got its answer, and wrote it down
    CONNECTION = "connection"  #: the register was asked by the house, and answered


class RegisterConsentMissing(Fault):
    """Before another register than the police's is asked, each adult's consent is written down.

    A later no, in whichever investigation of the home, takes it back. `consents` names those that are missing.
    """


class RegisterNotConnected(Fault):
    """The municipality has no connection to the register: the outcome is written down by hand."""


class ProtectedAskedByHand(Fault):
    """The home's identity is protected: its registers are asked by hand, and never over a connection."""


class RequestRegisterChecks(Schema):
    """Which registers are asked about the adults: those named, or all that the municipality has a connection to."""

    registers = fields.List(fields.one_of(Register), validate=validate.Length(1, len(Register)))

    example = {"registers": ["police"]}


class RecordConsent(Schema):
    """That an adult lets a register be asked (`is_given`), or does not any more; when and how that was said."""

    adult_id = fields.reference(required=True)
    register = fields.one_of(Register, required=True)
    is_given = fields.Flag(load_default=True)
    given_on = fields.Day(required=True)
    way = fields.text(100, required=True)

    example = {
        "adult_id": ADULT_ID,
        "register": "social_register",
        "is_given": True,
        "given_on": "2026-04-10",
        "way": "signed form",
    }


class ConsentView(Schema):
    """What an adult has said of a register, the first first: that of the last day holds."""

    id = fields.String(required=True)
    adult_id = fields.String(required=True)
    register = fields.one_of(Register, required=True)
    is_given = fields.Boolean(required=True)
    given_on = fields.Day(required=True)
    way = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)

    example = {
        **RecordConsent.example,
        "id": "019a0000-0000-7000-8000-000000000034",
        "recorded_by": "ivar",
    }


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
    #: by when it is decided, of an approved home's re-check, or of an application in its place
    due_on = fields.Day(required=True, allow_none=True)
    checked_on = fields.Day(required=True, allow_none=True)
    valid_until = fields.Day(required=True, allow_none=True)
    assessment = fields.String(required=True, allow_none=True)
    recorded_by = fields.Staff(required=True)  #: who looked, or let the register be asked
    way = fields.one_of(CheckWay, required=True, allow_none=True)
    requested_at = fields.Instant(required=True, allow_none=True)  #: when the register was last asked to be asked

    example = {
        "id": "019a0000-0000-7000-8000-000000000006",
        "adult_id": ADULT_ID,
        "register": "police",
        **RecordRegisterCheck.example,
        "due_on": None,
        "valid_until": "2026-10-10",
        "recorded_by": "ivar",
        "way": "hand",
        "requested_at": None,
    }
