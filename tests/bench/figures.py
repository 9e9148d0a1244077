"""Figures and how they are shown: percentiles, tables in Markdown, the machine and the day."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import ceil
from pathlib import Path


def percentile(values: Sequence[float], percent: float) -> float:
    """The least of the values that so many percent of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """In Markdown; numbers with a point have one digit after it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_shown(one) for one in line) + " |" for line in lines)


def _shown(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def machine(seed: int) -> str:
    """When and where it was measured, and with which seed."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {seed}, on {os.cpu_count()} cores ({model}), "
        f"{memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}."
    )
