"""Long work: what a request begins and the clockwork carries on with, step by step, each step one unit of work.

A step changes what it works on, notes how far the work is and plans the next one, all with one commit: whatever dies,
and whichever process goes on, no step is lost and none is done twice. The steps of a municipality take turns with its
other duties, and the municipalities with each other.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from services.kernel.contracts.duty import Duty
from services.kernel.contracts.long_work import WorkHasEnded, WorkStatus
from services.kernel.rows.long_work import LongWork
from services.kernel.rows.unit import Unit

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


def state_of(work: LongWork) -> dict[str, Any]:
    """What is shown of every work: how far it is, and by whom and when it was begun."""
    shown = ("id", "status", "done", "total", "problems", "created_at", "created_by", "ended_at")
    return {name: getattr(work, name) for name in shown}
