"""What can be done with mentors: one function per use case, each one unit of work."""

from typing import Any

from sqlalchemy import select

from services.kernel.basics.ids import new_id
from services.kernel.contracts import Shown, rules
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.mentorship.contract.mentorships import AlreadyMentor
from services.mentorship.homes.model import Home
from services.mentorship.mentors.model import Mentor
from services.mentorship.offers import choosing


def register_mentor(unit: Unit, body: dict[str, Any]) -> Answer:
    """Makes a home a mentor and offers it to the homes that wait."""
    choosing.choose_alone(unit)
    home = unit.session.scalars(select(Home).where(Home.id == body["home_id"])).one_or_none()
    if home is None or not home.is_approved:
        raise rules.NOT_FOUND.refusal("/home_id")
    if unit.session.scalars(select(Mentor).where(Mentor.home_id == home.id)).one_or_none() is not None:
        raise AlreadyMentor
    mentor = Mentor(id=new_id(), changed_at=unit.now, **body)
    unit.add(mentor)
    unit.session.flush()  # the homes that wait refer to it
    choosing.fill(unit, mentor)
    return Answer(Shown(mentor, homes=choosing.homes_of(unit).get(mentor.id, 0)), version_of=mentor)
