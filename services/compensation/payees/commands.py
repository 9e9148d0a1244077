"""Changing how payees are paid, with a second person, and the codes of kinds of pay."""

from typing import Any

from sqlalchemy import select, update

from services.compensation.contract.payees import PAY_KIND, PayeeChangeStatus
from services.compensation.model import PayCodes, Payee, PayeeChange
from services.compensation.pay.lines import PayKind
from services.compensation.payees.queries import pay_code
from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer


def set_payee(unit: Unit, adult_id: str, body: dict[str, Any]) -> Answer:
    """Proposes how a payee is paid; what is in force is no change, and takes back what waits."""
    payee = unit.lock_matching(Payee, adult_id)
    waiting = update(PayeeChange).where(
        PayeeChange.adult_id == payee.id, PayeeChange.status == PayeeChangeStatus.WAITING
    )
    unit.session.execute(waiting.values(status=PayeeChangeStatus.REPLACED))
    payee.touch(unit.now)
    if (body["payroll_id"], body["channel"]) == (payee.payroll_id, payee.channel):
        return Answer(payee)
    change = PayeeChange(
        id=new_id(), adult_id=payee.id, **body, status=PayeeChangeStatus.WAITING, by=unit.actor, at=unit.now
    )
    unit.add(change)
    return Answer(change, version_of=payee, waits=True)


def confirm_payee(unit: Unit, payee_change_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Has in force what another person has changed."""
    adult_id = unit.read(PayeeChange, payee_change_id).adult_id
    payee = unit.lock(Payee, adult_id)
    change = unit.lock(PayeeChange, payee_change_id)
    change.confirm(payee, by=unit.actor, at=unit.now)
    return Answer(payee)


def set_pay_code(unit: Unit, pay_kind: str, body: dict[str, Any]) -> Answer:
    """Says what a kind of line is called."""
    if pay_kind not in {str(kind) for kind in PayKind}:
        raise PAY_KIND.refusal("/pay_kind")
    unit.alone(f"pay code {pay_kind}")
    code = unit.session.scalars(select(PayCodes).where(PayCodes.id == pay_kind)).one_or_none()
    unit.match(code)
    if code is None:
        code = PayCodes(id=pay_kind, changed_at=unit.now)
        unit.add(code)
    else:
        code.touch(unit.now)
    code.wage_type, code.account, code.cost_centre = body["wage_type"], body["account"], body["cost_centre"]
    return Answer(pay_code(PayKind(pay_kind), code), version_of=code)
