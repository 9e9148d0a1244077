"""`python -m tests.prove.short FOLDER`: what the suite proves each time, in a process without pytest's green threads.

On one platform, which takes as long to start as either: first a house as it is, then one with two guarantees less. The
two reports are printed as JSON.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests import run
from tests.prove.platform import Proven, usual
from tests.prove.proof import Plan, prove
from tests.prove.replicas import beside
from tests.prove.report import Report

#: What takes a second or two; `./hemvist prove` has all of them.
QUICK = (
    "a_process_is_killed",
    "a_process_is_frozen",
    "a_clock_goes_wrong",
    "a_network_is_cut",
    "connections_are_cut",
    "events_come_again",
    "the_database_is_killed",
)
CLEAN = Plan(seconds=10, seed=1, clients=3, months=1, only=QUICK)
#: Nothing is broken but the house itself.
DAMAGED = Plan(seconds=4, seed=1, clients=3, months=1, municipality="stockholm", only=["events_come_again"])
SABOTAGED = "compensation"  #: nobody in the story waits for what it tells
SABOTAGES = ("told_outside_of_the_transaction", "inbox_switched_off")


def sabotaged(name: str) -> Sequence[str]:
    """How the services are run when one of them has two guarantees less."""
    return [sys.executable, "-m", "tests.prove.sabotaged", name, *SABOTAGES] if name == SABOTAGED else usual(name)


def proven(folder: Path) -> tuple[Report, Report]:
    """What came of the house as it is, and of the other one."""
    platform = Proven(folder)
    with ExitStack() as stack:
        stack.callback(run.end_platform, platform.state_dir)
        platform.up()
        seconds = stack.enter_context(beside(platform))
        stack.callback(run.end_platform, platform.state_dir)  # at once, with the second processes
        clean = prove(platform, seconds, folder / "clean.jsonl", CLEAN)
        platform.run_as(SABOTAGED, sabotaged)
        seconds.kill(SABOTAGED)
        return clean, prove(platform, seconds, folder / "damaged.jsonl", DAMAGED)


if __name__ == "__main__":
    print(json.dumps([one.as_json() for one in proven(Path(sys.argv[1]))]))  # noqa: T201  it is its answer
