"""Taking and cancelling paid leave, and how much is left."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.compensation.contract import events
from services.compensation.contract.agreements import AgreementKind, AgreementStatus
from services.compensation.contract.leave import LEAVE_DAYS, LEAVE_PASSED, LeaveOverlaps, NoPaidLeave, NotEnoughLeave
from services.compensation.leave.balance import Balance, balances, counted, overlaps
from services.compensation.model import AdoptedTariff, Agreement, Leave
from services.compensation.tariffs.tariff import ContractedPart
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Page
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged


def take_leave(unit: Unit, body: dict[str, Any]) -> Answer:
    """Takes days that are left."""
    agreement = _contract(unit.lock(Agreement, body["agreement_id"]))
    first, last = body["starts_on"], body["ends_on"]
    ends_on = agreement.ends_on or last
    if not (agreement.starts_on <= first <= last <= ends_on and first.year == last.year):
        raise LEAVE_DAYS.refusal("/ends_on")
    if unit.for_home and first < unit.today:
        raise LEAVE_PASSED.refusal("/starts_on")
    others = _taken(unit, agreement)
    if overlaps(first, last, [(one.starts_on, one.ends_on) for one in others]):
        raise LeaveOverlaps
    part = _part(unit, first.year)
    if part is None:
        raise NoPaidLeave
    days = counted(first, last, part.leave_unit)
    (*_, balance) = _balances(unit, agreement, others, until=first.year)
    if days > balance.left:
        raise NotEnoughLeave(extra={"left": balance.left, "days": days})
    leave = Leave(
        id=new_id(),
        changed_at=unit.now,
        agreement_id=agreement.id,
        home_id=agreement.home_id,
        starts_on=first,
        ends_on=last,
        days=days,
        taken_by=unit.actor,
    )
    unit.add(leave)
    unit.record(events.LEAVE_TAKEN, subject=leave, data=leave.taken())
    return Answer(leave)


def cancel_leave(unit: Unit, leave_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Gives the days back that have not been taken."""
    leave = unit.lock(Leave, leave_id)
    part = _part(unit, leave.starts_on.year)
    if part is None:
        raise NoPaidLeave
    leave.cancel(on=unit.today, unit=part.leave_unit, by_home=unit.for_home, at=unit.now)
    unit.record(events.LEAVE_TAKEN, subject=leave, data=leave.taken())
    return Answer(leave)


_LEAVE = Listing(
    select(
        Leave.id,
        Leave.agreement_id,
        Leave.home_id,
        Leave.starts_on,
        Leave.ends_on,
        Leave.days,
        Leave.cancelled_at,
    ),
    order=(Leave.id.desc(),),
    own=Leave.home_id == any_(bindparam("own", type_=ARRAY(Text))),
)


def list_leave(unit: Unit, page: Page) -> Answer:
    """The leave, what was written down last first."""
    own = {"own": list(unit.own_homes(Leave))} if unit.for_home else {}
    return paged(*unit.list(_LEAVE, page, own))


def get_leave_balance(unit: Unit, agreement_id: str) -> Answer:
    """The balances of a contract to this year."""
    agreement = unit.read(Agreement, agreement_id)
    if not _has_leave(agreement):
        return Answer({"agreement_id": agreement.id, "years": []}, version_of=agreement)
    until = max(unit.today.year, agreement.starts_on.year)
    years = _balances(unit, agreement, _taken(unit, agreement), until=until)
    return Answer({"agreement_id": agreement.id, "years": years}, version_of=agreement)


def _contract(agreement: Agreement) -> Agreement:
    if not _has_leave(agreement):
        raise NoPaidLeave
    return agreement


def _has_leave(agreement: Agreement) -> bool:
    """Whether it is a contract of an emergency home that is signed."""
    is_contract = agreement.kind == AgreementKind.CONTRACTED_EMERGENCY_HOME
    return is_contract and agreement.status == AgreementStatus.SIGNED


def _taken(unit: Unit, agreement: Agreement) -> Sequence[Leave]:
    taken = select(Leave).where(Leave.agreement_id == agreement.id, Leave.cancelled_at.is_(None))
    return unit.session.scalars(taken).all()


def _balances(unit: Unit, agreement: Agreement, leave: Sequence[Leave], *, until: int) -> list[Balance]:
    taken: defaultdict[int, int] = defaultdict(int)
    for one in leave:
        taken[one.starts_on.year] += one.days
    return balances(
        agreement.starts_on,
        agreement.ends_on,
        until=until,
        entitled=lambda year: _days_a_year(unit, year),
        taken=taken,
        most_carried_over=unit.settings.leave_carried_over,
    )


def _days_a_year(unit: Unit, year: int) -> int:
    part = _part(unit, year)
    return 0 if part is None else part.leave_days_per_year


def _part(unit: Unit, year: int) -> ContractedPart | None:
    """The year's part of the tariff; of a year that has none yet, that of the last one before."""
    before = select(AdoptedTariff).where(AdoptedTariff.id <= str(year)).order_by(AdoptedTariff.id.desc()).limit(1)
    adopted = unit.session.scalars(before).one_or_none()
    return None if adopted is None else adopted.tariff.contracted_emergency_home
