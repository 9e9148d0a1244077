"""Whose turn it is: a municipality works with a share of a service's workers, and its further work waits without one.

Waiting work of the municipalities is begun in turn. A municipality's changes leave one worker of its share to its
reads, so that whoever only looks does not wait for what another one holds.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

Start: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    start: Start
    changes: bool


@dataclass(slots=True)
class _Municipality:
    working: int = 0
    changing: int = 0
    waiting: deque[_Waiting] = field(default_factory=deque)


class Turns:
    """The workers of one process. Not for several threads of the system: green threads do not interrupt it."""

    def __init__(self, workers: int, *, share: float = 0.5, most_waiting: int = 100) -> None:
        self._free = workers
        self._share = max(1, int(workers * share))
        self._most_waiting = most_waiting
        self._known: dict[str, _Municipality] = {}
        self._order: deque[str] = deque()  #: municipalities with waiting work, the next one first

    def take(self, tenant: str, start: Start, *, changes: bool) -> bool:
        """Calls `start` now or when it is this municipality's turn; False when too much of its work waits already."""
        one = self._known.setdefault(tenant, _Municipality())
        work = _Waiting(start, changes)
        if self._free and not one.waiting and self._may(one, work):
            self._begin(one, work)
        elif len(one.waiting) >= self._most_waiting:
            return False
        else:
            if not one.waiting:
                self._order.append(tenant)
            one.waiting.append(work)
            self._go_on()
        return True

    def give_back(self, tenant: str, *, changes: bool) -> None:
        """A piece of work of this municipality has ended."""
        one = self._known[tenant]
        one.working -= 1
        one.changing -= changes
        self._free += 1
        if not one.working and not one.waiting:
            del self._known[tenant]
        self._go_on()

    def waiting(self) -> Counter[str]:
        """How much work waits, by municipality."""
        return Counter({tenant: len(self._known[tenant].waiting) for tenant in self._order})

    def _may(self, one: _Municipality, work: _Waiting) -> bool:
        if one.working >= self._share:
            return False
        return not work.changes or one.changing < max(1, self._share - 1)

    def _go_on(self) -> None:
        """Begins waiting work while there is a free worker and somebody who may have it."""
        for _ in range(len(self._order)):
            if not self._free:
                return
            tenant = self._order.popleft()
            one = self._known[tenant]
            work = next((work for work in one.waiting if self._may(one, work)), None)
            if work is not None:
                one.waiting.remove(work)
                self._begin(one, work)
            if one.waiting:
                self._order.append(tenant)

    def _begin(self, one: _Municipality, work: _Waiting) -> None:
        self._free -= 1
        one.working += 1
        one.changing += work.changes
        work.start()
