"""A platform that does not run: what it says, and what it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from deploy.cli.main import main
from deploy.cli.platform import Platform, Status
from deploy.cli.processes import ProcessState
from deploy.cli.trouble import Trouble


@pytest.fixture
def state_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HEMVIST_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


class TestStatus:
    def test_nothing_running_is_an_answer_and_not_a_failure(self, state_dir: Path) -> None:
        done = CliRunner().invoke(main, ["status", "--json"])
        assert done.exit_code == 0
        assert json.loads(done.stdout) == {"gateway": None, "ready": False, "processes": []}
        assert not state_dir.exists()

    def test_its_json_names_the_gateway_and_every_process(self) -> None:
        gateway = "http://127.0.0.1:8080/hemvist/v1"
        status = Status(gateway=gateway, ready=True, processes=[ProcessState("intake", 7, "running", 1)])
        assert status.as_json() == {
            "gateway": gateway,
            "ready": True,
            "processes": [{"name": "intake", "pid": 7, "state": "running"}],
        }


def test_down_twice_is_no_failure(state_dir: Path) -> None:
    for _ in range(2):
        done = CliRunner().invoke(main, ["down"])
        assert done.exit_code == 0
        assert "Nothing was running" in done.stdout


def test_a_moved_clock_is_refused_in_production(tmp_path: Path) -> None:
    environment = {"HEMVIST_ENVIRONMENT": "production", "HEMVIST_NOW": "2026-04-01T08:00:00Z"}
    with pytest.raises(Trouble, match="refused in production"):
        Platform(tmp_path, extra_environment=environment).up()


@pytest.mark.parametrize("now", ["yesterday", "2026-04-01", "2026-04-01T08:00:00"])
def test_a_clock_needs_an_instant_with_its_zone(tmp_path: Path, now: str) -> None:
    with pytest.raises(Trouble, match="HEMVIST_NOW"):
        Platform(tmp_path, extra_environment={"HEMVIST_NOW": now}).up()


def test_a_failure_says_what_to_do_next(state_dir: Path) -> None:
    done = CliRunner().invoke(main, ["parked", "replay", "intake", "some-id"])
    assert done.exit_code == 1
    assert "What to do next: start a local platform with ./hemvist up" in " ".join(done.stderr.split())
