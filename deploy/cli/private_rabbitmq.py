"""A private RabbitMQ below the state folder: own node, own epmd, own home, on 127.0.0.1 only, small.

Knows nothing of Hemvist's users, exchanges and queues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from deploy.cli import packages
from deploy.cli.names import BROKER_ADMIN, RABBITMQ, VHOST
from deploy.cli.processes import Program
from deploy.cli.secrets import BROKER_ADMIN_PASSWORD, ERLANG_COOKIE, Secrets, write_private
from deploy.cli.trouble import Trouble
from deploy.rabbitmq.provision import Management

NAME = RABBITMQ
PACKAGES = ("rabbitmq-server",)
PORTS = ("rabbitmq", "rabbitmq_management", "rabbitmq_distribution", "rabbitmq_epmd")
CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management_port}
management_agent.disable_metrics_collector = true
default_user = {user}
default_pass = {password}
default_vhost = {vhost}
log.console = true
log.console.use_colors = off
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 100MB
"""
# One scheduler, not bound to a processor: several private nodes would all be bound to the first one.
ERLANG_ARGUMENTS = "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +SDcpu 1:1"


@dataclass(frozen=True)
class PrivateRabbitmq:
    folder: Path
    server: Path

    def prepare(self, secrets: Secrets, ports: Mapping[str, int]) -> None:
        """The administrator in the configuration takes the place of `guest`, who so never exists."""
        if "'" in str(self.folder):
            raise Trouble(
                f"RabbitMQ does not start in a folder with an apostrophe in its path: {self.folder}",
                "move the clone, or set HEMVIST_STATE_DIR to another folder.",
            )
        self.folder.mkdir(mode=0o700, exist_ok=True)
        configuration = CONFIGURATION.format(
            port=ports["rabbitmq"],
            management_port=ports["rabbitmq_management"],
            user=BROKER_ADMIN,
            password=secrets.values[BROKER_ADMIN_PASSWORD],
            vhost=VHOST,
        )
        write_private(self.folder / "rabbitmq.conf", configuration)
        write_private(self.folder / "advanced.config", "[].\n")
        write_private(self.folder / "enabled_plugins", "[rabbitmq_management].\n")
        write_private(self.folder / ".erlang.cookie", secrets.values[ERLANG_COOKIE], mode=0o400)

    def program(self, ports: Mapping[str, int]) -> Program:
        environment = {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(ports["rabbitmq_epmd"]),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script becomes the server instead of waiting for it
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": "hemvist@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(ports["rabbitmq"]),
            "RABBITMQ_DIST_PORT": str(ports["rabbitmq_distribution"]),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "config"),
            "RABBITMQ_SCHEMA_DIR": str(self.folder / "schema"),
            "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG_ARGUMENTS,
        }
        return Program(name=RABBITMQ, command=(str(self.server),), environment=environment, folder=self.folder)


def find(folder: Path) -> PrivateRabbitmq | None:
    server = packages.find_rabbitmq()
    return PrivateRabbitmq(folder=folder, server=server) if server else None


def answers(admin_url: str) -> bool:
    """The management interface starts last, so everything else is there too."""
    try:
        with Management(admin_url) as management:
            management.get("overview")
    except requests.RequestException:
        return False
    return True
