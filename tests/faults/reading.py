"""How long somebody at a screen waits, calm and while something is the matter."""

import statistics
import time
from collections.abc import Callable

from tests.staff import Staff


def reads(staff: Staff, goes_on: Callable[[int], bool]) -> list[float]:
    """Milliseconds of one list after the other, as long as it goes on; it is told how many there were."""
    times: list[float] = []
    while goes_on(len(times)):
        began = time.perf_counter()
        answer = staff.ask("GET", "/applications")
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
    return times


def assert_as_fast(times: list[float], *, calm: list[float]) -> None:
    """Nearly all within a tenth of a second; on a machine that is slow without trouble, within what that explains."""
    assert len(times) >= 5, "somebody read meanwhile"
    assert slowest(times) < max(100.0, 5 * slowest(calm)), (sorted(times)[-5:], sorted(calm)[-5:])


def slowest(times: list[float]) -> float:
    """What nineteen of twenty stay below."""
    return statistics.quantiles(times, n=20)[-1]
