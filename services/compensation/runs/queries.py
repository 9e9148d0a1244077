"""Pay runs and their lines as they are shown."""

from typing import Any

from sqlalchemy import bindparam, func, select

from services.compensation.contract.pay_runs import RunStatus
from services.compensation.model import PayRun, PayRunLine
from services.compensation.runs.entries import COLUMNS
from services.kernel.basics.days import add_months, month_of, month_with
from services.kernel.contracts import Page, Total
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_PAY_RUNS = Listing(
    select(
        PayRun.id,
        PayRun.month,
        PayRun.status,
        PayRun.expected,
        PayRun.paid,
        PayRun.held,
        PayRun.total,
        PayRun.outdated,
        PayRun.computed_by,
        PayRun.computed_at,
        PayRun.approved_by,
    ),
    order=(PayRun.month.desc(), PayRun.id.desc()),
)
_PAY_LINES = Listing(
    select(PayRunLine.id, *(getattr(PayRunLine, name) for name in COLUMNS)),
    order=(
        PayRunLine.reason_code.nulls_first(),
        PayRunLine.home_id,
        PayRunLine.agreement_id,
        PayRunLine.kind.desc(),
        PayRunLine.period_from,
        PayRunLine.id,
    ),
    pay_run_id=PayRunLine.pay_run_id == bindparam("pay_run_id"),
)


def list_pay_runs(unit: Unit, page: Page) -> Answer:
    """The pay runs, the newest month first, and of one month the newest run."""
    return paged(*unit.list(_PAY_RUNS, page, {}))


def get_pay_run(unit: Unit, pay_run_id: str) -> Answer:
    """One pay run."""
    return Answer(unit.read(PayRun, pay_run_id))


def list_pay_lines(unit: Unit, pay_run_id: str, page: Page) -> Answer:
    """The paid lines home by home, the fee before the cost reimbursement; then the held ones, reason by reason."""
    run = unit.read(PayRun, pay_run_id)
    found, total = unit.list(_PAY_LINES, page, {"pay_run_id": run.id})
    return paged((_line(one) for one in found), total)


def _line(row: Any) -> dict[str, Any]:
    """A line in its own shape: what it holds, paid or held, and nothing else."""
    held = {name: value for name, value in row._asdict().items() if value is not None}
    return held if row.reason_code is not None else {"corrects": None, **held}


def compare_pay_run(unit: Unit, pay_run_id: str, page: Page) -> Answer:
    """Home by home beside the run of the month before, the largest difference first."""
    run = unit.read(PayRun, pay_run_id)
    before = month_with(add_months(month_of(run.month).first, -1)).text
    earlier = unit.session.scalar(select(PayRun.id).where(PayRun.month == before, PayRun.status != RunStatus.DISCARDED))
    found = _differences(unit, run.id, earlier or "")
    shown = found[page.offset : page.offset + page.limit]
    return paged(shown, Total(len(found)))


def _differences(unit: Unit, run_id: str, earlier: str) -> list[dict[str, Any]]:
    this = func.coalesce(func.sum(PayRunLine.amount).filter(PayRunLine.pay_run_id == run_id), 0)
    last = func.coalesce(func.sum(PayRunLine.amount).filter(PayRunLine.pay_run_id == earlier), 0)
    rows = unit.session.execute(
        select(PayRunLine.home_id, last.label("before"), this.label("now"))
        .where(PayRunLine.pay_run_id.in_([run_id, earlier]))
        .group_by(PayRunLine.home_id)
        .having(this != last)
        .order_by(func.abs(this - last).desc(), PayRunLine.home_id)
    ).all()
    return [
        {"id": row.home_id, "before": row.before, "now": row.now, "difference": row.now - row.before} for row in rows
    ]
