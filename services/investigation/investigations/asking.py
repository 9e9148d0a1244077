"""Asking the registers: as errands, beside everything else, and never inside a request."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from services.investigation.checks.connectors import Connector, Found, Question, connector_of
from services.investigation.checks.consents import Consent
from services.investigation.checks.model import RegisterCheck
from services.investigation.checks.status import CheckStatus, Register
from services.investigation.checks.validity import months_of, years_back
from services.investigation.contract.checks import RegisterNotConnected
from services.investigation.homes.model import Adult
from services.investigation.investigations import queries
from services.investigation.investigations.model import Investigation
from services.kernel.basics.days import anniversary
from services.kernel.contracts.duty import Duty, Errand
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

#: in all five and a half hours; then the register has failed
_DELAYS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=4))
ASK_REGISTER = Duty(name="ask_register", delays=_DELAYS)  #: its subject is the check
AGAIN = timedelta(hours=6)  #: after which a register is asked again that answers later
LONGEST = timedelta(days=21)  #: for which it is: an answer of another country's police can take two weeks
_STATUSES = {
    Found.NOTHING: CheckStatus.CLEAR,
    Found.SOMETHING: CheckStatus.REMARK,
    Found.REFUSED: CheckStatus.FAILED,
}


def request_register_checks(unit: Unit, investigation_id: str, body: dict[str, Any]) -> Answer:
    """Lets the registers be asked that can be."""
    investigation = unit.lock(Investigation, investigation_id)
    connected = [register for register in Register if connector_of(unit, register)]
    wanted = [Register(one) for one in body.get("registers", connected)]
    if not wanted or not set(wanted) <= set(connected):
        raise RegisterNotConnected
    said = said_in(unit, investigation.home_id)
    for check in investigation.request_checks(wanted, said=said, by=unit.actor, at=unit.now):
        unit.plan(ASK_REGISTER, subject=check.id, at=unit.now)
    unit.session.flush()
    return queries.answer(unit, investigation)


def said_in(unit: Unit, home_id: str) -> Sequence[Consent]:
    """What the adults of a home have said of registers' being asked, in every investigation."""
    of_home = select(Consent).join(Investigation, Investigation.id == Consent.investigation_id)
    return unit.session.scalars(of_home.where(Investigation.home_id == home_id)).all()


def ask_register(unit: Unit, check_id: str) -> Errand | None:
    """The question that a check is; None where nobody waits for the answer any more."""
    check = unit.session.get(RegisterCheck, (unit.context.tenant, check_id))
    if check is None or check.requested_by is None:
        return None
    investigation = unit.read(Investigation, check.investigation_id)
    if not investigation.is_open:
        return None
    adult = unit.read(Adult, check.adult_id)
    if adult.left_at is not None:
        return None
    connector = connector_of(unit, Register(check.register))
    if connector is None or investigation.protected_identity:  # which was otherwise when the question was asked
        _settle(unit, check_id, check.question, CheckStatus.FAILED)
        return None
    years = years_back(unit, check.register)
    asking = _Asking(
        connector,
        Question(
            reference=check.question,
            personal_number=adult.person["personal_number"],
            since=anniversary(unit.today, -years) if years else None,
        ),
    )
    return Errand(
        go=asking.go,
        done=partial(_answered, check_id, asking),
        failed=partial(_not_answered, check_id, check.question),
    )


class _Asking:
    """A question on its way, and what was answered."""

    def __init__(self, connector: Connector, question: Question) -> None:
        self._connector, self.question = connector, question
        self.found = Found.LATER

    def go(self) -> None:
        self.found = self._connector.ask(self.question)


def _answered(check_id: str, asking: _Asking, unit: Unit) -> None:
    if asking.found in _STATUSES:
        _settle(unit, check_id, asking.question.reference, _STATUSES[asking.found])
    elif _is_given_up(unit, check_id):
        _settle(unit, check_id, asking.question.reference, CheckStatus.FAILED)
    else:
        unit.plan(ASK_REGISTER, subject=check_id, at=unit.now + AGAIN)


def _not_answered(check_id: str, question: str, unit: Unit, _problem: Exception, is_last: bool) -> None:
    if is_last:
        _settle(unit, check_id, question, CheckStatus.FAILED)


def _is_given_up(unit: Unit, check_id: str) -> bool:
    check = unit.session.get(RegisterCheck, (unit.context.tenant, check_id))
    return check is None or check.requested_at is None or unit.now - check.requested_at >= LONGEST


def _settle(unit: Unit, check_id: str, question: str, status: CheckStatus) -> None:
    """Notes what came to this question, unless another one is asked by now, somebody has written the outcome down
    meanwhile, or the investigation has ended."""
    found = unit.session.get(RegisterCheck, (unit.context.tenant, check_id))
    if found is None:
        return
    investigation = unit.lock(Investigation, found.investigation_id)
    check = investigation.check(check_id)
    if check.requested_by is not None and check.question == question and investigation.is_open:
        check.answer(status, months=months_of(unit, check.register), at=unit.now)
        investigation.touch(unit.now)
