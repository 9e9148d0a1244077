"""How compensation's events are told again when they are older than what is kept."""

from collections.abc import Sequence

from sqlalchemy import and_, true

from services.compensation.contract.agreements import AgreementKind, AgreementStatus
from services.compensation.contract.pay_runs import RunStatus
from services.compensation.model import Agreement, Leave, PayRun
from services.kernel.rows.unit import Unit
from services.kernel.work.retelling import Happened, from_rows


@from_rows(Agreement, where=Agreement.status == AgreementStatus.SIGNED)
def agreement_signed(_unit: Unit, agreements: Sequence[Agreement]) -> Happened:
    """Each agreement that is signed."""
    return [(agreement, agreement.signed()) for agreement in agreements]


@from_rows(
    Agreement,
    where=and_(Agreement.status == AgreementStatus.SIGNED, Agreement.kind == AgreementKind.CONTRACTED_EMERGENCY_HOME),
)
def contract_agreed(unit: Unit, agreements: Sequence[Agreement]) -> Happened:
    """Each contract of an emergency home that is signed, as it holds today."""
    return [(agreement, agreement.contract(unit.today)) for agreement in agreements]


@from_rows(Leave, where=true())
def leave_taken(_unit: Unit, leave: Sequence[Leave]) -> Happened:
    """Each leave, also one that was cancelled."""
    return [(one, one.taken()) for one in leave]


@from_rows(PayRun, where=PayRun.status == RunStatus.APPROVED)
def pay_run_approved(_unit: Unit, runs: Sequence[PayRun]) -> Happened:
    """Each month that is settled."""
    return [(run, run.approved()) for run in runs]
