"""The description of what happens: complete, whole in itself, and true of what is personal.

No locked library brings AsyncAPI's own schema; what is checked here is what its version 3 demands of the parts we use.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gateway.describing.asyncapi import shown_of
from services.kernel.contracts import Event
from services.kernel.contracts.feed import CloudEvent
from services.kernel.contracts.fields import Sealed
from services.kernel.messages import signature
from services.kernel.work.webhooks import thin
from tests.contract.house import SERVICES, events_of
from tests.unit.gateway.factories import Visitor

EVENTS = [event for name in SERVICES for event in events_of(name).values()]
each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)

ROOT = {"asyncapi", "info", "defaultContentType", "channels", "operations", "components"}
CHANNEL = {"address", "title", "description", "parameters", "messages"}
OPERATION = {"action", "channel", "summary", "security", "bindings"}
MESSAGE = {"name", "title", "summary", "description", "contentType", "payload"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """As it is served, to anybody."""
    answer = Visitor(tmp_path_factory.mktemp("asyncapi")).ask("GET", "/asyncapi.json", token=None)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    found: dict[str, Any] = answer.get_json()
    return found


def references(part: Any) -> Iterator[str]:
    """Everything that a part of the document refers to."""
    match part:
        case dict():
            for name, below in part.items():
                yield from [below] if name == "$ref" else references(below)
        case list():
            for below in part:
                yield from references(below)


def broken(document: dict[str, Any]) -> list[str]:
    """References that lead nowhere."""
    return [reference for reference in references(document) if not leads(document, reference)]


def leads(document: Any, reference: str) -> bool:
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(document, dict) or part not in document:
            return False
        document = document[part]
    return reference.startswith("#/")


class TestDocument:
    def test_it_has_the_parts_of_version_3_and_no_others(self, document: dict[str, Any]) -> None:
        assert document["asyncapi"] == "3.0.0"
        assert document.keys() == ROOT
        for channel in document["channels"].values():
            assert channel.keys() == CHANNEL
            assert set(re.findall(r"\{(\w+)\}", channel["address"] or "")) == channel["parameters"].keys()
        for operation in document["operations"].values():
            assert operation.keys() == OPERATION
            assert operation["action"] == "send"
            assert operation["channel"]["$ref"].startswith("#/channels/")

    def test_every_reference_leads_somewhere(self, document: dict[str, Any]) -> None:
        assert broken(document) == []

    def test_one_that_does_not_would_be_seen(self, document: dict[str, Any]) -> None:
        wrong = {**document, "channels": {"a": {"$ref": "#/components/nothing"}, "b": {"$ref": "http://elsewhere"}}}
        assert {"#/components/nothing", "http://elsewhere"} <= set(broken(wrong))

    def test_every_channel_has_its_operation(self, document: dict[str, Any]) -> None:
        asked = [operation["channel"]["$ref"] for operation in document["operations"].values()]
        assert sorted(asked) == sorted(f"#/channels/{name}" for name in document["channels"])

    def test_each_event_is_one_message_in_its_services_channel_and_one_to_webhooks(
        self, document: dict[str, Any]
    ) -> None:
        types = [event.type for event in EVENTS]
        assert sorted(document["components"]["messages"]) == sorted([*types, *(f"webhooks.{name}" for name in types)])
        for event in EVENTS:
            assert event.type in document["channels"][event.source]["messages"]
        channels = dict(document["channels"])
        assert sorted(channels.pop("webhooks")["messages"]) == sorted(types)
        assert sum(len(channel["messages"]) for channel in channels.values()) == len(EVENTS)

    @each_event
    def test_its_message_is_described(self, document: dict[str, Any], event: Event) -> None:
        message = document["components"]["messages"][event.type]
        assert message.keys() == MESSAGE
        assert all(message.values())
        Draft202012Validator.check_schema({**message["payload"], "components": document["components"]})

    @each_event
    def test_it_is_described_in_english_and_in_swedish(self, document: dict[str, Any], event: Event) -> None:
        en, sv = document["components"]["messages"][event.type]["description"].split("\n\n")
        for text in (en, sv):
            assert re.fullmatch(r"[A-ZÅÄÖ].{6,}\.", text), text
        assert re.search(r"(?i)[åäö]|\b(och|en|ett|som|till|för|av|är|med|den|det)\b", sv), "this is not Swedish"
        assert not re.search(r"(?i)\b(och|ett|som|till|för|av|är|med|hos)\b", en)

    @each_event
    def test_to_webhooks_goes_what_is_sent_and_its_form_accepts_that(
        self, document: dict[str, Any], event: Event
    ) -> None:
        message = document["components"]["messages"][f"webhooks.{event.type}"]
        assert message.keys() == MESSAGE | {"headers"}
        given = signature.headers([signature.secret_of(b"k" * 32)], "1", 1, b"{}")
        assert set(message["headers"]["required"]) == given.keys()
        plain = {**CloudEvent.example, "type": event.type, "tenant": "orebro", "actor": "anna"}
        told = {**plain, "data": dict.fromkeys(event.data().fields, "019a0000-0000-7000-8000-000000000001")}
        sent = thin(told)
        form = Draft202012Validator({**message["payload"], "components": document["components"]})
        assert list(form.iter_errors(sent)) == []
        assert sent["data"][event.subject] == told["data"][event.subject]
        assert not form.is_valid({**sent, "data": {**sent["data"], "adults": "Anna"}})
        sealed = {name for name, field in event.data().fields.items() if isinstance(field, Sealed)}
        assert not sent["data"].keys() & sealed

    @each_event
    def test_its_personal_parts_are_said_to_be_and_may_be_absent(self, document: dict[str, Any], event: Event) -> None:
        name = json.dumps(document["components"]["messages"][event.type]["payload"])
        (described,) = [
            schema
            for key, schema in document["components"]["schemas"].items()
            if f'"#/components/schemas/{key}"' in name and not key.startswith("CloudEvent")
        ]
        sealed = {key for key, field in event.data().fields.items() if isinstance(field, Sealed)}
        personal = {key for key, shown in described["properties"].items() if "Personal" in shown.get("description", "")}
        assert personal == sealed
        assert not sealed & set(described["required"])
        assert set(described["properties"]) == set(shown_of(event)().fields) == set(event.data().fields)
