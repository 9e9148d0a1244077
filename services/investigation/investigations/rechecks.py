"""Approved homes whose adults are looked up again, each night."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from services.investigation.approvals.model import Approval
from services.investigation.checks.model import RegisterCheck
from services.investigation.checks.recheck import Newest, Recheck, considered_since, registers_due
from services.investigation.checks.status import Register
from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import Status
from services.investigation.homes.model import Adult, Home
from services.investigation.homes.uses import HomeUse
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.opening import open_recheck as opened_for
from services.investigation.investigations.renewals import assignments_of
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit

LOOK_FOR_RECHECKS = Duty(name="look_for_rechecks", each_night_at=4)
OPEN_RECHECK = Duty(name="open_recheck")  #: its subject is the home

_OPEN = Investigation.status.in_((Status.OPEN, Status.PROPOSED))


def look_for_rechecks(unit: Unit, _subject: str) -> None:
    """Lets each home be looked at in which a check grows old soon, or a child lives whose care is considered again and
    again."""
    soon = unit.today + timedelta(days=unit.settings.recheck_days)
    in_force = select(Approval.home_id).where(Approval.valid_until >= unit.today, Approval.standing != Standing.REVOKED)
    looked_at = select(Investigation.home_id).where(_OPEN)
    old = (
        select(Adult.home_id)
        .join(RegisterCheck, RegisterCheck.adult_id == Adult.id)
        .where(Adult.left_at.is_(None))
        .group_by(Adult.home_id, RegisterCheck.adult_id, RegisterCheck.register)
        .having(func.max(RegisterCheck.valid_until) <= soon)
    )
    due = or_(Home.id.in_(old), Home.id.in_(_with_a_child(unit)))
    homes = select(Home.id).where(Home.id.in_(in_force), Home.id.not_in(looked_at), due).order_by(Home.id)
    for home_id in unit.session.scalars(homes):
        unit.plan(OPEN_RECHECK, subject=home_id, at=unit.now)


def open_recheck(unit: Unit, home_id: str) -> None:
    """Opens an investigation of what is to be looked up again of a home, if anything is, and nothing looks at it
    already."""
    home = unit.lock(Home, home_id)
    approved = assignments_of(unit, home)
    is_open = unit.session.scalar(select(Investigation.id).where(Investigation.home_id == home_id, _OPEN).limit(1))
    if not approved or is_open:
        return
    registers = _registers_due(unit, home)
    if registers:
        unit.add(opened_for(home, registers, assignments=approved, at=unit.now))
        home.touch(unit.now)  # its file names its investigations


def _registers_due(unit: Unit, home: Home) -> dict[Register, date]:
    uses = unit.session.scalars(select(HomeUse).where(HomeUse.home_id == home.id)).all()
    going_on = [use for use in uses if use.goes_on(unit.today)]
    return registers_due(
        _newest(unit, home),
        today=unit.today,
        lead=unit.settings.recheck_days,
        grows_old=bool(going_on) or unit.settings.recheck_homes == Recheck.ALL,
        children_since=_considered_since(unit, [use for use in going_on if use.of_child]),
    )


def _considered_since(unit: Unit, children: Sequence[HomeUse]) -> list[date]:
    """From which days the considerations of the children's care are counted, wherever they have lived before."""
    people = {use.person for use in children if use.person}
    stays = unit.session.scalars(select(HomeUse).where(HomeUse.person.in_(people), HomeUse.of_child)).all()
    return [considered_since([one.stay for one in stays if one.person == use.person], use.stay) for use in children]


def _newest(unit: Unit, home: Home) -> Sequence[Newest]:
    """The newest outcome of each adult who lives there in each register, as far as there is one."""
    rows = unit.session.execute(
        select(
            RegisterCheck.register,
            func.max(RegisterCheck.checked_on).label("checked_on"),
            func.max(RegisterCheck.valid_until).label("valid_until"),
        )
        .join(Adult, Adult.id == RegisterCheck.adult_id)
        .where(
            Adult.home_id == home.id,
            Adult.left_at.is_(None),
            RegisterCheck.checked_on.is_not(None),
            RegisterCheck.valid_until.is_not(None),  # else its register gave no answer
        )
        .group_by(RegisterCheck.adult_id, RegisterCheck.register)
    )
    return [
        Newest(register=Register(row.register), checked_on=row.checked_on, valid_until=row.valid_until) for row in rows
    ]


def _with_a_child(unit: Unit) -> Select[Any]:
    return select(HomeUse.home_id).where(
        HomeUse.of_child, or_(HomeUse.ends_on.is_(None), HomeUse.ends_on >= unit.today)
    )
