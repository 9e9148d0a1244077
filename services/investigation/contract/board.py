"""The board of open investigations: how long they have gone on, and what each still lacks."""

from typing import ClassVar

from services.investigation.contract.common import READERS, Kind, Status
from services.kernel.contracts import Hides, Operation, Schema, fields
from services.vocabulary.assignments import Assignment

MOST = 200  #: investigations that are shown; all are counted


class OnBoard(Schema):
    """An open investigation. What is missing is counted; the investigation says it in words."""

    id = fields.String(required=True)
    home_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    kind = fields.one_of(Kind, required=True)
    status = fields.one_of(Status, required=True)
    assignments = fields.List(fields.one_of(Assignment), required=True)
    opened_at = fields.Instant(required=True)
    age_days = fields.Integer(required=True)
    checks_missing = fields.Integer(required=True)  #: of the adults who live there: not made, failed, or too old
    areas_missing = fields.Integer(required=True)
    meetings = fields.Integer(required=True)  #: that were held
    references = fields.Integer(required=True)
    protected_identity = fields.Boolean(required=True)

    hides: ClassVar[tuple[Hides, ...]] = (Hides("protected_identity", ("name",)),)
    example = {
        "id": "019a0000-0000-7000-8000-000000000005",
        "home_id": "019a0000-0000-7000-8000-000000000002",
        "name": "Anna Andersson, Bo Berg",
        "kind": "application",
        "status": "open",
        "assignments": ["family_home"],
        "opened_at": "2026-04-08T09:00:00.000000Z",
        "age_days": 24,
        "checks_missing": 3,
        "areas_missing": 7,
        "meetings": 1,
        "references": 0,
        "protected_identity": False,
    }


class Board(Schema):
    """The open investigations, the oldest first, and how long all of them have gone on."""

    count = fields.Integer(required=True)
    median_days = fields.Float(required=True, allow_none=True)
    longest_days = fields.Integer(required=True, allow_none=True)
    items = fields.List(fields.Nested(OnBoard), required=True)

    shows: ClassVar[dict[str, str]] = {"investigation": "items.id", "home": "items.home_id"}
    example = {"count": 1, "median_days": 24.0, "longest_days": 24, "items": [OnBoard.example]}


VIEW_OPEN_INVESTIGATIONS = Operation(
    name="view_open_investigations",
    route="GET /open-investigations",
    en="The board of open investigations: the oldest first, each with its age in days and what it lacks, "
    f"and the median and the longest of all. At most {MOST} are shown.",
    sv="Tavlan över pågående utredningar: den äldsta först, var och en med sin ålder i dagar och det som saknas, "
    f"och medianen och den längsta av alla. Högst {MOST} visas.",
    roles=READERS,
    answer=Board,
    reads=True,
)
