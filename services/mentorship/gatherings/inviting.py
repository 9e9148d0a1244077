"""Invitations to many homes, and telling many of them something: long work, some homes in a step."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts.duty import Duty
from services.kernel.rows.unit import Unit
from services.kernel.work import long_work
from services.mentorship import news
from services.mentorship.contract.mentorships import Status
from services.mentorship.gatherings.model import COMING, UNANSWERED, Gathering, Invitation, InvitationRun, invite
from services.mentorship.homes.model import Approval, Home
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers.model import Mentorship

AT_ONCE = 250  #: homes of a step
REMIND_DAYS = 3  #: before the time for answers ends
_MORNING = 9  #: the hour at which homes are reminded


def _fail(unit: Unit, run_id: str) -> None:
    long_work.fail(unit, InvitationRun, run_id)


INVITE_HOMES = Duty(name="invite_homes", when_parked=_fail)  #: its subject is the run
TELL_INVITED = Duty(name="tell_invited")  #: its subject is the gathering
REMIND_TO_ANSWER = Duty(name="remind_to_answer")  #: its subject is the gathering
REMIND_OF_GATHERING = Duty(name="remind_of_gathering")  #: its subject is the gathering


def begin(unit: Unit, gathering: Gathering) -> InvitationRun:
    """Invites all homes that the gathering is for, behind; and plans its reminders."""
    run = InvitationRun(id=new_id(), gathering_id=gathering.id, after="", total=_total(unit, gathering))
    unit.add(gathering)
    unit.session.flush()  # the run refers to it
    long_work.begin(unit, run, INVITE_HOMES)
    _plan(unit, gathering)
    return run


def _plan(unit: Unit, gathering: Gathering) -> None:
    answer_on, starts_on = clock.local_date(gathering.answer_by), clock.local_date(gathering.starts_at)
    planned = {
        REMIND_TO_ANSWER: clock.at_local(answer_on - timedelta(days=REMIND_DAYS), _MORNING),
        REMIND_OF_GATHERING: clock.at_local(starts_on - timedelta(days=1), _MORNING),
    }
    for duty, at in planned.items():
        if at > unit.now:
            unit.plan(duty, subject=gathering.id, at=at)


def cancel(unit: Unit, gathering: Gathering) -> None:
    """Nobody is reminded of it, and whoever was invited is told that it does not take place. Invitations that are under
    way find that it is cancelled, and end."""
    unit.cancel(REMIND_TO_ANSWER, subject=gathering.id)
    unit.cancel(REMIND_OF_GATHERING, subject=gathering.id)
    unit.plan(TELL_INVITED, subject=gathering.id, at=unit.now)


def run_of(unit: Unit, gathering: Gathering) -> InvitationRun | None:
    """How far its invitations are."""
    found = select(InvitationRun).where(InvitationRun.gathering_id == gathering.id)
    return unit.session.scalars(found).one_or_none()


def invite_homes(unit: Unit, run_id: str) -> None:
    """The next homes of a gathering's invitations."""
    long_work.carry_on(unit, INVITE_HOMES, InvitationRun, run_id, _next_homes)


def _next_homes(unit: Unit, run: InvitationRun) -> bool:
    gathering = unit.lock(Gathering, run.gathering_id)  # so that nobody is invited whom its cancelling does not find
    if gathering.is_cancelled:
        return False
    wanted = select(Home.id).where(Home.id > run.after, *_are_for(gathering, Home.id), Home.approval_id.is_not(None))
    ids = unit.session.scalars(wanted.order_by(Home.id).limit(AT_ONCE)).all()
    lost = set(unit.session.scalars(Approval.lost_on(unit.today, Approval.home_id.in_(ids))))
    usable = [home_id for home_id in ids if home_id not in lost]
    _invite(unit, gathering, usable)
    run.note(done=len(usable), problems=())
    if ids:
        run.after = ids[-1]
    return len(ids) == AT_ONCE


def _invite(unit: Unit, gathering: Gathering, ids: Sequence[str]) -> None:
    """Invites those that nobody has invited by hand meanwhile."""
    known = select(Invitation.home_id).where(Invitation.gathering_id == gathering.id, Invitation.home_id.in_(ids))
    before = set(unit.session.scalars(known))
    for home_id in ids:
        if home_id not in before:
            invitation = invite(gathering, home_id, unit.now)
            unit.add(invitation)
            news.tell(unit, invitation, home_id, news.News.GATHERING)


def _total(unit: Unit, gathering: Gathering) -> int:
    """How many homes a gathering is for: those whose approval holds. Any other is invited by hand."""
    homes = select(Home.id).where(*_are_for(gathering, Home.id), Home.approval_id.is_not(None))
    lost = Approval.lost_on(unit.today, *_are_for(gathering, Approval.home_id))
    counted = [select(func.count()).select_from(one.subquery()).scalar_subquery() for one in (homes, lost)]
    return unit.session.scalar(select(counted[0] - counted[1])) or 0


def _are_for(gathering: Gathering, home_id: Any) -> Sequence[Any]:
    """That a gathering is for a home, whatever of its approval."""
    if gathering.is_joint:
        return ()
    of_mentor = Mentor.id == gathering.mentor_id if gathering.mentor_id else Mentor.area == gathering.area
    supported = (
        select(Mentorship.home_id)
        .join(Mentor, Mentor.id == Mentorship.mentor_id)
        .where(of_mentor, Mentorship.status == Status.ACCEPTED)
    )
    return (home_id.in_(supported.union(select(Mentor.home_id).where(of_mentor))),)


def remind_to_answer(unit: Unit, gathering_id: str) -> None:
    """Reminds those who have not answered."""
    _remind(unit, gathering_id, UNANSWERED)


def remind_of_gathering(unit: Unit, gathering_id: str) -> None:
    """Reminds those who come that it is tomorrow."""
    _remind(unit, gathering_id, COMING)


def _remind(unit: Unit, gathering_id: str, whom: Sequence[Any]) -> None:
    gathering = unit.lock(Gathering, gathering_id)
    if not gathering.is_cancelled:
        gathering.tell_again(whom, unit.now)
        unit.plan(TELL_INVITED, subject=gathering_id, at=unit.now)


def tell_invited(unit: Unit, gathering_id: str) -> None:
    """Tells some of those whom the last round is for, and goes on as long as there are more."""
    gathering = unit.lock(Gathering, gathering_id)
    left = select(Invitation).where(
        Invitation.gathering_id == gathering_id,
        Invitation.status.in_(gathering.told_to),
        Invitation.told_rounds < gathering.told_rounds,
    )
    some = unit.session.scalars(left.order_by(Invitation.id).limit(AT_ONCE).with_for_update(of=Invitation)).all()
    for invitation in some:
        invitation.told_rounds = gathering.told_rounds
        news.tell(unit, invitation, invitation.home_id, news.News.GATHERING)
    if len(some) == AT_ONCE:
        unit.plan(TELL_INVITED, subject=gathering_id, at=unit.now)
