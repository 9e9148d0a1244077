"""Approved homes whose adults are looked up again, each night."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from services.investigation.approvals.model import Approval
from services.investigation.checks.recheck import Recheck, considered_since, registers_due
from services.investigation.checks.status import Register
from services.investigation.contract.approvals import Standing
from services.investigation.contract.common import Kind, Status
from services.investigation.homes.model import Adult, Home
from services.investigation.homes.of_age import of_age_on
from services.investigation.homes.telling import tell
from services.investigation.homes.uses import HomeUse
from services.investigation.investigations.model import Investigation
from services.investigation.investigations.newest import NEWEST, newest_of, note_age
from services.investigation.investigations.opening import open_recheck as opened_for
from services.investigation.investigations.renewals import assignments_of, investigations_of
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit

LOOK_FOR_RECHECKS = Duty(name="look_for_rechecks", each_night_at=0)
OPEN_RECHECK = Duty(name="open_recheck")  #: its subject is the home
NOTE_CHECKS = Duty(name="note_checks")  #: its subject is the home

_LOOKED_AT = select(Investigation.home_id).where(
    Investigation.status.in_((Status.OPEN, Status.PROPOSED)), Investigation.kind == Kind.RECHECK
)
_NEWEST = NEWEST.subquery()
#: of each home the last day on which everything is good that is known of its adults
_GOOD_UNTIL = select(_NEWEST.c.home_id, func.min(_NEWEST.c.valid_until).label("good_until")).group_by(_NEWEST.c.home_id)


def look_for_rechecks(unit: Unit, _subject: str) -> None:
    """Lets each approved home be looked at in which a check grows old soon, or a child lives whose care is considered
    again and again; and it be noted where checks have run out, and where they have not any more, and where a child of
    the home comes of age."""
    good_until = {row.home_id: row.good_until for row in unit.session.execute(_GOOD_UNTIL)}
    looked_at, with_a_child = _ids(unit, _LOOKED_AT), _ids(unit, _with_a_child(unit))
    soon = unit.today + timedelta(days=unit.settings.recheck_days)
    for home in unit.session.execute(_in_force(unit)):
        until = good_until.get(home.id, date.max)
        of_age = of_age_on(home.details["children_birth_years"], unit.today)
        if home.checks_expired != (until < unit.today) or home.of_age_on != of_age:
            unit.plan(NOTE_CHECKS, subject=home.id, at=unit.now)
        if home.id not in looked_at and (until <= soon or home.id in with_a_child):
            unit.plan(OPEN_RECHECK, subject=home.id, at=unit.now)


def _in_force(unit: Unit) -> Select[Any]:
    approved = select(Approval.home_id).where(Approval.valid_until >= unit.today, Approval.standing != Standing.REVOKED)
    shown = (Home.id, Home.checks_expired, Home.of_age_on, Home.details)
    return select(*shown).where(Home.id.in_(approved)).order_by(Home.id)


def _ids(unit: Unit, homes: Select[str]) -> set[str]:
    return set(unit.session.scalars(homes))


def note_checks(unit: Unit, home_id: str) -> None:
    """Notes whether what is known of a home's adults has run out: while it has, its approvals wait; and whether one
    more of the home will be one."""
    home = unit.lock(Home, home_id)
    home.look_at_children(unit.today)
    waited = home.approvals_wait
    note_age(unit, home)
    if home.approvals_wait != waited:
        tell(unit, home)


def open_recheck(unit: Unit, home_id: str) -> None:
    """Sees to it that what is to be looked up again of a home is, if anything is: by the application that asks about
    its adults already, which has it by a day from now on, or by an investigation of its own, if none is open."""
    home = unit.lock(Home, home_id)
    approved = assignments_of(unit, home)
    going_on = [one for one in investigations_of(unit, home) if one.is_open]
    if not approved or any(one.kind == Kind.RECHECK for one in going_on):
        return
    registers = _registers_due(unit, home)
    application = next((one for one in going_on if one.kind == Kind.APPLICATION), None)
    if registers and application is not None:
        _decide_by(application, registers, at=unit.now)
    elif registers:
        adults = _left_by(going_on, home)
        unit.add(opened_for(home, adults, registers, assignments=approved, at=unit.now))
        home.touch(unit.now)  # its file names its investigations


def _decide_by(application: Investigation, registers: Mapping[Register, date], *, at: datetime) -> None:
    """Until when what these registers say of those who were approved with the home is to be decided on; a day that was
    said before stands."""
    approved = {adult.id for adult in application.household if adult.is_cleared}
    some = [check for check in application.register_checks if check.due_on is None and check.adult_id in approved]
    for check in some:
        check.due_on = registers.get(Register(check.register))
    if any(check.due_on for check in some):
        application.touch(at)


def _left_by(renewals: Sequence[Investigation], home: Home) -> list[Adult]:
    """Who lives in a home, without those who have come and are looked at by a renewal."""
    looked_at = {adult.id for one in renewals for adult in one.examined}
    return [adult for adult in home.household if adult.is_cleared or adult.id not in looked_at]


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


def _with_a_child(unit: Unit) -> Select[str]:
    return select(HomeUse.home_id).where(
        HomeUse.of_child, or_(HomeUse.ends_on.is_(None), HomeUse.ends_on >= unit.today)
    )
