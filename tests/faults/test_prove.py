"""The proof is held for a short while each time, and is proven to see what it is for."""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest

from deploy.cli.names import ROOT
from tests import run
from tests.prove.report import Report, written


@dataclass(frozen=True)
class Proofs:
    """What came of a house as it is, and of one with two guarantees less."""

    clean: Report
    damaged: Report


@pytest.fixture(scope="module")
def proofs() -> Proofs:
    """Both, of one platform."""
    command = [sys.executable, "-m", "tests.prove.short", str(run.folder() / run.own("prove"))]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=270)
    return Proofs(*(Report(**one) for one in json.loads(done.stdout)))


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
