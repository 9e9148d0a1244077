"""One running Hemvist: its servers, services and gateway, everything below one state folder.

Used by the commands and by the test-suite. Knows in which order things start, and no business rule.
"""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from deploy.cli import addresses, belongings, environments, ports, private_postgres, private_rabbitmq, secrets, servers
from deploy.cli.names import APPLICATION, GATEWAY, POSTGRES, RABBITMQ, ROOT, SERVICES
from deploy.cli.processes import Manager, ProcessState, Program
from deploy.cli.secrets import Secrets
from deploy.cli.state import Clock, State
from deploy.cli.steps import OnStep, silent, step
from deploy.cli.trouble import Trouble
from services.kernel.basics import clock

if TYPE_CHECKING:
    from deploy.cli.preparation import Targets

SERVERS = (POSTGRES, RABBITMQ)
PORT_NAMES = [POSTGRES, *private_rabbitmq.PORTS, GATEWAY]
GATEWAY_PORT = 8080
MANAGER = ""
ISSUER_DIR = "HEMVIST_ISSUER_DIR"  # where the development issuer lies without a state folder (containers)


@dataclass(frozen=True)
class Status:
    gateway: str | None
    ready: bool
    processes: list[ProcessState]

    def as_json(self) -> dict[str, Any]:
        shown = [{"name": process.name, "pid": process.pid, "state": process.state} for process in self.processes]
        return {"gateway": self.gateway, "ready": self.ready, "processes": shown}


