"""psycopg under eventlet: while one green thread waits for the database the others run.

psycopg's own way (`wait_select`) goes through eventlet's `select` several times a statement, which costs more than the
statement does.
"""

import select
from itertools import count
from typing import Any

import psycopg
from eventlet import hubs
from eventlet.patcher import is_monkey_patched, original
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
            wanted = next(gen)
            for turn in count():
                # A socket nearly always takes a small statement: the first times it is not asked.
                at_once = wanted != WAIT_R and turn < _AT_ONCE
                wanted = gen.send(READY_W if at_once else _readiness(descriptor, wanted))
        except StopIteration as end:
            return end.value
        except OSError as problem:
            raise psycopg.OperationalError("the connection was closed") from problem


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
