"""Ending processes: all of ours, none of another's."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.cli import belongings

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def run(folder: Path, name: str = "intake", script: str = "exec sleep 60") -> "subprocess.Popen[bytes]":
        marks = {belongings.MARK: str(folder), "SUPERVISOR_PROCESS_NAME": name}
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"echo ready; {script}"], env={**os.environ, **marks}, stdout=subprocess.PIPE
        )
        assert process.stdout
        process.stdout.readline()
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_processes_of_another_platform_are_left_alone(start: Start, tmp_path: Path) -> None:
    ours, other = start(tmp_path / "ours"), start(tmp_path / "other")
    belongings.end(tmp_path / "ours")
    assert ours.wait(5) == -signal.SIGTERM
    assert other.poll() is None


def test_only_the_named_processes_are_ended(start: Start, tmp_path: Path) -> None:
    intake, postgres = start(tmp_path), start(tmp_path, "postgres")
    belongings.end(tmp_path, names=["postgres"], sign=signal.SIGUSR1)
    assert postgres.wait(5) == -signal.SIGUSR1
    assert intake.poll() is None


def test_a_process_that_does_not_end_is_killed(start: Start, tmp_path: Path) -> None:
    stubborn = start(tmp_path, script="trap '' TERM; echo deaf; exec sleep 60")
    assert stubborn.stdout
    stubborn.stdout.readline()
    belongings.end(tmp_path, patience=0.1)
    assert stubborn.wait(5) == -signal.SIGKILL


def test_what_a_process_started_itself_belongs_to_it(start: Start, tmp_path: Path) -> None:
    parent = start(tmp_path, "rabbitmq", "sleep 60 & echo child; wait")
    assert parent.stdout
    parent.stdout.readline()
    assert [one.name for one in belongings.find(tmp_path)] == ["rabbitmq", "rabbitmq"]
    belongings.end(tmp_path)
    assert belongings.find(tmp_path) == []
