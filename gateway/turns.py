"""Whose request is worked on: while others ask, one municipality has no more at work at once than leaves processors to
them, and its further requests wait, in their order. Whoever asks alone has all.

A request that has been at work for long waits for something else than a processor, and lets the next one begin. Where
a crowd waits, a pause three times as long as the request was lies before the next one: it asks without end, and whoever
else asks finds a processor free for the better part of the time. That is for whoever has no more waiting than a page
asks for: crowds do not pause for one another.

A municipality's changes and its reads are two lines, and whoever has not logged in has others than who has: who looks
waits for no change, and who works there not for the crowd at the door.
"""

import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import uniform
from threading import Lock
from typing import NamedTuple

from services.kernel.contracts.faults import MunicipalityBusy

ABOUT = 1.0  #: seconds after which whoever has asked is no longer about
LONG = 0.5  #: seconds at work, after which a request is not computing any more
PATIENCE = 2.0  #: seconds that a request waits for its turn
PAGE = 6  #: requests that wait: what a page asks for at once
CROWD = 12  #: requests that wait: more than what a page asks for, and what a colleague's page asks for beside it
PAUSES, LONGEST_PAUSE = 3.0, 0.1  #: times as long as the request was at work, and seconds
HELD_BACK = (2.0, 4.0)  #: seconds that a refusal is kept back: by chance, so that not all come in one instant


class Line(NamedTuple):
    """A line of a municipality's."""

    tenant: str
    changes: bool
    logged_in: bool = True


@dataclass(slots=True)
class _Requests:
    """Requests, each a lock that is released when it begins: those at work, since when, and those that wait."""

    at_work: dict[Lock, float] = field(default_factory=dict)
    waiting: deque[Lock] = field(default_factory=deque)

    def computing(self, now: float) -> int:
        """How many may be using a processor."""
        return sum(now - began < LONG for began in self.at_work.values())


@dataclass(slots=True)
class _Heard:
    """Who asked last, and when anybody else did."""

    tenant: str = ""
    at: float = float("-inf")
    others_at: float = float("-inf")

    def add(self, tenant: str, now: float) -> None:
        if tenant != self.tenant:
            self.tenant, self.others_at = tenant, self.at
        self.at = now

    def others_are_about(self, tenant: str, now: float) -> bool:
        """Whether anybody else than this one has asked a short while ago."""
        return now - (self.others_at if tenant == self.tenant else self.at) < ABOUT


class Order:
    """Who begins when. Instants are seconds of any clock that goes forward. Not thread-safe."""

    def __init__(self, at_once: int, alone: int) -> None:
        self._at_once = at_once
        self._alone = max(at_once, alone)
        self._lines: dict[Line, _Requests] = {}
        self._heard, self._heard_few = _Heard(), _Heard()  #: from everybody, and where few wait

    def ask(self, line: Line, request: Lock, now: float) -> None:
        """Releases the request now, or when it is its turn."""
        one = self._lines.setdefault(line, _Requests())
        one.waiting.append(request)
        self._heard.add(line.tenant, now)
        self.go_on(line, now)
        if len(one.waiting) <= PAGE:
            self._heard_few.add(line.tenant, now)

    def go_on(self, line: Line, now: float) -> None:
        """Begins what may begin in a line."""
        one, most = self._lines[line], self._most(line.tenant, now)
        while one.waiting and one.computing(now) < most:
            request = one.waiting.popleft()
            one.at_work[request] = now
            request.release()

    def pause_after(self, line: Line, request: Lock, now: float) -> float:
        """Seconds for which the request, which has been answered, still counts as at work."""
        one = self._lines[line]
        is_crowd = len(one.waiting) > CROWD
        if request in one.at_work and is_crowd and self._heard_few.others_are_about(line.tenant, now):
            return min(LONGEST_PAUSE, PAUSES * (now - one.at_work[request]))
        return 0.0

    def end(self, line: Line, request: Lock, now: float) -> None:
        """The request has been answered, or waits no longer."""
        one = self._lines[line]
        if one.at_work.pop(request, None) is None:
            one.waiting.remove(request)
        if one.at_work or one.waiting:
            self.go_on(line, now)
        else:
            del self._lines[line]

    def _most(self, tenant: str, now: float) -> int:
        """How many a line of this municipality may have at work."""
        return self._at_once if self._heard.others_are_about(tenant, now) else self._alone


class Room:
    """The threads in which requests may wait. An owner has no more of them than are left, so that something is left for
    the next one: alone at most half, as one of two at most a third. Thread-safe."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, owner: str) -> bool:
        """Whether there was a place."""
        with self._lock:
            if self._taken[owner] >= self._places - self._taken.total():
                return False
            self._taken[owner] += 1
            return True

    def give_back(self, owner: str) -> None:
        """The place is free again."""
        with self._lock:
            self._taken[owner] -= 1
            if not self._taken[owner]:
                del self._taken[owner]


class _NoPlace(Exception):
    """Nobody more may wait."""


class Turns:
    """The turns of one gateway. Thread-safe."""

    def __init__(self, order: Order, places: int) -> None:
        self._order, self._lock = order, Lock()
        #: two, so that whoever is refused takes no place from those whose turn comes
        self._room, self._refused = Room(places), Room(places)

    @contextmanager
    def turn(self, tenant: str, *, changes: bool, logged_in: bool = True) -> Iterator[None]:
        """A request at work, as soon as it may be; raises `MunicipalityBusy` when it may not in `PATIENCE`, or when too
        many wait already. What concerns no municipality waits for none."""
        if not tenant:
            yield
            return
        try:
            with self._in_line(Line(tenant, changes, logged_in)):
                yield
        except _NoPlace:
            self.hold_back(tenant)
            raise _busy() from None

    def hold_back(self, owner: str) -> None:
        """Keeps whoever is refused waiting for a while, as long as there is a place: a refusal that comes at once is
        answered by the next request."""
        if self._refused.take(owner):
            try:
                time.sleep(uniform(*HELD_BACK))  # noqa: S311  # no secret
            finally:
                self._refused.give_back(owner)

    @contextmanager
    def _in_line(self, line: Line) -> Iterator[None]:
        request = Lock()
        request.acquire()
        with self._lock:
            self._order.ask(line, request, time.monotonic())
        try:
            if request.locked():
                self._wait(line, request)
            yield
        finally:
            self._leave(line, request)

    def _leave(self, line: Line, request: Lock) -> None:
        with self._lock:
            pause = self._order.pause_after(line, request, time.monotonic())
        if pause:
            time.sleep(pause)
        with self._lock:
            self._order.end(line, request, time.monotonic())

    def _wait(self, line: Line, request: Lock) -> None:
        owner = f"{line.tenant}:{line.logged_in}"
        if not self._room.take(owner):
            raise _NoPlace
        try:
            self._wait_patiently(line, request)
        finally:
            self._room.give_back(owner)

    def _wait_patiently(self, line: Line, request: Lock) -> None:
        now = time.monotonic()
        until = now + PATIENCE
        while not request.acquire(timeout=min(LONG, until - now)):
            now = time.monotonic()
            if now >= until:
                raise _busy()
            with self._lock:
                self._order.go_on(line, now)  # what is at work may have become long, or the others gone


def _busy() -> MunicipalityBusy:
    return MunicipalityBusy(extra={"headers": {"Retry-After": "1"}})
