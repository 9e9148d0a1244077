"""What a request costs: with one municipality and with all, with few rows and with many, with one process of each
service and with two; and whether a process keeps its memory.

The same mix of a day's work, so seldom that nothing waits. What is compared is measured in turns, for the machine is
never quiet: a ratio is the median of the rounds' ratios.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import linear_regression, median
from typing import TypeAlias

from deploy.cli.names import APPLICATION
from tests.bench.figures import percentile, table
from tests.bench.journal import Goal
from tests.bench.measure import load
from tests.bench.nation.asking import Asking
from tests.bench.nation.platform import House
from tests.bench.nation.sizes import Municipality
from tests.bench.nation.working import Period, period
from tests.prove.replicas import beside

ALLOWED = 1.2
RATE = 40.0  #: requests a second: little waits, and what a process costs that idles is spread
CONNECTIONS = 16
LONG = 30.0  #: minutes from which on it is said whether memory is flat: before, a process still learns
FLAT = 5.0  #: MiB an hour
LOOKS = 20  #: at the memory
Nation: TypeAlias = tuple[House, Sequence[Municipality]]


@dataclass(frozen=True)
class Cost:
    """What the mix cost: milliseconds of processor time for each request, and how long one took."""

    processor: float
    median: float
    slow: float
    by: Mapping[str, float] = field(default_factory=dict)  #: the processor time of each process
    failed: int = 0


def of(found: Period) -> Cost:
    """What a while cost."""
    took = [one for times in found.times.values() for one in times]
    by = {name: share / found.rate * 1000 for name, (share, _) in found.usage.items()}
    return Cost(sum(by.values()), percentile(took, 50), percentile(took, 95), by, found.failed.total())


def warm(platform: House, some: Sequence[Municipality], *, seconds: float, seed: int) -> None:
    """Asks as much as is answered, so that every process knows what it keeps."""
    load(Asking(platform).some(5_000, some, seed)[1], seconds, CONNECTIONS)


def sizes(nations: Mapping[str, Nation], *, rounds: int, seconds: float, seed: int) -> Iterator[tuple[str, Cost]]:
    """The cost on each platform, in rounds; all run at once, one is asked."""
    for platform, some in nations.values():
        warm(platform, some, seconds=seconds, seed=seed)
    for turn in range(1, rounds + 1):
        for name, (platform, some) in nations.items():
            yield name, of(period(platform, some, rate=RATE, seconds=seconds, seed=seed + turn))


def replicas(nation: Nation, *, rounds: int, seconds: float, seed: int) -> Iterator[tuple[str, Cost]]:
    """The cost with one process of each service, and with two, in rounds."""
    platform, some = nation
    for turn in range(1, rounds + 1):
        yield "one of each service", of(period(platform, some, rate=RATE, seconds=seconds, seed=seed + 2 * turn))
        with beside(platform) as seconds_of:
            others = {f"{name}, second": seconds_of.process(name) for name in APPLICATION}
            warm(platform, some, seconds=seconds, seed=seed)
            found = period(platform, some, rate=RATE, seconds=seconds, seed=seed + 2 * turn + 1, beside=others)
            yield "two of each service", of(found)


def memory(nation: Nation, *, minutes: float, seed: int) -> Iterator[dict[str, float]]:
    """MiB of each process, as often as it is looked at."""
    platform, some = nation
    for look in range(LOOKS):
        found = period(platform, some, rate=RATE, seconds=minutes * 60 / LOOKS, seed=seed + look)
        yield {name: megabytes for name, (_, megabytes) in found.usage.items()}


def slope(values: Sequence[float], minutes: float) -> float:
    """By how much an hour they grow, by the line that is nearest to all of them."""
    hours = [minutes / 60 * place / (len(values) - 1) for place in range(len(values))]
    return linear_regression(hours, values).slope


def ratios(costs: Mapping[str, Sequence[Cost]]) -> dict[str, tuple[float, float]]:
    """Beside the first: the median ratio of the processor time, and that of the median latency."""
    first = next(iter(costs.values()))
    return {
        name: (
            median(one.processor / other.processor for one, other in zip(found, first, strict=False)),
            median(one.median / other.median for one, other in zip(found, first, strict=False)),
        )
        for name, found in costs.items()
    }


def goals(costs: Mapping[str, Sequence[Cost]]) -> list[Goal]:
    """Of each beside the first."""
    first, *others = ratios(costs).items()
    failed = [Goal(f"{name}: failed", sum(one.failed for one in found), 0) for name, found in costs.items()]
    return failed + [
        Goal(f"{name}, beside {first[0]}: {what}", ratio, ALLOWED)
        for name, both in others
        for what, ratio in zip(("processor time", "median latency"), both, strict=True)
    ]


def flat(looks: Sequence[Mapping[str, float]], minutes: float) -> list[Goal]:
    """Of the house's own processes, when they were looked at for long enough."""
    if minutes < LONG:
        return []
    return [
        Goal(f"memory of {name}, MiB an hour", slope([look[name] for look in looks], minutes), FLAT)
        for name in APPLICATION
    ]


def report(costs: Mapping[str, Sequence[Cost]]) -> str:
    """The costs, and how many times those of the first they are; and which process has them."""
    beside_first, names = ratios(costs), list(next(iter(costs.values()))[0].by)
    whole = table(
        ["", "processor ms a request", "times", "median ms", "times", "95 % ms"],
        (
            [name, median(one.processor for one in found), f"{beside_first[name][0]:.2f}",
             median(one.median for one in found), f"{beside_first[name][1]:.2f}", median(one.slow for one in found)]
            for name, found in costs.items()
        ),
    )  # fmt: skip
    parts = table(
        ["processor ms a request", *names],
        ([name, *(_part(found, process) for process in names)] for name, found in costs.items()),
    )
    return f"{whole}\n\n{parts}"


def _part(found: Sequence[Cost], process: str) -> float:
    """Of a process, with its second one."""
    return median(sum(ms for name, ms in one.by.items() if name.split(",")[0] == process) for one in found)


def report_memory(looks: Sequence[Mapping[str, float]], minutes: float) -> str:
    """Each process's memory at first and in the end, and by how much it would grow in an hour."""
    return table(
        ["process", "MiB at first", "in the end", f"MiB an hour, by {len(looks)} looks in {minutes:g} minutes"],
        ([name, looks[0][name], looks[-1][name], slope([look[name] for look in looks], minutes)] for name in looks[0]),
    )
