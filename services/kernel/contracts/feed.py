"""The event feed: what the services have told, for a municipality's other systems. Each service has its part of it."""

import marshmallow
from marshmallow import validate

from services.kernel.contracts import fields
from services.kernel.contracts.join import Feed
from services.kernel.contracts.operation import Operation
from services.kernel.contracts.rules import Rule
from services.kernel.contracts.schema import Schema

PERSONAL = "personal"  #: the role that opens the personal parts; by itself it allows nothing
LONGEST_WAIT = 30  #: seconds

CURSOR_TOO_OLD = Rule("cursor_too_old", "What came after this cursor is no longer kept: begin again without one.")
NOT_AN_EVENT_TYPE = Rule("not_an_event_type", "There is no such kind of event.")

TYPE = r"hemvist\.[a-z]+\.[a-z_]+\.v[0-9]+"


class EventsQuery(Schema):
    """Which events, and how long to wait for one."""

    types = fields.String(
        validate=[
            validate.Length(1, 2_000),
            validate.Regexp(
                rf"^{TYPE}(,{TYPE})*$(?!\n)",
                error=Rule("event_types_form", "Not types of events with commas between."),
            ),
        ],
        metadata={
            "description": "Only these types, with commas between: hemvist.placement.placement_started.v1. "
            "Bara dessa typer, med kommatecken mellan.",
        },
    )
    wait = fields.Integer(
        load_default=0,
        validate=marshmallow.validate.Range(0, LONGEST_WAIT),
        metadata={
            "description": "Seconds to wait where there is nothing yet; one who finds no room waits shorter. "
            "Sekunder att vänta när inget finns ännu; den som inte får plats väntar kortare."
        },
    )


class CloudEvent(Schema):
    """Something that has happened, as CloudEvents 1.0. Its personal parts are in `data` only for who may see them."""

    id = fields.String(required=True)
    specversion = fields.String(required=True)
    source = fields.String(required=True)
    type = fields.String(required=True)
    time = fields.String(required=True)
    subject = fields.String(required=True)
    subjectversion = fields.Integer(required=True)
    datacontenttype = fields.String(required=True)
    dataschema = fields.String(required=True)
    data = fields.Dict(required=True)
    actor = fields.String(metadata={"description": "Who did it; personal. Vem som gjorde det; personuppgift."})

    shows = {"event_subject": "subject", "home": "data.home_id"}
    example = {
        "id": "01973f0c-6d3b-7c43-9d4e-5d3f0a8f3b11",
        "specversion": "1.0",
        "source": "/hemvist/placement",
        "type": "hemvist.placement.placement_ended.v1",
        "time": "2026-06-01T08:00:00.000000Z",
        "subject": "01973f0c-6d3b-7c43-9d4e-5d3f0a8f3b10",
        "subjectversion": 2,
        "datacontenttype": "application/json",
        "dataschema": "urn:hemvist:schema:hemvist.placement.placement_ended.v1",
        "data": {
            "placement_id": "01973f0c-6d3b-7c43-9d4e-5d3f0a8f3b10",
            "home_id": "01973f0c-6d3b-7c43-9d4e-5d3f0a8f3b09",
            "ends_on": "2026-06-30",
        },
    }


READ_EVENTS = Operation(
    name="read_events",
    route="GET /events",
    en="What has happened, for the municipality's other systems. Each service's events come in its own order, those of "
    "several as nearly by time as they are known; what a service tells late comes late, and none is left out. They are "
    "kept for 35 days unless the operator says otherwise. Personal parts are there for who also has the role "
    "`personal`; of somebody whose identity is protected now only with the role `protected` and a reason.",
    sv="Vad som har hänt, för kommunens andra system. Varje tjänsts händelser kommer i dess egen ordning, flera "
    "tjänsters så nära tidsordningen som är känt; det en tjänst berättar sent kommer sent, och ingen utelämnas. De "
    "sparas i 35 dagar om inte driften har bestämt annat. Personuppgifter finns med för den som också har rollen "
    "`personal`; om den som nu har skyddade personuppgifter bara med rollen `protected` och ett skäl.",
    roles=frozenset({"integration"}),
    query=EventsQuery,
    answer=CloudEvent,
    reads=True,
    followed=True,
    rules=(CURSOR_TOO_OLD, NOT_AN_EVENT_TYPE),
    shared=Feed(by="time"),
)
