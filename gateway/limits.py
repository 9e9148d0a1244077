"""How many requests a municipality and a client may make in a minute, and what is said about it.

Each gateway process counts for itself: a limit protects the others from a flood; it is not a bill.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock

from services.kernel.basics import clock
from services.kernel.contracts.faults import Fault, MunicipalityBusy


class TooManyRequests(Fault):
    """Too many requests in this minute; Retry-After says when to try again."""

    status = 429


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit: for the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers)."""

    name: str
    limit: int
    remaining: int
    reset: int  #: seconds
    exceeded: bool

    @property
    def policy(self) -> str:
        """An item of RateLimit-Policy."""
        return f'"{self.name}";q={self.limit};w=60'

    @property
    def state(self) -> str:
        """An item of RateLimit."""
        return f'"{self.name}";r={self.remaining};t={self.reset}'


class InFlight:
    """How many requests each municipality has under way, to each service and in all: a thread that waits is a thread
    that nobody else has. Its changes leave a quarter of its share to its reads. Thread-safe."""

    def __init__(self, threads: int) -> None:
        half = max(1, threads // 2)
        #: by what is counted of a municipality: all, what goes to one service, and what changes something there
        self._most = {"all": max(1, threads * 3 // 4), "service": half, "changes": max(1, half * 3 // 4)}
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._lock = Lock()

    def one(self, tenant: str, service: str, *, changes: bool) -> AbstractContextManager[None]:
        """A request under way; raises `MunicipalityBusy` when the municipality has its share of them. What concerns no
        municipality is not counted."""
        counted: list[tuple[str, ...]] = [("all", tenant), ("service", tenant, service)]
        return self._under_way(tenant, [*counted, ("changes", tenant, service)] if changes else counted)

    def whole(self, tenant: str) -> AbstractContextManager[None]:
        """A request of many parts: one in all, however many services it asks."""
        return self._under_way(tenant, [("all", tenant)])

    def part(self, tenant: str, service: str) -> AbstractContextManager[None]:
        """What a whole asks of one service."""
        return self._under_way(tenant, [("service", tenant, service)])

    @contextmanager
    def _under_way(self, tenant: str, counted: Sequence[tuple[str, ...]]) -> Iterator[None]:
        counted = counted if tenant else []
        self._begin(counted)
        try:
            yield
        finally:
            self._end(counted)

    def _begin(self, counted: Sequence[tuple[str, ...]]) -> None:
        with self._lock:
            if any(self._counts[one] >= self._most[one[0]] for one in counted):
                raise MunicipalityBusy(extra={"headers": {"Retry-After": "1"}})
            self._counts.update(counted)

    def _end(self, counted: Sequence[tuple[str, ...]]) -> None:
        with self._lock:
            for one in counted:
                self._counts[one] -= 1
                if not self._counts[one]:
                    del self._counts[one]


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, also one written as IPv6, or the /64 network that one IPv6 subscriber
    has for itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else known
    return str(mapped or IPv6Network((known, 64), strict=False))


class Limits:
    """Counts requests in the minute of the clock. Thread-safe."""

    def __init__(self, *, per_municipality: int, public: int, per_client: int) -> None:
        #: what anybody asks of a municipality without logging in is counted apart, so that it locks no staff out
        self._limits = {"municipality": per_municipality, "public": public, "client": per_client}
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def count(self, name: str, who: str) -> Quota:
        """Counts one request of `who` against the limit `name`."""
        now = clock.seconds()
        minute = int(now // 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, Counter()
            self._counts[name, who] += 1
            used = self._counts[name, who]
        limit = self._limits[name]
        reset = max(1, math.ceil((minute + 1) * 60 - now))
        return Quota(name, limit, max(0, limit - used), reset, exceeded=used > limit)
