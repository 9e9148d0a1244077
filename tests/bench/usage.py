"""What the processes of a platform use: processor time and memory, each with all that it has started."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.cli.names import APPLICATION, POSTGRES, RABBITMQ
from deploy.cli.platform import Platform

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Used:
    """Seconds of processor time since each process began, and the memory (proportional set size, MiB) now."""

    seconds: float
    megabytes: float


def processes(platform: Platform) -> dict[str, int]:
    """The ids of a platform's processes, by name."""
    names = (*APPLICATION, POSTGRES, RABBITMQ)
    return {name: pid for name in names if (pid := platform.process(name)) is not None}


def used(pids: Mapping[str, int]) -> dict[str, Used]:
    """By the name of the process."""
    return {name: _tree(pid) for name, pid in pids.items()}


def since(before: dict[str, Used], after: dict[str, Used], seconds: float) -> dict[str, tuple[float, float]]:
    """Of each process the share of a core that it used in so many seconds, and its memory at the end."""
    return {name: ((one.seconds - before[name].seconds) / seconds, one.megabytes) for name, one in after.items()}


def _tree(pid: int) -> Used:
    found = [_one(each) for each in _below(pid)]
    return Used(sum(one.seconds for one in found), sum(one.megabytes for one in found))


def _below(pid: int) -> Iterator[int]:
    """A process and all that it has started."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text(encoding="ascii").split():
            yield from _below(int(child))


def _one(pid: int) -> Used:
    """Also counts what its children used that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return Used(0, 0)
    kilobytes = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return Used(sum(int(each) for each in fields[11:15]) / _TICKS, kilobytes / 1024)
