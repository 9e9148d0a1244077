"""How many requests a municipality and a client may make in a minute, and what is said about it.

Each gateway process counts for itself: a limit protects the others from a flood; it is not a bill.
"""

import math
from collections import Counter
from dataclasses import dataclass
from threading import Lock

from services.kernel.basics import clock
from services.kernel.contracts.faults import Fault


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


class Limits:
    """Counts requests in the minute of the clock. Thread-safe."""

    def __init__(self, *, per_municipality: int, per_client: int) -> None:
        self._limits = {"municipality": per_municipality, "client": per_client}
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
