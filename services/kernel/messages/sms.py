"""SMS by the municipality's own provider, over HTTP: how its interface is called stands in the file of municipalities,
and the secret by which it knows the municipality in the environment of the process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from services.kernel.messages import outgoing
from services.kernel.messages.outgoing import AnsweredOtherwise, NotDelivered, Refused

NUMBER, TEXT = "$number", "$text"  #: where a body holds these, they stand there
_KEYS = frozenset({"url", "header", "form", "body"})
_HEADER = re.compile("[A-Za-z][A-Za-z0-9-]{0,99}")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")  #: E.164
_REFUSES = frozenset({400, 422})  #: what a provider answers to a number that it does not take


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
        "url must be an address": isinstance(url, str) and outgoing.is_host(outgoing.host_of(url)),
        "header must be the name of a header": isinstance(header, str) and bool(_HEADER.fullmatch(header)),
        "form must be true or false": form is None or isinstance(form, bool),
        f"body must be a table with {NUMBER} and {TEXT}": isinstance(body, dict) and _holds(body, NUMBER, TEXT),
        "body must be a table of texts where it is a form": not form or _is_flat(body),
    }
    return next((f"sms.{wrong}" for wrong, is_right in checks.items() if not is_right), None)


def provider_of(stated: Mapping[str, Any] | None, secret: str | None) -> Provider | None:
    """The provider, when it is stated and its secret is known."""
    return Provider(**stated, secret=secret) if stated and secret else None


def send(provider: Provider, number: str, text: str, *, in_production: bool) -> None:
    """Returns when the provider has taken it; raises `NotDelivered` with the reason otherwise, `Refused` when it does
    not take the number."""
    body, kind = _written(provider, international(number), text)
    address = outgoing.allowed(provider.url, [outgoing.host_of(provider.url)], in_production=in_production)
    try:
        outgoing.post(address, body, {"Content-Type": kind, provider.header: provider.secret})
    except AnsweredOtherwise as problem:
        if problem.status in _REFUSES:
            raise Refused("refused") from None
        if problem.status in (401, 403):
            raise NotDelivered("login refused") from None
        raise


def international(number: str) -> str:
    """A phone number as providers know it (`+46701740605`), one without a country as a Swedish one; `Refused` for what
    is none."""
    digits = re.sub("[ -]", "", number)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+46{digits[1:]}"
    if not _INTERNATIONAL.fullmatch(digits):
        raise Refused("refused")
    return digits


def _written(provider: Provider, number: str, text: str) -> tuple[bytes, str]:
    """The body, and of which type it is."""
    body = _filled(provider.body, {NUMBER: number, TEXT: text})
    if provider.form:
        return urlencode(body).encode(), "application/x-www-form-urlencoded"
    return orjson.dumps(body), "application/json"


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {name: _filled(below, words) for name, below in value.items()}
        case list():
            return [_filled(below, words) for below in value]
        case str():
            for word, meant in words.items():
                value = value.replace(word, meant)
    return value


def _holds(body: Mapping[str, Any], *words: str) -> bool:
    written = orjson.dumps(body, default=str).decode()
    return all(word in written for word in words)


def _is_flat(body: Any) -> bool:
    return isinstance(body, dict) and all(isinstance(value, str) for value in body.values())
