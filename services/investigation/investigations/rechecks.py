"""Approved homes whose adults are looked up again, each night."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from services.investigation.approvals.model import Approval
from services.investigation.checks.recheck import Recheck, considered_since, registers_due
from services.investigation.checks.status import Register
from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import Status
from services.investigation.homes.model import Home
from services.investigation.homes.telling import tell
from services.investigation.homes.uses import HomeUse
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.newest import NEWEST, newest_of, note_age
from services.investigation.investigations.opening import open_recheck as opened_for
from services.investigation.investigations.renewals import assignments_of
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit

LOOK_FOR_RECHECKS = Duty(name="look_for_rechecks", each_night_at=0)
OPEN_RECHECK = Duty(name="open_recheck")  #: its subject is the home
NOTE_CHECKS = Duty(name="note_checks")  #: its subject is the home

_NEWEST = NEWEST.subquery()
_OPEN = Investigation.status.in_((Status.OPEN, Status.PROPOSED))


def look_for_rechecks(unit: Unit, _subject: str) -> None:
    """Lets each approved home be looked at in which a check grows old soon, or a child lives whose care is considered
    again and again; and it be noted where checks have run out, and where they have not any more."""
    soon = unit.today + timedelta(days=unit.settings.recheck_days)
    in_force = Home.id.in_(
        select(Approval.home_id).where(Approval.valid_until >= unit.today, Approval.standing != Standing.REVOKED)
    )
    has_run_out = Home.id.in_(_good_until(unit.today - timedelta(days=1)))
    _plan(unit, NOTE_CHECKS, in_force, Home.checks_expired != has_run_out)
    looked_at = select(Investigation.home_id).where(_OPEN)
    due = or_(Home.id.in_(_good_until(soon)), Home.id.in_(_with_a_child(unit)))
    _plan(unit, OPEN_RECHECK, in_force, Home.id.not_in(looked_at), due)


def _plan(unit: Unit, duty: Duty, *conditions: ColumnElement[bool]) -> None:
    for home_id in unit.session.scalars(select(Home.id).where(*conditions).order_by(Home.id)):
        unit.plan(duty, subject=home_id, at=unit.now)


def note_checks(unit: Unit, home_id: str) -> None:
    """Notes whether what is known of a home's adults has run out: while it has, its approvals wait."""
    home = unit.lock(Home, home_id)
    waited = home.approvals_wait
    note_age(unit, home)
    if home.approvals_wait != waited:
        tell(unit, home)


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
        newest_of(unit, home),
        today=unit.today,
        lead=unit.settings.recheck_days,
        looks_ahead=bool(going_on) or unit.settings.recheck_homes == Recheck.ALL,
        children_since=_considered_since(unit, [use for use in going_on if use.of_child]),
    )


def _considered_since(unit: Unit, children: Sequence[HomeUse]) -> list[date]:
    """From which days the considerations of the children's care are counted, wherever they have lived before."""
    people = {use.person for use in children if use.person}
    stays = unit.session.scalars(select(HomeUse).where(HomeUse.person.in_(people), HomeUse.of_child)).all()
    return [considered_since([one.stay for one in stays if one.person == use.person], use.stay) for use in children]


def _good_until(day: date) -> Select[Any]:
    """The homes where something that is known is good until that day at most."""
    return select(_NEWEST.c.home_id).where(_NEWEST.c.valid_until <= day)


def _with_a_child(unit: Unit) -> Select[Any]:
    return select(HomeUse.home_id).where(
        HomeUse.of_child, or_(HomeUse.ends_on.is_(None), HomeUse.ends_on >= unit.today)
    )
