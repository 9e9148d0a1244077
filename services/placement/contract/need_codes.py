"""The codes by which a municipality says what somebody needs."""

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from services.kernel.contracts import Operation, Rule, Schema, fields
from services.kernel.contracts.settings import ADMINS
from services.placement.contract.common import CASEWORKER

NEED_CODE_FORM = Rule("need_code", "A code of a need, like night_care.")
NEED_CODE_TWICE = Rule("need_code_twice", "The code stands in the list already.")
NEED_CODE_UNKNOWN = Rule("need_code_unknown", "The municipality's list of needs has no such code.")


def need_code(**kwargs: Any) -> fields.Field[Any]:
    """A code of a need, as the municipality has named it itself."""
    return fields.form(r"^[a-z][a-z0-9_]{1,39}$(?!\n)", NEED_CODE_FORM, **kwargs)


class NeedCode(Schema):
    """A code, and what it means in Swedish."""

    code = need_code(required=True)
    sv = fields.text(200, required=True)

    example = {"code": "quiet", "sv": "Lugn miljö"}


class SetNeedCodes(Schema):
    """All codes that a need may have from now on, and why they are these."""

    codes = fields.List(fields.Nested(NeedCode), required=True, validate=validate.Length(max=200))
    reason = fields.text(500, required=True)

    rules = (NEED_CODE_TWICE,)
    example = {"codes": [NeedCode.example], "reason": "Nämndens beslut den 2 maj."}

    @validates_schema(skip_on_field_errors=True)
    def _each_once(self, data: dict[str, Any], **_: Any) -> None:
        codes = [one["code"] for one in data["codes"]]
        twice = {place: {"code": [NEED_CODE_TWICE]} for place, code in enumerate(codes) if code in codes[:place]}
        if twice:
            raise ValidationError({"codes": twice})


class PastNeedCodes(Schema):
    """What the list was set to, and why."""

    codes = fields.List(fields.Nested(NeedCode), required=True)
    reason = fields.String(required=True)
    by = fields.Staff(required=True)
    at = fields.Instant(required=True)

    example = {**SetNeedCodes.example, "by": "anna", "at": "2026-05-02T08:00:00Z"}


class NeedCodesView(Schema):
    """The codes that a need may have, and each time at which they were set, the latest first (twenty at most). Where
    nobody has set them they are the usual ones."""

    codes = fields.List(fields.Nested(NeedCode), required=True)
    history = fields.List(fields.Nested(PastNeedCodes), required=True)

    shows = {}
    example = {"codes": [NeedCode.example], "history": [PastNeedCodes.example]}


GET_NEED_CODES = Operation(
    name="get_need_codes",
    route="GET /need-codes",
    en="The codes that a placement request may have, and who has set them.",
    sv="De koder som ett placeringsbehov kan ha, och vem som har bestämt dem.",
    roles=CASEWORKER | ADMINS,
    answer=NeedCodesView,
    reads=True,
)
SET_NEED_CODES = Operation(
    name="set_need_codes",
    route="PUT /need-codes",
    en="Say which codes a placement request may have from now on. Requests that are there keep theirs.",
    sv="Bestäm vilka koder ett placeringsbehov kan ha från och med nu. Behov som redan finns behåller sina.",
    roles=ADMINS,
    body=SetNeedCodes,
    answer=NeedCodesView,
    conditional=True,
)
