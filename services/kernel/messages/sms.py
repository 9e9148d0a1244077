"""SMS by the municipality's own provider, over HTTP: how its interface is called stands in the file of municipalities,
and the secret by which it knows the municipality in the environment of the process.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from services.kernel.messages import outgoing
from services.kernel.messages.addresses import host_of
from services.kernel.messages.outgoing import AnsweredOtherwise, NotDelivered, Refused
from services.kernel.messages.sms_providers import NUMBER, TEXT, Provider

_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")  #: E.164
_REFUSES = frozenset({400, 422})  #: what a provider answers to a number that it does not take


def send(provider: Provider, number: str, text: str, *, in_production: bool) -> None:
    """Returns when the provider has taken it; raises `NotDelivered` with the reason otherwise, `Refused` when it does
    not take the number."""
    body, kind = _written(provider, international(number), text)
    address = outgoing.allowed(provider.url, [host_of(provider.url)], in_production=in_production)
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
