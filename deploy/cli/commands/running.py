"""What runs: start it, stop it, look at it and at what it says and does."""

import json
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.table import Table

from deploy.cli import environments, work
from deploy.cli.commands.console import output, progress, the_platform
from deploy.cli.logs import Follower, Screen, last_lines
from deploy.cli.names import APPLICATION, POSTGRES, RABBITMQ
from deploy.cli.platform import Platform, Status
from deploy.cli.steps import ProgressLines

PROCESSES = (POSTGRES, RABBITMQ, *APPLICATION)
FOLLOW_SECONDS = 0.2


class _Up(click.Command):
    """Its help shows what the processes say of their settings."""

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(context, formatter)
        with formatter.section("Settings of the processes, with their defaults"):
            formatter.write_dl(
                [
                    (f"{found.name} ({found.form.default})" if found.form.default else found.name, found.means)
                    for found in environments.chosen()
                ]
            )


@click.command(cls=_Up)
@click.option("--detach", is_flag=True, help="Return when everything is ready instead of showing the logs.")
def up(*, detach: bool) -> None:
    """Start everything.

    \b
    Private servers are used unless the environment names others:
      HEMVIST_ADMIN_DATABASE_URL  postgresql://superuser:password@host:5432/postgres
      HEMVIST_BROKER_ADMIN_URL    http://administrator:password@host:15672 (management)
      HEMVIST_BROKER_HOST, HEMVIST_BROKER_PORT, HEMVIST_BROKER_VHOST
                                  default: that host, 5672, hemvist
    \b
    Further:
      HEMVIST_STATE_DIR           where data, secrets and logs lie; default .hemvist
      HEMVIST_TENANTS_FILE        the municipalities; default deploy/tenants.toml
      HEMVIST_GATEWAY_PORT        wished port; default 8080, another one when occupied
      HEMVIST_ENVIRONMENT         default development
      HEMVIST_NOW                 2026-04-01T08:00:00Z starts every clock there
    """
    platform = the_platform()
    followers = _followers(platform, PROCESSES)
    started = platform.up(on_step=ProgressLines(progress))
    if not started:
        output.print("Hemvist is already up. Other settings take effect after ./hemvist down.")
    _show(platform.status())
    if started and not detach:
        _foreground(platform, followers)


def _foreground(platform: Platform, followers: dict[str, Follower]) -> None:
    """The logs, until Ctrl-C or the end of the process manager; then everything ends."""
    output.print("Ctrl-C ends it.")
    try:
        _follow(platform, followers)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        platform.down(ProgressLines(progress))


@click.command()
def down() -> None:
    """Stop what up started, and nothing else."""
    stopped = the_platform().down(ProgressLines(progress))
    output.print("Hemvist is down." if stopped else "Nothing was running.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, as_json: bool) -> None:
    """Show what runs, and what it has still to do."""
    platform = the_platform()
    found = platform.status()
    doing = work.look(platform.targets.addresses, platform.now()) if found.gateway and found.ready else None
    if as_json:
        more = {"work": doing.as_json()} if doing else {}
        click.echo(json.dumps({**found.as_json(), **more}, default=str))
        return
    _show(found)
    if doing:
        _show_work(doing)


def _show_work(doing: work.Work) -> None:
    """Only what is not empty: an idle platform has three short lines."""
    waiting = [f"{queue.name} {queue.messages}" for queue in doing.queues if queue.messages]
    unread = [queue.name for queue in doing.queues if not queue.consumers and ".on_" in queue.name]
    output.print(f"queues: {', '.join(waiting) or 'empty'}", highlight=False)
    if unread:
        output.print(f"[red]without a reader: {', '.join(unread)}[/]", highlight=False)
    late = [
        f"{name} {count}, since {doing.oldest_unpublished[name]}" for name, count in doing.unpublished.items() if count
    ]
    output.print(f"events not yet published: {', '.join(late) or 'none'}", highlight=False)
    due, behind, parked = (sum(getattr(one, name) for one in doing.duties) for name in ("due", "late", "parked"))
    output.print(f"duties: {due} due, {behind} late, {parked} parked", highlight=False)


def _show(found: Status) -> None:
    table = Table("process", "state", "pid", box=None)
    for process in found.processes:
        table.add_row(process.name or "manager", process.state, str(process.pid or ""))
    if found.processes:
        output.print(table)
    if found.gateway:
        docs = f"  documentation: {found.gateway}/docs" if found.ready else "  [red]not ready[/]"
        output.print(f"gateway: {found.gateway}{docs}", highlight=False)
    else:
        output.print("Hemvist is not up.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object a line.")
def clockwork(*, as_json: bool) -> None:
    """Show the duties: how many are due, late and parked, when the next one comes, and when one was last done."""
    platform = the_platform()
    found = work.duties(platform.targets.addresses, platform.now())
    if as_json:
        for one in found:
            click.echo(json.dumps(asdict(one), default=str))
        return
    table = Table("service", "duty", "due", "late", "parked", "planned", "next", "done", "last done", box=None)
    for one in found:
        table.add_row(*("" if value is None else str(value) for value in asdict(one).values()))
    output.print(table)


@click.command()
@click.argument("name", type=click.Choice(PROCESSES), required=False)
@click.option("--follow", is_flag=True, help="Go on showing what is added.")
@click.option("--lines", default=100, show_default=True, help="How many of the last lines.")
def logs(name: str | None, *, follow: bool, lines: int) -> None:
    """Show the logs of one process or of all."""
    platform = the_platform()
    names = [name] if name else PROCESSES
    screen = Screen(output, names)
    followers = _followers(platform, names)
    for shown in names:
        for line in last_lines(platform.log(shown), lines):
            screen.show(shown, line)
    if follow:
        try:
            _follow(platform, followers)
        except KeyboardInterrupt:
            return


def _followers(platform: Platform, names: Sequence[str]) -> dict[str, Follower]:
    return {name: Follower.from_end(platform.log(name)) for name in names}


def _follow(platform: Platform, followers: dict[str, Follower]) -> None:
    screen = Screen(output, list(followers))
    while platform.is_managed():
        for name, follower in followers.items():
            for line in follower.new_lines():
                screen.show(name, line)
        time.sleep(FOLLOW_SECONDS)
    output.print("Hemvist has ended.")


COMMANDS: tuple[click.Command, ...] = (up, down, status, clockwork, logs)
