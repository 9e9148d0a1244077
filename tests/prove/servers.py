"""Servers that survive a death: three RabbitMQ nodes that are one broker, two PostgreSQL servers of which one follows.

Their programs and settings are those of the private servers; what is more is said here.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import psycopg
import requests

from deploy.cli import belongings, ports, private_postgres, private_rabbitmq
from deploy.cli.names import BROKER_ADMIN
from deploy.cli.processes import Program
from deploy.cli.secrets import BROKER_ADMIN_PASSWORD, DATABASE_ADMIN_PASSWORD, Secrets
from deploy.rabbitmq.provision import Management
from tests.prove.platform import Proven
from tests.prove.proxy import network
from tests.waiting import eventually

NODES = 3
SERVERS = "servers"  #: below the platform's folder, in their mark
_CLUSTERED = """
cluster_formation.peer_discovery_backend = classic_config
cluster_partition_handling = pause_minority
"""


class Server:
    """A program of a server's that is run by the rig itself, under a mark of its own: the platform ends its own."""

    def __init__(self, program: Program, state_dir: Path) -> None:
        self._program, self._state_dir = program, state_dir
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def user(self) -> str | None:
        """Who it runs as, when that is somebody else."""
        return self._program.user

    def start(self) -> None:
        """Returns at once."""
        mark = {belongings.MARK: str(self._state_dir / SERVERS), "SUPERVISOR_PROCESS_NAME": self._program.name}
        with (self._state_dir / "logs" / f"{self._program.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._program.command,
                cwd=self._program.folder,
                env={"PATH": os.environ["PATH"], **self._program.environment, **mark},
                user=self._program.user,
                group=self._program.user,
                extra_groups=[] if self._program.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL for it and all that it has started, as when its machine dies."""
        assert self._process is not None, "it runs"
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="ascii")
        for pid in (self._process.pid, *map(int, children.split())):
            os.kill(pid, signal.SIGKILL)
        self._process.wait()


class Cluster:
    """Three nodes of one broker."""

    def __init__(self, state_dir: Path, secrets: Secrets) -> None:
        self._password = secrets.values[BROKER_ADMIN_PASSWORD]
        wanted = [f"{number} {name}" for number in range(NODES) for name in private_rabbitmq.PORTS]
        chosen = ports.choose(wanted, seed=f"{state_dir} cluster")
        one_epmd = {"rabbitmq_epmd": chosen["0 rabbitmq_epmd"]}
        self._ports = [
            {name: chosen[f"{number} {name}"] for name in private_rabbitmq.PORTS} | one_epmd for number in range(NODES)
        ]
        self._nodes = [Server(_node(state_dir, n, secrets, of), state_dir) for n, of in enumerate(self._ports)]

    @property
    def ports(self) -> list[int]:
        """Where its nodes take connections."""
        return [of["rabbitmq"] for of in self._ports]

    @property
    def admin_ports(self) -> list[int]:
        """Where they are managed."""
        return [of["rabbitmq_management"] for of in self._ports]

    def start(self) -> None:
        """Returns when all three are one."""
        for node in self._nodes:
            node.start()
        eventually(lambda: all(map(self._is_whole, range(NODES))), seconds=120)

    def kill(self, number: int) -> None:
        """One of its nodes dies."""
        self._nodes[number].kill()

    def join(self, number: int) -> None:
        """It comes back; returns when all three are one again."""
        self._nodes[number].start()
        eventually(lambda: all(map(self._is_whole, range(NODES))), seconds=120)

    def admin_url(self, port: int) -> str:
        """Where its administrator speaks with a node, or with a way to one."""
        return f"http://{BROKER_ADMIN}:{quote(self._password, safe='')}@127.0.0.1:{port}"

    def _is_whole(self, number: int) -> bool:
        """Whether a node answers and sees the others run."""
        try:
            with Management(self.admin_url(self.admin_ports[number])) as management:
                return sum(bool(node["running"]) for node in management.get("nodes")) == NODES
        except requests.RequestException:
            return False


def _node(state_dir: Path, number: int, secrets: Secrets, of: Mapping[str, int]) -> Program:
    folder = state_dir / f"rabbitmq-{number}"
    private = private_rabbitmq.find(folder)
    assert private is not None, "it is installed"
    private.prepare(secrets, of)
    names = [f"hemvist{one}@localhost" for one in range(NODES)]
    others = "".join(f"cluster_formation.classic_config.nodes.{n} = {name}\n" for n, name in enumerate(names, 1))
    with (folder / "rabbitmq.conf").open("a", encoding="utf-8") as file:
        file.write(_CLUSTERED + others)
    program = private.program(of)
    named = {**program.environment, "RABBITMQ_NODENAME": names[number]}
    return replace(program, name=f"rabbitmq-{number}", environment=named)


class Pair:
    """Two servers with one content: what is acknowledged by the one that leads is on the disk of the other, too."""

    def __init__(self, state_dir: Path, secrets: Secrets) -> None:
        self._password = secrets.values[DATABASE_ADMIN_PASSWORD]
        self.ports = list(ports.choose(["0", "1"], seed=f"{state_dir} pair").values())
        self._homes = [_postgres(state_dir / f"postgres-{number}") for number in (0, 1)]
        self._servers = [
            Server(replace(home.program(port), name=f"postgres-{number}"), state_dir)
            for number, (home, port) in enumerate(zip(self._homes, self.ports, strict=True))
        ]
        self.leader = 0

    @property
    def admin_url(self) -> str:
        """Of whichever leads."""
        places = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return (
            f"postgresql://postgres:{quote(self._password, safe='')}@{places}/postgres?target_session_attrs=read-write"
        )

    def start(self) -> None:
        """Returns when one leads and the other follows."""
        self._homes[0].prepare(self._password)
        self._servers[0].start()
        self._answers(0)
        self._follow()

    def fail_over(self) -> None:
        """Who leads dies, and who follows leads."""
        self._servers[self.leader].kill()
        self.leader = 1 - self.leader
        with psycopg.connect(self._url(self.leader), autocommit=True) as connection:
            connection.execute("select pg_promote()")

    def rejoin(self) -> None:
        """Who died follows from now on."""
        self._follow()

    def _follow(self) -> None:
        """The one that does not lead is made anew from the one that does, which from then on waits for it."""
        other, folder = 1 - self.leader, self._homes[1 - self.leader].folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        if user := self._servers[other].user:
            shutil.chown(folder, user, user)
        source = self._url(self.leader)
        slot = "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = 'follower'"
        with psycopg.connect(source, autocommit=True) as connection:
            connection.execute(slot)
            command = [self._homes[other].programs / "pg_basebackup", "-d", source, "-D", self._homes[other].data]
            options = ["-R", "-X", "stream", "-C", "-S", "follower", "-c", "fast"]
            subprocess.run([*command, *options], check=True, cwd=folder, user=user, group=user, capture_output=True)
            self._servers[other].start()
            connection.execute("alter system set synchronous_standby_names = '*'")
            connection.execute("select pg_reload_conf()")
            synchronous = "select count(*) from pg_stat_replication where sync_state = 'sync'"
            eventually(lambda: connection.execute(synchronous).fetchone() == (1,), seconds=60)

    def _answers(self, number: int) -> None:
        eventually(lambda: private_postgres.answers(self._url(number)), seconds=60)

    def _url(self, number: int) -> str:
        return f"postgresql://postgres:{quote(self._password, safe='')}@127.0.0.1:{self.ports[number]}/postgres"


def _postgres(folder: Path) -> private_postgres.PrivatePostgres:
    found = private_postgres.find(folder)
    assert found is not None, "it is installed"
    return found


def end(state_dir: Path) -> None:
    """Ends the servers that the rig has started for a platform, also those that a run before left behind."""
    belongings.end(state_dir / SERVERS, sign=signal.SIGKILL)


@contextmanager
def surviving(platform: Proven, *, cluster: bool, standby: bool) -> Iterator[None]:
    """Inside, a platform that has not been started stands on what was wished for."""
    platform.make_folders()
    with ExitStack() as stack:
        stack.callback(end, platform.state_dir)
        if cluster:
            platform.cluster = Cluster(platform.state_dir, platform.secrets)
            platform.cluster.start()
            way, management = (
                stack.enter_context(network(of)) for of in (platform.cluster.ports, platform.cluster.admin_ports)
            )
            platform.stand_on(
                HEMVIST_BROKER_ADMIN_URL=platform.cluster.admin_url(management.port),
                HEMVIST_BROKER_HOST="127.0.0.1",
                HEMVIST_BROKER_PORT=str(way.port),
            )
        if standby:
            platform.pair = Pair(platform.state_dir, platform.secrets)
            platform.pair.start()
            platform.stand_on(HEMVIST_ADMIN_DATABASE_URL=platform.pair.admin_url)
        yield
