"""What anybody may read of the municipalities."""

from services.intake.contract.applications import OPEN
from services.kernel.contracts import Operation, Schema, fields


class Municipality(Schema):
    """A municipality that uses Hemvist."""

    slug = fields.String(required=True)
    municipality_code = fields.String(required=True)
    name = fields.String(required=True)
    contact = fields.Dict(keys=fields.String(), values=fields.String(), required=True)

    example = {
        "slug": "orebro",
        "municipality_code": "1880",
        "name": "Örebro kommun",
        "contact": {"email": "familjehem@orebro.example"},
    }


class Municipalities(Schema):
    """Every municipality that uses Hemvist."""

    items = fields.List(fields.Nested(Municipality), required=True)

    shows = {}
    example = {"items": [Municipality.example]}


LIST_MUNICIPALITIES = Operation(
    name="list_municipalities",
    route="GET /municipalities",
    en="The municipalities that use Hemvist. The applicant chooses one first.",
    sv="Kommunerna som använder Hemvist. Den som anmäler intresse väljer kommun först.",
    roles=OPEN,
    answer=Municipalities,
    reads=True,
    tenantless=True,
)
