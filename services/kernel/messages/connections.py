"""A municipality's connections to other systems that the house asks something over HTTP, as the operator has set them
up: where each lies, by what it knows the municipality, and how long it is waited for.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from circuitbreaker import CircuitBreaker

from services.kernel.messages import outgoing
from services.kernel.messages.addresses import host_of, is_host, is_secret
from services.kernel.messages.outgoing import NotDelivered, Refused

_HEADER = re.compile("[A-Za-z][A-Za-z0-9-]{0,99}")
_NAMES = {"url", "header", "secret", "seconds"}
_REFUSES = frozenset({400, 401, 403, 404, 405, 413, 415, 422})  #: answers that the same question gets again
LONGEST_ANSWER = 64 * 1024  #: bytes
_AT_ONCE = 4  #: questions to one system of one municipality, from one process
_PATIENCE = 5.0  #: seconds for one of these places
_FAILURES = 5  #: one after the other, after which a system is left alone
_REST = 60  #: seconds for which it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One system of one municipality."""

    url: str
    header: str  #: in which it finds the secret
    secret: str = field(repr=False)
    seconds: float = outgoing.LONGEST  #: for an answer


def connection_of(stated: Any) -> Connection | None:
    """The connection that is stated as `{url, header, secret, seconds}`, or None when it is none."""
    if not isinstance(stated, Mapping) or not {"url", "header", "secret"} <= set(stated) <= _NAMES:
        return None
    url, header, secret, seconds = (stated.get(name) for name in ("url", "header", "secret", "seconds"))
    is_right = (
        isinstance(url, str)
        and is_host(host_of(url))
        and isinstance(header, str)
        and bool(_HEADER.fullmatch(header))
        and is_secret(secret)
        and (seconds is None or (isinstance(seconds, int | float) and 0 < seconds <= outgoing.LONGEST))
    )
    return Connection(**{name: one for name, one in stated.items() if one is not None}) if is_right else None


class Unreadable(NotDelivered):
    """It was answered, and not in a way that can be read."""


class _Line:
    """What a process knows of one system: how many ask it now, and whether it is left alone for a while."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._breaker = CircuitBreaker(_FAILURES, _REST, expected_exception=_is_failure)

    @contextmanager
    def asked(self) -> Iterator[None]:
        if self._breaker.opened:
            raise NotDelivered("left alone")
        if not self._places.acquire(timeout=_PATIENCE):
            raise NotDelivered("busy")
        try:
            with self._breaker:
                yield
        finally:
            self._places.release()


def _is_failure(kind: type[BaseException], _problem: BaseException) -> bool:
    """A system that refuses a question is well."""
    return issubclass(kind, NotDelivered) and not issubclass(kind, Refused)


_lines: dict[tuple[str, str], _Line] = {}  #: of this process, by municipality and system
_making = threading.Lock()


def ask(
    tenant: str, name: str, connection: Connection, question: Mapping[str, Any], *, in_production: bool
) -> tuple[int, Any]:
    """The status and the JSON that a system answers with 2xx; a JSON of None with nothing in it.

    No more than some questions to a system are under way at once, and one that fails again and again is left alone for
    a minute: neither delays another system, or another municipality. Raises `Refused` where there is no use in asking
    again, `Unreadable`, `NotDelivered`.
    """
    address = outgoing.allowed(connection.url, [host_of(connection.url)], in_production=in_production)
    headers = {"Content-Type": "application/json", "Accept": "application/json", connection.header: connection.secret}
    with _line(tenant, name).asked():
        status, body = outgoing.ask(
            address, orjson.dumps(question), headers, most=LONGEST_ANSWER, seconds=connection.seconds
        )
        if status in _REFUSES:
            raise Refused("refused")
        if not 200 <= status < 300:
            raise outgoing.AnsweredOtherwise(status)
        return status, _read(body)


def _line(tenant: str, name: str) -> _Line:
    with _making:
        return _lines.setdefault((tenant, name), _Line())


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body) if body else None
    except orjson.JSONDecodeError:
        raise Unreadable("not readable") from None
