"""Which services answer, asked at most twice a second however often somebody wants to know."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from gateway.client import Client
from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import Fault
from services.kernel.messages.context import Context

_PATIENCE = 1.0  #: seconds that the services have to answer
_KEPT_FOR = 0.5  #: seconds for which an answer is given again


class Readiness:
    """Which services answer. Thread-safe; asks all of them at once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = Lock()
        self._asked = float("-inf")
        self._states: dict[str, str] = {}

    def states(self) -> dict[str, str]:
        """`up` or `down` by service."""
        with self._lock:
            if clock.seconds() - self._asked > _KEPT_FOR:
                services = self._client.services
                with ThreadPoolExecutor(len(services)) as pool:
                    self._states = dict(zip(services, pool.map(self._state, services), strict=True))
                self._asked = clock.seconds()
            return self._states

    def _state(self, service: str) -> str:
        context = Context(tenant="", actor="", request_id=new_id(), deadline=clock.seconds() + _PATIENCE)
        try:
            reply = self._client.call(service, "ping", context, {})
        except Fault:
            return "down"
        return "down" if "fault" in reply else "up"
