"""A newer sender may add fields anywhere: older readers of events and requests ignore them, at every depth."""

import json
from dataclasses import asdict
from typing import Any

import marshmallow
import pytest
from marshmallow import fields

from services.kernel.contracts import Event, EventData
from services.kernel.contracts.faults import InvalidInput
from services.kernel.contracts.fields import AwareDateTime, Date, Money, Sealed
from services.kernel.contracts.schema import load
from services.kernel.messages import wire
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import context_of, read_envelope
from services.kernel.secrecy import crypto
from tests.contract.house import SERVICES, events_of

EVENTS = [event for name in SERVICES for event in events_of(name).values()]
NEW = {"added_by_a_newer_sender": {"deep": [1]}}
KEYRING = crypto.Keyring("orebro", {1: b"k" * 32})


#: how a newer sender writes a plain value of each kind
PLAIN: dict[type[fields.Field[Any]], Any] = {
    Date: "2026-06-01",
    AwareDateTime: "2026-06-01T08:00:00Z",
    fields.Boolean: True,
    fields.Integer: 1,
    fields.Float: 1.5,
    Money: "1.00",
    fields.String: "x",
    fields.Dict: {"x": 1},
}


def grown(field: fields.Field[Any], name: str) -> Any:
    """A value as a newer sender writes it: in each object there is something new."""
    match field:
        case Sealed():
            return KEYRING.seal_text(json.dumps(grown(field.inner, name)), f"event:{name}")
        case fields.Nested():
            return grown_object(field.schema)
        case fields.List():
            return [grown(field.inner, name)]
    return next(value for kind, value in PLAIN.items() if isinstance(field, kind))


def grown_object(schema: marshmallow.Schema) -> dict[str, Any]:
    return {name: grown(field, name) for name, field in schema.fields.items()} | NEW


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_that_has_grown_is_read(event: Event) -> None:
    token = crypto.current_keyring.set(KEYRING)
    try:
        data = load(event.data, grown_object(event.data()))
    finally:
        crypto.current_keyring.reset(token)
    assert data.keys() == event.data().fields.keys()
    assert "added_by_a_newer_sender" not in str(data)


def test_a_part_that_refuses_what_is_new_would_be_seen() -> None:
    class Strict(marshmallow.Schema):
        """A part that does not ignore what it does not know."""

        name = fields.String()

    class Told(EventData):
        """Data with such a part."""

        part = fields.Nested(Strict)

    with pytest.raises(InvalidInput):
        load(Told, grown_object(Told()))


CONTEXT = Context(tenant="orebro", actor="anna", roles=("recruiter",), request_id="r", deadline=1.0)


def test_a_context_that_has_grown_is_read() -> None:
    written = json.loads(json.dumps(asdict(CONTEXT))) | NEW
    assert Context.from_dict(written) == CONTEXT


def test_a_request_that_has_grown_is_read() -> None:
    written = json.loads(wire.write_request(CONTEXT, {"body": {"a": 1}}))
    read = wire.read_request(json.dumps({**written, **NEW, "arguments": {**written["arguments"], **NEW}}).encode())
    assert Context.from_dict(read["context"]) == CONTEXT
    assert read["arguments"]["body"] == {"a": 1}


def test_an_envelope_that_has_grown_is_read() -> None:
    envelope = {"id": "1", "tenant": "orebro", "actor": "", "requestid": "r", "traceparent": "", "data": {}} | NEW
    assert context_of(read_envelope(json.dumps(envelope).encode())).tenant == "orebro"
