"""When the database gives up: at the caller's deadline, and on a lock that is not had in time.

A worker that waits is a worker that nobody else has. Without these limits one session that hangs with a row stops a
whole service, for every municipality.
"""

from dataclasses import dataclass

import psycopg
import psycopg.errors
import sqlalchemy.exc
import sqlalchemy.orm.exc

from services.kernel.basics import clock
from services.kernel.contracts.faults import BeingChanged, DeadlinePassed, Fault

WITHOUT_CALLER = 30.0  #: seconds that a statement has for which nobody waits (reactions and other work)
LOCK_PATIENCE = 2.0  #: seconds; more than PostgreSQL's deadlock_timeout, so that a deadlock is seen and tried again
KEY_PATIENCE = 0.5  #: seconds that a request waits for an earlier one with its idempotency key
_IDLE = 60_000  #: milliseconds after which the database lets go of a unit whose process has stopped in the middle
_LONGEST = 3600.0  #: seconds

#: goes out with BEGIN; with an idempotency key a second patience follows when the key's lock is had
AS_WRITER = (
    "select set_config('hemvist.tenant', %s, true), set_config('statement_timeout', %s, true), "
    "set_config('lock_timeout', %s, true), "
    f"set_config('idle_in_transaction_session_timeout', '{_IDLE}', true)"
)
#: goes out with each statement of a unit that reads; it takes no lock that it could wait for
AS_READER = (
    "select set_config('hemvist.tenant', %s, true), set_config('statement_timeout', %s, true), "
    "set_config('transaction_read_only', 'on', true)"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a unit asks the database: for whom, until when, and whether it only reads."""

    tenant: str
    deadline: float  #: real seconds since the epoch; 0 when nobody waits
    reads: bool

    def for_reading(self) -> tuple[str, str]:
        """The values of `AS_READER`; `DeadlinePassed` when no time is left."""
        return self.tenant, milliseconds(self.left())

    def for_writing(self, patience: float) -> tuple[str, str, str]:
        """The values of `AS_WRITER`, with a patience for locks."""
        left = self.left()
        return self.tenant, milliseconds(left), milliseconds(min(left, patience))

    def left(self) -> float:
        """Seconds that the next statement has; `DeadlinePassed` when there are none."""
        if not self.deadline:
            return WITHOUT_CALLER
        left = self.deadline - clock.seconds()
        if left <= 0:
            raise DeadlinePassed
        return min(left, _LONGEST)


def milliseconds(seconds: float) -> str:
    """As the database's settings have it, where 0 would be for ever."""
    return str(max(1, int(seconds * 1000)))


def fault_of(problem: Exception) -> Fault | None:
    """What it means to the caller that the database gave up; None for any other trouble."""
    match original(problem):
        case psycopg.errors.QueryCanceled():
            return DeadlinePassed()
        case psycopg.errors.LockNotAvailable():
            return BeingChanged()
    return None


def is_transient(problem: Exception) -> bool:
    """Whether to try the very same again: the database asks for it (deadlock, serialization), a lock was not had in
    time, or a row that was read without a lock has been changed meanwhile."""
    again = psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
    return isinstance(problem, BeingChanged | sqlalchemy.orm.exc.StaleDataError) or isinstance(original(problem), again)


def is_lost(problem: Exception) -> bool:
    """Whether it is the connection that failed (or none was free), and not what was asked of it. Whether a commit that
    was under way has been done is then not known."""
    if isinstance(problem, Fault):
        return False
    cause = original(problem)
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    return state is None or state.startswith(("08", "57P"))


def original(problem: Exception) -> Exception:
    """The driver's own exception, which SQLAlchemy wraps where the statement was its own."""
    wrapped = problem.orig if isinstance(problem, sqlalchemy.exc.DBAPIError) else None
    return wrapped if isinstance(wrapped, Exception) else problem
