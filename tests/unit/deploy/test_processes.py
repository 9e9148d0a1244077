"""The process manager's configuration, read back by the manager's own reader; and what a program becomes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from deploy.cli import processes
from deploy.cli.processes import Manager, Program
from deploy.cli.trouble import Trouble


@pytest.fixture
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Its path holds what configurations trip over, and is too long for a socket's address."""
    folder = tmp_path / f'100% "quoted" it\'s {"long" * 25}'
    for name in ("run", "logs"):
        (folder / name).mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def a_program(folder: Path, *, name: str = "intake", script: str = "exec sleep 60", **environment: str) -> Program:
    return Program(name=name, command=("/bin/sh", "-c", script), folder=folder, environment=environment)


class TestConfiguration:
    @pytest.mark.parametrize(
        "python", ["/usr/bin/python", "/50%/py thon", "/it's/python", '/say "x"/python', "/a;b#c/p"]
    )
    def test_the_manager_reads_back_the_command_that_was_meant(self, state_dir: Path, python: str) -> None:
        text = processes.configuration([a_program(state_dir)], python=python)
        (state_dir / "run" / "manager.conf").write_text(text)
        options = ServerOptions()
        options.realize(["-c", "run/manager.conf"])
        program = options.process_group_configs[0].process_configs[0]
        assert program.command == processes.shlex.join([python, "-I", str(processes.LAUNCH), "run/intake.json"])
        assert not program.autostart

    def test_a_path_that_would_read_as_a_comment_is_refused(self, state_dir: Path) -> None:
        with pytest.raises(Trouble, match="can not be written"):
            processes.configuration([a_program(state_dir)], python="/a ;b/python")

    def test_it_holds_no_environment(self, state_dir: Path) -> None:
        assert "very secret" not in processes.configuration([a_program(state_dir, PASSWORD="very secret")])


class TestLaunch:
    def test_the_program_gets_its_environment_unchanged(self, state_dir: Path) -> None:
        awkward = "50% \"double\" 'single' \\ %(here)s ; # \n €"
        command = (sys.executable, "-c", "import os; print(repr(os.environ['AWKWARD']), os.getcwd())")
        program = Program(name="intake", command=command, folder=state_dir, environment={"AWKWARD": awkward})
        Manager(state_dir).describe(program)
        done = subprocess.run(
            [sys.executable, "-I", processes.LAUNCH, "run/intake.json"], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == f"{awkward!r} {state_dir}"

    def test_its_description_can_be_read_by_its_owner_only(self, state_dir: Path) -> None:
        Manager(state_dir).describe(a_program(state_dir, PASSWORD="very secret"))
        file = state_dir / "run" / "intake.json"
        assert file.stat().st_mode & 0o077 == 0
        assert json.loads(file.read_text())["environment"] == {"PASSWORD": "very secret"}


class TestManager:
    @pytest.fixture
    def manager(self, state_dir: Path) -> Iterator[Manager]:
        manager = Manager(state_dir)
        programs = [a_program(state_dir), a_program(state_dir, name="broken", script="echo no database; exit 3")]
        manager.begin(programs, os.environ)
        yield manager
        manager.finish()

    def running(self, manager: Manager) -> bool:
        return manager.state("intake").state == "running"

    def test_a_killed_program_is_started_again(self, manager: Manager) -> None:
        manager.start(["intake"])
        manager.wait(["intake"], lambda: self.running(manager), seconds=10, what="intake")
        before = manager.state("intake").pid
        manager.kill("intake")
        assert not Path(f"/proc/{before}").exists()
        manager.wait(["intake"], lambda: self.running(manager), seconds=10, what="intake", once=False)
        assert manager.state("intake").pid != before

    def test_a_stopped_program_stays_stopped(self, manager: Manager) -> None:
        manager.start(["intake"])
        manager.wait(["intake"], lambda: self.running(manager), seconds=10, what="intake")
        manager.stop(["intake"])
        assert manager.state("intake").state == "stopped"
        assert manager.state("intake").pid is None

    def test_a_program_that_ends_at_once_is_reported_with_its_last_words(self, manager: Manager) -> None:
        manager.start(["broken"])
        with pytest.raises(Trouble, match="broken ended while it was starting") as raised:
            manager.wait(["broken"], lambda: False, seconds=10, what="broken")
        assert "no database" in raised.value.what

    def test_a_finished_manager_answers_no_more(self, manager: Manager) -> None:
        manager.finish()
        assert manager.states() is None
