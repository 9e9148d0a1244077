"""How a municipality's provider of SMS is asked, as the file of municipalities states it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.kernel.messages.addresses import host_of, is_host

NUMBER, TEXT = "$number", "$text"  #: where a body holds these, they stand there
_KEYS = frozenset({"url", "header", "form", "body"})
_HEADER = re.compile("[A-Za-z][A-Za-z0-9-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How a provider is asked to send an SMS."""

    url: str
    header: str  #: in which it finds the secret
    secret: str = field(repr=False)
    body: Mapping[str, Any]
    form: bool = False  #: the body is a form, and not JSON


def wrong_with(stated: Mapping[str, Any]) -> str | None:
    """What is wrong with a provider as the file of municipalities states it: `{url, header, form, body}`."""
    if set(stated) - _KEYS or not {"url", "header", "body"} <= set(stated):
        return "sms must have url, header and body, and may have form"
    url, header, form, body = (stated.get(name) for name in ("url", "header", "form", "body"))
    checks = {
        "url must be an address": isinstance(url, str) and is_host(host_of(url)),
        "header must be the name of a header": isinstance(header, str) and bool(_HEADER.fullmatch(header)),
        "form must be true or false": form is None or isinstance(form, bool),
        f"body must be a table with {NUMBER} and {TEXT}": isinstance(body, dict) and _holds(body, NUMBER, TEXT),
        "body must be a table of texts where it is a form": not form or _is_flat(body),
    }
    return next((f"sms.{wrong}" for wrong, is_right in checks.items() if not is_right), None)


def provider_of(stated: Mapping[str, Any] | None, secret: str | None) -> Provider | None:
    """The provider, when it is stated and its secret is known."""
    return Provider(**stated, secret=secret) if stated and secret else None


def _holds(body: Mapping[str, Any], *words: str) -> bool:
    written = orjson.dumps(body, default=str).decode()
    return all(word in written for word in words)


def _is_flat(body: Any) -> bool:
    return isinstance(body, dict) and all(isinstance(value, str) for value in body.values())
