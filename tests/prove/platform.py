"""A platform that can be proven: its services are run by commands of the rig's, and its clock can be moved."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit, urlunsplit

from deploy.cli import secrets
from deploy.cli.names import GATEWAY, POSTGRES, RABBITMQ
from deploy.cli.platform import Platform
from deploy.cli.processes import Program
from deploy.cli.state import Clock
from deploy.cli.steps import silent

if TYPE_CHECKING:
    from tests.prove.servers import Cluster, Pair

Command: TypeAlias = Callable[[str], Sequence[str]]  #: by which a service or the gateway is run

NOW = "2026-05-12T08:00:00Z"  #: far from the end of a day and of a month, also for a clock that goes an hour wrong
SETTINGS = {
    "HEMVIST_ENVIRONMENT": "test",
    "HEMVIST_RETRY_DELAYS": "200,1000,5000",
    "HEMVIST_LIMIT_PER_CLIENT": "1000000",
    "HEMVIST_LIMIT_PER_MUNICIPALITY": "1000000",
    "HEMVIST_LIMIT_PUBLIC": "1000000",
}


def usual(name: str) -> Sequence[str]:
    """As the house runs it."""
    return [sys.executable, "-m", GATEWAY if name == GATEWAY else f"services.{name}"]


class Proven(Platform):
    """A platform whose processes may be others than the house's."""

    def __init__(self, state_dir: Path, *, extra_environment: Mapping[str, str] | None = None) -> None:
        super().__init__(state_dir, extra_environment={**SETTINGS, **(extra_environment or {})})
        # The clock only begins there: it is moved later on. Another platform may have the usual port.
        self._environment |= {"HEMVIST_NOW": NOW, "HEMVIST_GATEWAY_PORT": "0"}
        self.command: Command = usual
        self.cluster: Cluster | None = None  #: its broker, when that is one of several nodes
        self.pair: Pair | None = None  #: its database, when another server follows it

    @property
    def today(self) -> date:
        """By its own clock; the hour is one at which it is the same day everywhere."""
        return self.now().date()

    def database_url(self, name: str) -> str:
        """One of its databases, as the superuser sees it."""
        return urlunsplit(urlsplit(self.admin_database_url)._replace(path=f"/{name}"))

    @property
    def ways(self) -> dict[str, list[int]]:
        """The ports of each server to which a network may lead: of any node of a broker, but of two databases a client
        itself finds out which one leads."""
        brokers = self.cluster.ports if self.cluster else [self.state.ports[RABBITMQ]]
        return {RABBITMQ: brokers} | ({} if self.pair else {POSTGRES: [self.state.ports[POSTGRES]]})

    def _application(self) -> list[Program]:
        return [replace(one, command=tuple(self.command(one.name))) for one in super()._application()]

    def make_folders(self) -> None:
        """Those that its servers need before it starts, and its secrets."""
        self._make_folders()
        secrets.load_or_make(self._secrets_file, data_exists=False)

    def stand_on(self, **servers: str) -> None:
        """Servers that somebody else has started, by the names of the variables that say so."""
        self._environment |= servers

    def run_as(self, name: str, command: Command) -> None:
        """Begins a process anew by another command."""
        self.command = command
        self._manager.stop([name])
        for program in self._application():
            self._manager.describe(program)
        self.start(name)

    def move_on(self, by: timedelta) -> None:
        """From now on it is so much later; the processes begin anew."""
        self._set_clock(replace(self.state, clock=Clock.starting((self.now() + by).isoformat())), silent)
