"""What can be done with gatherings: one function per use case, each one unit of work."""

from typing import Any

from sqlalchemy import select

from services.kernel.basics.ids import new_id
from services.kernel.contracts import rules
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship import news
from services.mentorship.contract.gatherings import GATHERING_PASSED, GatheringStatus
from services.mentorship.contract.invitations import NOT_INVITED, AlreadyInvited, Answered
from services.mentorship.gatherings import inviting, queries
from services.mentorship.gatherings.model import Gathering, Invitation, invite
from services.mentorship.gatherings.seats import Seats
from services.mentorship.homes import finding
from services.mentorship.mentors.model import Mentor


def plan_gathering(unit: Unit, body: dict[str, Any]) -> Answer:
    """Plans a gathering; its invitations go on behind."""
    if body["answer_by"] <= unit.now:
        raise GATHERING_PASSED.refusal("/answer_by")
    whom, said = body["invite"], {name: value for name, value in body.items() if name != "invite"}
    if whom["mentor_id"] is not None:
        _must_be_mentor(unit, whom["mentor_id"])
    gathering = Gathering(
        id=new_id(),
        status=GatheringStatus.PLANNED,
        is_joint=whom["all"],
        area=whom["area"],
        mentor_id=whom["mentor_id"],
        planned_by=unit.actor,
        changed_at=unit.now,
        taken_adults=0,
        taken_children=0,
        told_rounds=0,
        told_to=[],
        **said,
    )
    inviting.begin(unit, gathering)
    return queries.whole(unit, gathering)


def _must_be_mentor(unit: Unit, mentor_id: str) -> None:
    try:
        unit.read(Mentor, mentor_id)
    except NotFound:
        raise rules.NOT_FOUND.refusal("/invite/mentor_id") from None


def invite_to_gathering(unit: Unit, gathering_id: str, body: dict[str, Any]) -> Answer:
    """Invites one more home."""
    gathering = unit.lock(Gathering, gathering_id)
    gathering.must_be_ahead(unit.now)
    home = finding.named(unit, body["home_id"])
    if _invitation(unit, gathering, home.id) is not None:
        raise AlreadyInvited
    invitation = invite(gathering, home.id, unit.now)
    invitation.home = home
    unit.add(invitation)
    news.tell(unit, invitation, home.id, news.News.GATHERING)
    return Answer(invitation)


def reply_to_gathering(unit: Unit, gathering_id: str, body: dict[str, Any]) -> Answer:
    """A home answers, or the coordinator for it; the last answer holds. Free seats go to those that wait."""
    gathering = _locked(unit, gathering_id)
    gathering.must_be_answerable(unit.now, by_home=unit.for_home)
    invitation = _must_be_invited(unit, gathering, body["home_id"], at="/home_id")
    invitation.needs = sorted(set(body["needs"])) if body["attending"] else []
    if body["attending"]:
        gathering.seat(invitation, Seats(body["adults"], body["children"]), unit.now)
    else:
        gathering.leave(invitation, unit.now)
    _move_up(unit, gathering)
    return Answer(invitation)


def cancel_gathering(unit: Unit, gathering_id: str, body: dict[str, Any]) -> Answer:
    """It does not take place; whoever was invited is told, behind."""
    gathering = unit.lock(Gathering, gathering_id)
    gathering.must_be_ahead(unit.now)
    gathering.cancel(body["reason"], unit.now)
    inviting.cancel(unit, gathering)
    return queries.whole(unit, gathering)


def record_attendance(unit: Unit, gathering_id: str, body: dict[str, Any]) -> Answer:
    """Writes down who was there."""
    gathering = unit.lock(Gathering, gathering_id)
    gathering.must_have_begun(unit.now)
    for place, one in enumerate(body["homes"]):
        invitation = _must_be_invited(unit, gathering, one["home_id"], at=f"/homes/{place}/home_id")
        invitation.attend(one["adults"], one["children"], unit.now)
    gathering.touch(unit.now)
    return queries.whole(unit, gathering)


def _locked(unit: Unit, gathering_id: str) -> Gathering:
    """The locked gathering, of those to which the caller's home is invited, where somebody acts for a home."""
    if unit.for_home and not queries.is_invited(unit, gathering_id):
        raise NotFound
    found = select(Gathering).where(Gathering.id == gathering_id).with_for_update()
    gathering = unit.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if gathering is None:
        raise NotFound
    return gathering


def _move_up(unit: Unit, gathering: Gathering) -> None:
    """Gives free seats to those that wait, and tells them."""
    unit.session.flush()
    waiting = select(Invitation).where(Invitation.gathering_id == gathering.id, Invitation.status == Answered.WAITING)
    line = unit.session.scalars(waiting.order_by(Invitation.answered_at, Invitation.id)).all()
    for invitation in gathering.move_up(line, unit.now):
        news.tell(unit, invitation, invitation.home_id, news.News.GATHERING)


def _invitation(unit: Unit, gathering: Gathering, home_id: str) -> Invitation | None:
    found = select(Invitation).where(Invitation.gathering_id == gathering.id, Invitation.home_id == home_id)
    return unit.session.scalars(found.with_for_update(of=Invitation)).one_or_none()


def _must_be_invited(unit: Unit, gathering: Gathering, home_id: str, *, at: str) -> Invitation:
    """The home's invitation; `InvalidInput` where there is none, or it is another home's than the caller's."""
    invitation = _invitation(unit, gathering, home_id)
    if invitation is None or (unit.for_home and home_id not in unit.own_homes(Invitation)):
        raise NOT_INVITED.refusal(at)
    return invitation
