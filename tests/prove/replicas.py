"""A second process of every service and of the gateway, beside those of a platform."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import requests

from deploy.cli.names import APPLICATION, GATEWAY, ROOT
from deploy.cli.platform import Platform
from tests.waiting import eventually


class Seconds:
    """The second processes, by name. They are begun anew as a process manager would."""

    def __init__(self, platform: Platform, command_of: Callable[[str], Sequence[str]]) -> None:
        self._platform, self._command_of = platform, command_of
        self.port = _a_free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def gateway_url(self) -> str:
        """Where the second gateway answers."""
        return f"http://127.0.0.1:{self.port}/hemvist/v1"

    def start(self, name: str) -> None:
        """Starts one that does not run."""
        environment = {**os.environ, **self._platform.service_environment(name)}
        if name == GATEWAY:
            environment["HEMVIST_GATEWAY_PORT"] = str(self.port)
        with (self._platform.state_dir / "logs" / f"{name}.2.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._command_of(name),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def process(self, name: str) -> int:
        """Its process id."""
        return self._running[name].pid

    def kill(self, name: str) -> None:
        """SIGKILL for it and what it has started; then it begins anew."""
        self._end(name, signal.SIGKILL)
        self.start(name)

    def end(self) -> None:
        """Ends all."""
        for name in list(self._running):
            self._end(name, signal.SIGTERM)

    def _end(self, name: str, sign: signal.Signals) -> None:
        process = self._running.pop(name)
        if process.poll() is None:
            os.killpg(process.pid, sign)
        process.wait()


def command_of(name: str) -> Sequence[str]:
    """How a service or the gateway is run."""
    return [sys.executable, "-m", GATEWAY if name == GATEWAY else f"services.{name}"]


@contextmanager
def beside(platform: Platform, command_of: Callable[[str], Sequence[str]] = command_of) -> Iterator[Seconds]:
    """Runs them; yields when the second gateway answers for all services."""
    seconds = Seconds(platform, command_of)
    try:
        for name in APPLICATION:
            seconds.start(name)
        eventually(lambda: _is_ready(seconds.gateway_url), seconds=60)
        yield seconds
    finally:
        seconds.end()


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/health/ready", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
