"""A receiver of webhooks on this machine: it keeps what it hears, and answers as a test tells it to."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

Answer: TypeAlias = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]  #: by their names in small letters
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


def answers(status: int, **headers: str) -> Answer:
    """An empty answer."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


TAKEN = answers(204)


@dataclass
class Receiver:
    """What was heard, and how it is answered from now on."""

    port: int
    heard: list[Heard] = field(default_factory=list)
    answer: Answer = TAKEN

    @property
    def host(self) -> str:
        """As it stands in `webhook_hosts`."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hooks?from=hemvist"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [one.event for one in self.heard]


@contextmanager
def listening(ports: Sequence[int] = (0,), wrap: Callable[[Any], Any] = lambda socket: socket) -> Iterator[Receiver]:
    """A receiver at the first of these ports that is free (0: at any), on a socket that `wrap` may secure."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.heard.append(Heard(self.path, headers, body))
            receiver.answer(self)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Who sends may hang up."""

    server = next(filter(None, (_made(Server, Handler, port) for port in ports)))
    server.socket = wrap(server.socket)
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _made(server: type[ThreadingHTTPServer], handler: type[BaseHTTPRequestHandler], port: int) -> Any:
    try:
        return server(("127.0.0.1", port), handler)
    except OSError:
        return None
