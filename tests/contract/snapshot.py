"""The shape of every event as it is published: `python -m tests.contract.snapshot` writes it down."""

import json
from pathlib import Path
from typing import Any

import marshmallow
from marshmallow import fields

from services.kernel.contracts import Event
from services.kernel.contracts.fields import Sealed
from tests.contract.house import SERVICES, events_of

FILE = Path(__file__).with_name("events.json")


def shape(field: fields.Field[Any], *, inside: bool = False) -> Any:
    """What a reader of a field must expect; one inside a list or a seal is neither required nor optional."""
    match field:
        case Sealed():
            found: Any = {"sealed": shape(field.inner, inside=True)}
        case fields.Nested():
            inner = shape_of(field.schema)
            found = {"list": inner} if field.many else inner
        case fields.List():
            found = {"list": shape(field.inner, inside=True)}
        case fields.Dict():
            found = "Dict"
        case _:
            found = type(field).__name__
    marks = [mark for mark, on in (("optional", not (field.required or inside)), ("nullable", field.allow_none)) if on]
    return {"is": found, "may be": marks} if marks else found


def shape_of(schema: marshmallow.Schema) -> dict[str, Any]:
    """What a reader of a schema must expect, by field."""
    return {name: shape(field) for name, field in sorted(schema.fields.items())}


def frozen(event: Event) -> dict[str, Any]:
    """What a reader of an event must expect: what it states, of which thing, and every field."""
    return {"@states": f"{event.aspect} of {event.subject}", **shape_of(event.data())}


def current() -> dict[str, Any]:
    """Every event of every service."""
    events: dict[str, Event] = {}
    for name in SERVICES:
        events |= events_of(name)
    return {kind: frozen(event) for kind, event in sorted(events.items())}


def write() -> None:
    """Freezes the events as they are."""
    FILE.write_text(json.dumps(current(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
