"""Events between services: their shape is frozen, and whoever reacts to one reacts to one that is recorded."""

import json
from collections import defaultdict
from functools import partial
from types import SimpleNamespace
from typing import Any

import marshmallow
import pytest
from marshmallow import fields

from services.kernel.contracts import Event, EventData
from services.kernel.contracts.fields import PersonalNumber, Sealed
from services.kernel.process.service import Service
from services.kernel.work.reactions import Reaction, each, newest
from services.kernel.work.retelling import OnlyWhileKept
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


def subjects_wrong(events: list[Event]) -> list[str]:
    """What would keep a reader from knowing which of two events about a thing is the newer one."""
    found, stated = [], defaultdict(set)
    for event in events:
        field = event.data().fields.get(event.subject)
        if type(field) is not fields.String or not field.required:
            found.append(f"{event.type}: {event.subject} is not always there")
        stated[event.source, event.aspect].add(event.subject)
    return found + [
        f"{source}: {aspect} is stated of {', '.join(sorted(subjects))}"
        for (source, aspect), subjects in stated.items()
        if len(subjects) > 1
    ]


def undeclared(service: type[Service]) -> list[str]:
    """The reactions of a service that do not say which of the events that come they take."""
    found = {f"on_{event.name}" for event in service.reactions()}
    return sorted(name for name in found if not isinstance(getattr(service, name).hemvist_handler, Reaction))


def untold(service: type[Service]) -> list[str]:
    """The events of a service that could not be told again once they are old, and what its room speaks of in vain."""
    return sorted(service.events().keys() ^ service.retellings().keys())


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
    def test_each_names_the_thing_that_it_is_about(self, event: Event) -> None:
        assert subjects_wrong([event]) == []

    def test_events_that_state_the_same_are_about_the_same_kind_of_thing(self) -> None:
        assert subjects_wrong(EVENTS) == []

    def test_a_wrong_subject_would_be_seen(self) -> None:
        class Data(EventData):
            thing_id = fields.String(required=True)
            other_id = fields.String()
            sealed_id = Sealed(fields.String(), required=True)

        def about(subject: str) -> Event:
            return Event(source="a", name="b", version=1, subject=subject, states="c", data=Data)

        assert subjects_wrong([about("thing_id")]) == []
        assert subjects_wrong([about("other_id"), about("sealed_id"), about("none_id")]) == [
            "hemvist.a.b.v1: other_id is not always there",
            "hemvist.a.b.v1: sealed_id is not always there",
            "hemvist.a.b.v1: none_id is not always there",
            "a: c is stated of none_id, other_id, sealed_id",
        ]

    @each_service
    def test_each_reaction_says_which_of_the_events_that_come_it_takes(self, service: type[Service]) -> None:
        assert undeclared(service) == []

    def test_a_reaction_that_does_not_say_it_would_be_seen(self) -> None:
        class Data(EventData):
            thing_id = fields.String(required=True)

        takes = {name: partial(print) for name in ("on_newest", "on_each", "on_none")}
        for entrypoint, handler in zip(takes.values(), (newest(print), each(print), print), strict=True):
            vars(entrypoint).update(hemvist_handler=handler)
        recorded = [Event(source="a", name=name[3:], version=1, subject="thing_id", data=Data) for name in takes]
        strange = SimpleNamespace(reactions=lambda: recorded, **takes)
        assert undeclared(strange) == ["on_none"]  # type: ignore[arg-type]  # as much of a service as is asked

    @each_service
    def test_each_says_how_it_is_told_again(self, service: type[Service]) -> None:
        assert untold(service) == []

    def test_one_that_does_not_say_it_would_be_seen(self) -> None:
        known, how = Event(source="a", name="b", version=1, subject="c", data=EventData), OnlyWhileKept("Why.")
        silent = SimpleNamespace(events=lambda: {"b": known}, retellings=dict)
        idle = SimpleNamespace(events=dict, retellings=lambda: {"d": how})
        assert untold(silent) == ["b"]  # type: ignore[arg-type]  # as much of a service as is asked
        assert untold(idle) == ["d"]  # type: ignore[arg-type]

    @each_event
    def test_what_is_personal_travels_sealed(self, event: Event) -> None:
        for path, field in below(event.data()):
            assert not isinstance(field, PersonalNumber), path
            name = path.rpartition("/")[2]
            personal = {"personal_number", "given_name", "family_name", "birth_date", "phone", "email", "address"}
            assert isinstance(field, Sealed) or name not in personal, f"{event.type}: {path} is not sealed"

    @each_service
    def test_each_that_somebody_reacts_to_is_recorded_by_its_source(self, service: type[Service]) -> None:
        for event in service.reactions():
            assert event.source != service.name or event.to_neighbour
            assert events_of(event.source).get(event.type) is event, f"{service.name}: {event.type}"
            assert hasattr(service, f"on_{event.name}"), f"the reaction to {event.type} is called on_{event.name}"

    @each_service
    def test_each_is_reacted_to_once_by_a_service(self, service: type[Service]) -> None:
        names = [event.name for event in service.reactions()]
        assert len(set(names)) == len(names), "a queue bears the event's name"
