"""The environment of every process of the application, from addresses, secrets and settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.cli.addresses import Addresses
from deploy.cli.names import APPLICATION, GATEWAY
from deploy.cli.secrets import Secrets
from deploy.cli.state import Clock

if TYPE_CHECKING:
    from services.kernel.basics.environment import ProcessSettings, Variable

# What the launcher makes itself: addresses, secrets, the clock, and where things lie. Everything else that a process
# reads is chosen by whoever calls the launcher.
MADE = frozenset(
    {
        "HEMVIST_ENVIRONMENT",
        "HEMVIST_BROKER_URL",
        "HEMVIST_DATABASE_URL",
        "HEMVIST_RELAY_DATABASE_URL",
        "HEMVIST_MASTER_KEYS",
        "HEMVIST_WIRE_KEY",
        "HEMVIST_WIRE_KEYS",
        "HEMVIST_TENANTS_FILE",
        "HEMVIST_ISSUER_DIR",
        "HEMVIST_GATEWAY_HOST",
        "HEMVIST_GATEWAY_PORT",
    }
)


def chosen(*processes: str) -> "list[Variable]":
    """What whoever calls the launcher may choose of what these processes read, or all of them."""
    found = {variable.name: variable for name in processes or APPLICATION for variable in settings_of(name).variables()}
    return [variable for name, variable in found.items() if name not in MADE]


def settings_of(name: str) -> "type[ProcessSettings]":
    """What a process reads."""
    from gateway.settings import GatewaySettings  # noqa: PLC0415  other commands do without their code
    from services.kernel.process.settings import ServiceSettings  # noqa: PLC0415

    return GatewaySettings if name == GATEWAY else ServiceSettings


def shared(
    name: str, caller: Mapping[str, str], *, addresses: Addresses, secrets: Secrets, clock: Clock | None, files: Path
) -> dict[str, str]:
    passed_on = [key for variable in chosen(name) for key in variable.names if caller.get(key)]
    return {
        "HEMVIST_FILE_STORE": str(files),
        **{key: caller[key] for key in passed_on},
        "HEMVIST_ENVIRONMENT": caller.get("HEMVIST_ENVIRONMENT") or "development",
        "HEMVIST_BROKER_URL": addresses.broker_url(name, password=secrets.broker_password(name)),
        **({"HEMVIST_NOW": clock.now, "HEMVIST_NOW_AT": clock.at} if clock else {}),
    }


def of_service(service: str, addresses: Addresses, *, secrets: Secrets) -> dict[str, str]:
    database = f"hemvist_{service}"
    password, relay = secrets.database_password(service), secrets.relay_password(service)
    return {
        "HEMVIST_DATABASE_URL": addresses.database_url(database, database=database, password=password),
        "HEMVIST_RELAY_DATABASE_URL": addresses.database_url(f"{database}_relay", database=database, password=relay),
        "HEMVIST_MASTER_KEYS": secrets.master_keys,
        "HEMVIST_WIRE_KEY": secrets.wire_key(service),
    }


def of_gateway(port: int, secrets: Secrets, *, tenants_file: Path, issuer_dir: Path) -> dict[str, str]:
    return {
        "HEMVIST_WIRE_KEYS": secrets.wire_keys,
        "HEMVIST_TENANTS_FILE": str(tenants_file),
        "HEMVIST_ISSUER_DIR": str(issuer_dir),
        "HEMVIST_GATEWAY_HOST": "127.0.0.1",
        "HEMVIST_GATEWAY_PORT": str(port),
    }
