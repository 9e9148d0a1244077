"""What earlier runs have left to some homes: what they settled, what they took ahead, and what is still owed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.compensation.contract.pay_runs import RunStatus
from services.compensation.contract.recoveries import RecoveryStatus
from services.compensation.model import PayRun, PayRunLine, Recovery
from services.compensation.runs.corrections import Outstanding, Settled
from services.compensation.runs.reckoning import Run
from services.kernel.basics.days import Month, month_with
from services.kernel.rows.unit import Unit

_IDS: Any = bindparam("ids", type_=ARRAY(Text))
_SETTLED = (
    select(
        PayRunLine.id,
        PayRunLine.home_id,
        PayRunLine.agreement_id,
        PayRunLine.claim_id,
        PayRunLine.placement_id,
        PayRunLine.payee_adult_id,
        PayRunLine.kind,
        PayRunLine.period_from,
        PayRunLine.period_to,
        PayRunLine.amount,
        PayRunLine.corrects,
        PayRunLine.pay_run_id,
        PayRun.month.label("run_month"),
    )
    .join(PayRun, PayRun.id == PayRunLine.pay_run_id)
    .where(
        PayRunLine.home_id == any_(_IDS),
        or_(PayRunLine.agreement_id.is_not(None), PayRunLine.claim_id.is_not(None)),
        PayRunLine.kind.is_not(None),
        PayRun.status == RunStatus.APPROVED,
    )
)
_AHEAD = _SETTLED.where(PayRunLine.period_from.between(bindparam("first"), bindparam("last")))
_RECOVERIES = (
    select(Recovery)
    .where(
        Recovery.home_id == any_(_IDS),
        Recovery.status != RecoveryStatus.SETTLED,
    )
    .order_by(Recovery.id)
)


def settled_of(unit: Unit, homes: Sequence[str], run: Run) -> defaultdict[str, dict[Month, list[Settled]]]:
    """The lines of approved runs, by home and the month that they are for."""
    found: defaultdict[str, dict[Month, list[Settled]]] = defaultdict(dict)
    if not homes or not run.approved:
        return found
    for row in unit.session.execute(_SETTLED, {"ids": list(homes)}):
        found[row.home_id].setdefault(month_with(row.period_from), []).append(_settled(row))
    return found


def ahead_of(unit: Unit, homes: Sequence[str], run: Run) -> defaultdict[str, list[Settled]]:
    """The lines for the run's month of runs of later months, by home."""
    found: defaultdict[str, list[Settled]] = defaultdict(list)
    if not any(month > run.month for month in run.approved):
        return found
    days = {"first": run.month.first, "last": run.month.last}
    for row in unit.session.execute(_AHEAD, {"ids": list(homes)} | days):
        found[row.home_id].append(_settled(row))
    return found


def outstanding_of(unit: Unit, homes: Sequence[str], run: Run) -> defaultdict[str, dict[str, list[Outstanding]]]:
    """What is still to be recovered, by home and by whoever was paid it."""
    found: defaultdict[str, dict[str, list[Outstanding]]] = defaultdict(dict)
    for row in unit.session.scalars(_RECOVERIES, {"ids": list(homes)}):
        one = Outstanding(
            recovery_id=row.id,
            payee_adult_id=row.payee_adult_id,
            amount=row.amount - row.recovered,
            due=row.due_by(run.month),
            pay_run_id=row.pay_run_id,
        )
        found[row.home_id].setdefault(row.payee_adult_id, []).append(one)
    return found


def _settled(row: Any) -> Settled:
    return Settled(**{name: value for name, value in row._asdict().items() if name != "home_id"})
