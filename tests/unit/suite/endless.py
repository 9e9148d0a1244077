"""Not collected by itself: a test that starts something and does not end, for the test of an interrupted run."""

import os
from threading import Event

from deploy.cli import belongings
from tests import run


def test_it_begins_and_does_not_end() -> None:
    state_dir = run.folder() / "shared"
    state_dir.mkdir()
    os.posix_spawnp("sleep", ["sleep", "600"], {**os.environ, belongings.MARK: str(state_dir)})
    Event().wait(600)
