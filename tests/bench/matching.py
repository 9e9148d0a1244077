"""How long does it take to find a home among 5,000? `python -m tests.bench.matching`

One municipality has so many homes, with approvals of every kind and age, children who live there and inquiries that
were answered. Candidates for a child are asked over HTTP by ten callers at once, the night desk by one, and by ten.
Shown beside the times is what each costs of a processor: those hold on a busy machine, too. More than 150 ms for the
candidates or 50 ms for the night desk at the 95th percentile fails; so does growing more than the homes do, beside a
tenth of them.
"""

import argparse
import http.client
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import psycopg

from deploy.cli.names import POSTGRES
from deploy.cli.platform import Platform
from services.kernel.secrecy.crypto import Keyring
from tests.bench import filling
from tests.bench.usage import Used, processes, used

ROOT = Path(__file__).parents[2]
HOMES = 5_000
ALLOWED = {"candidates": 150.0, "night desk": 50.0}  #: milliseconds
MANY = "1000000000"
COSTS = ("placement", "gateway", POSTGRES)
CHILD = {"given_name": "Elsa", "family_name": "Ek", "personal_number": "201701012393", "protected_identity": False}
KINDS = ["family_home", "contact_family", "family_home", "emergency_home", "contact_person",
         "family_home", "contact_family", "contracted_emergency_home", "family_home", "contact_person"]  # fmt: skip
AGES = [(0, 12), (0, 6), (7, 17), (13, 17), (0, 17)]
_OF_REQUEST = (
    "placement_request (tenant, id, assignment, status, person, lookup, needed_from, urgent, languages, place, needs, "
    "opened_at, opened_by, version, changed_at)"
)
_OF_INQUIRY = (
    "inquiry (tenant, id, placement_request_id, home_id, assignment, message, status, sent_at, sent_by, version, "
    "changed_at)"
)
_OF_PLACEMENT = (
    "placement (tenant, id, placement_request_id, home_id, approval_id, assignment, starts_on, ends_on, started_by, "
    "version, changed_at)"
)
CANDIDATES = "/placement-requests/request-0/candidates"
NIGHT_DESK = "/night-desk?age=8&latitude=59.27&longitude=15.21"
#: What is asked, and by how many at once.
QUESTIONS = {"candidates": (CANDIDATES, 10), "night desk": (NIGHT_DESK, 1), "night desk, ten at once": (NIGHT_DESK, 10)}


