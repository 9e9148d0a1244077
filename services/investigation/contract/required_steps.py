"""Which steps a municipality asks for in the investigation of each assignment."""

from marshmallow import validate

from services.investigation.contract.common import READERS
from services.investigation.steps.rules import Requirement
from services.kernel.contracts import Operation, Schema, fields
from services.kernel.contracts.settings import ADMINS
from services.vocabulary.assignments import Assignment


class SetRequiredSteps(Schema):
    """The steps that an investigation for an assignment can not be without, and why they are these."""

    steps = fields.List(fields.one_of(Requirement), required=True, validate=validate.Length(max=len(Requirement)))
    reason = fields.text(500, required=True)

    example = {
        "steps": ["first_call", "home_visit", "interview", "children_heard", "reference"],
        "reason": "Nämndens beslut den 2 maj.",
    }


class PastSteps(Schema):
    """What was asked for before, and why."""

    steps = fields.List(fields.one_of(Requirement), required=True)
    reason = fields.String(required=True)
    changed_by = fields.Staff(required=True)
    changed_at = fields.Instant(required=True)

    example = {
        "steps": ["home_visit", "interview", "reference"],
        "reason": "Nämndens beslut den 2 februari.",
        "changed_by": "anna",
        "changed_at": "2026-02-02T09:00:00.000000Z",
    }


class RequiredStepsView(Schema):
    """What is asked for. Who said it is null where nobody has and the usual steps are."""

    assignment = fields.one_of(Assignment, required=True)
    steps = fields.List(fields.one_of(Requirement), required=True)
    reason = fields.String(required=True, allow_none=True)
    changed_by = fields.Staff(required=True)
    changed_at = fields.Instant(required=True, allow_none=True)
    history = fields.List(fields.Nested(PastSteps), required=True)  #: the first first

    shows = {}
    example = {
        "assignment": "family_home",
        "steps": ["home_visit", "interview", "reference"],
        "reason": None,
        "changed_by": None,
        "changed_at": None,
        "history": [],
    }


class EveryRequiredSteps(Schema):
    """What is asked for, for every assignment."""

    items = fields.List(fields.Nested(RequiredStepsView), required=True)

    shows = {}
    example = {"items": [RequiredStepsView.example]}


LIST_REQUIRED_STEPS = Operation(
    name="list_required_steps",
    route="GET /required-steps",
    en="The steps that an investigation can not be without, for every assignment.",
    sv="De steg som en utredning inte får sakna, för varje uppdrag.",
    roles=READERS | ADMINS,
    answer=EveryRequiredSteps,
    reads=True,
)
GET_REQUIRED_STEPS = Operation(
    name="get_required_steps",
    route="GET /required-steps/<assignment>",
    en="The steps that an investigation for one assignment can not be without, and what was asked for before.",
    sv="De steg som en utredning för ett uppdrag inte får sakna, och vad som krävdes förut.",
    roles=READERS | ADMINS,
    answer=RequiredStepsView,
    reads=True,
)
SET_REQUIRED_STEPS = Operation(
    name="set_required_steps",
    route="PUT /required-steps/<assignment>",
    en="Say which steps an investigation for an assignment can not be without. `If-None-Match: *` the first time. "
    "It holds from now on, also for investigations that are open.",
    sv="Bestäm vilka steg en utredning för ett uppdrag inte får sakna. `If-None-Match: *` första gången. "
    "Det gäller från nu, även för utredningar som pågår.",
    roles=ADMINS,
    body=SetRequiredSteps,
    answer=RequiredStepsView,
    conditional=True,
    creates=True,
)
