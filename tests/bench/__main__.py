"""`./hemvist bench`: what the platform carries, with a nation on it; prints tables, and whether each goal was held.

Without a word: everything, small, in some ten minutes. What is measured is kept in `.hemvist/bench/<what>.json` as it
comes.
"""

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from types import FrameType

from tests.bench import fairness, larger, saturation
from tests.bench.figures import machine
from tests.bench.journal import Journal, OutOfTime
from tests.bench.nation import working
from tests.bench.nation.platform import BENCH, house, nation
from tests.bench.nation.sizes import Municipality, municipalities

APPLICATIONS, HOMES, MUNICIPALITIES = 1_000_000, 30_000, 290
LESS = 100  #: how many times fewer rows growth begins with
EVERYTHING = "everything"


def the_nation(scale: float, number: int = MUNICIPALITIES) -> list[Municipality]:
    """So many municipalities, at a scale."""
    return municipalities(number, applications=round(APPLICATIONS * scale), homes=max(3, round(HOMES * scale)))


def fill(given: argparse.Namespace, _journal: Journal) -> None:
    """Only fills the databases, for the others to come."""
    with nation(the_nation(given.scale)):
        pass


def day(given: argparse.Namespace, journal: Journal) -> None:
    """A working day at a constant rate: at half of it, at the rate, at twice as much, and on until it bends."""
    found: list[working.Period] = []
    some = the_nation(given.scale)
    try:
        with nation(some) as platform:
            for one in working.day(platform, some, rate=given.rate, seconds=given.seconds, seed=given.seed):
                found.append(one)
                journal.keep(f"day at {one.rate:.0f}/s", working.figures(one))
                if one.rate == given.rate:
                    journal.hold(*working.goals(one))
    finally:
        if found:
            print(working.report(found, given.rate), flush=True)


def saturate(given: argparse.Namespace, journal: Journal) -> None:
    """As many requests as are answered, beside the peers: a plain one, and a monolith with the same guarantees."""
    with house("saturation", saturation.MUNICIPALITIES) as platform:
        found = saturation.saturate(platform, rounds=given.rounds, seconds=given.seconds)
    journal.keep("saturation", found)
    journal.hold(*saturation.goals(found))
    print(saturation.report(found), flush=True)


def growth(given: argparse.Namespace, journal: Journal) -> None:
    """What a request costs: with one municipality and with all, with a hundredth of the rows and with all, with two
    processes of each service; and whether memory grows while a day goes on (--minutes 60: over an hour)."""
    smaller = {
        "one municipality, few rows": the_nation(given.scale / LESS, 1),
        "all municipalities, few rows": the_nation(given.scale / LESS),
    }
    some = the_nation(given.scale)
    often = {"rounds": given.rounds, "seconds": given.seconds, "seed": given.seed}
    with nation(some) as platform:
        one = (platform, some)
        with ExitStack() as stack, journal.step("growth, sizes"):
            nations = {name: (stack.enter_context(nation(few)), few) for name, few in smaller.items()}
            nations["all municipalities, all rows"] = one
            _costs("growth, sizes", larger.sizes(nations, **often), journal)
        with journal.step("growth, replicas"):
            _costs("growth, replicas", larger.replicas(one, **often), journal)
        with journal.step("growth, memory"):
            _memory(one, given, journal)


def _costs(what: str, measured: Iterator[tuple[str, larger.Cost]], journal: Journal) -> None:
    costs: dict[str, list[larger.Cost]] = {}
    try:
        for name, cost in measured:
            costs.setdefault(name, []).append(cost)
            journal.keep(what, {name: list(map(asdict, some)) for name, some in costs.items()})
    finally:
        if costs:
            journal.hold(*larger.goals(costs))
            print(f"{larger.report(costs)}\n", flush=True)


def _memory(one: larger.Nation, given: argparse.Namespace, journal: Journal) -> None:
    looks: list[dict[str, float]] = []
    try:
        for look in larger.memory(one, minutes=given.minutes, seed=given.seed):
            looks.append(look)
            journal.keep("growth, memory", looks)
    finally:
        if len(looks) > 1:
            minutes = given.minutes * len(looks) / larger.LOOKS
            journal.hold(*larger.flat(looks, minutes))
            print(f"{larger.report_memory(looks, minutes)}\n", flush=True)


