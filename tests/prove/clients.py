"""Who works at a municipality while everything is treated badly."""

import itertools
from collections.abc import Callable
from datetime import date
from threading import Event, Thread

from tests.prove import owed
from tests.prove.caller import Caller, NeverAnswered, NotAccepted
from tests.prove.family import Family
from tests.prove.ledger import Fact


class Worker(Thread):
    """Somebody who works in a thread, and whose trouble is kept."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self.trouble: Exception | None = None  #: with which it has ended

    def run(self) -> None:
        """Works until it is done."""
        try:
            self._work()
        except (NeverAnswered, NotAccepted) as trouble:
            self.trouble = trouble


def helping(number: int, of: int, caller: Caller, today: date, stop: Event) -> Worker:
    """One who helps every so manieth family until it is told to stop, and finishes the one it is at."""

    def work() -> None:
        for place in itertools.count(number, of):
            if stop.is_set():
                return
            Family(place, caller, today).help()

    return Worker(f"client-{number}", work)


def paying(month: str, caller: Caller) -> Worker:
    """Two who compute and approve a month's pay; what has changed in between has it computed again."""

    def work() -> None:
        while True:
            run = caller.post("/pay-runs", "payroll", {"month": month}, sub="petra")
            path = f"/pay-runs/{run['id']}/approve"
            approved = caller.post(path, "payroll", sub="olle", or_else=["pay_run_outdated", "pay_run_incomplete"])
            if approved is not None:
                caller.ledger.write(Fact("pay run", approved["id"], starts_on=month, amount=approved["total"]))
                return

    return Worker(f"payroll-{month}", work)


def adopt_tariff(caller: Caller) -> None:
    """The tariff by which the ledger reckons."""
    path = f"/tariffs/{owed.YEAR}"
    caller.ask("PUT", path, "payroll", owed.TARIFF, headers={"If-None-Match": "*"}, or_else=["already_exists"])
