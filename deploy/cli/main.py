"""The commands of ./hemvist: words in, words out. What they do is done by Platform and its neighbours."""

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.cli import checks, environments, servers, work
from deploy.cli.logs import Follower, Screen, last_lines
from deploy.cli.names import APPLICATION, POSTGRES, RABBITMQ, ROOT, SERVICES
from deploy.cli.platform import Platform, Status
from deploy.cli.secrets import write_private
from deploy.cli.steps import ProgressLines
from deploy.cli.trouble import Trouble

PROCESSES = (POSTGRES, RABBITMQ, *APPLICATION)
FOLLOW_SECONDS = 0.2
ALL_TESTS = ("--numprocesses=auto", "--maxprocesses=4")

# What the reader asked for goes to standard output; progress and trouble to standard error.
output = Console(soft_wrap=True)
progress = Console(stderr=True, soft_wrap=True)


class _Commands(click.Group):
    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Trouble as trouble:
            _explain(trouble)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as unexpected:
            _explain(_unexpected(unexpected))
        sys.exit(1)


def _explain(trouble: Trouble) -> None:
    progress.print(f"[red]{escape(trouble.what)}[/]\n[bold]What to do next:[/] {escape(trouble.then)}")


def _unexpected(fault: Exception) -> Trouble:
    """The traceback goes into a file that only its owner reads."""
    folder = _platform().state_dir / "logs"
    log = folder / "launcher.log" if folder.is_dir() else Path(tempfile.mkdtemp(prefix="hemvist-")) / "launcher.log"
    write_private(log, "".join(traceback.format_exception(fault)))
    return Trouble(
        f"This did not work: {type(fault).__name__}: {fault}",
        f"correct what it says and try again. What led there: {log}. What the processes say: ./hemvist logs",
    )


def _platform() -> Platform:
    return Platform(Path(os.environ.get("HEMVIST_STATE_DIR") or ROOT / ".hemvist"))


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Hemvist: homes for other people's children, for many municipalities at once."""
    signal.signal(signal.SIGTERM, _terminated)


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


@main.command(cls=_Up)
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
    platform = _platform()
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


@main.command()
def down() -> None:
    """Stop what up started, and nothing else."""
    stopped = _platform().down(ProgressLines(progress))
    output.print("Hemvist is down." if stopped else "Nothing was running.")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(*, as_json: bool) -> None:
    """Show what runs, and what it has still to do."""
    platform = _platform()
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


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object a line.")
def clockwork(*, as_json: bool) -> None:
    """Show the duties: how many are due, late and parked, when the next one comes, and when one was last done."""
    platform = _platform()
    found = work.duties(platform.targets.addresses, platform.now())
    if as_json:
        for one in found:
            click.echo(json.dumps(asdict(one), default=str))
        return
    table = Table("service", "duty", "due", "late", "parked", "planned", "next", "done", "last done", box=None)
    for one in found:
        table.add_row(*("" if value is None else str(value) for value in asdict(one).values()))
    output.print(table)


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


@main.command()
@click.argument("name", type=click.Choice(PROCESSES), required=False)
@click.option("--follow", is_flag=True, help="Go on showing what is added.")
@click.option("--lines", default=100, show_default=True, help="How many of the last lines.")
def logs(name: str | None, *, follow: bool, lines: int) -> None:
    """Show the logs of one process or of all."""
    platform = _platform()
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


