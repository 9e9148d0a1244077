"""The demo's own receiver of webhooks: a municipality's diary system that prints what it has heard."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.cli.demo.desk import DemoStopped, Desk
from services.kernel.messages import signature

PORTS = (18401, 18402, 18403, 18404, 18405)  #: on 127.0.0.1, as `tenants.toml` names them; one that is free
TYPES = (
    "hemvist.intake.application_qualified.v1",
    "hemvist.investigation.home_approved.v1",
    "hemvist.placement.placement_started.v1",
    "hemvist.mentorship.mentorship_accepted.v1",
    "hemvist.compensation.agreement_signed.v1",
)


@dataclass
class Receiver:
    """What was heard: of each event, by its id, its type. It may come twice, and is one."""

    secrets: list[str] = field(default_factory=list)  #: of the webhooks that lead here
    heard: dict[str, str] = field(default_factory=dict)
    wrong: int = 0  #: that no secret signed

    def take(self, headers: dict[str, str], body: bytes) -> bool:
        """Whether one of the secrets signed it; then it is kept."""
        said = {name.lower(): value for name, value in headers.items()}
        for secret in self.secrets:
            right = signature.headers([secret], said["webhook-id"], int(said["webhook-timestamp"]), body)
            if right["webhook-signature"] in said["webhook-signature"].split():
                event = json.loads(body)
                self.heard[event["id"]] = event["type"]
                return True
        self.wrong += 1
        return False


@contextmanager
def listening() -> Iterator[tuple[Receiver, str]]:
    """A receiver, and the address at which it listens."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        """Takes what is signed."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204 if receiver.take(dict(self.headers), body) else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The demo says itself what it heard."""

    server = _server(Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver, f"http://127.0.0.1:{server.server_address[1]}/hemvist"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _server(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    for port in PORTS:
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    raise DemoStopped(f"None of the ports {PORTS[0]} to {PORTS[-1]} is free for the receiver of webhooks.")


@contextmanager
def heard_by_diary(desk: Desk) -> Iterator[None]:
    """While a story is told, a webhook leads to a receiver; afterwards that says what it has heard."""
    with listening() as (receiver, url):
        body = {"url": url, "types": list(TYPES), "description": "The demo's diary system"}
        webhook = desk.do("POST", "/webhooks", "admin", json=body)
        receiver.secrets.append(webhook["secret"])
        try:
            yield
            desk.wait_for("A webhook of each kind", lambda: set(receiver.heard.values()) >= set(TYPES))
        finally:
            desk.do("DELETE", f"/webhooks/{webhook['id']}", "admin")
    kinds = Counter(kind.split(".")[2] for kind in receiver.heard.values())
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    desk.say(f"The municipality's diary system has heard of it by webhooks: {said}, {receiver.wrong} not signed.")
