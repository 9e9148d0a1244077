"""Who waits for something to be told, and what wakes them: each service's relay rings here after each batch.

A ring says that there is something, not what; one that is lost costs its hearer a few seconds, because whoever waits
looks by itself now and then. There are threads for those who wait beside those of all other requests.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition, Lock, Thread
from typing import Any
from uuid import uuid4

from services.kernel.basics.log import failed
from services.kernel.messages import topology
from services.kernel.messages.broker import LOST, Line, raw

_LOOKS = 5.0  #: seconds after which one who waits looks without having been woken
_LOOKS_WHILE_DEAF = 0.5  #: the same while no ring can be heard
_LISTENS = 2.0  #: seconds for which the line is listened at before it is looked whether it lives


class _Ear(Line):
    """A line with a queue of its own, to which every ring comes, and which goes with it."""

    def __init__(self, broker_url: str, heard: Any) -> None:
        super().__init__(broker_url)
        self._heard = heard

    def opened(self, channel: Any) -> None:
        queue = f"rpc.reply-gateway-{uuid4()}"
        channel.queue_declare(queue, durable=False, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, topology.REQUESTS, topology.BELL)
        channel.basic_consume(queue, no_ack=True, callback=self._heard)


class Bell:
    """Rings by municipality and service. Thread-safe; listens from when somebody waits for the first time."""

    def __init__(self, broker_url: str, *, places: int) -> None:
        self._ear = _Ear(broker_url, self._heard)
        self._places, self._of_one = places, max(1, places // 4)
        self._waiting: Counter[str] = Counter()
        self._rings: dict[str, Counter[str]] = {}
        self._rung = Condition()
        self._lock = Lock()
        self._listener: Thread | None = None
        self._hears = False
        self._closed = False

    @contextmanager
    def place(self, tenant: str) -> Iterator[bool]:
        """Whether there is room for one more who waits: a municipality has a quarter of all places."""
        with self._lock:
            room = self._waiting[tenant] < self._of_one and self._waiting.total() < self._places
            self._waiting[tenant] += room
            if room and self._listener is None:
                self._listener = Thread(target=self._listen, daemon=True)
                self._listener.start()
        try:
            yield room
        finally:
            with self._lock:
                self._waiting[tenant] -= room

    def rings(self, tenant: str) -> Mapping[str, int]:
        """How often each service has rung for a municipality. To be asked before one looks what there is."""
        with self._rung:
            return dict(self._rings.get(tenant, {}))

    def wait(self, tenant: str, heard: Mapping[str, int], *, until: float) -> set[str]:
        """The services that have rung since; none when it is time to look by oneself, or the instant has come."""
        looks = _LOOKS if self._hears else _LOOKS_WHILE_DEAF
        with self._rung:
            self._rung.wait_for(lambda: self._since(tenant, heard), max(0.0, min(until - time.monotonic(), looks)))
            return self._since(tenant, heard)

    def _since(self, tenant: str, heard: Mapping[str, int]) -> set[str]:
        return {service for service, count in self._rings.get(tenant, {}).items() if count != heard.get(service)}

    def _heard(self, message: Any) -> None:
        try:
            ring = json.loads(raw(message))
            service, tenants = str(ring["service"]), [str(tenant) for tenant in ring["tenants"]]
        except (ValueError, TypeError, KeyError) as problem:
            failed("ring_unreadable", problem)
            return
        with self._rung:
            for tenant in tenants:
                self._rings.setdefault(tenant, Counter())[service] += 1
            self._rung.notify_all()

    def _listen(self) -> None:
        while not self._closed:
            try:
                self._ear.channel  # noqa: B018  # it connects when there is none, or when it has died
                self._hears = True
                self._ear.drain(_LISTENS)
            except TimeoutError:
                continue
            except LOST as problem:
                self._hears = False
                failed("bell_not_heard", problem)
                self._ear.close()
                time.sleep(_LOOKS_WHILE_DEAF)
        self._ear.close()

    def close(self) -> None:
        """Ends listening within two seconds."""
        self._closed = True
