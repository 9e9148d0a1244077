"""Does a network of thousands answer at once? `python -m tests.bench.network`

One municipality has two thousand mentors, five thousand homes and as many gatherings and answers. Which mentors suit a
home, and the gatherings, are asked for over HTTP: more than 100 ms at the 95th percentile fails. Then all homes are
invited to one more gathering: that is answered within 100 ms, and the invitations go on behind at 500 a second or more.
What the service itself uses of a processor stands beside: on a machine that others use, the times say little.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import requests

from deploy.cli.platform import Platform
from tests.bench import filling
from tests.bench.duties import cpu

ROOT = Path(__file__).parents[2]
MUNICIPALITY, HOMES, MENTORS = "orebro", 5_000, 2_000
ALLOWED, RATE = 100.0, 500.0  #: milliseconds; homes a second
LISTS = ("/mentor-suggestions?home_id=home-1", "/gatherings", "/gatherings?status=planned")
WARM = 12  #: requests until a statement has the plan that it keeps
MANY = "1000000000"
GATHERING = {
    "kind": "outing",
    "title": "Skansen",
    "place": "Stora entrén",
    "seats_adults": 100,
    "seats_children": 100,
    "starts_at": "2099-09-05T10:00:00Z",
    "ends_at": "2099-09-05T12:00:00Z",
    "answer_by": "2099-08-25T22:00:00Z",
    "invite": {"all": True},
}


class Asker:
    """The coordinator, on one kept connection."""

    def __init__(self, platform: Platform) -> None:
        self._base = f"{platform.gateway_url}/{MUNICIPALITY}"
        self._session = requests.Session()
        token = platform.token(municipality=MUNICIPALITY, roles=["coordinator"])
        self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **options: Any) -> tuple[float, dict[str, Any]]:
        """Milliseconds, and the answer."""
        began = time.perf_counter()
        answer = self._session.request(method, self._base + path, timeout=30, **options)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        found: dict[str, Any] = answer.json()
        return took, found


def narrow(platform: Platform, mentors: int) -> None:
    """Leaves so many mentors of those that were filled in, without homes."""
    address = f"{platform.admin_database_url.rpartition('/')[0]}/hemvist_mentorship"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (MUNICIPALITY,))
        connection.execute("set session_replication_role = replica")
        where = "where tenant = %s and substr(id, 8)::int > %s"
        connection.execute(f"delete from mentor {where}", (MUNICIPALITY, mentors))
        connection.execute("delete from mentorship where tenant = %s", (MUNICIPALITY,))
        connection.execute("vacuum analyze")


def percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def asked(asker: Asker, path: str, rounds: int, pid: int) -> tuple[float, float, float]:
    """Median, 95th percentile, and the service's processor time for each, in milliseconds."""
    for _ in range(WARM):
        asker.ask("GET", path)
    before = cpu(pid)
    times = [asker.ask("GET", path)[0] for _ in range(rounds)]
    return statistics.median(times), percentile(times), (cpu(pid) - before) * 1000 / rounds


def invited(asker: Asker, pid: int) -> tuple[float, float, float]:
    """Milliseconds until the plan is answered, homes invited a second, and the service's milliseconds for each home."""
    before = cpu(pid)
    took, made = asker.ask("POST", "/gatherings", json=GATHERING)
    began = time.perf_counter()
    while True:
        found = asker.ask("GET", f"/gatherings/{made['id']}")[1]["inviting"]
        if found["status"] == "finished":
            seconds = time.perf_counter() - began
            return took, found["done"] / seconds, (cpu(pid) - before) * 1000 / found["done"]
        time.sleep(0.1)


def main() -> int:
    """Starts a platform of its own, fills a municipality, measures, prints; 1 when something takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--mentors", type=int, default=MENTORS)
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    quiet = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}
    limits = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
    platform = Platform(ROOT / ".hemvist" / "network", extra_environment=quiet | limits)
    platform.up()
    try:
        filling.fill(platform, MUNICIPALITY, given.homes, services=["mentorship"])
        narrow(platform, given.mentors)
        asker, pid = Asker(platform), platform.process("mentorship") or 0
        lists = {path: asked(asker, path, given.rounds, pid) for path in LISTS}
        took, rate, each = invited(asker, pid)
    finally:
        platform.down()
    for path, (median, most, used) in lists.items():
        print(f"{path}: median {median:.1f} ms, 95 % {most:.1f} ms (allowed {ALLOWED:.0f}), processor {used:.1f} ms")
    print(f"inviting {given.homes} homes: answered in {took:.1f} ms, {rate:.0f} homes a second (wanted {RATE:.0f})")
    print(f"processor: {each:.2f} ms a home, with the telling of it")
    return int(any(most > ALLOWED for _, most, _ in lists.values()) or took > ALLOWED or rate < RATE)


if __name__ == "__main__":
    sys.exit(main())
