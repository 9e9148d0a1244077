"""Long work: what a request begins and the clockwork carries on with, step by step, each step one unit of work.

A step changes what it works on, notes how far the work is and plans the next one, all with one commit: whatever dies,
and whichever process goes on, no step is lost and none is done twice. The steps of a municipality take turns with its
other duties, and the municipalities with each other.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Text, literal
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.duty import Duty
from services.kernel.contracts.long_work import WorkHasEnded, WorkStatus
from services.kernel.rows.tables import Instant, Versioned
from services.kernel.rows.unit import Unit


class LongWork(Versioned):
    """How far a long work is: a mapped class of its own for each kind, which adds what it is about."""

    status: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    #: what did not go, as `WorkProblem` says it: never a value that somebody wrote. Only read where it is shown.
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, deferred=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def is_over(self) -> bool:
        """Whether no step follows. What has failed goes on when the operator has its duty tried again."""
        return self.status in (WorkStatus.FINISHED, WorkStatus.CANCELLED)

    def note(self, *, done: int, problems: Iterable[dict[str, Any]]) -> None:
        """So many more are worked off, and this is what did not go among them."""
        self.done += done
        found = list(problems)
        if found:  # in the database, so that a step need not carry what the ones before it found
            self.problems = type(self).problems.op("||")(literal(found, JSONB))

    def turn(self, status: WorkStatus, at: datetime) -> None:
        """The work stands there from now on."""
        self.status = status
        self.ended_at = None if status is WorkStatus.RUNNING else at
        self.touch(at)


Work = TypeVar("Work", bound=LongWork)


def begin(unit: Unit, work: LongWork, step: Duty) -> None:
    """Keeps a new work and plans its first step. The caller gives its id and how much there is to do."""
    work.status, work.done, work.problems = WorkStatus.WAITING, 0, []
    work.created_at = work.changed_at = unit.now
    work.created_by = unit.actor
    work.ended_at = None
    unit.add(work)
    unit.plan(step, subject=work.id, at=unit.now)


def carry_on(unit: Unit, step: Duty, kind: type[Work], work_id: str, do: Callable[[Unit, Work], bool]) -> None:
    """The whole of a step's duty: `do` works on a part and says whether there is more."""
    work = unit.lock(kind, work_id)
    if work.is_over:  # it was cancelled meanwhile
        return
    more = do(unit, work)
    work.turn(WorkStatus.RUNNING if more else WorkStatus.FINISHED, unit.now)
    if more:
        unit.plan(step, subject=work_id, at=unit.now)


def fail(unit: Unit, kind: type[Work], work_id: str) -> None:
    """For `Duty.when_parked`: the work has failed, until somebody has its duty tried again."""
    work = unit.lock(kind, work_id)
    if not work.is_over:
        work.turn(WorkStatus.FAILED, unit.now)


def cancel(unit: Unit, work: LongWork) -> None:
    """Ends the work after the steps that are done; what they did stays. Raises `WorkHasEnded`.

    The next step's duty is left where it is, and finds that there is nothing to do: to take it away here could wait for
    a step that waits for this row.
    """
    if work.is_over:
        raise WorkHasEnded
    work.turn(WorkStatus.CANCELLED, unit.now)
