"""What goes out of the house over HTTP, to an address that somebody outside of it has named.

An address is one of those that the operator allows. What its name leads to is looked up at each attempt, no part of
this house or its network may be among it, and the very place that was looked at is connected to: a name that leads
elsewhere the next time leads nowhere. No redirection is followed, and of the answer nothing but its head is read.
"""

import http.client
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Timer
from urllib.parse import urlsplit

from eventlet import Timeout, tpool
from eventlet.patcher import is_monkey_patched

from services.kernel.basics.log import Explained
from services.kernel.messages.addresses import HOST

LONGEST = 10.0  #: seconds from the first look at the name to the head of the answer
_LOOK_UP = 5.0  #: seconds for the look at the name
_CONNECT = 4.0  #: seconds for one of the places that a name leads to
_PLACES = 3  #: of a name that are tried
_PORTS = {"https": 443, "http": 80}
_OF_THIS_MACHINE = "127.0.0.1"  #: may be named outside of production
_DISGUISES = [ipaddress.ip_network(one) for one in ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32")]


class NotDelivered(Explained):
    """It was not taken; the text is one of a few of our own: `status 500`, `timed out`, `unreachable` …"""


class AddressNotAllowed(NotDelivered):
    """The address, or what its name leads to, is none that the operator allows."""


class AnsweredOtherwise(NotDelivered):
    """It was answered, and not with 2xx."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Refused(NotDelivered):
    """It can not be delivered so, and there is no use in trying it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address at one of the hosts that are allowed."""

    host: str
    port: int
    target: str  #: path and query
    is_secure: bool
    may_be_local: bool  #: it is this machine's own, by its number, outside of production


def allowed(url: str, hosts: Collection[str], *, in_production: bool) -> Address:
    """The address, or `AddressNotAllowed`. A host of the list that names no port means the one of https."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise AddressNotAllowed("address not allowed") from None
    is_local = host == _OF_THIS_MACHINE
    known = {entry if ":" in entry else f"{entry}:443" for entry in hosts}
    fits = HOST.fullmatch(host) and f"{host}:{port}" in known and parts.username is None and not parts.fragment
    if not fits or (in_production and (is_local or parts.scheme != "https")):
        raise AddressNotAllowed("address not allowed")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(host=host, port=port, target=target, is_secure=parts.scheme == "https", may_be_local=is_local)


def is_public(place: str) -> bool:
    """Whether an IP address is one of the open internet's; one that another kind of address is hidden in is not."""
    found = ipaddress.ip_address(place.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _DISGUISES):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def post(address: Address, body: bytes, headers: Mapping[str, str]) -> None:
    """Sends it, and returns when it was answered 2xx; raises `NotDelivered` with the reason otherwise."""
    status, _ = ask(address, body, headers, most=0)
    if not 200 <= status < 300:
        raise AnsweredOtherwise(status)


def ask(
    address: Address, body: bytes, headers: Mapping[str, str], *, most: int, seconds: float | None = None
) -> tuple[int, bytes]:
    """The status and the body of the answer, of which no more than so many bytes are read: one that has more is
    `NotDelivered`, unless none is wanted."""
    with line_to(address, seconds) as line:
        status, said = _ask(address, line, body, headers, most)
    if len(said) > most:
        raise NotDelivered("too long")
    return status, said


@contextmanager
def line_to(address: Address, seconds: float | None = None) -> Iterator[socket.socket]:
    """A connection to speak on, for so long in all (`LONGEST`, unless said); whatever breaks on it is
    `NotDelivered`."""
    until = time.monotonic() + (LONGEST if seconds is None else seconds)
    with _connected(address, until) as line, _given_up(line, until) as gave_up:
        try:
            yield _secured(address, line, until)
        except ssl.SSLCertVerificationError:
            raise NotDelivered("certificate not accepted") from None
        except (OSError, http.client.HTTPException, ValueError) as problem:
            late = gave_up() or isinstance(problem, TimeoutError)
            raise NotDelivered("timed out" if late else "connection broken") from None
        if gave_up():  # what was cut off may look like an answer
            raise NotDelivered("timed out")


def places_of(address: Address) -> list[str]:
    """The IP addresses that the name leads to now, all of them checked. Raises `NotDelivered`, `AddressNotAllowed`."""
    try:
        found = _look_up(address.host, address.port)
    except (OSError, UnicodeError):
        raise NotDelivered("name not found") from None
    places = list(dict.fromkeys(found))
    if not address.may_be_local and not all(map(is_public, places)):
        raise AddressNotAllowed("address not allowed")
    return places[:_PLACES]


def _look_up(host: str, port: int) -> list[str]:
    """What the system knows of a name. Under eventlet in a thread of its own, where nobody waits with it."""
    given = (host, port, 0, socket.SOCK_STREAM)
    if not is_monkey_patched("socket"):
        return [str(one[4][0]) for one in socket.getaddrinfo(*given)]
    with Timeout(_LOOK_UP, TimeoutError()):
        return [str(one[4][0]) for one in tpool.execute(socket.getaddrinfo, *given)]


@contextmanager
def _connected(address: Address, until: float) -> Iterator[socket.socket]:
    """A connection to the first of the places that takes one."""
    for place in places_of(address):
        left = until - time.monotonic()
        if left <= 0:
            raise NotDelivered("timed out")
        with socket.socket(socket.AF_INET6 if ":" in place else socket.AF_INET, socket.SOCK_STREAM) as line:
            line.settimeout(min(_CONNECT, left))
            try:
                line.connect((place, address.port))  # of a number nothing is looked up
            except OSError:
                continue
            yield line
            return
    raise NotDelivered("unreachable")


@contextmanager
def _given_up(line: socket.socket, until: float) -> Iterator[Callable[[], bool]]:
    """Hangs up when the time is over, however often something came until then; says whether it did."""
    other_end = socket.socket(fileno=os.dup(line.fileno()))  # the first one moves on when it is secured
    gave_up: list[bool] = []

    def give_up() -> None:
        gave_up.append(True)
        other_end.shutdown(socket.SHUT_RDWR)

    timer = Timer(max(0.0, until - time.monotonic()), give_up)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: bool(gave_up)
    finally:
        timer.cancel()
        other_end.close()


def _secured(address: Address, line: socket.socket, until: float) -> socket.socket:
    """The connection as it is to be spoken on: the certificate is the named host's, wherever that lies."""
    line.settimeout(max(0.0, until - time.monotonic()) + 1)  # `_given_up` comes first, and knows why
    return trust().wrap_socket(line, server_hostname=address.host) if address.is_secure else line


@cache
def trust() -> ssl.SSLContext:
    """Whose certificates are accepted: those that the system trusts (`SSL_CERT_FILE`)."""
    return ssl.create_default_context()


class _Line(http.client.HTTPConnection):
    """HTTP on a connection that is there already."""

    def __init__(self, address: Address, line: socket.socket) -> None:
        super().__init__(address.host, address.port)
        self._line = line

    def connect(self) -> None:
        self.sock = self._line


def _ask(
    address: Address, line: socket.socket, body: bytes, headers: Mapping[str, str], most: int
) -> tuple[int, bytes]:
    """The status of the answer, and its body if one is wanted, one byte more at the most. The rest is left where it is,
    however large."""
    is_usual = address.port == _PORTS["https" if address.is_secure else "http"]
    host = address.host if is_usual else f"{address.host}:{address.port}"
    said = {"Host": host, "User-Agent": "Hemvist", "Connection": "close", "Accept-Encoding": "identity"}
    connection = _Line(address, line)
    try:
        connection.request("POST", address.target, body=body, headers={**said, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(most + 1) if most else b""
    finally:
        connection.close()
