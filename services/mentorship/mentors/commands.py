"""What can be done with mentors: one function per use case, each one unit of work."""

from typing import Any

from sqlalchemy import bindparam, select

from services.kernel.basics.ids import new_id
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship.contract import events
from services.mentorship.contract.mentors import AlreadyMentor, HomeNotExperienced, MentorNotAvailable
from services.mentorship.contract.mentorships import Status
from services.mentorship.homes import finding
from services.mentorship.homes.model import Home
from services.mentorship.mentors import queries
from services.mentorship.mentors.experience import Assigned, is_experienced
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers import choosing


def register_mentor(unit: Unit, body: dict[str, Any]) -> Answer:
    """Makes a home a mentor and offers it to the homes that wait."""
    choosing.choose_alone(unit)
    home = finding.named(unit, body["home_id"])
    if unit.session.scalars(select(Mentor).where(Mentor.home_id == home.id)).one_or_none() is not None:
        raise AlreadyMentor
    if not home.may_be_used_on(unit.today):
        raise MentorNotAvailable
    if not (body["exception_reason"] or _is_experienced(unit, home)):
        raise HomeNotExperienced
    mentor = Mentor(
        **{**body, "model": body["model"] or unit.settings.mentor_model},
        id=new_id(),
        available=True,
        registered_by=unit.actor,
        registered_at=unit.now,
        changed_at=unit.now,
    )
    mentor.must_have_room_with_reason(unit.settings.mentor_most_homes)
    unit.add(mentor)
    unit.record(events.MENTOR_CHANGED, subject=mentor, data=mentor.changed())
    unit.session.flush()  # the homes that wait refer to it
    choosing.fill(unit, mentor)
    return queries.answer(unit, mentor)


def amend_mentor(unit: Unit, mentor_id: str, body: dict[str, Any]) -> Answer:
    """Changes what is sent; room that comes of it goes to homes that wait."""
    choosing.choose_alone(unit)
    mentor = unit.lock_matching(Mentor, mentor_id)
    for name, value in body.items():
        setattr(mentor, name, value)
    mentor.must_have_room_with_reason(unit.settings.mentor_most_homes)
    mentor.touch(unit.now)
    if "model" in body:
        unit.record(events.MENTOR_CHANGED, subject=mentor, data=mentor.changed())
    unit.session.flush()
    choosing.fill(unit, mentor)
    return queries.answer(unit, mentor)


def hand_over_homes(unit: Unit, mentor_id: str, body: dict[str, Any]) -> Answer:
    """All homes of a mentor go to others, in one operation."""
    choosing.choose_alone(unit)
    mentor = unit.lock(Mentor, mentor_id)
    mentor.paused = mentor.paused or body["pause"]
    mentor.touch(unit.now)
    moved = choosing.hand_over(unit, mentor, body["reason"])
    offered = sum(one.status == Status.OFFERED for one in moved)
    return Answer({"offered": offered, "waiting": len(moved) - offered}, version_of=mentor)


def follow_approvals(unit: Unit, home_id: str) -> None:
    """A mentor whose own approval does not hold is none from now on, and its homes go to others; one whose approval
    holds again takes homes again."""
    choosing.choose_alone(unit)
    unit.session.flush()
    mentor = _of_home(unit, home_id)
    if mentor is None:
        return
    available = mentor.home.may_be_used_on(unit.today)
    if available == mentor.available:
        return
    mentor.available = available
    unit.record(events.MENTOR_CHANGED, subject=mentor, data=mentor.changed())
    if available:
        choosing.fill(unit, mentor)
    else:
        choosing.hand_over(unit, mentor, None)


def follow_agreement(unit: Unit, agreement_id: str, home_id: str) -> None:
    """A mentor family has signed its agreement: it is a contracted one."""
    mentor = _of_home(unit, home_id)
    if mentor is not None and mentor.contract(agreement_id, unit.now):
        unit.record(events.MENTOR_CHANGED, subject=mentor, data=mentor.changed())


def _of_home(unit: Unit, home_id: str) -> Mentor | None:
    return unit.session.scalars(_OF_HOME, {"home_id": home_id}).one_or_none()


_OF_HOME = select(Mentor).where(Mentor.home_id == bindparam("home_id")).with_for_update(of=Mentor)


def _is_experienced(unit: Unit, home: Home) -> bool:
    had = [Assigned(support.ends_on, support.broke_down) for support in home.supports if support.came]
    return is_experienced(home.first_approved_on, had, months=unit.settings.mentor_experience_months, today=unit.today)
