"""The clockwork: carries out the duties whose time has come, each once, with any number of replicas.

A duty is a row that is written in the transaction of what it follows from. It is taken away in the transaction of its
own effect, by whoever gets its lock: dying in between leaves it where it was. A duty that fails is tried again with the
delays of the ladder, and then parked. Municipalities are worked on beside each other, each one duty at a time, so that
one whose duties are slow or many delays no other's; and after each duty the municipality rests three times as long, so
that they do not delay the others' requests either. A duty that leads outside of the house is an errand (`errands`).
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import psycopg
import sqlalchemy

from services.kernel.basics import clock
from services.kernel.basics.log import described, failed, logger
from services.kernel.contracts.duty import Duty, Errand
from services.kernel.contracts.faults import ServiceUnavailable, reason_of
from services.kernel.messages.context import Context
from services.kernel.rows.database import Database
from services.kernel.rows.unit import WAKES, Unit
from services.kernel.work.due import COUNT_DONE, Due, context_of
from services.kernel.work.errands import Errands, Spawn

Handler: TypeAlias = Callable[[Unit, str], Errand | None]

_BATCH = 20  #: duties of a municipality that are worked on before it is looked whether another one waits
_RESTS, _LONGEST_REST = 3.0, 2.0  #: times as long as a duty took, and seconds
_LONGEST_SLEEP = WAKES.total_seconds()
_DUE = """select tenant from duty where reason_parked is null and due_at <= %s
    group by tenant order by min(due_at)"""  #: the municipality that has waited longest first
_NEXT = "select min(due_at) from duty where reason_parked is null"
_TAKE = sqlalchemy.text("""delete from duty where (name, subject) in (
    select name, subject from duty
    where name = :name and subject = :subject and due_at <= :now and reason_parked is null
    for update skip locked
) returning attempts""")
_PUT_OFF = sqlalchemy.text("""update duty set attempts = attempts + 1, due_at = :due_at, reason_parked = :parked
    where name = :name and subject = :subject and due_at <= :now returning attempts""")
_PLAN_NIGHTLY = sqlalchemy.text("""insert into duty (name, subject, due_at) values (:name, '', :due_at)
    on conflict (tenant, name, subject) do update set due_at = excluded.due_at
    where duty.due_at > excluded.due_at""")


def next_night(now: datetime, hour: int) -> datetime:
    """The next instant at which a clock in Sweden shows that hour."""
    today = clock.local_date(now)
    tonight = clock.at_local(today, hour)
    return tonight if tonight > now else clock.at_local(today + timedelta(days=1), hour)


def rest_after(took: float, beside: int = 1) -> float:
    """Seconds for which a municipality's duties rest after one that took so many, when those of so many municipalities
    shared the process: what it waited for the others is no work of its own."""
    return min(_LONGEST_REST, _RESTS * took / beside)


class Clockwork:
    """One process's part in carrying out a service's duties. `run` returns only after `stop`.

    `spawn` begins a function beside the others, and waits while too many run; `crowded` says whether somebody waits.
    `send` begins an errand, beside all of them.
    """

    def __init__(
        self,
        service: str,
        database: Database,
        relay_url: str,
        duties: Mapping[str, tuple[Duty, Handler]],
        *,
        delays: tuple[int, ...],
        spawn: Callable[[Callable[[str], None], str], Any],
        crowded: Callable[[], bool],
        send: Spawn,
        sleep: Callable[[float], None],
    ) -> None:
        self._service = service
        self._database = database
        self._relay_url = relay_url
        self._duties = duties
        self._delays = delays
        self._spawn, self._crowded, self._sleep = spawn, crowded, sleep
        self._errands = Errands(service, database, duties, spawn=send)
        self._busy: set[str] = set()
        self._at_work = 0
        self._known: set[str] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        """Ends `run` at its next look."""
        self._stopped = True
        self._errands.stop()

    def run(self) -> None:
        """Carries out duties for ever; a database that is away is waited for and costs no duty an attempt."""
        while not self._stopped:
            try:
                with psycopg.connect(self._relay_url, autocommit=True, connect_timeout=3) as connection:
                    connection.execute("listen duty")
                    while not self._stopped:
                        self._look(connection)
            except (psycopg.OperationalError, ServiceUnavailable) as problem:
                failed("clockwork_interrupted", problem, service=self._service)
                self._sleep(1.0)

    def _look(self, connection: "psycopg.Connection[Any]") -> None:
        """One look at what is due; then sleeps until somebody plans something for now, or something is due."""
        self._plan_nights()
        now = clock.now()
        due = connection.execute(_DUE, (now,)).fetchall()
        for (tenant,) in due:
            if self._begins(tenant):
                self._spawn(self._work_for, tenant)
        for _ in connection.notifies(timeout=self._nap(connection, now, waits=bool(due)), stop_after=1):
            pass

    def _nap(self, connection: "psycopg.Connection[Any]", now: datetime, *, waits: bool) -> float:
        if waits:
            return 0.2
        row = connection.execute(_NEXT).fetchone()
        soon = (row[0] - now).total_seconds() if row and row[0] else _LONGEST_SLEEP
        return min(_LONGEST_SLEEP, max(0.01, soon))

    def _begins(self, tenant: str) -> bool:
        with self._lock:
            free = tenant not in self._busy
            self._busy.add(tenant)
            return free

    def _work_for(self, tenant: str) -> None:
        """One municipality's duties, until none is due or another municipality waits for its turn."""
        try:
            while not self._stopped:
                done = sum(self._in_measure(due) for due in self.due_of(tenant))
                if not done or self._crowded():
                    return
        except Exception as problem:  # the database is away, or one municipality's keys are broken
            failed("clockwork_interrupted", problem, service=self._service, tenant=tenant)
        finally:
            with self._lock:
                self._busy.discard(tenant)

    def _in_measure(self, due: Due) -> bool:
        """One duty, and a rest; but not while another municipality waits for this one's turn to end."""
        began = time.monotonic()
        self._count(1)
        try:
            done = self.carry_out(due)
        finally:
            beside = self._count(-1) + 1
        if done and not self._crowded():
            self._sleep(rest_after(time.monotonic() - began, beside))
        return done

    def _count(self, more: int) -> int:
        """How many duties are being carried out, now that it is one more or less."""
        with self._lock:
            self._at_work += more
            return self._at_work

    def due_of(self, tenant: str, *, now: datetime | None = None) -> list[Due]:
        """The duties of a municipality that are due, those that are the latest first, at most a batch of them. One that
        this process does not know is left to a newer one."""
        query = sqlalchemy.text(
            "select name, subject from duty where reason_parked is null and due_at <= :now and name = any(:known) "
            "order by due_at, name, subject limit :most"
        )
        with self._database.unit(context_of(tenant), reads=True) as unit:
            asked = {"now": now or clock.now(), "most": _BATCH, "known": self._that_can_begin(tenant)}
            rows = unit.session.execute(query, asked).all()
        return [Due(tenant=tenant, name=row.name, subject=row.subject) for row in rows]

    def _that_can_begin(self, tenant: str) -> list[str]:
        """The kinds of duties that this process knows, without errands while it has no room for them."""
        has_room = self._errands.has_room(tenant)
        return [name for name, (duty, _) in self._duties.items() if has_room or not duty.leads_outside]

    def carry_out(self, due: Due, *, now: datetime | None = None) -> bool:
        """One duty; False when somebody else has it, or it is not due any more. `now` replaces the clock.

        Raises `ServiceUnavailable` when the database is away: that is no fault of the duty's.
        """
        if self._duties[due.name][0].leads_outside:
            return self._errands.begin(due, now)
        when, context = now or clock.now(), context_of(due.tenant)
        try:
            return self._carry_out(due, context, when)
        except ServiceUnavailable:  # no fault of the duty's: it stays due
            raise
        except Exception as problem:  # whatever it was: the duty is tried again later, or parked
            said = {"duty": due.name, "subject": due.subject, "tenant": due.tenant}
            logger.warning("duty_failed", **said, request_id=context.request_id, **described(problem))
            return self._put_off(due, when, problem)

    def _carry_out(self, due: Due, context: Context, now: datetime) -> bool:
        duty, handler = self._duties[due.name]
        with self._database.unit(context, now=now) as unit:
            named = {"name": due.name, "subject": due.subject, "now": now}
            if unit.session.execute(_TAKE, named).first() is None:
                return False
            if duty.each_night_at is not None:
                unit.plan(duty, at=next_night(now, duty.each_night_at))
            handler(unit, due.subject)
            unit.session.flush()
            unit.session.execute(COUNT_DONE, {"name": due.name, "now": now})
            unit.commit()
        return True

    def _put_off(self, due: Due, now: datetime, problem: Exception) -> bool:
        with self._database.unit(context_of(due.tenant), now=now) as unit:
            known = sqlalchemy.text("select attempts from duty where name = :name and subject = :subject for update")
            attempts = unit.session.scalar(known, {"name": due.name, "subject": due.subject}) or 0
            night = self._duties[due.name][0].each_night_at
            parked = attempts >= len(self._delays) and night is None
            if attempts < len(self._delays):
                later = now + timedelta(milliseconds=self._delays[attempts])
            else:  # a regular duty is not parked: it is tried again the next night
                later = now if night is None else next_night(now, night)
            values = {"name": due.name, "subject": due.subject, "now": now, "due_at": later}
            unit.session.execute(_PUT_OFF, {**values, "parked": reason_of(problem) if parked else None})
            if parked:
                self._follow(unit, due)
            unit.commit()
        if parked:
            logger.error("duty_parked", duty=due.name, subject=due.subject, tenant=due.tenant)
        return True

    def _follow(self, unit: Unit, due: Due) -> None:
        """What becomes of the subject of a duty that is parked. Where that fails (the subject may be gone), the duty is
        parked all the same: otherwise it would be due for ever."""
        when_parked = self._duties[due.name][0].when_parked
        if when_parked is None:
            return
        try:
            with unit.session.begin_nested():
                when_parked(unit, due.subject)
        except Exception as problem:  # whatever it was
            failed("parked_without_effect", problem, duty=due.name, subject=due.subject, tenant=due.tenant)

    def _plan_nights(self) -> None:
        """Sees to it that each municipality has its regular duties, also one that has just become known."""
        for tenant in {one["slug"] for one in self._database.municipalities()} - self._known:
            self._known.add(tenant)
            try:
                self.plan_nights_of(tenant)
            except ServiceUnavailable:
                self._known.discard(tenant)
                raise
            except Exception as problem:  # one municipality's broken key is not the others' trouble
                failed("nights_not_planned", problem, service=self._service, tenant=tenant)

    def plan_nights_of(self, tenant: str, *, now: datetime | None = None) -> None:
        """Plans a municipality's regular duties where they are not; one that a moved clock put far away comes back."""
        when = now or clock.now()
        with self._database.unit(context_of(tenant), now=when) as unit:
            for name, (duty, _) in self._duties.items():
                if duty.each_night_at is not None:
                    night = next_night(when, duty.each_night_at)
                    unit.session.execute(_PLAN_NIGHTLY, {"name": name, "due_at": night})
            unit.commit()
