"""`./hemvist prove`: proves for a while on a platform of its own, prints the report, fails when it is not clean."""

import argparse
import random
import sys
from pathlib import Path

from deploy.cli.platform import Platform
from tests.prove.proof import prove, written
from tests.prove.replicas import beside

FOLDER = Path(__file__).parents[2] / ".hemvist" / "prove"
SETTINGS = {
    "HEMVIST_ENVIRONMENT": "test",
    "HEMVIST_RETRY_DELAYS": "200,1000,5000",
    "HEMVIST_LIMIT_PER_CLIENT": "1000000",
    "HEMVIST_LIMIT_PER_MUNICIPALITY": "1000000",
    "HEMVIST_LIMIT_PUBLIC": "1000000",
}


def main() -> int:
    """Zero when everything that was acknowledged is there once, and nothing else is."""
    parser = argparse.ArgumentParser(prog="./hemvist prove", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long troubles come")
    parser.add_argument("--seed", type=int, default=None, help="of the troubles and their order; another each time")
    given = parser.parse_args()
    seed = random.randrange(10**6) if given.seed is None else given.seed  # noqa: S311
    print(f"Seed: {seed}", flush=True)  # noqa: T201  it is its answer
    platform = Platform(FOLDER, extra_environment=SETTINGS)
    platform.up()
    try:
        with beside(platform) as seconds:
            report = prove(platform, seconds, FOLDER / "ledger.jsonl", long=given.seconds, seed=seed)
    finally:
        platform.down()
    print(written(report))  # noqa: T201
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
