"""The launcher's memory: what can be found again may be lost."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.cli.state import Clock, State


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def test_what_was_saved_is_loaded(file: Path) -> None:
    state = State(
        ports={"gateway": 8080}, clock=Clock.starting("2026-04-01T08:00:00Z"), external={"A": "postgresql://"}
    )
    state.save(file)
    assert State.load(file) == state
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"ports": {"gateway": 8080}', '{"ports": [1], "clock": 3}'])
def test_a_file_that_a_crash_cut_short_counts_as_none(file: Path, text: str) -> None:
    file.write_text(text)
    assert State.load(file) == State()


def test_time_runs_on_from_the_chosen_instant() -> None:
    started = datetime.now(UTC) - timedelta(hours=2)
    clock = Clock(now="2026-04-01T08:00:00Z", at=started.isoformat())
    late = clock.read() - datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert timedelta() <= late < timedelta(minutes=1)
