"""The envelope in which an event travels."""

from datetime import UTC, datetime

from marshmallow import fields

from services.kernel.contracts import Event, EventData
from services.kernel.messages import wire
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import context_of, envelope, read_data


class ThingMade(EventData):
    """A thing was made."""

    thing_id = fields.String(required=True)
    on = fields.Date(required=True)


EVENT = Event(source="probe", name="thing_made", version=2, subject="thing_id", data=ThingMade)
CALLER = Context(
    tenant="orebro",
    actor="anna",
    roles=("chief",),
    request_id="r1",
    deadline=1.0,
    personal_number="189001019802",
    idempotency_key="k",
    traceparent="00-1-1-01",
)
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def recorded() -> dict[str, object]:
    data = {"thing_id": "t1", "on": "2026-04-01"}
    return envelope(EVENT, CALLER, version=7, data=data, now=NOON)


class TestEnvelope:
    def test_it_is_a_cloud_event_with_tenant_and_caller(self) -> None:
        made = recorded()
        assert len(str(made.pop("id"))) == 36
        assert made == {
            "specversion": "1.0",
            "source": "/hemvist/probe",
            "type": "hemvist.probe.thing_made.v2",
            "time": "2026-04-01T12:00:00Z",
            "subject": "t1",
            "subjectversion": 7,
            "datacontenttype": "application/json",
            "dataschema": "urn:hemvist:schema:hemvist.probe.thing_made.v2",
            "data": {"thing_id": "t1", "on": "2026-04-01"},
            "tenant": "orebro",
            "actor": "anna",
            "requestid": "r1",
            "traceparent": "00-1-1-01",
        }

    def test_each_has_an_id_of_its_own(self) -> None:
        assert recorded()["id"] != recorded()["id"]

    def test_a_reaction_acts_for_who_caused_it_with_no_role_and_no_personal_number(self) -> None:
        context = context_of(recorded())
        assert context == Context(tenant="orebro", actor="anna", request_id="r1", deadline=0, traceparent="00-1-1-01")

    def test_its_data_is_read_in_types_of_python(self) -> None:
        assert read_data(EVENT, recorded()) == {"thing_id": "t1", "on": NOON.date()}


class TestContext:
    def test_it_travels_whole(self) -> None:
        assert Context.from_dict(wire.read_request(wire.write_request(CALLER, {}))["context"]) == CALLER
