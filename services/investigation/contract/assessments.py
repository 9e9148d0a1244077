"""How a home meets what the seven areas ask for: the forms of what is sent and shown."""

from services.investigation.contract.common import free_text
from services.investigation.investigations.blockers import Area, Rating
from services.kernel.contracts import Schema, fields


class AssessArea(Schema):
    """How well the home meets what an area asks for, and why."""

    rating = fields.one_of(Rating, required=True)
    note = free_text()

    example = {"rating": "met", "note": "A room of its own for each child."}


class AssessmentView(AssessArea):
    """The assessment of an area."""

    area = fields.one_of(Area, required=True)
    note = fields.String(required=True, allow_none=True)
    assessed_by = fields.Staff(required=True)

    example = {"area": "housing", **AssessArea.example, "assessed_by": "ivar"}
