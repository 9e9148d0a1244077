"""Does a list cost what it shows, however much its municipality has? `python -m tests.bench.growth`

One municipality has 100 rows in every table that a list shows, another 100,000. Every list with every filter, by each
of its values and beside each other filter, is asked of both over HTTP in turns: the first page, page 50, and the last
page that there is. What the large one takes is compared with what the small one takes for as many items. More than 1.5
times that fails, and so does a list or a filter that nothing here covers.
"""

import argparse
import json
import socket
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from deploy.cli.platform import Platform
from services.kernel.contracts import Operation
from services.kernel.contracts.page import MOST
from tests.bench import filling
from tests.bench.load import request
from tests.contract.house import choices, operations

ROOT = Path(__file__).parents[2]
SMALL, LARGE = ("vasteras", 100), ("orebro", 100_000)
ALLOWED = 1.5
PAGES = (1, 50, MOST // 20)
WARM = 12  #: requests until a statement has the plan that it keeps
MANY = "1000000000"

#: What stands for a part of a path.
PATHS = {
    "pay_run_id": "run-1",
    "placement_request_id": "request-1",
    "mentorship_id": "mentorship-1",
    "gathering_id": "gathering-1",
    "course_id": "course-1",
}
#: What is asked of a filter whose values are endless: what a fifth of the rows have, what one has, what none has.
VALUES = {
    "year": ["2026"],
    "home_id": ["home-1", "home-2", "nowhere"],
    "placement_request_id": ["request-1", "request-3", "nowhere"],
    "placement_id": ["placement-1", "placement-3", "nowhere"],
    "month": ["2024-01", "2024-02", "2031-01"],
    "expiring_before": [str(date.today() + timedelta(days=days)) for days in (0, 60, 2_000)],  # noqa: DTZ011
}
#: Lists of which a municipality can not have so many, each with the reason.
FEW = {
    "list_export_layouts": "a municipality has some systems",
    "list_pay_codes": "there are as many as there are kinds of lines",
    "list_my_homes": "somebody lives in one home, perhaps in two",
    "list_tariffs": "there is one a year, from 2000 to 2099",
    "list_weighings": "one a day on which a home is asked for one child",
    "list_transfers": "a municipality is handed some applications a year",
    "list_surveys": "a municipality asks its homes a few times a year",
}
#: Lists that are measured and not held to the limit, each with the reason.
FREE = {
    "list_candidates": "weighs every home that could come into question: tests.bench.matching measures it",
    "compare_pay_run": "sums the lines of two runs",
}
#: Lists that are not measured here, each with the reason.
ELSEWHERE = {
    "forecast_cost": "computes a year of every agreement, and the rows made here have no terms to compute by",
    "read_events": "it reads on from a place in an index: tests/services/kernel/test_feed.py holds its plan",
    "view_night_desk": "ranks every emergency home: tests.bench.matching measures it",
    "report_placed_children": "a report of all who are placed, read once a year",
    "report_unexecuted_decisions": "a report of a quarter, read four times a year",
}


@dataclass(frozen=True)
class Case:
    """A list, asked for in one way."""

    operation: Operation
    query: Mapping[str, str]
    role: str

    @property
    def name(self) -> str:
        asked = " ".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.operation.name} {asked}" + (" (own home)" if self.role == "home" else "")

    def path(self, page: int) -> str:
        below = self.operation.path.removeprefix("/<municipality>")
        for name, value in PATHS.items():
            below = below.replace(f"<{name}>", value)
        return f"{below}?{urlencode({**self.query, 'page': page})}"


def lists() -> list[Operation]:
    """Every list of the house that is measured."""
    found = [operation for _, operation, _ in operations() if operation.part is not None]
    return [operation for operation in found if operation.name not in ELSEWHERE]


def values_of(operation: Operation) -> dict[str, list[str]]:
    """The values that each filter of a list is asked with."""
    declared = operation.query().fields if operation.query else {}
    return {name: choices(field) or VALUES.get(name, []) for name, field in declared.items()}


def uncovered(some: list[Operation]) -> list[str]:
    """What can not be asked for, and why."""
    found = []
    for operation in some:
        if operation.followed:
            found.append(f"{operation.name}: nothing here follows a cursor")
        missing = [part[1:-1] for part in operation.path.split("/") if part.startswith("<")][1:]
        found += [f"{operation.name}: no {name} in PATHS" for name in missing if name not in PATHS]
        found += [
            f"{operation.name}: no value of {name} in VALUES" for name, some in values_of(operation).items() if not some
        ]
    known = {operation.name for operation in some}
    return found + [f"{name}: there is no such list" for name in sorted((set(FEW) | set(FREE)) - known)]


def cases(operation: Operation) -> Iterator[Case]:
    """The list as it is, with each value of each filter, and with each two of different filters; by staff and, where
    it may, by a home."""
    single = [{name: value} for name, some in values_of(operation).items() for value in some]
    pairs = [one | other for one, other in combinations(single, 2) if not set(one) & set(other)]
    for role in sorted(operation.roles & {"home"} | set(sorted(operation.roles - {"home"})[:1])):
        for query in ({}, *single, *pairs):
            yield Case(operation, query, role)


