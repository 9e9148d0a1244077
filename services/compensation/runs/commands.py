"""Computing, approving and discarding a month's pay run."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from services.compensation.contract import events
from services.compensation.contract.pay_runs import MonthNotBegun, PayRunTooEarly, RunStatus
from services.compensation.contract.recoveries import RecoveryStatus
from services.compensation.model import PayRun, PayRunLine, Recovery, Sums
from services.compensation.pay.lines import PayKind
from services.compensation.runs import extent, reading, writing
from services.compensation.runs.reckoning import Reckoned, Run, months_of, reckon
from services.kernel.basics.days import Month, month_of
from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

HOMES_AT_ONCE = 250  #: that are in memory together, at most
IN_A_STEP = 8  #: times so many in one unit of work, at most: a municipality with more goes on by itself
MONTHS_IN_A_STEP = 8_000  #: of all its homes together: of one that is looked at back in time each month counts
GO_ON_COMPUTING = Duty(name="go_on_computing")  #: its subject is the pay run


#: Who computes a month, or approves one, outdates the others: one at a time, for each holds its own run meanwhile.
_RUNS = "pay runs"


def compute_pay_run(unit: Unit, body: dict[str, Any]) -> Answer:
    """Computes a month, anew or in place. A large one is computed in parts; the first comes with the answer."""
    month: Month = body["month"]
    if unit.today < month.first:
        raise MonthNotBegun
    unit.alone(_RUNS)
    run = _run_of(unit, month)
    run.must_be_open()
    _take_changes(unit, run)
    _advance(unit, run, Sums(), None, by=unit.actor)
    return Answer(run)


def go_on_computing(unit: Unit, pay_run_id: str) -> None:
    """The next part of a run that is being computed. What has outdated it meanwhile is not in the parts before."""
    run = unit.lock(PayRun, pay_run_id)
    if run.status == RunStatus.COMPUTING:
        is_outdated = run.outdated
        _advance(unit, run, run.sums, run.after_home, by=run.computed_by)
        run.outdated = is_outdated


def approve_pay_run(unit: Unit, pay_run_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Approves what another person has computed, while it is still what is owed; with If-Match only as it was read."""
    unit.alone(_RUNS)
    run = unit.lock(PayRun, pay_run_id)
    if unit.context.if_match is not None:
        unit.match(run)
    run.must_be_open()
    month = month_of(run.month)
    run.outdated = run.outdated or bool(unit.session.scalar(_NEWS))
    happened = run.approve(expected=extent.expected_in(unit, month), by=unit.actor, at=unit.now)
    if unit.today < month.first.replace(day=unit.settings.approve_from_day):
        raise PayRunTooEarly
    _settle_recoveries(unit, run)
    unit.session.flush()
    unit.session.execute(_PAY_CLAIMS, {"run_id": run.id, "last": month.last, "now": unit.now})
    unit.session.execute(_DONE, {"last": month.last, "month": run.month})
    _outdate_others(unit, run)
    unit.record(events.PAY_RUN_APPROVED, subject=run, data=happened)
    return Answer(run)


