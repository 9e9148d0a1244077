"""The private servers a platform needs beside external ones: found, installed, made ready to start."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from deploy.cli import packages, private_postgres, private_rabbitmq
from deploy.cli.addresses import ADMIN_DATABASE_URL, BROKER_ADMIN_URL, Addresses
from deploy.cli.names import POSTGRES, RABBITMQ
from deploy.cli.processes import Program
from deploy.cli.secrets import DATABASE_ADMIN_PASSWORD, Secrets
from deploy.cli.state import State
from deploy.cli.steps import OnStep, step
from deploy.cli.trouble import Trouble

Server = TypeVar("Server")


def data_exists(state_dir: Path) -> bool:
    return (state_dir / POSTGRES / private_postgres.MADE).exists()


def private_programs(state_dir: Path, state: State, *, secrets: Secrets, log: Path, on_step: OnStep) -> list[Program]:
    programs = []
    if ADMIN_DATABASE_URL not in state.external:
        folder = state_dir / POSTGRES
        postgres = _found(lambda: private_postgres.find(folder), private_postgres.PACKAGES, log=log, on_step=on_step)
        with step("PostgreSQL's folder", on_step):
            postgres.prepare(secrets.values[DATABASE_ADMIN_PASSWORD])
        programs.append(postgres.program(state.ports[POSTGRES]))
    if BROKER_ADMIN_URL not in state.external:
        home = state_dir / RABBITMQ
        rabbitmq = _found(lambda: private_rabbitmq.find(home), private_rabbitmq.PACKAGES, log=log, on_step=on_step)
        rabbitmq.prepare(secrets, state.ports)
        programs.append(rabbitmq.program(state.ports))
    return programs


def install_missing(folder: Path, on_step: OnStep) -> None:
    """Both servers' programs, where this machine lacks them; for whoever starts several platforms at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "apt.log"
    _found(lambda: private_postgres.find(folder), private_postgres.PACKAGES, log=log, on_step=on_step)
    _found(lambda: private_rabbitmq.find(folder), private_rabbitmq.PACKAGES, log=log, on_step=on_step)


def answer(addresses: Addresses) -> bool:
    return private_postgres.answers(addresses.admin_database_url) and private_rabbitmq.answers(
        addresses.broker_admin_url
    )


def _found(find: Callable[[], Server | None], names: Sequence[str], *, log: Path, on_step: OnStep) -> Server:
    if (present := find()) is not None:
        return present
    with step(f"Installing {' '.join(names)} (Debian's packages, a few minutes)", on_step):
        packages.install(names, log)
    if (installed := find()) is not None:
        return installed
    raise Trouble(
        f"This system's {' '.join(names)} is older than PostgreSQL 15 or RabbitMQ 3.10.",
        f"use Debian 12, Ubuntu 24.04 or later, {packages.WITHOUT_RIGHTS}.",
    )