class Asker:
    """Asks for lists on one kept connection."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        parts = urlsplit(platform.gateway_url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._tokens: dict[tuple[str, str], str] = {}

    def ask(self, municipality: str, case: Case, page: int) -> tuple[float, dict[str, Any]]:
        """Milliseconds, and the answer."""
        url = f"{self._platform.gateway_url}/{municipality}{case.path(page)}"
        data = request("GET", url, {"Authorization": f"Bearer {self._token(municipality, case.role)}"}, "")
        began = time.perf_counter()
        self._socket.sendall(data)
        head, body = self._answer()
        took = (time.perf_counter() - began) * 1000
        if head[9:12] != b"200":
            raise RuntimeError(f"{case.name} of {municipality}: {head!r} {body!r}")
        return took, json.loads(body)

    def _token(self, municipality: str, role: str) -> str:
        key = (municipality, role)
        if key not in self._tokens:
            number = filling.ANNA if role == "home" else None
            self._tokens[key] = self._platform.token(municipality=municipality, roles=[role], personal_number=number)
        return self._tokens[key]

    def _answer(self) -> tuple[bytes, bytes]:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._socket.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._socket.recv(65536)
        return head, body


@dataclass(frozen=True)
class Measured:
    """What a page of a case took, and beside which one of the small municipality."""

    case: Case
    page: int
    other: tuple[Case, int]
    items: int
    small: float
    large: float

    @property
    def ratio(self) -> float:
        return self.large / self.small

    @property
    def is_free(self) -> bool:
        return self.case.operation.name in FREE


def measure(asker: Asker, case: Case, rounds: int) -> Iterator[Measured]:
    """Every page of a case that is different, beside a page of the small municipality with as many items."""
    plain = Case(case.operation, {}, case.role)
    for page in PAGES:
        items = len(asker.ask(LARGE[0], case, page)[1]["items"])
        alike = [
            (one, number)
            for one, number in ((case, 1), (case, page), (plain, 1), (plain, 6))
            if len(asker.ask(SMALL[0], one, number)[1]["items"]) == items
        ]
        if alike:
            small, large = _beside(asker, case, page, alike[0], rounds)
            yield Measured(case, page, alike[0], items, small, large)
        if items < 20:
            return  # further pages are as empty as this one or the next


def again(asker: Asker, one: Measured, rounds: int) -> Measured:
    """The same, for longer: the machine is never quiet."""
    small, large = _beside(asker, one.case, one.page, one.other, 5 * rounds)
    return replace(one, small=small, large=large)


def _beside(asker: Asker, case: Case, page: int, other: tuple[Case, int], rounds: int) -> tuple[float, float]:
    times: dict[str, list[float]] = {SMALL[0]: [], LARGE[0]: []}
    for _ in range(WARM + rounds):
        times[SMALL[0]].append(asker.ask(SMALL[0], *other)[0])
        times[LARGE[0]].append(asker.ask(LARGE[0], case, page)[0])
    return statistics.median(times[SMALL[0]][WARM:]), statistics.median(times[LARGE[0]][WARM:])


def unfilled(asker: Asker, operation: Operation) -> list[str]:
    """Whether the two municipalities have what the comparison is about."""
    if operation.name in FEW:
        return []
    case = Case(operation, {}, min(operation.roles - {"home"}))
    small, large = (asker.ask(name, case, 1)[1] for name, _ in (SMALL, LARGE))
    filled = small["total"] == SMALL[1] and not large["total_is_exact"]
    return [] if filled else [f"{case.name}: {small['total']} and {large['total']} rows: let `filling` make them"]


def report(found: list[Measured]) -> str:
    """The ratios as a table in Markdown, the worst first."""
    lines = ["| list | page | items | small ms | large ms | ratio |", "|---|---|---|---|---|---|"]
    for one in sorted(found, key=lambda one: -one.ratio):
        name = one.case.name + (" (free)" if one.is_free else "")
        lines.append(f"| {name} | {one.page} | {one.items} | {one.small:.1f} | {one.large:.1f} | {one.ratio:.2f} |")
    return "\n".join(lines)


def main() -> int:
    """Starts a platform of its own, fills two municipalities, measures, prints; 1 when a list grows too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="*", default=[""], help="lists whose name has one of these in it")
    parser.add_argument("--keep", action="store_true", help="leave the platform running")
    given = parser.parse_args()
    if uncovered(lists()):
        print("\n".join(uncovered(lists())))
        return 1
    quiet = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}
    limits = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
    platform = Platform(ROOT / ".hemvist" / "growth", extra_environment=quiet | limits)
    platform.up()
    try:
        for municipality, rows in (SMALL, LARGE):
            filling.fill(platform, municipality, rows)
        asker = Asker(platform)
        some = [operation for operation in lists() if any(name in operation.name for name in given.only)]
        empty = [problem for operation in some for problem in unfilled(asker, operation)]
        found = [one for operation in some for case in cases(operation) for one in measure(asker, case, given.rounds)]
        found = [again(asker, one, given.rounds) if one.ratio > ALLOWED else one for one in found]
    finally:
        if not given.keep:
            platform.down()
    print(report(found))
    worst = max((one.ratio for one in found if not one.is_free), default=0.0)
    print("\n".join([*empty, f"\nThe worst: {worst:.2f} (allowed {ALLOWED})."]))
    return int(bool(empty) or worst > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
