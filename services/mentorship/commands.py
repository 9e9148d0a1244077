"""What can be done with mentors and mentorships: one function per use case, each one unit of work."""

from typing import Any

from sqlalchemy import select

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Shown, rules
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship import offers, queries
from services.mentorship.contract import events
from services.mentorship.contract.mentorships import AlreadyMentor
from services.mentorship.model import Home, Mentor, Mentorship


def register_mentor(unit: Unit, body: dict[str, Any]) -> Answer:
    """Makes a home a mentor and offers it to the homes that wait."""
    offers.choose_alone(unit)
    home = unit.session.scalars(select(Home).where(Home.id == body["home_id"])).one_or_none()
    if home is None or not home.is_approved:
        raise rules.NOT_FOUND.refusal("/home_id")
    if unit.session.scalars(select(Mentor).where(Mentor.home_id == home.id)).one_or_none() is not None:
        raise AlreadyMentor
    mentor = Mentor(id=new_id(), changed_at=unit.now, **body)
    unit.add(mentor)
    unit.session.flush()  # the homes that wait refer to it
    offers.fill(unit, mentor)
    return Answer(Shown(mentor, homes=offers.homes_of(unit).get(mentor.id, 0)), version_of=mentor)


def accept_mentorship(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """The home says yes."""
    mentorship = _load_to_answer(unit, mentorship_id)
    happened = mentorship.accept(by=unit.actor, at=unit.now)
    unit.record(events.MENTORSHIP_ACCEPTED, subject=mentorship, data=happened)
    return queries.answer(unit, mentorship)


def decline_mentorship(unit: Unit, mentorship_id: str, body: dict[str, Any]) -> Answer:
    """The home says no; the place goes to the nearest home that waits."""
    offers.choose_alone(unit)
    mentorship = _load_to_answer(unit, mentorship_id)
    mentorship.decline(body["reason"], by=unit.actor, at=unit.now)
    if mentorship.mentor is not None:
        offers.fill(unit, mentorship.mentor)
    return queries.answer(unit, mentorship)


def _load_to_answer(unit: Unit, mentorship_id: str) -> Mentorship:
    """The locked mentorship, when the caller may answer it."""
    mentorship = unit.lock(Mentorship, mentorship_id)
    if unit.for_home:
        mentorship.must_be_answerable_from(unit.own_homes(Mentorship))
    return mentorship
