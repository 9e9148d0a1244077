"""The description of what happens, in AsyncAPI 3, drawn from the services' events: what the feed shows of each, and
what is sent of it to webhooks."""

import copy
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from marshmallow import fields

from gateway.describing import operations
from gateway.interface import ROOT, TAGS, VERSION
from gateway.routes import CONTRACTS
from services.kernel.contracts import Event, EventData, Schema, declared
from services.kernel.contracts.feed import PERSONAL, READ_EVENTS, CloudEvent
from services.kernel.contracts.fields import Sealed
from services.kernel.contracts.schema import instance
from services.kernel.contracts.webhooks import ADD_WEBHOOK, is_sent

MEDIA_TYPE = "application/cloudevents+json"
WEBHOOKS = "webhooks"  #: the channel, and what the messages of webhooks begin with
_PERSONAL = f"Personal: there only for the role `{PERSONAL}`. Personuppgift: finns bara för rollen `{PERSONAL}`."
_SIGNED = {
    "webhook-id": "The event's id, the same each time that it is sent. Händelsens id, samma varje gång den skickas.",
    "webhook-timestamp": "Seconds since 1970 of this attempt. Sekunder sedan 1970 för detta försök.",
    "webhook-signature": "`v1,` and HMAC-SHA256 of id.timestamp.body in base64; one of each secret, with spaces "
    "between. `v1,` och HMAC-SHA256 av id.timestamp.body i base64; en för varje hemlighet, med mellanslag mellan.",
}


def description() -> dict[str, Any]:
    """The whole description."""
    spec = APISpec("events", VERSION, "3.1.0", plugins=[operations.plugin()])
    messages = {event.type: _message(spec, event) for event in events()}
    messages |= {f"{WEBHOOKS}.{event.type}": _sent(spec, event) for event in events()}
    tellers = dict.fromkeys(event.source for event in events())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Hemvist: what happens",
            "version": VERSION,
            "description": f"{READ_EVENTS.en}\n\n{READ_EVENTS.sv}",
            "license": {"name": "EUPL-1.2", "url": "https://spdx.org/licenses/EUPL-1.2.html"},
        },
        "defaultContentType": MEDIA_TYPE,
        "channels": {**{teller: _channel(teller) for teller in tellers}, WEBHOOKS: _webhooks()},
        "operations": {**{f"tell_{teller}": _operation(teller) for teller in tellers}, "send_webhooks": _sending()},
        "components": {
            "messages": messages,
            "schemas": spec.to_dict()["components"]["schemas"],
            "securitySchemes": {
                "login": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token with the role `integration`. En token med rollen `integration`.",
                },
                "signature": {
                    "type": "httpApiKey",
                    "name": "webhook-signature",
                    "in": "header",
                    "description": "Standard Webhooks, by the secret that adding the webhook answered. Standard "
                    "Webhooks, med den hemlighet som svaret gav när webhooken lades till.",
                },
            },
        },
    }


def events() -> Iterator[Event]:
    """Every event that a service tells."""
    for service, contract in CONTRACTS.items():
        yield from (event for event in declared(contract, Event) if event.source == service)


def _channel(teller: str) -> dict[str, Any]:
    """A service's events, all of which the feed shows at one address."""
    types = [event.type for event in events() if event.source == teller]
    return {
        "address": ROOT + READ_EVENTS.path.replace("<municipality>", "{municipality}"),
        "title": teller.capitalize(),
        "description": TAGS[teller],
        "parameters": {"municipality": {"description": "The municipality's name in addresses. Kommunens adressnamn."}},
        "messages": {name: _message_named(name) for name in types},
    }


def _webhooks() -> dict[str, Any]:
    """All events, at an address that the municipality names."""
    types = [event.type for event in events()]
    return {
        "address": None,
        "title": "Webhooks",
        "description": f"{ADD_WEBHOOK.en}\n\n{ADD_WEBHOOK.sv}",
        "parameters": {},
        "messages": {name: _message_named(f"{WEBHOOKS}.{name}") for name in types},
    }


def _message_named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/messages/{name}"}


def _operation(teller: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{teller}"},
        "summary": f"What {teller} tells, read after a cursor. Vad tjänsten berättar, läst efter en markör.",
        "security": [{"$ref": "#/components/securitySchemes/login"}],
        "bindings": {"http": {"method": "GET", "bindingVersion": "0.3.0"}},
    }


def _sending() -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{WEBHOOKS}"},
        "summary": "What is told, sent to the municipality's own address. Det som berättas, skickat till kommunens "
        "egen adress.",
        "security": [{"$ref": "#/components/securitySchemes/signature"}],
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }


def _message(spec: APISpec, event: Event) -> dict[str, Any]:
    """An event as the feed shows it: its data are of the contract's form."""
    return _said(spec, event, {"$ref": _reference(spec, shown_of(event))})


def _sent(spec: APISpec, event: Event) -> dict[str, Any]:
    """An event as it is sent to webhooks: its data are ids. Three headers are the signature."""
    ids = {name: {"type": "string"} for name in instance(event.data).fields if is_sent(name)}
    headers = {name: {"type": "string", "description": text} for name, text in _SIGNED.items()}
    data = {"type": "object", "properties": ids, "additionalProperties": False}
    signed = {"type": "object", "properties": headers, "required": list(headers)}
    return {**_said(spec, event, data), "headers": signed}


def _said(spec: APISpec, event: Event, data: dict[str, Any]) -> dict[str, Any]:
    """An event with these data: its envelope says its type."""
    envelope = {"$ref": _reference(spec, CloudEvent)}
    said = {"type": {"const": event.type}, "data": data}
    return {
        "name": event.type,
        "title": event.name.replace("_", " ").capitalize(),
        "summary": event.en.split(". ")[0].rstrip(".") + ".",
        "description": f"{event.en}\n\n{event.sv}",
        "contentType": MEDIA_TYPE,
        "payload": {"allOf": [envelope, {"type": "object", "properties": said, "required": list(said)}]},
    }


def shown_of(event: Event) -> type[EventData]:
    """The form of an event's data as it is shown: what travels sealed is open, or is not there."""
    shown = {name: _shown(field) for name, field in instance(event.data).fields.items()}
    named = {"__doc__": event.data.__doc__, "__module__": event.data.__module__}
    version = "" if event.version == 1 else f"V{event.version}"
    return type(f"{event.data.__name__}{version}", (EventData,), {**shown, **named})


def _shown(field: fields.Field[Any]) -> fields.Field[Any]:
    inner = copy.copy(field.inner if isinstance(field, Sealed) else field)
    if isinstance(field, Sealed):
        inner.required, inner.allow_none = False, field.allow_none
        inner.metadata = {**inner.metadata, "description": _PERSONAL}
    return inner


def _reference(spec: APISpec, schema: type[Schema]) -> str:
    name = operations.schema_name(schema)
    if name not in spec.components.schemas:
        spec.components.schema(name, schema=schema)
    return f"#/components/schemas/{name}"
