"""Facts that services tell each other: their shape is frozen, and whoever reacts to one reacts to one that is told."""

import json
from typing import Any

import marshmallow
import pytest
from marshmallow import fields

from services.kernel.contracts import Event
from services.kernel.contracts.fields import PersonalNumber, Sealed
from services.kernel.process.service import Service
from tests.contract.house import SERVICES, below, events_of
from tests.contract.snapshot import FILE, current, shape_of

ADVICE = (
    "{} no longer has the shape that is frozen in tests/contract/events.json. Messages of the old shape may lie in "
    "queues, and older readers may still run: declare a new version beside it (version=2) and keep telling the old one "
    "while somebody reacts to it. Only where it is new, or was never released: python -m tests.contract.snapshot"
)

EVENTS = [event for name in SERVICES for event in events_of(name).values()]
each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def changed(now: dict[str, Any], frozen: dict[str, Any]) -> list[str]:
    return [ADVICE.format(kind) for kind in sorted(now.keys() | frozen.keys()) if now.get(kind) != frozen.get(kind)]


class TestEvents:
    def test_their_shapes_are_those_that_were_frozen(self) -> None:
        assert changed(current(), json.loads(FILE.read_text(encoding="utf-8"))) == []

    def test_a_changed_field_would_be_seen(self) -> None:
        class Old(marshmallow.Schema):
            home_id = fields.String(required=True)

        class New(marshmallow.Schema):
            home_id = fields.String(required=True, allow_none=True)

        (advice,) = changed({"a.v1": shape_of(New())}, {"a.v1": shape_of(Old())})
        assert advice.startswith("a.v1 no longer has the shape")
        assert changed({}, {"a.v1": {}})

    @each_event
    def test_each_is_named_in_the_past_and_says_its_version(self, event: Event) -> None:
        assert event.type == f"hemvist.{event.source}.{event.name}.v{event.version}"
        assert event.version >= 1
        assert event.data().unknown == marshmallow.EXCLUDE, "what a newer sender adds is ignored"

    @each_event
    def test_what_is_personal_travels_sealed(self, event: Event) -> None:
        for path, field in below(event.data()):
            assert not isinstance(field, PersonalNumber), path
            name = path.rpartition("/")[2]
            personal = {"personal_number", "given_name", "family_name", "birth_date", "phone", "email", "address"}
            assert isinstance(field, Sealed) or name not in personal, f"{event.type}: {path} is not sealed"

    @each_service
    def test_each_that_somebody_reacts_to_is_told_by_its_source(self, service: type[Service]) -> None:
        for event in service.reactions():
            assert event.source != service.name
            assert events_of(event.source).get(event.type) is event, f"{service.name}: {event.type}"
            assert hasattr(service, f"on_{event.name}"), f"the reaction to {event.type} is called on_{event.name}"

    @each_service
    def test_each_is_reacted_to_once_by_a_service(self, service: type[Service]) -> None:
        names = [event.name for event in service.reactions()]
        assert len(set(names)) == len(names), "a queue bears the event's name"
