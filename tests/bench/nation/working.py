"""A working day at a constant rate, and where it bends."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deploy.cli.platform import Platform
from tests.bench.figures import percentile, table
from tests.bench.measure import ROOT
from tests.bench.nation.asking import Asking
from tests.bench.nation.day import Kind
from tests.bench.nation.sizes import Municipality
from tests.bench.steady import Outcome
from tests.bench.usage import since, used

GOALS = {"reads": (25, 80, 200), "writes": (40, 120, 300)}  #: median, 95 % and 99 %, milliseconds
PERCENTS = (50, 95, 99)
STEEPER = 1.25  #: by which the rate grows until it bends
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

    @property
    def meets(self) -> bool:
        """Whether every goal is kept."""
        return not self.failed and all(
            percentile(self.times[name], percent) <= goal
            for name, goals in GOALS.items()
            for percent, goal in zip(PERCENTS, goals, strict=True)
        )


def sent(made: list[dict[str, Any]], rate: float) -> list[Outcome]:
    """An open loop in a process of its own."""
    plan = json.dumps({"requests": made, "rate": rate})
    command = [sys.executable, "-m", "tests.bench.steady"]
    done = subprocess.run(command, input=plan, capture_output=True, text=True, check=True, cwd=ROOT)
    return [(status, took, late) for status, took, late in json.loads(done.stdout)]


def period(platform: Platform, some: Sequence[Municipality], *, rate: float, seconds: float, seed: int) -> Period:
    """A while at a rate."""
    kinds, made = Asking(platform).some(round(rate * seconds), some, seed)
    before = used(platform)
    outcomes = sent(made, rate)
    return Period(rate, kinds, outcomes, since(before, used(platform), seconds))


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
    while not found.is_bent:
        turn += 1
        found = period(platform, some, rate=found.rate * STEEPER, seconds=seconds, seed=seed + turn)
        yield found


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
    return "\n\n".join([latencies, f"Share of a core, and MiB, of each:\n\n{usage}", _by_kind(at), failed])


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
