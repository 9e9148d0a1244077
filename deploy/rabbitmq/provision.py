"""Users, the virtual host and permissions on a RabbitMQ server, over its management interface. Idempotent.

Owns no exchange and no queue: these belong to the kernel's topology, which also says who may do what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

import requests


class Permissions(Protocol):
    """Regular expressions over names, and per exchange (name, write, read) over routing keys."""

    @property
    def configure(self) -> str: ...
    @property
    def write(self) -> str: ...
    @property
    def read(self) -> str: ...
    @property
    def topics(self) -> Sequence[tuple[str, str, str]]: ...


@dataclass(frozen=True)
class BrokerUser:
    password: str = field(repr=False)
    permissions: Permissions


def provision(admin_url: str, *, vhost: str, users: Mapping[str, BrokerUser]) -> None:
    """Makes or corrects the virtual host, the users and what they may; `guest` is removed."""
    with Management(admin_url) as management:
        management.put(f"vhosts/{_part(vhost)}", {})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        management.put(f"permissions/{_part(vhost)}/{_part(management.user)}", everything)
        for name, user in users.items():
            management.put(f"users/{_part(name)}", {"password": user.password, "tags": ""})
            allowed = {part: getattr(user.permissions, part) for part in ("configure", "write", "read")}
            management.put(f"permissions/{_part(vhost)}/{_part(name)}", allowed)
            _topics(management, f"topic-permissions/{_part(vhost)}/{_part(name)}", user.permissions)
        if management.user != "guest":
            management.delete("users/guest")


def _topics(management: "Management", path: str, permissions: Permissions) -> None:
    """Only the exchanges named remain. The interface can delete a user's topic permissions only all at once."""
    wanted = {exchange for exchange, _, _ in permissions.topics}
    if {entry["exchange"] for entry in management.get(path)} - wanted:
        management.delete(path)
    for exchange, write, read in permissions.topics:
        management.put(path, {"exchange": exchange, "write": write, "read": read})


def _part(name: str) -> str:
    return quote(name, safe="")


class Management:
    """A connection to RabbitMQ's management interface as its administrator."""

    def __init__(self, admin_url: str) -> None:
        address = urlsplit(admin_url)
        self.user = unquote(address.username or "")
        self._base = f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path.rstrip('/')}/api/"
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (self.user, unquote(address.password or ""))

    def __enter__(self) -> "Management":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str) -> Any:
        answer = self._request("GET", path)
        return [] if answer.status_code == requests.codes.not_found else answer.json()

    def put(self, path: str, body: Mapping[str, str]) -> None:
        self._request("PUT", path, body).raise_for_status()

    def delete(self, path: str) -> None:
        """Deletes what is there; what is not there is fine."""
        self._request("DELETE", path)

    def _request(self, method: str, path: str, body: Mapping[str, str] | None = None) -> requests.Response:
        answer = self._session.request(method, self._base + path, json=body, timeout=10)
        if answer.status_code != requests.codes.not_found:
            answer.raise_for_status()
        return answer
