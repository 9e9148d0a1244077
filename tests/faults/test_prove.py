"""The proof is held for a short while each time, and is proven to see what it is for."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from deploy.cli.names import SERVICES
from deploy.cli.platform import Platform
from deploy.cli.processes import Program
from tests import run
from tests.prove.proof import Report, prove, written
from tests.prove.replicas import beside, command_of

SEED = 1
SHORT, SHORTER = 40.0, 12.0  #: seconds


def sabotaged(how: str) -> Callable[[str], Sequence[str]]:
    """How the services are run that have one guarantee less."""

    def command(name: str) -> Sequence[str]:
        return [sys.executable, "-m", "tests.prove.sabotaged", name, how] if name in SERVICES else command_of(name)

    return command


@contextmanager
def proven(
    name: str, *, long: float, command: Callable[[str], Sequence[str]] = command_of, only: Sequence[str] = ()
) -> Iterator[Report]:
    """The report of a platform of its own, which is ended."""

    class Commanded(Platform):
        def _application(self) -> list[Program]:
            return [replace(one, command=tuple(command(one.name))) for one in super()._application()]

    platform = run.platform(run.own(name), Commanded)
    platform.up()
    try:
        with beside(platform, command) as seconds:
            yield prove(platform, seconds, run.folder() / f"{name}.jsonl", long=long, seed=SEED, only=only)
    finally:
        platform.down()


def test_nothing_is_lost_doubled_or_stuck_while_everything_dies() -> None:
    with proven("prove", long=SHORT) as report:
        assert report.is_clean, written(report)
        assert report.facts["qualified"] > 20, "there was work"
        assert sum(report.troubles.values()) >= 6, "there was trouble"
        assert report.events >= report.facts["qualified"], "others were told"


def test_the_rig_sees_events_that_are_published_outside_of_the_transaction() -> None:
    how = sabotaged("told_outside_of_the_transaction")
    with proven("outside", long=SHORTER, command=how, only=["events_come_again"]) as report:
        assert report.lost, written(report)
