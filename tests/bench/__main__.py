"""`./hemvist bench`: what the platform carries, with a nation on it; prints tables."""

import argparse
import signal
import sys
from collections.abc import Callable

from tests.bench import fairness, larger, saturation
from tests.bench.figures import machine
from tests.bench.nation import working
from tests.bench.nation.platform import house, nation
from tests.bench.nation.sizes import Municipality, municipalities

APPLICATIONS, HOMES, MUNICIPALITIES = 1_000_000, 30_000, 290
LESS = 100  #: how many times fewer rows growth begins with
ROUNDS_IN = 10  #: the seconds of a measurement are those of so many rounds


def the_nation(given: argparse.Namespace) -> list[Municipality]:
    """All municipalities, at the scale that is asked for."""
    return municipalities(
        MUNICIPALITIES, applications=round(APPLICATIONS * given.scale), homes=round(HOMES * given.scale)
    )


def fill(given: argparse.Namespace) -> int:
    """Only fills the databases, for the others to come."""
    with nation(the_nation(given)):
        return 0


def day(given: argparse.Namespace) -> int:
    """A working day at a constant rate: at half of it, at the rate, at twice as much, and on until it bends."""
    some = the_nation(given)
    with nation(some) as platform:
        found = list(working.day(platform, some, rate=given.rate, seconds=given.seconds, seed=given.seed))
    print(working.report(found, given.rate))
    return 0 if all(one.meets for one in found if one.rate == given.rate) else 1


def saturate(given: argparse.Namespace) -> int:
    """As many requests as are answered, beside the peers: a plain one, and a monolith with the same guarantees."""
    with house("saturation", saturation.MUNICIPALITIES) as platform:
        found = saturation.saturate(platform, rounds=given.rounds, seconds=given.seconds / ROUNDS_IN)
    print(saturation.report(found))
    return 0 if saturation.is_good(found) else 1


def growth(given: argparse.Namespace) -> int:
    """What a request costs: with one municipality and with all, with a hundredth of the rows and with all, with two
    processes of each service."""
    small = round(APPLICATIONS * given.scale / LESS), max(3, round(HOMES * given.scale / LESS))
    sizes = {
        "one municipality, few rows": municipalities(1, applications=small[0], homes=small[1]),
        "all municipalities, few rows": municipalities(MUNICIPALITIES, applications=small[0], homes=small[1]),
        "all municipalities, all rows": the_nation(given),
    }
    costs, rates = [], {}
    for name, some in sizes.items():
        with nation(some) as platform:
            costs.append(larger.cost(name, platform, some, seconds=given.seconds, seed=given.seed))
            if some == the_nation(given):
                rates = larger.replicas(platform, some, seconds=given.seconds, seed=given.seed)
    print(larger.report(costs, rates))
    return 0 if larger.is_good(costs) else 1


def fair(given: argparse.Namespace) -> int:
    """How much slower the others become when the largest municipality floods the platform."""
    some = the_nation(given)
    with nation(some, settings={"HEMVIST_FILE_LIMIT": str(20 * 2**20)}) as platform:
        found = fairness.flooded(platform, some, seconds=given.seconds, seed=given.seed)
    print(fairness.report(found))
    return 0 if all(factor <= fairness.ALLOWED for factor in fairness.factors(found).values()) else 1


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "fill": fill,
    "day": day,
    "saturation": saturate,
    "growth": growth,
    "fairness": fair,
}


def main() -> int:
    """Zero when what was measured keeps the goals."""
    parser = argparse.ArgumentParser(prog="./hemvist bench", description=__doc__)
    parser.add_argument(
        "what", choices=COMMANDS, help="; ".join(f"{name}: {do.__doc__}" for name, do in COMMANDS.items())
    )
    parser.add_argument("--scale", type=float, default=1.0, help="of a million applications and 30,000 homes")
    parser.add_argument("--rate", type=float, default=100.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of each kind of request, where kinds take turns")
    parser.add_argument("--seed", type=int, default=7, help="of what is asked, and in which order")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is ended takes its platform down
    done = COMMANDS[given.what](given)
    print(f"\n{machine(given.seed)}")
    return done


if __name__ == "__main__":
    sys.exit(main())
