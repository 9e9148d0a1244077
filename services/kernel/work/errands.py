"""Errands: duties that lead outside of the house, where somebody may be slow or away.

They go beside all other work: none holds a municipality's turn, a worker, a transaction or a lock while it is under
way. A duty is claimed for a while, by moving it there; whoever dies with it leaves it to be due again then, so that an
errand is done at least once. When there is none left, the duty is taken away before its function looks once more: what
was planned meanwhile is seen, or plans it anew.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy

from services.kernel.basics.log import described, failed, logger
from services.kernel.contracts.duty import CLAIM, Duty, Errand
from services.kernel.contracts.faults import ServiceUnavailable, reason_of
from services.kernel.rows.database import Database
from services.kernel.work.due import COUNT_DONE, Due, context_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from services.kernel.rows.unit import Unit

Spawn: TypeAlias = Callable[..., Any]  #: begins a function with its arguments beside the others

UNITS = 2  #: of the process's connections that all errands together have in hand
_MOST, _MOST_OF_ONE = 400, 40  #: under way in a process, and of one municipality
_CLAIM = sqlalchemy.text("""update duty set due_at = :until where (name, subject) in (
    select name, subject from duty
    where name = :name and subject = :subject and due_at <= :now and reason_parked is null
    for update skip locked
) returning due_at""")
_TAKE_AWAY = sqlalchemy.text(
    "delete from duty where name = :name and subject = :subject and due_at = :claim returning attempts"
)
_MOVE = sqlalchemy.text("""update duty set due_at = :until, attempts = 0
    where name = :name and subject = :subject and due_at = :claim returning due_at""")
_ATTEMPTS = sqlalchemy.text(
    "select attempts from duty where name = :name and subject = :subject and due_at = :claim for update"
)
_PUT_OFF = sqlalchemy.text("""update duty set attempts = attempts + 1, due_at = :until, reason_parked = :parked
    where name = :name and subject = :subject and due_at = :claim""")


class Errands:
    """One process's errands. `spawn` begins one beside the others."""

    def __init__(
        self,
        service: str,
        database: Database,
        duties: Mapping[str, tuple[Duty, Callable[..., Any]]],
        *,
        spawn: Spawn,
    ) -> None:
        self._service, self._database, self._duties, self._spawn = service, database, duties, spawn
        self._under_way: dict[str, int] = {}
        self._lock = threading.Lock()
        self._units = threading.BoundedSemaphore(UNITS)
        self._stopped = False

    def stop(self) -> None:
        """Begins no errand any more."""
        self._stopped = True

    def has_room(self, tenant: str) -> bool:
        """Whether one of this municipality can begin."""
        with self._lock:
            return self._has_room(tenant)

    def begin(self, due: Due, now: datetime | None) -> bool:
        """Begins a duty's errands; False when somebody else has it, it is not due any more, or there is no room."""
        if not self._take_room(due.tenant):
            return False
        claim = None
        try:
            claim = self._claim(due, now)
        finally:
            if claim is None:
                self._give_room(due.tenant)
        if claim is not None:
            self._spawn(self._run, due, claim, now)
        return claim is not None

    def _has_room(self, tenant: str) -> bool:
        return self._under_way.get(tenant, 0) < _MOST_OF_ONE and sum(self._under_way.values()) < _MOST

    def _take_room(self, tenant: str) -> bool:
        with self._lock:
            free = self._has_room(tenant)
            if free:
                self._under_way[tenant] = self._under_way.get(tenant, 0) + 1
            return free

    def _give_room(self, tenant: str) -> None:
        with self._lock:
            self._under_way[tenant] -= 1
            if not self._under_way[tenant]:
                del self._under_way[tenant]

    def _run(self, due: Due, claim: datetime, now: datetime | None) -> None:
        """One errand after the other, until there is none left or one fails."""
        following: datetime | None = claim
        try:
            while following is not None and not self._stopped:
                following = self._step(due, following, now)
            if following is not None:
                self._leave(due, following, now)
        except Exception as problem:  # the database is away: it is due again when the claim is over
            failed("errand_interrupted", problem, service=self._service, duty=due.name, tenant=due.tenant)
        finally:
            self._give_room(due.tenant)

    def _step(self, due: Due, claim: datetime, now: datetime | None) -> datetime | None:
        """The next errand; the claim with which to go on, or None."""
        errand = None
        try:
            errand = self._next(due, claim, now)
            if errand is None:
                return None
            errand.go()
        except ServiceUnavailable:  # no fault of the errand's
            raise
        except Exception as problem:  # whatever it was: it is tried again later, or parked
            self._put_off(due, claim, errand, problem, now)
            return None
        return self._done(due, claim, errand, now)

    @contextmanager
    def _unit(self, due: Due, now: datetime | None) -> "Iterator[Unit]":
        with self._units, self._database.unit(context_of(due.tenant), now=now) as unit:
            yield unit

    def _claim(self, due: Due, now: datetime | None) -> datetime | None:
        with self._unit(due, now) as unit:
            claim: datetime | None = unit.session.scalar(_CLAIM, {**due.named, **_until(unit), "now": unit.now})
            unit.commit()
        return claim

    def _next(self, due: Due, claim: datetime, now: datetime | None) -> Errand | None:
        """What is to be done. With the commit the duty is gone; without it, it is claimed as before."""
        with self._unit(due, now) as unit:
            if unit.session.execute(_TAKE_AWAY, {**due.named, "claim": claim}).first() is None:
                return None
            errand: Errand | None = self._duties[due.name][1](unit, due.subject)
            if errand is None:
                unit.commit()
        return errand

    def _done(self, due: Due, claim: datetime, errand: Errand, now: datetime | None) -> datetime | None:
        with self._unit(due, now) as unit:
            errand.done(unit)
            following: datetime | None = unit.session.scalar(_MOVE, {**due.named, **_until(unit), "claim": claim})
            unit.session.execute(COUNT_DONE, {"name": due.name, "now": unit.now})
            unit.commit()
        return following

    def _leave(self, due: Due, claim: datetime, now: datetime | None) -> None:
        """Leaves it to another process, at once."""
        with self._unit(due, now) as unit:
            unit.session.execute(_MOVE, {**due.named, "until": unit.now, "claim": claim})
            unit.commit()

    def _put_off(
        self, due: Due, claim: datetime, errand: Errand | None, problem: Exception, now: datetime | None
    ) -> None:
        said = {"duty": due.name, "subject": due.subject, "tenant": due.tenant}
        logger.warning("errand_failed", **said, **described(problem))
        delays = self._duties[due.name][0].delays
        with self._unit(due, now) as unit:
            attempts = unit.session.scalar(_ATTEMPTS, {**due.named, "claim": claim})
            if attempts is None:  # it was taken back meanwhile
                return
            is_last = attempts >= len(delays)
            later = unit.now if is_last else unit.now + delays[attempts]
            parked = reason_of(problem) if is_last else None
            unit.session.execute(_PUT_OFF, {**due.named, "claim": claim, "until": later, "parked": parked})
            if errand is not None:
                errand.failed(unit, problem, is_last)
            unit.commit()
        if is_last:
            logger.error("duty_parked", **said)


def _until(unit: "Unit") -> dict[str, datetime]:
    """Until when what is claimed now is claimed."""
    return {"until": unit.now + CLAIM}
