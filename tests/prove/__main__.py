"""`./hemvist prove`: proves for a while on a platform of its own, prints the report, fails when it is not clean."""

import argparse
import random
import shutil
import sys
from pathlib import Path

from tests.prove.platform import Proven
from tests.prove.proof import Plan, prove
from tests.prove.replicas import beside
from tests.prove.report import written
from tests.prove.servers import end, surviving

FOLDER = Path(__file__).parents[2] / ".hemvist" / "prove"


def main() -> int:
    """Zero when everything that was acknowledged is there once, as it was said, and nothing else is."""
    parser = argparse.ArgumentParser(prog="./hemvist prove", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long troubles come")
    parser.add_argument("--seed", type=int, default=None, help="of the troubles and their order; another each time")
    parser.add_argument("--only", action="append", default=[], help="this trouble, as a_process_is_killed, or several")
    parser.add_argument("--cluster", action="store_true", help="on three RabbitMQ nodes; now and then one dies")
    parser.add_argument("--standby", action="store_true", help="on two PostgreSQL servers; who leads dies")
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed  # noqa: S311
    print(f"Seed: {seed}", flush=True)  # noqa: T201  it is its answer
    platform = Proven(FOLDER)
    platform.down()
    end(platform.state_dir)
    shutil.rmtree(FOLDER, ignore_errors=True)
    with surviving(platform, cluster=given.cluster, standby=given.standby):
        platform.up()
        try:
            with beside(platform) as seconds:
                plan = Plan(seconds=given.seconds, seed=seed, only=given.only)
                report = prove(platform, seconds, FOLDER / "ledger.jsonl", plan)
        finally:
            platform.down()
    print(written(report))  # noqa: T201
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
