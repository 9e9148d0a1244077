"""How a home meets what the seven areas ask for: the forms of what is sent and shown."""

from typing import Any

from marshmallow import validate

from services.investigation.contract.common import free_text
from services.investigation.investigations.blockers import Area, Rating
from services.kernel.contracts import Schema, fields


def _factors(**kwargs: Any) -> fields.List[str]:
    """What speaks for or against, one by one."""
    return fields.List(fields.text(500), validate=validate.Length(max=20), load_default=list, **kwargs)


class AssessArea(Schema):
    """How well the home meets what an area asks for, and why: risk factors, protective factors, resources, and what
    would have to be seen to (conditions)."""

    rating = fields.one_of(Rating, required=True)
    note = free_text()
    risk_factors = _factors()
    protective_factors = _factors()
    resources = _factors()
    conditions = free_text()

    example = {
        "rating": "met",
        "note": "A room of its own for each child.",
        "risk_factors": ["A busy road outside"],
        "protective_factors": ["Both adults work near home"],
        "resources": ["Grandparents in the next house"],
        "conditions": "",
    }


class AssessmentView(AssessArea):
    """The assessment of an area."""

    area = fields.one_of(Area, required=True)
    note = fields.String(required=True, allow_none=True)
    risk_factors = fields.List(fields.String(), required=True, allow_none=True)
    protective_factors = fields.List(fields.String(), required=True, allow_none=True)
    resources = fields.List(fields.String(), required=True, allow_none=True)
    conditions = fields.String(required=True, allow_none=True)
    assessed_by = fields.Staff(required=True)

    example = {"area": "housing", **AssessArea.example, "assessed_by": "ivar"}
