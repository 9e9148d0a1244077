"""The description of what happens as a page for people: Swedish first, without a script or anybody else's files."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from gateway.interface import ROOT
from services.kernel.contracts.feed import PERSONAL
from services.kernel.contracts.webhooks import is_sent

_TEMPLATE = Path(__file__).parent / "templates" / "events.html"
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1b1b1b; background: #fff }
h2 { margin-top: 3rem; border-bottom: 2px solid } h3 { margin-top: 2rem } a { color: #00538a }
code { overflow-wrap: anywhere } table { border-collapse: collapse; width: 100% } caption { text-align: left }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid #767676 }
"""  # noqa: E501
_FORMS = {"string": "text", "integer": "heltal", "number": "tal", "boolean": "sant eller falskt", "object": "objekt"}
_FORMATS = {"date": "datum", "date-time": "tidpunkt"}

#: Nothing may come from, or go to, anywhere; the only style is the page's own.
SECURITY = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(described: Mapping[str, Any]) -> str:
    """The page of a description in AsyncAPI."""
    channels = {name: channel for name, channel in described["channels"].items() if channel["address"] is not None}
    sent = next(one for one in described["components"]["messages"].values() if "headers" in one)
    written: str = _template().render(
        style=_STYLE,
        root=ROOT,
        about=described["info"]["description"].split("\n\n"),
        groups=[{"name": name, **channel, "events": _events(described, channel)} for name, channel in channels.items()],
        webhooks=described["channels"]["webhooks"]["description"].split("\n\n"),
        signed={name: field["description"] for name, field in sent["headers"]["properties"].items()},
    )
    return written


@cache
def _template() -> Any:
    house = Environment(autoescape=True, undefined=StrictUndefined)
    return house.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _events(described: Mapping[str, Any], channel: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each event of a channel with its texts and the parts of its data."""
    found = []
    for name in channel["messages"]:
        message = described["components"]["messages"][name]
        en, sv = message["description"].split("\n\n")
        data = message["payload"]["allOf"][1]["properties"]["data"]
        found.append({"type": name, "en": en, "sv": sv, "parts": list(_parts(described, _named(described, data)))})
    return found


def _parts(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, part in schema["properties"].items():
        presence = "alltid" if name in schema.get("required", ()) else "kan saknas"
        if PERSONAL in part.get("description", ""):
            presence = f"med rollen {PERSONAL}"
        yield {"name": name, "form": _form(described, part), "presence": presence, "is_sent": is_sent(name)}


def _form(described: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The form of a value in a few words."""
    if "$ref" in schema:
        return ", ".join(_named(described, schema)["properties"])
    if "anyOf" in schema:
        return " eller ".join(_form(described, one) for one in schema["anyOf"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " eller ".join(_kind(described, kind, schema) for kind in kinds)


def _kind(described: Mapping[str, Any], kind: str, schema: Mapping[str, Any]) -> str:
    if kind == "array":
        return f"lista av ({_form(described, schema['items'])})"
    return "null" if kind == "null" else _FORMATS.get(schema.get("format", ""), _FORMS[kind])


def _named(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that another one refers to."""
    found: Mapping[str, Any] = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found
