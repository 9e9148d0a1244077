"""How far a long work is, as it is kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, literal
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.kernel.contracts.long_work import WorkStatus
from services.kernel.rows.tables import Instant, Versioned


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
