"""The secrets of one platform: made once into a file only its owner reads, or taken from the environment (containers).

Both forms use the same names, so there is one way to read them. Refuses to know where the servers are.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cli.names import APPLICATION, SERVICES
from deploy.cli.trouble import Trouble

MASTER_KEYS = "HEMVIST_MASTER_KEYS"
DATABASE_ADMIN_PASSWORD = "HEMVIST_DATABASE_ADMIN_PASSWORD"  # noqa: S105  the name of a variable
BROKER_ADMIN_PASSWORD = "HEMVIST_BROKER_ADMIN_PASSWORD"  # noqa: S105  the name of a variable
ERLANG_COOKIE = "HEMVIST_ERLANG_COOKIE"

PASSWORD_NAMES = (
    *(f"HEMVIST_{service.upper()}_{kind}_PASSWORD" for service in SERVICES for kind in ("DATABASE", "OWNER", "RELAY")),
    *(f"HEMVIST_{process.upper()}_BROKER_PASSWORD" for process in APPLICATION),
)
WIRE_KEY_NAMES = tuple(f"HEMVIST_{service.upper()}_WIRE_KEY" for service in SERVICES)
EXAMPLES = frozenset({"<key>", "<password>"})


def _password() -> str:
    return secrets.token_urlsafe(24)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _makers() -> dict[str, Callable[[], str]]:
    passwords = (*PASSWORD_NAMES, DATABASE_ADMIN_PASSWORD, BROKER_ADMIN_PASSWORD, ERLANG_COOKIE)
    return dict.fromkeys(passwords, _password) | dict.fromkeys((*WIRE_KEY_NAMES, MASTER_KEYS), _key)


@dataclass(frozen=True)
class Secrets:
    """Values by the name of their environment variable. Never printed."""

    values: Mapping[str, str] = field(repr=False)

    def database_password(self, service: str) -> str:
        return self.values[f"HEMVIST_{service.upper()}_DATABASE_PASSWORD"]

    def owner_password(self, service: str) -> str:
        return self.values[f"HEMVIST_{service.upper()}_OWNER_PASSWORD"]

    def relay_password(self, service: str) -> str:
        return self.values[f"HEMVIST_{service.upper()}_RELAY_PASSWORD"]

    def broker_password(self, process: str) -> str:
        return self.values[f"HEMVIST_{process.upper()}_BROKER_PASSWORD"]

    def wire_key(self, service: str) -> str:
        return self.values[f"HEMVIST_{service.upper()}_WIRE_KEY"]

    @property
    def wire_keys(self) -> str:
        """All of them, as the gateway reads them."""
        return ",".join(f"{service}={self.wire_key(service)}" for service in SERVICES)

    @property
    def master_keys(self) -> str:
        return read(self.values, needed=[MASTER_KEYS]).values[MASTER_KEYS]


def read(values: Mapping[str, str], *, needed: Iterable[str]) -> Secrets:
    """Takes the needed names out of the values; all that are missing or empty are reported together."""
    names = list(needed)
    missing = [name for name in names if not values.get(name)]
    if missing:
        raise Trouble(f"These secrets are not set: {', '.join(missing)}.", "set them in the environment.")
    if examples := [name for name in names if values[name] in EXAMPLES]:
        raise Trouble(
            f"These secrets are still as in .env.example: {', '.join(examples)}.",
            "docker compose down --volumes, make a .env with the command at the head of .env.example, start again.",
        )
    return Secrets({name: values[name] for name in names})


def from_environment(environment: Mapping[str, str]) -> Secrets:
    """The secrets of a migration job. Master keys, if there are any, may lie in the file HEMVIST_MASTER_KEYS_FILE."""
    values = dict(environment)
    if (keys_file := values.get("HEMVIST_MASTER_KEYS_FILE")) and not values.get(MASTER_KEYS):
        values[MASTER_KEYS] = Path(keys_file).read_text(encoding="utf-8").strip()
    return read(values, needed=(*PASSWORD_NAMES, *([MASTER_KEYS] if values.get(MASTER_KEYS) else [])))


def from_file(path: Path) -> Secrets:
    return read(json.loads(path.read_text(encoding="utf-8")), needed=_makers())


def load_or_make(path: Path, *, data_exists: bool) -> Secrets:
    """What the file holds, with what it lacks made new. Without the file, kept data can not be opened: then refuse."""
    if data_exists and not path.exists():
        raise Trouble(
            f"{path} is gone, but data encrypted with its keys is still there.",
            f"put the file back, or delete {path.parent} to start without data.",
        )
    present = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    makers = _makers()
    lacking = {name: make() for name, make in makers.items() if not present.get(name)}
    if lacking:
        write_private(path, json.dumps({**present, **lacking}, indent=1))
    return read({**present, **lacking}, needed=makers)


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replaces the file at once; nobody but its owner can read it at any moment."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)
