"""Bringing servers to what the services need: users, databases, exchanges, tables, municipalities. Idempotent.

The same way for a developer's machine and for a migration job in containers; refuses to start or stop anything.
"""

import importlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.cli import servers
from deploy.cli.addresses import Addresses
from deploy.cli.names import APPLICATION, SERVICES
from deploy.cli.secrets import Secrets
from deploy.cli.trouble import Trouble
from deploy.postgres import provision as postgres
from deploy.rabbitmq import provision as rabbitmq
from services.kernel.basics.environment import Reader
from services.kernel.messages import topology
from services.kernel.messages.tenants import Login, Tenant, read_tenants
from services.kernel.process import settings
from services.kernel.rows import directory
from services.kernel.rows.migration import running
from services.kernel.secrecy.crypto import SealBroken

if TYPE_CHECKING:
    from services.kernel.process.service import Service


@dataclass(frozen=True)
class Targets:
    addresses: Addresses
    secrets: Secrets

    def owner_url(self, service: str) -> str:
        database = f"hemvist_{service}"
        password = self.secrets.owner_password(service)
        return self.addresses.database_url(f"{database}_owner", database=database, password=password)


def provision(targets: Targets) -> None:
    """Roles and databases, broker users and permissions."""
    if not servers.answer(targets.addresses):
        raise Trouble(
            f"PostgreSQL or RabbitMQ does not answer ({targets.addresses.public}).",
            "start the platform with ./hemvist up, or see whether your own servers run and their addresses are right.",
        )
    secrets = targets.secrets
    postgres.provision(
        targets.addresses.admin_database_url,
        {
            service: postgres.DatabasePasswords(
                service=secrets.database_password(service),
                owner=secrets.owner_password(service),
                relay=secrets.relay_password(service),
            )
            for service in SERVICES
        },
    )
    users = {
        process: rabbitmq.BrokerUser(secrets.broker_password(process), topology.permissions(process))
        for process in APPLICATION
    }
    rabbitmq.provision(targets.addresses.broker_admin_url, vhost=targets.addresses.vhost, users=users)


def declare_topology(targets: Targets, environment: Mapping[str, str]) -> None:
    """With the delays of retries that the environment of the services also says."""
    topology.declare(
        targets.addresses.broker_admin_amqp_url,
        [service_class(service) for service in SERVICES],
        retry_delays=settings.retry_delays(Reader(environment)),
    )


def migrate(targets: Targets) -> None:
    for service in SERVICES:
        running.upgrade(service, targets.owner_url(service))


def rotate_key(targets: Targets, slug: str) -> int:
    """A new data key for a municipality; returns its version."""
    try:
        return directory.rotate_key(_owner_urls(targets), slug, master_keys(targets))
    except KeyError:
        raise Trouble(f"No municipality {slug} is known everywhere.", "see ./hemvist tenants apply.") from None


def _owner_urls(targets: Targets) -> dict[str, str]:
    return {service: targets.owner_url(service) for service in SERVICES}


def master_keys(targets: Targets) -> tuple[bytes, ...]:
    """What the municipalities' keys are wrapped with."""
    keys = Reader({"HEMVIST_MASTER_KEYS": targets.secrets.master_keys})
    found = keys.master_keys()
    keys.finish()
    return found


def apply_tenants(targets: Targets, tenants_file: Path) -> list[str]:
    """Lines that say what changed."""
    try:
        return directory.apply_tenants(
            _owner_urls(targets),
            _tenants(tenants_file),
            master_keys(targets),
            declared={service: service_class(service).declared_settings() for service in SERVICES},
        )
    except directory.WrongSettings as problem:
        raise _unusable(tenants_file, problem) from None
    except SealBroken:
        raise Trouble(
            "What these databases hold was encrypted with other master keys.",
            "give the master keys with which they were made, or use other databases.",
        ) from None


def logins(tenants_file: Path) -> list[Login]:
    """Where the people of each municipality log in."""
    return [login for tenant in _tenants(tenants_file) for login in tenant.logins]


def _tenants(tenants_file: Path) -> list[Tenant]:
    try:
        return read_tenants(tenants_file)
    except (OSError, ValueError) as problem:
        raise _unusable(tenants_file, problem) from None


def _unusable(tenants_file: Path, problem: Exception) -> Trouble:
    return Trouble(f"{tenants_file} can not be used: {problem}", "correct the file, then try again.")


def service_class(service: str) -> "type[Service]":
    """The nameko class of a service: the one that bears its name."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")  # nameko imports it; see DECISIONS.md
        module = importlib.import_module(f"services.{service}.service")
    return next(
        value for value in vars(module).values() if isinstance(value, type) and getattr(value, "name", "") == service
    )