def fair(given: argparse.Namespace, journal: Journal) -> None:
    """How much slower the others become when the largest municipality floods the platform."""
    some, found = the_nation(given.scale), dict[str, fairness.Fared]()
    try:
        with nation(some, settings={}) as platform:
            fairness.warm(platform, some, seconds=given.seconds, seed=given.seed)
            for turn, name in enumerate(fairness.floods(given.only)):
                with journal.step(f"fairness, {name}"):
                    seed = given.seed + 2 * turn
                    found[name] = fairness.flooded(platform, some, name, seconds=given.seconds, seed=seed)
                    journal.keep(f"fairness, {name}", fairness.figures(found[name]))
    finally:
        if found:
            journal.hold(*fairness.goals(found))
            print(fairness.report(found), flush=True)


COMMANDS: dict[str, Callable[[argparse.Namespace, Journal], None]] = {
    "fill": fill,
    "day": day,
    "saturation": saturate,
    "growth": growth,
    "fairness": fair,
}
USUAL = {"scale": 1.0, "rounds": 3, "minutes": 2.0, "limit": 60.0}
SMALL = {"scale": 0.01, "rounds": 2, "minutes": 0.5, "limit": 20.0}
SECONDS = {"fill": 0.0, "day": 60.0, "saturation": 6.0, "growth": 20.0, "fairness": 30.0}
FEW_SECONDS = {"day": 10.0, "saturation": 2.0, "growth": 8.0, "fairness": 10.0}


def arguments() -> argparse.ArgumentParser:
    """What one may say."""
    parser = argparse.ArgumentParser(prog="./hemvist bench", description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=COMMANDS, help="; ".join(f"{name}: {do.__doc__}" for name, do in COMMANDS.items())
    )
    parser.add_argument("--scale", type=float, help="of a million applications and 30,000 homes")
    parser.add_argument("--rate", type=float, default=100.0, help="requests a second of the day")
    parser.add_argument("--seconds", type=float, help=f"of each measurement; usually {SECONDS}")
    parser.add_argument("--rounds", type=int, help="of what is measured in turns")
    parser.add_argument("--minutes", type=float, help="over which growth looks at the memory")
    parser.add_argument("--only", nargs="*", default=[""], help="floods whose name has one of these in it, of fairness")
    parser.add_argument("--limit", type=float, help="minutes after which it is given up, with what there is")
    parser.add_argument("--seed", type=int, default=7, help="of what is asked, and in which order")
    return parser


def run(given: argparse.Namespace, journal: Journal) -> None:
    """One command, or all that measure, one after the other."""
    small = given.what is None
    usual, seconds = (SMALL, FEW_SECONDS) if small else (USUAL, SECONDS)
    said = {name: value for name, value in vars(given).items() if value is not None}
    for name in seconds if small else [given.what]:
        print(f"\n## {name}\n\n{COMMANDS[name].__doc__}\n", flush=True)
        with journal.step(name):
            COMMANDS[name](argparse.Namespace(**{**usual, "seconds": seconds[name], **said}), journal)


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise OutOfTime


def _alone() -> bool:
    """Whether nobody else measures on these platforms, until this process ends."""
    BENCH.mkdir(parents=True, exist_ok=True)
    lock = os.open(BENCH / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main() -> int:
    """Zero when everything was measured and every goal is held."""
    given = arguments().parse_args()
    os.environ.setdefault("HEMVIST_GATEWAY_PORT", "0")  # beside a platform that has the usual one
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is ended takes its platform down
    signal.signal(signal.SIGALRM, _out_of_time)
    limit = given.limit or (USUAL if given.what else SMALL)["limit"]
    signal.alarm(round(limit * 60))
    what = given.what or EVERYTHING
    if not _alone():
        print(f"Another measurement goes on in {BENCH}.", file=sys.stderr)
        return 2
    journal = Journal(BENCH / f"{what}.json", {"what": what, "machine": machine(given.seed), "given": vars(given)})
    try:
        run(given, journal)
    except OutOfTime:
        journal.failed[what] = f"not finished within {limit:g} minutes"
    print(f"\n{journal.closing()}\n\n{machine(given.seed)}\nKept in {journal.file}.")
    return 0 if journal.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
