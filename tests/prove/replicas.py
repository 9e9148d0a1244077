"""A second process of every service and of the gateway, beside those of a platform, and a network between these and the
servers that can be slowed and cut."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import requests

from deploy.cli import belongings, ports
from deploy.cli.names import APPLICATION, GATEWAY, POSTGRES, RABBITMQ, ROOT
from deploy.cli.state import Clock
from tests.prove.platform import Proven
from tests.prove.proxy import Network, network
from tests.waiting import eventually

RIGHT = timedelta()
SECOND = "second gateway"
ADDRESSES = ("HEMVIST_DATABASE_URL", "HEMVIST_RELAY_DATABASE_URL", "HEMVIST_BROKER_URL")


class Seconds:
    """The second processes, by name. They are begun anew as a process manager would."""

    def __init__(self, platform: Proven, networks: Mapping[str, Network]) -> None:
        self._platform = platform
        self.networks = networks  #: by the name of the server
        self.port = ports.choose([SECOND], seed=f"{platform.state_dir} {SECOND}")[SECOND]
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def gateway_url(self) -> str:
        """Where the second gateway answers."""
        return f"http://127.0.0.1:{self.port}/hemvist/v1"

    def begin(self) -> None:
        """Starts all; returns when the second gateway answers for all services."""
        for name in APPLICATION:
            self.start(name)
        eventually(lambda: _is_ready(self.gateway_url), seconds=60)

    def start(self, name: str, *, ahead: timedelta = RIGHT) -> None:
        """Starts one that does not run; its clock is so far ahead of the others'."""
        mark = {belongings.MARK: str(self._platform.state_dir), "SUPERVISOR_PROCESS_NAME": name}
        environment = {**os.environ, **self._platform.service_environment(name), **mark}
        if name == GATEWAY:
            environment["HEMVIST_GATEWAY_PORT"] = str(self.port)
        if ahead:
            clock = Clock.starting((self._platform.now() + ahead).isoformat())
            environment |= {"HEMVIST_NOW": clock.now, "HEMVIST_NOW_AT": clock.at}
        environment |= {key: self._through(environment[key]) for key in ADDRESSES if key in environment}
        with (self._platform.state_dir / "logs" / f"{name}.2.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._platform.command(name),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _through(self, url: str) -> str:
        """A server's address, as it is reached through its network."""
        network = self.networks.get(RABBITMQ if url.startswith("amqp") else POSTGRES)
        if network is None:
            return url
        parts = urlsplit(url)
        where = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{network.port}"
        return urlunsplit(parts._replace(netloc=where))

    def process(self, name: str) -> int:
        """Its process id."""
        return self._running[name].pid

    def kill(self, name: str, *, ahead: timedelta = RIGHT) -> None:
        """SIGKILL for it and what it has started; then it begins anew."""
        process = self._running.pop(name)
        _signal(process, signal.SIGKILL)
        process.wait()
        self.start(name, ahead=ahead)

    def end(self) -> None:
        """Ends all, at the same time."""
        for process in self._running.values():
            _signal(process, signal.SIGTERM)
        for name in list(self._running):
            _ended(self._running.pop(name))


def _signal(process: "subprocess.Popen[bytes]", sign: signal.Signals) -> None:
    """To it and what it has started."""
    if process.poll() is None:
        os.killpg(process.pid, sign)


def _ended(process: "subprocess.Popen[bytes]") -> None:
    """Waits for its end, not for ever."""
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        _signal(process, signal.SIGKILL)
        process.wait()


@contextmanager
def beside(platform: Proven) -> Iterator[Seconds]:
    """Runs them, and ends them."""
    with ExitStack() as stack:
        networks = {name: stack.enter_context(network(of)) for name, of in platform.ways.items()}
        seconds = Seconds(platform, networks)
        try:
            seconds.begin()
            yield seconds
        finally:
            seconds.end()


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/health/ready", timeout=5).status_code == 200
    except requests.RequestException:
        return False
