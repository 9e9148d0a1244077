"""What a developer tries: the demo, the tests, and platforms that are broken or measured."""

import os
import sys
from collections.abc import Sequence

import click

from deploy.cli import checks, servers
from deploy.cli.commands.console import output, progress, the_platform
from deploy.cli.names import ROOT
from deploy.cli.steps import ProgressLines
from deploy.cli.trouble import Trouble

ALL_TESTS = ("--numprocesses=auto", "--maxprocesses=4")


@click.command()
def demo() -> None:
    """Bring the platform up if it is not, and play families' ways from interest to pay, mentors, and what time does."""
    from deploy.cli.demo import families, intake, investigation, mentorship, night  # noqa: PLC0415  others do without

    platform = the_platform()
    platform.up(on_step=ProgressLines(progress))
    families.play(platform.gateway_url, platform.token, output)
    intake.play(platform, output)
    for later in (mentorship, investigation, night):
        later.play(platform, output, on_step=ProgressLines(progress))


any_arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
HANDS_ON = {"ignore_unknown_options": True, "help_option_names": []}


def _hand_over(module: str, arguments: Sequence[str], *, servers_in: str | None) -> None:
    """In the place of this process: so a signal reaches the one that ends what it has started."""
    if servers_in:
        servers.install_missing(ROOT / ".hemvist" / servers_in, ProgressLines(progress))
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606  no shell


@click.command(context_settings=HANDS_ON)
@any_arguments
def prove(arguments: tuple[str, ...]) -> None:
    """Break a platform of its own for a while, e.g. --seconds 120 --seed 7, and compare with what was answered."""
    _hand_over("tests.prove", arguments, servers_in="prove")


@click.command(context_settings=HANDS_ON)
@any_arguments
def bench(arguments: tuple[str, ...]) -> None:
    """Measure platforms of its own, e.g. day --scale 0.01: what they carry with a nation on them."""
    _hand_over("tests.bench", arguments, servers_in="bench")


@click.command(context_settings=HANDS_ON)
@any_arguments
def fuzz(arguments: tuple[str, ...]) -> None:
    """Ask a platform of its own all that it describes with made up input, e.g. --examples 50 --seed 7."""
    _hand_over("tests.fuzz", arguments, servers_in="fuzz")


@click.command()
def check() -> None:
    """Style, types, the house's borders, container files."""
    checks.run(progress)


@click.command(context_settings=HANDS_ON)
@any_arguments
def test(arguments: tuple[str, ...]) -> None:
    """Check, then run all tests on all cores; with pytest's ARGUMENTS only these, without check.

    A selection runs in one process, which starts faster; -n 2 gives it workers, too.
    """
    if not arguments:
        try:
            checks.run(progress)
        except Trouble as trouble:
            raise Trouble(f"{trouble.what} No test was run.", trouble.then) from None
    _hand_over("pytest", arguments or ALL_TESTS, servers_in=None if arguments else "test")


COMMANDS: tuple[click.Command, ...] = (demo, prove, bench, fuzz, check, test)
