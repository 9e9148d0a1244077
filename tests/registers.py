"""A register on this machine, that answers as a test tells it to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

from services.kernel.messages.connections import Connection
from tests.receiver import Answer, Receiver, listening
from tests.run import SECRET


def says(status: int, body: bytes | None = None, **said: Any) -> Answer:
    """An answer with this JSON, or with these bytes."""
    written = json.dumps(said).encode() if body is None else body

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", str(len(written)))
        request.end_headers()
        request.wfile.write(written)

    return answer


def waits(until: Event, then: Answer, begun: Callable[[], object] = lambda: None) -> Answer:
    """An answer that comes when a test lets it."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        begun()
        until.wait(30)
        then(request)

    return answer


def connection(register: Receiver, *, seconds: float = 5.0) -> Connection:
    """The way to it."""
    return Connection(url=f"http://{register.host}/ask", header="Authorization", secret=SECRET, seconds=seconds)


@contextmanager
def a_register(answer: Answer | None = None, *, port: int = 0) -> Iterator[Receiver]:
    """A register that finds nothing, unless said; at any port, unless said."""
    with listening((port,)) as register:
        register.answer = answer or says(200, outcome="nothing")
        yield register
