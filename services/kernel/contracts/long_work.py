"""Work that takes longer than a request: how far it is, what did not go, and whether it has come to an end."""

from enum import StrEnum

from services.kernel.contracts import fields
from services.kernel.contracts.faults import Fault
from services.kernel.contracts.schema import Schema


class WorkStatus(StrEnum):
    """Where a long work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class WorkHasEnded(Fault):
    """This work has come to its end already; there is nothing to cancel."""


class WorkProblem(Schema):
    """One thing that did not go: where in what was sent, and which rule it breaks."""

    line = fields.Integer(required=True, metadata={"description": "The line of the file. Raden i filen."})
    field = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    parameters = fields.Dict(keys=fields.String(), required=True)
    detail = fields.String(required=True)

    example = {
        "line": 3,
        "field": "phone",
        "code": "required",
        "parameters": {},
        "detail": "Missing data for required field.",
    }


class WorkView(Schema):
    """How far a long work is; what a service's own adds to it stands beside."""

    id = fields.String(required=True)
    status = fields.one_of(WorkStatus, required=True)
    done = fields.Integer(required=True, metadata={"description": "How many are worked off. Hur många som är klara."})
    total = fields.Integer(required=True, metadata={"description": "How many there are. Hur många det är."})
    problems = fields.List(fields.Nested(WorkProblem), required=True)
    created_at = fields.Instant(required=True)
    ended_at = fields.Instant(required=True, allow_none=True)

    example = {
        "id": "019a0000-0000-7000-8000-0000000000a1",
        "status": "running",
        "done": 100,
        "total": 240,
        "problems": [WorkProblem.example],
        "created_at": "2026-04-02T09:00:00.000000Z",
        "ended_at": None,
    }
