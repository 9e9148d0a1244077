"""How long after a change is answered the feed hands its event to a reader who waits: `python -m tests.bench.feed`

A change is answered as soon as it is committed, so that this is the time from the commit, less what the answer takes on
its way; the time from the request on is shown as well, which is more than the time from the commit.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.bench.measure import MANY, ROOT
from tests.staff import Staff

ROUNDS = 100
LIMITS = dict.fromkeys(("HEMVIST_LIMIT_PER_CLIENT", "HEMVIST_LIMIT_PER_MUNICIPALITY"), MANY)


def waited(system: Staff, cursor: str, begins: Event) -> tuple[float, dict[str, Any]]:
    """When an event came, and what came with it."""
    begins.set()
    part = system.get(f"/events?wait=30&after={cursor}")
    return time.perf_counter(), part


def main() -> None:
    platform = Platform(ROOT / ".hemvist" / "bench", extra_environment=LIMITS)
    platform.up()
    try:
        recruiter, system = Staff(platform, "orebro", "recruiter"), Staff(platform, "orebro", "integration")
        ids = [recruiter.post("/applications", SubmitApplication.example)["id"] for _ in range(ROUNDS)]
        part = system.get("/events")
        while part["items"]:
            part = system.get(f"/events?after={part['next']}")
        since_answer, since_request = [], []
        with ThreadPoolExecutor(1) as pool:
            for application_id in ids:
                begins = Event()
                waiting = pool.submit(waited, system, part["next"], begins)
                begins.wait()
                time.sleep(0.05)
                asked = time.perf_counter()
                recruiter.post(f"/applications/{application_id}/qualify")
                answered = time.perf_counter()
                came, part = waiting.result()
                since_answer.append((came - answered) * 1000)
                since_request.append((came - asked) * 1000)
        for name, took in (("the answer", since_answer), ("the request", since_request)):
            slow = statistics.quantiles(took, n=20)[-1]
            print(f"from {name}: median {statistics.median(took):.1f} ms, 95th percentile {slow:.1f} ms")
    finally:
        platform.down()


if __name__ == "__main__":
    main()
