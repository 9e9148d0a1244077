"""Long tests begin first, and tests that share something dear run in one worker."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.order import LONGEST_FIRST, ON_THE_PLATFORM, TESTS, Distribution, rank

Config = cast("Any", SimpleNamespace)


@pytest.fixture
def distribution() -> Distribution:
    options = SimpleNamespace(loadscopereorder=True, tx=["popen"], numprocesses=2, maxprocesses=None, px=[])
    return Distribution(Config(option=options, getvalue=lambda name: getattr(options, name)))


class TestRank:
    def test_folders_that_take_long_begin_first(self) -> None:
        paths = [TESTS / "unit" / "a.py", TESTS / "e2e" / "b.py", TESTS / "compose" / "c.py"]
        assert [path.name for path in sorted(paths, key=rank)] == ["c.py", "b.py", "a.py"]

    def test_the_folders_are_there(self) -> None:
        assert [name for name in {*LONGEST_FIRST, *ON_THE_PLATFORM} if not (TESTS / name).is_dir()] == []


class TestDistribution:
    def test_a_file_is_one_workers(self, distribution: Distribution) -> None:
        of_one = {distribution._split_scope(f"tests/unit/a.py::{test}") for test in ("test_x", "TestA::test_y[1/2]")}
        assert of_one == {"tests/unit/a.py"}

    def test_the_tests_on_the_platform_are_one_workers(self, distribution: Distribution) -> None:
        files = ("tests/e2e/test_demo.py", "tests/faults/test_what_dies.py")
        assert len({distribution._split_scope(f"{file}::test_x") for file in files}) == 1
