"""Statements of different units that are written in one transaction.

A statement that comes while others are being written waits for them and goes with the next ones: the busier a process
is, the fewer round trips and flushes to disk each of its requests costs. Who is alone does not wait.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from services.kernel.contracts.faults import DeadlinePassed
from services.kernel.rows import giving_up
from services.kernel.rows.giving_up import AS_WRITER, LOCK_PATIENCE, Terms
from services.kernel.rows.green import Connection


@dataclass(slots=True, eq=False)
class _Waiting:
    terms: Terms
    statement: str
    values: Sequence[Any]
    is_done: bool = False
    problem: Exception | None = None


class Together:
    """Writes for whoever waits. Thread-safe. `connect` lends a connection of the driver's, in autocommit mode."""

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._connect = connect
        self._turn = Lock()
        self._waiting: list[_Waiting] = []

    def write(self, terms: Terms, statement: str, values: Sequence[Any]) -> None:
        """Returns when the statement is committed; raises what it failed with, `DeadlinePassed` without time."""
        mine = _Waiting(terms, statement, values)
        self._waiting.append(mine)
        if not self._turn.acquire(timeout=terms.left()):
            raise DeadlinePassed
        try:
            if not mine.is_done:  # nor is it when whoever took it has died with it
                waiting, self._waiting = [mine, *(one for one in self._waiting if one is not mine)], []
                self._write(waiting)
        finally:
            self._turn.release()
        if mine.problem is not None:
            raise mine.problem

    def _write(self, waiting: list[_Waiting]) -> None:
        try:
            with self._connect() as connection:
                _send(connection, waiting)
        except Exception as problem:
            if len(waiting) > 1 and not giving_up.is_lost(problem):  # one that fails does not take the others with it
                for one in waiting:
                    self._write([one])
            else:
                for one in waiting:
                    one.problem = problem
        for one in waiting:
            one.is_done = True


def _send(connection: Connection, waiting: list[_Waiting]) -> None:
    """One round trip, which is one transaction."""
    given = [one.terms.for_writing(LOCK_PATIENCE) for one in waiting]
    with connection.one_message():
        for one, terms in zip(waiting, given, strict=True):
            connection.execute(AS_WRITER, terms)
            connection.execute(one.statement, one.values)
