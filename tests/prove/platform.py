"""A platform that can be proven: its services are run by commands of the rig's, and its clock can be moved."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TypeAlias

from deploy.cli.names import GATEWAY, POSTGRES, RABBITMQ
from deploy.cli.platform import Platform
from deploy.cli.processes import Program
from deploy.cli.state import Clock
from deploy.cli.steps import silent

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
        self._environment["HEMVIST_NOW"] = NOW  # only as the clock begins: it is moved later on
        self.command: Command = usual

    @property
    def today(self) -> date:
        """By its own clock; the hour is one at which it is the same day everywhere."""
        return self.now().date()

    @property
    def database_ports(self) -> list[int]:
        """Where PostgreSQL is."""
        return [self.state.ports[POSTGRES]]

    @property
    def broker_ports(self) -> list[int]:
        """Where RabbitMQ is."""
        return [self.state.ports[RABBITMQ]]

    def _application(self) -> list[Program]:
        return [replace(one, command=tuple(self.command(one.name))) for one in super()._application()]

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
