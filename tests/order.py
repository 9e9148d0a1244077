"""Which tests begin first, and which are worked off by one worker. Within a file the order is pytest-randomly's."""

import re
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TESTS = Path(__file__).parent
NEW_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Folders whose tests take long begin first, so that at the end no worker is left alone with them.
LONGEST_FIRST = ("compose", "faults", "e2e", "services", "tenancy")
#: They share one running platform, which takes longer to start than most of them take.
ON_THE_PLATFORM = ("faults", "e2e")


def rank(path: Path) -> int:
    """The less, the earlier."""
    folder = path.relative_to(TESTS).parts[0]
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


class Distribution(LoadFileScheduling):  # type: ignore[misc]
    """A worker takes a file at a time, with all that the file's tests share; and the tests on the platform as one."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the order is ours

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        folder = file.removeprefix(f"{TESTS.name}/").partition("/")[0]
        return "platform" if folder in ON_THE_PLATFORM else file
