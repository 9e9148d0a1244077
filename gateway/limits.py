"""How many requests a municipality and a client may make in a minute, and what is said about it.

Each gateway process counts for itself: a limit protects the others from a flood; it is not a bill.
"""

import math
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from services.kernel import clock
from services.kernel.errors import Fault


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
    """Counts requests. Thread-safe."""

    def __init__(self, *, per_municipality: int, per_client: int) -> None:
        self._items = {
            "municipality": RateLimitItemPerMinute(per_municipality),
            "client": RateLimitItemPerMinute(per_client),
        }
        self._counter = FixedWindowRateLimiter(MemoryStorage())

    def count(self, name: str, who: str) -> Quota:
        """Counts one request of `who` against the limit `name`."""
        item = self._items[name]
        allowed = self._counter.hit(item, name, who)
        stats = self._counter.get_window_stats(item, name, who)
        reset = max(1, math.ceil(stats.reset_time - clock.seconds()))
        return Quota(name, item.amount, stats.remaining, reset, exceeded=not allowed)
