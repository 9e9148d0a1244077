"""Clients as one would wish them: each request has an Idempotency-Key, and what was not answered is asked again with
the same key, at the other gateway, until it is."""

import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import requests
from stdnum import luhn

from services.intake.contract.applications import RecordContact, SubmitApplication
from tests.prove.ledger import Fact, Ledger

PATIENCE = 90.0  #: seconds after which something that is asked again and again counts as never answered
_AGAIN = {409, 429, 500, 502, 503, 504}
_PAUSE = 0.2


class NeverAnswered(Exception):
    """It was asked again for as long as a client may be expected to."""


class NotAccepted(Exception):
    """A good request was refused."""


class Client(Thread):
    """One recruiter at work: a family applies, is spoken with, and is qualified."""

    def __init__(self, number: int, of: int, *, bases: Sequence[str], token: str, ledger: Ledger, stop: Event) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self._families = families(number, of)
        self._bases = itertools.cycle(bases)
        self._ledger, self._stop_asked = ledger, stop
        self._headers = {"Authorization": f"Bearer {token}"}
        self.trouble: Exception | None = None  #: with which it has ended

    def run(self) -> None:
        """Works until it is told to stop, and finishes the family that it is at."""
        try:
            while not self._stop_asked.is_set():
                self._help(next(self._families))
        except (NeverAnswered, NotAccepted) as trouble:
            self.trouble = trouble

    def _help(self, number: str) -> None:
        adult = SubmitApplication.example["adults"][0] | {"personal_number": number}
        made = self._insist("/applications", SubmitApplication.example | {"adults": [adult]})
        self._ledger.write(Fact("application", made["id"], number))
        path = f"/applications/{made['id']}"
        for kind, way, body in (("contact", "contacts", RecordContact.example), ("qualified", "qualify", {})):
            self._insist(f"{path}/{way}", body)
            self._ledger.write(Fact(kind, made["id"], number))

    def _insist(self, path: str, body: Any) -> dict[str, Any]:
        """What is answered in the end."""
        headers = self._headers | {"Idempotency-Key": str(uuid4())}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = requests.post(next(self._bases) + path, json=body, headers=headers, timeout=35)
            except requests.RequestException as problem:
                self._ledger.retry(type(problem).__name__)
            else:
                if answer.status_code in (200, 201):
                    return dict(answer.json())
                if answer.status_code not in _AGAIN:
                    raise NotAccepted(f"{path}: {answer.status_code} {answer.text}")
                self._ledger.retry(str(answer.status_code))
            Event().wait(_PAUSE)
        raise NeverAnswered(path)


def families(number: int, of: int) -> Iterator[str]:
    """Personal numbers that no other client has; serials as the Tax Agency's test numbers use them."""
    for place in itertools.count(number, of):
        days, serial = place % 12_000, 980 + place // 12_000
        digits = f"{date(1970, 1, 1) + timedelta(days):%Y%m%d}{serial}"
        yield digits + luhn.calc_check_digit(digits[2:])
