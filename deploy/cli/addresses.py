"""Where the servers are, private or external, and which URLs follow from that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.cli.names import BROKER_ADMIN, VHOST
from deploy.cli.secrets import BROKER_ADMIN_PASSWORD, DATABASE_ADMIN_PASSWORD, Secrets
from deploy.cli.trouble import Trouble

ADMIN_DATABASE_URL = "HEMVIST_ADMIN_DATABASE_URL"
BROKER_ADMIN_URL = "HEMVIST_BROKER_ADMIN_URL"
BROKER_HOST = "HEMVIST_BROKER_HOST"
BROKER_PORT = "HEMVIST_BROKER_PORT"
BROKER_VHOST = "HEMVIST_BROKER_VHOST"
EXTERNAL_NAMES = (ADMIN_DATABASE_URL, BROKER_ADMIN_URL, BROKER_HOST, BROKER_PORT, BROKER_VHOST)


@dataclass(frozen=True)
class Addresses:
    admin_database_url: str = field(repr=False)
    broker_admin_url: str = field(repr=False)
    broker_host: str
    broker_port: int
    vhost: str = VHOST

    def database_url(self, role: str, *, database: str, password: str) -> str:
        """The admin's URL with another role, password and database."""
        admin = urlsplit(self.admin_database_url)
        place = admin.netloc.rpartition("@")[2]
        netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{place}"
        return urlunsplit((admin.scheme, netloc, f"/{database}", admin.query, ""))

    def broker_url(self, user: str, *, password: str) -> str:
        vhost = quote(self.vhost, safe="")
        return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@{self.broker_host}:{self.broker_port}/{vhost}"

    @property
    def public(self) -> str:
        """Where the servers are, without any password."""
        places = (urlsplit(url).netloc.rpartition("@")[2] for url in (self.admin_database_url, self.broker_admin_url))
        return ", ".join(places)

    @property
    def broker_admin_amqp_url(self) -> str:
        admin = urlsplit(self.broker_admin_url)
        credentials = admin.netloc.rpartition("@")[0]
        return f"amqp://{credentials}@{self.broker_host}:{self.broker_port}/{quote(self.vhost, safe='')}"


def private_or_external(secrets: Secrets, *, ports: Mapping[str, int], external: Mapping[str, str]) -> Addresses:
    """What the environment names is used; the rest is private on this machine."""
    database = external.get(ADMIN_DATABASE_URL)
    broker = external.get(BROKER_ADMIN_URL)
    if not database:
        password = secrets.values[DATABASE_ADMIN_PASSWORD]
        database = f"postgresql://postgres:{quote(password, safe='')}@127.0.0.1:{ports['postgres']}/postgres"
    if broker:
        return _external_broker(database, broker, external)
    password = quote(secrets.values[BROKER_ADMIN_PASSWORD], safe="")
    return Addresses(
        admin_database_url=database,
        broker_admin_url=f"http://{BROKER_ADMIN}:{password}@127.0.0.1:{ports['rabbitmq_management']}",
        broker_host="127.0.0.1",
        broker_port=ports["rabbitmq"],
    )


def from_environment(environment: Mapping[str, str]) -> Addresses:
    missing = [name for name in (ADMIN_DATABASE_URL, BROKER_ADMIN_URL) if not environment.get(name)]
    if missing:
        raise Trouble(
            f"No platform lies in the state folder, and {' and '.join(missing)} is not set.",
            "start a local platform with ./hemvist up, or set the addresses of your servers.",
        )
    return _external_broker(environment[ADMIN_DATABASE_URL], environment[BROKER_ADMIN_URL], environment)


def _external_broker(database: str, broker: str, environment: Mapping[str, str]) -> Addresses:
    host = environment.get(BROKER_HOST) or urlsplit(broker).hostname
    port = environment.get(BROKER_PORT) or "5672"
    if not host or not port.isdecimal():
        raise Trouble(
            f"{BROKER_ADMIN_URL}, {BROKER_HOST} or {BROKER_PORT} is not an address.",
            f"write {BROKER_ADMIN_URL}=http://user:password@host:15672, {BROKER_HOST}=host, {BROKER_PORT}=5672.",
        )
    return Addresses(
        admin_database_url=database,
        broker_admin_url=broker.rstrip("/"),
        broker_host=host,
        broker_port=int(port),
        vhost=environment.get(BROKER_VHOST) or VHOST,
    )
