"""A client as one would wish it: each request has an Idempotency-Key, and what was not answered is asked again with the
same key, at the other gateway, until it is."""

import itertools
import time
from collections.abc import Callable, Collection, Sequence
from threading import Event, Lock
from typing import Any
from uuid import uuid4

import requests

from tests.prove.ledger import Ledger

PATIENCE = 90.0  #: seconds after which something that is asked again and again counts as never answered
_AGAIN = {429, 500, 502, 503, 504}
_IN_PROGRESS = "request_in_progress"
_PAUSE = 0.2


class NeverAnswered(Exception):
    """It was asked again for as long as a client may be expected to."""


class NotAccepted(Exception):
    """A good request was refused."""


class Caller:
    """Somebody's way to the platform's two gateways. Thread-safe."""

    def __init__(
        self, bases: Sequence[str], token: Callable[..., str], ledger: Ledger, *, patience: float = PATIENCE
    ) -> None:
        self._bases, self._token = itertools.cycle(bases), token
        self.ledger, self._patience = ledger, patience
        self._tokens: dict[tuple[str, str, str], str] = {}
        self._lock = Lock()

    def post(self, path: str, role: str, body: Any = None, **who: Any) -> Any:
        """What is answered in the end; None where it is one of the refusals `or_else`."""
        answer = self.ask("POST", path, role, {} if body is None else body, **who)
        return None if answer is None else answer.json()

    def get(self, path: str, role: str, **who: Any) -> Any:
        """What is read in the end."""
        answer = self.ask("GET", path, role, **who)
        return None if answer is None else answer.json()

    def put(self, path: str, role: str, body: Any, *, whole: str, etag: str = "") -> str:
        """Under the whole's ETag, which is read when none is given; the whole's next one. What was done and never
        answered makes it stale: then it is read again, as only POST has a key, and put again, which changes nothing."""
        while True:
            under = etag or self._etag(whole, role)
            answer = self.ask("PUT", path, role, body, headers={"If-Match": under}, or_else=["stale"])
            if answer is not None:
                return answer.headers.get("ETag", "")
            etag = ""

    def _etag(self, whole: str, role: str) -> str:
        read = self.ask("GET", whole, role)
        assert read is not None, "no refusal is expected"
        return read.headers["ETag"]

    def wait_for(self, found: Callable[[], Any], what: str) -> Any:
        """What other services do by themselves."""
        until = time.monotonic() + self._patience
        while not (result := found()):
            if time.monotonic() > until:
                raise NeverAnswered(f"{what} did not come")
            Event().wait(_PAUSE)
        return result

    def ask(
        self,
        method: str,
        path: str,
        role: str,
        body: Any = None,
        *,
        sub: str = "anna",
        number: str = "",
        headers: dict[str, str] | None = None,
        or_else: Collection[str] = (),
    ) -> requests.Response | None:
        """The answer in the end; None for a refusal of these codes. `NotAccepted` for any other."""
        given = {
            "Authorization": f"Bearer {self._token_of(role, sub, number)}",
            "Idempotency-Key": str(uuid4()),
            **(headers or {}),
        }
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            answer = self._once(method, path, body, given)
            if answer is not None and answer.status_code < 300:
                return answer
            if answer is not None:
                code = str(answer.json().get("type")).rpartition(":")[2]
                if code in or_else:
                    self.ledger.refuse(code)
                    return None
                if answer.status_code not in _AGAIN and code != _IN_PROGRESS:
                    raise NotAccepted(f"{method} {path}: {answer.status_code} {answer.text}")
                self.ledger.retry(f"{answer.status_code} {code}")
            Event().wait(_PAUSE)
        raise NeverAnswered(f"{method} {path}")

    def _once(self, method: str, path: str, body: Any, headers: dict[str, str]) -> requests.Response | None:
        with self._lock:
            base = next(self._bases)
        try:
            answer = requests.request(method, base + path, json=body, headers=headers, timeout=35)
        except requests.RequestException as problem:
            self.ledger.retry(type(problem).__name__)
            return None
        if answer.status_code < 500:
            self.ledger.answered()
        return answer

    def _token_of(self, role: str, sub: str, number: str) -> str:
        key = (role, sub, number)
        if key not in self._tokens:
            self._tokens[key] = self._token(roles=[role], sub=sub, personal_number=number or None)
        return self._tokens[key]
