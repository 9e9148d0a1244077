"""psycopg under eventlet: while one green thread waits for the database the others run.

psycopg's own way (`wait_select`) goes through eventlet's `select` several times a statement, which costs more than the
statement does.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from eventlet import hubs
from eventlet.patcher import is_monkey_patched, original
from psycopg.generators import send
from psycopg.waiting import READY_R, READY_W, WAIT_R

_AT_ONCE = 4  #: times that psycopg asks while it sends one statement, and one more
_poll = original("select").poll  #: looks without waiting; eventlet takes it away


class Connection(psycopg.Connection[Any]):
    """A connection that waits in eventlet's hub where there is one, elsewhere as psycopg does."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Runs one of psycopg's generators to its end."""
        if timeout is not None or not is_monkey_patched("select"):
            return super().wait(gen, interval, timeout)
        descriptor = self.pgconn.socket
        try:
            wanted, ready = next(gen), 0
            for turn in count():
                # A socket nearly always takes a small statement: the first times it is not asked. And where it had
                # something it may have more.
                at_once = wanted != WAIT_R and turn < _AT_ONCE
                more = wanted == WAIT_R and ready == READY_R and is_readable(descriptor)
                ready = READY_W if at_once else READY_R if more else _readiness(descriptor, wanted)
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value
        except OSError as problem:
            raise psycopg.OperationalError("the connection was closed") from problem

    @contextmanager
    def one_message(self) -> Iterator[None]:
        """What is executed within goes out together at the end, as one transaction, and its results are there then."""
        self._pipeline = _OneMessage(self, _no_lock=True)
        try:
            with self._pipeline:
                yield
        finally:
            self._pipeline = None


class _OneMessage(psycopg.Pipeline):
    """A pipeline of psycopg sends each command by itself as soon as it is executed. This one keeps them back until the
    last, so that neither side is woken more than once."""

    def _communicate_gen(self) -> Any:
        if self.command_queue and self.command_queue[-1] == self.pgconn.pipeline_sync:
            while self.command_queue:
                self.command_queue.popleft()()
            yield from super()._communicate_gen()

    def _exit_gen(self) -> Any:
        """As psycopg's, without asking the server for what the end of the message has it send anyway."""
        try:
            self._enqueue_sync()
            yield from self._communicate_gen()
        finally:
            yield from send(self.pgconn)  # also when an early answer was a refusal: the server waits for the end
            yield from self._fetch_gen(flush=False)


def driver_of(pooled: Any) -> Connection:
    """The driver's own connection."""
    connection = pooled.dbapi_connection
    assert isinstance(connection, Connection)  # noqa: S101  # the engine makes no others
    return connection


def is_readable(descriptor: int) -> bool:
    """Whether something has come, now: no other green thread runs meanwhile."""
    look = _poll()
    look.register(descriptor, select.POLLIN)
    return bool(look.poll(0))


def _readiness(descriptor: int, wanted: int) -> int:
    """What can be done with the socket, of what is wanted; waits until something can."""
    if wanted == WAIT_R:
        hubs.trampoline(descriptor, read=True)
        return READY_R
    look = _poll()
    look.register(descriptor, select.POLLIN | select.POLLOUT)
    for _, state in look.poll(0):
        return (READY_W if state & select.POLLOUT else 0) | (READY_R if state & ~select.POLLOUT else 0)
    readable, writable, _ = select.select([descriptor], [descriptor], [])  # the server takes no more for now
    return (READY_W if writable else 0) | (READY_R if readable else 0)
