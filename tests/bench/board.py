"""Does the board of open investigations cost the same, however many there have been? `python -m tests.bench.board`

Two municipalities have forty open investigations each; behind them lie 60 closed ones in one and 100,000 in the other.
The board is asked of both over HTTP in turns. More than 1.5 times fails.
"""

import argparse
import statistics
import sys
from pathlib import Path
from typing import Any

import psycopg

from deploy.cli.platform import Platform
from services.investigation.contract.board import VIEW_OPEN_INVESTIGATIONS
from tests.bench import filling
from tests.bench.growth import ALLOWED, MANY, SMALL, WARM, Asker, Case

ROOT = Path(__file__).parents[2]
OPEN = 40
_CLOSE = """update investigation set status = case when split_part(id, '-', 2)::int <= %(open)s then 'open'
    else 'approved' end where tenant = current_tenant()"""


def close(platform: Platform, municipality: str) -> None:
    """Leaves the first forty of a municipality's investigations open."""
    address = f"{platform.admin_database_url.rpartition('/')[0]}/hemvist_investigation"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (municipality,))
        connection.execute(_CLOSE, {"open": OPEN})
        connection.execute("vacuum analyze investigation")


class Board(Case):
    """The board, which has no pages."""

    def path(self, page: int) -> str:
        return "/open-investigations"


def board(asker: Asker, municipality: str) -> tuple[float, dict[str, Any]]:
    """Milliseconds, and the board."""
    return asker.ask(municipality, Board(VIEW_OPEN_INVESTIGATIONS, {}, "investigator"), 1)


def main() -> int:
    """Starts a platform of its own, fills two municipalities, measures, prints; 1 when the board grows too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="of the large municipality")
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    large = ("orebro", given.rows)
    quiet = {"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING"}
    limits = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
    platform = Platform(ROOT / ".hemvist" / "board", extra_environment=quiet | limits)
    platform.up()
    times: dict[str, list[float]] = {SMALL[0]: [], large[0]: []}
    try:
        for municipality, rows in (SMALL, large):
            filling.fill(platform, municipality, rows)
            close(platform, municipality)
        asker = Asker(platform)
        for municipality in times:
            assert board(asker, municipality)[1]["count"] == OPEN
        for _ in range(WARM + given.rounds):
            for municipality, taken in times.items():
                taken.append(board(asker, municipality)[0])
    finally:
        platform.down()
    few, many = (statistics.median(taken[WARM:]) for taken in times.values())
    print(
        f"{OPEN} open of {SMALL[1]}: {few:.1f} ms; of {given.rows}: {many:.1f} ms; {many / few:.2f} (allowed {ALLOWED})"
    )
    return int(many / few > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
