"""What is done to the platform, by a seed: one trouble after the other, each healed before the next."""

import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import psycopg

from deploy.cli import private_rabbitmq
from deploy.cli.names import APPLICATION, POSTGRES, RABBITMQ, SERVICES
from tests.prove import events
from tests.prove.comparison import Rows, rows_of
from tests.prove.platform import Proven
from tests.prove.proxy import Network
from tests.prove.replicas import Seconds
from tests.waiting import eventually

LONG_FROZEN = 1.5  #: seconds
LONG_BLOCKED = 3.0
LONG_DOWN = 5.0
LONG_SLOW, SLOW = 4.0, 0.15
BETWEEN = 1.0  #: seconds without trouble
DOUBLES = 20  #: events that come again at a time
_MEMORY, _DISK = "512MB", "100MB"  #: as in the configuration of the private broker


class Troubles:
    """Everything that can be done to a platform with its second processes."""

    def __init__(self, platform: Proven, seconds: Seconds, seed: int, only: Sequence[str] = ()) -> None:
        self._platform, self._seconds = platform, seconds
        self._random = random.Random(seed)  # noqa: S311  # to be had again, not to be secret
        self.done: Counter[str] = Counter()
        kinds: list[Callable[[], None]] = [
            self.a_process_is_killed,
            self.a_process_is_killed,
            self.a_process_is_frozen,
            self.connections_are_cut,
            self.a_network_is_cut,
            self.a_network_is_slow,
            self.events_come_again,
            self.a_clock_goes_wrong,
            *(self._of_one_broker() if platform.cluster is None else [self.a_node_is_killed]),
            *(self._of_one_database() if platform.pair is None else [self.the_database_fails_over]),
        ]
        self._kinds = [kind for kind in kinds if not only or kind.__name__ in only]

    def _of_one_broker(self) -> list[Callable[[], None]]:
        return [self.the_broker_is_restarted, self.the_broker_takes_nothing, self.the_disk_of_the_broker_is_full]

    def _of_one_database(self) -> list[Callable[[], None]]:
        return [self.the_database_is_restarted, self.the_database_is_killed]

    def go_on(self, until: Callable[[], bool]) -> None:
        """Does each in an order of the seed's, and then again, until it is over. The last is healed at the end."""
        for trouble in self._in_turns():
            if until():
                return
            trouble()
            self.done[trouble.__name__.replace("_", " ")] += 1
            Event().wait(BETWEEN)

    def _in_turns(self) -> Iterator[Callable[[], None]]:
        while True:
            yield from self._random.sample(self._kinds, len(self._kinds))

    def a_process_is_killed(self) -> None:
        """SIGKILL for one of the two processes of a service (its relay dies with it) or of the gateway."""
        self._one_of_two().kill(self._random.choice(APPLICATION))

    def a_process_is_frozen(self) -> None:
        """SIGSTOP for a while, as a machine that swaps."""
        process = self._one_of_two().process(self._random.choice(SERVICES))
        if process is not None:
            os.kill(process, signal.SIGSTOP)
            Event().wait(LONG_FROZEN)
            os.kill(process, signal.SIGCONT)

    def connections_are_cut(self) -> None:
        """Every connection of a service's to its database."""
        service = self._random.choice(SERVICES)
        with self._database() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
                (f"hemvist_{service}",),
            )

    def a_network_is_cut(self) -> None:
        """Every connection of all second processes to PostgreSQL, or to RabbitMQ."""
        self._a_network().cut()

    def a_network_is_slow(self) -> None:
        """What the second processes send to PostgreSQL or RabbitMQ, and get from it, comes late for a while."""
        network = self._a_network()
        network.slow(SLOW)
        Event().wait(LONG_SLOW)
        network.slow(0)

    def _a_network(self) -> Network:
        return self._random.choice(list(self._seconds.networks.values()))

    def events_come_again(self) -> None:
        """Some events of a service come again to each of their readers, late and in another order."""
        tellers = self._random.sample(SERVICES, len(SERVICES))
        told = next(filter(None, map(self._told, tellers)), [])
        events.tell_again(self._platform, self._random.sample(told, min(DOUBLES, len(told))))

    def _told(self, service: str) -> list[dict[str, Any]]:
        rows: Rows = partial(rows_of, self._platform)
        eventually(lambda: _answers(self._platform.admin_database_url), seconds=60)
        return events.told(rows, service)

    def a_clock_goes_wrong(self) -> None:
        """The second process of a service begins anew an hour ahead of the others, or behind; later on it is right."""
        hour = timedelta(hours=self._random.choice((1, -1)))
        self._seconds.kill(self._random.choice(SERVICES), ahead=hour)

    def the_broker_is_restarted(self) -> None:
        """Stopped and begun anew."""
        self._platform.stop(RABBITMQ)
        self._platform.start(RABBITMQ)

    def the_broker_takes_nothing(self) -> None:
        """The alarm for memory: whoever publishes is held."""
        self._alarmed(("set_vm_memory_high_watermark", "absolute"), raised="1", usual=_MEMORY)

    def the_disk_of_the_broker_is_full(self) -> None:
        """The alarm for the disk, which holds publishers in the same way."""
        self._alarmed(("set_disk_free_limit",), raised="1000000GB", usual=_DISK)

    def _alarmed(self, limit: Sequence[str], *, raised: str, usual: str) -> None:
        self._control(*limit, raised)
        Event().wait(LONG_BLOCKED)
        self._control(*limit, usual)

    def the_database_is_restarted(self) -> None:
        """As an operator does it."""
        self._platform.stop(POSTGRES)
        self._platform.start(POSTGRES)

    def the_database_is_killed(self) -> None:
        """SIGKILL for PostgreSQL's first process; it recovers from its log."""
        self._platform.kill(POSTGRES)
        self._platform.start(POSTGRES)

    def a_node_is_killed(self) -> None:
        """One of the broker's three nodes dies under load, and comes back later; the other two go on."""
        assert self._platform.cluster is not None, "it is asked for where there is one"
        number = self._random.randrange(len(self._platform.cluster.ports))
        self._platform.cluster.kill(number)
        Event().wait(LONG_DOWN)
        self._platform.cluster.join(number)

    def the_database_fails_over(self) -> None:
        """The server that leads dies, the one that follows leads, and the dead one comes back to follow it."""
        assert self._platform.pair is not None, "it is asked for where there is one"
        self._platform.pair.fail_over()
        Event().wait(LONG_DOWN)
        self._platform.pair.rejoin()

    def _one_of_two(self) -> Proven | Seconds:
        return self._platform if self._random.random() < 0.5 else self._seconds

    def _control(self, *arguments: str) -> None:
        broker = private_rabbitmq.find(self._platform.state_dir / "rabbitmq")
        assert broker is not None, "it runs"
        command = [str(broker.server.parent / "rabbitmqctl"), "-q", *arguments]
        environment = {"PATH": os.environ["PATH"], **broker.program(self._platform.state.ports).environment}
        subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True)

    @contextmanager
    def _database(self) -> Iterator["psycopg.Connection[Any]"]:
        url = self._platform.admin_database_url
        eventually(lambda: _answers(url), seconds=60)
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True
