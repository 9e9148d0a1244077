"""A working day at a constant rate, and where it bends."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from deploy.cli.platform import Platform
from tests.bench import steady
from tests.bench.figures import percentile, table
from tests.bench.journal import Goal
from tests.bench.measure import ROOT
from tests.bench.nation.asking import Asking
from tests.bench.nation.day import Kind
from tests.bench.nation.sizes import Municipality
from tests.bench.steady import Outcome
from tests.bench.usage import processes, since, used

GOALS = {"reads": (25, 80, 200), "writes": (40, 120, 300)}  #: median, 95 % and 99 %, milliseconds
PERCENTS = (50, 95, 99)
STEEPER = 1.25  #: by which the rate grows until it bends
MOST_RATES = 10  #: that are tried
PATIENT = 60.0  #: seconds more than it should take, until a load is given up
BENT = 1_000.0  #: milliseconds at the 95th percentile: whoever asks does not wait for that


@dataclass(frozen=True)
class Period:
    """A while at a constant rate: of each request its kind and what came of it, and what the processes used."""

    rate: float
    kinds: Sequence[Kind]
    outcomes: Sequence[Outcome]
    usage: dict[str, tuple[float, float]]

    @cached_property
    def times(self) -> dict[str, list[float]]:
        """The milliseconds of the reads and the writes."""
        both = list(zip(self.kinds, self.outcomes, strict=True))
        return {
            name: [took for kind, (_, took, _) in both if kind.writes == writes]
            for name, writes in (("reads", False), ("writes", True))
        }

    @property
    def failed(self) -> Counter[str]:
        """What was answered otherwise than well, by kind and status."""
        both = zip(self.kinds, self.outcomes, strict=True)
        return Counter(f"{kind.name} {status}" for kind, (status, _, _) in both if not status.startswith("2"))

    @property
    def late(self) -> float:
        """How late, at the 99th percentile, the load itself sent: what is measured is worth nothing if it is much."""
        return percentile([late for _, _, late in self.outcomes], 99)

    @property
    def is_bent(self) -> bool:
        """Whether more is asked than is answered."""
        return bool(self.failed) or percentile(self.times["reads"], 95) > BENT


def sent(made: list[dict[str, Any]], rate: float) -> list[Outcome]:
    """An open loop in a process of its own."""
    plan = json.dumps({"requests": made, "rate": rate})
    command = [sys.executable, "-m", "tests.bench.steady"]
    most = len(made) / rate + steady.PATIENCE + PATIENT
    done = subprocess.run(command, input=plan, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, timeout=most)
    return [(status, took, late) for status, took, late in json.loads(done.stdout)]


def period(
    platform: Platform,
    some: Sequence[Municipality],
    *,
    rate: float,
    seconds: float,
    seed: int,
    beside: Mapping[str, int] = MappingProxyType({}),
) -> Period:
    """A while at a rate. `beside` are processes of the platform's that it has not started itself, by name."""
    kinds, made = Asking(platform).some(round(rate * seconds), some, seed)
    pids = processes(platform) | beside
    before, began = used(pids), time.monotonic()
    outcomes = sent(made, rate)
    return Period(rate, kinds, outcomes, since(before, used(pids), time.monotonic() - began))


def day(
    platform: Platform, some: Sequence[Municipality], *, rate: float, seconds: float, seed: int
) -> Iterator[Period]:
    """At half the rate, the whole and twice as much, and on until it bends. The first, short one only warms up."""
    period(platform, some, rate=rate / 2, seconds=min(seconds, 20), seed=seed)
    for turn, times in enumerate((0.5, 1, 2), 1):
        found = period(platform, some, rate=rate * times, seconds=seconds, seed=seed + turn)
        yield found
        if found.is_bent:
            return
    for turn in range(4, MOST_RATES + 1):
        found = period(platform, some, rate=found.rate * STEEPER, seconds=seconds, seed=seed + turn)
        yield found
        if found.is_bent:
            return


def goals(one: Period) -> list[Goal]:
    """What is wanted of a rate."""
    wanted = [
        Goal(f"{name} at {one.rate:.0f}/s, {percent} % ms", percentile(times, percent), goal)
        for name, times in one.times.items()
        for percent, goal in zip(PERCENTS, GOALS[name], strict=True)
    ]
    return [*wanted, Goal(f"failed at {one.rate:.0f}/s", one.failed.total(), 0)]


def figures(one: Period) -> dict[str, Any]:
    """What is kept of it."""
    return {
        "milliseconds": {n: {p: percentile(times, p) for p in PERCENTS} for n, times in one.times.items()},
        "requests": len(one.outcomes), "failed": one.failed, "sent late": one.late, "usage": one.usage,
    }  # fmt: skip


def report(found: Sequence[Period], named_at: float) -> str:
    """The latencies of all rates, what each process used at each, and of the named rate each kind of request."""
    latencies = table(
        ["requests/s", "", *(f"{percent} % ms" for percent in PERCENTS), "goal", "failed", "sent late, 99 % ms"],
        (
            [f"{one.rate:.0f}", name, *(percentile(times, percent) for percent in PERCENTS),
             " / ".join(map(str, GOALS[name])), one.failed.total(), one.late]
            for one in found for name, times in one.times.items()
        ),
    )  # fmt: skip
    names = list(found[0].usage)
    usage = table(
        ["requests/s", *names],
        ([f"{one.rate:.0f}", *(_used(*one.usage[name]) for name in names)] for one in found),
    )
    at = next((one for one in found if one.rate == named_at), found[0])
    failed = "\n".join(f"{one.rate:.0f}/s: {name}: {count}" for one in found for name, count in one.failed.items())
    last = f"It {'bends' if found[-1].is_bent else 'has not bent'} at {found[-1].rate:.0f} requests/s."
    return "\n\n".join([latencies, f"Share of a core, and MiB, of each:\n\n{usage}", _by_kind(at), last, failed])


def _used(share: float, megabytes: float) -> str:
    return f"{share * 100:.0f} %, {megabytes:.0f}"


def _by_kind(one: Period) -> str:
    times: dict[str, list[float]] = {}
    for kind, (_, took, _) in zip(one.kinds, one.outcomes, strict=True):
        times.setdefault(kind.name, []).append(took)
    rows = sorted(times.items(), key=lambda each: -percentile(each[1], 95))
    return f"At {one.rate:.0f} requests/s:\n\n" + table(
        ["request", "number", *(f"{percent} % ms" for percent in PERCENTS)],
        ([name, len(some), *(percentile(some, percent) for percent in PERCENTS)] for name, some in rows),
    )
