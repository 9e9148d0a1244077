"""How a request and a reply are written between the gateway and a service, before they are sealed.

A reply is a line for the gateway and, below it, the body as it goes on to the caller: the gateway does not read it.
"""

from typing import Any

import orjson

from services.kernel.messages.context import Context

_PARTS = ("context", "arguments")
REQUEST, REPLY = b"request", b"reply"  #: what a sealed message is for


def write_request(context: Context, arguments: dict[str, Any]) -> bytes:
    """Who asks, and what; `TypeError` for half a surrogate pair, or a number of more than 64 bits."""
    return orjson.dumps({"context": context, "arguments": arguments})


def read_request(written: bytes) -> dict[str, Any]:
    """`{"context": {...}, "arguments": {...}}`; `ValueError` when it is none."""
    request: Any = orjson.loads(written)
    if not isinstance(request, dict) or not all(isinstance(request.get(part), dict) for part in _PARTS):
        raise ValueError("a request has a context and arguments")
    return request


def write_reply(reply: dict[str, Any]) -> bytes:
    """`{"body": …, "etag": "3" | None}` or `{"fault": {…}}`."""
    head = {name: value for name, value in reply.items() if name != "body"}
    return b"\n".join((orjson.dumps(head), orjson.dumps(reply.get("body"))))


def read_reply(written: bytes) -> dict[str, Any]:
    """The reply, its body still as JSON text in bytes."""
    head, _, body = written.partition(b"\n")
    return {**orjson.loads(head), "body": body}
