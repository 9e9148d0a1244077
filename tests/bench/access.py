"""How long does it take to read who was shown whose data, in a month of three million lines?
`python -m tests.bench.access`

One municipality's log in one service has so many lines of this month, by two hundred people, of fifty thousand files;
one file has been opened by everybody all the time, and one person has opened a fifth of everything. The log is asked
over HTTP by person, by file and as it is, its first part and one far behind. More than 100 ms at the 95th percentile of
any fails; but for the one by both, which looks through all lines of a file to find that there is none of a person.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import requests

from deploy.cli.platform import Platform
from services.kernel.basics import clock

ROOT = Path(__file__).parents[2]
MUNICIPALITY, LINES = "orebro", 3_000_000
ALLOWED = 100.0  #: milliseconds
MANY = "1000000000"
BUSY, RARE, HOT, COLD = "person-0", "person-7", "file-0", "file-777"

#: An id sorts by its time; every fifth line is of one person, every fiftieth of one file.
_LINES = """
    insert into access_line (id, at, actor, roles, operation, way, subjects, request_id)
    select lpad(to_hex(n), 12, '0') || '-line', at, actor, '{recruiter}', 'get_application', 'opened',
    jsonb_build_array(jsonb_build_object('kind', 'application', 'id', file)), 'request-' || n from rows"""
_SUBJECTS = """
    insert into access_subject (id, line_id, at) select one, lpad(to_hex(n), 12, '0') || '-line', at
    from rows, unnest(array[file, 'home-' || file]) one"""
_ROWS = """
    with rows as (select n, %(since)s::timestamptz + n * %(each)s * interval '1 second' as at,
    'person-' || case n %% 5 when 0 then 0 else n %% 200 end as actor,
    'file-' || case n %% 50 when 0 then 0 else (n * 7919) %% 50000 end as file
    from generate_series(%(first)s::bigint, %(last)s::bigint) n) """


def fill(platform: Platform) -> None:
    """The month's lines, unless they are there."""
    address = f"{platform.admin_database_url.rpartition('/')[0]}/hemvist_intake"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (MUNICIPALITY,))
        (there,) = connection.execute("select count(*) from access_line").fetchone() or (0,)
        if there >= LINES:
            return
        now = clock.now()
        since = datetime(now.year, now.month, 1, tzinfo=UTC)
        each = (now - since).total_seconds() / LINES
        for first in range(1, LINES + 1, 250_000):
            given = {"since": since, "each": each, "first": first, "last": first + 249_999}
            connection.execute(_ROWS + _LINES, given)
            connection.execute(_ROWS + _SUBJECTS, given)
        connection.execute("vacuum analyze access_line, access_subject")


def far(line: int) -> str:
    """The place of a line."""
    return f"{line:012x}-line"


BY_BOTH = "of a file that all read, by a person who never did"
#: What is asked, by its name.
ASKED = {
    "the newest": {},
    "of one far behind": {"after": far(LINES // 3)},
    "by a person who reads much": {"actor": BUSY},
    "by a person who reads much, far behind": {"actor": BUSY, "after": far(LINES // 3)},
    "by a person": {"actor": RARE},
    "of a file that all read": {"subject": HOT},
    "of a file that all read, far behind": {"subject": HOT, "after": far(LINES // 3)},
    "of a file": {"subject": COLD},
    BY_BOTH: {"subject": HOT, "actor": RARE},
    "of nobody": {"subject": "nobody"},
}


def asked(platform: Platform, rounds: int) -> Iterator[tuple[str, list[float], int]]:
    """Of each question the milliseconds, and how many lines there were."""
    session = requests.Session()
    session.headers["Authorization"] = "Bearer " + platform.token(municipality=MUNICIPALITY, roles=["auditor"])
    url = f"{platform.gateway_url}/{MUNICIPALITY}/access-log"
    for name, query in ASKED.items():
        times, found = [], 0
        for number in range(rounds + 5):
            began = time.perf_counter()
            answer = session.get(url, params={**query, "limit": "20"}, timeout=60)
            answer.raise_for_status()
            if number >= 5:
                times.append((time.perf_counter() - began) * 1000)
            found = len(answer.json()["items"])
        yield name, times, found


def main() -> int:
    """Starts a platform of its own, fills a log, asks, prints; 1 when it takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--keep", action="store_true", help="leave the platform running")
    given = parser.parse_args()
    quiet = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}
    limits = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY")}
    platform = Platform(ROOT / ".hemvist" / "access", extra_environment=quiet | limits)
    platform.up()
    try:
        fill(platform)
        found = list(asked(platform, given.rounds))
    finally:
        if not given.keep:
            platform.down()
    print("| asked | lines | median ms | 95 % ms |\n|---|---|---|---|")
    for name, times, lines in found:
        print(f"| {name} | {lines} | {statistics.median(times):.1f} | {statistics.quantiles(times, n=20)[-1]:.1f} |")
    slowest = max(statistics.quantiles(times, n=20)[-1] for name, times, _ in found if name != BY_BOTH)
    return int(slowest > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
