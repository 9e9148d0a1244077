"""What matching came to on the days on which homes were asked."""

from typing import Any, ClassVar

from services.kernel.contracts import Operation, Schema, fields
from services.placement.contract.common import CASEWORKER, HOME_ID, WEIGHING_ID
from services.placement.matching.codes import ObstacleCode, ReasonCode, WarningCode


class WeighingSummary(Schema):
    """A day on which every home was weighed for a need, and how many could take the person."""

    id = fields.String(required=True)
    weighed_on = fields.Day(required=True)
    weighed_at = fields.Instant(required=True)
    weighed_by = fields.Staff(required=True)
    can_take = fields.Integer(required=True)
    can_not = fields.Integer(required=True)

    shows: ClassVar[dict[str, str]] = {}  # numbers
    example: ClassVar[dict[str, Any]] = {
        "id": WEIGHING_ID,
        "weighed_on": "2026-05-20",
        "weighed_at": "2026-05-20T08:30:00.000000Z",
        "weighed_by": "karin",
        "can_take": 1,
        "can_not": 0,
    }


class WeighedPoints(Schema):
    """Points, and what they were for."""

    code = fields.one_of(ReasonCode, required=True)
    points = fields.Integer(required=True)


class WeighedHome(Schema):
    """A home as it stood beside the need on that day."""

    home_id = fields.String(required=True)
    eligible = fields.Boolean(required=True)
    score = fields.Integer(required=True)
    distance_km = fields.Float(required=True, allow_none=True)
    reasons = fields.List(fields.Nested(WeighedPoints), required=True)
    obstacles = fields.List(fields.one_of(ObstacleCode), required=True)
    warnings = fields.List(fields.one_of(WarningCode), required=True)

    example = {
        "home_id": HOME_ID,
        "eligible": True,
        "score": 37,
        "distance_km": 12.4,
        "reasons": [{"code": "distance", "points": 27}, {"code": "language", "points": 10}],
        "obstacles": [],
        "warnings": ["approval_expires"],
    }


class WeighingView(WeighingSummary):
    """Every home as it stood beside the need on that day, the best first."""

    result = fields.List(fields.Nested(WeighedHome), required=True)

    shows = {"home": "result.home_id"}
    example = {**WeighingSummary.example, "result": [WeighedHome.example]}


LIST_WEIGHINGS = Operation(
    name="list_weighings",
    route="GET /placement-requests/<placement_request_id>/weighings",
    en="The days on which every home was weighed for a request, because one was asked: the latest first.",
    sv="De dagar då alla hem vägdes inför ett behov, eftersom ett tillfrågades: den senaste först.",
    roles=CASEWORKER,
    answer=WeighingSummary,
    shows={"placement_request": "placement_request_id"},
    reads=True,
    paged=True,
)
GET_WEIGHING = Operation(
    name="get_weighing",
    route="GET /placement-requests/<placement_request_id>/weighings/<weighing_id>",
    en="Every home as it stood beside a request on a day: what spoke for it, and what stood in its way.",
    sv="Varje hem som det stod inför ett behov en viss dag: vad som talade för det, och vad som hindrade.",
    roles=CASEWORKER,
    answer=WeighingView,
    shows={"placement_request": "placement_request_id"},
    reads=True,
)