class Platform:
    def __init__(self, state_dir: Path, *, extra_environment: Mapping[str, str] | None = None) -> None:
        self.state_dir = state_dir.resolve()
        self._extra = dict(extra_environment or {})
        self._environment = {**os.environ, **self._extra}
        self.issuer_dir = Path(self._environment.get(ISSUER_DIR) or self.state_dir / "issuer")
        self._manager = Manager(self.state_dir)
        self._state_file = self.state_dir / "state.json"
        self._secrets_file = self.state_dir / "secrets.json"

    # What is where

    @property
    def state(self) -> State:
        return State.load(self._state_file)

    @property
    def secrets(self) -> Secrets:
        if not self._secrets_file.exists():
            raise Trouble(f"No platform lies in {self.state_dir}.", "start it with ./hemvist up.")
        return secrets.from_file(self._secrets_file)

    @property
    def targets(self) -> "Targets":
        """The servers and passwords: of this platform, or without one, those the environment names (containers)."""
        from deploy.cli.preparation import Targets  # noqa: PLC0415  only preparing needs the services' code

        if self._secrets_file.exists():
            return Targets(self.addresses, self.secrets)
        where = addresses.from_environment(self._environment)
        return Targets(where, secrets.from_environment(self._environment))

    @property
    def addresses(self) -> addresses.Addresses:
        state = self.state
        return addresses.private_or_external(self.secrets, ports=state.ports, external=state.external)

    @property
    def gateway_url(self) -> str:
        return f"http://127.0.0.1:{self.state.ports[GATEWAY]}/hemvist/v1"

    @property
    def admin_database_url(self) -> str:
        return self.addresses.admin_database_url

    @property
    def broker_admin_url(self) -> str:
        return self.addresses.broker_admin_url

    @property
    def broker_admin_amqp_url(self) -> str:
        return self.targets.addresses.broker_admin_amqp_url

    @property
    def tenants_file(self) -> Path:
        return Path(self._environment.get("HEMVIST_TENANTS_FILE") or ROOT / "deploy" / "tenants.toml").resolve()

    def owner_url(self, service: str) -> str:
        return self.targets.owner_url(service)

    def log(self, name: str) -> Path:
        return self._manager.log(name)

    def now(self) -> datetime:
        """The instant by the platform's own clock."""
        moved = self.state.clock
        return moved.read() if moved else clock.unmoved()

    def service_environment(self, name: str) -> dict[str, str]:
        """The environment of a service or of the gateway."""
        where, values, state = self.addresses, self.secrets, self.state
        common = environments.shared(
            name, self._environment, addresses=where, secrets=values, clock=state.clock, files=self.state_dir / "files"
        )
        if name == GATEWAY:
            own = environments.of_gateway(
                state.ports[GATEWAY], values, tenants_file=self.tenants_file, issuer_dir=self.issuer_dir
            )
        else:
            own = environments.of_service(name, where, secrets=values)
        return common | own | self._extra

    # Starting and ending

    def up(self, *, services: Sequence[str] = APPLICATION, on_step: OnStep = silent) -> bool:
        """Returns when everything is ready; False when it was already. What it started is ended again when it fails."""
        self._make_folders()
        with self._locked():
            if self.status().ready and not set(services) - self._running():
                return False
            begins = not (self.is_managed() and self.state.ports)
            try:
                if begins:
                    self._begin(on_step)
                self._start_servers(on_step)
                self.migrate(on_step)
                with step("Municipalities", on_step):
                    self.apply_tenants()
                self._start_application(services, on_step)
            except BaseException:
                if begins:
                    self._end(on_step)
                raise
            return True

    def up_servers(self, *, on_step: OnStep = silent) -> None:
        """Only PostgreSQL and RabbitMQ, empty: for tests that provision and migrate themselves."""
        self._make_folders()
        with self._locked():
            if self._manager.states() is None:
                self._begin(on_step)
            self._start_servers(on_step)

    def migrate(self, on_step: OnStep = silent) -> None:
        """Users, databases, exchanges, queues and tables on the running servers."""
        from deploy.cli import preparation  # noqa: PLC0415  only preparing needs the services' code

        targets = self.targets
        with step("Databases, users and permissions", on_step):
            preparation.provision(targets)
        with step("Exchanges and queues", on_step):
            preparation.declare_topology(targets, self._environment)
        with step("Migrations of the five databases", on_step):
            preparation.migrate(targets)

    def apply_tenants(self) -> list[str]:
        from deploy.cli import preparation  # noqa: PLC0415  only preparing needs the services' code

        changes = preparation.apply_tenants(self.targets, self.tenants_file)
        issues_tokens = self._secrets_file.exists() or self._environment.get(ISSUER_DIR)
        if issues_tokens and self._environment.get("HEMVIST_ENVIRONMENT") != "production":
            from gateway.development import ensure_issuer  # noqa: PLC0415  not there in the images of the services

            development = [
                one for one in preparation.logins(self.tenants_file) if one.provider["kind"] == "development"
            ]
            ensure_issuer(self.issuer_dir, [login.name for login in development])
        return changes

    def down(self, on_step: OnStep = silent) -> bool:
        """Ends everything started for this state folder, also what a crash left behind; False if nothing was."""
        if not self.state_dir.is_dir():
            return False
        with self._locked():
            return self._end(on_step)

    def let_go(self) -> None:
        """What this process has started goes on without it."""
        self._manager.let_go()

    def is_managed(self) -> bool:
        return self._manager.states() is not None

    def status(self) -> Status:
        processes = self._manager.states()
        if processes is None:
            left = [ProcessState(one.name, one.pid, "orphaned", 0) for one in belongings.find(self.state_dir)]
            return Status(gateway=None, ready=False, processes=left)
        running = all(process.state == "running" for process in processes)
        if not self.state.ports:
            return Status(gateway=None, ready=False, processes=processes)
        return Status(gateway=self.gateway_url, ready=running and self._gateway_is_ready(), processes=processes)

    @contextmanager
    def earlier(self, by: timedelta, *, on_step: OnStep = silent) -> Iterator[None]:
        """Inside, the services and the gateway live so much earlier; afterwards as before. Both begins them anew."""
        before = self.state
        past = Clock.starting((self.now() - by).isoformat())
        try:
            self._set_clock(replace(before, clock=past), on_step)
            yield
        finally:
            self._set_clock(before, on_step)

    def _set_clock(self, state: State, on_step: OnStep) -> None:
        with self._locked():
            self._manager.stop(APPLICATION)
            state.save(self._state_file)
            for program in self._application():
                self._manager.describe(program)
            self._start_application(APPLICATION, on_step)

    # Single processes

    def process(self, name: str) -> int | None:
        return self._manager.state(name).pid

    def start(self, name: str) -> None:
        """Starts one process and waits: a server until it answers, another until it stays up for a second."""
        self._manager.start([name])
        self._manager.wait([name], lambda: self._answers(name), seconds=60, what=name, once=False)

    def stop(self, name: str) -> None:
        self._manager.stop([name])

    def kill(self, name: str) -> None:
        """SIGKILL; the manager starts it again. To keep it down, stop it."""
        self._manager.kill(name)

    def token(
        self, *, municipality: str, roles: Sequence[str], sub: str = "anna", personal_number: str | None = None
    ) -> str:
        """A bearer token of the development issuer, valid by the platform's clock."""
        from gateway.development import issue_token  # noqa: PLC0415  other commands do without the gateway

        login = self._login(municipality, roles)
        if login is None:
            raise Trouble(
                f"No key signs for the municipality {municipality!r} and these roles.",
                f"write its slug as in {self.tenants_file}, and start the platform once with ./hemvist up.",
            )
        return issue_token(
            self.issuer_dir,
            municipality=municipality,
            roles=list(roles),
            sub=sub,
            personal_number=personal_number,
            login=login,
            now=self.now(),
        )

    def _login(self, municipality: str, roles: Sequence[str]) -> str | None:
        """The municipality's development login that may give these roles, by name."""
        from deploy.cli import preparation  # noqa: PLC0415  only preparing needs the services' code

        found = [
            login.name
            for login in preparation.logins(self.tenants_file)
            if login.name.partition(".")[0] == municipality and len(login.of_these(roles)) == len(roles)
        ]
        return next((name for name in found if (self.issuer_dir / f"{name}.jwk.json").exists()), None)

    # Inside

    def _make_folders(self) -> None:
        """Everything private, but as root PostgreSQL's own user must be able to walk through to its data."""
        self.state_dir.mkdir(parents=True, exist_ok=True)
        self.state_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for name in ("run", "logs", "issuer", "files"):
            (self.state_dir / name).mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One launcher at a time changes this platform; another waits."""
        with (self.state_dir / "lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _begin(self, on_step: OnStep) -> None:
        """Everything up to the running manager, with no program started yet."""
        if belongings.find(self.state_dir):
            with step("Ending what an earlier run left behind", on_step):
                self._end_belongings()
        values = secrets.load_or_make(self._secrets_file, data_exists=servers.data_exists(self.state_dir))
        state = self._new_state()
        state.save(self._state_file)
        private = servers.private_programs(self.state_dir, state, secrets=values, log=self.log("apt"), on_step=on_step)
        with step("Process manager", on_step):
            self._manager.begin([*private, *self._application()], self._environment)

    def _new_state(self) -> State:
        now = self._environment.get("HEMVIST_NOW")
        if now and self._environment.get("HEMVIST_ENVIRONMENT") == "production":
            raise Trouble("HEMVIST_NOW is refused in production.", "unset it.")
        external = {name: value for name in addresses.EXTERNAL_NAMES if (value := self._environment.get(name))}
        wished = int(self._environment.get("HEMVIST_GATEWAY_PORT") or GATEWAY_PORT)
        chosen = ports.choose(PORT_NAMES, seed=str(self.state_dir), kept=self.state.ports, wished={GATEWAY: wished})
        return State(ports=chosen, clock=Clock.starting(now) if now else None, external=external)

    def _application(self) -> list[Program]:
        commands = {name: f"services.{name}" for name in SERVICES} | {GATEWAY: GATEWAY}
        return [
            Program(
                name=name,
                command=(sys.executable, "-m", module),
                folder=ROOT,
                environment=self.service_environment(name),
            )
            for name, module in commands.items()
        ]

    def _managed(self, names: Sequence[str]) -> list[str]:
        managed = {process.name for process in self._manager.states() or []}
        return [name for name in names if name in managed]

    def _running(self) -> set[str]:
        return {process.name for process in self._manager.states() or [] if process.state == "running"}

    def _start_servers(self, on_step: OnStep) -> None:
        names, where = self._managed(SERVERS), self.addresses
        with step("PostgreSQL and RabbitMQ", on_step):
            self._manager.start(names)
            self._manager.wait(names, lambda: servers.answer(where), seconds=90, what="PostgreSQL and RabbitMQ")

    def _start_application(self, names: Sequence[str], on_step: OnStep) -> None:
        def ready() -> bool:
            return set(names) <= self._running() and (GATEWAY not in names or self._gateway_is_ready())

        with step("Services and gateway", on_step):
            self._manager.start(names)
            self._manager.wait(names, ready, seconds=90, what="the services")

    def _answers(self, name: str) -> bool:
        match name:
            case "postgres":
                return private_postgres.answers(self.addresses.admin_database_url)
            case "rabbitmq":
                return private_rabbitmq.answers(self.addresses.broker_admin_url)
            case _:
                return name in self._running()

    def _gateway_is_ready(self) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                return session.get(f"{self.gateway_url}/health/ready", timeout=5).status_code == HTTPStatus.OK
            except requests.RequestException:
                return False

    def _end(self, on_step: OnStep) -> bool:
        running = bool(belongings.find(self.state_dir))
        if self._manager.states() is not None:
            with step("Stopping the services and the gateway", on_step):
                self._manager.stop(APPLICATION)
            with step("Stopping PostgreSQL and RabbitMQ", on_step):
                self._manager.stop(SERVERS)
                self._manager.finish()
        self._end_belongings()
        replace(self.state, clock=None).save(self._state_file)
        return running

    def _end_belongings(self) -> None:
        """What runs without an answering manager, in the order in which it should end."""
        belongings.end(self.state_dir, names=[MANAGER], patience=30)
        self._manager.reap()
        belongings.end(self.state_dir, names=APPLICATION)
        belongings.end(self.state_dir, names=[RABBITMQ])
        belongings.end(self.state_dir, names=[POSTGRES], sign=signal.SIGINT)
        belongings.end(self.state_dir)
