"""`./hemvist fuzz`: asks a platform of its own everything that is described, and says what was answered wrongly."""

import argparse
import os
import random
import sys

from deploy.cli.platform import Platform
from tests import run
from tests.fuzz.asking import Found, Plan, fuzz


def main() -> int:
    """Zero when every answer was described, and told nothing of another municipality."""
    parser = argparse.ArgumentParser(prog="./hemvist fuzz", description=__doc__)
    parser.add_argument(
        "--examples", type=int, default=20, help="made up requests to each operation, good and bad ones"
    )
    parser.add_argument("--seed", type=int, default=None, help="of what is made up; another each time")
    given = parser.parse_args()
    plan = Plan(examples=given.examples, seed=random.randrange(10**3) if given.seed is None else given.seed)  # noqa: S311
    print(f"Seed: {plan.seed}", flush=True)  # noqa: T201  it is its answer
    os.environ["HEMVIST_GATEWAY_PORT"] = "0"
    begun = run.Run.begin(run.RUNS.with_name("fuzz"))
    try:
        platform = run.platform("platform", Platform)
        platform.up()
        found = fuzz(platform, plan)
    finally:
        begun.end()
    print(written(found))  # noqa: T201
    return 1 if found.wrong else 0


def written(found: Found) -> str:
    """What there is to be read of it."""
    wrong = [f"{problem}\n    {request}" for problem, request in sorted(found.wrong.items())]
    answers = ", ".join(f"{number} with {status}" for status, number in sorted(found.asked.items()))
    told = f"{len(found.secrets.ids)} ids of another municipality, and words that {len(found.told)} operations tell it"
    return "\n".join([*wrong, f"Answers: {answers}.", f"Looked for: {told}.", f"Wrong: {len(wrong)}."])


if __name__ == "__main__":
    sys.exit(main())
