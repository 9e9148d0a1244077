"""What the services tell each other: what was parked, and what is to be told again."""

import json
import time

import click

from deploy.cli import work
from deploy.cli.commands.console import output, progress, the_platform
from deploy.cli.names import SERVICES
from deploy.cli.trouble import Trouble


@click.group("parked")
def parked_messages() -> None:
    """Events and duties that a service could not work on, after all retries."""


service_argument = click.argument("service", type=click.Choice(SERVICES))


@parked_messages.command("list")
@click.argument("service", type=click.Choice(SERVICES), required=False)
def parked_list(service: str | None) -> None:
    """List them, of one service or of all: one JSON object a line."""
    from services.kernel.messages import parked  # noqa: PLC0415  other commands do without the services' code

    for one in [service] if service else SERVICES:
        platform = the_platform()
        messages = parked.list_parked(platform.broker_admin_amqp_url, one)
        for message in [*messages, *work.parked_duties(platform.targets.addresses, one)]:
            click.echo(json.dumps({"service": one, **message}, ensure_ascii=False, default=str))


@parked_messages.command("show")
@service_argument
@click.argument("message_id")
def parked_show(service: str, message_id: str) -> None:
    """Show one with its content as it travelled (personal numbers stay encrypted)."""
    from services.kernel.messages import parked  # noqa: PLC0415  other commands do without the services' code

    platform = the_platform()
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
    platform, count = the_platform(), 0
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

    platform = the_platform()
    if work.is_duty(message_id):
        dropped = work.drop_duty(platform.targets.addresses, service, message_id)
    else:
        dropped = parked.drop(platform.broker_admin_amqp_url, service, message_id)
    output.print(f"Dropped: {dropped}.")


@click.command("retell")
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
    platform, begun = the_platform(), time.monotonic()
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


COMMANDS: tuple[click.Command, ...] = (parked_messages, retell_events)