def fill(platform: Platform, municipality: str, homes: int) -> None:
    """So many homes, and a child who needs one of them."""
    server = platform.admin_database_url.rpartition("/")[0]
    with psycopg.connect(f"{server}/hemvist_placement", autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (municipality,))
        keyring = filling.keyring_of(platform, connection, municipality)
        for statement, rows in _rows(keyring, municipality, homes):
            with connection.cursor().copy(f"copy {statement} from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute("vacuum analyze")


def _rows(keyring: Keyring, tenant: str, homes: int) -> Iterator[tuple[str, Iterator[Sequence[Any]]]]:
    """Each table with its columns, and the rows that it gets."""
    now, today, numbers = datetime.now(UTC), date.today(), range(1, homes + 1)  # noqa: DTZ011

    def sealed(value: Any, purpose: str) -> bytes:
        return keyring.seal(orjson.dumps(value), purpose)

    def place(n: int) -> bytes:
        return sealed({"latitude": 59 + n % 997 / 1000, "longitude": 15 + n % 991 / 1000}, "home.position")

    def asked(n: int, before: int) -> datetime:
        return now - timedelta(days=before * 10 + n % 9)

    contact = sealed({"phone": "+46701740605", "email": None}, "home.contact")
    person, adult = sealed(CHILD, "placement_request.person"), sealed(filling.PERSON, "home_adult.person")
    empty = {name: sealed("", name) for name in ("approval.conditions", "placement_request.needs", "inquiry.message")}
    where = sealed(filling.POSITION, "placement_request.place")
    yield (
        "home (tenant, id, position, contact, languages, protected_identity, asked_at, version, changed_at)",
        (
            (tenant, f"home-{n}", place(n), contact, ["sv", "ar"][: 1 + n % 2], n % 50 == 0, asked(n, 0), 1, now)
            for n in numbers
        ),
    )
    yield (
        "home_adult (tenant, id, home_id, rank, person, lookup)",
        ((tenant, f"adult-{n}", f"home-{n}", 0, adult, n.to_bytes(8, "big")) for n in numbers),
    )
    yield (
        "approval (tenant, id, home_id, assignments, age_from, age_to, places, conditions, decided_on, valid_until)",
        (
            (tenant, f"approval-{n}", f"home-{n}", [KINDS[n % 10]], *AGES[n % 5], 1 + n % 3,
             empty["approval.conditions"], today - timedelta(400), today + timedelta(400))
            for n in numbers
        ),
    )  # fmt: skip
    yield (
        _OF_REQUEST,
        (
            (tenant, f"request-{n}", "family_home", "placed" if n else "open", person, n.to_bytes(8, "big"), today,
             False, ["ar"], where, empty["placement_request.needs"], now, "karin", 1, now)
            for n in (0, *numbers)
        ),
    )  # fmt: skip
    yield (
        _OF_INQUIRY,
        (
            (tenant, f"inquiry-{n}-{m}", f"request-{n}", f"home-{n}", "family_home", empty["inquiry.message"],
             "declined", asked(n, m), "karin", 1, now)
            for n in numbers for m in range(2)
        ),
    )  # fmt: skip
    yield (
        _OF_PLACEMENT,
        (
            (tenant, f"placement-{n}", f"request-{n}", f"home-{n}", f"approval-{n}", "family_home",
             today - timedelta(days=n % 900), None if n % 5 < 3 else today - timedelta(days=n % 300), "karin", 1, now)
            for n in numbers if n % 900 >= n % 300
        ),
    )  # fmt: skip


class Caller:
    """Asks again and again on one kept connection."""

    def __init__(self, platform: Platform, municipality: str) -> None:
        parts = urlsplit(platform.gateway_url)
        self._base = f"{parts.path}/{municipality}"
        token = platform.token(municipality=municipality, roles=["caseworker"])
        self._headers = {"Authorization": f"Bearer {token}"}
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def times(self, path: str, rounds: int) -> list[float]:
        """Milliseconds of each."""
        return [self._ask(path) for _ in range(rounds)]

    def _ask(self, path: str) -> float:
        began = time.perf_counter()
        self._line.request("GET", self._base + path, headers=self._headers)
        answer = self._line.getresponse()
        body = json.loads(answer.read())
        if answer.status != 200 or not body["items"]:
            raise RuntimeError(f"{path}: {answer.status} {str(body)[:200]}")
        return (time.perf_counter() - began) * 1000


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request, and those of a processor that one cost, by the process."""

    times: list[float]
    cost: dict[str, float]


def measure(platform: Platform, municipality: str, rounds: int) -> dict[str, Measured]:
    """Each kind, asked as often by however many callers."""
    return {kind: _asked(platform, municipality, path, callers, rounds) for kind, (path, callers) in QUESTIONS.items()}


def _asked(platform: Platform, municipality: str, path: str, callers: int, rounds: int) -> Measured:
    some = [Caller(platform, municipality) for _ in range(callers)]
    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(lambda one: one.times(path, 30 // callers), some))
        before = used(processes(platform))
        each = list(pool.map(lambda one: one.times(path, rounds * 10 // callers), some))
        times = [took for those in each for took in those]
        return Measured(times, _each(before, used(processes(platform)), len(times)))


def _each(before: dict[str, Used], after: dict[str, Used], requests: int) -> dict[str, float]:
    return {name: (after[name].seconds - before[name].seconds) * 1000 / requests for name in COSTS}


def percentile(times: Sequence[float]) -> float:
    """The 95th."""
    return statistics.quantiles(times, n=20)[-1]


def main() -> int:
    """Starts a platform of its own, fills two municipalities, asks, prints; 1 when it takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--homes", type=int, default=HOMES)
    given = parser.parse_args()
    quiet = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}
    limits = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
    platform = Platform(ROOT / ".hemvist" / "matching", extra_environment=quiet | limits)
    platform.up()
    try:
        sizes = {"vasteras": given.homes // 10, "orebro": given.homes}
        for municipality, homes in sizes.items():
            fill(platform, municipality, homes)
        found = {municipality: measure(platform, municipality, given.rounds) for municipality in sizes}
    finally:
        platform.down()
    costs = " | ".join(f"{name} CPU ms" for name in COSTS)
    print(f"| homes | what | median ms | 95 % ms | {costs} |\n|---|---|---|---|{'---|' * len(COSTS)}")
    for municipality, homes in sizes.items():
        for kind, one in found[municipality].items():
            cost = " | ".join(f"{one.cost[name]:.1f}" for name in COSTS)
            print(f"| {homes} | {kind} | {statistics.median(one.times):.1f} | {percentile(one.times):.1f} | {cost} |")
    slow = [kind for kind, most in ALLOWED.items() if percentile(found["orebro"][kind].times) > most]
    few, many = found["vasteras"]["candidates"].times, found["orebro"]["candidates"].times
    steep = statistics.median(many) > 10 * statistics.median(few)
    print("\nwithin what is allowed" if not slow and not steep else f"\ntoo slow: {slow}, more than linear: {steep}")
    return int(bool(slow) or steep)


if __name__ == "__main__":
    sys.exit(main())