def discard_pay_run(unit: Unit, pay_run_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Puts a computed run aside."""
    run = unit.lock(PayRun, pay_run_id)
    run.discard(by=unit.actor, at=unit.now)
    return Answer(run)


def _run_of(unit: Unit, month: Month) -> PayRun:
    """The month's run that counts, locked; an empty one is made when there is none.

    The upsert waits for another computation of the same month and then finds its run: two at once are one run.
    """
    upsert = postgresql.insert(PayRun).values(
        id=new_id(),
        version=1,
        changed_at=unit.now,
        month=month.text,
        status=RunStatus.COMPUTED,
        expected=0,
        paid=0,
        held=0,
        total=0,
        outdated=False,
        computed_by=unit.actor,
        computed_at=unit.now,
    )
    run_id = unit.session.execute(
        upsert.on_conflict_do_update(
            index_elements=["tenant", "month"],
            # as it is written in the index: of a parameter a prepared statement's general plan can not know it
            index_where=text("status <> 'discarded'"),
            set_={"month": upsert.excluded.month},
        ).returning(PayRun.id)
    ).scalar_one()
    return unit.lock(PayRun, run_id)


def _advance(unit: Unit, run: PayRun, sums: Sums, after: str | None, *, by: str) -> None:
    """Computes the homes after one, as many as one unit of work takes."""
    about = reading.run_of(unit, month_of(run.month))
    left = extent.homes_after(unit, run.id, about.month, after, HOMES_AT_ONCE * IN_A_STEP)
    is_last = len(left) < HOMES_AT_ONCE * IN_A_STEP
    has_changed, months, at_once = False, 0, _homes_at_once(about)
    while left and months < MONTHS_IN_A_STEP:
        homes, left = left[:at_once], left[at_once:]
        books = list(reading.books_of(unit, homes, about))
        found = [reckon(book, about) for book in books]
        has_changed |= writing.write(unit, run.id, homes, (entry for one in found for entry in one.entries))
        months += sum(len(months_of(book, about)) for book in books)
        sums, after = _added(sums, found), homes[-1]
    if after is None or (is_last and not left):
        run.settle(sums, lines_changed=has_changed or run.after_home is not None, by=by, at=unit.now)
        return
    run.go_on(sums, after, by=by, at=unit.now)
    unit.plan(GO_ON_COMPUTING, subject=run.id, at=unit.now)


def _homes_at_once(about: Run) -> int:
    """So many that they are no more than a step also where each is looked at back in time."""
    return max(1, min(HOMES_AT_ONCE, MONTHS_IN_A_STEP // (1 + len(about.approved))))


def _added(sums: Sums, found: Sequence[Reckoned]) -> Sums:
    return Sums(
        paid=sums.paid + sum(one.paid for one in found),
        held=sums.held + sum(one.held for one in found),
        total=sums.total + sum((one.total for one in found), Decimal(0)),
    )


_TAKE = text("update pay_change set taken = true where not taken returning 1")
_NEWS = text("select exists (select from pay_change where not taken)")
#: Months may be approved in another order: what has changed waits for a run that comes after every approved one.
_DONE = text("""
    delete from pay_change where taken and (until is null or until <= :last)
        and not exists (select from pay_run where status = 'approved' and month > :month)
""")
#: A claim is paid once. Lost income is paid month by month, to its last day; any other stands whole in the first run.
_PAY_CLAIMS = text("""
    update claim set pay_run_id = :run_id,
        status = case when period_to <= :last or kind <> 'lost_income' then 'paid' else status end,
        version = version + 1, changed_at = :now
    where status = 'approved' and id in (select claim_id from pay_run_line
        where pay_run_id = :run_id and claim_id is not null and reason_code is null)
""")
_OUTDATE = text(
    "update pay_run set outdated = true, version = version + 1 "
    "where id <> :run_id and status in ('computing', 'computed') and not outdated"
)


def _take_changes(unit: Unit, run: PayRun) -> None:
    """This run knows of all that has changed so far; other months that were computed before do not."""
    if unit.session.execute(_TAKE).first() is not None:
        _outdate_others(unit, run)


def _outdate_others(unit: Unit, run: PayRun) -> None:
    unit.session.execute(_OUTDATE, {"run_id": run.id})


def _settle_recoveries(unit: Unit, run: PayRun) -> None:
    """What the run carries is to be recovered; what it takes, or settles, has been."""
    kinds = [PayKind.RECOVERY_CARRIED, PayKind.RECOVERY_INSTALMENT]
    lines = select(PayRunLine).where(PayRunLine.pay_run_id == run.id, PayRunLine.kind.in_(kinds))
    for line in unit.session.scalars(lines.order_by(PayRunLine.id)).all():
        assert line.amount is not None  # noqa: S101  # it is no held one
        if line.recovery_id is None:
            unit.add(_recovery(line, run, unit))
        else:
            unit.lock(Recovery, line.recovery_id).take(-line.amount, at=unit.now)


def _recovery(line: PayRunLine, run: PayRun, unit: Unit) -> Recovery:
    return Recovery(
        id=line.id,
        changed_at=unit.now,
        pay_run_id=run.id,
        home_id=line.home_id,
        payee_adult_id=line.payee_adult_id,
        amount=line.amount,
        recovered=Decimal(0),
        status=RecoveryStatus.OPEN,
    )
