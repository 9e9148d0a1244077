"""Who of the municipality's staff there are, as every service knows those who have worked in it."""

from collections.abc import Mapping
from typing import ClassVar

from marshmallow import validate

from services.kernel.contracts import Hides, Operation, Schema, fields
from services.kernel.contracts.join import OneList

STAFF = frozenset(
    {"recruiter", "investigator", "decider", "caseworker", "coordinator", "payroll", "auditor", "admin"}
)  #: any staff role


class StaffFilter(Schema):
    """Who of the staff."""

    role = fields.String(
        validate=validate.OneOf(sorted(STAFF)),
        metadata={"description": "Only who worked by this role on their last day in a service. Bara med denna roll."},
    )


class ColleagueView(Schema):
    """Somebody of the staff. `actor` is what stands where it is said who did something: the token's subject. Roles are
    those of the last day. Of a protected identity neither subject nor name is shown."""

    id = fields.String(required=True)
    actor = fields.Staff(required=True)
    name = fields.String(required=True, allow_none=True)
    roles = fields.List(fields.String(), required=True)
    last_worked_on = fields.Day(required=True)
    protected_identity = fields.Boolean(required=True)

    hides = (Hides("is_hidden", ("name",)),)
    example = {
        "id": "019a0000-0000-7000-8000-00000000000b",
        "actor": "anna",
        "name": "Anna Berg",
        "roles": ["caseworker"],
        "last_worked_on": "2026-05-02",
        "protected_identity": False,
    }


class StaffView(Schema):
    """Those of the staff who have worked here, who did so last first."""

    items = fields.List(fields.Nested(ColleagueView), required=True)

    shows: ClassVar[Mapping[str, str]] = {}  # those who keep the files, and nobody whose file it is
    example = {"items": [ColleagueView.example]}


LIST_STAFF = Operation(
    name="list_staff",
    route="GET /staff",
    en="Those of the staff who have worked here, in any service, by name: each once, who worked last first (of each "
    "service the 5,000 latest). Somebody new is there from the first request on. A protected identity has neither name "
    "nor subject.",
    sv="De i personalen som har arbetat här, i någon tjänst, med namn: var och en en gång, den som arbetade senast "
    "först (de 5 000 senaste i varje tjänst). Den som är ny finns med från sin första begäran. Den som har skyddade "
    "personuppgifter visas utan namn.",
    roles=STAFF,
    query=StaffFilter,
    answer=StaffView,
    reads=True,
    shared=OneList(newest_by="last_worked_on"),
)
