"""The municipalities: their databases and queues, their keys, and tokens of their staff and homes."""

import click

from deploy.cli.commands.console import output, progress, the_platform
from deploy.cli.steps import ProgressLines


@click.command()
@click.option("--municipality", required=True, help="Its slug, e.g. orebro.")
@click.option("--role", "roles", multiple=True, required=True, help="May be given several times.")
@click.option("--sub", default="anna", show_default=True, help="Whose token it is.")
@click.option("--personal-number", help="Of a home's own user.")
def token(*, municipality: str, roles: tuple[str, ...], sub: str, personal_number: str | None) -> None:
    """Print a bearer token of the development issuer."""
    platform = the_platform()
    click.echo(platform.token(municipality=municipality, roles=roles, sub=sub, personal_number=personal_number))


@click.command()
def migrate() -> None:
    """Make or correct users, databases, queues and tables of all five services.

    Without a local platform it works from HEMVIST_ADMIN_DATABASE_URL, HEMVIST_BROKER_ADMIN_URL and the passwords
    HEMVIST_<SERVICE>_DATABASE_PASSWORD, _OWNER_PASSWORD, _RELAY_PASSWORD, _BROKER_PASSWORD and
    HEMVIST_GATEWAY_BROKER_PASSWORD.
    """
    the_platform().migrate(ProgressLines(progress))


@click.group()
def tenants() -> None:
    """The municipalities."""


@tenants.command("apply")
def tenants_apply() -> None:
    """Bring the databases to what stands in deploy/tenants.toml (or HEMVIST_TENANTS_FILE)."""
    for line in the_platform().apply_tenants() or ["Nothing to change."]:
        output.print(line, markup=False, highlight=False)


@tenants.command("rotate-key")
@click.argument("slug")
def tenants_rotate_key(slug: str) -> None:
    """Give a municipality a new data key; what was encrypted with older ones is still read."""
    from deploy.cli import preparation  # noqa: PLC0415  other commands do without the services' code

    output.print(f"{slug} encrypts with version {preparation.rotate_key(the_platform().targets, slug)} from now on.")


COMMANDS: tuple[click.Command, ...] = (token, migrate, tenants)
