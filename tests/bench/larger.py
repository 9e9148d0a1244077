"""What a request costs: with one municipality and with all, with few rows and with many, with one process of each
service and with two. The same mix of a day's work, one after the other, so that nothing waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.cli.platform import Platform
from tests.bench.figures import percentile, table
from tests.bench.measure import load
from tests.bench.nation.asking import Asking
from tests.bench.nation.sizes import Municipality
from tests.bench.nation.working import Period, period
from tests.prove.replicas import beside

ALLOWED = 1.2
RATE = 20.0  #: requests a second: what waits for nothing shows what it costs


@dataclass(frozen=True)
class Cost:
    """What the mix cost on a platform: milliseconds of processor time for each request, and how long one took."""

    name: str
    processor: float
    median: float
    slow: float


def cost(name: str, platform: Platform, some: Sequence[Municipality], *, seconds: float, seed: int) -> Cost:
    """Of the mix on a platform that does nothing else."""
    period(platform, some, rate=RATE, seconds=min(seconds, 20), seed=seed)  # warm
    found = period(platform, some, rate=RATE, seconds=seconds, seed=seed + 1)
    if found.failed:
        raise RuntimeError(f"{name}: {found.failed}")
    return Cost(name, _processor(found), *(percentile(_all(found), percent) for percent in (50, 95)))


def _processor(found: Period) -> float:
    return sum(share for share, _ in found.usage.values()) / found.rate * 1000


def _all(found: Period) -> list[float]:
    return [took for times in found.times.values() for took in times]


def replicas(platform: Platform, some: Sequence[Municipality], *, seconds: float, seed: int) -> dict[str, float]:
    """Requests a second of the mix in a closed loop, with one process of each and with two."""
    asking, connections = Asking(platform), 16
    _, made = asking.some(5_000, some, seed)
    load(made, min(seconds, 10), connections)
    found = {"one of each": load(made, seconds, connections)["per_second"]}
    with beside(platform):
        _, made = asking.some(5_000, some, seed + 1)
        load(made, min(seconds, 10), connections)
        found["two of each service"] = load(made, seconds, connections)["per_second"]
    return found


def report(costs: Sequence[Cost], rates: dict[str, float]) -> str:
    """The costs beside the first's, and the rates."""
    first = costs[0]
    grown = table(
        ["", "processor ms a request", "times", "median ms", "times", "95 % ms"],
        (
            [one.name, one.processor, f"{one.processor / first.processor:.2f}", one.median,
             f"{one.median / first.median:.2f}", one.slow]
            for one in costs
        ),
    )  # fmt: skip
    return f"{grown}\n\n" + table(["processes", "requests/s (16 connections)"], rates.items())


def is_good(costs: Sequence[Cost]) -> bool:
    """Whether nothing costs more than is allowed."""
    return all(one.processor <= ALLOWED * costs[0].processor for one in costs)