@main.command()
@click.option("--municipality", required=True, help="Its slug, e.g. orebro.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option("--sub", default="anna", show_default=True, help="Whose token it is.")
@click.option("--personal-number", help="Of a home's own user.")
def token(*, municipality: str, roles: tuple[str, ...], sub: str, personal_number: str | None) -> None:
    """Print a bearer token of the development issuer."""
    platform = _platform()
    click.echo(platform.token(municipality=municipality, roles=roles, sub=sub, personal_number=personal_number))


@main.command()
def migrate() -> None:
    """Make or correct users, databases, queues and tables of all five services.

    Without a local platform it works from HEMVIST_ADMIN_DATABASE_URL, HEMVIST_BROKER_ADMIN_URL and the passwords
    HEMVIST_<SERVICE>_DATABASE_PASSWORD, _OWNER_PASSWORD, _RELAY_PASSWORD, _BROKER_PASSWORD and
    HEMVIST_GATEWAY_BROKER_PASSWORD.
    """
    _platform().migrate(ProgressLines(progress))


@main.group()
def tenants() -> None:
    """The municipalities."""


@tenants.command("apply")
def tenants_apply() -> None:
    """Bring the databases to what stands in deploy/tenants.toml (or HEMVIST_TENANTS_FILE)."""
    for line in _platform().apply_tenants() or ["Nothing to change."]:
        output.print(line, markup=False, highlight=False)


@tenants.command("rotate-key")
@click.argument("slug")
def tenants_rotate_key(slug: str) -> None:
    """Give a municipality a new data key; what was encrypted with older ones is still read."""
    from deploy.cli import preparation  # noqa: PLC0415  other commands do without the services' code

    output.print(f"{slug} encrypts with version {preparation.rotate_key(_platform().targets, slug)} from now on.")


@main.group("parked")
def parked_messages() -> None:
    """Events and duties that a service could not work on, after all retries."""


service_argument = click.argument("service", type=click.Choice(SERVICES))


@parked_messages.command("list")
@click.argument("service", type=click.Choice(SERVICES), required=False)
def parked_list(service: str | None) -> None:
    """List them, of one service or of all: one JSON object a line."""
    from services.kernel.messages import parked  # noqa: PLC0415  other commands do without the services' code

    for one in [service] if service else SERVICES:
        platform = _platform()
        messages = parked.list_parked(platform.broker_admin_amqp_url, one)
        for message in [*messages, *work.parked_duties(platform.targets.addresses, one)]:
            click.echo(json.dumps({"service": one, **message}, ensure_ascii=False, default=str))


@parked_messages.command("show")
@service_argument
@click.argument("message_id")
def parked_show(service: str, message_id: str) -> None:
    """Show one with its content as it travelled (personal numbers stay encrypted)."""
    from services.kernel.messages import parked  # noqa: PLC0415  other commands do without the services' code

    platform = _platform()
    if work.is_duty(message_id):
        duties = work.parked_duties(platform.targets.addresses, service)
        message = next((duty for duty in duties if duty["id"] == message_id), None)
    else:
        message = parked.show(platform.broker_admin_amqp_url, service, message_id)
    if message is None:
        raise Trouble(f"{service} has parked no message {message_id}.", f"see ./hemvist parked list {service}.")
    click.echo(json.dumps(message, ensure_ascii=False, indent=1, default=str))


@parked_messages.command("replay")
@service_argument
@click.argument("message_id", required=False)
@click.option("--all", "everything", is_flag=True, help="All of the service instead of one.")
def parked_replay(service: str, message_id: str | None, *, everything: bool) -> None:
    """Give one, or all, to the reaction again."""
    from services.kernel.messages import parked  # noqa: PLC0415  other commands do without the services' code

    if everything == bool(message_id):
        raise click.UsageError("Give a MESSAGE_ID or --all.")
    platform, count = _platform(), 0
    if everything or not work.is_duty(str(message_id)):
        count += parked.replay(platform.broker_admin_amqp_url, service, message_id)
    if everything or work.is_duty(str(message_id)):
        count += work.replay_duties(platform.targets.addresses, service, message_id, now=platform.now())
    output.print(f"Replayed: {count}.")


@parked_messages.command("drop")
@service_argument
@click.argument("message_id")
def parked_drop(service: str, message_id: str) -> None:
    """Delete it for ever."""
    from services.kernel.messages import parked  # noqa: PLC0415  other commands do without the services' code

    platform = _platform()
    if work.is_duty(message_id):
        dropped = work.drop_duty(platform.targets.addresses, service, message_id)
    else:
        dropped = parked.drop(platform.broker_admin_amqp_url, service, message_id)
    output.print(f"Dropped: {dropped}.")


@main.command("retell")
@service_argument
@click.argument("event")
@click.option("--to", "reader", type=click.Choice(SERVICES), required=True, help="Who is told, and nobody else.")
@click.option("--municipality", help="Its slug; all unless said.")
@click.option("--after", help="Where it was cut off, as it said then.")
def retell_events(service: str, event: str, *, reader: str, municipality: str | None, after: str | None) -> None:
    """Give a service everything again that another has told, e.g. investigation home_approved --to mentorship.

    What is kept comes word for word, what is older as the teller knows it today. What the reader has had changes
    nothing: for a lost database or a new reader. Cut off, it can also begin anew.
    """
    from deploy.cli import retell  # noqa: PLC0415  other commands do without the services' code

    asked = retell.Asked(teller=service, event=event, reader=reader, municipality=municipality, after=after)
    platform, begun = _platform(), time.monotonic()
    with progress.status("Telling") as shown:
        told = retell.run(
            platform.targets,
            asked,
            platform.now(),
            on_batch=lambda told: shown.update(f"Told: {told.kept + told.made}"),
        )
    rate = round((told.kept + told.made) / max(time.monotonic() - begun, 0.001))
    output.print(
        f"Told again: {told.kept} that were kept, {told.made} from what {service} knows today ({rate} a second)."
    )


@main.command()
def demo() -> None:
    """Bring the platform up if it is not, and play families' ways from interest to pay, mentors, and what time does."""
    from deploy.cli.demo import families, intake, investigation, mentorship, night  # noqa: PLC0415  others do without

    platform = _platform()
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


@main.command(context_settings=HANDS_ON)
@any_arguments
def prove(arguments: tuple[str, ...]) -> None:
    """Break a platform of its own for a while, e.g. --seconds 120 --seed 7, and compare with what was answered."""
    _hand_over("tests.prove", arguments, servers_in="prove")


@main.command(context_settings=HANDS_ON)
@any_arguments
def bench(arguments: tuple[str, ...]) -> None:
    """Measure platforms of its own, e.g. day --scale 0.01: what they carry with a nation on them."""
    _hand_over("tests.bench", arguments, servers_in="bench")


@main.command()
def check() -> None:
    """Style, types, the house's borders, container files."""
    checks.run(progress)


@main.command(context_settings=HANDS_ON)
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
