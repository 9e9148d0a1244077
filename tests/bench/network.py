"""Does a network of thousands answer at once? `python -m tests.bench.network`

One municipality has two thousand mentors, five thousand homes and as many gatherings and answers. Which mentors suit a
home, and the gatherings, are asked for over HTTP: more than 100 ms at the 95th percentile fails. Then all homes are
invited to one more gathering: that is answered within 100 ms, and the invitations go on behind at 500 a second or more.
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

ROOT = Path(__file__).parents[2]
MUNICIPALITY, HOMES, MENTORS = "orebro", 5_000, 2_000
ALLOWED, RATE = 100.0, 500.0  #: milliseconds; homes a second
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


def asked(asker: Asker, path: str, rounds: int) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    times = [asker.ask("GET", path)[0] for _ in range(rounds + 5)][5:]
    return statistics.median(times), percentile(times)


def invited(asker: Asker) -> tuple[float, float]:
    """Milliseconds until the plan is answered, and homes invited a second."""
    took, made = asker.ask("POST", "/gatherings", json=GATHERING)
    began = time.perf_counter()
    while True:
        found = asker.ask("GET", f"/gatherings/{made['id']}")[1]["inviting"]
        if found["status"] == "finished":
            return took, found["done"] / (time.perf_counter() - began)
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
        asker = Asker(platform)
        lists = {
            path: asked(asker, path, given.rounds)
            for path in ("/mentor-suggestions?home_id=home-1", "/gatherings", "/gatherings?status=planned")
        }
        took, rate = invited(asker)
    finally:
        platform.down()
    for path, (median, most) in lists.items():
        print(f"{path}: median {median:.1f} ms, 95 % {most:.1f} ms (allowed {ALLOWED:.0f})")
    print(f"inviting {given.homes} homes: answered in {took:.1f} ms, {rate:.0f} homes a second (wanted {RATE:.0f})")
    return int(any(most > ALLOWED for _, most in lists.values()) or took > ALLOWED or rate < RATE)


if __name__ == "__main__":
    sys.exit(main())
