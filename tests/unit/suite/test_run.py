"""A run ends what was started in it, also when it is interrupted; it leaves other runs alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.cli import belongings
from deploy.cli.names import ROOT
from tests import run
from tests.waiting import eventually

# Begins a run, starts something in it as a test would, and ends the run when it is told to.
PROGRAM = """
import os, sys
from pathlib import Path
from deploy.cli import belongings
from tests.run import Run

run = Run.begin(Path(sys.argv[1]))
state_dir = run.folder / "shared"
state_dir.mkdir()
print(state_dir, flush=True)
os.closerange(1, 3)
os.posix_spawnp("sleep", ["sleep", "600"], {**os.environ, belongings.MARK: str(state_dir)})
sys.stdin.read()
run.end()
"""


class Another:
    """Another process with a run of its own."""

    def __init__(self, runs: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, runs], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.state_dir = Path(self.process.stdout.readline().strip())
        eventually(lambda: self.started)

    @property
    def started(self) -> list[belongings.Belonging]:
        """What was started in it and runs."""
        return belongings.find(self.state_dir)

    def end(self) -> None:
        self.process.communicate(timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.end()


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[], Another]]:
    """Begins runs in one folder."""
    begun: list[Another] = []

    def another() -> Another:
        begun.append(Another(tmp_path))
        return begun[-1]

    yield another
    for one in begun:
        one.end()
        belongings.end(one.state_dir)


class TestRun:
    def test_at_its_end_nothing_of_it_is_left(self, begin: Callable[[], Another]) -> None:
        one = begin()
        assert len(one.started) == 1
        one.end()
        assert one.started == []
        assert not one.state_dir.parent.exists()

    def test_what_a_killed_one_left_is_ended_by_the_next(self, begin: Callable[[], Another]) -> None:
        killed = begin()
        killed.kill()
        assert len(killed.started) == 1
        begin()
        assert killed.started == []
        assert not killed.state_dir.parent.exists()

    def test_one_that_goes_on_is_left_alone(self, begin: Callable[[], Another]) -> None:
        first, second = begin(), begin()
        second.end()
        assert len(first.started) == 1
        assert first.state_dir.exists()

    def test_what_no_run_has_begun_is_left_alone(self, tmp_path: Path, begin: Callable[[], Another]) -> None:
        data = tmp_path / "postgres" / "data"
        data.mkdir(parents=True)  # somebody keeps a platform there
        begin().end()
        assert data.exists()


@pytest.mark.parametrize(
    ("how", "interrupt"),
    [
        pytest.param("-n2", lambda pid: os.killpg(pid, signal.SIGINT), id="Ctrl-C"),
        pytest.param("-pno:xdist", lambda pid: os.kill(pid, signal.SIGTERM), id="SIGTERM"),
    ],
)
def test_an_interrupted_one_ends_what_its_tests_have_started(how: str, interrupt: Callable[[int], None]) -> None:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "HEMVIST"))}
    endless = Path(__file__).with_name("endless.py")
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", how, endless],
        cwd=ROOT,
        env=outside,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    state_dir = run.RUNS / str(process.pid) / "shared"
    try:
        eventually(lambda: belongings.find(state_dir), seconds=60)
        interrupt(process.pid)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, said
    assert belongings.find(state_dir) == []


class TestOnce:
    def test_it_is_made_by_the_first_that_asks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(run._FOLDER, str(tmp_path))
        made: list[str] = []
        for name in ("a", "a", "b"):
            run.once(name, lambda name=name: made.append(name))  # type: ignore[misc]
        assert made == ["a", "b"]

    def test_after_a_failure_the_next_one_tries_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(run._FOLDER, str(tmp_path))
        made: list[str] = []
        with pytest.raises(ZeroDivisionError):
            run.once("a", lambda: made.append(str(1 / 0)))
        run.once("a", lambda: made.append("a"))
        assert made == ["a"]
