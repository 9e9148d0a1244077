"""One proof: work and trouble for a while, quiet until all is worked off, everything told again, pay among troubles,
then the ledger beside what is there."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import Any

import psycopg
import requests

from deploy.cli.names import SERVICES
from deploy.rabbitmq.provision import Management
from services.kernel.messages import topology
from tests.prove import clients, comparison, events
from tests.prove.caller import PATIENCE, Caller
from tests.prove.ledger import Ledger
from tests.prove.platform import Proven
from tests.prove.replicas import Seconds
from tests.prove.report import Report
from tests.prove.trouble import Troubles

MOST = 5000  #: events that come again at the end
DRAINED = 120.0  #: seconds after which what is not worked off counts as stuck
A_MONTH = timedelta(days=31)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a proof goes."""

    seconds: float  #: of work and trouble
    seed: int
    municipality: str = "orebro"  #: in which nobody was paid for the months before
    only: Sequence[str] = ()  #: these troubles and no others
    clients: int = 6
    months: int = 2  #: that are paid: the first one half-way, too
    patience: float = PATIENCE  #: seconds after which a client gives up


class Proof:
    """A platform that is proven, with its second processes."""

    def __init__(self, platform: Proven, seconds: Seconds, ledger: Ledger, plan: Plan) -> None:
        self._platform, self._seconds, self._ledger, self._plan = platform, seconds, ledger, plan
        self._report = Report(plan.seed, plan.seconds)
        self._troubles = Troubles(platform, seconds, plan.seed, plan.only)
        self._rows: comparison.Rows = partial(comparison.rows_of, platform)

    def carry_out(self) -> Report:
        """Lets clients work and troubles come, tells everything again, pays, then compares."""
        clients.adopt_tariff(self._caller())
        self._work()
        self._settle()
        self._report.events, self._report.lost = events.missed(self._rows)
        self._come_again()
        self._pay()
        self._report.stuck += self._settle()
        self._compare()
        return self._report

    def _come_again(self) -> None:
        """Everything that was told comes again, also what was lost, the newest first; when that is worked off, all
        of which something newer was told."""
        told = [one for service in SERVICES for one in events.told(self._rows, service)][-MOST:]
        for envelopes in (told[::-1], events.outdated(told)):
            events.tell_again(self._platform, envelopes)
            self._settle()

    def _caller(self) -> Caller:
        municipality = self._plan.municipality
        bases = [f"{url}/{municipality}" for url in (self._platform.gateway_url, self._seconds.gateway_url)]
        token = partial(self._platform.token, municipality=municipality)
        return Caller(bases, token, self._ledger, patience=self._plan.patience)

    @property
    def _month(self) -> str:
        return f"{self._platform.today:%Y-%m}"

    # --- work and trouble -------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Families are helped; half-way the month is paid, when another one is to come."""
        stop, plan = Flag(), self._plan
        begin = partial(clients.helping, of=plan.clients, today=self._platform.today, stop=stop)
        workers = [begin(number, caller=self._caller()) for number in range(plan.clients)]
        self._ledger.rest()
        for worker in workers:
            worker.start()
        self._trouble_for(plan.seconds / 2)
        if plan.months > 1:
            workers.append(clients.paying(self._month, self._caller()))
            workers[-1].start()
        self._trouble_for(plan.seconds / 2)
        stop.set()
        self._end(workers)

    def _trouble_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self._troubles.go_on(lambda: time.monotonic() > until)

    def _pay(self) -> None:
        """A month passes, when it was paid already; the last run is computed and approved among troubles."""
        if self._plan.months > 1:
            self._next_month()
        payroll = clients.paying(self._month, self._caller())
        self._ledger.rest()
        payroll.start()
        self._troubles.go_on(lambda: not payroll.is_alive())
        self._end([payroll])

    def _next_month(self) -> None:
        self._seconds.end()
        self._platform.move_on(A_MONTH)
        self._seconds.begin()

    def _end(self, workers: list[clients.Worker]) -> None:
        for worker in workers:
            worker.join()
        self._report.refused += [f"{worker.name}: {worker.trouble!r}" for worker in workers if worker.trouble]

    # --- worked off -------------------------------------------------------------------------------------------------

    def _settle(self) -> list[str]:
        """Waits until nothing is on its way any more; what is stuck then."""
        until = time.monotonic() + DRAINED
        while left := self._on_the_way():
            if time.monotonic() > until:
                return left
            Flag().wait(0.5)
        return self._parked()

    def _on_the_way(self) -> list[str]:
        try:
            outboxes = [f"{name}: {count} in the outbox" for name in SERVICES if (count := self._count(name, _OUTBOX))]
            return outboxes + [f"{one['name']}: {one['messages']} messages" for one in self._queues(parked=False)]
        except (psycopg.OperationalError, requests.RequestException, OSError) as problem:
            return [f"not to be asked: {type(problem).__name__}"]

    def _parked(self) -> list[str]:
        duties = [f"{name}: {count} duties parked" for name in SERVICES if (count := self._count(name, _PARKED))]
        return duties + [f"{one['name']}: {one['messages']} parked" for one in self._queues(parked=True)]

    def _queues(self, *, parked: bool) -> list[dict[str, Any]]:
        """The queues of reactions (or the parked ones) in which there is something."""
        parking = {topology.parked_queue(name) for name in SERVICES}
        with Management(self._platform.broker_admin_url) as management:
            found = management.get("queues?disable_stats=true&enable_queue_totals=true")
        return [one for one in found if one.get("messages") and (one["name"] in parking) is parked]

    def _count(self, service: str, statement: str) -> int:
        return int(self._rows(service, statement)[0][0])

    # --- compared ---------------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        report, ledger = self._report, self._ledger
        lost, report.doubled = comparison.lost_and_doubled(self._rows, ledger)
        report.lost += lost
        report.wrong = comparison.wrong(self._rows, ledger, self._plan.municipality)
        report.facts = Counter(fact.kind for fact in ledger.facts)
        report.kronor = str(sum(Decimal(fact.amount) for fact in ledger.of("pay run")))
        report.right, report.retries, report.troubles = ledger.refused, ledger.retries, self._troubles.done
        report.longest_silence = ledger.longest_silence


def prove(platform: Proven, seconds: Seconds, file: Path, plan: Plan) -> Report:
    """Carries a proof out, with the ledger in a file."""
    with file.open("w", encoding="ascii") as kept:
        return Proof(platform, seconds, Ledger(kept), plan).carry_out()


_OUTBOX = "select count(*) from outbox"
_PARKED = "select count(*) from duty where reason_parked is not null"
