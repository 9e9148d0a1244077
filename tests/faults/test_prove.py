"""The proof is held for a short while each time, and is proven to see what it is for."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests import run
from tests.prove.platform import Proven, usual
from tests.prove.proof import Plan, prove
from tests.prove.replicas import beside
from tests.prove.report import Report, written
from tests.prove.sabotaged import SABOTAGES

#: What takes a second or two; `./hemvist prove` has all of them.
QUICK = (
    "a_process_is_killed",
    "a_process_is_frozen",
    "a_clock_goes_wrong",
    "connections_are_cut",
    "events_come_again",
    "the_database_is_killed",
)
CLEAN = Plan(seconds=12, seed=1, clients=4, months=1, only=QUICK)
#: Nothing is broken but the house itself.
DAMAGED = Plan(
    seconds=4, seed=1, clients=4, months=1, municipality="stockholm", only=["events_come_again"], patience=45
)
SABOTAGED = "compensation"  #: nobody in the story waits for what it tells


def sabotaged(name: str) -> Sequence[str]:
    """How the services are run when one of them has two guarantees less."""
    return [sys.executable, "-m", "tests.prove.sabotaged", name, *SABOTAGES] if name == SABOTAGED else usual(name)


@dataclass(frozen=True)
class Proofs:
    """What came of a house as it is, and of one with two guarantees less."""

    clean: Report
    damaged: Report


@pytest.fixture(scope="module")
def proofs() -> Proofs:
    """One after the other on one platform, which takes as long to start as either."""
    platform = run.platform(run.own("prove"), Proven)
    platform.up()
    try:
        with beside(platform) as seconds:
            clean = prove(platform, seconds, run.folder() / "clean.jsonl", CLEAN)
            platform.run_as(SABOTAGED, sabotaged)
            seconds.kill(SABOTAGED)
            damaged = prove(platform, seconds, run.folder() / "damaged.jsonl", DAMAGED)
    finally:
        run.end_platform(platform.state_dir)
    return Proofs(clean, damaged)


def test_nothing_is_lost_doubled_wrong_or_stuck_while_everything_dies(proofs: Proofs) -> None:
    report = proofs.clean
    assert report.is_clean, written(report)
    assert report.facts["claim"] > 2, "families were helped to the end"
    assert report.right["no_free_place"] == report.facts["decision"], "each home's last place was asked for twice"
    assert report.facts["pay run"] == 1, "they were paid"
    assert sum(report.troubles.values()) >= 4, "there was trouble"
    assert report.events > 10 * report.facts["decision"], "others were told"


def test_the_proof_sees_events_that_are_published_outside_of_the_transaction(proofs: Proofs) -> None:
    assert any("agreement_signed" in one for one in proofs.damaged.lost), written(proofs.damaged)


def test_the_proof_sees_that_the_inbox_is_switched_off(proofs: Proofs) -> None:
    """An end that was corrected comes again as it was said first: the home is paid for other days than it is owed."""
    assert any("in compensation.agreement" in one for one in proofs.damaged.wrong), written(proofs.damaged)
    assert any("kr owed" in one for one in proofs.damaged.wrong), written(proofs.damaged)
